"""Variation 3: create a file like its nearest sibling of the same role."""

from __future__ import annotations

from collections.abc import Iterator

from dataset_core.example import Example
from dataset_core.project_view import FileView, ProjectView
from dataset_core.prompt_format import code_block
from dataset_core.units import Unit, clip, condensed, largest_unit, surface, without_licence_header
from dataset_core.variations.making import example_of, is_described, purpose_of, role_title, with_article

_MAX_PATTERN_BYTES = 1_000


def examples(view: FileView, project: ProjectView) -> Iterator[Example]:
    """One example: this file, or as much as fits, after the pattern of the sibling."""
    sibling = project.sibling(view.path)
    unit = largest_unit(view, whole_file=True)
    if sibling is None or unit is None or not (_is_pattern_for(sibling, unit) and is_described(view, unit)):
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


def _is_pattern_for(sibling: FileView, unit: Unit) -> bool:
    """Whether a file shows how such a piece is written: it holds at least one definition of the same kind as the piece's first."""
    if not unit.symbols:
        return not sibling.facts.symbols
    return unit.symbols[0].kind in {symbol.kind for symbol in sibling.facts.symbols}


def pattern_of(view: FileView, limit: int = _MAX_PATTERN_BYTES) -> str:
    """A file as a pattern for others: whole where it fits, else without its imports and with as many bodies as there is room for."""
    text = without_licence_header(view.text).strip("\n")
    return text if len(text.encode()) <= limit else clip(condensed(view, limit), limit)


def _what_it_has(unit: Unit) -> str:
    text = surface(unit, limit=500)
    return f"It has:\n{text}" if text else ""
