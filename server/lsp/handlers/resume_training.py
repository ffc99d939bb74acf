"""`mothertongue/resumeTraining`: go on with a training."""

from __future__ import annotations

from server.lsp.context import Context
from server.lsp.handlers.run import summary
from server.protocol import RunParams, RunSummary
from server.training.trainer_messages import Named, ResumeTraining


async def handle(context: Context, params: RunParams) -> RunSummary:
    """Have the trainer start its process again."""
    folder = context.session.folder(params.folder)
    context.session.refuse_if_restricted("Training")
    await context.trainer.ask(ResumeTraining(root=str(folder.root), run=params.run), Named)
    return await summary(context, params)
