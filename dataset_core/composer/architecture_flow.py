"""The architecture styles that are drawn as flowcharts."""

from __future__ import annotations

import re

from . import words
from .architecture_parts import BROKER, Parts, arrow, box, external, group, node_id, person, store, stored
from .model import Domain, UseCase
from .sequence import every_step

GATEWAY = "API gateway"
_MOST_EVENTS_ON_AN_ARROW = 3


def layered(domain: Domain, parts: Parts) -> list[str]:
    """Clients, application, data and outside systems, one below the other."""
    lines = [f"flowchart {parts.choice.direction}"]
    lines += _people(parts)
    lines += group("presentation", "Presentation", [box(app.name) for app in parts.apps])
    lines += group("application", "Application", [box(service.label) for service in parts.services])
    lines += group("data", "Data", [store(one) for one in parts.services if stored(domain, one)])
    lines += group("outside", "External systems", [external(one.name) for one in parts.externals])
    lines += _uses(parts) + _calls(parts, parts.app_names(), parts.labels()) + _calls(parts, parts.labels(), parts.labels())
    lines += [arrow(one.label, one.store_label) for one in parts.services if stored(domain, one)]
    return lines + _calls(parts, parts.labels(), parts.external_names())


def microservices(domain: Domain, parts: Parts) -> list[str]:
    """A gateway, services with a database each, and a broker for events."""
    lines = [f"flowchart {parts.choice.direction}"]
    lines += _people(parts)
    lines += group("clients", "Clients", [box(app.name) for app in parts.apps])
    gated = parts.choice.gateway and bool(parts.apps)
    if gated:
        lines.append(f'    {node_id(GATEWAY)}{{{{"{GATEWAY}"}}}}')
    for service in parts.services:
        nodes = [box(service.label), *([store(service)] if stored(domain, service) else [])]
        lines += group(f"{node_id(service.name)}Context", words.sentence(words.phrase(service.name)), nodes)
    if parts.subscriptions:
        lines.append(f'    {BROKER}[/"{parts.broker}"/]')
    lines += group("outside", "External systems", [external(one.name) for one in parts.externals])
    lines += _uses(parts) + _entrances(parts, gated=gated)
    lines += _calls(parts, parts.labels(), parts.labels())
    lines += [arrow(one.label, one.store_label) for one in parts.services if stored(domain, one)]
    lines += _broker_arrows(parts)
    return lines + _calls(parts, parts.labels(), parts.external_names())


def events(_: Domain, parts: Parts) -> list[str]:
    """Who publishes which event, and who reacts to it."""
    lines = ["flowchart LR"]
    publishers = dict.fromkeys(one.publisher for one in parts.subscriptions)
    subscribers = [one for one in dict.fromkeys(one.subscriber for one in parts.subscriptions) if one not in publishers]
    lines += group("publishers", "Publish", [box(name) for name in publishers])
    topics = dict.fromkeys(one.event for one in parts.subscriptions)
    lines += group(BROKER, parts.broker, [f'{node_id(topic)}[/"{topic}"/]' for topic in topics])
    lines += group("subscribers", "Subscribe", [box(name) for name in subscribers])
    pairs = dict.fromkeys((one.publisher, one.event) for one in parts.subscriptions)
    lines += [arrow(publisher, event) for publisher, event in pairs]
    labels = parts.choice.labels
    return lines + [arrow(one.event, one.subscriber, one.reaction if labels else "", "-.->") for one in parts.subscriptions]


def hexagonal(domain: Domain, parts: Parts) -> list[str]:
    """One service: driving adapters, ports, the domain in the middle, driven adapters."""
    service = parts.services[0]
    reached = [(case, caller) for case in domain.use_cases for caller in _callers(case, service.label)]
    cases = list(dict.fromkeys(case for case, _ in reached))[:4]
    sources = list(dict.fromkeys(caller for case, caller in reached if case in cases))
    driven = _driven(domain, parts)
    lines = [f"flowchart {parts.choice.direction}"]
    lines += group("driving", "Driving adapters", [f'{node_id(one)}Adapter["{one}"]' for one in sources])
    lines.append(f'    subgraph core["{service.label}"]')
    inner = group("inPorts", "Inbound ports", [f'{node_id(case.name)}(["{case.name}"])' for case in cases])
    inner += group("model", "Domain", [f'{node_id(one)}["{words.sentence(words.phrase(one))}"]' for one in service.owns])
    inner += group("outPorts", "Outbound ports", [f'{node_id(port)}(["{port}"])' for port, _ in driven])
    lines += [f"    {line}" for line in inner]
    lines.append("    end")
    lines += group("driven", "Driven adapters", [f'{node_id(port)}Adapter["{label}"]' for port, label in driven])
    lines += [f"    {node_id(source)}Adapter --> {node_id(case.name)}" for case, source in reached if case in cases]
    lines += [f"    {node_id(case.name)} --> model" for case in cases]
    lines += [f"    model --> {node_id(port)}" for port, _ in driven]
    lines += [f"    {node_id(port)} --> {node_id(port)}Adapter" for port, _ in driven]
    return lines


