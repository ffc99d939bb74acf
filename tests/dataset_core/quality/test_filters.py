"""Examples that are dropped and look-alikes that are kept."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from dataset_core.example import Example, Provenance
from dataset_core.quality.filters import reason_to_drop
from dataset_core.toml_file import load_toml

FINE = "public async Task<Room> Find(string id)\n{\n    return await rooms.Find(id);\n}"


def example(completion: str, prompt: str = "Write it.") -> Example:
    return Example("implement", prompt, completion, "csharp", Provenance("a.cs", "test"))


@pytest.mark.parametrize(
    ("answer", "reason"),
    [
        ("", "empty answer"),
        ("{\n}", "trivial answer: nothing but brackets"),
        ("{\n    // nothing to do here, really\n}", "trivial answer: nothing but brackets"),
        ("// only words about what would be here", "trivial answer: nothing but comments"),
        ("    pass", "trivial answer: a single access or constant"),
        ("    ...", "trivial answer: a single access or constant"),
        ("{ get; set; }", "trivial answer: a single access or constant"),
        ("{ get; private set; }", "trivial answer: a single access or constant"),
        ("{\n    return this.veryLongNameOfAField;\n}", "trivial answer: a single access or constant"),
        ("=> _veryLongNameOfAPrivateField;", "trivial answer: a single access or constant"),
        ("self.value_of_the_room = value_of_the_room", "trivial answer: a single access or constant"),
        ("return a + b;", "answer shorter than 30 bytes"),
        ("x = compute(a, b)\n" * 251, "answer longer than 250 lines"),
        (FINE + "\n// TODO: paging", "placeholder: a note of something to do"),
        ("# FIXME later\n" + FINE, "placeholder: a note of something to do"),
        ("    throw new NotImplementedException();", "placeholder: an exception for something not implemented"),
        ("    raise NotImplementedError(self.name())", "placeholder: an exception for something not implemented"),
        ("throw new Error('Not implemented yet, sorry');", "placeholder: an exception for something not implemented"),
        ("fn run() -> Result<()> { todo!() } // run it", "placeholder: an exception for something not implemented"),
        ("int Beds()\n{\n    // todo: count\n    return 0;\n}", "placeholder: a note of something to do"),
        ('fun beds(room: Room): Int {\n    TODO("beds")\n}', "placeholder: a note of something to do"),
        ("class MyClass\n{\n    public string Name;\n}", "placeholder: a template with names that stand for any"),
        ("int Beds()\n{ /* left out */ }\nint Chairs;", "placeholder: a body that a prompt leaves out"),
        ("def beds(room: Room, wing: Wing) -> int:\n    ...", "trivial answer: a single access or constant"),
        ("function save() {\n  // Your code here\n}\nsave();", "placeholder: a placeholder"),
        ("<p>Lorem ipsum dolor sit amet, consetetur</p>", "placeholder: a placeholder"),
        (FINE + "\n// ...\n" + FINE, "placeholder: an elision in place of code"),
        ("x" + "y" * 1000 + " = compute(a)", "data: a line of over 1,000 characters"),
        ("values = [10, 22, 35, 48, 51, 66, 73, 84]", "data: over 30% digits"),
        ("значение = вычислить(первое, второе, третье)", "data: over 50% of the characters beyond ASCII"),
    ],
)
def test_dropped(answer: str, reason: str) -> None:
    assert reason_to_drop(example(answer)) == reason


@pytest.mark.parametrize(
    "answer",
    [
        FINE,
        "export class TodoItem {\n  todo: Todo;\n  state = 'TODO';\n}",
        "if not isinstance(other, Room):\n    return NotImplemented\nreturn self.name == other.name",
        "enum State\n{\n    TODO,\n    DOING,\n    DONE,\n}",
        "# Rooms\nclass Room:\n    name: str = ''\n",
        "#[derive(Debug)]\nstruct Room { name: String }",
        '#include <stdio.h>\nint main() { puts("x"); }',
        "stateDiagram-v2\n    TODO --> DOING\n    DOING --> DONE",
        "const all = [...rooms, ...guests.filter(g => g.id)];",
        ":host {\n  display: block;\n  padding: 16px 24px;\n}",
    ],
)
def test_kept(answer: str) -> None:
    assert reason_to_drop(example(answer)) is None


def test_every_placeholder_holds_one_of_its_words() -> None:
    rows = load_toml("quality/thresholds.toml")["example"]["placeholder"]
    assert all(any(word.strip(".!") in row["pattern"].lower() or word in "..." for word in row["words"]) for row in rows)


def test_an_answer_that_its_prompt_holds_is_dropped() -> None:
    assert reason_to_drop(example(FINE, f"Given\n\n{FINE}\n\nwrite it.")) == "the prompt holds the answer"
    assert reason_to_drop(example(FINE, "Given " + " ".join(FINE.split()))) == "the prompt holds the answer"


@given(st.text(), st.text())
def test_any_text_is_judged(prompt: str, answer: str) -> None:
    reason_to_drop(example(answer, prompt))


def test_patterns_do_not_run_away() -> None:
    for answer in ("/*" * 4000, "<!--" * 2000, " " * 8000, "this." * 1600, "{" * 8000, "//\n" * 200 + "/" * 7000):
        reason_to_drop(example(answer))
