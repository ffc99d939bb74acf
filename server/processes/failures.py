"""What an exception of the data set core is to a client: a kind, and a sentence with the remedy."""

from __future__ import annotations

from dataset_core.additions import AdditionError
from dataset_core.export import ExportError
from dataset_core.mermaid.parser import MermaidUnavailableError
from dataset_core.project import ProjectError
from dataset_core.settings import SettingsError
from dataset_core.store import StoreError
from dataset_core.verify import VerifyError
from dataset_core.workers import WorkerError
from server.exports import NoExportError
from server.processes.palette import for_an_editor
from server.protocol import ErrorKind
from server.training.errors import NotInstalledError, TrainingError


class UnknownExampleError(Exception):
    """No such example: the data set is another one by now; the message says what to do."""


class NotBuiltError(Exception):
    """A folder has no data set yet; the message says what to do."""


class NothingToDrawError(Exception):
    """A file is no part of the data set; the message says why."""


_KINDS: tuple[tuple[type[Exception], ErrorKind], ...] = (
    (SettingsError, ErrorKind.SETTINGS),
    (ProjectError, ErrorKind.PROJECT),
    (NotADirectoryError, ErrorKind.PROJECT),
    (StoreError, ErrorKind.STORE),
    (ExportError, ErrorKind.EXPORT),
    (VerifyError, ErrorKind.NO_EXPORT),
    (NoExportError, ErrorKind.NO_EXPORT),
    (NotInstalledError, ErrorKind.NOT_INSTALLED),
    (TrainingError, ErrorKind.TRAINING),
    (AdditionError, ErrorKind.ADDITION),
    (MermaidUnavailableError, ErrorKind.MERMAID),
    (UnknownExampleError, ErrorKind.UNKNOWN_EXAMPLE),
    (NotBuiltError, ErrorKind.NOT_BUILT),
    (NothingToDrawError, ErrorKind.NOTHING_TO_DRAW),
    (WorkerError, ErrorKind.MEMORY),
    (MemoryError, ErrorKind.MEMORY),
    (OSError, ErrorKind.DISK),
)


def explained(error: Exception) -> tuple[ErrorKind, str] | None:
    """Kind and sentence; None for what is a defect of the program."""
    kind = next((kind for accepted, kind in _KINDS if isinstance(error, accepted)), None)
    if kind is None:
        return None
    if kind is ErrorKind.MEMORY:
        return kind, "Memory ran out. Close other programs, or set `mothertongue.workers` to 1, and run it again: what was done is kept."
    if kind is ErrorKind.DISK and isinstance(error, OSError):
        return kind, f"{error.filename or 'The disk'}: {(error.strerror or str(error)).lower()}"
    return kind, for_an_editor(str(error))
