"""The newest commits as a second held-out set: what a model trained on the project of today makes of the changes of tomorrow. Pure.

The set follows time, not paths (arXiv 2503.14201): commits enter it when they are new and leave it for training as others come, never the
other way round. The files that they changed stay in training, but no training row shows a line that one of them wrote.
"""

from __future__ import annotations

import re
from collections.abc import Collection, Iterable, Sequence
from math import ceil

# So many show a difference; more would be missing in training.
_MOST_COMMITS = 40
# Shorter lines stand anywhere: brackets, `return null;`.
_FEWEST_WORD_CHARACTERS = 12
_WORD_CHARACTER = re.compile(r"\w")


def held_out_commits(newest_first: Sequence[str], giving: Collection[str], fraction: float) -> frozenset[str]:
    """The commits whose changes are held out: the newest of those that give rows.

    Args:
        newest_first: The history.
        giving: Commits that give rows, and whatever else gives rows.
        fraction: Of the commits that give rows, the fraction of the files that is held out too; at least one unless it is 0.
    """
    in_order = [commit for commit in newest_first if commit in giving]
    return frozenset(in_order[: min(_MOST_COMMITS, ceil(fraction * len(in_order)))])


def written_lines(prompt: str, answer: str) -> frozenset[str]:
    """The lines of an answer that its prompt does not show, which are those that the commit wrote; but none that could stand anywhere."""
    shown = set(_stripped(prompt))
    return frozenset(line for line in _stripped(answer) if line not in shown and _says_something(line))


def shows_any(text: str, lines: Collection[str]) -> bool:
    """Whether one of the lines stands in a text."""
    return any(line in lines for line in _stripped(text))


def _stripped(text: str) -> Iterable[str]:
    return (line.strip() for line in text.split("\n"))


def _says_something(line: str) -> bool:
    return len(_WORD_CHARACTER.findall(line)) >= _FEWEST_WORD_CHARACTERS
