"""What the composer knows of a domain: plain values, read from `domains/*.toml` by `domain_files.py`.

Nothing here knows Mermaid, prompts or files.
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property
from typing import TypeAlias


@dataclass(frozen=True)
class Field:
    """One attribute of an entity; `type` is neutral (`text`, `money`, ...), `values` are the members of an enum."""

    name: str
    type: str
    optional: bool = False
    unique: bool = False
    values: tuple[str, ...] = ()


@dataclass(frozen=True)
class Method:
    """What an entity can do: `overlaps(from date, to date) bool`; `parameters` are pairs of name and neutral type."""

    name: str
    parameters: tuple[tuple[str, str], ...]
    returns: str


@dataclass(frozen=True)
class Entity:
    """A thing that the domain keeps track of. Its id and its foreign keys are implied, by itself and by relations."""

    name: str
    about: str
    fields: tuple[Field, ...]
    methods: tuple[Method, ...]


@dataclass(frozen=True)
class Relation:
    """`left` does `verb` to `right`; the ends are `1`, `0..1`, `1..*` or `0..*`; `role` names the foreign key."""

    left: str
    left_end: str
    right: str
    right_end: str
    verb: str
    identifying: bool
    role: str


@dataclass(frozen=True)
class Transition:
    """A step of a life cycle: `trigger` is a verb phrase, `guard` what must hold (or empty)."""

    source: str
    target: str
    trigger: str
    guard: str


@dataclass(frozen=True)
class StateMachine:
    """The life cycle of an entity. The first state is initial, states that nothing leaves are final."""

    entity: str
    states: tuple[str, ...]
    transitions: tuple[Transition, ...]
    phases: tuple[tuple[str, tuple[str, ...]], ...]
    notes: tuple[tuple[str, str], ...]

    @property
    def finals(self) -> tuple[str, ...]:
        """The states that nothing leaves."""
        left = {transition.source for transition in self.transitions}
        return tuple(state for state in self.states if state not in left)


@dataclass(frozen=True)
class Call:
    """`to` is asked to do `says` and answers `reply` (or nothing); `inner` is what it does meanwhile."""

    to: str
    says: str
    reply: str
    cacheable: bool
    inner: tuple[Step, ...]
    failure: Failure | None


@dataclass(frozen=True)
class Failure:
    """`when` the call before it goes wrong, `inner` puts things right and the actor sees `outcome`."""

    when: str
    otherwise: str
    outcome: str
    inner: tuple[Step, ...]


@dataclass(frozen=True)
class Event:
    """Something that happened, published by the surrounding service; each consumer reacts by itself."""

    name: str
    consumers: tuple[Call, ...]


@dataclass(frozen=True)
class Note:
    """A rule that is worth telling beside the call in which it holds."""

    text: str


@dataclass(frozen=True)
class Loop:
    """`inner` happens once for `each`."""

    each: str
    inner: tuple[Step, ...]


@dataclass(frozen=True)
class Condition:
    """`inner` happens only when `when` holds."""

    when: str
    inner: tuple[Step, ...]


Step: TypeAlias = "Call | Event | Note | Loop | Condition"


@dataclass(frozen=True)
class UseCase:
    """What an actor wants, and the calls that give it; `route` is the HTTP request of the first service."""

    name: str
    actor: str
    route: str
    steps: tuple[Step, ...]


@dataclass(frozen=True)
class Service:
    """A part of the system that owns entities and keeps them in a store of its own (`store` is a technology)."""

    name: str
    does: str
    owns: tuple[str, ...]
    store: str

    @property
    def label(self) -> str:
        """How pictures name it."""
        return f"{self.name} service"

    @property
    def store_label(self) -> str:
        """How pictures name its store."""
        return f"{self.name} database" if self.store in DATABASES else f"{self.name} store"


DATABASES = ("PostgreSQL", "MongoDB", "TimescaleDB")


@dataclass(frozen=True)
class Named:
    """An app or an external system: its name and what it is for."""

    name: str
    about: str


@dataclass(frozen=True)
class Wire:
    """Someone asks someone else, somewhere in the use cases."""

    source: str
    target: str
    says: str


@dataclass(frozen=True)
class Subscription:
    """`subscriber` reacts to `event` of `publisher` by doing `reaction`."""

    publisher: str
    event: str
    subscriber: str
    reaction: str


@dataclass(frozen=True, eq=False)
class Domain:
    """One field of business.

    `also` says what else such a business and its things are called; `core` names the entities that everybody expects; `wires` and
    `subscriptions` are what use cases imply.
    """

    slug: str
    name: str
    product: str
    also: tuple[str, ...]
    contexts: tuple[str, ...]
    actors: tuple[str, ...]
    apps: tuple[Named, ...]
    externals: tuple[Named, ...]
    services: tuple[Service, ...]
    entities: tuple[Entity, ...]
    core: tuple[str, ...]
    relations: tuple[Relation, ...]
    machines: tuple[StateMachine, ...]
    use_cases: tuple[UseCase, ...]
    wires: tuple[Wire, ...]
    subscriptions: tuple[Subscription, ...]

    @cached_property
    def neighbours(self) -> dict[str, frozenset[str]]:
        """The entities that each entity has a relation with."""
        ends = [(one.left, one.right) for one in self.relations]
        return {
            entity.name: frozenset(right if left == entity.name else left for left, right in ends if entity.name in {left, right})
            for entity in self.entities
        }

    @cached_property
    def ranked(self) -> tuple[str, ...]:
        """Names of all entities: the core in its order, then those with most relations."""
        degrees = {entity.name: sum(entity.name in {one.left, one.right} for one in self.relations) for entity in self.entities}
        others = sorted(degrees.keys() - self.core, key=lambda name: (-degrees[name], name))
        return (*self.core, *others)

    def entity(self, name: str) -> Entity:
        """The entity of that name.

        Raises:
            KeyError: There is none.
        """
        return next((entity for entity in self.entities if entity.name == name), None) or _missing(name)

    def service(self, label: str) -> Service | None:
        """The service with that name or label, if it is one."""
        return next((service for service in self.services if label in {service.name, service.label}), None)

    def kind_of(self, participant: str) -> str:
        """`actor`, `app`, `service`, `store` or `external`, for a participant of a use case.

        Raises:
            KeyError: Nothing in the domain has that name.
        """
        for kind, names in (
            ("actor", self.actors),
            ("app", [app.name for app in self.apps]),
            ("service", [service.label for service in self.services]),
            ("store", [service.store_label for service in self.services]),
            ("external", [external.name for external in self.externals]),
        ):
            if participant in names:
                return kind
        raise KeyError(participant)


def _missing(name: str) -> Entity:
    raise KeyError(name)
