"""The diagrams of one file among those that it knows: class diagram, ERD, sequences of calls, dependencies."""

from __future__ import annotations

from collections.abc import Collection, Iterator
from dataclasses import replace

from dataset_core.diagrams.asking import MAX_CODE_BYTES, Subject, code_row, names_in_words, question_row
from dataset_core.diagrams.calls import class_route, name_of, route_of, shown_steps_of, starting_methods
from dataset_core.diagrams.class_diagram import Tie, box_of, class_diagram
from dataset_core.diagrams.entities import entities_of, is_entity_file, is_guessed
from dataset_core.diagrams.erd import Entity, Link, Relation, erd, neighbourhood, relations_between, resolve
from dataset_core.diagrams.file_drawings import (
    MAX_ENTITIES,
    answer_of,
    draw_classes,
    draw_sequence,
    drawn_types,
    entities_around,
    own_entities,
    says,
    start_of,
    ties_in,
)
from dataset_core.diagrams.flowchart import dependency_flowchart
from dataset_core.diagrams.reading import DATA_KINDS, TypeOfFile, distinct, find_type, is_test, types_of, words_of
from dataset_core.diagrams.sequence import Start, sequence_diagram
from dataset_core.diagrams.surroundings import Known, known_names, one_way, users_of, uses_of
from dataset_core.example import Example
from dataset_core.facts import Symbol
from dataset_core.project_view import FileView, ProjectView
from dataset_core.units import clip, one_line, outline, signature_of, without_licence_header
from dataset_core.variations.renaming import plural

_MAX_ERDS = 3
_MAX_SEQUENCES = 3
_MAX_TRIED = 6


def examples(view: FileView, project: ProjectView) -> Iterator[Example]:
    """All diagrams of a file; none of a test, nor of a file that declares nothing."""
    if not view.facts.symbols or is_test(view):
        return
    known = known_names(view, project)
    yield from _classes(view, project, known)
    yield from _erds(view, project)
    yield from _sequences(view, project)
    yield from _dependencies(view, project, known)


def _classes(view: FileView, project: ProjectView, known: dict[str, Known]) -> Iterator[Example]:
    rows = drawn_types(view)
    if not rows or (is_entity_file(view) and not any(m.is_callable for row in rows for m in row.members)):
        return
    subject = Subject("class", view)
    ties = ties_in(view, rows, known)
    yield from _classes_of_code(subject, rows, ties)
    names = {row.name for row in rows} | set(known)
    drawn = draw_classes(view, rows, known, project)
    if any(tie.target in names for tie in drawn.ties):
        others = distinct([*(tie.target for tie in drawn.ties), *(row.name for row in drawn.rows)])
        others.remove(rows[0].name)
        yield from question_row(subject, "class", drawn.text, drawn.paths, name=rows[0].name, others=names_in_words(others))


def _classes_of_code(subject: Subject, rows: list[TypeOfFile], ties: list[Tie]) -> Iterator[Example]:
    """What the code itself shows, and no more: of a long class, the members that the outline reaches."""
    view = subject.view
    text = without_licence_header(view.text).strip("\n")
    code = text if len(text.encode()) <= MAX_CODE_BYTES else _class_code(view, rows[0])
    words = words_of(code)
    folded = one_line(code)
    reached = [row for row in rows if row.name in words and _head(row) in folded]
    if not reached:
        return
    cut = "…" in code
    boxes = [box_of(_only_shown(row, words) if cut else row, view.language) for row in reached]
    names = {row.name for row in reached}
    kept = [tie for tie in ties if tie.source in names and tie.target in words]
    kept = [tie for tie in kept if not cut or tie.label in {"", "gives", "takes"} or tie.label in words]
    diagram = "a class diagram" if len(reached) > 1 else f"a class diagram for `{rows[0].name}`"
    yield from code_row(subject, diagram, code, class_diagram(boxes, kept))


def _class_code(view: FileView, row: TypeOfFile) -> str:
    code = view.code(row.symbol)
    if len(code.encode()) <= MAX_CODE_BYTES:
        return code
    elsewhere = [member for member in row.members if member.start >= row.symbol.end]
    return outline(view, [row.symbol, *elsewhere], MAX_CODE_BYTES)


def _head(row: TypeOfFile) -> str:
    return one_line(signature_of(row.symbol))[-40:]


def _only_shown(row: TypeOfFile, words: Collection[str]) -> TypeOfFile:
    shown = tuple(member for member in row.members if member.name.lstrip("#") in words)
    return replace(row, members=shown)


def _erds(view: FileView, project: ProjectView) -> Iterator[Example]:
    own = own_entities(view)
    if not own:
        return
    yield from _erd_of_code(view, own, project)
    everything = entities_around(view, own, project)
    relations = relations_between(everything)
    ranked = sorted(own, key=lambda e: -sum(e.name in (r.left, r.right) for r in relations))
    for entity in ranked[:_MAX_ERDS]:
        near, lines = neighbourhood(entity.name, everything, relations)
        near, lines = _fewer(entity.name, near, lines)
        yield from _erd_question(view, entity, near, lines)


