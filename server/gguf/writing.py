"""Writing GGUF files beside their places and renaming them (IO): a file is whole, or it is not there."""

from __future__ import annotations

import os
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from gguf import GGUFWriter

from server.gguf.header import GgufError


@contextmanager
def renamed_into_place(path: Path) -> Iterator[Path]:
    """Give a path beside `path` to write to; on leaving, it takes the place of `path`, on an error it is removed.

    Raises:
        GgufError: The disk is full or cannot be written to. What was at `path` before is still there.
    """
    partial = path.with_name(f".{path.name}.partial-{os.getpid()}")
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        yield partial
        with partial.open("rb+") as file:
            os.fsync(file.fileno())
        partial.replace(path)
    except OSError as error:
        reason = (error.strerror or str(error)).lower()
        raise GgufError(f"cannot write {path} ({reason}); free some space or choose another folder. Nothing was changed") from error
    finally:
        partial.unlink(missing_ok=True)


@contextmanager
def open_writer(path: Path, architecture: str) -> Iterator[GGUFWriter]:
    """A writer for a file at `path`, which is renamed into place when the writer is done."""
    with renamed_into_place(path) as partial:
        writer = GGUFWriter(partial, architecture)
        try:
            yield writer
        finally:
            writer.close()
