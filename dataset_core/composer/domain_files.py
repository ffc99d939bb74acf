"""Reads and checks the domain models (IO: reads the TOML files of a folder, nothing else).

A file that does not hold together is refused with its name and the key that is wrong, so that a diagram can rely on
every name in its domain.
"""

from __future__ import annotations

import re
import sys
from collections.abc import Callable, Iterable, Iterator
from pathlib import Path
from typing import Any, TypeVar

from . import notation
from .model import (
    Call,
    Condition,
    Domain,
    Entity,
    Event,
    Failure,
    Field,
    Loop,
    Named,
    Note,
    Relation,
    Service,
    StateMachine,
    Step,
    Subscription,
    UseCase,
    Wire,
)

if sys.version_info >= (3, 11):
    import tomllib
else:
    import tomli as tomllib

DOMAINS_FOLDER = Path(__file__).parent / "domains"
_LABEL = re.compile(r"^[A-Za-z0-9][A-Za-z0-9 ,.'/%&+-]*$")
_RESERVED = re.compile(r"\bend\b")
_T = TypeVar("_T")


class DomainFileError(ValueError):
    """A domain file is not usable: the message names the file and the key."""


def load_domains(folder: Path = DOMAINS_FOLDER) -> tuple[Domain, ...]:
    """Every domain of a folder, sorted by slug.

    Raises:
        DomainFileError: A file is not TOML, lacks a key, or names something that does not exist.
    """
    return tuple(load_domain(path) for path in sorted(folder.glob("*.toml")))


def load_domain(path: Path) -> Domain:
    """The domain of one file.

    Raises:
        DomainFileError: See `load_domains`.
    """
    try:
        table = tomllib.loads(path.read_text(encoding="utf-8"))
        domain = _Reader(path.name, table).read()
        _check_names(domain)
    except KeyError as error:
        message = f"{path.name}: no such name or key: {error}"
        raise DomainFileError(message) from error
    except ValueError as error:
        message = str(error) if isinstance(error, DomainFileError) else f"{path.name}: {error}"
        raise DomainFileError(message) from error
    return domain


class _Reader:
    """One file while it is read: its name for messages, its table, and the services that steps refer to."""

    def __init__(self, file: str, table: dict[str, Any]) -> None:
        self.file, self.table = file, table
        self.services = tuple(Service(name, row["does"], tuple(row["owns"]), row["store"]) for name, row in table["services"].items())

    def read(self) -> Domain:
        table = self.table
        machines = tuple(self._machine(entity, row) for entity, row in table["states"].items())
        use_cases = tuple(self._use_case(row) for row in table["use_cases"])
        return Domain(
            slug=table["slug"],
            name=table["name"],
            product=table["product"],
            also=tuple(table["also"]),
            contexts=tuple(table["contexts"]),
            actors=tuple(table["actors"]),
            apps=tuple(Named(name, about) for name, about in table["apps"].items()),
            externals=tuple(Named(name, about) for name, about in table["external"].items()),
            services=self.services,
            entities=tuple(self._entity(name, row, machines) for name, row in table["entities"].items()),
            core=tuple(table["core"]),
            relations=self._relations(table["relations"]),
            machines=machines,
            use_cases=use_cases,
            wires=_unique(wire for case in use_cases for wire in _wires(case.actor, case.steps)),
            subscriptions=_unique(one for case in use_cases for one in _subscriptions(case.actor, case.steps)),
        )

    def _entity(self, name: str, row: dict[str, str], machines: tuple[StateMachine, ...]) -> Entity:
        fields = self._try(f"entities.{name}.fields", notation.read_fields, row["fields"])
        methods = self._try(f"entities.{name}.can", notation.read_methods, row.get("can", ""))
        states = next((machine.states for machine in machines if machine.entity == name), ())
        if states:
            fields += (Field("status", "enum", values=tuple(_snake(state) for state in states)),)
        return Entity(name, row["about"], fields, methods)

    def _relations(self, texts: list[str]) -> tuple[Relation, ...]:
        relations = tuple(self._try("relations", notation.read_relation, text) for text in texts)
        keys = [(relation.left, relation.right, relation.role) for relation in relations]
        for key in keys:
            if keys.count(key) > 1 or (key[0] == key[1] and not key[2]):
                message = f"{self.file}: relations: {key[0]} and {key[1]} need different roles (`as ...`)"
                raise DomainFileError(message)
        return relations

    def _machine(self, entity: str, row: dict[str, Any]) -> StateMachine:
        where = f"states.{entity}"
        transitions = tuple(self._try(where, notation.read_transition, text) for text in row["transitions"])
        states = _unique(name for one in transitions for name in (one.source, one.target))
        phases = tuple((name, tuple(members)) for name, members in row.get("phases", {}).items())
        notes = tuple(row.get("notes", {}).items())
        for phase in [name for name, _ in phases if name in states]:
            message = f"{self.file}: {where}: a phase has the name of a state: {phase}"
            raise DomainFileError(message)
        for state in [*(name for _, members in phases for name in members), *(name for name, _ in notes)]:
            if state not in states:
                message = f"{self.file}: {where}: no such state: {state}"
                raise DomainFileError(message)
        return StateMachine(entity, states, transitions, phases, notes)

    def _use_case(self, row: dict[str, str]) -> UseCase:
        where = f"use_cases {row['name']!r}"
        steps = self._try(where, notation.read_steps, row["steps"])
        named = self._try(where, lambda steps: self._named(steps, row["actor"]), steps)
        return UseCase(row["name"], row["actor"], row["route"], named)

    def _named(self, steps: Iterable[Step], owner: str) -> tuple[Step, ...]:
        """Steps whose participants carry their full labels: services, and the store of the service that asks."""
        return tuple(self._named_step(step, owner) for step in steps)

    def _named_step(self, step: Step, owner: str) -> Step:
        match step:
            case Call():
                to = self._participant(step.to, owner)
                failure = step.failure and Failure(
                    step.failure.when,
                    step.failure.otherwise,
                    step.failure.outcome,
                    self._named(step.failure.inner, owner),
                )
                return Call(to, step.says, step.reply, step.cacheable, self._named(step.inner, to), failure)
            case Event():
                named = (self._named_step(call, owner) for call in step.consumers)
                return Event(step.name, tuple(call for call in named if isinstance(call, Call)))
            case Loop():
                return Loop(step.each, self._named(step.inner, owner))
            case Condition():
                return Condition(step.when, self._named(step.inner, owner))
            case Note():
                return step

    def _participant(self, name: str, owner: str) -> str:
        if name == "db":
            asking = next((service for service in self.services if service.label == owner), None)
            if asking is None:
                message = f"only a service has a store, not {owner}"
                raise ValueError(message)
            return asking.store_label
        return next((service.label for service in self.services if service.name == name), name)

    def _try(self, key: str, read: Callable[[Any], _T], value: object) -> _T:
        try:
            return read(value)
        except ValueError as error:
            message = f"{self.file}: {key}: {error}"
            raise DomainFileError(message) from error


