"""How near a generated answer comes to the real one. Pure."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Collection

from rapidfuzz.distance import Levenshtein

_IDENTIFIER = re.compile(r"[^\W\d]\w*")
_ARROW = re.compile(
    r"^\s*(?P<left>[^\W\d]\w*(?:[.-]\w+)*)(?:\[[^\]]*\]|\([^)]*\)|\{[^}]*\}|:[LRTB])*\s*"
    r"(?:\"[^\"]*\"\s*)?(?:[|}o]{1,2}(?:--|\.\.)[|{o]{1,2}|<?\|?(?:--|\.\.|==|-\.)[^\s\w]*(?:\|[^|]*\|)?|-{1,2}[>x)]{1,2}|[*o]--)\s*"
    r"(?:\"[^\"]*\"\s*)?[+-]?(?:[LRTB]:)?(?P<right>[^\W\d]\w*(?:[.-]\w+)*)",
    re.MULTILINE,
)
_NODE = re.compile(
    r"^\s*(?:(?:participant|actor|class|service|state|database|group)\s+)?(?P<name>[^\W\d]\w*(?:[.-]\w+)*)\s*(?:[\[({]|$)", re.MULTILINE
)
_KEYWORDS = frozenset(
    [
        *("erdiagram", "classdiagram", "sequencediagram", "flowchart", "graph", "statediagram", "architecture-beta", "title", "section"),
        *("end", "alt", "opt", "loop", "else", "par", "and", "note", "subgraph", "autonumber", "activate", "deactivate"),
        *("direction", "tb", "lr", "td", "bt", "rl"),
    ]
)


def edit_similarity(answer: str, expected: str) -> float:
    """1 for equal texts, 0 for texts that share nothing: 1 - Levenshtein distance / length of the longer."""
    return float(Levenshtein.normalized_similarity(answer, expected))


def rambling(answer: str, expected: str) -> float:
    """How much worse the whole answer is than its best beginning, in edits per character of the real answer.

    0 for an answer that stopped in time. Beginnings end at line ends.
    """
    best = whole = Levenshtein.distance(answer, expected)
    place = answer.find("\n")
    while place != -1:
        best = min(best, Levenshtein.distance(answer[:place], expected))
        place = answer.find("\n", place + 1)
    return (whole - best) / max(1, len(expected))


def identifier_f1(answer: str, expected: str) -> float:
    """Harmonic mean of precision and recall of the names in both, counted as often as they stand there."""
    return _f1(Counter(_IDENTIFIER.findall(answer)), Counter(_IDENTIFIER.findall(expected)))


def node_f1(answer: str, expected: str) -> float:
    """Of the things that two Mermaid diagrams show."""
    return _f1(Counter(_nodes(answer)), Counter(_nodes(expected)))


def edge_f1(answer: str, expected: str) -> float:
    """Of the pairs that two Mermaid diagrams connect, whatever the direction and the label."""
    return _f1(Counter(_edges(answer)), Counter(_edges(expected)))


def _nodes(diagram: str) -> Collection[str]:
    ends = {end for pair in _edges(diagram) for end in pair}
    named = {match["name"] for match in _NODE.finditer(diagram)}
    return {name for name in ends | named if name.lower() not in _KEYWORDS}


def _edges(diagram: str) -> set[tuple[str, str]]:
    pairs = ((match["left"], match["right"]) for match in _ARROW.finditer(diagram))
    return {(min(pair), max(pair)) for pair in pairs}


def _f1(found: Counter[str] | Counter[tuple[str, str]], wanted: Counter[str] | Counter[tuple[str, str]]) -> float:
    if not found or not wanted:
        return float(found == wanted)
    common = sum((found & wanted).values())  # type: ignore[operator]
    return 2 * common / (sum(found.values()) + sum(wanted.values()))
