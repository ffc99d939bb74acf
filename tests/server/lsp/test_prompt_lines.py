import pytest

from server.lsp.inline_completions import InlineCompletions
from server.lsp.prompt_lines import PromptLine, completion_text, prompt_line
from server.protocol import GenerateResult

DIAGRAM = PromptLine("ERD for a hotel", "diagram", "")


def at_end(path, text, line):
    lines = text.splitlines(keepends=True)
    return prompt_line(path, lines, line, len(lines[line].rstrip("\n").encode("utf-16-le")) // 2)


@pytest.mark.parametrize(
    ("path", "text", "line", "expected"),
    [
        ("/a.mmd", "%% ERD for a hotel\n", 0, DIAGRAM),
        ("/a.mmd", "%% ERD for a hotel\nerDiagram\n", 0, None),
        ("/a.mmd", "%%{init: {}}%%\n", 0, None),
        ("/a.md", "# Title\n\n```mermaid\n%% ERD for a hotel\n```\n", 3, DIAGRAM),
        ("/a.md", "```mermaid\n%% ERD for a hotel", 1, DIAGRAM),
        ("/a.md", "```mermaid\n%% ERD for a hotel\n```\nText\n```mermaid\nerDiagram\n```\n", 1, DIAGRAM),
        ("/a.md", "```mermaid\nerDiagram\n%% ERD for a hotel\n```\n", 2, None),
        ("/a.md", "```python\n%% ERD for a hotel\n```\n", 1, None),
        ("/a.md", "%% ERD for a hotel\n", 0, None),
        ("/a.cs", "class A\n{\n    // mothertongue: cancel a booking\n}\n", 2, PromptLine("cancel a booking", "code", "    ")),
        ("/a.py", "# Mothertongue: cancel a booking\n", 0, PromptLine("cancel a booking", "code", "")),
        ("/a.html", "<!-- mothertongue: a list of guests -->\n", 0, PromptLine("a list of guests", "code", "")),
        ("/a.cs", "// cancel a booking\n", 0, None),
        ("/a.cs", "// mothertongue:\n", 0, None),
        ("/a.cs", 'var a = "// mothertongue: no";\n', 0, None),
    ],
)
def test_a_line_is_a_prompt_where_it_can_be_one(path, text, line, expected):
    assert at_end(path, text, line) == expected


def test_only_the_end_of_a_line_counts_in_utf16_units():
    lines = ["// mothertongue: 🏨 hotel"]
    assert prompt_line("/a.cs", lines, 0, 24) is None
    assert prompt_line("/a.cs", lines, 0, 25) == PromptLine("🏨 hotel", "code", "")
    assert prompt_line("/a.cs", lines, 7, 0) is None


def test_the_answer_is_indented_as_its_prompt():
    assert completion_text(PromptLine("x", "code", "  "), "a {\n\n  b\n}") == "\n  a {\n\n    b\n  }"


def test_answers_are_kept_for_a_while_and_no_more_than_some():
    now = [0.0]
    memory = InlineCompletions(now=lambda: now[0])
    answer = GenerateResult("erd", "erDiagram", "mermaid", "complete", (), tokens=3, first_token_ms=1.0, total_ms=2.0)
    memory.remember(("/", "", DIAGRAM), answer)
    now[0] = 299.0
    assert memory.answer(("/", "", DIAGRAM)) == answer
    now[0] = 301.0
    assert memory.answer(("/", "", DIAGRAM)) is None
    for number in range(40):
        memory.remember((str(number), "", DIAGRAM), answer)
    assert memory.answer(("7", "", DIAGRAM)) is None
    assert memory.answer(("8", "", DIAGRAM)) == answer


def test_what_was_shortened_last_is_known():
    memory = InlineCompletions()
    memory.changed("file:///a", was_shortened=True)
    assert memory.was_shortened("file:///a")
    memory.changed("file:///a", was_shortened=False)
    assert not memory.was_shortened("file:///a")
