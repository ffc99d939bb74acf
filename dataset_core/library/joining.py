"""The product's artifacts together with a person's own, as far as those are sound (IO: reads files, runs the Mermaid parser)."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

from dataset_core.library.artifact import Artifact
from dataset_core.library.library import load_folder, load_library
from dataset_core.library.problems import Problem
from dataset_core.library.validation import sound
from dataset_core.mermaid.parser import MermaidParser


def joined_library(root: Path, folder: str, *, licence: str) -> tuple[tuple[Artifact, ...], tuple[Problem, ...]]:
    """All artifacts that may be learnt, and what is wrong with those of the person's own that may not.

    Args:
        root: The project.
        folder: With the person's own artifacts, relative to the project; empty for none.
        licence: Of the person's own.

    Raises:
        NotADirectoryError: There is no such folder.
        MermaidUnavailableError: Own diagrams cannot be checked without the real parser.
    """
    if not folder:
        return load_library(), ()
    own, problems = sound(load_folder(root / folder, root=root, licence=licence), _check)
    return (*load_library(), *own), problems


def _check(texts: Sequence[str]) -> Sequence[str | None]:
    """The real parser's verdicts; it is not started for nothing."""
    if not texts:
        return ()
    with MermaidParser() as parser:
        return parser.check(texts)
