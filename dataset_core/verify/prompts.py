"""Checks of the prompts: no two alike, none reworded over one answer, none with a field left open, none that evaluation asks."""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Iterator
from functools import cache
from itertools import combinations

from dataset_core.quality.contamination import evaluation_prompts, reason_contaminated
from dataset_core.toml_file import load_toml
from dataset_core.verification import Check, check_of
from dataset_core.verify.exported import Export, ExportedRow

_WORD = re.compile(r"\w+")
_FIELD = re.compile(r"\{(\w+)\}")
# A file may be called `route_{name}.html`; a field left open has no ending.
_FILE_NAME = re.compile(r"`[^`\s]*\.\w+`")


def check_prompts(export: Export) -> Iterator[Check]:
    """Check what the model is asked."""
    yield _no_prompt_twice(export)
    yield _no_rewording(export)
    yield _no_open_field(export)
    yield _not_contaminated(export)


def _no_prompt_twice(export: Export) -> Check:
    seen: dict[str, ExportedRow] = {}
    defects = []
    for row in export.rows:
        first = seen.setdefault(" ".join(row.prompt.split()), row)
        if first is not row:
            defects.append(f"{row.label} asks what {first.label} asks")
    return check_of("unique_prompts", "No two rows have one prompt", defects, f"{len(export.rows):,} rows")


def _no_rewording(export: Export) -> Check:
    """Rewording a prompt over one answer teaches nothing (Magicoder's ablation, arXiv 2312.02120): each must say something else."""
    by_answer: dict[str, list[ExportedRow]] = defaultdict(list)
    for row in export.rows:
        by_answer[" ".join(row.answer.text.split())].append(row)
    defects = [
        f"{other.label} rewords {one.label}"
        for rows in by_answer.values()
        for one, other in combinations(rows, 2)
        if _said(one.prompt) == _said(other.prompt)
    ]
    return check_of("no_rewording", "No prompt only rewords another one over the same answer", defects, f"{len(export.rows):,} rows")


def _said(prompt: str) -> frozenset[str]:
    """The words of a prompt that carry information."""
    return frozenset(_WORD.findall(prompt.lower())) - _asking_words()


def _no_open_field(export: Export) -> Check:
    fields = _template_fields()
    defects = [
        f"{row.label}: {{{field}}}"
        for row in export.rows
        for field in _FIELD.findall(_FILE_NAME.sub("", row.prompt.partition("\n")[0]))
        if field in fields and f"/{{{field}}}" not in row.prompt and f"${{{field}}}" not in row.prompt
    ]
    return check_of("no_open_fields", "No prompt has a field of its template left open", defects, f"{len(export.rows):,} rows")


def _not_contaminated(export: Export) -> Check:
    asked = evaluation_prompts()
    reasons = ((row, reason_contaminated(row.prompt, asked)) for row in export.rows)
    defects = [f"{row.label} {reason}" for row, reason in reasons if reason is not None]
    return check_of("not_contaminated", "No prompt gives away what the model is evaluated on", defects, f"{len(export.rows):,} rows")


@cache
def _asking_words() -> frozenset[str]:
    return frozenset(load_toml("verify/wording.toml")["asking_words"])


@cache
def _template_fields() -> frozenset[str]:
    return frozenset(field for table in load_toml("prompts.toml").values() for field in _FIELD.findall(table["template"]))