def _erd_question(view: FileView, entity: Entity, near: list[Entity], lines: list[Relation]) -> Iterator[Example]:
    row = find_type(view, entity.name)
    subject = Subject("erd", view, row.symbol if row is not None else None)
    others = [other.name for other in near if other.name != entity.name]
    context = {other.path for other in near}
    yield from question_row(subject, "erd", erd(near, lines, entity.name), context, name=entity.name, others=names_in_words(others))


def _erd_of_code(view: FileView, own: list[Entity], project: ProjectView) -> Iterator[Example]:
    """The ERD of as many entities of the file as the prompt can show; a value that the project stores in no place of its own is a field."""
    by_name = {row.name: row.symbol for row in types_of(view.facts)}
    shown: list[Entity] = []
    size = 0
    for entity in own:
        size += len(view.code(by_name[entity.name]).encode()) + 2
        if size > MAX_CODE_BYTES:
            break
        shown.append(entity)
    code = "\n\n".join(view.code(by_name[entity.name]) for entity in shown)
    by_name_shown = {entity.name: entity for entity in shown}
    links = [
        link for entity in shown for link in entity.links if resolve(link, by_name_shown) is None and _may_be_drawn(link, view, project)
    ]
    mentioned = [Entity(name, view.path, ()) for name in distinct(link.target for link in links)]
    drawn = [*shown, *mentioned]
    yield from code_row(Subject("erd", view), "an ERD", code, erd(drawn, relations_between(drawn)))


def _may_be_drawn(link: Link, view: FileView, project: ProjectView) -> bool:
    """Whether another entity may stand beside one: for a value, it is stored itself; for a name such as `AppId`, there is an `App`."""
    if not link.is_key:
        return _is_stored(link.target, view, project)
    forms = {form for word in (link.target, link.target.lower()) for form in (word, plural(word))}
    return not is_guessed(link) or any(project.home(form, near=view.path) is not None for form in sorted(forms))


def _is_stored(name: str, view: FileView, project: ProjectView) -> bool:
    """Whether the project declares an entity of this name."""
    other = project.declaring(name, near=view.path)
    return other is not None and any(entity.name == name for entity in entities_of(other))


def _fewer(focus: str, near: list[Entity], lines: list[Relation]) -> tuple[list[Entity], list[Relation]]:
    kept = [entity for entity in near if entity.name == focus] + [entity for entity in near if entity.name != focus][: MAX_ENTITIES - 1]
    names = {entity.name for entity in kept}
    return kept, [line for line in lines if line.left in names and line.right in names]


def _sequences(view: FileView, project: ProjectView) -> Iterator[Example]:
    n_drawn = 0
    seen: set[str] = set()
    for row, method in _one_of_overloads(starting_methods(view))[:_MAX_TRIED]:
        drawn = draw_sequence(view, row, method, project)
        if not drawn.text or drawn.text in seen:
            continue
        seen.add(drawn.text)
        n_drawn += 1
        subject = Subject("sequence", view, method)
        yield from _sequence_of_code(subject, row, project)
        wording = "route" if drawn.route else "sequence"
        fields = {"route": drawn.route, "name": method.name} if drawn.route else {"name": method.name, "owner": name_of(view, row)}
        yield from question_row(subject, wording, drawn.text, drawn.paths, **fields)
        if n_drawn == _MAX_SEQUENCES:
            return


def _one_of_overloads(rows: list[tuple[TypeOfFile | None, Symbol]]) -> list[tuple[TypeOfFile | None, Symbol]]:
    """The first of several methods of one name: a question could not tell them apart."""
    return list({(row.name if row is not None else "", method.name): (row, method) for row, method in reversed(rows)}.values())[::-1]


def _sequence_of_code(subject: Subject, row: TypeOfFile | None, project: ProjectView) -> Iterator[Example]:
    """The calls that the method itself shows, with the fields that it calls on."""
    view, method = subject.view, subject.symbol
    if method is None:
        return
    own_route = route_of(method, row) if row is None or class_route(row) else ""
    start = start_of(view, method, own_route)
    if start is None and route_of(method, row):
        # The path is named by a base class that the prompt does not show.
        start = Start("Client", says(method), answer_of(method))
    completion = sequence_diagram(name_of(view, row), shown_steps_of(view, method, row, project), start)
    code = view.code(method)
    words = words_of(code)
    fields = [view.code(m) for m in (row.members if row is not None else ()) if m.kind in DATA_KINDS and m.name.lstrip("#") in words]
    head = clip(signature_of(row.symbol), 300) if row is not None else ""
    text = "\n\n".join(filter(None, (head, "\n".join(fields), code)))
    yield from code_row(subject, f"a sequence diagram for `{method.name}`", text, completion)


def _dependencies(view: FileView, project: ProjectView, known: dict[str, Known]) -> Iterator[Example]:
    subject = Subject("flowchart", view)
    used = uses_of(view, known)
    users = users_of(view, project)
    name = view.main.name if view.main is not None else view.path.rpartition("/")[2]
    if len(used) + len(users) > 1:
        used = one_way(used, users)
        wording = "dependencies" if users and used else ("users" if users else "used")
        yield from question_row(subject, wording, dependency_flowchart([*users, *used], view.path), name=name)
