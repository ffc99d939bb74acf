"""Training runs of a project, seen from outside: started detached, found again by their folders, stopped, resumed (IO; no torch)."""

from __future__ import annotations

import importlib.util
import os
import secrets
import subprocess
import sys
import threading
import time
from collections.abc import Sequence
from datetime import datetime
from pathlib import Path
from typing import Any

import msgspec

from dataset_core.store import FOLDER_NAME as STORE_FOLDER
from server.processes.isolated import isolated_command
from server.training.errors import NotInstalledError, TrainingError
from server.training.run_folder import CHECKPOINT, LOG, SETTINGS, RunFolder, RunState, lock_of_process, write_whole
from server.training.settings import TrainingSettings

RUNS_FOLDER = "runs"
_MODULE = "server.training"
_NEEDED = ("torch", "transformers", "peft", "psutil")
_ENDED = {"finished", "cancelled", "failed"}
# A process takes its locks when it has loaded torch, which takes seconds, on a busy machine minutes. Where nobody can tell whether it is
# there meanwhile, it counts as starting for so long.
_START_SECONDS = 300.0


class RunOverview(msgspec.Struct, frozen=True):
    """A run as a list shows it; status and state as `state_of` sees them."""

    name: str
    status: str
    state: RunState
    path: str


def runs_folder(root: Path) -> Path:
    """Where the runs of a project lie."""
    return root / STORE_FOLDER / RUNS_FOLDER


def validation_file_of(train_file: Path) -> Path:
    """The held-out rows that an export wrote beside its training rows."""
    return train_file.with_name(f"{train_file.stem}.validation.jsonl")


def start(root: Path, settings: TrainingSettings) -> RunFolder:
    """Make a run's folder and start its process, which outlives this one.

    Raises:
        TrainingError: What training needs is not installed, another training is running, or the folder cannot be written.
    """
    check_installed()
    folder = runs_folder(root)
    refuse_if_training(root)
    name = f"{datetime.now().astimezone():%Y%m%d-%H%M%S}-{secrets.token_hex(2)}"
    run = RunFolder(folder / name)
    try:
        run.path.mkdir(parents=True)
    except OSError as error:
        raise TrainingError(f"{run.path} cannot be made: {(error.strerror or str(error)).lower()}") from error
    write_whole(run.path / SETTINGS, msgspec.json.format(msgspec.json.encode(settings), indent=2))
    run.update(rows_written_at=_written_at(Path(settings.train_file)) or 0.0)
    _launch(run)
    return run


def resume(root: Path, name: str) -> RunFolder:
    """Go on with a run that was stopped, failed or was killed.

    Raises:
        TrainingError: There is no such run, nothing is left to do, or a training is running.
    """
    check_installed()
    run = run_named(root, name)
    run.settings()
    refuse_if_training(root)
    if run.state().status == "finished":
        raise TrainingError(f"{run.path.name} is finished: start a new run to train longer")
    run.withdraw_stop()
    _launch(run)
    return run


def run_named(root: Path, name: str = "") -> RunFolder:
    """A run by its name, or the newest.

    Raises:
        TrainingError: There is none.
    """
    names = sorted(path.parent.name for path in runs_folder(root).glob(f"*/{SETTINGS}"))
    if not names:
        raise TrainingError(f"{root} has no training runs yet: `mothertongue train` starts one")
    if name and name not in names:
        raise TrainingError(f"there is no run {name!r}; there are {', '.join(names[-5:])}")
    return RunFolder(runs_folder(root) / (name or names[-1]))


def overview(root: Path) -> list[RunOverview]:
    """All runs, oldest first."""
    folders = sorted(path.parent for path in runs_folder(root).glob(f"*/{SETTINGS}"))
    states = [(folder, state_of(RunFolder(folder))) for folder in folders]
    return [RunOverview(folder.name, state.status, state, str(folder)) for folder, state in states]


def bases(root: Path) -> list[Path]:
    """Base models of earlier runs that are still there, the one that was used last first."""
    paths = sorted(runs_folder(root).glob(f"*/{SETTINGS}"), reverse=True)
    used = (Path(settings.base) for path in paths if (settings := _settings_or_none(RunFolder(path.parent))) is not None)
    return list(dict.fromkeys(base for base in used if base.exists()))


def _settings_or_none(run: RunFolder) -> TrainingSettings | None:
    try:
        return run.settings()
    except TrainingError:
        return None


def newest_training_began(root: Path) -> float | None:
    """When the rows of the newest finished training were written, in seconds since 1970; None where none has finished.

    What was added later was not learnt. Where the rows are gone, the start of the run counts.
    """
    began = [
        _rows_written(run)
        for path in runs_folder(root).glob(f"*/{SETTINGS}")
        if (run := RunFolder(path.parent)).state().status == "finished"
    ]
    return max(began, default=None)


