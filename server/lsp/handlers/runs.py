"""`mothertongue/runs`: the training runs of a folder."""

from __future__ import annotations

from server.lsp.context import Context
from server.processes.messages import AskRuns
from server.protocol import RunsParams, RunsResult


async def handle(context: Context, params: RunsParams) -> RunsResult:
    """Ask the index process."""
    folder = context.session.folder(params.folder)
    return await context.worker.ask(AskRuns(context.session.place(folder)), RunsResult)
