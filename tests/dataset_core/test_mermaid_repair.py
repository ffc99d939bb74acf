"""Repairing diagrams, with the real parser."""

import pytest

from dataset_core.mermaid.parser import MermaidParser
from dataset_core.mermaid.repair import repaired


@pytest.fixture(scope="module")
def check():
    with MermaidParser() as parser:
        yield parser.check


VALID = "erDiagram\n    Guest ||--o{ Stay : has\n    Guest {\n        string name PK\n    }"


def test_a_valid_diagram_stays_as_it_is(check):
    found = repaired(VALID, check)
    assert (found.text, found.repairs) == (VALID, ())


@pytest.mark.parametrize(
    ("text", "kept", "repair"),
    [
        (VALID.removesuffix("\n    }"), "string name PK", "closed what was left open"),
        (VALID + "\n    Stay ||--", "string name PK", "left out line 6: Stay ||--"),
        ("erDiagram\n    A ||--o{ B : has\n    A ||--o{ ||--o{ C : x\n    B ||--o{ D : has", "D : has", "left out line 3"),
        ("sequenceDiagram\n    A->>B: Hello\n    alt found\n        B-->>A: Yes\n    else missing\n        B-->>A: No", "No", "closed"),
        ("flowchart LR\n    subgraph one [One]\n        a --> b\n        subgraph two [Two]\n            c --> d", "c --> d", "closed"),
        ("stateDiagram-v2\n    [*] --> Open\n    state Open {\n        [*] --> New", "New", "closed"),
    ],
)
def test_what_is_broken_goes_and_the_rest_stays(check, text, kept, repair):
    found = repaired(text, check)
    assert check([found.text]) == [None]
    assert kept in found.text
    assert any(repair in words for words in found.repairs)


@pytest.mark.parametrize(
    "text", ["", "erDiagram", "Here is your diagram:", "erDiagram\n" + "    )) ((\n" * 9, "flowchart LR\n    a --\n    b --\n    c --"]
)
def test_what_cannot_be_saved_is_refused(check, text):
    assert repaired(text, check) is None
