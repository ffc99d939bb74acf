"""What the demo shows of the answers to the four prompts, without a model."""

from __future__ import annotations

import re

import pytest

from server.evaluation.four_prompts import FirstPrompt
from tests.demo_answers import Answer, answers_page, draw

PROMPT = FirstPrompt(
    "Draw <guests>", "erd", "mermaid", {"Guest": re.compile("guest", re.IGNORECASE), "Room": re.compile("room", re.IGNORECASE)}
)


def answer(text, language="mermaid", notes=(), before=""):
    return Answer(PROMPT, text, language, notes, before)


def test_a_refused_answer_is_shown_as_refused_with_its_reason():
    page = answers_page([answer("", "", ("Error: nothing that the parser accepts",), "I like <hotels>")], [None])
    assert "Refused" in page
    assert "Error: nothing that the parser accepts" in page
    assert "I like &lt;hotels&gt;" in page
    assert "<img" not in page
    assert page.count('class="bad"') == 3  # the answer and both checks


def test_checks_are_those_of_the_answer(tmp_path):
    page = answers_page([answer("erDiagram\n  GUEST {\n  }")], [tmp_path / "1-erd.mmd.png"])
    assert '<li class="good">Guest</li><li class="bad">Room</li>' in page
    assert '<img src="1-erd.mmd.png" alt="Draw &lt;guests&gt;">' in page


def test_code_is_text_on_the_page():
    page = answers_page([answer("class A<T> { int b = 1; }", "csharp")], [None])
    assert "&lt;" in page
    assert '<span class="keyword">class</span>' in page


def test_pictures_are_drawn_of_diagrams_and_pages(tmp_path):
    diagram, broken = tmp_path / "1-erd.mmd", tmp_path / "2-erd.mmd"
    diagram.write_text("erDiagram\n  GUEST ||--o{ RESERVATION : makes", "utf-8")
    broken.write_text("erDiagram\n  GUEST ||--", "utf-8")
    pictures = draw([diagram, broken], tmp_path)
    assert pictures.keys() == {diagram}
    assert pictures[diagram].read_bytes().startswith(b"\x89PNG")


def test_without_chromium_nothing_is_drawn(tmp_path, monkeypatch: pytest.MonkeyPatch):
    monkeypatch.delenv("CHROMIUM", raising=False)
    monkeypatch.setenv("PATH", str(tmp_path))
    assert draw([tmp_path / "1-erd.mmd"], tmp_path) == {}
