"""The rows that a model was never shown, with what is known of them (IO: reads an export)."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

import msgspec
import numpy as np

from dataset_core.formats import Answer, answer_of
from dataset_core.manifest import RowMetadata
from server.training.errors import TrainingError
from server.training.rows import Row, read_rows


@dataclass(frozen=True)
class HeldOutRow:
    """A held-out row, its answer without the fence, and the family it belongs to; `commit` is empty for rows of files."""

    row: Row
    answer: Answer
    family: str
    commit: str = ""


def held_out_rows(validation_file: Path, limit: int, seed: int) -> list[HeldOutRow]:
    """Draw held-out rows, the same ones for the same seed.

    Raises:
        TrainingError: The file cannot be read.
    """
    rows = read_rows(validation_file)
    known = _metadata(validation_file, len(rows))
    order = np.random.default_rng(seed).permutation(len(rows))[:limit]
    return [_held_out(rows[index], known[index] if known else None) for index in sorted(order)]


def _held_out(row: Row, metadata: RowMetadata | None) -> HeldOutRow:
    answer = answer_of(row.answer)
    if metadata is None:
        return HeldOutRow(row, answer, answer.language)
    return HeldOutRow(row, answer, metadata.family, metadata.commit)


def _metadata(validation_file: Path, n_rows: int) -> list[RowMetadata]:
    """Of the held-out rows, in their order; none where the sidecar is missing or belongs to another export."""
    path = validation_file.with_name(validation_file.name.replace(".validation.jsonl", ".metadata.jsonl"))
    try:
        rows = [msgspec.json.decode(line, type=RowMetadata) for line in path.read_bytes().splitlines()]
    except FileNotFoundError:
        return []
    except (OSError, msgspec.DecodeError) as error:
        raise TrainingError(f"{path} cannot be read ({error}): export again") from error
    held_out = [row for row in rows if row.split == "validation"]
    return held_out if len(held_out) == n_rows else []