def _wires(owner: str, steps: Iterable[Step]) -> Iterator[Wire]:
    for step in steps:
        match step:
            case Call():
                yield Wire(owner, step.to, step.says)
                yield from _wires(step.to, step.inner)
            case Loop() | Condition():
                yield from _wires(owner, step.inner)
            case Event():
                for call in step.consumers:
                    yield from _wires(call.to, call.inner)
            case Note():
                pass


def _subscriptions(owner: str, steps: Iterable[Step]) -> Iterator[Subscription]:
    for step in steps:
        match step:
            case Event():
                for call in step.consumers:
                    yield Subscription(owner, step.name, call.to, call.says)
                    yield from _subscriptions(call.to, call.inner)
            case Call():
                yield from _subscriptions(step.to, step.inner)
            case Loop() | Condition():
                yield from _subscriptions(owner, step.inner)
            case Note():
                pass


def _check_names(domain: Domain) -> None:
    """Every name that is used exists, every entity has one owner, every label is safe to draw."""
    names = [entity.name for entity in domain.entities]
    owned = [name for service in domain.services for name in service.owns]
    if sorted(owned) != sorted(names):
        difference = sorted(set(owned) ^ set(names)) or sorted({name for name in owned if owned.count(name) > 1})
        message = f"{domain.slug}.toml: services: every entity needs exactly one owner: {', '.join(difference)}"
        raise DomainFileError(message)
    for name in domain.core:
        domain.entity(name)
    for relation in domain.relations:
        domain.entity(relation.left), domain.entity(relation.right)
    for machine in domain.machines:
        domain.entity(machine.entity)
    for wire in domain.wires:
        domain.kind_of(wire.source), domain.kind_of(wire.target)
    for subscription in domain.subscriptions:
        domain.kind_of(subscription.publisher), domain.kind_of(subscription.subscriber)
    for label in _labels(domain):
        if not _LABEL.match(label) or _RESERVED.search(label):
            message = f"{domain.slug}.toml: not a label that can be drawn: {label!r}"
            raise DomainFileError(message)


def _labels(domain: Domain) -> Iterator[str]:
    yield from (entity.about for entity in domain.entities)
    yield from (text for app in domain.apps + domain.externals for text in (app.name, app.about))
    yield from (text for service in domain.services for text in (service.name, service.does))
    yield from (wire.says for wire in domain.wires)
    yield from (subscription.reaction for subscription in domain.subscriptions)
    for machine in domain.machines:
        yield from (text for one in machine.transitions for text in (one.trigger, one.guard) if text)
        yield from (text for _, text in machine.notes)
    for case in domain.use_cases:
        yield case.name
        yield from _step_labels(case.steps)


def _step_labels(steps: Iterable[Step]) -> Iterator[str]:
    for step in steps:
        match step:
            case Call():
                yield from (text for text in (step.says, step.reply) if text)
                if step.failure:
                    yield from (step.failure.when, step.failure.otherwise, step.failure.outcome)
                    yield from _step_labels(step.failure.inner)
                yield from _step_labels(step.inner)
            case Event():
                yield step.name
                yield from _step_labels(step.consumers)
            case Loop():
                yield step.each
                yield from _step_labels(step.inner)
            case Condition():
                yield step.when
                yield from _step_labels(step.inner)
            case Note():
                yield step.text


def _unique(items: Iterable[_T]) -> tuple[_T, ...]:
    return tuple(dict.fromkeys(items))


def _snake(name: str) -> str:
    return re.sub(r"(?<=[a-z0-9])(?=[A-Z])", "_", name).lower()
