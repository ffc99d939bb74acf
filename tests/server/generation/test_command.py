"""What `mothertongue generate` tells beside an answer."""

import pytest

from server.generation.generate import Generation
from server.inference.protocol import GenerationResult
from tests.server.console import call

RESULT = GenerationResult(text="", finish_reason="stop", n_prompt_tokens=1, n_cached_tokens=0, n_tokens=1)


@pytest.mark.parametrize(("subject", "is_told"), [("a zoo", True), ("a hotel booking system", False)])
def test_that_nothing_near_was_shown_is_told(tmp_path, monkeypatch, subject, is_told):
    made = Generation("erd", "erDiagram\n    A ||--o{ B : has", "mermaid", "complete", ("closed a block",), RESULT)
    monkeypatch.setattr("server.commands.generate.answer", lambda *_: made)
    outcome = call("generate", f"ERD for {subject}", "--project", tmp_path)
    assert outcome.output == f"{made.text}\n"
    assert "Note: repaired: closed a block" in outcome.errors
    assert ("was shown nothing near to this" in outcome.errors) == is_told
