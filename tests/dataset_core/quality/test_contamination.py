"""What a model is evaluated on stays out of what it learns."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from dataset_core.quality.contamination import evaluation_prompts, reason_contaminated

LONG = "Draw the order of calls when a guest books a room online and pays by card"


@pytest.mark.parametrize("asked", evaluation_prompts())
def test_evaluation_prompts_are_found_in_any_dress(asked: str) -> None:
    assert reason_contaminated(f"Please: {asked.upper()}!", evaluation_prompts())
    assert reason_contaminated(asked.replace(" ", "\n  "), evaluation_prompts())


@pytest.mark.parametrize(
    "prompt",
    [
        "",
        "Generate an ERD for a hotel",
        "Generate an ERD for a hotel booking systematics",
        "Create a controller with MongoDB",
    ],
)
def test_other_prompts_pass(prompt: str) -> None:
    assert reason_contaminated(prompt, evaluation_prompts()) is None


def test_twelve_words_in_a_row_are_enough() -> None:
    words = LONG.split()
    assert reason_contaminated("Now: " + " ".join(words[2:14]) + " twice", [LONG])
    assert reason_contaminated("Now: " + " ".join(words[2:13]) + " twice", [LONG]) is None


def test_an_empty_evaluation_prompt_is_in_nothing() -> None:
    assert reason_contaminated("anything", ["", " !"]) is None


@given(st.text(), st.lists(st.text(), max_size=3))
def test_any_text_is_judged(prompt: str, asked: list[str]) -> None:
    reason_contaminated(prompt, asked)
