"""The use case `verify`: whether an export is what it says, judged from its files alone (IO: reads them, runs the Mermaid parser).

Nothing of the build is trusted, and of the manifest nothing but what it promises: everything is counted, parsed and compared again.
"""

from __future__ import annotations

import threading
from collections.abc import Callable, Iterator
from concurrent.futures import Future, ThreadPoolExecutor
from concurrent.futures import wait as wait_for_any
from contextlib import contextmanager
from pathlib import Path

from dataset_core.mermaid.parser import MermaidParser
from dataset_core.settings import Settings
from dataset_core.split import NEWEST_COMMITS, TRAIN, VALIDATION
from dataset_core.tokens import token_budget
from dataset_core.verification import Check, FirstExample, PatternFound, Verification, report_text, to_json
from dataset_core.verify.answers import check_answers
from dataset_core.verify.diagrams import DiagramErrors, check_diagrams, diagram_errors, diagram_texts
from dataset_core.verify.duplicates import check_duplicates
from dataset_core.verify.exported import Export, VerifyError, read_export
from dataset_core.verify.files import check_files
from dataset_core.verify.patterns import find_patterns
from dataset_core.verify.prompts import check_prompts
from dataset_core.verify.rows import check_rows
from dataset_core.verify.summary import domains, families, first_examples, kinds, languages

__all__ = [
    "Check",
    "FirstExample",
    "PatternFound",
    "Verification",
    "VerifyError",
    "report_text",
    "to_json",
    "verify",
]

Progress = Callable[[int, int, str], None]

_POLL_S = 0.2


def verify(
    path: Path,
    *,
    minimum: int = Settings.minimum,
    target: int = Settings.target,
    max_tokens: int | None = None,
    mermaid: Callable[[], MermaidParser] = MermaidParser,
    on_progress: Progress = lambda *_: None,
) -> Verification:
    """Check an export.

    Args:
        path: Of its training rows, `NAME.jsonl`; the other files are looked for beside it.
        minimum: Fewer rows, of all sets together, fail.
        target: Fewer rows are worth a warning.
        max_tokens: Of a row; None for what the manifest says, or the default where it says nothing.
        mermaid: Makes parsers, other than those that ship with the product.
        on_progress: Told, on the caller's thread, how much of what is done: `(done, total, what)`. What it raises ends the checks.

    Raises:
        VerifyError: There is no such file, or it cannot be read.
    """
    export = read_export(path)
    budget = token_budget(max_tokens or export.max_tokens or Settings().token_limit)
    with _parsing_diagrams(export, mermaid, on_progress) as wait_for_diagrams:
        checks = [
            *check_rows(export, budget, minimum, on_progress),
            *check_prompts(export),
            *check_answers(export, on_progress),
        ]
        checks += [*check_duplicates(export, on_progress), *check_files(export)]
        checks.append(check_diagrams(export, wait_for_diagrams()))
    return Verification(
        path=str(path),
        format=export.format,
        count=len(export.rows),
        n_train=export.n_rows_of(TRAIN),
        n_validation=export.n_rows_of(VALIDATION),
        n_newest_commits=export.n_rows_of(NEWEST_COMMITS),
        checks=tuple(checks),
        warnings=_warnings(len(export.rows), minimum, target),
        families=families(export),
        mix=kinds(export),
        languages=languages(export),
        domains=domains(export),
        patterns=find_patterns(export),
        first_examples=first_examples(export),
    )


@contextmanager
def _parsing_diagrams(
    export: Export, make_parser: Callable[[], MermaidParser], on_progress: Progress
) -> Iterator[Callable[[], DiagramErrors]]:
    """Parse the diagrams beside what is done inside; the value waits for them, showing how far they are."""
    texts = diagram_texts(export)
    stopped, n_done = threading.Event(), [0]

    def count(done: int) -> None:
        n_done[0] = done
        if stopped.is_set():
            raise InterruptedError

    def wait(future: Future[DiagramErrors]) -> DiagramErrors:
        while not future.done():
            on_progress(n_done[0], len(texts), "Parsing diagrams")
            wait_for_any([future], timeout=_POLL_S)
        return future.result()

    with ThreadPoolExecutor(max_workers=1) as pool:
        future = pool.submit(diagram_errors, texts, make_parser, count)
        try:
            yield lambda: wait(future)
        finally:
            stopped.set()


def _warnings(count: int, minimum: int, target: int) -> tuple[str, ...]:
    if count < minimum or count >= target:
        return ()
    return (f"{count:,} rows, fewer than the target of {target:,}: expect a model that knows the project less well",)
