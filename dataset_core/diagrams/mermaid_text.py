"""Names and labels as Mermaid can read them; what the text kinds of all diagrams share.

Identifiers are ASCII words, because every diagram kind takes those; the true name stands in the label beside it where the two differ.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterable, Mapping

MAX_LABEL = 60
MAX_MESSAGE = 80
# Of a diagram that is drawn whole, for a person and not as an answer to learn: Mermaid itself refuses texts beyond 50,000 characters.
WHOLE_BYTES = 40_000
INDENT = "    "
# Words that some diagram kind takes for its own, whatever stands around them.
_RESERVED = frozenset(
    [
        "__proto__", "activate", "actor", "alt", "and", "as", "autonumber", "box", "break", "call", "callback",
        "class", "classdef", "classdiagram", "click", "constructor", "create", "critical", "cssclass", "deactivate",
        "default", "destroy", "direction", "else", "end", "entity", "erdiagram", "flowchart", "graph", "href",
        "interpolate", "link", "links", "linkstyle", "loop", "many", "namespace", "note", "one", "only", "opt",
        "option", "optionally", "o", "over", "par", "participant", "properties", "prototype", "rect", "sequencediagram",
        "state", "style", "subgraph", "title", "to", "u", "x", "zero",
    ]
)  # fmt: skip


def identifier(name: str) -> str:
    """A word that every diagram kind takes as a node's name."""
    ascii_name = unicodedata.normalize("NFKD", name).encode("ascii", "ignore").decode()
    word = re.sub(r"\W+", "_", ascii_name).strip("_")[:MAX_LABEL]
    if not word or not word[0].isalpha():
        word = f"n_{word}".rstrip("_")
    return f"{word}_" if word.lower() in _RESERVED else word


def identifiers(names: Iterable[str]) -> Mapping[str, str]:
    """An identifier of its own for each name, in the order of the names: two names never share one."""
    found: dict[str, str] = {}
    taken: set[str] = set()
    for name in names:
        if name in found:
            continue
        base = chosen = identifier(name)
        number = 2
        while chosen.lower() in taken:
            chosen = f"{base}_{number}"
            number += 1
        taken.add(chosen.lower())
        found[name] = chosen
    return found


def label(text: str, limit: int = MAX_LABEL) -> str:
    """Text for a place between double quotes, on one line."""
    plain = shorten(_printable(text), limit).replace("\\", "/").replace("`", "'").replace('"', "'")
    return re.sub(r"#(?=\w+;)", "", plain.replace("%", "")).replace("<", "#lt;").replace(">", "#gt;")


def message(text: str, limit: int = MAX_MESSAGE) -> str:
    """Text for the end of a line, such as a message of a sequence diagram or the label of a relation."""
    plain = shorten(_printable(text), limit).replace(";", ",").replace("#", "").replace("%%", "%")
    return " ".join(re.sub(r"[<>\\`\"]", "", plain).split()) or "-"


def word(text: str, fallback: str = "any") -> str:
    """One token for a type or a field of an ERD: letters, digits, underscores and the brackets of a list."""
    ascii_text = unicodedata.normalize("NFKD", text).encode("ascii", "ignore").decode()
    many = ascii_text.endswith("[]")
    token = re.sub(r"\W+", "_", ascii_text).strip("_")[:MAX_LABEL]
    if not token:
        token = fallback
    if not token[0].isalpha():
        token = f"{fallback}_{token}"
    return f"{token}[]" if many else token


def is_reserved(text: str) -> bool:
    """Whether a word means something to a diagram kind, so that it has to stand in quotes."""
    return text.lower() in _RESERVED


def shorten(text: str, limit: int) -> str:
    """At most `limit` characters, cut between words where that loses little, the cut marked by an ellipsis."""
    if len(text) <= limit:
        return text
    cut = text[: limit - 1]
    at_word = cut.rpartition(" ")[0]
    return f"{at_word if len(at_word) > limit // 2 else cut}…".replace(",…", "…")


def _printable(text: str) -> str:
    return " ".join("".join(c if c.isprintable() else " " for c in text).split())
