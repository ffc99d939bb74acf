"""Lines that name nothing but a redacted author are taken out of prompts and answers, with the empty comment that they leave."""

from __future__ import annotations

import pytest

from dataset_core.example import Example, Provenance
from dataset_core.quality.authors import without_authors


def _taken_out(text: str) -> str:
    return without_authors(Example("implement", "Write it.", text, "java", Provenance("A.java", "rule"))).completion


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("/**\n * A vet.\n *\n * @author <NAME>\n * @author <NAME>\n */\nclass Vet {}", "/**\n * A vet.\n */\nclass Vet {}"),
        ("/**\n * @author <NAME>\n */\nclass Vet {}", "class Vet {}"),
        (
            "/**\n * A vet.\n * @author <NAME> (and a note\n * that goes on)\n * @see B\n */\nclass A {}",
            "/**\n * A vet.\n * @see B\n */\nclass A {}",
        ),
        ("# Author: <NAME>\nx = 1", "x = 1"),
        ("// Created by <NAME> on 1 May\nlet x = 1", "let x = 1"),
        ("/** @param author <NAME> wrote it */\nvoid f() {}", "/** @param author <NAME> wrote it */\nvoid f() {}"),
        ('String author = "<NAME>";\n/**\n *\n */\nclass A {}', 'String author = "<NAME>";\n/**\n *\n */\nclass A {}'),
        ("/**\n * @author team\n */\nclass A {}", "/**\n * @author team\n */\nclass A {}"),
    ],
)
def test_only_lines_of_redacted_authors_go(text: str, expected: str) -> None:
    assert _taken_out(text) == expected


def test_prompts_lose_them_too() -> None:
    example = Example("implement", "Complete it:\n * @author <NAME>\nclass A", "class A {}", "java", Provenance("A.java", "rule"))
    assert without_authors(example).prompt == "Complete it:\nclass A"
