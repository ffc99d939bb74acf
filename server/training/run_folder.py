"""A run's folder: the only way in which the training process and whoever watches it speak (IO; knows no torch).

| file | holds |
|---|---|
| `settings.json` | `TrainingSettings`, written before the process starts, never changed |
| `state.json` | `RunState`: where the run stands |
| `events.jsonl` | one line a step, and whatever else is worth telling |
| `checkpoint.safetensors` | all that resuming needs, in one file that is replaced as a whole |
| `adapter/` | the best adapter so far, in peft's format |
| `adapter.gguf` | the same for llama.cpp, written when the run ends |
| `merged.gguf` | base and adapter in one file, written when it is asked for |
| `stop` | an empty file: whoever wants the run to end makes it |
| `log.txt` | what the process printed |
| `process.lock` | locked by the process from its first moment to its last; `training.lock` only from when it has loaded what it needs |
"""

from __future__ import annotations

import contextlib
import os
import sys
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import msgspec
from filelock import FileLock, Timeout

from server.training.errors import TrainingError
from server.training.settings import TrainingSettings

SETTINGS, STATE, EVENTS, CHECKPOINT, ADAPTER, STOP, LOG = (
    "settings.json", "state.json", "events.jsonl", "checkpoint.safetensors", "adapter", "stop", "log.txt",
)  # fmt: skip
ADAPTER_GGUF, MERGED_GGUF = "adapter.gguf", "merged.gguf"
ADAPTER_WEIGHTS = f"{ADAPTER}/adapter_model.safetensors"
LOCK, PROCESS_LOCK = "training.lock", "process.lock"
_MOST_LOG_BYTES = 4_096


class RunState(msgspec.Struct, frozen=True):
    """Where a run stands.

    Attributes:
        status: `starting`, `preparing`, `training`, `finished`, `cancelled` or `failed`; whether its process lives, the lock alone tells.
        step: Optimizer steps that were done.
        planned_steps: Steps that the run will take; 0 before that is known.
        message: What a person should read: why it failed and what to do, or how it ended.
        base_validation_loss: Before the first step; nan before it is measured.
        best_validation_loss: Of the adapter that is saved.
        started_at: When its process was last started, in seconds since 1970.
        rows_written_at: When the rows were written that it began with, 0 if unknown; another export of the day may take their place.
    """

    status: str = "preparing"
    step: int = 0
    planned_steps: int = 0
    message: str = ""
    base_validation_loss: float | None = None
    best_validation_loss: float | None = None
    started_at: float = 0.0
    rows_written_at: float = 0.0


