"""`mothertongue/train`: start a training."""

from __future__ import annotations

from pygls.uris import to_fs_path

from server.lsp.context import Context
from server.lsp.failure import WorkFailedError
from server.protocol import ErrorKind, RunParams, TrainParams
from server.training.trainer_messages import Named, Train, Wanted


async def handle(context: Context, params: TrainParams) -> RunParams:
    """Have the trainer start it."""
    folder = context.session.folder(params.folder)
    context.session.refuse_if_restricted("Training")
    started = await context.trainer.ask(Train(root=str(folder.root), wanted=wanted(params)), Named)
    return RunParams(folder=params.folder, run=started.run)


def wanted(params: TrainParams) -> Wanted:
    """What the trainer is asked for.

    Raises:
        WorkFailedError: The export is on no disk.
    """
    export = to_fs_path(params.export) if params.export is not None else ""
    if export is None:
        raise WorkFailedError(ErrorKind.NO_EXPORT, f"{params.export} lies on no disk: choose an export of the folder.")
    return Wanted(
        base=params.base,
        export=export,
        preset=params.preset,
        minutes=params.minutes,
        seed=params.seed,
        learning_rate=params.learning_rate,
    )
