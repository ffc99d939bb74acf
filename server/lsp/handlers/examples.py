"""`mothertongue/examples`: the third level of the tree of examples."""

from __future__ import annotations

from server.lsp.context import Context
from server.processes.messages import AskExamples
from server.protocol import ExamplesParams, ExamplesResult


async def handle(context: Context, params: ExamplesParams) -> ExamplesResult:
    """Ask the index process."""
    folder = context.session.folder(params.folder)
    return await context.worker.ask(AskExamples(context.session.place(folder), params), ExamplesResult)
