"""`python -m server.training.trainer`: does one thing about trainings for the language server, and ends (IO).

It is run by the interpreter that has torch. What it starts to train is no child of the server, and outlives this process too: editors end
everything that they have started. It gives way to the editor, and ends what it does when its input ends.
"""

from __future__ import annotations

import _thread
import os
import sys
import threading
import traceback
from collections.abc import Callable, Iterator
from functools import singledispatch
from pathlib import Path
from typing import BinaryIO

import msgspec

from dataset_core.project import EXPORT_FOLDER_NAME
from dataset_core.store import FOLDER_NAME, Store
from dataset_core.tokens import embedded_model
from server.exports import all_exports, the_newest_export
from server.gguf.header import GgufError
from server.processes.catalogue import has_store
from server.processes.failures import explained
from server.processes.index import own_streams
from server.processes.messages import Done, Failed, FromProcess, Progressed
from server.processes.priority import take_low_priority
from server.protocol import (
    ErrorKind,
    EvaluateResult,
    TrainableBase,
    TrainableExport,
    TrainingChoicesResult,
    TrainingEstimate,
    TrainingPreset,
)
from server.training import runs
from server.training.base_model import check_base
from server.training.errors import NotInstalledError, TrainingError
from server.training.estimate import earlier_speed, seconds_of
from server.training.rows import refuse_few
from server.training.settings import TrainingSettings, preset_limits, settings_of
from server.training.trainer_messages import AskChoices, Estimate, Evaluate, Named, ResumeTraining, StopTraining, Train, TrainerTask, Wanted

_DEFECT = "Something went wrong inside Mothertongue ({name}). The log has the details; please report them."
_NOT_INSTALLED = "Training needs {missing}, which {python} does not have. Run “Mothertongue: Set Up Model Environment”."
_EVALUATED = ("base", "adapter")
OnProgress = Callable[[str, int, int], None]


def main() -> None:
    """Do what the first line of the input says."""
    output, inputs = own_streams()
    take_low_priority()
    task: TrainerTask = msgspec.json.decode(inputs.readline(), type=TrainerTask)
    threading.Thread(target=_interrupt_at_end, args=(inputs,), daemon=True).start()

    def send(message: FromProcess) -> None:
        output.write(msgspec.json.encode(message) + b"\n")
        output.flush()

    try:
        send(_answer(task, lambda stage, done, total: send(Progressed(0, stage, done, total))))
    except KeyboardInterrupt:
        os._exit(1)  # nobody waits for the answer; threads of torch would


def _interrupt_at_end(inputs: BinaryIO) -> None:
    inputs.read()
    _thread.interrupt_main()


def _answer(task: TrainerTask, on_progress: OnProgress) -> FromProcess:
    try:
        return Done(0, msgspec.Raw(msgspec.json.encode(do(task, on_progress))))
    except Exception as error:  # noqa: BLE001 - this is the edge where errors become messages
        if isinstance(error, NotInstalledError):
            message = _NOT_INSTALLED.format(missing=", ".join(runs.missing_packages()), python=sys.executable)
            return Failed(0, ErrorKind.NOT_INSTALLED, message)
        known = (ErrorKind.TRAINING, str(error)) if isinstance(error, GgufError) else explained(error)
        if known is None:
            traceback.print_exception(error, file=sys.stderr)
            return Failed(0, ErrorKind.CRASHED, _DEFECT.format(name=type(error).__name__))
        return Failed(0, known[0], known[1][:1].upper() + known[1][1:])


@singledispatch
def do(task: object, on_progress: OnProgress) -> msgspec.Struct:
    """Do a task.

    Raises:
        Exception: Those of the use cases.
    """
    raise TypeError(f"{task!r} with {on_progress!r} is no task")


@do.register
def _choices(task: AskChoices, _: OnProgress) -> TrainingChoicesResult:
    root = Path(task.root)
    exports = [path for path in all_exports(_exports(root)) if path.is_file()]
    return TrainingChoicesResult(
        exports=tuple(
            TrainableExport(uri=path.as_uri(), name=path.name, rows=_n_rows(path), newer=_n_newer(root, path)) for path in exports
        ),
        bases=tuple(_bases(root)),
        presets=tuple(TrainingPreset(name=name, minutes=limits[0], epochs=limits[1]) for name, limits in preset_limits().items()),
        minimum_rows=_minimum_rows(),
        missing=runs.missing_packages(),
        running=runs.training_now(root),
    )


