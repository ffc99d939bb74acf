"""`mothertongue/models`: what can answer, and what does."""

from __future__ import annotations

from server.lsp.context import Context
from server.processes.messages import AskModels
from server.protocol import ModelsParams, ModelsResult


async def handle(context: Context, params: ModelsParams) -> ModelsResult:
    """Ask the index process."""
    folder = context.session.folder(params.folder)
    question = AskModels(context.session.place(folder), folder.model, context.session.is_trusted)
    return await context.worker.ask(question, ModelsResult)
