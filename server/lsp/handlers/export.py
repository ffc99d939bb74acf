"""`mothertongue/export`: write the training file and what belongs to it."""

from __future__ import annotations

from server.lsp.context import Context
from server.lsp.work import work
from server.processes.messages import Export
from server.protocol import ExportParams, ExportResult


async def handle(context: Context, params: ExportParams) -> ExportResult:
    """Export, after a build."""
    folder = context.session.folder(params.folder)
    job = Export(context.session.place(folder), params)
    return await work(context, folder, "exporting", job, ExportResult, params.work_done_token)
