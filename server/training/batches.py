"""Which rows a step sees, and how they lie in memory: end to end in one flat sequence without padding, each row kept apart. Pure.

The linear layers, where the time goes, see one dense matrix; attention is computed row by row (`network.rows_attention`). So rows of any
lengths can share a step and nothing is computed for padding.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import accumulate, count, islice
from typing import TypeVar

import numpy as np
import numpy.typing as npt

from server.training.rows import Row
from server.training.tokens import TokenRow

Ids = npt.NDArray[np.int64]
_Row = TypeVar("_Row", Row, TokenRow)
# Of a run with a time box: what was found with other shares stands in docs/results.md.
SHIPPED_EVERY = 2
# However short a box is, of each kind it takes its pick from so many.
_SMALLEST_SHARE = 0.25


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


def short_rows(rows: Sequence[TokenRow], n_tokens: int, shipped_every: int) -> list[TokenRow]:
    """The shortest rows of each kind, an equal share of every kind, so many as a run of `n_tokens` sees about once.

    A run that ends before it has seen all rows learns more from many short ones: each has a beginning, a body and an end, and small models
    learn last where an answer ends. Of the project's own rows and of the others a share is taken each, as `in_order` draws them.
    """
    own, shipped = ([row for row in rows if row.is_shipped == is_shipped] for is_shipped in (False, True))
    n_shipped = min(n_tokens // shipped_every if own else n_tokens, sum(len(row.ids) for row in shipped))
    return _shortest(own, n_tokens - n_shipped) + _shortest(shipped, n_shipped)


def rows_of_step(rows: Sequence[TokenRow], step: int, rows_per_step: int, seed: int, *, shipped_every: int = 0) -> list[TokenRow]:
    """The rows of a step, from 0; see `in_order`."""
    return list(islice(in_order(rows, seed, first=step * rows_per_step, shipped_every=shipped_every), rows_per_step))


def in_order(rows: Sequence[_Row], seed: int, *, first: int = 0, shipped_every: int = 0) -> Iterator[_Row]:
    """Rows without end. Every pass over them has an order of its own that follows from seed and pass alone.

    Args:
        rows: To train on.
        seed: Of the orders.
        first: How many rows are passed over.
        shipped_every: Where more than one row in so many is of the library or the composer, only one in so many is drawn from these: a run
            that ends long before it has seen all rows would otherwise learn little of the project. 0 draws all alike.
    """
    own, shipped = ([row for row in rows if row.is_shipped == is_shipped] for is_shipped in (False, True))
    if not own or len(shipped) * shipped_every <= len(rows):
        yield from _passes(rows, seed, first)
        return
    n_shipped = first // shipped_every
    of_project, of_product = _passes(own, seed, first - n_shipped), _passes(shipped, seed, n_shipped)
    for number in count(first + 1):
        yield next(of_project if number % shipped_every else of_product)


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


def _shortest(rows: Sequence[TokenRow], n_tokens: int) -> list[TokenRow]:
    kinds: dict[str, list[TokenRow]] = defaultdict(list)
    for row in rows:
        kinds[row.kind].append(row)
    # How far through its kind a row stands, by length; with that, the rows of all kinds stand in one order.
    ranked = [
        (rank / len(of_kind), row) for of_kind in kinds.values() for rank, row in enumerate(sorted(of_kind, key=lambda row: len(row.ids)))
    ]
    ranked.sort(key=lambda pair: pair[0])
    seen = accumulate(len(row.ids) for _, row in ranked)
    return [row for (share, row), total in zip(ranked, seen, strict=True) if share < _SMALLEST_SHARE or total <= n_tokens]


def _passes(rows: Sequence[_Row], seed: int, first: int) -> Iterator[_Row]:
    round_, place = divmod(first, len(rows))
    for number in count(round_):
        order = np.random.default_rng([seed, number]).permutation(len(rows))
        yield from (rows[int(index)] for index in order[place:])
        place = 0
