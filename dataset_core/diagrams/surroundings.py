"""What a file's diagrams ask the project: which of its names the project declares, and who uses it. One look-up a name."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass

from dataset_core.diagrams.flowchart import Use
from dataset_core.diagrams.reading import is_drawable, is_test_path
from dataset_core.facts import referenced_names
from dataset_core.language import language_of, languages
from dataset_core.project_view import FileView, ProjectView
from dataset_core.resolution import foreign_names

MAX_LOOK_UPS = 24
MAX_USERS = 5
MAX_USED = 7
_FAMILIES = (frozenset({"typescript", "tsx", "javascript"}), frozenset({"java", "kotlin"}), frozenset({"c", "cpp"}))


@dataclass(frozen=True)
class Known:
    """A name that another file declares: where, and whether it is an interface or abstract."""

    path: str
    stereotype: str


def known_names(view: FileView, project: ProjectView, most: int = MAX_LOOK_UPS) -> dict[str, Known]:
    """The types and functions of other files that a file mentions, in the order of its text; looks up at most so many names."""
    found: dict[str, Known] = {}
    builtin = languages()[view.language].builtin_types | foreign_names(view)
    own = {symbol.name for symbol in view.facts.symbols if symbol.parent == -1}
    n_asked = 0
    for name in _mentioned(view):
        if name in own or name in builtin or name in found or not is_drawable(name):
            continue
        n_asked += 1
        if n_asked > most:
            break
        answer = project.signature(name, near=view.path)
        if answer is not None and answer[0] != view.path and are_kin(language_of(answer[0]), view.language):
            found[name] = Known(answer[0], _stereotype(answer[1]))
    return found


def are_kin(first: str | None, second: str | None) -> bool:
    """Whether code of the one language can use code of the other."""
    return first == second or any(first in family and second in family for family in _FAMILIES)


def uses_of(view: FileView, known: dict[str, Known], most: int = MAX_USED) -> list[Use]:
    """The files that a file uses, with the names: of more than `most`, those of which it uses most names."""
    by_path: dict[str, list[str]] = {}
    for name, where in known.items():
        if not is_test_path(where.path):
            by_path.setdefault(where.path, []).append(name)
    ranked = sorted(by_path.items(), key=lambda row: (-len(row[1]), row[0]))[:most]
    return [Use(view.path, path, tuple(names)) for path, names in sorted(ranked)]


def users_of(view: FileView, project: ProjectView, most: int = MAX_USERS) -> list[Use]:
    """At most so many files that use a file's main definition, the nearest first; tests are left out."""
    main = view.main
    if main is None or not is_drawable(main.name):
        return []
    paths = project.mentioning(main.name, near=view.path, limit=3 * most)
    kin = [path for path in paths if are_kin(language_of(path), view.language) and not is_test_path(path)]
    return [Use(path, view.path, (main.name,)) for path in sorted(kin[:most])]


def one_way(used: list[Use], users: list[Use]) -> list[Use]:
    """What a file uses, less the files that use it as well."""
    both = {use.source for use in users}
    return [use for use in used if use.target not in both]


def _mentioned(view: FileView) -> Iterator[str]:
    for row in view.facts.imports:
        yield from row.names
    yield from referenced_names(view.facts.symbols)


def _stereotype(outline: str) -> str:
    head = outline.split("\n", 1)[0]
    match = re.search(r"\b(interface|trait|protocol|enum|abstract)\b", head)
    return match.group(1) if match is not None else ""
