"""`mothertongue/report`: where the newest report is."""

from __future__ import annotations

from server.lsp.context import Context
from server.processes.messages import AskReport
from server.protocol import ReportParams, ReportResult


async def handle(context: Context, params: ReportParams) -> ReportResult:
    """Ask the index process."""
    folder = context.session.folder(params.folder)
    return await context.worker.ask(AskReport(context.session.place(folder), params), ReportResult)
