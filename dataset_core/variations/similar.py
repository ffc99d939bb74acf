"""Variation 3: create a file like its nearest sibling of the same role."""

from __future__ import annotations

from collections.abc import Iterator

from dataset_core.example import Example
from dataset_core.project_view import FileView, ProjectView
from dataset_core.prompt_format import code_block
from dataset_core.units import Unit, clip, largest_unit, outline, surface, without_licence_header
from dataset_core.variations.making import example_of, purpose_of, role_title, with_article

_MAX_PATTERN_BYTES = 1_000


def examples(view: FileView, project: ProjectView) -> Iterator[Example]:
    """One example: this file, or as much as fits, after the pattern of the sibling."""
    sibling = project.sibling(view.path)
    unit = largest_unit(view, whole_file=True)
    if sibling is None or unit is None:
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


def pattern_of(view: FileView, limit: int = _MAX_PATTERN_BYTES) -> str:
    """A file as a pattern for others: whole where it fits, else with bodies left out."""
    text = without_licence_header(view.text).strip("\n")
    return text if len(text.encode()) <= limit else clip(outline(view, limit=4 * limit), limit)


def _what_it_has(unit: Unit) -> str:
    text = surface(unit, limit=500)
    return f"It has:\n{text}" if text else ""
