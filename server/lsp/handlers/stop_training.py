"""`mothertongue/stopTraining`: end a training and keep its best adapter."""

from __future__ import annotations

from server.lsp.context import Context
from server.lsp.handlers.run import summary
from server.protocol import RunParams, RunSummary
from server.training.trainer_messages import Named, StopTraining


async def handle(context: Context, params: RunParams) -> RunSummary:
    """Have the trainer ask the run."""
    folder = context.session.folder(params.folder)
    await context.trainer.ask(StopTraining(root=str(folder.root), run=params.run), Named)
    return await summary(context, params)
