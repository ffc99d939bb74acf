"""The parser answers for every diagram, whatever becomes of the process behind it."""

from __future__ import annotations

from pathlib import Path

import pytest

from dataset_core.mermaid.parser import MermaidParser, MermaidUnavailableError
from dataset_core.mermaid.structure import diagram_type

# Answers as the real parser does; `hang` never, `die` by ending.
FAKE = """
import { createInterface } from "node:readline";
for await (const line of createInterface({ input: process.stdin })) {
  const { id, text } = JSON.parse(line);
  if (text === "hang") while (true);
  if (text === "die") process.exit(3);
  console.log(JSON.stringify(text === "bad" ? { id, error: "line 1: bad" } : { id, kind: "flowchart" }));
}
"""


@pytest.fixture
def fake(tmp_path: Path) -> Path:
    script = tmp_path / "fake.mjs"
    script.write_text(FAKE, encoding="utf-8")
    return script


def test_the_real_parser_accepts_and_refuses() -> None:
    seen: list[int] = []
    with MermaidParser() as parser:
        good, bad, titled = parser.check(
            ['pie\n  "a" : 1', "erDiagram\n  A {", "---\ntitle: A title\n---\n%% a comment\nflowchart LR\n  a --> b"], seen.append
        )
        assert (good, titled) == (None, None)
        assert bad is not None
        assert "line 2" in bad
        assert parser.check([]) == []
    assert seen == [1, 2, 3]


def test_answers_stand_in_order_for_many_diagrams(fake: Path) -> None:
    texts = ["bad" if number % 7 == 0 else f"{number} " + "x" * 5_000 for number in range(500)]
    with MermaidParser(script=fake) as parser:
        errors = parser.check(texts)
    assert [error is not None for error in errors] == [text == "bad" for text in texts]


def test_a_diagram_without_an_answer_is_an_error_of_that_diagram_alone(fake: Path) -> None:
    with MermaidParser(script=fake, timeout_s=1.0) as parser:
        errors = parser.check(["a", "hang", "b", "die", "bad", "c"])
    assert [error is None for error in errors] == [True, False, True, False, False, True]
    assert "no answer" in errors[1]


def test_without_node_the_message_says_what_to_install() -> None:
    with (
        pytest.raises(MermaidUnavailableError, match=r"(?s)no program 'no-such-node'.*install Node\.js"),
        MermaidParser(node="no-such-node"),
    ):
        pass


def test_without_the_packages_the_message_names_the_missing_one(tmp_path: Path) -> None:
    script = tmp_path / "parse.mjs"
    script.write_text('import "no-such-package";', encoding="utf-8")
    with pytest.raises(MermaidUnavailableError, match=r"(?s)no-such-package.*npm install"), MermaidParser(script=script):
        pass


@pytest.mark.parametrize(
    ("text", "found"),
    [
        ("erDiagram\n A", "erDiagram"),
        ("---\ntitle: x\n---\n%% note\n%%{init: {}}%%\nflowchart LR", "flowchart"),
        ("stateDiagram-v2", "stateDiagram-v2"),
        ("graph;", "graph"),
        ("a diagram of things", None),
        ("", None),
        ("%% only a comment", None),
    ],
)
def test_the_kind_is_told_without_the_parser(text: str, found: str | None) -> None:
    assert diagram_type(text) == found
