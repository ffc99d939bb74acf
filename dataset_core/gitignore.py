"""The files of a folder that no git can be asked about, with its `.gitignore` files obeyed (IO)."""

from __future__ import annotations

import os
from dataclasses import dataclass
from typing import TYPE_CHECKING

from pathspec import GitIgnoreSpec

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator
    from pathlib import Path

_MAX_IGNORE_FILE_BYTES = 1_000_000


@dataclass(frozen=True)
class Ignored:
    """What ignores a path: the file that holds the patterns, relative to the project, and the pattern."""

    source: str
    pattern: str


@dataclass(frozen=True)
class _Layer:
    """The patterns of one `.gitignore`, which count for paths below its folder."""

    folder: str  # with a slash at its end, or empty for the project
    source: str
    lines: tuple[str, ...]
    spec: GitIgnoreSpec


def walk(root: Path, enters: Callable[[str], bool], on_unreadable: Callable[[str], None]) -> Iterator[str]:
    """Give every file below a folder that no `.gitignore` ignores; links are given, and not followed.

    Args:
        root: The project.
        enters: Whether a folder of this name is worth walking into.
        on_unreadable: Called with each folder, relative to the project, that cannot be listed.

    Yields:
        Paths relative to `root` with forward slashes; the order is the disk's.
    """
    waiting: list[tuple[str, tuple[_Layer, ...]]] = [("", _top_layers(root))]
    while waiting:
        folder, layers = waiting.pop()
        try:
            with os.scandir(root / folder) as listing:
                entries = list(listing)
        except OSError:
            on_unreadable(folder.rstrip("/"))
            continue
        if any(entry.name == ".gitignore" for entry in entries):
            layers = _with_layer(layers, root, folder, f"{folder}.gitignore")
        for entry in entries:
            path = folder + entry.name
            if entry.is_dir(follow_symlinks=False):
                if enters(entry.name) and not _match(layers, f"{path}/"):
                    waiting.append((f"{path}/", layers))
            elif not _match(layers, path):
                yield path


def ignored_by(root: Path, path: str) -> Ignored | None:
    """Say which pattern of which `.gitignore` ignores a file or one of its folders; None where none does."""
    layers = _top_layers(root)
    parts = path.split("/")
    for depth, name in enumerate(parts):
        folder = "".join(f"{part}/" for part in parts[:depth])
        layers = _with_layer(layers, root, folder, f"{folder}.gitignore")
        found = _match(layers, folder + name + ("/" if depth < len(parts) - 1 else ""))
        if found:
            return found
    return None


def _match(layers: tuple[_Layer, ...], path: str) -> Ignored | None:
    """Let the deepest `.gitignore` decide that has a pattern for the path, and in it the last pattern, as git does."""
    for layer in reversed(layers):
        result = layer.spec.check_file(path[len(layer.folder) :])
        if result.include is not None:
            pattern = layer.lines[result.index] if result.index is not None else ""
            return Ignored(layer.source, pattern) if result.include else None
    return None


def _top_layers(root: Path) -> tuple[_Layer, ...]:
    return _with_layer((), root, "", ".git/info/exclude")


def _with_layer(layers: tuple[_Layer, ...], root: Path, folder: str, source: str) -> tuple[_Layer, ...]:
    lines = _lines(root / source)
    return (*layers, _Layer(folder, source, lines, GitIgnoreSpec.from_lines(lines))) if lines else layers


def _lines(path: Path) -> tuple[str, ...]:
    """Read the patterns that are valid; a file that is none, is huge or cannot be read has none."""
    try:
        if not path.is_file() or path.stat().st_size > _MAX_IGNORE_FILE_BYTES:
            return ()
        text = path.read_text(encoding="utf-8", errors="surrogateescape")
    except OSError:
        return ()
    return tuple(line for line in text.splitlines() if _is_valid(line))


def _is_valid(line: str) -> bool:
    try:
        GitIgnoreSpec.from_lines([line])
    except ValueError:
        return False
    return True
