"""The architecture styles with notations of their own: C4 context, C4 containers and `architecture-beta`."""

from __future__ import annotations

from . import words
from .architecture_flow import GATEWAY
from .architecture_parts import BROKER, Parts, node_id, stored
from .model import Domain

_LAYOUT = '    UpdateLayoutConfig($c4ShapeInRow="4", $c4BoundaryInRow="1")'
# How far labels are moved, in pixels: under a row of boxes, to the other side of the row of stores, off the middle.
_BESIDE, _BELOW_DATA, _ABOVE = 80, 110, -30
_TECHNOLOGIES = {"site": "Angular", "portal": "Angular", "app": "React Native", "console": "TypeScript"}


def c4_context(domain: Domain, parts: Parts) -> list[str]:
    """The system as one box, the people who use it and the systems it needs."""
    lines = ["C4Context", f"    title System context of the {words.lower_first(domain.product)}"]
    uses = {wire.source: wire for wire in parts.between(set(parts.actors), parts.app_names())}
    lines += [f'    Person({node_id(actor)}, "{actor}")' for actor in parts.actors]
    does = ", ".join(words.lower_first(service.does) for service in parts.services[:2])
    system = [f'System(platform, "{domain.product}", "{words.sentence(does)}")']
    lines += _boundary("Enterprise_Boundary", "ours", "In our hands", system) + _outside(parts)
    lines += [f'    Rel({node_id(actor)}, platform, "{words.sentence(uses[actor].says)}")' for actor in parts.actors]
    asks = {wire.target: wire for wire in parts.between(parts.labels(), parts.external_names())}
    lines += [f'    Rel(platform, {node_id(name)}, "{words.sentence(asks[name].says)}")' for name in asks]
    return [*lines, _LAYOUT]


def c4_container(domain: Domain, parts: Parts) -> list[str]:
    """The apps, services and stores inside the system boundary."""
    gated = parts.choice.gateway and bool(parts.apps)
    lines = ["C4Container", f"    title Containers of the {words.lower_first(domain.product)}"]
    lines += [f'    Person({node_id(actor)}, "{actor}")' for actor in parts.actors[:3]]
    apps = [f'Container({node_id(a.name)}, "{a.name}", "{_technology(a.name)}", "{a.about}")' for a in parts.apps]
    # A row of its own: in the row of the apps, the calls of one would run through another.
    entry = [f'Container({node_id(GATEWAY)}, "{GATEWAY}", "YARP", "Routes and checks requests")'] if gated else []
    services = [f'Container({node_id(s.label)}, "{s.label}", ".NET", "{s.does}")' for s in parts.services]
    stores = [f'ContainerDb({node_id(s.store_label)}, "{s.store_label}", "{s.store}")' for s in parts.services if stored(domain, s)]
    if parts.subscriptions:
        stores.append(f'ContainerQueue({BROKER}, "Events", "{parts.broker}")')
    lines += _boundary("Container_Boundary", "clients", "Clients", apps)
    lines += _boundary("Container_Boundary", "entry", "Entry", entry)
    lines += _boundary("System_Boundary", "platform", domain.product, services)
    lines += _boundary("Container_Boundary", "data", "Data", stores) + _outside(parts)
    return [*lines, *_container_relations(domain, parts, gated=gated), *_label_offsets(parts), _LAYOUT]


def _outside(parts: Parts) -> list[str]:
    systems = [f'System_Ext({node_id(one.name)}, "{one.name}", "{one.about}")' for one in parts.externals]
    return _boundary("Boundary", "outside", "Outside systems", systems)


def _boundary(kind: str, identifier: str, title: str, shapes: list[str]) -> list[str]:
    """A boundary, which C4 lays out as a row of its own; nothing when it would be empty."""
    if not shapes:
        return []
    return [f'    {kind}({identifier}, "{title}") {{', *(f"        {shape}" for shape in shapes), "    }"]


def _container_relations(domain: Domain, parts: Parts, *, gated: bool) -> list[str]:
    rows = [(w.source, w.target, "Uses") for w in parts.between(set(parts.actors[:3]), parts.app_names())]
    if gated:
        rows += [(app.name, GATEWAY, "Calls") for app in parts.apps]
        targets = dict.fromkeys(wire.target for wire in parts.between(parts.app_names(), parts.labels()))
        rows += [(GATEWAY, target, "Routes to") for target in targets]
    else:
        rows += [(w.source, w.target, words.sentence(w.says)) for w in parts.between(parts.app_names(), parts.labels())]
    rows += [(w.source, w.target, words.sentence(w.says)) for w in parts.between(parts.labels(), parts.labels())]
    rows += [(s.label, s.store_label, "Reads and writes") for s in parts.services if stored(domain, s)]
    rows += [(w.source, w.target, words.sentence(w.says)) for w in parts.between(parts.labels(), parts.external_names())]
    return [*(f'    Rel({node_id(source)}, {node_id(target)}, "{label}")' for source, target, label in rows), *_event_relations(parts)]


def _event_relations(parts: Parts) -> list[str]:
    """One line between a service and the broker, whatever goes along it: two would lie on one another."""
    publishers = {one.publisher for one in parts.subscriptions}
    subscribers = {one.subscriber for one in parts.subscriptions}
    lines = []
    for label in (service.label for service in parts.services):
        if label in publishers and label in subscribers:
            lines.append(f'    BiRel({node_id(label)}, {BROKER}, "Publishes, receives")')
        elif label in publishers:
            lines.append(f'    Rel({node_id(label)}, {BROKER}, "Publishes")')
        elif label in subscribers:
            lines.append(f'    Rel({BROKER}, {node_id(label)}, "Delivers")')
    return lines


def _label_offsets(parts: Parts) -> list[str]:
    """C4 writes each label on the middle of its line: these would lie on boxes or on other labels."""
    labels, externals = parts.labels(), parts.external_names()
    events = {one.publisher for one in parts.subscriptions}
    rows = [(w.source, w.target, _BESIDE) for w in parts.between(labels, labels)]
    rows += [(w.source, w.target, _BELOW_DATA) for w in parts.between(labels, externals)]
    rows += [(s.label, BROKER, _ABOVE) for s in parts.services if s.label in events]
    heard = {one.subscriber for one in parts.subscriptions} - events
    rows += [(BROKER, s.label, _ABOVE) for s in parts.services if s.label in heard]
    return [f'    UpdateRelStyle({node_id(source)}, {node_id(target)}, $offsetY="{offset}")' for source, target, offset in rows]


def _technology(app: str) -> str:
    return next((name for word, name in _TECHNOLOGIES.items() if word in app.lower()), "TypeScript")
