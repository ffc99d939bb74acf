"""Reasons to leave out a whole file for what it holds: generated, minified, binary, mere data.

The filters of bigcode (arXiv 2305.06161), without its rule about visible text in HTML, which would delete the templates
of Angular. Words and limits are data: `workspace.toml` and `quality/thresholds.toml`.
"""

from __future__ import annotations

import string
from dataclasses import dataclass
from functools import lru_cache

from dataset_core.toml_file import load_toml

_ALPHANUMERIC = (string.ascii_letters + string.digits).encode() + bytes(range(0x80, 0x100))
_DIGITS = string.digits.encode()
_HEAD_CHARACTERS = 8000
_QUOTES = "\"'`"


@dataclass(frozen=True)
class _Limits:
    """The table `[file]` of `thresholds.toml`."""

    longest_line: int
    most_in_long_lines: float
    mean_line: int
    least_alphanumeric: float
    most_digits: float
    prose_extensions: tuple[str, ...]
    data_extensions: tuple[str, ...]
    data_characters: tuple[int, int]


@dataclass(frozen=True)
class _GeneratedWords:
    """The table `[generated]` of `workspace.toml`."""

    first_lines: int
    stems: tuple[str, ...]
    markers: tuple[str, ...]


def reason_to_skip(path: str, text: str) -> str | None:
    """Say in words why a file is not worth learning from; None where it is.

    Args:
        path: Relative to the project; its extension decides which rules apply.
        text: All of the file, with Unix line ends.
    """
    if not text or text.isspace():
        return "empty"
    if "\0" in text:
        return "binary: holds NUL bytes"
    extension = f".{path.rpartition('.')[2]}".lower()
    return (
        _reason_generated(text)
        or _reason_by_lines(extension, text)
        or _reason_by_size_of_data(extension, text)
        or _reason_by_characters(text)
    )


def _reason_generated(text: str) -> str | None:
    words = _generated()
    head = text[:_HEAD_CHARACTERS].split("\n", words.first_lines)[: words.first_lines]
    lowered = "\n".join(head).lower()
    if not any(stem in lowered for stem in words.stems):
        return None
    for marker in words.markers:
        start = lowered.find(marker)
        if start >= 0 and _stands_alone(lowered, start, start + len(marker)):
            return f"generated: '{marker.strip('<;.- ')}' in its first lines"
    return None


def _stands_alone(text: str, start: int, end: int) -> bool:
    """Tell whether a marker is neither the start of a longer word nor in a string, such as a generator's template."""
    line_before = text[text.rfind("\n", 0, start) + 1 : start]
    return not text[end : end + 1].isalpha() and not any(quote in line_before for quote in _QUOTES)


def _reason_by_lines(extension: str, text: str) -> str | None:
    limits = _limits()
    if extension in limits.prose_extensions:
        return None
    lines = text.split("\n")
    lengths = list(map(len, lines))
    longest = max(lengths)
    if longest > limits.longest_line:
        in_long_lines = sum(length for length in lengths if length > limits.longest_line)
        if in_long_lines > len(text) * limits.most_in_long_lines:
            return f"minified or data: a line of {longest:,} characters"
        return None  # the mean would count the literal again
    mean = len(text) / len(lines)
    return f"minified or data: lines of {mean:.0f} characters on average" if mean > limits.mean_line else None


def _reason_by_size_of_data(extension: str, text: str) -> str | None:
    limits = _limits()
    fewest, most = limits.data_characters
    if extension not in limits.data_extensions or fewest <= len(text) <= most:
        return None
    return f"data: {len(text):,} characters, where {fewest:,} to {most:,} teach something"


def _reason_by_characters(text: str) -> str | None:
    limits = _limits()
    data = text.encode("utf-8", "replace")
    alphanumeric = 1 - len(data.translate(None, _ALPHANUMERIC)) / len(data)
    if alphanumeric < limits.least_alphanumeric:
        return f"hardly any words: {alphanumeric:.0%} letters and digits"
    digits = 1 - len(data.translate(None, _DIGITS)) / len(data)
    return f"data: {digits:.0%} digits" if digits > limits.most_digits else None


@lru_cache(maxsize=1)
def _limits() -> _Limits:
    return _Limits(**load_toml("quality/thresholds.toml")["file"])


@lru_cache(maxsize=1)
def _generated() -> _GeneratedWords:
    return _GeneratedWords(**load_toml("workspace.toml")["generated"])
