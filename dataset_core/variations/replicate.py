"""Variation 6: write a file from its outline."""

from __future__ import annotations

from collections.abc import Iterator

from dataset_core.example import Example
from dataset_core.facts import Symbol
from dataset_core.project_view import FileView
from dataset_core.prompt_format import code_block
from dataset_core.units import Unit, clip_lines, face, file_unit, imports_text, largest_unit
from dataset_core.variations.making import example_of, is_described, purpose_of
from dataset_core.variations.markup import MARKUP, structure_of

_MAX_FILE_BYTES = 2_000
_MAX_OUTLINE_BYTES = 900


def examples(view: FileView) -> Iterator[Example]:
    """One example: the file from its outline, or for a long file the longest run of members that fits."""
    unit = file_unit(view)
    if unit is not None and len(unit.text.encode()) > _MAX_FILE_BYTES:
        unit = largest_unit(view, _MAX_FILE_BYTES - _MAX_OUTLINE_BYTES // 2)
    shown = structure(view, unit) if unit is not None else ""
    if unit is not None and shown and is_described(view, unit):
        yield example_of(
            "replicate",
            view,
            unit,
            component=unit.title,
            path=view.path,
            purpose=purpose_of(view, unit),
            outline=code_block("text" if view.language in MARKUP else view.language, shown),
        )


def structure(view: FileView, unit: Unit) -> str:
    """Imports, then every definition of the unit in order with its nesting: bases, types and parameters, but no bodies."""
    if view.language in MARKUP:
        return structure_of(view.language, unit.text)
    is_whole = unit.symbols == view.facts.symbols
    lines = [line for line in imports_text(view, 300, for_code="" if is_whole else unit.text).split("\n") if line]
    shown = [symbol for symbol in unit.symbols if symbol.kind != "member"]
    if not shown:
        return clip_lines([*lines, *_first_lines(unit)], _MAX_OUTLINE_BYTES)
    base = min(_depth(view, symbol) for symbol in shown)
    lines += ["  " * (_depth(view, symbol) - base) + face(symbol) for symbol in shown]
    return clip_lines(lines, _MAX_OUTLINE_BYTES)


def _first_lines(unit: Unit) -> list[str]:
    """The first line of each block that blank lines set off."""
    return [block.strip("\n").split("\n", 1)[0] for block in unit.text.split("\n\n") if block.strip()]


def _depth(view: FileView, symbol: Symbol) -> int:
    depth = 0
    while symbol.parent >= 0:
        symbol = view.facts.symbols[symbol.parent]
        depth += 1
    return depth
