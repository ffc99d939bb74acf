"""The diagrams of what a person points at: a type, a method, a file or a folder. Exact and whole, where an example would be cut to fit.

The same drawings as in the examples; only the limits differ. A drawing is found again by its kind and its subject, so that a diagram
that somebody keeps can be compared with the code of today.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass

from dataset_core.diagrams.architecture import architecture
from dataset_core.diagrams.calls import starting_methods
from dataset_core.diagrams.class_diagram import box_of, class_diagram
from dataset_core.diagrams.entities import entities_of, is_entity_file
from dataset_core.diagrams.erd import Entity, connected_parts, erd, neighbourhood, relations_between
from dataset_core.diagrams.file_drawings import draw_classes, draw_sequence, drawn_types, entities_around, own_entities, ties_in
from dataset_core.diagrams.flowchart import dependency_flowchart
from dataset_core.diagrams.of_folder import entities_in, types_in, uses_among
from dataset_core.diagrams.reading import TypeOfFile, distinct, is_test, types_of
from dataset_core.diagrams.surroundings import known_names, one_way, users_of, uses_of
from dataset_core.facts import Symbol
from dataset_core.project_view import FileView, ProjectView

# More than this in one picture can be looked at by nobody.
_MAX_BOXES = 40
_MAX_FILES = 60
_MAX_LOOK_UPS = 200
_MAX_METHODS = 12
_MAX_READ = 400


@dataclass(frozen=True)
class Drawing:
    """A diagram of the code as it is.

    Attributes:
        kind: `erd`, `class`, `sequence`, `flowchart` (dependencies) or `architecture`.
        subject: The definition that it is about: `Reservation`, `ReservationService.Cancel`; empty for the file or folder itself.
        text: Mermaid.
        paths: The files whose declarations are drawn, in order.
    """

    kind: str
    subject: str
    text: str
    paths: tuple[str, ...]


@dataclass(frozen=True)
class Focus:
    """The definitions around a place in a file; None for none."""

    row: TypeOfFile | None = None
    method: Symbol | None = None


def focus_at(view: FileView, line: int) -> Focus:
    """What stands at a line, counted from 1: the innermost type, and the method."""
    around = [row for row in types_of(view.facts) if row.symbol.start_line <= line <= row.symbol.end_line]
    row = max(around, key=lambda row: row.symbol.start, default=None)
    methods = [symbol for symbol in view.facts.symbols if symbol.is_callable and symbol.start_line <= line <= symbol.end_line]
    return Focus(row, max(methods, key=lambda symbol: symbol.start, default=None))


def drawings_of_file(view: FileView, project: ProjectView, focus: Focus) -> list[Drawing]:
    """All diagrams of a file, or of what is in the focus; the most telling kind first. None that would show nothing."""
    drawings = (*_erds(view, project, focus), *_classes(view, project, focus), *_sequences(view, project, focus), *_uses(view, project))
    found = [drawing for drawing in drawings if drawing.text]
    if focus.method is not None:
        found.sort(key=lambda drawing: drawing.kind != "sequence")
    return found


def drawing_again(view: FileView, project: ProjectView, kind: str, subject: str) -> Drawing | None:
    """A drawing by its kind and subject; None where the code has nothing of that name any more."""
    owner, _, name = subject.rpartition(".")
    rows = [row for row in types_of(view.facts) if row.name in (subject, owner)]
    row = next((row for row in rows if row.name == subject), rows[0] if rows else None)
    methods = [symbol for symbol in (row.members if owner and row is not None else view.facts.symbols) if symbol.name == name]
    focus = Focus(row, next((symbol for symbol in methods if symbol.is_callable), None))
    return next((d for d in drawings_of_file(view, project, focus) if (d.kind, d.subject) == (kind, subject)), None)


def drawings_of_folder(folder: str, project: ProjectView) -> list[Drawing]:
    """All diagrams of a folder with the folders in it; of the project as a whole for the empty name."""
    views = _views_below(folder, project)
    drawings = [_folder_erd(views, project), _folder_classes(views), _folder_uses(views)]
    if not folder:
        paths = tuple(view.path for view in views)
        drawings.append(Drawing("architecture", "", architecture(project.roles_by_folder(), project.dependencies_between_folders()), paths))
    return [drawing for drawing in drawings if drawing.text]


def _erds(view: FileView, project: ProjectView, focus: Focus) -> Iterator[Drawing]:
    own = own_entities(view) or list(entities_of(view))
    name = focus.row.name if focus.row is not None else ""
    if not own or (name and name not in {entity.name for entity in own}):
        return
    everything = entities_around(view, own, project, _MAX_BOXES, _MAX_BOXES)
    relations = relations_between(everything)
    name = name or max(own, key=lambda entity: sum(entity.name in (row.left, row.right) for row in relations)).name
    near, lines = neighbourhood(name, everything, relations)
    yield Drawing("erd", name, erd(near, lines, name, whole=True), _paths(view, (entity.path for entity in near)))


def _classes(view: FileView, project: ProjectView, focus: Focus) -> Iterator[Drawing]:
    rows = drawn_types(view, most=_MAX_BOXES)
    known = known_names(view, project, _MAX_LOOK_UPS)
    if focus.row is not None:
        subject = focus.row.name
        ties = ties_in(view, rows, known)
        beside = {name for tie in ties if subject in (tie.source, tie.target) for name in (tie.source, tie.target)} - {subject}
        rows = [focus.row, *(row for row in rows if row.name in beside)]
    if rows:
        drawn = draw_classes(view, rows, known, project, whole=True)
        yield Drawing("class", rows[0].name, drawn.text, _paths(view, sorted(drawn.paths)))


def _sequences(view: FileView, project: ProjectView, focus: Focus) -> Iterator[Drawing]:
    """Of the method in focus, else of all that something outside can call."""
    starting = starting_methods(view)
    if focus.method is not None:
        starting = [(_owner(view, focus.method), focus.method)]
    elif focus.row is not None:
        starting = [(row, method) for row, method in starting if row is focus.row]
    for row, method in starting[:_MAX_METHODS]:
        drawn = draw_sequence(view, row, method, project, whole=True)
        subject = f"{row.name}.{method.name}" if row is not None else method.name
        yield Drawing("sequence", subject, drawn.text, _paths(view, sorted(drawn.paths)))


def _owner(view: FileView, method: Symbol) -> TypeOfFile | None:
    return next((row for row in types_of(view.facts) if method in row.members), None)


def _uses(view: FileView, project: ProjectView) -> Iterator[Drawing]:
    users = users_of(view, project, _MAX_BOXES)
    used = one_way(uses_of(view, known_names(view, project, _MAX_LOOK_UPS), _MAX_BOXES), users)
    text = dependency_flowchart([*users, *used], view.path, whole=True)
    yield Drawing("flowchart", "", text, _paths(view, (*(use.source for use in users), *(use.target for use in used))))


def _views_below(folder: str, project: ProjectView) -> list[FileView]:
    inside = [name for name in _folders(project) if not folder or name == folder or name.startswith(f"{folder}/")]
    views = [view for name in inside for view in project.in_folder(name) if view.facts.symbols and not is_test(view)]
    return views[:_MAX_READ]


def _folders(project: ProjectView) -> list[str]:
    return sorted(project.roles_by_folder())


def _folder_erd(views: Sequence[FileView], project: ProjectView) -> Drawing:
    # Where there are files of entities, what only carries their data elsewhere says the same again.
    entities = entities_in([view for view in views if is_entity_file(view)] or views, project)
    parts = connected_parts(entities, relations_between(entities), _MAX_BOXES)
    names = [entity.name for near, _ in parts for entity in near][:_MAX_BOXES]
    shown = [entity for entity in entities if entity.name in names]
    lines = [line for _, part in parts for line in part if {line.left, line.right} <= set(names)]
    text = erd(shown, lines, whole=True) if shown else ""
    return Drawing("erd", "", _with_rest(text, len(entities) - len(shown), "entities without a relation or beyond that"), _of(shown))


def _folder_classes(views: Sequence[FileView]) -> Drawing:
    rows, ties = types_in(views)
    tied = distinct(name for tie in ties for name in (tie.source, tie.target))
    kept = set(sorted(tied, key=lambda name: (-sum(name in (tie.source, tie.target) for tie in ties), name))[:_MAX_BOXES])
    shown = {name: row for name, row in rows.items() if name in kept}
    text = class_diagram(
        [box_of(row, view.language, whole=True) for row, view in shown.values()],
        [tie for tie in ties if {tie.source, tie.target} <= kept],
        whole=True,
    )
    paths = tuple(distinct(view.path for _, view in shown.values()))
    return Drawing("class", "", _with_rest(text if shown else "", len(rows) - len(shown), "types without a line or beyond that"), paths)


def _folder_uses(views: Sequence[FileView]) -> Drawing:
    uses = uses_among(views)
    paths = distinct(path for use in uses for path in (use.source, use.target))
    kept = set(sorted(paths, key=lambda path: (-sum(path in (use.source, use.target) for use in uses), path))[:_MAX_FILES])
    text = dependency_flowchart([use for use in uses if {use.source, use.target} <= kept], whole=True)
    return Drawing("flowchart", "", _with_rest(text, len(paths) - len(kept), "files with fewer arrows"), tuple(sorted(kept)))


def _with_rest(text: str, n_left_out: int, what: str) -> str:
    """A picture that does not show all says so."""
    return f"{text}\n%% Not shown: {n_left_out} {what}" if text and n_left_out else text


def _of(entities: Sequence[Entity]) -> tuple[str, ...]:
    return tuple(distinct(entity.path for entity in entities))


def _paths(view: FileView, others: Iterable[str]) -> tuple[str, ...]:
    return tuple(distinct((view.path, *others)))
