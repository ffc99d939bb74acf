"""What the architecture styles draw: the chosen services and all that talks to them."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from . import words
from .model import Domain, Named, Service, Subscription, Wire

DEFAULT_BROKER = "Message broker"
BROKER = "eventBroker"


@dataclass(frozen=True)
class ArchitectureChoice:
    """What is chosen: `services` by name, the `broker` by product or empty for any, words on the arrows with `labels`.

    Where `app` is not empty, it is the only app that is shown.
    """

    style: str
    services: tuple[str, ...]
    broker: str
    gateway: bool
    actors: bool
    labels: bool
    direction: str
    app: str = ""


@dataclass(frozen=True)
class Parts:
    """The chosen services, the apps, systems and people around them, and who talks to whom."""

    choice: ArchitectureChoice
    services: tuple[Service, ...]
    apps: tuple[Named, ...]
    externals: tuple[Named, ...]
    actors: tuple[str, ...]
    wires: tuple[Wire, ...]
    subscriptions: tuple[Subscription, ...]

    @property
    def broker(self) -> str:
        """How the broker is labelled."""
        return self.choice.broker or DEFAULT_BROKER

    def between(self, sources: set[str], targets: set[str]) -> Iterator[Wire]:
        """The wires from one group of names to another."""
        return (wire for wire in self.wires if wire.source in sources and wire.target in targets)

    def labels(self) -> set[str]:
        """The labels of the services."""
        return {service.label for service in self.services}

    def app_names(self) -> set[str]:
        """The names of the apps."""
        return {app.name for app in self.apps}

    def external_names(self) -> set[str]:
        """The names of the external systems."""
        return {one.name for one in self.externals}


def node_id(name: str) -> str:
    """An id that Mermaid accepts in every kind of diagram."""
    return words.camel(name)


def box(name: str) -> str:
    """A rectangle."""
    return f'{node_id(name)}["{name}"]'


def person(name: str) -> str:
    """A person or another actor."""
    return f'{node_id(name)}(["{name}"])'


def external(name: str) -> str:
    """A system that others run."""
    return f'{node_id(name)}[["{name}"]]'


def store(service: Service) -> str:
    """The store of a service, with its technology."""
    return f'{node_id(service.store_label)}[("{service.store_label}<br/>{service.store}")]'


def group(identifier: str, title: str, nodes: list[str], direction: str = "") -> list[str]:
    """A subgraph; nothing when it would be empty."""
    if not nodes:
        return []
    inner = [*([f"        direction {direction}"] if direction else []), *(f"        {node}" for node in nodes)]
    return [f'    subgraph {identifier}["{title}"]', *inner, "    end"]


def arrow(source: str, target: str, label: str = "", line: str = "-->") -> str:
    """An arrow between two names."""
    return f"    {node_id(source)} {line}{f'|{chr(34)}{label}{chr(34)}|' if label else ''} {node_id(target)}"


def stored(domain: Domain, service: Service) -> bool:
    """Whether anything is kept in the store of the service."""
    return bool(service.owns) or any(wire.target == service.store_label for wire in domain.wires)
