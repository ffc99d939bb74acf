"""What is drawn of one file among those that it knows, before anybody asks for it: shared by the questions and by what people point at."""

from __future__ import annotations

import re
from collections.abc import Collection
from dataclasses import dataclass, replace

from dataset_core.diagrams.calls import Step, class_route, name_of, route_of, steps_of
from dataset_core.diagrams.class_diagram import Box, Tie, box_of, class_diagram, ties_of
from dataset_core.diagrams.entities import entities_of, is_entity_file, with_inherited
from dataset_core.diagrams.erd import Entity, stored
from dataset_core.diagrams.reading import BOX_KINDS, TypeOfFile, base_name, distinct, find_type, types_of
from dataset_core.diagrams.sequence import Start, sequence_diagram
from dataset_core.diagrams.surroundings import Known, are_kin
from dataset_core.diagrams.type_text import read_type
from dataset_core.facts import Symbol
from dataset_core.project_view import FileView, ProjectView
from dataset_core.resolution import foreign_names

MAX_BOXES = 6
MAX_ENTITIES = 9
_MAX_NEIGHBOURS = 4
_MAX_TIES = 20
_MAX_POINTING = 4
# What a framework calls by itself: no person begins it.
_LIFECYCLE = re.compile(r"ng[A-Z]|component(?:Did|Will)|render$|on(?:Mounted|Created|Destroy)|created$|mounted$|writeValue$|registerOn")


@dataclass(frozen=True)
class DrawnClasses:
    """A class diagram, the types of the file that stand in it with their ties, and the other files that it shows."""

    text: str
    rows: list[TypeOfFile]
    ties: list[Tie]
    paths: set[str]


def draw_classes(
    view: FileView, rows: list[TypeOfFile], known: dict[str, Known], project: ProjectView, *, whole: bool = False
) -> DrawnClasses:
    """The types of a file, the first one its subject, with the nearest others; `whole` with all that it extends or holds."""
    ties = ties_in(view, rows, known)
    held = [tie.target for tie in ties if tie.target in known and tie.arrow != "..>"]
    neighbours = _neighbour_types(view, project, held, len(held) if whole else _MAX_NEIGHBOURS)
    rows, ties = _tied(rows, ties, {row.name for row in rows} | set(known))
    boxes = [*(box_of(row, view.language, whole=whole) for row in rows), *(_small_box(row, other) for other, row in neighbours)]
    shown = {box.name for box in boxes}
    marked = {tie.target: known[tie.target].stereotype for tie in ties if tie.target in known and tie.target not in shown}
    boxes += [Box(name, stereotype) for name, stereotype in marked.items() if stereotype]
    between = [
        tie
        for other, row in neighbours
        for tie in ties_of(row, _interfaces(known))
        if tie.target in shown and tie.target != row.name and tie.target not in foreign_names(other)
    ]
    text = class_diagram(_distinct_boxes(boxes), [*ties, *between][: None if whole else _MAX_TIES], whole=whole)
    return DrawnClasses(text, rows, ties, {other.path for other, _ in neighbours})


def ties_in(view: FileView, rows: list[TypeOfFile], known: dict[str, Known]) -> list[Tie]:
    """The lines from types of a file to each other, to types of the project, and to whatever they extend."""
    names = {row.name for row in rows} | set(known)
    foreign = foreign_names(view)
    ties = [tie for row in rows for tie in ties_of(row, _interfaces(known)) if tie.target in names or tie.arrow.startswith("<|")]
    return [tie for tie in ties if tie.target not in foreign]


def _tied(rows: list[TypeOfFile], ties: list[Tie], names: Collection[str]) -> tuple[list[TypeOfFile], list[Tie]]:
    """The main type and those that something of the project ties to another; a bare exception class says nothing."""
    tied = {rows[0].name} | {name for tie in ties if tie.target in names for name in (tie.source, tie.target)}
    kept = [row for row in rows if row.name in tied]
    return kept, [tie for tie in ties if tie.source in {row.name for row in kept}]


def drawn_types(view: FileView, most: int = MAX_BOXES) -> list[TypeOfFile]:
    """At most so many types of a file that are worth a box, its main one first."""
    rows = [row for row in types_of(view.facts) if row.symbol.kind in BOX_KINDS and (row.members or row.symbol.bases)]
    return sorted(rows, key=lambda row: (row.symbol is not view.main, row.symbol.parent != -1, row.symbol.start))[:most]


