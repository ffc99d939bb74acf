"""Variation 5: write a definition from the file's imports, its documentation and its signature."""

from __future__ import annotations

from collections.abc import Iterator

from dataset_core.example import Example
from dataset_core.facts import Symbol
from dataset_core.prompt_format import code_block
from dataset_core.project_view import FileView
from dataset_core.units import imports_text, largest_unit, signature_of, symbol_unit
from dataset_core.variations.making import example_of, purpose_of

MAX_DEFINITIONS = 4
MIN_BYTES, MAX_BYTES = 120, 1_600


def examples(view: FileView) -> Iterator[Example]:
    """An example for each of the best documented and fullest definitions."""
    for symbol in _chosen(view):
        unit = symbol_unit(view, symbol)
        yield example_of(
            "standards",
            view,
            unit,
            component=unit.title,
            path=view.path,
            purpose=symbol.doc or purpose_of(view, unit),
            imports=code_block(view.language, imports_text(view)),
            signature=code_block(view.language, signature_of(symbol)),
        )


def _chosen(view: FileView) -> list[Symbol]:
    fitting = [s for s in view.facts.symbols if (s.is_callable or s.is_type or s.body_start >= 0) and MIN_BYTES <= s.end - s.start <= MAX_BYTES]
    if not fitting:
        unit = largest_unit(view)
        return list(unit.symbols[:1]) if unit is not None else []
    best = sorted(fitting, key=lambda s: (not s.doc, s.start - s.end, s.start))[:MAX_DEFINITIONS]
    return sorted(best, key=lambda s: s.start)
