"""Which patterns of its frameworks the project's own answers show. The patterns are data: `patterns.toml`."""

from __future__ import annotations

import re
from dataclasses import dataclass
from functools import cache

from dataset_core.toml_file import load_toml
from dataset_core.verification import PatternFound, clipped
from dataset_core.verify.exported import Export
from dataset_core.verify.summary import is_of_project

_EXAMPLE_CHARACTERS = 120


@dataclass(frozen=True)
class Pattern:
    """A table of `patterns.toml`: what is looked for, in answers of which languages."""

    framework: str
    name: str
    languages: frozenset[str]
    expression: re.Pattern[str]


def find_patterns(export: Export) -> tuple[PatternFound, ...]:
    """Every pattern that at least one answer of the project shows, in the order of the table, with its first place."""
    rows = [row for row in export.rows if is_of_project(row)]
    found = []
    for pattern in known_patterns():
        matches = [
            (row, match)
            for row in rows
            if row.answer.language in pattern.languages and (match := pattern.expression.search(row.answer.text))
        ]
        if matches:
            row, match = matches[0]
            path = row.metadata.path if row.metadata is not None else ""
            found.append(PatternFound(pattern.framework, pattern.name, len(matches), _line_of(match), path))
    return tuple(found)


@cache
def known_patterns() -> tuple[Pattern, ...]:
    """All patterns of `patterns.toml`."""
    table = load_toml("patterns.toml")
    return tuple(
        Pattern(framework["name"], name, frozenset(framework["languages"]), re.compile(expression, re.MULTILINE))
        for framework in table["framework"]
        for name, expression in framework["patterns"].items()
    )


def _line_of(match: re.Match[str]) -> str:
    """The whole line where a match starts."""
    text = match.string
    start = match.start() + len(match[0]) - len(match[0].lstrip())
    first, end = text.rfind("\n", 0, start) + 1, text.find("\n", start)
    return clipped(text[first : end if end >= 0 else len(text)], _EXAMPLE_CHARACTERS)
