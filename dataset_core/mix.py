"""The mix: which of all examples are exported, by quota and by quality, never by duplication. Pure."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import cache
from typing import Generic, TypeVar

from dataset_core.toml_file import load_toml

_Candidate = TypeVar("_Candidate")

# Answers of this size teach best (arXiv 2602.05780, section on scope targets); in bytes.
_BEST_ANSWER_BYTES = range(50, 1_001)
_LEAST_CONTEXT_BYTES = 200
# What a project lacks is passed on in this order.
FILLERS = ("library", "composed")


@dataclass(frozen=True)
class Candidate(Generic[_Candidate]):
    """An example that could be chosen: what it is to the caller, and what the choice depends on."""

    item: _Candidate
    id: str
    kind: str
    path: str
    n_prompt_bytes: int
    n_answer_bytes: int


@dataclass(frozen=True)
class FamilyCount:
    """How a family fared: its share of the target, how many examples there were, and how many were taken."""

    family: str
    quota: int
    available: int
    taken: int


@cache
def artifact_types() -> Mapping[str, str]:
    """Names of the artifact types with their titles, the default one first."""
    return {name: row["title"] for name, row in load_toml("mix.toml")["artifact_type"].items()}


@cache
def weights(artifact_type: str) -> Mapping[str, int]:
    """The relative weight of each family."""
    return dict(load_toml("mix.toml")["artifact_type"][artifact_type]["weights"])


@cache
def max_tokens(artifact_type: str) -> int:
    """How many tokens a row may have unless a person says otherwise: pages of HTML need more than diagrams."""
    return int(load_toml("mix.toml")["artifact_type"][artifact_type]["max_tokens"])


@cache
def composed_kinds(artifact_type: str) -> tuple[str, ...]:
    """Kinds of diagrams that are composed for an artifact type; one that stands twice is wanted twice as often."""
    return tuple(load_toml("mix.toml")["artifact_type"][artifact_type]["composed_kinds"])


def quotas(artifact_type: str, target: int, without: Collection[str] = ()) -> dict[str, int]:
    """The rows of each family, by the weights of an artifact type; families left out get no share."""
    return _quotas({family: weight for family, weight in weights(artifact_type).items() if family not in without}, target)


def family_of(kind: str) -> str:
    """The family of a kind of example: `diagram.erd` belongs to `diagrams`.

    Raises:
        KeyError: No family names this kind.
    """
    return _families()[kind.partition(".")[0]]


def choose(  # noqa: PLR0913 - what a mix is made of, each named
    candidates: Iterable[Candidate[_Candidate]],
    accept: Callable[[Sequence[_Candidate]], Sequence[bool]],
    *,
    artifact_type: str,
    target: int,
    first: Sequence[Candidate[_Candidate]] = (),
    more: Mapping[str, Callable[[int], Sequence[Candidate[_Candidate]]]] | None = None,
    without: Collection[str] = (),
) -> tuple[FamilyCount, ...]:
    """Choose up to `target` examples by the quotas of an artifact type.

    Args:
        candidates: All examples of the project and the library.
        accept: Judges a batch of examples in order, keeping what it accepts: True for each one that is in.
        artifact_type: A table of `mix.toml`.
        target: How many examples are wanted in all.
        first: Examples that are in before all others, whatever the mix.
        without: Families that get no share.
        more: Families that are made on demand: called with how many are still wanted, returns further candidates, none when exhausted.

    Returns:
        For each family in the order of the table, what became of it.
    """
    queues: dict[str, Iterator[Candidate[_Candidate]]] = {}
    by_family = _by_family(candidates)
    on_demand = dict(more or {})
    share = quotas(artifact_type, target, without)
    available = {family: len(rows) for family, rows in by_family.items()}
    taken: dict[str, int] = defaultdict(int)
    for candidate, is_in in zip(first, accept([candidate.item for candidate in first]), strict=True):
        family = family_of(candidate.kind)
        available[family] = available.get(family, 0) + 1
        taken[family] += is_in
    for family, rows in by_family.items():
        queues[family] = iter(_in_order(rows))

    def fill(family: str, wanted: int) -> int:
        got = _take(queues, family, wanted, accept)
        while got < wanted and family in on_demand:
            made = on_demand[family](wanted - got)
            if not made:
                break
            available[family] = available.get(family, 0) + len(made)
            queues[family] = iter(made)
            got += _take(queues, family, wanted - got, accept)
        taken[family] += got
        return got

    left = target - sum(taken.values())
    left -= fill("own", available.get("own", 0)) if "own" in by_family else 0
    for family, quota in share.items():
        left -= fill(family, min(quota, left))
    own_families = [family for family in share if family not in FILLERS]
    left = _pass_on(own_families, share, left, fill)
    for family in FILLERS:
        left -= fill(family, left)
    return tuple(
        FamilyCount(family, share.get(family, 0), available.get(family, 0), taken[family])
        for family in {"own": 0, **share}
        if family in share or taken[family]
    )


def _by_family(candidates: Iterable[Candidate[_Candidate]]) -> dict[str, list[Candidate[_Candidate]]]:
    by_family: dict[str, list[Candidate[_Candidate]]] = defaultdict(list)
    for candidate in candidates:
        by_family[family_of(candidate.kind)].append(candidate)
    return by_family


def _in_order(candidates: list[Candidate[_Candidate]]) -> list[Candidate[_Candidate]]:
    """Best first, but one of every kind of every file before a second one of any: breadth before depth."""
    groups: dict[tuple[str, str], list[Candidate[_Candidate]]] = defaultdict(list)
    for candidate in candidates:
        groups[candidate.path, candidate.kind].append(candidate)
    ranked = [
        (rank, -_quality(candidate), candidate.id, candidate)
        for rows in groups.values()
        for rank, candidate in enumerate(sorted(rows, key=lambda row: (-_quality(row), row.id)))
    ]
    ranked.sort(key=lambda row: row[:3])
    return [candidate for _, _, _, candidate in ranked]


def _quality(candidate: Candidate[_Candidate]) -> int:
    """How well the sizes suit learning: 0 to 2."""
    return (candidate.n_answer_bytes in _BEST_ANSWER_BYTES) + (candidate.n_prompt_bytes >= _LEAST_CONTEXT_BYTES)


def _quotas(weight: Mapping[str, int], target: int) -> dict[str, int]:
    """Whole shares that add up to the target, by largest remainder."""
    total = sum(weight.values())
    exact = {family: target * value / total for family, value in weight.items()}
    quotas = {family: int(value) for family, value in exact.items()}
    by_remainder = sorted(exact, key=lambda family: (quotas[family] - exact[family], family))
    for family in by_remainder[: target - sum(quotas.values())]:
        quotas[family] += 1
    return quotas


def _pass_on(families: list[str], share: Mapping[str, int], left: int, fill: Callable[[str, int], int]) -> int:
    """Give what is left to the families that still have examples, in proportion to their weights, until none has any."""
    open_families = list(families)
    while left > 0 and open_families:
        extra = _quotas({family: max(1, share[family]) for family in open_families}, left)
        still_open = []
        for family in open_families:
            got = fill(family, extra[family])
            left -= got
            if got == extra[family]:
                still_open.append(family)
        open_families = still_open
    return left


def _take(
    queues: dict[str, Iterator[Candidate[_Candidate]]], family: str, wanted: int, accept: Callable[[Sequence[_Candidate]], Sequence[bool]]
) -> int:
    got = 0
    queue = queues.get(family, iter(()))
    while got < wanted:
        batch = [candidate.item for _, candidate in zip(range(wanted - got), queue, strict=False)]
        if not batch:
            break
        got += sum(accept(batch))
    return got


@cache
def _families() -> Mapping[str, str]:
    return {kind: family for family, kinds in load_toml("mix.toml")["family"].items() for kind in kinds}
