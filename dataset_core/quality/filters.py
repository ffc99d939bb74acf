"""Reasons to drop an example: an answer that is unfinished, trivial, given away by its prompt, or mere data.

Limits and patterns are data: `quality/thresholds.toml`.
"""

from __future__ import annotations

import re
import string
from dataclasses import dataclass
from functools import cache
from typing import TYPE_CHECKING

from dataset_core.toml_file import load_toml

if TYPE_CHECKING:
    from dataset_core.example import Example

# Tasks that change a given text: most of the answer stands in the prompt by design.
_ANSWERS_LIKE_THEIR_PROMPT = frozenset({"adapt", "git_change"})
_TELLING_LINE = 12  # characters; shorter lines stand in any code

_DIGITS = string.digits.encode()
_COMMENT = re.compile(r"(?m)/\*(?:[^*]|\*(?!/))*\*/|<!--(?:[^-]|-(?!->))*-->|^[ \t]*(?://|#(?![\[!a-z])|--|%%).*$")
_PUNCTUATION_ONLY = re.compile(r"[\s{}()\[\];,<>/]*")
_TRIVIAL = re.compile(
    r"""\s*\{?\s*(?:
        (?:=>\s*|return\s+)?(?:this\.|self\.|_|@|\$this->)?\w+\s*;?      # gives one name back
      | (?:get|set|init)\s*;(?:\s*(?:private|protected|internal)?\s*(?:get|set|init)\s*;)*
      | (?:this|self)\.\w+\s*=\s*\w+\s*;?                               # stores one argument
      | pass | \.\.\. | return\s*(?:null|nil|None|true|false|undefined|0|""|'')?\s*;?
      | super\([^()]*\)\s*;?
      | (?:async\s+)?def\s+\w+\([^()]*\)(?:\s*->\s*[^:\n]+)?:\s*(?:pass|\.\.\.)
    )\s*\}?\s*""",
    re.VERBOSE,
)


@dataclass(frozen=True)
class Limits:
    """The table `[example]` of `thresholds.toml`; what the numbers mean stands there."""

    answer_bytes: tuple[int, int]
    answer_lines: int
    longest_line: int
    most_digits: float
    most_non_ascii: float
    leak_characters: int
    most_given: float


def reason_to_drop(example: Example, limits: Limits | None = None) -> str | None:
    """Say in words why an example teaches nothing good; None where it is fit.

    Args:
        example: With its prompt as it will be trained on.
        limits: Other than those of `thresholds.toml`.
    """
    limits = limits or default_limits()
    answer = example.completion
    return (
        _reason_trivial(answer)
        or _reason_by_size(answer, limits)
        or _reason_placeholder(answer)
        or _reason_leaked(example, limits)
        or _reason_data(example.prompt, answer, limits)
    )


@cache
def default_limits() -> Limits:
    """Give the limits of `thresholds.toml`."""
    table = load_toml("quality/thresholds.toml")["example"]
    return Limits(**{name: value for name, value in table.items() if name != "placeholder"})


def _reason_trivial(answer: str) -> str | None:
    if not answer.strip():
        return "empty answer"
    code = _COMMENT.sub("", answer)
    if not code.strip():
        return "trivial answer: nothing but comments"
    if _PUNCTUATION_ONLY.fullmatch(code):
        return "trivial answer: nothing but brackets"
    return "trivial answer: a single access or constant" if _TRIVIAL.fullmatch(code) else None


def _reason_by_size(answer: str, limits: Limits) -> str | None:
    n_bytes = len(answer.encode("utf-8", "replace"))
    fewest, most = limits.answer_bytes
    if n_bytes < fewest:
        return f"answer shorter than {fewest:,} bytes"
    if n_bytes > most:
        return f"answer longer than {most:,} bytes"
    return f"answer longer than {limits.answer_lines:,} lines" if answer.count("\n") >= limits.answer_lines else None


def _reason_placeholder(answer: str) -> str | None:
    lowered = answer.lower()
    for reason, words, pattern in _placeholders():
        if any(word in lowered for word in words) and pattern.search(answer):
            return f"placeholder: {reason}"
    return None


def _reason_leaked(example: Example, limits: Limits) -> str | None:
    flat_prompt, flat = " ".join(example.prompt.split()), " ".join(example.completion.split())
    if len(flat) < limits.leak_characters:
        return None
    if flat in flat_prompt:
        return "the prompt holds the answer"
    if example.kind in _ANSWERS_LIKE_THEIR_PROMPT:
        return None
    lines = [line for line in (" ".join(line.split()) for line in example.completion.split("\n")) if len(line) >= _TELLING_LINE]
    given = sum(len(line) for line in lines if line in flat_prompt)
    return "the prompt holds most of the answer" if given > limits.most_given * len(flat) else None


def _reason_data(prompt: str, answer: str, limits: Limits) -> str | None:
    longest = max(map(len, (*answer.split("\n"), *prompt.split("\n"))))
    if longest > limits.longest_line:
        return f"data: a line of over {limits.longest_line:,} characters"
    data = answer.encode("utf-8", "replace")
    digits = 1 - len(data.translate(None, _DIGITS)) / len(data)
    if digits > limits.most_digits:
        return f"data: over {limits.most_digits:.0%} digits"
    if answer.isascii():
        return None
    letters = "".join(answer.split())
    n_ascii = len(letters.encode("ascii", "ignore"))
    non_ascii = 1 - n_ascii / max(1, len(letters))
    return f"data: over {limits.most_non_ascii:.0%} of the characters beyond ASCII" if non_ascii > limits.most_non_ascii else None


@cache
def _placeholders() -> tuple[tuple[str, tuple[str, ...], re.Pattern[str]], ...]:
    rows = load_toml("quality/thresholds.toml")["example"]["placeholder"]
    flags = re.IGNORECASE | re.MULTILINE
    return tuple((row["reason"], row["words"], re.compile(row["pattern"], flags)) for row in rows)
