"""What the cross-file stage may ask of the project. Every answer is recorded, so that a change invalidates exactly what used it.

Keys of what was asked (see `store` for how they turn units stale):

| key | turns stale when |
|---|---|
| `file:PATH` | the text of the file changes, or it comes or goes |
| `declares:NAME` | a declaration of this name comes, goes or changes its signature |
| `mentions:NAME` | a file starts or stops to mention the name |
| `neighbour:PATH` | the nearest files of the same role change |
| `folder:FOLDER` | the surface of a file in it changes (not of its sub-folders) |
| `folders` | the surface of any file changes |
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from functools import cached_property
from typing import Protocol

from dataset_core.facts import FileFacts, Symbol, main_symbol


@dataclass(frozen=True)
class FileView:
    """A file as the cross-file stage sees it: its facts and its text, without a tree."""

    facts: FileFacts
    text: str

    @cached_property
    def data(self) -> bytes:
        """The text in UTF-8, in which the facts' offsets count."""
        return self.text.encode("utf-8")

    @property
    def path(self) -> str:
        """Relative to the project."""
        return self.facts.path

    @property
    def language(self) -> str:
        """Of the file."""
        return self.facts.language

    @cached_property
    def main(self) -> Symbol | None:
        """The definition that the file is about."""
        return main_symbol(self.facts)

    def slice(self, start: int, end: int) -> str:
        """The text between two byte offsets."""
        return self.data[start:end].decode("utf-8", "replace")

    def code(self, symbol: Symbol) -> str:
        """A definition with its documentation, its first line's indentation taken off all lines."""
        line_start = self.data.rfind(b"\n", 0, symbol.start) + 1
        indent = self.data[line_start : symbol.start]
        text = self.slice(symbol.start, symbol.end)
        return dedent(text, indent.decode("utf-8", "replace")) if not indent.strip() else text


class ProjectView(Protocol):
    """The project around a file, as it stands in the store."""

    def view(self, path: str) -> FileView | None:
        """A file by its path, or None."""

    def declaring(self, name: str, near: str = "") -> FileView | None:
        """The file that declares a top-level definition of this name: of several, the one whose path shares most with `near`."""

    def signature(self, name: str, near: str = "") -> tuple[str, str] | None:
        """Path and outline (signatures without bodies, at most some 600 bytes) of a top-level definition; asks less than `declaring`."""

    def home(self, name: str, near: str = "") -> str | None:
        """Path of the file that `declaring` gives; asks for less, and shows nothing of the file."""

    def mentioning(self, name: str, near: str = "", role: str = "", limit: int = 5) -> tuple[str, ...]:
        """Paths of files that mention a name without declaring it, nearest first, optionally of one role (a prefix such as `dotnet-`)."""

    def sibling(self, path: str) -> FileView | None:
        """The nearest other file of the same role."""

    def in_folder(self, folder: str, role: str = "") -> tuple[FileView, ...]:
        """The files directly in a folder, by path; optionally of one role (a prefix)."""

    def roles_by_folder(self) -> Mapping[str, Mapping[tuple[str, str], int]]:
        """Folder → (language, role) → number of its files; for the diagrams of the project as a whole."""

    def dependencies_between_folders(self) -> list[tuple[str, str, int]]:
        """Source folder, target folder, and how many times a file of the one mentions a name that only the other declares."""


def dedent(text: str, indent: str) -> str:
    """Take an indentation off every line but the first, which stands without it already."""
    return text.replace("\n" + indent, "\n") if indent else text
