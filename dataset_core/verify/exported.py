"""Reading the files of an export as they are on disk (IO). A line that cannot be read is a problem to report, not an error."""

from __future__ import annotations

from dataclasses import dataclass, field
from functools import cached_property
from hashlib import sha256
from typing import Any, TYPE_CHECKING

import msgspec

from dataset_core.formats import Answer, FormatError, answer_of, guess_format, read_row
from dataset_core.manifest import Manifest, RowMetadata
from dataset_core.split import TRAIN, VALIDATION

if TYPE_CHECKING:
    from pathlib import Path
    from collections.abc import Iterator, Mapping

_DATA_FILES = (("", TRAIN), (".validation", VALIDATION))


class ExportMissingError(Exception):
    """There is no export at a path, or it cannot be read; the message says what to do."""


@dataclass(frozen=True)
class ExportedRow:
    """A row as it stands in a file.

    Attributes:
        number: Its line, counted from 1.
        split: `train` or `validation`, by the file that it stands in.
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

    @property
    def n_train(self) -> int:
        """Readable training rows."""
        return sum(row.split == TRAIN for row in self.rows)

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
        ExportMissingError: There is no such file, or it cannot be read.
    """
    name = path.name.removesuffix(".jsonl")
    unreadable: dict[str, str] = {}
    metadata = _read(path.with_name(f"{name}.metadata.jsonl"), _decode_metadata, unreadable)
    manifest = _read(path.with_name(f"{name}.manifest.json"), msgspec.json.Decoder(Manifest).decode, unreadable)
    problems: list[str] = []
    rows = tuple(_rows(path, name, metadata or (), problems))
    format_name = next((found for found in (guess_format(value) for _, _, value in rows) if found), "")
    read = tuple(_read_rows(rows, format_name, metadata or (), problems))
    files = {
        file.name: _fingerprint(file) for file in sorted(path.parent.glob(f"{_escaped(name)}.*")) if file.is_file()
    }
    return Export(name, format_name, read, tuple(problems), metadata, manifest, unreadable, files)


def _rows(
    path: Path, name: str, metadata: tuple[RowMetadata, ...], problems: list[str]
) -> Iterator[tuple[str, int, Any]]:
    del metadata
    for suffix, split in _DATA_FILES:
        file = path.with_name(f"{name}{suffix}.jsonl")
        for number, line in enumerate(_lines(file, is_required=split == TRAIN), start=1):
            try:
                yield split, number, msgspec.json.decode(line)
            except (msgspec.DecodeError, UnicodeDecodeError) as error:
                problems.append(f"{split} row {number}: not JSON: {error}")
                yield split, number, None


def _read_rows(
    rows: tuple[tuple[str, int, Any], ...], format_name: str, metadata: tuple[RowMetadata, ...], problems: list[str]
) -> Iterator[ExportedRow]:
    for position, (split, number, value) in enumerate(rows):
        if value is None:
            continue
        try:
            prompt, message = read_row(value, format_name or "trl")
        except FormatError as error:
            problems.append(f"{split} row {number}: {error}")
            continue
        yield ExportedRow(number, split, prompt, message, metadata[position] if position < len(metadata) else None)


def _lines(file: Path, *, is_required: bool) -> list[bytes]:
    try:
        data = file.read_bytes()
    except FileNotFoundError as error:
        if not is_required:
            return []
        message = f"there is no export at {file}; make one with `mothertongue export`"
        raise ExportMissingError(message) from error
    except OSError as error:
        message = f"{file} cannot be read: {error.strerror}"
        raise ExportMissingError(message) from error
    return data.split(b"\n")[:-1] if data.endswith(b"\n") else data.split(b"\n") if data else []


def _decode_metadata(data: bytes) -> tuple[RowMetadata, ...]:
    return tuple(msgspec.json.Decoder(RowMetadata).decode_lines(data))


def _read(file: Path, decode: Any, unreadable: dict[str, str]) -> Any:  # noqa: ANN401 - the type is that of `decode`
    try:
        return decode(file.read_bytes())
    except OSError as error:
        unreadable[file.name] = f"{file.name} cannot be read: {(error.strerror or str(error)).lower()}"
    except (msgspec.DecodeError, UnicodeDecodeError) as error:
        unreadable[file.name] = f"{file.name}: {error}"
    return None


def _fingerprint(file: Path) -> DataFile:
    data = file.read_bytes()
    return DataFile(sha256(data).hexdigest(), data.count(b"\n"))


def _escaped(name: str) -> str:
    return "".join(f"[{letter}]" if letter in "*?[" else letter for letter in name)
