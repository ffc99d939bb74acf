"""Reading what a person adds: files, folders and selections (IO)."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from pathlib import Path

from dataset_core.errors import WrongUsageError
from dataset_core.language import extensions, language_of
from dataset_core.parse import parses
from dataset_core.quality.redaction import redact
from dataset_core.sweep.own import OwnAddition
from dataset_core.workspace import Skipped, discover, printable, read

_LINES = re.compile(r"([0-9]{1,9})(?:-([0-9]{1,9}))?")


class AdditionError(WrongUsageError):
    """Something cannot be added; the message says why and what to do."""


def additions_of(root: Path, paths: Sequence[Path], *, lines: str | None = None, prompt: str = "") -> tuple[OwnAddition, ...]:
    """Read what was named: each file, and every source file below each folder.

    Args:
        root: The project.
        paths: Files and folders, relative to the working folder or to the project.
        lines: Of the one file: `10-24` or `10`.
        prompt: What the person would ask for it.

    Raises:
        AdditionError: A path does not exist or holds no text of a known language, or the lines are not in it.
    """
    if lines is not None and (len(paths) != 1 or _located(root, paths[0]).is_dir()):
        raise AdditionError("--lines needs exactly one file")
    first, last = _line_range(lines) if lines is not None else (0, 0)
    return tuple(_addition(root, file, first, last, prompt) for path in paths for file in _files(root, path))


def _located(root: Path, path: Path) -> Path:
    candidates = [path.absolute(), (root / path).absolute()]
    found = next((candidate for candidate in candidates if candidate.exists()), None)
    if found is None:
        raise AdditionError(f"{path} does not exist; give a path relative to here or to {root}")
    return found


def _files(root: Path, path: Path) -> Iterator[Path]:
    located = _located(root, path)
    if located.is_file():
        yield located
        return
    inside = [located / name for name in discover(located, extensions()).paths]
    if not inside:
        raise AdditionError(f"{path} holds no source file; `mothertongue build --explain FILE` says why one is left out")
    yield from inside


def _addition(root: Path, file: Path, first: int, last: int, prompt: str) -> OwnAddition:
    language = language_of(file.name)
    if printable(str(file)) != str(file):
        raise AdditionError(f"the name of {printable(str(file))} is not valid UTF-8; rename it")
    if language is None:
        raise AdditionError(f"{file.name} is of no language that Mothertongue parses; add source code")
    raw = read(file.parent, file.name)
    if isinstance(raw, Skipped):
        raise AdditionError(f"{file}: {raw.reason}")
    text, _ = redact(raw.text, is_source=True)
    text_lines = text.removesuffix("\n").split("\n")
    if first and last > len(text_lines):
        raise AdditionError(f"{file} has {len(text_lines)} lines; {first}-{last} are not in it")
    chosen = "\n".join(text_lines[first - 1 : last]) if first else text
    if first and not parses(chosen, language):
        raise AdditionError(f"lines {first}-{last} of {file} are no whole piece of code; choose whole definitions or statements")
    name = file.relative_to(root).as_posix() if file.is_relative_to(root) else file.name
    return OwnAddition(name, first, last, prompt, chosen, language)


def _line_range(lines: str) -> tuple[int, int]:
    found = _LINES.fullmatch(lines)
    first = int(found[1]) if found else 0
    last = int(found[2] or first) if found else 0
    if not 1 <= first <= last:
        raise AdditionError(f"--lines {lines!r} is no range of lines; write it as 10-24, or 10 for one line")
    return first, last
