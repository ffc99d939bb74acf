"""Places in a text that are to be replaced, and finding candidates for them at the speed of a substring search."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

_BEFORE, _AFTER = 500, 1500


class Span(NamedTuple):
    """Characters of a text and what they are: `name`, `email`, `key`, `password` or `ip`."""

    start: int
    end: int
    kind: str


def lower_case(text: str) -> str:
    """Give a text in lower case with every character at its old place: the few letters that would grow stay."""
    lowered = text.lower()
    if len(lowered) == len(text):
        return lowered
    return "".join(small if len(small := letter.lower()) == 1 else letter for letter in text)


def occurrences(text: str, literal: str) -> Iterator[int]:
    """Give every place where a literal starts."""
    start = text.find(literal)
    while start >= 0:
        yield start
        start = text.find(literal, start + 1)


def shape_table(letters_of: Mapping[str, str]) -> bytes:
    """Make a table for `bytes.translate` that turns letters to the symbol of their kind, and all others to spaces."""
    table = bytearray(b" " * 256)
    for symbol, letters in letters_of.items():
        for letter in letters:
            table[ord(letter)] = ord(symbol)
    return bytes(table)


def line_around(text: str, place: int) -> tuple[int, int]:
    """Give start and end of the line at a place; of an overlong line, only of the part around the place."""
    start = text.rfind("\n", max(0, place - _BEFORE), place) + 1
    end = text.find("\n", place, place + _AFTER)
    return start or max(0, place - _BEFORE), end if end >= 0 else min(len(text), place + _AFTER)