def _rows_written(run: RunFolder) -> float:
    if (known := run.state().rows_written_at) > 0:
        return known
    started = (run.path / SETTINGS).stat().st_mtime
    try:
        return min(started, _written_at(Path(run.settings().train_file)) or started)
    except TrainingError:
        return started


def _written_at(path: Path) -> float | None:
    try:
        return path.stat().st_mtime
    except OSError:
        return None


def state_of(run: RunFolder) -> RunState:
    """Where a run stands. Its own word counts while its process lives, and when it has ended.

    Otherwise: `failed`, with the last line of the log, where the process ended before the training began; `killed` where it ended in the
    middle; `not started` where there never was one.
    """
    state = run.state()
    if state.status in _ENDED or run.is_alive():
        return state
    if state.status == "training" or not state.started_at:
        is_killed = (run.path / CHECKPOINT).exists() or state.status == "training"
        return msgspec.structs.replace(state, status="killed" if is_killed else "not started")
    has_process = run.has_process()
    if has_process or (has_process is None and 0 <= time.time() - state.started_at < _START_SECONDS):
        return state
    if run.state() != state:
        return state_of(run)  # it went on while it was looked at
    said = run.last_words()
    ending = f"it said last: {said}" if said else "it said nothing, so something else ended it, perhaps because memory ran out"
    return msgspec.structs.replace(state, status="failed", message=f"the process ended before the training began; {ending}")


def status_of(run: RunFolder) -> str:
    """The status of `state_of`."""
    return state_of(run).status


def is_under_way(status: str) -> bool:
    """Whether a run of this status changes by itself."""
    return status in {"starting", "preparing", "training"}


def training_now(root: Path) -> str:
    """Name of the run that is training, or about to; empty where none is."""
    names = (run.name for run in overview(root) if is_under_way(run.status))
    return next(names, "")


def refuse_if_training(root: Path) -> None:
    """Raise if a training of this project is running.

    Raises:
        TrainingError: Its name stands in the message.
    """
    if running := training_now(root):
        raise TrainingError(f"the run {running} is training already: wait for it, or stop it with `mothertongue runs stop`")


def check_installed() -> None:
    """Refuse where packages of the extra `train` are missing.

    Raises:
        NotInstalledError: One is.
    """
    if missing := missing_packages():
        raise NotInstalledError(f"training needs {', '.join(missing)}: pip install 'mothertongue[train]'")


def missing_packages() -> tuple[str, ...]:
    """Which packages of the extra `train` this interpreter does not have; looked for without importing."""
    return tuple(name for name in _NEEDED if importlib.util.find_spec(name) is None)


def stop(root: Path, name: str) -> RunFolder:
    """Ask a run to end after the step it is in, with its best adapter.

    Raises:
        TrainingError: There is no such run, or it does not run.
    """
    run = run_named(root, name)
    if not is_under_way(status := status_of(run)):
        raise TrainingError(f"{run.path.name} is not running: it is {status}")
    run.request_stop()
    return run


def _launch(run: RunFolder) -> None:
    with (run.path / LOG).open("ab") as log, lock_of_process(run) as descriptors:
        run.update(status="starting", message="", started_at=time.time())
        process = subprocess.Popen(
            _command(run), stdin=subprocess.DEVNULL, stdout=log, stderr=log, env=environment(), pass_fds=descriptors, **_detached()
        )
    # Should this process outlive the training, the ended child must be waited for, or it stays a zombie.
    threading.Thread(target=process.wait, daemon=True).start()


def _command(run: RunFolder) -> Sequence[str]:
    processes, folder = run.settings().processes, str(run.path.resolve())
    if processes == 1:
        return (*isolated_command(_MODULE), folder)
    launcher = ("-m", "torch.distributed.run", "--standalone", "--nproc-per-node", str(processes))
    return (sys.executable, *launcher, "-m", _MODULE, folder)


def environment() -> dict[str, str]:
    """Of a training or evaluating process: no library may ask the network for anything.

    Threads that wait for each other give way to other programs: spinning made products two to three times as slow on a busy machine.
    """
    return {
        "OMP_WAIT_POLICY": "passive",
        **os.environ,
        "HF_HUB_OFFLINE": "1",
        "HF_HUB_DISABLE_TELEMETRY": "1",
        "DO_NOT_TRACK": "1",
        "PYTHONUTF8": "1",
    }


def _detached() -> dict[str, Any]:
    """A session of its own, so that neither a closed terminal nor an ended editor takes the training along."""
    if sys.platform == "win32":
        return {"creationflags": subprocess.DETACHED_PROCESS | subprocess.CREATE_NEW_PROCESS_GROUP}
    return {"start_new_session": True}