def serverless(domain: Domain, parts: Parts) -> list[str]:
    """A function for each request, managed stores and a queue for events."""
    lines = [f"flowchart {parts.choice.direction}"]
    cases = [(case, entry) for case in domain.use_cases if (entry := _entry(domain, case)) in parts.labels()][:7]
    lines += group("clients", "Clients", [box(app.name) for app in parts.apps])
    lines.append(f'    entry{{{{"{GATEWAY}"}}}}')
    timed = [case for case, _ in cases if case.actor == "Scheduler"]
    if timed:
        lines.append('    timer(("Timer"))')
    lines += group("functions", "Functions", [f'{node_id(case.name)}("{case.name}")' for case, _ in cases])
    used = [service for service in parts.services if any(entry == service.label for _, entry in cases) and stored(domain, service)]
    lines += group("managed", "Managed stores", [store(service) for service in used])
    queue = [case for case, entry in cases if any(one.publisher == entry for one in domain.subscriptions)]
    if queue:
        lines.append('    queue[/"Event queue"/]')
    lines += [f"    {node_id(app.name)} --> entry" for app in parts.apps]
    for case, entry in cases:
        route = re.sub(r"/\d+", "/:id", case.route)
        lines.append(f"    timer --> {node_id(case.name)}" if case in timed else f'    entry -->|"{route}"| {node_id(case.name)}')
        service = domain.service(entry)
        if service and service in used:
            lines.append(arrow(case.name, service.store_label))
        if case in queue:
            lines.append(f"    {node_id(case.name)} -.-> queue")
    return lines


def monolith(domain: Domain, parts: Parts) -> list[str]:
    """One deployable with modules that call each other, and one database with a schema for each."""
    lines = [f"flowchart {parts.choice.direction}"]
    lines += _people(parts)
    lines += group("clients", "Clients", [box(app.name) for app in parts.apps])
    modules = [f'{node_id(service.label)}["{words.sentence(words.phrase(service.name))} module"]' for service in parts.services]
    lines += group("application", f"{domain.product}, one deployable", modules)
    schemas = [f'{node_id(service.name)}Schema[("{words.snake(service.name)}")]' for service in parts.services if service.owns]
    lines += group("database", "PostgreSQL, one schema a module", schemas)
    lines += group("outside", "External systems", [external(one.name) for one in parts.externals])
    lines += _uses(parts) + _calls(parts, parts.app_names(), parts.labels()) + _calls(parts, parts.labels(), parts.labels())
    lines += [f"    {node_id(one.label)} --> {node_id(one.name)}Schema" for one in parts.services if one.owns]
    return lines + _calls(parts, parts.labels(), parts.external_names())


def _people(parts: Parts) -> list[str]:
    return [f"    {person(actor)}" for actor in parts.actors] if parts.choice.actors else []


def _uses(parts: Parts) -> list[str]:
    """What the people use: after the apps are declared, as every link comes after what it links."""
    if not parts.choice.actors:
        return []
    return [arrow(wire.source, wire.target) for wire in parts.between(set(parts.actors), parts.app_names())]


def _calls(parts: Parts, sources: set[str], targets: set[str]) -> list[str]:
    return [arrow(wire.source, wire.target, wire.says if parts.choice.labels else "") for wire in parts.between(sources, targets)]


def _entrances(parts: Parts, *, gated: bool) -> list[str]:
    if not gated:
        return _calls(parts, parts.app_names(), parts.labels())
    targets = dict.fromkeys(wire.target for wire in parts.between(parts.app_names(), parts.labels()))
    return [*(arrow(app.name, GATEWAY) for app in parts.apps), *(arrow(GATEWAY, target) for target in targets)]


def _broker_arrows(parts: Parts) -> list[str]:
    published: dict[str, list[str]] = {}
    for one in parts.subscriptions:
        events_of = published.setdefault(one.publisher, [])
        if one.event not in events_of:
            events_of.append(one.event)
    lines = [arrow(name, BROKER, _events_label(names) if parts.choice.labels else "", "-.->") for name, names in published.items()]
    return lines + [f"    {BROKER} -.-> {node_id(name)}" for name in dict.fromkeys(one.subscriber for one in parts.subscriptions)]


def _events_label(names: list[str]) -> str:
    return "<br/>".join(names[:_MOST_EVENTS_ON_AN_ARROW])


def _driven(domain: Domain, parts: Parts) -> list[tuple[str, str]]:
    """The outbound ports of the one service and the adapters behind them."""
    service = parts.services[0]
    ports = [(f"{words.sentence(words.phrase(service.owns[0]))} repository", f"{service.store} adapter")]
    called = dict.fromkeys(w.target for w in domain.wires if w.source == service.label and w.target != service.label)
    for target in called:
        kind = domain.kind_of(target)
        if kind == "external":
            ports.append((f"{target} port", f"{target} client"))
        elif kind == "service":
            ports.append((f"{target.removesuffix(' service')} port", f"{target} client"))
    if any(one.publisher == service.label for one in domain.subscriptions):
        ports.append(("Event publisher", f"{parts.broker} adapter"))
    return ports[:5]


def _callers(case: UseCase, label: str) -> list[str]:
    """Who asks the service within a use case, the service itself left out."""
    pairs = [(case.actor, step) for step in case.steps]
    pairs += [(getattr(step, "to", ""), one) for step in every_step(case.steps) for one in getattr(step, "inner", ())]
    return list(dict.fromkeys(source for source, step in pairs if source not in {"", label} and getattr(step, "to", "") == label))


def _entry(domain: Domain, case: UseCase) -> str:
    return next((step.to for step in every_step(case.steps) if hasattr(step, "to") and domain.service(step.to)), "")
