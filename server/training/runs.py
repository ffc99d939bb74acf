"""Training runs of a project, seen from outside: started detached, found again by their folders, stopped, resumed (IO; no torch)."""

from __future__ import annotations

import importlib.util
import os
import secrets
import subprocess
import sys
import threading
from collections.abc import Sequence
from datetime import datetime
from pathlib import Path
from typing import Any

import msgspec

from dataset_core.store import FOLDER_NAME as STORE_FOLDER
from server.training.errors import TrainingError
from server.training.run_folder import CHECKPOINT, LOG, SETTINGS, RunFolder, RunState, write_whole
from server.training.settings import TrainingSettings

RUNS_FOLDER = "runs"
_MODULE = "server.training"
_NEEDED = ("torch", "transformers", "peft", "psutil")
_ENDED = {"finished", "cancelled", "failed"}


class RunOverview(msgspec.Struct, frozen=True):
    """A run as a list shows it; `status` is `killed` where the process died without a word."""

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
    return [RunOverview(folder.name, status_of(RunFolder(folder)), RunFolder(folder).state(), str(folder)) for folder in folders]


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
    started = (run.path / SETTINGS).stat().st_mtime
    try:
        return min(started, Path(run.settings().train_file).stat().st_mtime)
    except (OSError, TrainingError):
        return started


def status_of(run: RunFolder) -> str:
    """What the run's state says, or `killed` where nobody lives who could change it."""
    status = run.state().status
    if status in _ENDED or run.is_alive():
        return status
    return "killed" if (run.path / CHECKPOINT).exists() or status == "training" else "not started"


def refuse_if_training(root: Path) -> None:
    """Raise if a training of this project is running.

    Raises:
        TrainingError: Its name stands in the message.
    """
    running = [run.name for run in overview(root) if run.status not in _ENDED and RunFolder(Path(run.path)).is_alive()]
    if running:
        raise TrainingError(f"the run {running[0]} is training already: wait for it, or `mothertongue runs stop`")


def check_installed() -> None:
    """Look, without importing, whether the packages of the extra `train` are there.

    Raises:
        TrainingError: One is not.
    """
    missing = [name for name in _NEEDED if importlib.util.find_spec(name) is None]
    if missing:
        raise TrainingError(f"training needs {', '.join(missing)}: pip install 'mothertongue[train]'")


def _launch(run: RunFolder) -> None:
    with (run.path / LOG).open("ab") as log:
        process = subprocess.Popen(_command(run), stdin=subprocess.DEVNULL, stdout=log, stderr=log, env=environment(), **_detached())
    # Should this process outlive the training, the ended child must be waited for, or it stays a zombie.
    threading.Thread(target=process.wait, daemon=True).start()


def _command(run: RunFolder) -> Sequence[str]:
    processes = run.settings().processes
    launcher = ("-m", "torch.distributed.run", "--standalone", "--nproc-per-node", str(processes)) if processes > 1 else ()
    return (sys.executable, *launcher, "-m", _MODULE, str(run.path.resolve()))


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
