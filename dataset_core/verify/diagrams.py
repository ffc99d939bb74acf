"""The check of the diagrams with the real Mermaid parser; where that cannot be run, at least of the kind that each claims to be."""

from __future__ import annotations

import os
from collections.abc import Callable, Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field

from dataset_core.mermaid.parser import MermaidParser, MermaidUnavailableError
from dataset_core.mermaid.structure import diagram_type
from dataset_core.verification import Check, check_of
from dataset_core.verify.exported import Export

# A parser takes half a second to start and a core to run; one core is left for the other checks.
_TEXTS_PER_PARSER, _MOST_PARSERS = 100, 4
_NAME = "Every diagram is accepted by the real Mermaid parser"


@dataclass(frozen=True)
class DiagramErrors:
    """What the parser said of each text that it refused; or why it could not be asked."""

    by_text: Mapping[str, str] = field(default_factory=dict)
    unavailable: str = ""


def diagram_texts(export: Export) -> tuple[str, ...]:
    """The diagrams of an export, each once."""
    return tuple(dict.fromkeys(row.answer.text for row in export.rows if row.answer.language == "mermaid"))


def diagram_errors(texts: Sequence[str], make_parser: Callable[[], MermaidParser], on_progress: Callable[[int], None]) -> DiagramErrors:
    """Parse all diagrams: a few milliseconds each, so that thousands are shared among several parsers."""
    if not texts:
        return DiagramErrors()
    n_parsers = min(1 + len(texts) // _TEXTS_PER_PARSER, _MOST_PARSERS, max(1, (os.cpu_count() or 1) - 1))
    done = [0] * n_parsers

    def check(part: int) -> list[str | None]:
        def count(n: int) -> None:
            done[part] = n
            on_progress(sum(done))

        with make_parser() as parser:
            return parser.check(texts[part::n_parsers], count)

    try:
        with ThreadPoolExecutor(n_parsers) as pool:
            errors = list(pool.map(check, range(n_parsers)))
    except (MermaidUnavailableError, OSError) as error:
        return DiagramErrors(unavailable=str(error))
    found = {text: error for part in range(n_parsers) for text, error in zip(texts[part::n_parsers], errors[part], strict=True)}
    return DiagramErrors({text: error for text, error in found.items() if error is not None})


def check_diagrams(export: Export, errors: DiagramErrors) -> Check:
    """Judge the diagrams by what the parser said."""
    rows = [row for row in export.rows if row.answer.language == "mermaid"]
    if errors.unavailable:
        unknown = [f"{row.label}: no kind of Mermaid diagram" for row in rows if diagram_type(row.answer.text) is None]
        if unknown:
            return check_of("diagrams_parse", _NAME, unknown, f"{len(rows):,} diagrams")
        return Check("diagrams_parse", _NAME, None, f"not run: {len(rows):,} diagrams", (errors.unavailable,))
    defects = [f"{row.label}: {errors.by_text[row.answer.text]}" for row in rows if row.answer.text in errors.by_text]
    return check_of("diagrams_parse", _NAME, defects, f"{len(rows):,} diagrams")
