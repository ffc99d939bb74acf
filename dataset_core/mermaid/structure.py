"""What can be said of a Mermaid text without its parser: which kind of diagram it claims to be. Pure."""

from __future__ import annotations

import re

# The keywords that the parser of Mermaid 11 accepts at the start, for the kinds of diagrams that data sets hold.
_KEYWORDS = frozenset(
    [
        "erDiagram",
        "classDiagram-v2",
        "classDiagram",
        "sequenceDiagram",
        "stateDiagram-v2",
        "stateDiagram",
        "flowchart-elk",
        "flowchart",
        "graph",
        "gantt",
        "journey",
        "mindmap",
        "gitGraph",
        "C4Context",
        "C4Container",
        "C4Component",
        "C4Dynamic",
        "C4Deployment",
        "pie",
        "timeline",
        "quadrantChart",
        "requirementDiagram",
        "requirement",
        "sankey-beta",
        "sankey",
        "xychart-beta",
        "xychart",
        "block-beta",
        "block",
        "packet-",
        "beta",
        "packet",
        "kanban",
        "architecture-beta",
        "architecture",
        "radar-beta",
        "treemap-beta",
        "treemap",
        "zenuml",
    ]
)
_FRONT_MATTER = re.compile(r"\A\s*---[^\S\n]*\n.*?\n\s*---[^\S\n]*(?:\n|\Z)", re.DOTALL)
_FIRST_WORD = re.compile(r"[\w-]+")


def diagram_type(text: str) -> str | None:
    """The keyword of the first line after front matter, comments and directives; None where it is no kind of diagram."""
    for line in _FRONT_MATTER.sub("", text, count=1).splitlines():
        stripped = line.strip()
        if stripped and not stripped.startswith("%%"):
            word = _FIRST_WORD.match(stripped)
            return word[0] if word is not None and word[0] in _KEYWORDS else None
    return None
