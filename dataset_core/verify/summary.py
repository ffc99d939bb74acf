"""What an export holds, counted from its rows: families, kinds, languages, domains, and the first examples."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable

from dataset_core.verification import FirstExample
from dataset_core.verify.exported import Export, ExportedRow

N_FIRST_EXAMPLES = 20

_ARTIFICIAL = frozenset({"library", "composed"})


def families(export: Export) -> dict[str, int]:
    """Rows of each family, most first."""
    return _ranked(row.metadata.family for row in export.rows if row.metadata is not None)


def kinds(export: Export) -> dict[str, int]:
    """Rows of each kind of example, most first."""
    return _ranked(row.metadata.kind for row in export.rows if row.metadata is not None)


def languages(export: Export) -> dict[str, int]:
    """Rows of each language of the answer, most first."""
    return _ranked(row.answer.language for row in export.rows)


def domains(export: Export) -> dict[str, int]:
    """Rows of each domain of library and composed artifacts, most first."""
    return _ranked(row.metadata.domain for row in export.rows if row.metadata is not None and row.metadata.domain)


def first_examples(export: Export) -> tuple[FirstExample, ...]:
    """The first 20 rows, for a person to look at."""
    return tuple(_example_of(row) for row in export.rows[:N_FIRST_EXAMPLES])


def is_of_project(row: ExportedRow) -> bool:
    """Whether a row comes from the project, not from the library or the composer."""
    return row.metadata is None or row.metadata.family not in _ARTIFICIAL


def _example_of(row: ExportedRow) -> FirstExample:
    entry, answer = row.metadata, row.answer
    if entry is None:
        return FirstExample("", "", answer.language, "", 0, 0, row.prompt, answer.text)
    return FirstExample(entry.id, entry.kind, answer.language, entry.path, entry.start_line, entry.end_line, row.prompt, answer.text)


def _ranked(names: Iterable[str]) -> dict[str, int]:
    return dict(sorted(Counter(names).items(), key=lambda item: (-item[1], item[0])))
