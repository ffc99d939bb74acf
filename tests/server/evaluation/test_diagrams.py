"""Held-out prompts for diagrams, answered by a process that says what it was told to; the parser is the real one."""

from __future__ import annotations

from pathlib import Path

import pytest

from dataset_core.formats import answer_of
from dataset_core.mermaid.parser import MermaidParser
from server.evaluation.diagrams import drawn, prompts_for_diagrams
from server.evaluation.held_out import HeldOutRow
from server.evaluation.result import ModelResult, measures
from server.generation.generate import Model
from server.inference.protocol import GenerationResult
from server.training.rows import Row

GOOD = "erDiagram\n  GUEST ||--o{ BOOKING : makes\n  BOOKING }o--|| ROOM : of"
BROKEN = GOOD + "\n  ROOM ||--"


class Recorded:
    """A generating process that answers freely with one text and under a grammar with another, and keeps what it was asked."""

    def __init__(self, free, constrained, finish_reason="stop"):
        self.free, self.constrained, self.finish_reason, self.requests = free, constrained, finish_reason, []

    def generate(self, request):
        self.requests.append(request)
        text = self.constrained if request.grammar else self.free
        return GenerationResult(text=text, finish_reason=self.finish_reason, n_prompt_tokens=1, n_cached_tokens=0, n_tokens=1)


@pytest.fixture(scope="module")
def parser():
    with MermaidParser() as parser:
        yield parser


def _row(answer):
    return HeldOutRow(Row("Draw it", answer), answer_of(answer), "composed")


@pytest.mark.parametrize(
    ("free", "constrained", "expected"),
    [
        (f"```mermaid\n{GOOD}\n```", GOOD, (True, True, True, True)),
        (f"```mermaid\n{BROKEN}\n```", BROKEN, (True, False, False, True)),
        (f"Here it is:\n```mermaid\n{GOOD}\n```", "", (False, False, False, False)),
    ],
)
def test_a_diagram_is_judged_free_and_under_the_grammar(parser, free, constrained, expected):
    process = Recorded(free, constrained)
    (diagram,) = drawn(process, parser, Model(Path("base.gguf")), [("Draw it", "erd")])
    assert (diagram.stopped, diagram.free, diagram.constrained, diagram.shown) == expected
    bound, unbound = process.requests
    assert bound.turns == unbound.turns
    assert bound.temperature == unbound.temperature == 0
    assert bound.answer_prefix == "```mermaid\n"
    assert (unbound.grammar, unbound.answer_prefix, unbound.stop) == ("", "", ())


def test_an_answer_that_was_cut_off_did_not_stop(parser):
    process = Recorded(f"```mermaid\n{GOOD}\n```", GOOD, "length")
    (diagram,) = drawn(process, parser, Model(Path("base.gguf")), [("Draw it", "erd")])
    assert not diagram.stopped
    found = measures(ModelResult(name="adapter", drawn=[diagram]))
    assert (found["valid without a grammar"], found["valid under the grammar"], found["stops exactly without a grammar"]) == (1, 1, 0)


def test_only_diagrams_that_have_a_grammar_are_asked_for():
    answers = [
        "```python\nx = 1\n```",
        f"```mermaid\n{GOOD}\n```",
        '```mermaid\npie\n  "a" : 1\n```',
        "```mermaid\nstateDiagram-v2\n  a --> b\n```",
    ]
    assert [kind for _, kind in prompts_for_diagrams([_row(answer) for answer in answers], 5)] == ["erd", "state"]
    assert len(list(prompts_for_diagrams([_row(answer) for answer in answers], 1))) == 1
