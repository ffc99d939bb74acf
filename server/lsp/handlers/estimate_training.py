"""`mothertongue/estimateTraining`: whether a training can start, and how long it will take."""

from __future__ import annotations

from server.lsp.context import Context
from server.lsp.handlers.train import wanted
from server.protocol import TrainingEstimate, TrainParams
from server.training.trainer_messages import Estimate


async def handle(context: Context, params: TrainParams) -> TrainingEstimate:
    """Ask the trainer."""
    folder = context.session.folder(params.folder)
    context.session.refuse_if_restricted("Training")
    return await context.trainer.ask(Estimate(root=str(folder.root), wanted=wanted(params)), TrainingEstimate)
