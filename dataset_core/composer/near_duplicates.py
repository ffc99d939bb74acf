"""Exact Jaccard similarity of texts over word 5-grams, as near-duplicates are judged everywhere in the data set."""

from __future__ import annotations

import re
import zlib
from collections.abc import Iterable

THRESHOLD = 0.7
"""Texts this similar or more count as the same (bigcode's threshold for files)."""

_WORD = re.compile(rb"\w+")
_SIZE = 5


def shingles(text: str) -> frozenset[int]:
    """The word 5-grams of a text as checksums, so that they are small and equal in every process."""
    found = _WORD.findall(text.encode())
    return frozenset(zlib.crc32(b" ".join(found[at : at + _SIZE])) for at in range(max(len(found) - _SIZE + 1, 1)))


def is_near_duplicate(one: frozenset[int], others: Iterable[frozenset[int]]) -> bool:
    """Whether any of the others shares `THRESHOLD` of its shingles with the one, union counted once."""
    return any(_jaccard_reaches(one, other) for other in others)


def _jaccard_reaches(one: frozenset[int], other: frozenset[int]) -> bool:
    """Sizes decide most pairs, since two sets cannot be more alike than the smaller is to the larger."""
    small, large = sorted((len(one), len(other)))
    if small < THRESHOLD * large:
        return False
    shared = len(one & other)
    return shared >= THRESHOLD * (small + large - shared)
