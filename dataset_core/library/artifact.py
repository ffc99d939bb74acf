"""One artifact: a file with a header of title, domain and prompts, and the content that answers them. Pure.

The header stands in comments of the file's own language; the format is described in `README.md` beside this module.
"""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import cache
from pathlib import PurePosixPath

from dataset_core import language
from dataset_core.source_file import content_hash
from dataset_core.toml_file import load_toml

# Languages that are no programming languages and so have no folder in `languages/`.
_PROSE = {".mmd": "mermaid", ".md": "markdown"}
_COMMENTS = {".mmd": ("%%", ""), ".md": ("<!--", "-->"), ".html": ("<!--", "-->")}
_KEY = re.compile(r"(title|domain|prompt)\s*:\s*(.*)")


@dataclass(frozen=True)
class Kind:
    """A row of `kinds.toml`, which says what its values mean."""

    name: str
    title: str
    family: str
    suffixes: tuple[str, ...]
    starts: tuple[str, ...]
    words: str


@dataclass(frozen=True)
class HeaderLine:
    """A line of the header, such as `%% domain: booking`; `line` is counted from 1."""

    key: str
    value: str
    line: int


@dataclass(frozen=True)
class Artifact:
    """An artifact as its file has it, complete or not; `problems` says what is wrong with it.

    Attributes:
        family: Of the kind, such as `erd` or `basics`.
        kind: A table of `kinds.toml`; empty where it cannot be told.
        name: Of the file.
        text: The answer that is learnt: the content without the header.
        language: Of the text: a language folder's name, `mermaid` or `markdown`; empty where nobody knows it.
        path: For people and provenance: `library/erd/booking-boutique-hotel.mmd`, or of a person's own file relative to the project.
        header: All lines of the header, as written.
        first_line: Of the text in the file, from 1.
        content_hash: Of the whole file.
        licence: SPDX identifier.
        is_own: Whether it is a person's own, not the product's.
    """

    family: str
    kind: str
    name: str
    text: str
    language: str
    path: str
    header: tuple[HeaderLine, ...]
    first_line: int
    content_hash: str
    licence: str
    is_own: bool = False

    @property
    def title(self) -> str:
        """What the artifact shows; empty where the header has none."""
        return next(iter(self.values("title")), "")

    @property
    def domain(self) -> str:
        """The business it belongs to, such as `booking`; empty where the header has none."""
        return next(iter(self.values("domain")), "")

    @property
    def prompts(self) -> tuple[str, ...]:
        """Requests that this artifact answers, in the order of the file."""
        return self.values("prompt")

    def values(self, key: str) -> tuple[str, ...]:
        """All values that the header has for a key."""
        return tuple(row.value for row in self.header if row.key == key)


@cache
def kinds() -> Mapping[str, Kind]:
    """All kinds of artifacts by name."""
    return {name: Kind(name=name, **row) for name, row in load_toml("library/kinds.toml").items()}


def read_artifact(data: bytes, path: str, *, licence: str, is_own: bool = False) -> Artifact:
    """Take a file apart. Never fails: what is missing is empty.

    Args:
        data: The bytes of the file; what is no UTF-8 is replaced by U+FFFD.
        path: See `Artifact`; the names of its folders tell the kind where they are names of kinds.
        licence: SPDX identifier.
        is_own: Whether it is a person's own.
    """
    file = PurePosixPath(path)
    suffix = file.suffix.lower()
    lines = data.decode("utf-8-sig", "replace").splitlines()
    header, first = _header(lines, suffix)
    text = "\n".join(lines[first:]).strip("\n") + "\n"
    kind = _kind(file, text)
    return Artifact(
        family=kinds()[kind].family if kind else "",
        kind=kind,
        name=file.name,
        text=text if text.strip() else "",
        language=_PROSE.get(suffix) or language.language_of(path) or "",
        path=path,
        header=header,
        first_line=first + 1,
        content_hash=content_hash(data),
        licence=licence,
        is_own=is_own,
    )


def _header(lines: Sequence[str], suffix: str) -> tuple[tuple[HeaderLine, ...], int]:
    """The lines of the header, and how many lines of the file come before the content."""
    front, position = _front_matter(lines) if suffix == ".mmd" else ([], 0)
    begin, end = _comment(suffix)
    rows = list(front)
    for number, line in enumerate(lines[position:], position + 1):
        inner = line.strip()
        if inner:
            if not (inner.startswith(begin) and inner.endswith(end)):
                break
            found = _KEY.fullmatch(inner[len(begin) : len(inner) - len(end)].strip())
            if found is None:
                break
            rows.append(HeaderLine(found[1], found[2].strip(), number))
        position = number
    return tuple(rows), position


def _front_matter(lines: Sequence[str]) -> tuple[list[HeaderLine], int]:
    """The title in Mermaid's front matter, https://mermaid.js.org/config/configuration.html#frontmatter-config."""
    if not lines or lines[0].strip() != "---":
        return [], 0
    rows: list[HeaderLine] = []
    for number, line in enumerate(lines[1:], 2):
        if line.strip() == "---":
            return rows, number
        key, _, value = line.partition(":")
        if key == "title":
            rows.append(HeaderLine("title", _unquoted(value.strip()), number))
    return [], 0


def _unquoted(value: str) -> str:
    is_quoted = len(value) > 1 and value[0] == value[-1] and value[0] in "'\""
    return value[1:-1] if is_quoted else value


def _comment(suffix: str) -> tuple[str, str]:
    """What starts and ends a comment in files of this suffix."""
    if suffix in _COMMENTS:
        return _COMMENTS[suffix]
    known = language.languages().get(language.language_of(f"x{suffix}") or "")
    return (known.line_comment.strip(), known.comment_end.strip()) if known else ("//", "")


def _kind(file: PurePosixPath, text: str) -> str:
    """By the nearest folder that names a kind, else by how a Mermaid text starts, else by the suffix."""
    suffix = file.suffix.lower()
    for folder in reversed(file.parent.parts):
        if folder in kinds():
            return folder
    if suffix == ".mmd":
        first = re.search(r"(?m)^\s*(?!%%)([\w-]+)", text)
        return next((name for name, kind in kinds().items() if first and first[1] in kind.starts), "")
    return next((name for name, kind in kinds().items() if suffix in kind.suffixes), "code")
