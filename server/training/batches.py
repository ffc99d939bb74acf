"""Which rows a step sees, and how they lie in memory: end to end in one flat sequence without padding, each row kept apart. Pure.

The linear layers, where the time goes, see one dense matrix; attention is computed row by row (`network.rows_attention`). So rows of any
lengths can share a step and nothing is computed for padding.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import count, islice
from typing import TypeVar

import numpy as np
import numpy.typing as npt

from server.training.rows import Row
from server.training.tokens import TokenRow

Ids = npt.NDArray[np.int64]
_Row = TypeVar("_Row", Row, TokenRow)


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


def rows_of_step(rows: Sequence[TokenRow], step: int, rows_per_step: int, seed: int, *, own_half: bool = False) -> list[TokenRow]:
    """The rows of a step, from 0; see `in_order`."""
    return list(islice(in_order(rows, seed, first=step * rows_per_step, own_half=own_half), rows_per_step))


def in_order(rows: Sequence[_Row], seed: int, *, first: int = 0, own_half: bool = False) -> Iterator[_Row]:
    """Rows without end. Every pass over them has an order of its own that follows from seed and pass alone.

    Args:
        rows: To train on.
        seed: Of the orders.
        first: How many rows are passed over.
        own_half: Where most rows are not of the project, every second one is nevertheless: a run that ends long before it has seen all rows
            would otherwise learn little of the project.
    """
    own = [row for row in rows if not row.is_shipped]
    if not own_half or not own or 2 * len(own) >= len(rows):
        yield from _passes(rows, seed, first)
        return
    streams = (_passes(own, seed, (first + 1) // 2), _passes([row for row in rows if row.is_shipped], seed, first // 2))
    for number in count(first):
        yield next(streams[number % 2])


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


def _passes(rows: Sequence[_Row], seed: int, first: int) -> Iterator[_Row]:
    round_, place = divmod(first, len(rows))
    for number in count(round_):
        order = np.random.default_rng([seed, number]).permutation(len(rows))
        yield from (rows[int(index)] for index in order[place:])
        place = 0
