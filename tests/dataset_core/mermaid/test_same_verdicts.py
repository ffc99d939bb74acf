"""The parser that ships is Mermaid made faster: it must say of every diagram exactly what Mermaid itself says."""

from __future__ import annotations

import random
from pathlib import Path

import pytest

from dataset_core.library.library import load_library
from dataset_core.mermaid.parser import MermaidParser
from dataset_core.mermaid.structure import diagram_type

UNCHANGED = Path(__file__).with_name("unchanged.mjs")
CLASS_DIAGRAM = """classDiagram
    direction LR
    class Room~T~ {
        <<entity>>
        +string number
        -List~Night~ nights
        +book(from: Date, to: Date) Booking
    }
    Room "1" *-- "many" Night : holds
    note for Room "sold by number"
    class Night["One night"]
"""
# What a browser would have a say in: markup, scripts and links in labels, and a colour that there is not.
MARKUP = (
    "sequenceDiagram\n    box Aqua Front desk\n    participant A\n    end\n    A->>B: <b>keys</b> <img src=x onerror=alert(1)>",
    "sequenceDiagram\n    box nocolour Front desk\n    participant A\n    end\n    A->>B: keys",
    'flowchart LR\n    a["<script>alert(1)</script>"] --> b["`**bold**`"]\n    click a href "javascript:alert(1)"',
    "classDiagram\n    class `<script>x</script>`\n    Room : +book(<i>from</i>)",
    "stateDiagram-v2\n    s1: <b>kept</b>\n    s1 --> s2 : <style>*{}</style>",
    "mindmap\n    root((rooms<br/>and beds))\n        <iframe>view</iframe>",
    "kanban\n    todo[<b>Clean</b>]\n        one[Room 3]@{ ticket: 1 }",
    'C4Context\n    Person(guest, "<i>Guest</i>")',
    'gitGraph\n    commit id: "<b>one</b>"',
)
# Each breaks a sound diagram in another place; what becomes of it is Mermaid's to say.
BREAKS = (
    lambda text, at: text[:at],
    lambda text, at: text[:at] + text[at + 1 :],
    lambda text, at: text[:at] + "}" + text[at:],
    lambda text, at: text[:at] + '"' + text[at:],
    lambda text, at: text[:at] + " --> " + text[at:],
    lambda text, at: text[:at] + "<script>x</script>" + text[at:],
)


def diagrams() -> list[str]:
    """Two sound ones of each kind in the library and those above, and each of them broken in every way."""
    by_kind: dict[str, list[str]] = {"": [CLASS_DIAGRAM, *MARKUP]}
    for artifact in load_library():
        kind = diagram_type(artifact.text)
        if kind is not None and len(by_kind.setdefault(kind, [])) < 2:
            by_kind[kind].append(artifact.text)
    draw = random.Random(5)
    sound = [text for texts in by_kind.values() for text in texts]
    return [*sound, *(break_(text, draw.randrange(20, len(text))) for text in sound for break_ in BREAKS)]


@pytest.fixture(scope="module")
def verdicts() -> list[tuple[str, str | None, str | None]]:
    texts = diagrams()
    with MermaidParser() as shipped, MermaidParser(script=UNCHANGED) as unchanged:
        return list(zip(texts, shipped.check(texts), unchanged.check(texts), strict=True))


def test_the_words_are_those_of_mermaid(verdicts) -> None:
    assert [row for row in verdicts if row[1] != row[2]] == []


def test_sound_and_broken_diagrams_of_many_kinds_were_asked(verdicts) -> None:
    kinds = {diagram_type(text) for text, *_ in verdicts}
    n_refused = sum(error is not None for _, error, _ in verdicts)
    assert len(kinds) >= 10
    assert 20 <= n_refused <= len(verdicts) - 20


def test_the_faster_way_fits_the_mermaid_that_is_installed() -> None:
    """Otherwise `parse.mjs` falls back to an unchanged Mermaid, which is right but takes many times as long for class diagrams."""
    from dataset_core.mermaid import parser

    text = parser._SCRIPT.with_name("copy_once.mjs").read_text("utf-8")
    (copy,) = [line.partition('"')[2].rpartition('"')[0] for line in text.splitlines() if line.startswith("const COPY = ")]
    installed = parser._SCRIPT.parents[2] / "node_modules" / "mermaid" / "dist" / "mermaid.js"
    assert installed.read_text("utf-8").count(copy) == 1
