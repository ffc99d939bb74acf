"""The whole check of artifacts, with the real Mermaid parser (IO: runs it, reads files)."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from pathlib import Path

from dataset_core.library.artifact import Artifact
from dataset_core.library.library import load_file, load_library
from dataset_core.library.problems import Problem, problems

# Takes Mermaid texts, gives for each what the parser found wrong, or None: `MermaidParser.check`.
MermaidCheck = Callable[[Sequence[str]], Sequence[str | None]]


def validate(files: Sequence[Path], check_mermaid: MermaidCheck) -> tuple[Problem, ...]:
    """Check files as `library validate` does: header, prompts, the library's own titles and prompts, and that the content parses.

    Returns:
        All problems, sorted by path and line; a file that cannot be read is one.
    """
    read = [_read(file) for file in files]
    unreadable = [one for one in read if isinstance(one, Problem)]
    artifacts = [one for one in read if isinstance(one, Artifact)]
    return tuple(sorted([*unreadable, *all_problems(artifacts, check_mermaid)]))


def sound(own: Sequence[Artifact], check_mermaid: MermaidCheck) -> tuple[tuple[Artifact, ...], tuple[Problem, ...]]:
    """Split a person's own artifacts into those that can join the library, and what is wrong with the others."""
    found = all_problems(own, check_mermaid)
    defective = {problem.path for problem in found}
    return tuple(artifact for artifact in own if artifact.path not in defective), found


def all_problems(artifacts: Sequence[Artifact], check_mermaid: MermaidCheck) -> tuple[Problem, ...]:
    """Everything that is wrong with artifacts, beside the product's library; sorted by path and line."""
    found = [*problems(artifacts, others=load_library())]
    diagrams = [artifact for artifact in artifacts if artifact.language == "mermaid" and artifact.text]
    for artifact, error in zip(diagrams, check_mermaid([artifact.text for artifact in diagrams]), strict=True):
        if error:
            found.append(Problem(artifact.path, artifact.first_line, f"Mermaid refuses it: {' '.join(error.split())}"))
    return tuple(sorted(found))


def _read(file: Path) -> Artifact | Problem:
    try:
        return load_file(file)
    except OSError as error:
        return Problem(file.as_posix(), 1, f"cannot be read: {error.strerror or error}")
