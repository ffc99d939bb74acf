"""Making a diagram that a model wrote acceptable to the real parser, by leaving out what is broken. Pure: the parser is handed in."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass

Check = Callable[[Sequence[str]], list[str | None]]
_LINE = re.compile(r"\bline:? (\d+)|\bon line (\d+)")
_MAX_LINES_LEFT_OUT = 12
# A diagram of which more than this part had to go says something else than was meant.
_MAX_PART_LEFT_OUT = 0.4
_MIN_LINES = 3
_OPENS_BRACE = re.compile(r"\{\s*$")
# What `end` closes, in sequence diagrams and flowcharts.
_OPENS_BLOCK = re.compile(r"^\s*(?:alt|opt|loop|par|critical|break|rect|box|subgraph)\b")
_CLOSES_BLOCK = re.compile(r"^\s*end\s*$")


@dataclass(frozen=True)
class Repaired:
    """A diagram that the parser accepts, and what was changed, in words."""

    text: str
    repairs: tuple[str, ...]


def repaired(text: str, check: Check) -> Repaired | None:
    """The text, where the parser accepts it; else the text with as little left out as makes it acceptable; None where that is too much.

    Args:
        text: Of the diagram, without a fence.
        check: For each text what is wrong with it, or None: `MermaidParser.check`.
    """
    lines, repairs = text.rstrip().split("\n"), list[str]()
    n_whole = len(lines)
    for _ in range(_MAX_LINES_LEFT_OUT):
        candidates = list(_closings(lines))
        errors = check([candidate for candidate, _ in candidates])
        for (candidate, what), error in zip(candidates, errors, strict=True):
            if error is None:
                return Repaired(candidate, (*repairs, *what)) if _says_enough(candidate, n_whole) else None
        number = _broken_line(errors[0] or "", len(lines))
        repairs.append(f"left out line {number + 1}: {lines[number].strip()}")
        del lines[number]
        if len(lines) < _MIN_LINES:
            return None
    return None


def _closings(lines: Sequence[str]) -> Iterator[tuple[str, tuple[str, ...]]]:
    """The text as it is, and with its open blocks closed."""
    text = "\n".join(lines)
    yield text, ()
    closing = _missing_ends(lines)
    if closing:
        yield "\n".join([text, *closing]), ("closed what was left open",)


def _missing_ends(lines: Sequence[str]) -> list[str]:
    """The lines that close what is open at the end, innermost first."""
    open_blocks: list[str] = []
    for line in lines:
        if _OPENS_BRACE.search(line):
            open_blocks.append("}")
        elif _OPENS_BLOCK.match(line):
            open_blocks.append("end")
        elif open_blocks and (line.strip() == "}" or _CLOSES_BLOCK.match(line)):
            open_blocks.pop()
    return [f"{'    ' * (len(open_blocks) - place)}{end}" for place, end in enumerate(reversed(open_blocks), start=1)]


def _broken_line(error: str, n_lines: int) -> int:
    """The line, from 0, that the parser names; the last one where it names none. The first line, which says what it is, is kept."""
    found = _LINE.search(error)
    number = int(next(filter(None, found.groups()))) - 1 if found else n_lines - 1
    return min(max(number, 1), n_lines - 1)


def _says_enough(text: str, n_lines_before: int) -> bool:
    n_lines = text.count("\n") + 1
    return n_lines >= _MIN_LINES and n_lines >= n_lines_before * (1 - _MAX_PART_LEFT_OUT)
