"""The architecture style that `architecture-beta` draws with icons.

Its layout follows the sides that edges leave and enter, and overlaps what two edges pull to the same place. So everything
stands on a grid: one row for each service that the app asks, its store to the right, the broker below the last row.
"""

from __future__ import annotations

from itertools import pairwise

from .architecture_flow import GATEWAY
from .architecture_parts import BROKER, Parts, node_id, stored
from .model import Domain, Service


def icons(domain: Domain, parts: Parts) -> list[str]:
    """One app, the services that it asks, their stores, and those that react to the last service."""
    rows, listeners = _rows(parts)
    door = [node_id(app.name) for app in parts.apps]
    lines = ["architecture-beta", f"    group platform(cloud)[{domain.product}]"]
    lines += [f"    service {node_id(app.name)}(internet)[{app.name}]" for app in parts.apps]
    if parts.choice.gateway:
        door.append(node_id(GATEWAY))
        lines.append(f"    service {node_id(GATEWAY)}(server)[{GATEWAY}] in platform")
    lines += [line for service in rows for line in _service(domain, service)]
    if listeners:
        lines.append(f"    service {BROKER}(cloud)[{parts.broker}] in platform")
        lines += [f"    service {node_id(service.label)}(server)[{service.label}] in platform" for service in listeners]
    lines += [f"    junction row{number} in platform" for number in range(1, len(rows) + 1) if len(rows) > 1]
    return lines + _door_edges(door, rows) + _row_edges(domain, parts, rows) + _broker_edges(rows, listeners)


def _rows(parts: Parts) -> tuple[list[Service], list[Service]]:
    """The services that the app asks, the one that publishes last, and those that listen to it."""
    asked = {wire.target for wire in parts.between(parts.app_names(), parts.labels())}
    publishers = {one.publisher for one in parts.subscriptions}
    rows = sorted((one for one in parts.services if one.label in asked), key=lambda one: one.label in publishers)
    return rows, [one for one in parts.services if one.label not in asked]


def _service(domain: Domain, service: Service) -> list[str]:
    lines = [f"    service {node_id(service.label)}(server)[{service.label}] in platform"]
    if stored(domain, service):
        icon = "disk" if service.store == "Object storage" else "database"
        lines.append(f"    service {node_id(service.store_label)}({icon})[{service.store}] in platform")
    return lines


def _door_edges(door: list[str], rows: list[Service]) -> list[str]:
    """From the app to the services: straight for one, along a column of junctions for several."""
    lines = [f"    {left}:R --> L:{right}" for left, right in pairwise(door)]
    if len(rows) == 1:
        return [*lines, f"    {door[-1]}:R --> L:{node_id(rows[0].label)}"]
    lines.append(f"    {door[-1]}:R -- L:row1")
    lines += [f"    row{number}:B -- T:row{number + 1}" for number in range(1, len(rows))]
    return lines + [f"    row{number}:R --> L:{node_id(row.label)}" for number, row in enumerate(rows, 1)]


def _row_edges(domain: Domain, parts: Parts, rows: list[Service]) -> list[str]:
    stores = [f"    {node_id(one.label)}:R --> L:{node_id(one.store_label)}" for one in rows if stored(domain, one)]
    calls = {(wire.source, wire.target) for wire in parts.wires}
    below = [(one, two) for one, two in pairwise(rows) if (one.label, two.label) in calls]
    return stores + [f"    {node_id(one.label)}:B --> T:{node_id(two.label)}" for one, two in below]


def _broker_edges(rows: list[Service], listeners: list[Service]) -> list[str]:
    if not listeners:
        return []
    ways = (":R --> L:", ":B --> T:")
    lines = [f"    {node_id(rows[-1].label)}:B --> T:{BROKER}"]
    return lines + [f"    {BROKER}{way}{node_id(one.label)}" for way, one in zip(ways, listeners, strict=False)]
