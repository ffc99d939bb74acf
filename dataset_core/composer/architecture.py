"""Architecture diagrams of a part of a domain: flowcharts in several layouts, `architecture-beta` and C4.

Each style is a function of the same `Parts`, so that a picture shows only what talks to the chosen services.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from itertools import chain
from random import Random

from . import words
from .architecture_c4 import c4_container, c4_context
from .architecture_flow import events, hexagonal, layered, microservices, monolith, serverless
from .architecture_icons import icons
from .architecture_parts import ArchitectureChoice, Parts
from .drawing import BRIEF, Drawing, Feature
from .model import Domain, Service
from .selection import choose_services, some, wires_among

_STYLES: dict[str, Callable[[Domain, Parts], list[str]]] = {
    "layered": layered,
    "microservices": microservices,
    "events": events,
    "hexagonal": hexagonal,
    "serverless": serverless,
    "monolith": monolith,
    "icons": icons,
    "c4_context": c4_context,
    "c4_container": c4_container,
}
_BROKERS = ("RabbitMQ", "Kafka", "NATS", "Azure Service Bus")


@dataclass(frozen=True)
class _Size:
    smallest: int
    largest: int


_SIZES = {"hexagonal": _Size(1, 1), "c4_context": _Size(3, 7), "serverless": _Size(2, 4), "c4_container": _Size(2, 3)}
_FEWEST_REACTIONS = 3
_CONNECTED = {"layered", "monolith", "microservices", "c4_container"}
_WITH_EVENTS = {"microservices", "c4_container"}
_FEWEST_SERVICES = 2
_MAX_DRAWS = 20


def compose_architecture(domain: Domain, rng: Random, style: str = "") -> Drawing:
    """A system, or the part of it that some services make up; empty takes any style."""
    choice = choose(domain, rng, style)
    parts = collect(domain, choice)
    return Drawing(
        {"hexagonal": "architecture_service", "c4_context": "architecture_context"}.get(choice.style, "architecture"),
        choice.style,
        _title(domain, choice),
        "\n".join(_STYLES[choice.style](domain, parts)) + "\n",
        _slots(domain, parts),
        _features(parts),
    )


def choose(domain: Domain, rng: Random, style: str = "") -> ArchitectureChoice:
    """A style, unless it is given, and services that talk to each other."""
    style = style or rng.choice(tuple(_STYLES))
    size = _SIZES.get(style, _Size(3, 5))
    services = choose_services(domain, rng, size.smallest, size.largest)
    if style == "hexagonal":
        services = (rng.choice([service for service in domain.services if service.owns]),)
    if style == "events" and _n_reactions(domain, services) < _FEWEST_REACTIONS:
        services = choose_services(domain, rng, len(domain.services), len(domain.services))
    app = ""
    if style == "icons":
        app = rng.choice([app.name for app in domain.apps if _asked_by(domain, app.name)])
        services = _on_a_grid(domain, app, rng)
    if style in _CONNECTED:
        draws = (choose_services(domain, rng, size.smallest, size.largest) for _ in range(_MAX_DRAWS))
        kept = (_without_loners(domain, drawn, events=style in _WITH_EVENTS) for drawn in chain([services], draws))
        services = next((some_kept for some_kept in kept if len(some_kept) >= _FEWEST_SERVICES), services)
    return ArchitectureChoice(
        style=style,
        services=tuple(service.name for service in services),
        broker=rng.choice((*_BROKERS, "")) if style != "hexagonal" else "",
        gateway=rng.random() < 0.7,  # noqa: PLR2004
        actors=rng.random() < 0.5,  # noqa: PLR2004
        labels=rng.random() < 0.5,  # noqa: PLR2004
        direction=rng.choice(("TB", "LR")),
        app=app,
    )


def brief_architecture(domain: Domain, rng: Random) -> Drawing:
    """Services that each have their data, behind a gateway, with a broker between them."""
    drawn = choose_services(domain, rng, 2, 4)
    services = _without_loners(domain, drawn, events=True) or drawn
    names = tuple(service.name for service in services)
    broker = rng.choice(_BROKERS[:2])
    choice = ArchitectureChoice("microservices", names, broker, gateway=True, actors=False, labels=False, direction="TB")
    parts = collect(domain, choice)
    text = "\n".join(microservices(domain, parts)) + "\n"
    return Drawing("architecture_brief", BRIEF, _title(domain, choice), text, _slots(domain, parts), ())


def _without_loners(domain: Domain, services: tuple[Service, ...], *, events: bool) -> tuple[Service, ...]:
    """The services that talk to something in the picture beside their stores."""
    others = {named.name for named in (*domain.apps, *domain.externals)} | {service.label for service in services}
    ends = [(wire.source, wire.target) for wire in domain.wires if wire.source != wire.target]
    ends += [(one.publisher, one.subscriber) for one in domain.subscriptions] if events else []
    talking = {end for pair in ends if others.issuperset(pair) for end in pair}
    return tuple(service for service in services if service.label in talking)


def _on_a_grid(domain: Domain, app: str, rng: Random) -> tuple[Service, ...]:
    """Services that an app asks and, where just one of them publishes, up to two that listen and that no app asks."""
    asked = _asked_by(domain, app)
    rows = some(rng, [service for service in domain.services if service.label in asked], 1, 3)
    labels = {service.label for service in rows}
    heard = {one.subscriber for one in domain.subscriptions if one.publisher in labels} - asked
    publishers = {one.publisher for one in domain.subscriptions if one.publisher in labels}
    listeners = [service for service in domain.services if service.label in heard] if len(publishers) == 1 else []
    return rows + some(rng, listeners, min(1, len(listeners)), 2)


def _n_reactions(domain: Domain, services: tuple[Service, ...]) -> int:
    labels = {service.label for service in services}
    return sum(one.publisher in labels and one.subscriber in labels for one in domain.subscriptions)


def _asked_by(domain: Domain, app: str) -> set[str]:
    return {wire.target for wire in domain.wires if wire.source == app}


def collect(domain: Domain, choice: ArchitectureChoice) -> Parts:
    """The chosen services and everything that talks to them."""
    services = tuple(service for service in domain.services if service.name in choice.services)
    labels = {service.label for service in services}
    wires = [wire for wire in domain.wires if wire.source != wire.target]
    apps = tuple(app for app in domain.apps if any(w.source == app.name and w.target in labels for w in wires))
    externals = tuple(one for one in domain.externals if any(w.source in labels and w.target == one.name for w in wires))
    apps = tuple(app for app in apps if choice.app in {"", app.name})
    app_names = {app.name for app in apps}
    actors = tuple(actor for actor in domain.actors if any(w.source == actor and w.target in app_names for w in wires))
    names = (*labels, *app_names, *(one.name for one in externals), *actors)
    subscriptions = tuple(
        dict.fromkeys(one for one in domain.subscriptions if one.publisher in labels and one.subscriber in labels),
    )
    return Parts(choice, services, apps, externals, actors, wires_among(domain, names), subscriptions)


def _title(domain: Domain, choice: ArchitectureChoice) -> str:
    kind = {
        "layered": "layers",
        "microservices": "microservices",
        "events": "event flow",
        "hexagonal": f"ports and adapters of the {words.phrase(choice.services[0])} service",
        "serverless": "serverless functions",
        "monolith": "modular monolith",
        "icons": "deployment",
        "c4_context": "system context",
        "c4_container": "containers",
    }[choice.style]
    return f"{domain.product}: {kind}"


def _slots(domain: Domain, parts: Parts) -> dict[str, str]:
    services: tuple[Service, ...] = parts.services
    return {
        "services": words.services([service.name for service in services]),
        "areas": words.listing([words.phrase(service.name) for service in services]),
        "service": services[0].label.lower(),
        "product": words.lower_first(domain.product),
        "apps": words.listing([app.name.lower() for app in parts.apps]) or "other systems",
        "externals": words.listing([f"the {words.lower_first(one.name)}" for one in parts.externals]) or "no outside systems",
        "count": str(len(services)),
    }


def _features(parts: Parts) -> tuple[Feature, ...]:
    choice = parts.choice
    features = [Feature(f"architecture_{choice.style}", {"app": words.lower_first(choice.app)})]
    if choice.style in {"microservices", "icons", "events", "c4_container"} and parts.subscriptions:
        features.append(Feature("broker_named", {"broker": parts.choice.broker or "a message broker"}))
    if choice.style in {"microservices", "icons", "c4_container"} and choice.gateway and parts.apps:
        features.append(Feature("gateway_named"))
    if choice.style in {"layered", "microservices", "monolith"}:
        features.append(
            Feature(
                "people" if choice.actors and parts.actors else "no_people",
                required=choice.actors and bool(parts.actors),
            )
        )
        features.append(Feature("call_labels" if choice.labels else "no_call_labels", required=choice.labels))
        features.append(Feature(f"direction_{choice.direction.lower()}", required=choice.direction == "LR"))
    return tuple(features)
