"""Variation 5: write a definition from the file's imports, its documentation and its signature."""

from __future__ import annotations

from collections.abc import Iterator
from itertools import islice

from dataset_core.example import Example
from dataset_core.facts import Symbol
from dataset_core.project_view import FileView
from dataset_core.prompt_format import code_block
from dataset_core.units import Unit, imports_text, largest_unit, signature_of, symbol_unit
from dataset_core.variations.making import example_of, is_described, purpose_of
from dataset_core.variations.markup import MARKUP, structure_of
from dataset_core.variations.telling import members_in_words

MAX_DEFINITIONS = 4
MIN_BYTES, MAX_BYTES = 120, 1_600
# Elements that are only asked for where a page has no others.
_SAYS_NOTHING = frozenset({"div"})


def examples(view: FileView) -> Iterator[Example]:
    """An example for each of the best documented and fullest definitions; of code without any, for its largest piece."""
    chosen = _chosen(view)
    for symbol in chosen:
        yield _example(view, symbol_unit(view, symbol), symbol.doc, signature_of(symbol), members_in_words(view, symbol))
    if view.language in MARKUP:
        yield from islice(_of_markup(view), MAX_DEFINITIONS - len(chosen))
    elif not chosen:
        unit = largest_unit(view, MAX_BYTES)
        if unit is not None and "\n" in unit.text and is_described(view, unit):
            yield _example(view, unit, "", unit.text.split("\n", 1)[0])


def _of_markup(view: FileView) -> Iterator[Example]:
    """Elements and rules have no signature: their structure stands in its place."""
    fitting = [s for s in view.facts.symbols if MIN_BYTES <= s.end - s.start <= MAX_BYTES and not s.is_callable]
    fitting = [s for s in fitting if s.name not in _SAYS_NOTHING] or fitting
    outermost = [s for s in fitting if not any(o is not s and o.start <= s.start and s.end <= o.end for o in fitting)]
    for symbol in sorted(outermost, key=lambda s: (not s.doc, s.start - s.end, s.start))[:MAX_DEFINITIONS]:
        unit = symbol_unit(view, symbol)
        structure = structure_of(view.language, unit.text)
        if structure:
            yield _example(view, unit, symbol.doc, structure)


def _example(view: FileView, unit: Unit, doc: str, signature: str, members: str = "") -> Example:
    return example_of(
        "standards",
        view,
        unit,
        component=unit.title,
        path=view.path,
        purpose=doc or purpose_of(view, unit),
        imports=code_block(view.language, imports_text(view)),
        signature=code_block(view.language, signature),
        members=members,
    )


def _chosen(view: FileView) -> list[Symbol]:
    # A type of which nothing is said is told by the names of its values, if it has any; the block of an `impl` says nothing at all.
    fitting = [
        s
        for s in view.facts.symbols
        if (s.is_callable or (s.is_type and (s.doc or members_in_words(view, s)))) and MIN_BYTES <= s.end - s.start <= MAX_BYTES
    ]
    best = sorted(fitting, key=lambda s: (not s.doc, not s.is_callable, s.start - s.end, s.start))[:MAX_DEFINITIONS]
    return sorted(best, key=lambda s: s.start)
