"""Parts of a domain that make sense by themselves: entities that hang together, services that talk to each other."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from collections.abc import Set as AbstractSet
from random import Random
from typing import TypeVar

from .model import Domain, Relation, Service, Wire

_T = TypeVar("_T")
_SHARE_OF_SURPRISES = 0.25


def choose_entities(domain: Domain, rng: Random, smallest: int, largest: int) -> tuple[str, ...]:
    """Names of entities that relations connect, in the order of the domain file."""
    chosen = _grow(domain.neighbours, rng, rng.randint(smallest, largest))
    return tuple(entity.name for entity in domain.entities if entity.name in chosen)


def choose_core(domain: Domain, rng: Random, smallest: int, largest: int, first: str = "") -> tuple[str, ...]:
    """Names of core entities that relations connect, and of the entities that these touch most, in the order of the domain file.

    Args:
        domain: Of the entities.
        rng: Decides how many, and which of those that come next.
        smallest: How many at least.
        largest: How many at most.
        first: An entity that is to be among them; by default the first one of the core.
    """
    chosen, size = {first or domain.ranked[0]}, rng.randint(smallest, largest)
    while len(chosen) < size:
        edge = [name for name in domain.ranked if name not in chosen and not domain.neighbours[name].isdisjoint(chosen)]
        if not edge:
            break
        chosen.add(edge[min(len(edge) - 1, rng.random() < _SHARE_OF_SURPRISES)])
    return tuple(entity.name for entity in domain.entities if entity.name in chosen)


def relations_among(domain: Domain, names: Iterable[str]) -> tuple[Relation, ...]:
    """The relations with both ends among the names."""
    inside = set(names)
    return tuple(one for one in domain.relations if one.left in inside and one.right in inside)


def choose_services(domain: Domain, rng: Random, smallest: int, largest: int) -> tuple[Service, ...]:
    """Services that call each other or react to each other, in the order of the domain file."""
    labels = {service.label for service in domain.services}
    neighbours: dict[str, set[str]] = {label: set() for label in labels}
    pairs = [(wire.source, wire.target) for wire in domain.wires]
    pairs += [(one.publisher, one.subscriber) for one in domain.subscriptions]
    for source, target in pairs:
        if source in labels and target in labels and source != target:
            neighbours[source].add(target)
            neighbours[target].add(source)
    chosen = _grow(neighbours, rng, rng.randint(smallest, largest))
    return tuple(service for service in domain.services if service.label in chosen)


def wires_among(domain: Domain, names: Iterable[str]) -> tuple[Wire, ...]:
    """One wire for each pair of names that talk, self-calls left out."""
    inside = set(names)
    pairs: dict[tuple[str, str], Wire] = {}
    for wire in domain.wires:
        if wire.source in inside and wire.target in inside and wire.source != wire.target:
            pairs.setdefault((wire.source, wire.target), wire)
    return tuple(pairs.values())


def central(domain: Domain, names: Sequence[str]) -> str:
    """The name with most relations among the names (the first of them if several)."""
    relations = relations_among(domain, names)
    return max(names, key=lambda name: sum((one.left == name) + (one.right == name) for one in relations))


def _grow(neighbours: Mapping[str, AbstractSet[str]], rng: Random, size: int) -> set[str]:
    chosen = {rng.choice(sorted(name for name in neighbours if neighbours[name]))}
    while len(chosen) < size:
        edge = sorted({other for name in chosen for other in neighbours[name]} - chosen)
        if not edge:
            break
        chosen.add(rng.choice(edge))
    return chosen


def some(rng: Random, items: Sequence[_T], smallest: int, largest: int) -> tuple[_T, ...]:
    """Between `smallest` and `largest` of the items, in their order."""
    count = min(len(items), rng.randint(smallest, largest))
    kept = set(rng.sample(range(len(items)), count))
    return tuple(item for index, item in enumerate(items) if index in kept)
