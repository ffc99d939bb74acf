"""The rows that a model was never shown, of held-out files and of the newest commits, with what is known of them (IO: reads an export)."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

import numpy as np

from dataset_core.formats import Answer, answer_of
from dataset_core.manifest import RowMetadata, data_files
from dataset_core.split import NEWEST_COMMITS
from server.training.rows import Row, export_of, metadata_of, read_rows


@dataclass(frozen=True)
class HeldOutRow:
    """A held-out row, its answer without the fence, the family it belongs to, and whether it is of one of the newest commits."""

    row: Row
    answer: Answer
    family: str
    is_new: bool = False


def held_out_rows(validation_file: Path, limit: int, seed: int) -> list[HeldOutRow]:
    """Draw rows of held-out files, and as many of the newest commits where there are such; the same ones for the same seed.

    Raises:
        TrainingError: A file cannot be read.
    """
    rows = _drawn(validation_file, limit, seed)
    newest_file = validation_file.with_name(data_files(export_of(validation_file)[0])[NEWEST_COMMITS])
    if newest_file == validation_file or not newest_file.is_file() or newest_file.stat().st_size == 0:
        return rows
    return [*rows, *_drawn(newest_file, limit, seed)]


def _drawn(file: Path, limit: int, seed: int) -> list[HeldOutRow]:
    rows = read_rows(file)
    known, is_new = metadata_of(file, len(rows)), export_of(file)[1] == NEWEST_COMMITS
    order = np.random.default_rng(seed).permutation(len(rows))[:limit]
    return [_held_out(rows[index], known[index] if known else None, is_new=is_new) for index in sorted(order)]


def _held_out(row: Row, metadata: RowMetadata | None, *, is_new: bool) -> HeldOutRow:
    answer = answer_of(row.answer)
    return HeldOutRow(row, answer, metadata.family if metadata is not None else answer.language, is_new)
