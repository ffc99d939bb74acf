"""Which rows a step sees, and how they lie in memory: end to end in one flat sequence without padding, each row kept apart. Pure.

The linear layers, where the time goes, see one dense matrix; attention is computed row by row (`network.rows_attention`). So rows of any
lengths can share a step and nothing is computed for padding.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from server.training.tokens import TokenRow

Ids = npt.NDArray[np.int64]


@dataclass(frozen=True)
class Batch:
    """Rows end to end.

    Attributes:
        ids: [tokens].
        positions: [tokens], from 0 in each row.
        row_ends: Where each row ends, in tokens from the start.
        predicting: [labels]: places whose output is judged: the one before each answer token, by position, never by token id.
        labels: [labels]: the answer tokens, end marks included.
    """

    ids: Ids
    positions: Ids
    row_ends: tuple[int, ...]
    predicting: Ids
    labels: Ids


def rows_of_step(rows: Sequence[TokenRow], step: int, rows_per_step: int, seed: int) -> list[TokenRow]:
    """The rows of a step, from 0. Every pass over the data has an order of its own that follows from seed and pass alone."""
    first = step * rows_per_step
    return [rows[index] for index in _indices(len(rows), first, rows_per_step, seed)]


def micro_batches(rows: Sequence[TokenRow], max_tokens: int) -> list[Batch]:
    """The rows in as few batches as hold no more than `max_tokens`, or a single row each."""
    groups: list[list[TokenRow]] = []
    for row in rows:
        if not groups or sum(len(other.ids) for other in groups[-1]) + len(row.ids) > max_tokens:
            groups.append([])
        groups[-1].append(row)
    return [flat(group) for group in groups]


def flat(rows: Sequence[TokenRow]) -> Batch:
    """Rows end to end."""
    starts = np.cumsum([0, *(len(row.ids) for row in rows)])
    predicting = [np.arange(start + row.n_prompt - 1, start + len(row.ids) - 1) for start, row in zip(starts, rows, strict=False)]
    return Batch(
        ids=np.concatenate([row.ids for row in rows]),
        positions=np.concatenate([np.arange(len(row.ids)) for row in rows]),
        row_ends=tuple(int(end) for end in starts[1:]),
        predicting=np.concatenate(predicting),
        labels=np.concatenate([row.ids[row.n_prompt :] for row in rows]),
    )


def _indices(n_rows: int, first: int, count: int, seed: int) -> Iterator[int]:
    for number in range(first, first + count):
        round_, place = divmod(number, n_rows)
        yield int(_order(n_rows, seed, round_)[place])


def _order(n_rows: int, seed: int, round_: int) -> Ids:
    return np.random.default_rng([seed, round_]).permutation(n_rows)