class RunFolder:
    """Reading and writing of one run's folder. Everything but `events.jsonl` is replaced as a whole."""

    def __init__(self, path: Path) -> None:
        self.path = path

    @property
    def project(self) -> Path:
        """Of which it is a run: the folder lies in its `.mothertongue/runs`."""
        return self.path.resolve().parents[2]

    def settings(self) -> TrainingSettings:
        """What the run was asked to do.

        Raises:
            TrainingError: There are none, or they cannot be read.
        """
        file = self.path / SETTINGS
        try:
            return msgspec.json.decode(file.read_bytes(), type=TrainingSettings)
        except (OSError, msgspec.DecodeError) as error:
            raise TrainingError(f"{file} cannot be read ({error}): this is no folder of a run, start a new one") from error

    def state(self) -> RunState:
        """Where the run stands; a folder without a readable state has not begun."""
        try:
            return msgspec.json.decode((self.path / STATE).read_bytes(), type=RunState)
        except (OSError, msgspec.DecodeError):
            return RunState()

    def update(self, **changes: Any) -> None:
        """Change some of the state."""
        write_whole(self.path / STATE, msgspec.json.encode(msgspec.structs.replace(self.state(), **changes)))

    def append(self, event: str, **values: Any) -> None:
        """Add one line to the events."""
        line = msgspec.json.encode({"event": event, "time": round(time.time(), 3), **values}) + b"\n"
        with (self.path / EVENTS).open("ab") as file:
            file.write(line)

    def events(self) -> list[dict[str, Any]]:
        """All events; a last line that a killed process left half is left out."""
        try:
            lines = (self.path / EVENTS).read_bytes().split(b"\n")
        except FileNotFoundError:
            return []
        return [event for line in lines if line and isinstance(event := _decoded(line), dict)]

    def forget_events_after(self, step: int) -> None:
        """Drop what steps told that a resumed run takes again."""
        kept = [event for event in self.events() if event.get("step", 0) <= step]
        write_whole(self.path / EVENTS, b"".join(msgspec.json.encode(event) + b"\n" for event in kept))

    def stop_requested(self) -> bool:
        """Whether somebody asked the run to end."""
        return (self.path / STOP).exists()

    def request_stop(self) -> None:
        """Ask the run to end after the step it is in, keeping its best adapter."""
        (self.path / STOP).touch()

    def withdraw_stop(self) -> None:
        """Let the run be resumed."""
        (self.path / STOP).unlink(missing_ok=True)

    def is_alive(self) -> bool:
        """Whether a process is training in this folder right now."""
        lock = FileLock(self.path / LOCK)
        try:
            with lock.acquire(timeout=0):
                return False
        except Timeout:
            return True

    def has_process(self) -> bool | None:
        """Whether the process that was started for this run is there, however short; None on Windows, where nobody can tell."""
        if sys.platform == "win32":
            return None
        import fcntl

        try:
            with (self.path / PROCESS_LOCK).open("rb") as file:
                fcntl.flock(file, fcntl.LOCK_SH | fcntl.LOCK_NB)
        except FileNotFoundError:
            return False
        except BlockingIOError:
            return True
        return False

    def last_words(self) -> str:
        """The last line that the process printed; empty where it printed nothing."""
        try:
            with (self.path / LOG).open("rb") as file:
                file.seek(max(0, file.seek(0, os.SEEK_END) - _MOST_LOG_BYTES))
                lines = file.read().decode("utf-8", "replace").splitlines()
        except FileNotFoundError:
            return ""
        return next((line.strip() for line in reversed(lines) if line.strip()), "")


class OnlookingRunFolder(RunFolder):
    """The folder of a run for the processes beside the first, which alone writes what all of them know."""

    def update(self, **changes: Any) -> None:
        """Left to the first."""

    def append(self, event: str, **values: Any) -> None:
        """Left to the first."""

    def forget_events_after(self, step: int) -> None:
        """Left to the first."""


@contextlib.contextmanager
def only_training(run: RunFolder) -> Iterator[None]:
    """Hold the locks of the run and of all runs beside it: one training at a time. The system frees them if the process dies.

    Raises:
        TrainingError: Another training is running.
    """
    with contextlib.ExitStack() as held:
        for folder in (run.path.parent, run.path):
            try:
                held.enter_context(FileLock(folder / LOCK).acquire(timeout=0))
            except Timeout:  # noqa: PERF203 - two locks
                raise TrainingError(
                    f"another training is running in {run.path.parent}: wait for it or stop it (`mothertongue runs list` shows it)"
                ) from None
        yield


@contextlib.contextmanager
def lock_of_process(run: RunFolder) -> Iterator[tuple[int, ...]]:
    """Lock `process.lock` for a process that is started inside: it must inherit the descriptors, and keeps the lock while it lives.

    Nobody else has to do anything for it, so that also a process that dies before its first line is seen to be gone. On Windows locks are
    not inherited, and there are no descriptors.
    """
    if sys.platform == "win32":
        yield ()
        return
    import fcntl

    with (run.path / PROCESS_LOCK).open("wb") as file:
        fcntl.flock(file, fcntl.LOCK_EX)
        yield (file.fileno(),)


def write_whole(path: Path, data: bytes) -> None:
    """Write a file so that a reader, and a process killed at any moment, find the old one or the new one.

    Raises:
        TrainingError: The disk is full or the folder cannot be written to; the old file stays.
    """
    partial = path.with_name(f"{path.name}.partial")
    try:
        with partial.open("wb") as file:
            file.write(data)
            file.flush()
            os.fsync(file.fileno())
        partial.replace(path)
    except OSError as error:
        with contextlib.suppress(OSError):
            partial.unlink(missing_ok=True)
        raise TrainingError(
            f"{path} could not be written ({(error.strerror or str(error)).lower()}); {len(data) / 1e6:.0f} MB are needed. "
            "What was saved before is whole: make room, then go on with `mothertongue runs resume`"
        ) from error


def _decoded(line: bytes) -> object:
    try:
        return msgspec.json.decode(line)
    except msgspec.DecodeError:
        return None
