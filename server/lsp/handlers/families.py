"""`mothertongue/families`: the first level of the tree of examples."""

from __future__ import annotations

from server.lsp.context import Context
from server.processes.messages import AskFamilies
from server.protocol import FamiliesParams, FamiliesResult


async def handle(context: Context, params: FamiliesParams) -> FamiliesResult:
    """Ask the index process."""
    folder = context.session.folder(params.folder)
    return await context.worker.ask(AskFamilies(context.session.place(folder), params), FamiliesResult)
