"""Checks of the rows as such: readable, enough, within the token budget, without secrets."""

from __future__ import annotations

from collections.abc import Callable, Iterator

from dataset_core.quality.redaction import redact
from dataset_core.tokens import TokenBudget
from dataset_core.verification import Check, check_of, shortened
from dataset_core.verify.exported import Export, ExportedRow

_ROWS_PER_REPORT = 250


def check_rows(export: Export, budget: TokenBudget, minimum: int, on_progress: Callable[[int, int, str], None]) -> Iterator[Check]:
    """Check what every row must be, whatever it teaches."""
    yield _readable(export)
    yield _enough(export, minimum)
    yield _within_budget(export, budget)
    yield _without_secrets(export, on_progress)


def _readable(export: Export) -> Check:
    n_lines = len(export.rows) + len(export.problems)
    figure = f"{len(export.rows):,} of {n_lines:,} rows"
    details = shortened(export.problems) or (f"format {export.format}",)
    return Check(
        "rows_readable",
        "Every row can be read and has the keys and types of one format",
        not export.problems and n_lines > 0,
        figure,
        details,
    )


def _enough(export: Export, minimum: int) -> Check:
    count = len(export.rows)
    remedy = "lower the minimum only to try things out; more source files, commits or a library folder give more rows"
    return Check(
        "enough_rows",
        f"There are at least {minimum:,} rows",
        count >= minimum,
        f"{count:,} rows",
        () if count >= minimum else (remedy,),
    )


def _within_budget(export: Export, budget: TokenBudget) -> Check:
    fits = budget.fits([f"{row.prompt}\n{row.message}" for row in export.rows])
    defects = [row.label for row, is_within in zip(export.rows, fits, strict=True) if not is_within]
    name = f"Every row fits into {budget.max_tokens:,} tokens, so that no trainer cuts its end"
    return check_of("token_budget", name, defects, f"{len(export.rows):,} rows too long", f"counted with the {budget.counted_with}")


def _without_secrets(export: Export, on_progress: Callable[[int, int, str], None]) -> Check:
    defects: list[str] = []
    for number, row in enumerate(export.rows):
        if number % _ROWS_PER_REPORT == 0:
            on_progress(number, len(export.rows), "Looking for secrets")
        found = _secrets(row)
        if found:
            defects.append(f"{row.label}: {', '.join(found)}")
    return check_of("no_secrets", "No secrets and no personal data", defects, f"{len(export.rows):,} rows with any")


def _secrets(row: ExportedRow) -> list[str]:
    """Kinds of what the redaction would still replace; Markdown is judged as notes are, the rest as code."""
    _, in_prompt = redact(row.prompt, is_source=True)
    _, in_answer = redact(row.answer.text, is_source=row.answer.language != "markdown")
    return sorted({finding.kind for finding in (*in_prompt, *in_answer)})
