"""`mothertongue/run`: one training run."""

from __future__ import annotations

from server.lsp.context import Context
from server.processes.messages import AskRun
from server.protocol import RunParams, RunResult, RunSummary


async def handle(context: Context, params: RunParams) -> RunResult:
    """Ask the index process."""
    folder = context.session.folder(params.folder)
    return await context.worker.ask(AskRun(context.session.place(folder), params), RunResult)


async def summary(context: Context, params: RunParams) -> RunSummary:
    """How a run stands now."""
    return (await handle(context, params)).summary
