"""Variation 1: generate a component from its purpose and public surface."""

from __future__ import annotations

from collections.abc import Iterator

from dataset_core.example import Example
from dataset_core.project_view import FileView
from dataset_core.units import largest_unit, surface
from dataset_core.variations.making import example_of, is_described, purpose_of


def examples(view: FileView) -> Iterator[Example]:
    """One example: the main definition, or as much of it as fits."""
    unit = largest_unit(view) or largest_unit(view, whole_file=True)
    if unit is not None and is_described(view, unit):
        purpose = purpose_of(view, unit)
        yield example_of("generate", view, unit, component=unit.title, path=view.path, purpose=purpose, surface=surface(unit, told=purpose))
