"""The diagrams of one file among those that it knows: class diagram, ERD, sequences of calls, dependencies."""

from __future__ import annotations

import re
from collections.abc import Collection, Iterator
from dataclasses import replace

from dataset_core.diagrams.asking import MAX_CODE_BYTES, Subject, code_row, names_in_words, question_row
from dataset_core.diagrams.calls import Step, class_route, name_of, route_of, shown_steps_of, starting_methods, steps_of
from dataset_core.diagrams.class_diagram import Box, Tie, box_of, class_diagram, ties_of
from dataset_core.diagrams.entities import entities_of, is_entity_file, is_guessed, with_inherited
from dataset_core.diagrams.erd import Entity, Link, Relation, erd, neighbourhood, relations_between, resolve, stored
from dataset_core.diagrams.flowchart import dependency_flowchart
from dataset_core.diagrams.reading import BOX_KINDS, DATA_KINDS, TypeOfFile, base_name, distinct, find_type, is_test, types_of, words_of
from dataset_core.diagrams.sequence import Start, sequence_diagram
from dataset_core.diagrams.surroundings import Known, are_kin, known_names, users_of, uses_of
from dataset_core.diagrams.type_text import read_type
from dataset_core.example import Example
from dataset_core.facts import Symbol
from dataset_core.project_view import FileView, ProjectView
from dataset_core.resolution import foreign_names
from dataset_core.units import clip, one_line, outline, signature_of, without_licence_header
from dataset_core.variations.adapt import plural

_MAX_BOXES = 6
_MAX_NEIGHBOURS = 4
_MAX_ENTITIES = 9
_MAX_ERDS = 3
_MAX_SEQUENCES = 3
_MAX_TRIED = 6
# What a framework calls by itself: no person begins it.
_LIFECYCLE = re.compile(r"ng[A-Z]|component(?:Did|Will)|render$|on(?:Mounted|Created|Destroy)|created$|mounted$|writeValue$|registerOn")


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
    rows = _drawn_types(view)
    if not rows or (is_entity_file(view) and not any(m.is_callable for row in rows for m in row.members)):
        return
    subject = Subject("class", view)
    names = {row.name for row in rows} | set(known)
    foreign = foreign_names(view)
    ties = [tie for row in rows for tie in ties_of(row, _interfaces(known)) if tie.target in names or tie.arrow.startswith("<|")]
    ties = [tie for tie in ties if tie.target not in foreign]
    yield from _classes_of_code(subject, rows, ties)
    neighbours = _neighbour_types(view, project, [tie.target for tie in ties if tie.target in known and tie.arrow != "..>"])
    rows, ties = _tied(rows, ties, names)
    boxes = [*(box_of(row, view.language) for row in rows), *(_small_box(row, other) for other, row in neighbours)]
    shown = {box.name for box in boxes}
    marked = {tie.target: known[tie.target].stereotype for tie in ties if tie.target in known and tie.target not in shown}
    boxes += [Box(name, stereotype) for name, stereotype in marked.items() if stereotype]
    between = [
        tie
        for other, row in neighbours
        for tie in ties_of(row, _interfaces(known))
        if tie.target in shown and tie.target != row.name and tie.target not in foreign_names(other)
    ]
    completion = class_diagram(_distinct_boxes(boxes), [*ties, *between][:20])
    others = distinct([*(tie.target for tie in ties), *(row.name for row in rows)])
    others.remove(rows[0].name)
    if any(tie.target in names for tie in ties):
        context = {other.path for other, _ in neighbours}
        yield from question_row(subject, "class", completion, context, name=rows[0].name, others=names_in_words(others))


def _tied(rows: list[TypeOfFile], ties: list[Tie], names: Collection[str]) -> tuple[list[TypeOfFile], list[Tie]]:
    """The main type and those that something of the project ties to another; a bare exception class says nothing."""
    tied = {rows[0].name} | {name for tie in ties if tie.target in names for name in (tie.source, tie.target)}
    kept = [row for row in rows if row.name in tied]
    return kept, [tie for tie in ties if tie.source in {row.name for row in kept}]


def _drawn_types(view: FileView) -> list[TypeOfFile]:
    """The types of a file that are worth a box, its main one first."""
    rows = [row for row in types_of(view.facts) if row.symbol.kind in BOX_KINDS and (row.members or row.symbol.bases)]
    return sorted(rows, key=lambda row: (row.symbol is not view.main, row.symbol.parent != -1, row.symbol.start))[:_MAX_BOXES]


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


