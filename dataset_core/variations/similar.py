"""Variation 3: create a file like its nearest sibling of the same role."""

from __future__ import annotations

import re
from collections.abc import Iterator

from dataset_core.example import Example
from dataset_core.project_view import FileView, ProjectView
from dataset_core.prompt_format import code_block
from dataset_core.roles import is_test
from dataset_core.units import Unit, clip, condensed, largest_unit, surface, without_licence_header
from dataset_core.variations.component_parts import elements_in
from dataset_core.variations.making import example_of, is_described, purpose_of, role_title, with_article
from dataset_core.variations.markup import STYLES
from dataset_core.variations.style_rules import names_used

_MAX_PATTERN_BYTES = 1_000
_SHARED_NAMES = 2
# Names that say nothing of how a file is built.
_COMMON_NAMES = frozenset(
    {"new", "default", "fmt", "build", "main", "init", "get", "set", "run", "close", "path", "name", "len", "from", "config"}
)
_EVERYBODYS = frozenset({"object", "Object", "Exception", "Error", "ABC", "Enum"})
_EVERYWHERE = frozenset(
    {"div", "span", "p", "a", "html", "head", "body", "meta", "title", "br", "script", "style", "ng-container", "h1", "h2"}
)
_LOCAL = frozenset({"variable", "element"})


def examples(view: FileView, project: ProjectView) -> Iterator[Example]:
    """One example: this file, or as much as fits, after the pattern of the sibling."""
    sibling = project.sibling(view.path)
    unit = largest_unit(view, whole_file=True)
    if sibling is None or unit is None or not (_is_pattern_for(sibling, view, unit) and is_described(view, unit)):
        return
    yield example_of(
        "similar",
        view,
        unit,
        context_paths=(sibling.path,),
        component=unit.title,
        path=view.path,
        file_type=with_article(role_title(view)),
        sibling_path=sibling.path,
        purpose=purpose_of(view, unit),
        surface=_what_it_has(unit),
        sibling=code_block(sibling.language, pattern_of(sibling), sibling.path),
    )


def _is_pattern_for(sibling: FileView, view: FileView, unit: Unit) -> bool:
    """Whether a file shows how such a piece is written: it is of the same make, and holds a definition of the kind of the piece's first."""
    if not unit.symbols:
        return not sibling.facts.symbols
    return unit.symbols[0].kind in {symbol.kind for symbol in sibling.facts.symbols} and _is_kin(sibling, view)


def _is_kin(sibling: FileView, view: FileView) -> bool:
    """Whether two files are built alike: by a role that says how, or else by a base, an ending of their names, or names in common.

    That both are Go files, tests or style sheets says nothing of it.
    """
    if view.language == "html":
        elements = set(elements_in(sibling.text)) & set(elements_in(view.text))
        return len(elements - _EVERYWHERE) >= _SHARED_NAMES
    if view.facts.role != view.language and not is_test(view.facts) and view.language not in STYLES:
        return True
    if view.language in STYLES:
        return len(names_used(sibling.text) & names_used(view.text)) >= _SHARED_NAMES
    one, other = sibling.main, view.main
    if one is None or other is None:
        return False
    bases = [{re.split(r"[<(\[]", base)[0] for base in symbol.bases} - _EVERYBODYS for symbol in (one, other)]
    names = [
        {symbol.name for symbol in place.facts.symbols if symbol.kind not in _LOCAL} - {main.name} - _COMMON_NAMES
        for place, main in ((sibling, one), (view, other))
    ]
    shared = len(names[0] & names[1])
    return bool(bases[0] & bases[1]) or _ends_alike(one.name, other.name, is_test=is_test(view.facts)) or shared >= _SHARED_NAMES


def _ends_alike(one: str, other: str, *, is_test: bool) -> bool:
    """Whether two names end with the same word, as `UserFormatter` and `PetFormatter` do; of tests with the one before `Tests`."""
    ends = [[word.lower() for word in re.findall(r"[A-Z]+(?![a-z])|[A-Z]?[a-z0-9]+", name)] for name in (one, other)]
    place = -2 if is_test else -1
    return all(len(words) > 1 for words in ends) and ends[0][place:][:1] == ends[1][place:][:1]


def pattern_of(view: FileView, limit: int = _MAX_PATTERN_BYTES) -> str:
    """A file as a pattern for others: whole where it fits, else without its imports and with as many bodies as there is room for."""
    text = without_licence_header(view.text).strip("\n")
    return text if len(text.encode()) <= limit else clip(condensed(view, limit), limit)


def _what_it_has(unit: Unit) -> str:
    text = surface(unit, limit=500)
    return f"It has:\n{text}" if text else ""
