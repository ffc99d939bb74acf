"""Reading the files of an export as they are on disk (IO). A line that cannot be read is a problem to report, not an error."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field
from functools import cached_property
from glob import escape
from hashlib import sha256
from itertools import zip_longest
from pathlib import Path
from typing import Any, TypeVar

import msgspec

from dataset_core.errors import UserError
from dataset_core.formats import Answer, FormatError, answer_of, guess_format, read_row
from dataset_core.manifest import Manifest, RowMetadata, data_files
from dataset_core.split import TRAIN

_Decoded = TypeVar("_Decoded")


class VerifyError(UserError):
    """There is no export at a path, or it cannot be read; the message says what to do."""


@dataclass(frozen=True)
class ExportedRow:
    """A row as it stands in a file.

    Attributes:
        number: Its line, counted from 1.
        split: One of `split.SPLITS`, by the file that it stands in.
        prompt: What the user says.
        message: What the assistant answers, fence included.
        metadata: Of the same position in the sidecar; None where that has none.
    """

    number: int
    split: str
    prompt: str
    message: str
    metadata: RowMetadata | None = None

    @cached_property
    def answer(self) -> Answer:
        """The answer without its fence."""
        return answer_of(self.message)

    @property
    def label(self) -> str:
        """For a person: where the row stands and where it comes from."""
        origin = f" ({self.metadata.kind}, {self.metadata.path})" if self.metadata is not None else ""
        return f"{self.split} row {self.number}{origin}"


@dataclass(frozen=True)
class DataFile:
    """One file of the export: the SHA-256 of its bytes in hex, and its lines."""

    sha256: str
    n_lines: int


@dataclass(frozen=True)
class Export:
    """All that is on disk.

    Attributes:
        name: Of the export, without extension.
        format: Of its first readable row; empty where none is.
        rows: Readable ones, training rows first.
        problems: Lines that are not rows of that format.
        metadata: Of the sidecar, in order; None where there is no sidecar or it cannot be read.
        manifest: None where there is none or it cannot be read.
        unreadable: Why sidecar or manifest are None.
        files: Every file whose name starts with that of the export, by name.
    """

    name: str
    format: str
    rows: tuple[ExportedRow, ...]
    problems: tuple[str, ...]
    metadata: tuple[RowMetadata, ...] | None
    manifest: Manifest | None
    unreadable: Mapping[str, str] = field(default_factory=dict)
    files: Mapping[str, DataFile] = field(default_factory=dict)

    def n_rows_of(self, split: str) -> int:
        """Readable rows of a set."""
        return sum(row.split == split for row in self.rows)

    @property
    def max_tokens(self) -> int | None:
        """The budget of a row that the manifest names."""
        named = self.manifest.settings.get("max_tokens") if self.manifest is not None else None
        return named if isinstance(named, int) and named > 0 else None


def read_export(path: Path) -> Export:
    """Read all files of an export.

    Args:
        path: Of the training rows, `NAME.jsonl`.

    Raises:
        VerifyError: There is no such file, or it cannot be read.
    """
    name = path.name.removesuffix(".jsonl")
    unreadable: dict[str, str] = {}
    metadata = _read(path.with_name(f"{name}.metadata.jsonl"), _decode_metadata, unreadable)
    manifest = _read(path.with_name(f"{name}.manifest.json"), msgspec.json.Decoder(Manifest).decode, unreadable)
    values = [_decoded(*line) for line in _lines(path, name)]
    format_name = next((found for value in values if (found := guess_format(value.value))), "")
    read = [_read_row(value, format_name, entry) for value, entry in zip_longest(values, (metadata or ())[: len(values)])]
    return Export(
        name=name,
        format=format_name,
        rows=tuple(row for row in read if isinstance(row, ExportedRow)),
        problems=tuple(problem for problem in read if isinstance(problem, str)),
        metadata=metadata,
        manifest=manifest,
        unreadable=unreadable,
        files={file.name: _fingerprint(file) for file in sorted(path.parent.glob(f"{escape(name)}.*")) if file.is_file()},
    )


@dataclass(frozen=True)
class _Line:
    """A line of a data file; `value` is None where it is no JSON, and `problem` then says why."""

    split: str
    number: int
    value: Any
    problem: str = ""


def _lines(path: Path, name: str) -> Iterator[tuple[str, int, bytes]]:
    for split, file in data_files(name).items():
        data = _data(path.with_name(file), is_required=split == TRAIN)
        lines = data.removesuffix(b"\n").split(b"\n") if data else []
        yield from ((split, number, line) for number, line in enumerate(lines, start=1))


def _decoded(split: str, number: int, line: bytes) -> _Line:
    try:
        return _Line(split, number, msgspec.json.decode(line))
    except (msgspec.DecodeError, UnicodeDecodeError, RecursionError) as error:
        return _Line(split, number, None, f"not JSON: {error}")


def _read_row(line: _Line, format_name: str, metadata: RowMetadata | None) -> ExportedRow | str:
    """The row of a line, or what is wrong with it."""
    if line.problem:
        return f"{line.split} row {line.number}: {line.problem}"
    try:
        prompt, message = read_row(line.value, format_name or "trl")
    except FormatError as error:
        return f"{line.split} row {line.number}: {error}"
    return ExportedRow(line.number, line.split, prompt, message, metadata)


def _data(file: Path, *, is_required: bool) -> bytes:
    try:
        return file.read_bytes()
    except FileNotFoundError as error:
        if not is_required:
            return b""
        raise VerifyError(f"there is no export at {file}; make one with `mothertongue export`") from error
    except OSError as error:
        raise VerifyError(f"{file} cannot be read: {error.strerror}") from error


def _decode_metadata(data: bytes) -> tuple[RowMetadata, ...]:
    return tuple(msgspec.json.Decoder(RowMetadata).decode_lines(data))


def _read(file: Path, decode: Callable[[bytes], _Decoded], unreadable: dict[str, str]) -> _Decoded | None:
    try:
        return decode(file.read_bytes())
    except OSError as error:
        unreadable[file.name] = f"{file.name} cannot be read: {(error.strerror or str(error)).lower()}"
    except (msgspec.DecodeError, UnicodeDecodeError, RecursionError) as error:
        unreadable[file.name] = f"{file.name}: {error}"
    return None


def _fingerprint(file: Path) -> DataFile:
    data = file.read_bytes()
    return DataFile(sha256(data).hexdigest(), data.count(b"\n"))
