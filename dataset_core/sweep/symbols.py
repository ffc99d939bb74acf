"""Every function, method and class: signature and documentation to body; outline to body."""

from __future__ import annotations

from collections.abc import Iterator

from dataset_core.example import Example
from dataset_core.facts import Symbol
from dataset_core.project_view import FileView
from dataset_core.prompt_format import code_block
from dataset_core.sweep.test_cases import is_case, is_test
from dataset_core.units import Unit, imports_text, one_line, outline, signature_of, symbol_unit, title
from dataset_core.variations import implement
from dataset_core.variations.context import declarations
from dataset_core.variations.making import calls_in_words, example_of
from dataset_core.variations.telling import held_in_words

# Beyond this, a file says the same thing over and over; the mix would not take more of it anyway.
MAX_CALLABLES = 24
MAX_TYPES = 4
# Test cases of a file resemble one another more than other code does.
MAX_CASES = 8
_MIN_TYPE_BYTES, _MAX_TYPE_BYTES = 200, 1_800
_MAX_IMPORTS_BYTES = 300
_MAX_AROUND_BYTES = 500


def examples(view: FileView) -> Iterator[Example]:
    """Bodies of the callables, then types from their outlines."""
    callables = [s for s in view.facts.symbols if s.is_callable and _body_fits(s) and not _is_told(view, s)]
    for symbol in _without_many_tests(view, callables)[:MAX_CALLABLES]:
        body = implement.dedented_body(view, symbol)
        unit = Unit(title(symbol), body, symbol.start_line, symbol.end_line, (symbol,))
        yield example_of(
            "body",
            view,
            unit,
            member=title(symbol),
            path=view.path,
            held=held_in_words(view, symbol),
            doc=symbol.doc or calls_in_words(view, symbol),
            imports=code_block(view.language, imports_text(view, _MAX_IMPORTS_BYTES, for_code=body)),
            signature=code_block(view.language, _shown_signature(view, symbol)),
        )
    types = [s for s in view.facts.symbols if s.is_type and s is not view.main and _MIN_TYPE_BYTES <= s.end - s.start <= _MAX_TYPE_BYTES]
    for symbol in types[:MAX_TYPES]:
        unit = symbol_unit(view, symbol)
        shown = outline(view, [symbol])
        if one_line(shown) != one_line(unit.text):
            yield example_of(
                "outline_body",
                view,
                unit,
                component=unit.title,
                path=view.path,
                doc=symbol.doc,
                around=_around(view, symbol),
                outline=code_block(view.language, shown),
            )


def _body_fits(symbol: Symbol) -> bool:
    return symbol.body_start >= 0 and implement.MIN_BODY_BYTES <= symbol.body_end - symbol.body_start <= implement.MAX_BODY_BYTES


def _is_told(view: FileView, symbol: Symbol) -> bool:
    """Whether a body is nothing but the documentation that stands in the prompt, as in a declaration of a hook."""
    body = view.slice(symbol.body_start, symbol.body_end)
    return bool(symbol.doc) and one_line(body).strip("\"' ") == one_line(symbol.doc)


def _without_many_tests(view: FileView, callables: list[Symbol]) -> list[Symbol]:
    """The same callables; of a file of tests, the cases that say most: documented ones first, then the fullest."""
    cases = [s for s in callables if is_case(s)] if is_test(view) else []
    kept = sorted(cases, key=lambda s: (not s.doc, s.body_start - s.body_end, s.start))[:MAX_CASES]
    return [s for s in callables if s not in cases or s in kept]


def _around(view: FileView, symbol: Symbol) -> str:
    """The type around a nested one, as far as it can be shown: what is nested works with it."""
    outer = view.facts.symbols[symbol.parent] if symbol.parent >= 0 else None
    return (
        code_block(view.language, declarations(view, outer, leave_out=[symbol], limit=_MAX_AROUND_BYTES)) if outer and outer.is_type else ""
    )


def _shown_signature(view: FileView, symbol: Symbol) -> str:
    owner = view.facts.symbols[symbol.parent] if symbol.parent >= 0 else None
    head = f"{one_line(signature_of(owner))}\n" if owner is not None and owner.is_type else ""
    return f"{head}{signature_of(symbol)}"