@do.register
def _estimate(task: Estimate, _: OnProgress) -> TrainingEstimate:
    root = Path(task.root)
    settings = _checked(root, task.wanted)
    if settings.minutes:
        return TrainingEstimate(seconds=settings.minutes * 60, basis="timeBox")
    if (speed := earlier_speed(root, settings.base)) is not None:
        return TrainingEstimate(seconds=seconds_of(settings, speed), basis="earlierRun")
    from server.training.machine import tokens_per_second

    speed = tokens_per_second(settings, check_base(Path(settings.base)).n_parameters)
    return TrainingEstimate(seconds=seconds_of(settings, speed) if speed is not None else None, basis="machine")


@do.register
def _train(task: Train, _: OnProgress) -> Named:
    root = Path(task.root)
    return Named(runs.start(root, _checked(root, task.wanted)).path.name)


@do.register
def _stop(task: StopTraining, _: OnProgress) -> Named:
    return Named(runs.stop(Path(task.root), task.run).path.name)


@do.register
def _resume(task: ResumeTraining, _: OnProgress) -> Named:
    return Named(runs.resume(Path(task.root), task.run).path.name)


@do.register
def _evaluate(task: Evaluate, on_progress: OnProgress) -> EvaluateResult:
    runs.check_installed()
    from server.evaluation.__main__ import evaluate_in
    from server.evaluation.request import PAGE, EvaluationRequest, prepare

    run = runs.run_named(Path(task.root), task.run).path.resolve()
    folder = prepare(EvaluationRequest(run=str(run), artefacts=_EVALUATED, n_loss_rows=task.rows, n_answers=task.answers))
    evaluate_in(folder, on_progress)
    return EvaluateResult(uri=(folder / PAGE).as_uri())


def _checked(root: Path, wanted: Wanted) -> TrainingSettings:
    """Settings of a run that can be expected to start.

    Raises:
        TrainingError: It cannot; what can be known without reading all is said here, the rest by the run.
        NoExportError: There is nothing to train on.
    """
    runs.check_installed()
    runs.refuse_if_training(root)
    rows = Path(wanted.export) if wanted.export else the_newest_export(_exports(root))
    settings = settings_of(
        wanted.preset,
        base=str(check_base(Path(wanted.base) if wanted.base else _embedded()).path.resolve()),
        train_file=str(rows.resolve()),
        validation_file=str(runs.validation_file_of(rows).resolve()),
        minutes=wanted.minutes,
        seed=wanted.seed,
        learning_rate=wanted.learning_rate,
    )
    refuse_few(rows, _n_rows(rows), settings.minimum_rows)
    return settings


def _n_rows(path: Path) -> int:
    """Lines of an export.

    Raises:
        TrainingError: It is gone.
    """
    try:
        with path.open("rb") as file:
            return sum(chunk.count(b"\n") for chunk in iter(lambda: file.read(1 << 20), b""))
    except OSError as error:
        raise TrainingError(f"{path} cannot be read ({(error.strerror or str(error)).lower()}); export again") from error


def _n_newer(root: Path, rows: Path) -> int:
    """Examples of the person's own that an export cannot have, since they came later."""
    if not has_store(root):
        return 0
    with Store(root / FOLDER_NAME, read_only=True) as store:
        return store.n_own_since(rows.stat().st_mtime)


def _bases(root: Path) -> Iterator[TrainableBase]:
    embedded = embedded_model()
    if embedded is not None:
        yield TrainableBase(path="", title=embedded.stem)
    for path in runs.bases(root):
        if embedded is None or path != embedded.resolve():
            yield TrainableBase(path=str(path), title=path.stem if path.is_file() else path.name)


def _embedded() -> Path:
    model = embedded_model()
    if model is None:
        raise TrainingError(
            "the embedded model is not installed: choose a GGUF file, or run “Mothertongue: Set Up Model Environment” again"
        )
    return model


def _exports(root: Path) -> Path:
    return root / EXPORT_FOLDER_NAME


def _minimum_rows() -> int:
    fields = {field.name: field.default for field in msgspec.structs.fields(TrainingSettings)}
    return int(fields["minimum_rows"])


if __name__ == "__main__":
    main()
