"""How prompts are worded."""

from __future__ import annotations

import pytest

from dataset_core.prompt_format import render


@pytest.mark.parametrize(
    ("component", "path", "words"),
    [
        ("the file `a.py`", "src/a.py", "Write the file `src/a.py`, replicating"),
        ("the file `a.py`", "a.py", "Write the file `a.py`, replicating"),
        ("the class `A`", "src/a.py", "Write the class `A` of `src/a.py`, replicating"),
    ],
)
def test_a_file_is_named_once(component, path, words):
    assert render("replicate", component=component, path=path, purpose="", outline="").startswith(words)
