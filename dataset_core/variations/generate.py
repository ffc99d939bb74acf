"""Variation 1: generate a component from its purpose and public surface."""

from __future__ import annotations

from collections.abc import Iterator

from dataset_core.example import Example
from dataset_core.project_view import FileView
from dataset_core.prompt_format import bullet_list
from dataset_core.units import Unit, largest_unit, surface
from dataset_core.variations.making import example_of, is_described, purpose_of, script_calls
from dataset_core.variations.markup import MARKUP, bound_in, structure_of

_LEAST_BOUND, _MOST_BOUND = 2, 12


def examples(view: FileView) -> Iterator[Example]:
    """One example: the main definition, or as much of it as fits."""
    unit = largest_unit(view) or largest_unit(view, whole_file=True)
    if unit is None or not is_described(view, unit):
        return
    purpose = purpose_of(view, unit)
    shown = _surface_of_markup(view, unit) if view.language in MARKUP else surface(unit, told=purpose)
    # A file of which nothing can be said but its name, such as a list of imports, may hold anything.
    if shown or view.facts.doc or script_calls(view, unit):
        yield example_of("generate", view, unit, component=unit.title, path=view.path, purpose=purpose, surface=shown)


def _surface_of_markup(view: FileView, unit: Unit) -> str:
    """Of a page what it shows and calls, of a style sheet what it sets; empty where that does not tell what to write."""
    if view.language == "html":
        bound = bound_in(unit.text, _MOST_BOUND)
        return bullet_list([f"it shows or calls `{name}`" for name in bound]) if len(bound) >= _LEAST_BOUND else ""
    return structure_of(view.language, unit.text)
