"""Noticing that a model goes round in circles, which small models do when they do not find the end. Pure."""

from __future__ import annotations

from collections import Counter

import numpy as np

_MAX_PERIOD = 160
_MIN_REPEATED_TOKENS = 60
_MIN_ROUNDS = 4
_LOOK_EVERY = 16
# Closing brackets and the like come up often in honest text.
MIN_LINE_CHARACTERS = 8


class Blocks:
    """In which block in braces the next line of a text stands: `name` is the line that opens it, empty outside of any."""

    def __init__(self) -> None:
        self.name = ""

    def end_line(self, line: str) -> None:
        """Go on past a line."""
        if line.endswith("{"):
            self.name = line
        elif line == "}":
            self.name = ""


class RepetitionGuard:
    """Watches the tokens of one answer, and its lines where they must not be equal more than `max_equal_lines` times.

    Lines within braces are compared within that block alone: many entities of a diagram have a `string id PK` each.
    """

    def __init__(self, max_equal_lines: int = 0) -> None:
        self._tokens: list[int] = []
        self._max_equal_lines = max_equal_lines
        self._lines: Counter[tuple[str, str]] = Counter()
        self._blocks = Blocks()
        self._line = ""

    def is_going_round(self, token: int) -> bool:
        """Add a token; whether the last ones are the same sequence at least four times over, of at least 60 tokens together."""
        self._tokens.append(token)
        return len(self._tokens) % _LOOK_EVERY == 0 and period_of(self._tokens) > 0

    def has_too_many_equal_lines(self, text: str) -> bool:
        """Add text; whether a line that says something came up too often."""
        if not self._max_equal_lines:
            return False
        *lines, self._line = (self._line + text).split("\n")
        return any(self._count(line.strip()) > self._max_equal_lines for line in lines)

    def _count(self, line: str) -> int:
        """How often a line came up in its block, this time included."""
        place = self._blocks.name, line
        self._blocks.end_line(line)
        self._lines[place] += len(line) >= MIN_LINE_CHARACTERS
        return self._lines[place]


def without_last_repeated_lines(text: str) -> str:
    """A text without the lines at its end that it has further up already."""
    lines = text.split("\n")
    while len(lines) > 1 and len(lines[-1].strip()) >= MIN_LINE_CHARACTERS and lines[-1] in lines[:-1]:
        lines.pop()
    return "\n".join(lines)


def period_of(tokens: list[int]) -> int:
    """Length of the sequence that the tokens end with several times over; 0 for none."""
    ids = np.asarray(tokens[-_MAX_PERIOD * _MIN_ROUNDS :])
    for period in range(1, _MAX_PERIOD + 1):
        span = max(period * _MIN_ROUNDS, _MIN_REPEATED_TOKENS + period)
        if span > len(ids):
            return 0
        tail = ids[-span:]
        if np.array_equal(tail[period:], tail[:-period]):
            return period
    return 0


def without_last_rounds(text: str) -> str:
    """A text that ends with the same piece several times over, with that piece once; other texts as they are.

    Rounds of tokens are rounds of characters, but the last one may be cut off anywhere.
    """
    for size in range(1, len(text) // 2 + 1):
        n_equal = 0
        while n_equal + size < len(text) and text[-1 - n_equal] == text[-1 - n_equal - size]:
            n_equal += 1
        if n_equal >= size * (_MIN_ROUNDS - 2) and n_equal + size >= _MIN_REPEATED_TOKENS:
            return text[: len(text) - n_equal]
    return text
