"""Reading the rows to train on, and what their export knows of them (IO). What is wrong with a file is said with its line."""

from __future__ import annotations

import json
from dataclasses import dataclass, replace
from pathlib import Path

import msgspec

from dataset_core.formats import FormatError, guess_format, read_row
from dataset_core.manifest import RowMetadata
from dataset_core.mix import FILLERS
from dataset_core.split import SPLITS, TRAIN
from server.training.errors import TrainingError


@dataclass(frozen=True)
class Row:
    """A prompt and its answer, as text, before the chat template.

    Attributes:
        prompt: As a person would ask.
        answer: That is taught.
        kind: Of task, such as `implement` or `composed.erd`; empty where the export is not known.
        is_shipped: Library or composer gave it, not the project.
    """

    prompt: str
    answer: str
    kind: str = ""
    is_shipped: bool = False


def read_rows(path: Path, *, minimum: int = 1) -> list[Row]:
    """All rows of an exported file, in any of the export formats.

    Raises:
        TrainingError: The file is missing, holds fewer rows than `minimum`, or a line is not JSON or not of the format of the first.
    """
    lines = _lines(path)
    format_name = _format(path, lines)
    known = metadata_of(path, len(lines))
    rows = [_row(path, number, line, format_name) for number, line in enumerate(lines, start=1)]
    if known:
        rows = [replace(row, kind=about.kind, is_shipped=about.family in FILLERS) for row, about in zip(rows, known, strict=True)]
    refuse_few(path, len(rows), minimum)
    return rows


def refuse_few(path: Path, count: int, minimum: int) -> None:
    """Refuse a file with fewer rows than can teach.

    Raises:
        TrainingError: It has fewer than `minimum`.
    """
    if count < minimum:
        raise TrainingError(
            f"{path} has {count:,} rows; training needs at least {minimum:,}, and learns well from 5,000. "
            "Build the data set of a larger project, add files with `mothertongue add`, or raise `target` and export again"
        )


def metadata_of(path: Path, n_rows: int) -> list[RowMetadata]:
    """What an export knows of each row of one of its files; nothing where the sidecar is missing or belongs to another export.

    Args:
        path: `NAME.jsonl`, or that of one of the held-out sets.
        n_rows: That the file holds.

    Raises:
        TrainingError: The sidecar cannot be read.
    """
    name, split = export_of(path)
    sidecar = path.with_name(f"{name}.metadata.jsonl")
    try:
        rows = [msgspec.json.decode(line, type=RowMetadata) for line in sidecar.read_bytes().splitlines()]
    except FileNotFoundError:
        return []
    except (OSError, msgspec.DecodeError) as error:
        raise TrainingError(f"{sidecar} cannot be read ({error}): export again") from error
    chosen = [row for row in rows if row.split == split]
    return chosen if len(chosen) == n_rows else []


def export_of(path: Path) -> tuple[str, str]:
    """The name of the export that a file of rows belongs to, and which of its sets the file holds."""
    name = path.name.removesuffix(".jsonl")
    split = next((split for split in SPLITS if name.endswith(f".{split}")), TRAIN)
    return name.removesuffix(f".{split}"), split


def _lines(path: Path) -> list[str]:
    try:
        text = path.read_text("utf-8")
    except OSError as error:
        raise TrainingError(f"{path} cannot be read ({(error.strerror or str(error)).lower()}); run `mothertongue export` first") from error
    except UnicodeDecodeError as error:
        raise TrainingError(f"{path} is not UTF-8 text (byte {error.start:,}): export it again") from error
    lines = text.split("\n")
    return lines[:-1] if lines and not lines[-1] else lines


def _format(path: Path, lines: list[str]) -> str:
    if not lines:
        raise TrainingError(f"{path} is empty: run `mothertongue export` again; held-out rows need a `validation_fraction` above 0")
    name = guess_format(_parsed(path, 1, lines[0]))
    if name is None:
        raise TrainingError(f"{path}, line 1: not a row of any format that `mothertongue export` writes: export it again")
    return name


def _row(path: Path, number: int, line: str, format_name: str) -> Row:
    try:
        prompt, answer = read_row(_parsed(path, number, line), format_name)
    except FormatError as error:
        raise TrainingError(f"{path}, line {number:,}: {error}. Every row must have the format of the first: export it again") from error
    if not prompt.strip() or not answer.strip():
        raise TrainingError(f"{path}, line {number:,}: the {'prompt' if not prompt.strip() else 'answer'} is empty: export it again")
    return Row(prompt, answer)


def _parsed(path: Path, number: int, line: str) -> dict[str, object]:
    try:
        value = json.loads(line)
    except (ValueError, RecursionError) as error:
        raise TrainingError(f"{path}, line {number:,}: not JSON ({error}); the file is damaged, export it again") from error
    if not isinstance(value, dict):
        raise TrainingError(f"{path}, line {number:,}: not a JSON object; the file is damaged, export it again")
    return value
