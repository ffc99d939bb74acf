"""Which rows a step sees, and how they lie in memory: end to end in one flat sequence without padding, each row kept apart. Pure.

The linear layers, where the time goes, see one dense matrix; attention is computed row by row (`network.rows_attention`). So rows of any
lengths can share a step and nothing is computed for padding.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Iterator, Sequence
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
# Rows that cost about the same stand in pairs, chosen from so many that follow each other.
_PAIR, _WINDOW = 2, 16
_COST_OF_LABEL = 0.27


@dataclass(frozen=True)
class Batch:
    """Rows end to end.

    Attributes:
        ids: [tokens].
        positions: [tokens], from 0 in each row.
        row_ends: Where each row ends, in tokens from the start.
        predicting: [labels]: places whose output is judged: the one before each token with a label, by position, never by token id.
        labels: [labels]: the tokens with a label, end marks included.
        is_answer: [labels]: whether it is a token of an answer.
    """

    ids: Ids
    positions: Ids
    row_ends: tuple[int, ...]
    predicting: Ids
    labels: Ids
    is_answer: npt.NDArray[np.bool_]


def short_rows(rows: Sequence[TokenRow], n_tokens: int, shipped_every: int) -> list[TokenRow]:
    """The rows of each kind with the shortest answers, an equal share of every kind, so many as a run of `n_tokens` sees about once.

    A run that ends before it has seen all rows learns more from many short answers: each has a beginning, a body and an end, and small
    models learn last where an answer ends. What a row shows beside its request does not count: it is where a model learns to look. Of
    the project's own rows and of the others a share is taken each, as `in_order` draws them.
    """
    own, shipped = ([row for row in rows if row.is_shipped == is_shipped] for is_shipped in (False, True))
    n_shipped = min(n_tokens // shipped_every if own else n_tokens, sum(len(row.ids) for row in shipped))
    return _shortest(own, n_tokens - n_shipped) + _shortest(shipped, n_shipped)


def rows_of_step(rows: Sequence[TokenRow], step: int, rows_per_step: int, seed: int, *, shipped_every: int = 0) -> list[TokenRow]:
    """The rows of a step, from 0; see `in_order`."""
    ordered = in_order(rows, seed, first=step * rows_per_step, shipped_every=shipped_every, cost=cost_of)
    return list(islice(ordered, rows_per_step))


def in_order(
    rows: Sequence[_Row], seed: int, *, first: int = 0, shipped_every: int = 0, cost: Callable[[_Row], float] | None = None
) -> Iterator[_Row]:
    """Rows without end, two by two. Every pass over them has an order of its own that follows from seed and pass alone.

    Args:
        rows: To train on.
        seed: Of the orders.
        first: How many rows are passed over.
        shipped_every: Where more than one row in so many is of the library or the composer, only one pair in so many is drawn from these: a
            run that ends long before it has seen all rows would otherwise learn little of the project. 0 draws all alike.
        cost: Of a row: the two of a pair cost about the same, so that lanes which compute one each are done together. None for any pairs.
    """
    own, shipped = ([row for row in rows if row.is_shipped == is_shipped] for is_shipped in (False, True))
    if not own or len(shipped) * shipped_every <= len(rows):
        yield from _passes(rows, seed, first, cost)
        return
    n_rounds, rest = divmod(first, _PAIR * shipped_every)
    n_shipped = _PAIR * n_rounds + max(0, rest - _PAIR * (shipped_every - 1))
    of_project, of_product = _passes(own, seed, first - n_shipped, cost), _passes(shipped, seed, n_shipped, cost)
    for number in count(first):
        yield next(of_project if (number // _PAIR + 1) % shipped_every else of_product)


def cost_of(row: TokenRow) -> float:
    """Of a row, in tokens: one with a label passes the last layer too, which of small models is a fifth of all weights."""
    return len(row.ids) + _COST_OF_LABEL * row.n_labels


def passes(rows: Sequence[TokenRow], max_tokens: int) -> list[list[TokenRow]]:
    """The rows in as few parts as hold no more than `max_tokens`, or a single row each."""
    parts: list[list[TokenRow]] = []
    for row in rows:
        if not parts or sum(len(other.ids) for other in parts[-1]) + len(row.ids) > max_tokens:
            parts.append([])
        parts[-1].append(row)
    return parts


def shares(rows: Sequence[TokenRow], count: int) -> list[list[TokenRow]]:
    """The rows in at most `count` parts that cost about the same: the dearest first, each to the part that has the least."""
    parts: list[list[TokenRow]] = [[] for _ in range(min(count, len(rows)))]
    for row in sorted(rows, key=cost_of, reverse=True):
        min(parts, key=lambda part: sum(map(cost_of, part))).append(row)
    return parts


def flat(rows: Sequence[TokenRow]) -> Batch:
    """Rows end to end."""
    starts = np.cumsum([0, *(len(row.ids) for row in rows)])
    predicting = [np.arange(start + row.first_label - 1, start + len(row.ids) - 1) for start, row in zip(starts, rows, strict=False)]
    return Batch(
        ids=np.concatenate([row.ids for row in rows]),
        positions=np.concatenate([np.arange(len(row.ids)) for row in rows]),
        row_ends=tuple(int(end) for end in starts[1:]),
        predicting=np.concatenate(predicting),
        labels=np.concatenate([row.ids[row.first_label :] for row in rows]),
        is_answer=np.concatenate([np.arange(row.first_label, len(row.ids)) >= row.n_prompt for row in rows]),
    )


def _shortest(rows: Sequence[TokenRow], n_tokens: int) -> list[TokenRow]:
    kinds: dict[str, list[TokenRow]] = defaultdict(list)
    for row in rows:
        kinds[row.kind].append(row)
    # How far through its kind a row stands, by its answer; with that, the rows of all kinds stand in one order.
    ranked = [
        (rank / len(of_kind), row) for of_kind in kinds.values() for rank, row in enumerate(sorted(of_kind, key=lambda row: row.n_answer))
    ]
    ranked.sort(key=lambda pair: pair[0])
    seen = accumulate(len(row.ids) for _, row in ranked)
    return [row for (share, row), total in zip(ranked, seen, strict=True) if share < _SMALLEST_SHARE or total <= n_tokens]


def _passes(rows: Sequence[_Row], seed: int, first: int, cost: Callable[[_Row], float] | None) -> Iterator[_Row]:
    round_, place = divmod(first, len(rows))
    for number in count(round_):
        random = np.random.default_rng([seed, number])
        order = [int(index) for index in random.permutation(len(rows))]
        if cost is not None:
            order = _in_pairs(order, lambda index: cost(rows[index]), random)
        yield from (rows[index] for index in order[place:])
        place = 0


def _in_pairs(order: Sequence[int], cost: Callable[[int], float], random: np.random.Generator) -> list[int]:
    """An order in which the two of a pair cost about the same, and come not far from where they stood."""
    paired: list[int] = []
    for start in range(0, len(order), _WINDOW):
        window = sorted(order[start : start + _WINDOW], key=cost)
        pairs = [window[place : place + _PAIR] for place in range(0, len(window), _PAIR)]
        paired += [index for place in random.permutation(len(pairs)) for index in pairs[place]]
    return paired
