"""Fill-in-the-middle as an optional stream: a few whole lines of a body left out of the code around them."""

from __future__ import annotations

from collections.abc import Iterator
from hashlib import blake2b

from dataset_core.example import Example
from dataset_core.facts import Symbol
from dataset_core.project_view import FileView
from dataset_core.prompt_format import code_block
from dataset_core.units import Unit, title
from dataset_core.variations.making import example_of

MAX_PER_FILE = 4
HOLE = "<FILL>"
_MIN_LINES, _MAX_BYTES = 6, 2_200


def examples(view: FileView) -> Iterator[Example]:
    """Holes of one to six lines inside the fullest callables; where a hole lies follows from the text alone."""
    callables = [s for s in view.facts.symbols if s.is_callable and s.body_start >= 0 and s.end - s.start <= _MAX_BYTES]
    fullest = sorted(callables, key=lambda s: (s.start - s.end, s.start))[:MAX_PER_FILE]
    for symbol in sorted(fullest, key=lambda s: s.start):
        lines = view.code(symbol).split("\n")
        if len(lines) >= _MIN_LINES:
            yield _example(view, symbol, lines)


def _example(view: FileView, symbol: Symbol, lines: list[str]) -> Example:
    draw = int.from_bytes(blake2b("\n".join(lines).encode(), digest_size=8).digest(), "big")
    n_lines = 1 + draw % min(6, len(lines) // 3)
    first = 2 + (draw // 7) % (len(lines) - n_lines - 2)
    hole = lines[first : first + n_lines]
    text = "\n".join([*lines[:first], HOLE, *lines[first + n_lines :]])
    line = symbol.start_line + first
    return example_of(
        "fill_in_middle",
        view,
        Unit(title(symbol), "\n".join(hole), line, line + n_lines - 1, (symbol,)),
        hole=HOLE,
        path=view.path,
        text=code_block(view.language, text),
    )
