"""`mothertongue/evaluate`: what a training has changed."""

from __future__ import annotations

from server.lsp.context import Context
from server.lsp.work import WorkProgress
from server.protocol import EvaluateParams, EvaluateResult
from server.training.trainer_messages import Evaluate


async def handle(context: Context, params: EvaluateParams) -> EvaluateResult:
    """Have the trainer measure."""
    folder = context.session.folder(params.folder)
    context.session.refuse_if_restricted("Evaluating")
    progress = WorkProgress(context.client, params.work_done_token, "evaluating")
    task = Evaluate(root=str(folder.root), run=params.run, rows=params.rows, answers=params.answers)
    try:
        return await context.trainer.ask(task, EvaluateResult, progress.report)
    finally:
        progress.end()
