"""The files of a folder that no git can be asked about, with its `.gitignore` files obeyed (IO)."""

from __future__ import annotations

import os
from dataclasses import dataclass
from typing import TYPE_CHECKING

from pathspec import GitIgnoreSpec
from pathspec.pattern import RegexPattern

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator
    from pathlib import Path

_MAX_IGNORE_FILE_BYTES = 1_000_000
_FOLDER_GROUP = "ps_d"  # the group of pathspec's expressions that matches the slash after a folder


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
    patterns: tuple[tuple[str, RegexPattern], ...]
    spec: GitIgnoreSpec


def walk(root: Path, passes_over: Callable[[str], bool], on_unreadable: Callable[[str], None]) -> Iterator[str]:
    """Give every file below a folder that no `.gitignore` ignores; links are given, and not followed.

    Args:
        root: The project.
        passes_over: Whether a folder of this name is not worth walking into.
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
                if not passes_over(entry.name) and not _match(layers, f"{path}/"):
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
        relative = path[len(layer.folder) :]
        if layer.spec.check_file(relative).include is None:
            continue
        for line, pattern in reversed(layer.patterns):
            if _is_about(pattern, relative):
                return Ignored(layer.source, line) if pattern.include else None
    return None


def _is_about(pattern: RegexPattern, path: str) -> bool:
    """Tell whether a pattern matches a path itself and not only a folder above it.

    pathspec lets a pattern that matches a folder decide about all below it, which git does only for ignored folders:
    after `!docs`, a file `docs/a.log` is still ignored by an earlier `*.log`.
    """
    matches = pattern.regex.finditer(path) if pattern.regex else ()
    return any(not found.groupdict().get(_FOLDER_GROUP) or found.end(_FOLDER_GROUP) == len(path) for found in matches)


def _top_layers(root: Path) -> tuple[_Layer, ...]:
    return _with_layer((), root, "", ".git/info/exclude")


def _with_layer(layers: tuple[_Layer, ...], root: Path, folder: str, source: str) -> tuple[_Layer, ...]:
    lines = _lines(root / source)
    if not lines:
        return layers
    spec = GitIgnoreSpec.from_lines(lines)
    pairs = zip(lines, spec.patterns, strict=True)
    patterns = tuple((line, pattern) for line, pattern in pairs if isinstance(pattern, RegexPattern))
    return (*layers, _Layer(folder, source, patterns, spec))


def _lines(path: Path) -> tuple[str, ...]:
    """Read the patterns that are valid; a link, as for git, or a file that is huge or unreadable has none."""
    try:
        if path.is_symlink() or not path.is_file() or path.stat().st_size > _MAX_IGNORE_FILE_BYTES:
            return ()
        text = path.read_text(encoding="utf-8", errors="surrogateescape")
    except OSError:
        return ()
    return tuple(line for line in text.splitlines() if _is_valid(line))


def _is_valid(line: str) -> bool:
    """Tell whether a line is a pattern: neither blank nor malformed."""
    try:
        return len(GitIgnoreSpec.from_lines([line])) == 1
    except ValueError:
        return False
