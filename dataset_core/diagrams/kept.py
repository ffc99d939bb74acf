"""Diagrams that people keep in their files, with a line that says what code they show.

`%% mothertongue: source=src/Reservation.cs#Reservation kind=erd hash=3f2a91c05d7e`, a comment of Mermaid's. `source` is a path relative to
the project, percent-encoded, with the definition behind `#` where the diagram is of one; `hash` is of the text that was computed then, so
that a diagram is as good as new exactly when the code gives the same text today, whatever somebody has changed in it by hand.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from hashlib import blake2b
from urllib.parse import quote, unquote

from dataset_core.diagrams.of_this import Drawing

_HASH_BYTES = 6
_LINE = re.compile(r"^(\s*)%%\s*mothertongue:\s*source=([^\s#]*)(?:#(\S*))?\s+kind=(\w+)\s+hash=([0-9a-f]+)\s*$")
_OPENING = re.compile(r"^\s*(`{3,}|~{3,}|:{3,})\s*\{?mermaid\b")
_FENCE = re.compile(r"^\s*(`{3,}|~{3,}|:{3,})\s*$")


@dataclass(frozen=True)
class Kept:
    """A diagram in a document.

    Attributes:
        path: Of the file or folder that it shows, relative to the project.
        subject: The definition in it; empty for all of it.
        kind: Of the diagram.
        digest: Of the text that was computed then.
        start: Its first line, which is the one that names the source, counted from 0.
        end: The line after its last one.
        indent: What stands before that first line.
    """

    path: str
    subject: str
    kind: str
    digest: str
    start: int
    end: int
    indent: str


def with_source(drawing: Drawing, path: str) -> str:
    """The text of a drawing of `path` behind the line that says so."""
    subject = f"#{quote(drawing.subject, safe='.')}" if drawing.subject else ""
    return f"%% mothertongue: source={quote(path)}{subject} kind={drawing.kind} hash={digest_of(drawing)}\n{drawing.text}"


def digest_of(drawing: Drawing) -> str:
    """Twelve hexadecimal digits."""
    return blake2b(drawing.text.encode(), digest_size=_HASH_BYTES).hexdigest()


def kept_in(text: str) -> list[Kept]:
    """The diagrams of a Mermaid file or of a Markdown document that name their source, from the top."""
    lines = text.splitlines()
    found = [(number, match) for number, line in enumerate(lines) if (match := _LINE.match(line)) is not None]
    return [
        Kept(unquote(path), unquote(subject or ""), kind, digest, number, _end(lines, number), indent)
        for number, match in found
        for indent, path, subject, kind, digest in [match.groups()]
    ]


def _end(lines: Sequence[str], start: int) -> int:
    """The closing fence of the block that a line stands in; the end of the file where it stands in none."""
    is_fenced = False
    for line in lines[:start]:
        is_fenced = _OPENING.match(line) is not None or (is_fenced and _FENCE.match(line) is None)
    rest = range(start, len(lines))
    return next((number for number in rest if is_fenced and _FENCE.match(lines[number])), len(lines))
