"""`mothertongue/trainingChoices`: what a training can be given."""

from __future__ import annotations

from server.lsp.context import Context
from server.protocol import TrainingChoicesParams, TrainingChoicesResult
from server.training.trainer_messages import AskChoices


async def handle(context: Context, params: TrainingChoicesParams) -> TrainingChoicesResult:
    """Ask the trainer."""
    folder = context.session.folder(params.folder)
    return await context.trainer.ask(AskChoices(root=str(folder.root)), TrainingChoicesResult)
