"""The diagrams of a folder: its entities, its types, its files; and of the project as a whole: its folders and its layers."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence

from dataset_core.diagrams.architecture import architecture, layers
from dataset_core.diagrams.asking import Subject, ask, is_fit, names_in_words, question_row
from dataset_core.diagrams.class_diagram import Tie, box_of, class_diagram, ties_of
from dataset_core.diagrams.entities import entities_of, with_inherited
from dataset_core.diagrams.erd import Entity, connected_parts, erd, relations_between, stored
from dataset_core.diagrams.flowchart import Use, dependency_flowchart
from dataset_core.diagrams.reading import BOX_KINDS, TypeOfFile, is_test, types_of
from dataset_core.diagrams.surroundings import are_kin
from dataset_core.example import Example, Provenance
from dataset_core.facts import referenced_names
from dataset_core.project_view import FileView, ProjectView
from dataset_core.resolution import NOT_MEANT, fit, foreign_names

_MIN_ENTITIES, _MAX_ENTITIES = 3, 12
_MIN_TYPES, _MAX_TYPES = 3, 10
_MIN_FILES, _MAX_FILES = 3, 12
_MAX_PARTS = 4
# A folder with more files is a store of things, not a part of a design.
_MAX_IN_FOLDER = 80
_PROJECT = "."


def examples(folder: str, project: ProjectView) -> Iterator[Example]:
    """All diagrams of a folder; for the empty name also those of the whole project."""
    views = [view for view in project.in_folder(folder)[:_MAX_IN_FOLDER] if view.facts.symbols and not is_test(view)]
    yield from _erds(views, project, folder)
    yield from _classes(views, project, folder)
    yield from _files(views, project, folder)
    if not folder:
        yield from _architecture(project)


def _erds(views: Sequence[FileView], project: ProjectView, folder: str) -> Iterator[Example]:
    entities = entities_in(views, project)
    parts = connected_parts(entities, relations_between(entities), _MAX_ENTITIES)
    for near, lines in [part for part in parts if len(part[0]) >= _MIN_ENTITIES][:_MAX_PARTS]:
        paths = list(dict.fromkeys(entity.path for entity in near))
        subject = _subject("erd", folder, paths, project)
        if subject is not None and len(paths) > 1:
            names = names_in_words([entity.name for entity in near])
            yield from question_row(subject, "folder_erd", erd(near, lines), paths, others=names)


def _classes(views: Sequence[FileView], project: ProjectView, folder: str) -> Iterator[Example]:
    """The types of a folder that are tied to each other, in groups that fit one picture."""
    rows, ties = types_in(views)
    for names in _groups(rows, ties)[:_MAX_PARTS]:
        paths = list(dict.fromkeys(rows[name][1].path for name in names))
        subject = _subject("class", folder, paths, project)
        if subject is None or len(paths) == 1:
            continue
        boxes = [box_of(*_row_and_language(rows[name])) for name in names]
        between = [tie for tie in ties if tie.source in names and tie.target in names]
        yield from question_row(subject, "folder_class", class_diagram(boxes, between), paths, others=names_in_words(names))


def _row_and_language(row: tuple[TypeOfFile, FileView]) -> tuple[TypeOfFile, str]:
    return row[0], row[1].language


def _groups(rows: dict[str, tuple[TypeOfFile, FileView]], ties: Sequence[Tie]) -> list[list[str]]:
    """Connected types, at most so many a group, from the one with the most ties outwards; in the order of the files."""
    beside: dict[str, list[str]] = {name: [] for name in rows}
    for tie in ties:
        beside[tie.source].append(tie.target)
        beside[tie.target].append(tie.source)
    groups: list[list[str]] = []
    seen: set[str] = set()
    for start in sorted(beside, key=lambda name: (-len(beside[name]), name)):
        group: list[str] = []
        waiting = [start]
        while waiting and len(group) < _MAX_TYPES:
            name = waiting.pop(0)
            if name not in seen:
                seen.add(name)
                group.append(name)
                waiting += beside[name]
        if len(group) >= _MIN_TYPES:
            groups.append([name for name in rows if name in group])
    return groups


def _files(views: Sequence[FileView], project: ProjectView, folder: str) -> Iterator[Example]:
    """Arrows between the files of a folder, by the names that one declares and another mentions."""
    kept = _busiest(uses_among(views))
    paths = sorted({path for use in kept for path in (use.source, use.target)})
    busiest_first = sorted(paths, key=lambda path: (-sum(path in (use.source, use.target) for use in kept), path))
    subject = _subject("flowchart", folder, busiest_first, project)
    if subject is not None and len(paths) >= _MIN_FILES:
        yield from question_row(subject, "folder_flowchart", dependency_flowchart(kept))


def entities_in(views: Sequence[FileView], project: ProjectView) -> list[Entity]:
    """The stored entities that files declare, with what they inherit; of two of one name the first."""
    found = stored(_distinct([entity for view in views for entity in entities_of(view)]))
    return [with_inherited(entity, project) for entity in found]


def types_in(views: Sequence[FileView]) -> tuple[dict[str, tuple[TypeOfFile, FileView]], list[Tie]]:
    """The types that files declare at the top, by name, with the lines between them."""
    found = [(row, view) for view in views for row in types_of(view.facts)]
    rows = {row.name: (row, view) for row, view in found if row.symbol.kind in BOX_KINDS and row.symbol.parent == -1}
    foreign = {view.path: foreign_names(view) for view in views}
    ties = [
        tie
        for row, view in rows.values()
        for tie in ties_of(row, _interfaces(rows))
        if tie.target in rows and tie.target != tie.source and tie.target not in foreign[view.path]
    ]
    return rows, ties


def uses_among(views: Sequence[FileView]) -> list[Use]:
    """Who among files uses whom: one arrow for each two files, with the names."""
    homes = {symbol.name: view for view in reversed(views) for symbol in view.facts.symbols if symbol.parent == -1}
    uses: list[Use] = []
    for view in views:
        found: dict[str, list[str]] = {}
        for name in (*(n for row in view.facts.imports for n in row.names), *referenced_names(view.facts.symbols)):
            home = homes.get(name)
            if (
                home is not None
                and home.path != view.path
                and fit(view, name, home.path) != NOT_MEANT
                and are_kin(home.language, view.language)
                and name not in found.get(home.path, ())
            ):
                found.setdefault(home.path, []).append(name)
        uses += [Use(view.path, path, tuple(names)) for path, names in sorted(found.items())]
    return uses


def _busiest(uses: Sequence[Use]) -> list[Use]:
    """The uses among the files that take part in most of them."""
    counts: dict[str, int] = {}
    for use in uses:
        for path in (use.source, use.target):
            counts[path] = counts.get(path, 0) + 1
    kept = set(sorted(counts, key=lambda path: (-counts[path], path))[:_MAX_FILES])
    return [use for use in uses if use.source in kept and use.target in kept]


def _architecture(project: ProjectView) -> Iterator[Example]:
    roles = project.roles_by_folder()
    uses = project.dependencies_between_folders()
    for wording, completion in (("architecture", architecture(roles, uses)), ("layers", layers(roles, uses))):
        if is_fit(completion):
            others = names_in_words(re.findall(r'subgraph \w+\["([^"]+)"\]' if wording == "layers" else r'\["([^"<]+)<br/>', completion))
            kind = "diagram.architecture"
            yield Example(kind, ask(wording, _PROJECT, others=others), completion, "mermaid", Provenance(_PROJECT, kind))


def _subject(kind: str, folder: str, paths: Sequence[str], project: ProjectView) -> Subject | None:
    """The first file drawn, asked for by its path, as all others that are drawn: a change of any of them changes the picture."""
    views = [project.view(path) for path in paths]
    return Subject(kind, views[0], folder=folder or _PROJECT) if views and views[0] is not None else None


def _interfaces(rows: dict[str, tuple[TypeOfFile, FileView]]) -> set[str]:
    return {name for name, (row, _) in rows.items() if row.is_interface}


def _distinct(entities: Sequence[Entity]) -> list[Entity]:
    return list({entity.name: entity for entity in reversed(entities)}.values())[::-1]