def _neighbour_types(view: FileView, project: ProjectView, names: Collection[str]) -> list[tuple[FileView, TypeOfFile]]:
    """The nearest types with their files: what is extended or held."""
    found: list[tuple[FileView, TypeOfFile]] = []
    for name in distinct(names)[:_MAX_NEIGHBOURS]:
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


def _erds(view: FileView, project: ProjectView) -> Iterator[Example]:
    own = stored(entities_of(view)) if view.language != "sql" else list(entities_of(view))
    if not own:
        return
    yield from _erd_of_code(view, own, project)
    everything = [with_inherited(entity, project) for entity in (*own, *_related_entities(view, project, own))]
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


def _targets(entities: list[Entity]) -> list[str]:
    return distinct(link.target for entity in entities for link in entity.links if link.target[:1].isupper() or link.is_key)


def _related_entities(view: FileView, project: ProjectView, own: list[Entity]) -> list[Entity]:
    """Entities of other files that these point to, and those of the same role that point to the main one."""
    names = {entity.name for entity in own}
    found: dict[str, Entity] = {}
    for target in [name for name in _targets(own) if name not in names][:_MAX_ENTITIES]:
        other = project.declaring(target, near=view.path)
        if other is not None and are_kin(other.language, view.language):
            found |= {entity.name: entity for entity in entities_of(other) if entity.name == target}
    if view.main is not None and is_entity_file(view):
        for path in project.mentioning(view.main.name, near=view.path, role=view.facts.role, limit=4):
            other = project.view(path)
            if other is not None:
                found |= {e.name: e for e in entities_of(other) if any(link.target == view.main.name for link in e.links)}
    return [entity for name, entity in found.items() if name not in names]


def _fewer(focus: str, near: list[Entity], lines: list[Relation]) -> tuple[list[Entity], list[Relation]]:
    kept = [entity for entity in near if entity.name == focus] + [entity for entity in near if entity.name != focus][: _MAX_ENTITIES - 1]
    names = {entity.name for entity in kept}
    return kept, [line for line in lines if line.left in names and line.right in names]


def _sequences(view: FileView, project: ProjectView) -> Iterator[Example]:
    n_drawn = 0
    seen: set[str] = set()
    for row, method in _one_of_overloads(starting_methods(view))[:_MAX_TRIED]:
        name = name_of(view, row)
        route = route_of(method, row, _inherited_route(view, row, project))
        start = _start(view, method, route)
        steps = steps_of(view, method, row, project)
        completion = sequence_diagram(name, steps, start)
        if not completion or completion in seen:
            continue
        seen.add(completion)
        n_drawn += 1
        subject = Subject("sequence", view, method)
        yield from _sequence_of_code(subject, row, project)
        wording = "route" if route else "sequence"
        fields = {"route": route, "name": method.name} if route else {"name": method.name, "owner": name}
        yield from question_row(subject, wording, completion, _paths(steps), **fields)
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
    start = _start(view, method, own_route)
    if start is None and route_of(method, row):
        # The path is named by a base class that the prompt does not show.
        start = Start("Client", _says(method), _answer(method))
    completion = sequence_diagram(name_of(view, row), shown_steps_of(view, method, row, project), start)
    code = view.code(method)
    words = words_of(code)
    fields = [view.code(m) for m in (row.members if row is not None else ()) if m.kind in DATA_KINDS and m.name.lstrip("#") in words]
    head = clip(signature_of(row.symbol), 300) if row is not None else ""
    text = "\n\n".join(filter(None, (head, "\n".join(fields), code)))
    yield from code_row(subject, f"a sequence diagram for `{method.name}`", text, completion)


def _start(view: FileView, method: Symbol, route: str) -> Start | None:
    """Who begins: a client that calls a route, or a person before a user interface."""
    if route:
        return Start("Client", route, _answer(method))
    if re.search(r"-(?:component|page|view|screen)$", view.facts.role) and not _LIFECYCLE.match(method.name):
        return Start("User", _says(method))
    return None


def _says(method: Symbol) -> str:
    return f"{method.name}({', '.join(p.name for p in method.parameters[:3] if p.type != 'CancellationToken')})"


def _answer(method: Symbol) -> str:
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


def _dependencies(view: FileView, project: ProjectView, known: dict[str, Known]) -> Iterator[Example]:
    subject = Subject("flowchart", view)
    used = uses_of(view, known)
    users = users_of(view, project)
    name = view.main.name if view.main is not None else view.path.rpartition("/")[2]
    if len(used) + len(users) > 1:
        both = {use.source for use in users}
        used = [use for use in used if use.target not in both]
        wording = "dependencies" if users and used else ("users" if users else "used")
        yield from question_row(subject, wording, dependency_flowchart([*users, *used], view.path), name=name)