def _neighbour_types(view: FileView, project: ProjectView, names: Collection[str], most: int) -> list[tuple[FileView, TypeOfFile]]:
    """The nearest types with their files: what is extended or held."""
    found: list[tuple[FileView, TypeOfFile]] = []
    for name in distinct(names)[:most]:
        other = project.declaring(name, near=view.path)
        row = find_type(other, name) if other is not None else None
        if other is not None and row is not None and row.symbol.kind in BOX_KINDS and are_kin(other.language, view.language):
            found.append((other, row))
    return found


def _small_box(row: TypeOfFile, view: FileView) -> Box:
    """A neighbour: its public members alone, and few of them."""
    box = box_of(row, view.language)
    return replace(box, members=tuple((rank + 1, text) for rank, text in box.members if not text.startswith("-"))[:5])


def _interfaces(known: dict[str, Known]) -> set[str]:
    return {name for name, where in known.items() if where.stereotype in {"interface", "trait", "protocol"}}


def _distinct_boxes(boxes: list[Box]) -> list[Box]:
    return list({box.name: box for box in reversed(boxes)}.values())[::-1]


def own_entities(view: FileView) -> list[Entity]:
    """The entities that a file declares; every table of a schema is one."""
    return stored(entities_of(view)) if view.language != "sql" else list(entities_of(view))


def entities_around(
    view: FileView, own: list[Entity], project: ProjectView, most: int = MAX_ENTITIES, most_pointing: int = _MAX_POINTING
) -> list[Entity]:
    """Entities of a file, then at most so many others that they point to, and those of so many files that point to the main one."""
    return [with_inherited(entity, project) for entity in (*own, *_related_entities(view, project, own, most, most_pointing))]


def _targets(entities: list[Entity]) -> list[str]:
    return distinct(link.target for entity in entities for link in entity.links if link.target[:1].isupper() or link.is_key)


def _related_entities(view: FileView, project: ProjectView, own: list[Entity], most: int, most_pointing: int) -> list[Entity]:
    """Entities of other files that these point to, and those of the same role that point to the main one."""
    names = {entity.name for entity in own}
    found: dict[str, Entity] = {}
    for target in [name for name in _targets(own) if name not in names][:most]:
        other = project.declaring(target, near=view.path)
        if other is not None and are_kin(other.language, view.language):
            found |= {entity.name: entity for entity in entities_of(other) if entity.name == target}
    if view.main is not None and is_entity_file(view):
        for path in project.mentioning(view.main.name, near=view.path, role=view.facts.role, limit=most_pointing):
            other = project.view(path)
            if other is not None:
                found |= {e.name: e for e in entities_of(other) if any(link.target == view.main.name for link in e.links)}
    return [entity for name, entity in found.items() if name not in names]


@dataclass(frozen=True)
class DrawnSequence:
    """A sequence diagram, the route that it begins with (empty for none), and the files that it shows."""

    text: str
    route: str
    paths: set[str]


def draw_sequence(view: FileView, row: TypeOfFile | None, method: Symbol, project: ProjectView, *, whole: bool = False) -> DrawnSequence:
    """What follows from a method of a type, or from a function."""
    route = route_of(method, row, _inherited_route(view, row, project))
    steps = steps_of(view, method, row, project, whole=whole)
    text = sequence_diagram(name_of(view, row), steps, start_of(view, method, route), whole=whole)
    return DrawnSequence(text, route, _paths(steps))


def start_of(view: FileView, method: Symbol, route: str) -> Start | None:
    """Who begins: a client that calls a route, or a person before a user interface."""
    if route:
        return Start("Client", route, answer_of(method))
    if re.search(r"-(?:component|page|view|screen)$", view.facts.role) and not _LIFECYCLE.match(method.name):
        return Start("User", says(method))
    return None


def says(method: Symbol) -> str:
    """A call in words: the method with the names of its first parameters."""
    return f"{method.name}({', '.join(p.name for p in method.parameters[:3] if p.type != 'CancellationToken')})"


def answer_of(method: Symbol) -> str:
    """What a client gets: the result's type, or the plain response."""
    result = read_type(method.type)
    return result.readable if result.name not in {"", "IActionResult", "object", "any"} else "response"


def _inherited_route(view: FileView, row: TypeOfFile | None, project: ProjectView) -> str:
    """The route that a controller's base class names."""
    if row is None or class_route(row) or not row.symbol.bases or not view.facts.role.endswith("controller"):
        return ""
    name = base_name(row.symbol.bases[0])
    base = project.declaring(name, near=view.path) if name else None
    parent = find_type(base, name) if base is not None else None
    return class_route(parent) if parent is not None else ""


def _paths(steps: Collection[Step]) -> set[str]:
    return {path for step in steps for path in ({step.path} | _paths(step.inner)) if path}
