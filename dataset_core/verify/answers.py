"""Checks of the answers: finished, worth learning, not in their prompts, and free of parse errors."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Callable, Iterator
from dataclasses import replace
from functools import cache, lru_cache

from dataset_core.example import Example, Provenance
from dataset_core.formats import answer_of
from dataset_core.language import languages
from dataset_core.parse import parses
from dataset_core.quality.filters import Limits, default_limits, reason_to_drop
from dataset_core.sweep.fill_in_middle import HOLE
from dataset_core.toml_file import load_toml
from dataset_core.verification import Check, check_of
from dataset_core.verify.exported import Export, ExportedRow

_UNPARSED = frozenset({"markdown", "mermaid"})
_ROWS_PER_REPORT = 250
_FENCED_HOLE = re.compile(rf"^(`{{3,}})[\w+#.-]+\n(?:(?!\1$).*\n)*?[ \t]*{re.escape(HOLE)}\n(?:(?!\1$).*\n)*?\1$", re.MULTILINE)


def check_answers(export: Export, on_progress: Callable[[int, int, str], None]) -> Iterator[Check]:
    """Check what the model learns to say, diagrams excepted."""
    reasons = [(row, reason) for row in export.rows if (reason := _reason(row)) is not None]
    n_rows = len(export.rows)
    placeholders = [f"{row.label}: {reason}" for row, reason in reasons if reason.startswith("placeholder")]
    others = [f"{row.label}: {reason}" for row, reason in reasons if not reason.startswith("placeholder")]
    yield check_of("no_placeholders", "No answer has a placeholder or something left to do", placeholders, f"{n_rows:,} rows")
    yield check_of(
        "no_boilerplate",
        "Every answer says something that its prompt does not: no boilerplate, no talk",
        others,
        f"{n_rows:,} rows",
    )
    yield _code_parses(export, on_progress)


def _reason(row: ExportedRow) -> str | None:
    talk = (
        next((reason for reason, pattern in _talk() if pattern.search(row.answer.text)), None)
        if row.answer.language == "markdown"
        else None
    )
    kind = row.metadata.kind if row.metadata is not None else ""
    return talk or reason_to_drop(Example(kind, row.prompt, row.answer.text, row.answer.language, Provenance("", "")), _limits())


def _code_parses(export: Export, on_progress: Callable[[int, int, str], None]) -> Check:
    rows = [row for row in export.rows if row.answer.language not in _UNPARSED]
    defects = []
    for number, row in enumerate(rows):
        if number % _ROWS_PER_REPORT == 0:
            on_progress(number, len(rows), "Parsing code")
        error = _parse_error(row)
        if error is not None:
            defects.append(f"{row.label}: {error}")
    counts = Counter(languages()[row.answer.language].title for row in rows if row.answer.language in languages())
    detail = ", ".join(f"{title} {n:,}" for title, n in counts.most_common())
    return check_of("code_parses", "Every code answer parses in its language", defects, f"{len(rows):,} code answers", detail)


def _parse_error(row: ExportedRow) -> str | None:
    name = row.answer.language
    if name not in languages():
        return f"no language is called {name!r}"
    if _parses(row.answer.text, name):
        return None
    around = _FENCED_HOLE.search(row.prompt)
    if around is not None and _parses(
        re.sub(rf"[ \t]*{re.escape(HOLE)}", lambda _: row.answer.text, answer_of(around[0]).text, count=1), name
    ):
        return None
    return f"does not parse as {languages()[name].title}"


@lru_cache(maxsize=8192)
def _parses(text: str, language_name: str) -> bool:
    return parses(text, language_name)


@cache
def _limits() -> Limits:
    """Sizes were judged when the examples were made: whole artifacts of the library may be longer than a project's file."""
    return replace(default_limits(), answer_bytes=(1, 1_000_000), answer_lines=100_000)


@cache
def _talk() -> tuple[tuple[str, re.Pattern[str]], ...]:
    return tuple((row["reason"], re.compile(row["pattern"], re.IGNORECASE)) for row in load_toml("verify/wording.toml")["talk"])
