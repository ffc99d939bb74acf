"""What an export holds, counted from its rows: families, kinds, languages, domains, and the first examples."""

from __future__ import annotations

import re
from collections import Counter
from functools import cache
from pathlib import Path

from dataset_core.verify.result import FirstExample
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from dataset_core.verify.exported import Export, ExportedRow
    from collections.abc import Iterable, Mapping

N_FIRST_EXAMPLES = 20

_LIBRARY = Path(__file__).parents[1] / "library"
_ARTIFICIAL = frozenset({"library", "composed"})
_HEAD_BYTES = 2_000
_DOMAIN_KEY = re.compile(r"\bdomain:\s*([\w-]+)")


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
    """Rows of each domain, most first: of library rows by the header of the artifact, of composed ones by the name of their model."""
    found = (
        _domain_of(row.metadata.path)
        for row in export.rows
        if row.metadata is not None and row.metadata.family in _ARTIFICIAL
    )
    return _ranked(domain for domain in found if domain)


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
    return FirstExample(
        entry.id, entry.kind, answer.language, entry.path, entry.start_line, entry.end_line, row.prompt, answer.text
    )


def _ranked(names: Iterable[str]) -> dict[str, int]:
    return dict(sorted(Counter(names).items(), key=lambda item: (-item[1], item[0])))


@cache
def _domain_of(path: str) -> str:
    for folder in (_LIBRARY, _LIBRARY / "artifacts"):
        file = folder / path
        if file.is_file() and file.resolve().is_relative_to(_LIBRARY):
            found = _DOMAIN_KEY.search(file.read_bytes()[:_HEAD_BYTES].decode("utf-8", "replace"))
            if found is not None:
                return found[1]
    name = path.rpartition("/")[2].partition(".")[0]
    return next((domain for domain in _known_domains() if name == domain or name.startswith(f"{domain}-")), "")


@cache
def _known_domains() -> tuple[str, ...]:
    """Longest first, so that a domain is not taken for one that its name starts with."""
    names: Mapping[str, None] = dict.fromkeys((_LIBRARY / "domains.txt").read_text("utf-8").split())
    return tuple(sorted(names, key=lambda name: (-len(name), name)))
