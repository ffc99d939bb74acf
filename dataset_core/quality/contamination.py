"""Keeping what a model is evaluated on out of what it learns.

Two prompts are the same where one holds the other in lower case, or where twelve words in a row are common to both.
"""

from __future__ import annotations

import re
from functools import cache, lru_cache
from typing import TYPE_CHECKING

from dataset_core.toml_file import load_toml

if TYPE_CHECKING:
    from collections.abc import Sequence

_N_WORDS = 12
_WORD = re.compile(r"\w+")


def reason_contaminated(prompt: str, evaluation_prompts: Sequence[str]) -> str | None:
    """Say which evaluation prompt a prompt gives away; None where it gives away none.

    Args:
        prompt: Of an example.
        evaluation_prompts: That the trained model is asked; see `evaluation_prompts`.
    """
    words = _words(prompt)
    flat = f" {' '.join(words)} "
    grams: set[tuple[str, ...]] | None = None
    for asked in evaluation_prompts:
        asked_flat, asked_grams = _prepared(asked)
        if asked_flat.strip() and asked_flat in flat:
            return f"holds the evaluation prompt '{asked}'"
        if asked_grams:
            grams = _grams(words) if grams is None else grams
            if not grams.isdisjoint(asked_grams):
                return f"shares {_N_WORDS} words in a row with the evaluation prompt '{asked}'"
    return None


@cache
def evaluation_prompts() -> tuple[str, ...]:
    """Give the prompts that every trained model is asked, from `evaluation_prompts.toml`."""
    return tuple(row["prompt"] for row in load_toml("quality/evaluation_prompts.toml")["evaluation"])


@lru_cache(maxsize=4096)
def _prepared(asked: str) -> tuple[str, frozenset[tuple[str, ...]]]:
    words = _words(asked)
    return f" {' '.join(words)} ", frozenset(_grams(words))


def _words(text: str) -> list[str]:
    return _WORD.findall(text.lower())


def _grams(words: list[str]) -> set[tuple[str, ...]]:
    return {tuple(words[start : start + _N_WORDS]) for start in range(len(words) - _N_WORDS + 1)}
