"""Variation 5: write a definition from the file's imports, its documentation and its signature."""

from __future__ import annotations

from collections.abc import Iterator

from dataset_core.example import Example
from dataset_core.facts import Symbol
from dataset_core.project_view import FileView
from dataset_core.prompt_format import code_block
from dataset_core.units import Unit, imports_text, largest_unit, signature_of, symbol_unit
from dataset_core.variations.making import example_of, purpose_of

MAX_DEFINITIONS = 4
MIN_BYTES, MAX_BYTES = 120, 1_600


def examples(view: FileView) -> Iterator[Example]:
    """An example for each of the best documented and fullest definitions; of code without any, for its largest piece."""
    chosen = _chosen(view)
    for symbol in chosen:
        yield _example(view, symbol_unit(view, symbol), symbol.doc, signature_of(symbol))
    if not chosen:
        unit = largest_unit(view, MAX_BYTES)
        if unit is not None and "\n" in unit.text:
            yield _example(view, unit, "", unit.text.split("\n", 1)[0])


def _example(view: FileView, unit: Unit, doc: str, signature: str) -> Example:
    return example_of(
        "standards",
        view,
        unit,
        component=unit.title,
        path=view.path,
        purpose=doc or purpose_of(view, unit),
        imports=code_block(view.language, imports_text(view)),
        signature=code_block(view.language, signature),
    )


def _chosen(view: FileView) -> list[Symbol]:
    fitting = [
        s for s in view.facts.symbols if (s.is_callable or s.is_type or s.body_start >= 0) and MIN_BYTES <= s.end - s.start <= MAX_BYTES
    ]
    best = sorted(fitting, key=lambda s: (not s.doc, s.start - s.end, s.start))[:MAX_DEFINITIONS]
    return sorted(best, key=lambda s: s.start)
