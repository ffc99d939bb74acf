"""Defects that were found by reading rows of real repositories, each with the smallest file that showed it."""

from __future__ import annotations

import pytest

from dataset_core.diagrams.blocks import Block, blocks_of
from dataset_core.diagrams.calls import Step
from dataset_core.diagrams.sequence import sequence_diagram
from dataset_core.sweep import test_cases as cases
from dataset_core.sweep.git_changes import changes_to_examples
from dataset_core.units import imports_text, with_hole
from dataset_core.variations import adapt, endpoints, implement, similar
from dataset_core.variations.context import member_code
from tests.dataset_core.sweep.test_git_changes import commit, language_of
from tests.memory_project import MemoryProject, alone

DOC = "/// Returns true for a haystack\n/// that was given.\n"
RUST = f"""use std::{{
    fs::File,
    io,
}};

{DOC}pub fn is_given() -> bool {{
    io::stdin();
    File::open("given").is_ok()
}}
"""


def test_lines_of_a_comment_stay_one_paragraph() -> None:
    view = MemoryProject({"src/a.rs": RUST}).views["src/a.rs"]
    assert view.facts.symbols[0].doc == "Returns true for a haystack\nthat was given."


def test_imports_are_whole_statements_at_the_top_level() -> None:
    text = RUST + "\nfn other() {\n    use std::env;\n}\n"
    assert imports_text(MemoryProject({"src/a.rs": text}).views["src/a.rs"]) == "use std::{ fs::File, io, };"


def test_the_hole_is_in_the_part_that_is_shown() -> None:
    functions = "\n\n".join(f"def test_{n}(\n    first, second\n):\n    assert first == second + {n}" for n in range(60))
    view = MemoryProject({"tests/test_a.py": functions}).views["tests/test_a.py"]
    assert "def test_50(\n    first, second\n):" in with_hole(view, view.facts.symbols[50], limit=600)


def test_comments_before_the_first_statement_are_no_signature() -> None:
    view = MemoryProject({"a.py": "class Shop:\n    # Constants:\n    OPEN = 1\n"}).views["a.py"]
    assert view.facts.symbols[0].signature == "class Shop:"


@pytest.mark.parametrize("end", [", closes", ", closes #12", " - refs #1, #2"])
def test_what_a_commit_closes_is_no_instruction(end: str) -> None:
    (example,) = changes_to_examples(commit(f"Fix the jump menu of pages{end}"), language_of, "MIT")
    assert "Rooms.cs`: Fix the jump menu of pages\n" in example.prompt


def test_a_patched_name_is_no_endpoint() -> None:
    text = '@mock.patch("shutil.which")\ndef test_a(which):\n    pass\n\n\n@app.get("/rooms")\ndef rooms():\n    pass\n'
    project = MemoryProject({"a.py": text})
    assert [endpoint.text for endpoint in endpoints.endpoints_of(project.views["a.py"], project)] == ["GET /rooms"]


def test_a_subject_of_one_word_is_called_by_its_test() -> None:
    body = "        self.bytes.iter().filter(|byte| byte.is_ascii()).count()\n"
    text = (
        f"impl Lines {{\n    pub fn buffer(&self) -> usize {{\n{body}    }}\n}}\n\n#[test]\nfn buffer_is_limited() {{\n"
        '    let lines = Lines::new(b"homer marge bart lisa maggie");\n    assert_eq!(lines.len(), 28, "the whole text");\n}\n'
    )
    project = MemoryProject({"src/a.rs": text, "src/b.rs": text.replace("lines.len()", "lines.buffer()")})
    found = {}
    for path, view in project.views.items():
        (case,) = cases.test_cases(view)
        found[path] = cases.subject_of(view, case, project, 1_000)
    assert found["src/a.rs"] is None
    assert found["src/b.rs"] is not None


def test_branches_of_one_condition_are_drawn_as_alternatives() -> None:
    body = "\n    if ready():\n        first.go()\n    else:\n        second.go()\n"
    one, other = blocks_of(body, "python")
    assert one.chain == other.chain == one.start
    steps = [Step("A", "B", "go()", "", blocks=(one,)), Step("A", "C", "go()", "", blocks=(other,)), Step("A", "B", "stop()", "")]
    drawn = [line.strip() for line in sequence_diagram("A", steps).split("\n")]
    assert drawn[4:9] == ["alt ready()", "A->>B: go()", "else otherwise", "A->>C: go()", "end"]
    alone = [line.strip() for line in sequence_diagram("A", [steps[1], steps[2], Step("A", "D", "end()", "")]).split("\n")]
    assert "opt not (ready())" in alone


def test_an_error_is_no_branch_of_a_condition() -> None:
    blocks = blocks_of("\n    try:\n        a()\n    except ValueError:\n        b()\n    else:\n        c()\n", "python")
    assert [block.chain for block in blocks] == [-1, -1]
    assert all(isinstance(block, Block) for block in blocks)


def test_a_field_keeps_the_comma_that_closes_it() -> None:
    view = MemoryProject({"a.rs": "struct A {\n    one: u8,\n    two: String,\n}\n"}).views["a.rs"]
    assert [member_code(view, field) for field in view.facts.children(0)] == ["one: u8,", "two: String,"]


@pytest.mark.parametrize(
    ("path", "text"),
    [
        # A type of another crate, a literal, a poem, and a word of the trade.
        ("tests/util.rs", "use regex::{Matched, Builder};\n\nstruct MatchedText {\n    one: Matched,\n    two: Vec<Matched>,\n}\n"),
        ("tests/a.py", "def test_operations():\n    assert run(None, None, None, None, None) is None\n"),
        ("tests/hay.rs", 'const POEM: &str = "\nFor the Doctor Watsons of this world, not the Holmeses,\nbut Doctor Watson was out";\n'),
        ("examples/walk.rs", "enum Entry {\n    X(walkdir::Entry),\n    Y(ignore::Entry),\n}\n"),
        ("url.py", "class Url:\n    def url(self, base_url):\n        return base_url + self.url_path\n"),
    ],
)
def test_what_is_no_entity_is_not_renamed(path: str, text: str) -> None:
    project = MemoryProject({path: text})
    assert list(adapt.examples(project.views[path], project)) == []


def test_a_language_of_underscores_keeps_them() -> None:
    assert adapt.rename("def ds_write_query(query):\n    return query.to_row()", "Query", "LabResult")[0] == (
        "def ds_write_lab_result(lab_result):\n    return lab_result.to_row()"
    )


def test_a_file_of_constants_is_no_pattern_for_functions() -> None:
    files = {"tests/a.rs": '#[test]\nfn works() {\n    assert!(run("a").is_ok());\n}\n', "tests/hay.rs": "mod util;\nmod other;\n"}
    project = MemoryProject(files)
    assert list(similar.examples(project.views["tests/a.rs"], project)) == []


def test_lines_without_any_name_are_not_asked_for() -> None:
    calls = "\n\n".join(f'rgtest!(case_{n}, |dir: Dir, mut cmd: Command| {{\n    dir.create("foo", "bar{n}");\n}});' for n in range(60))
    made = alone("tests/feature.rs", "use crate::util::Dir;\n\n" + calls)
    assert not any(row.kind == "generate" and "lines " in row.prompt for row in made)


def test_a_broken_file_gives_only_answers_that_parse() -> None:
    text = '{{ header("a") }}<?xml ...>\n<p class="some long text">More of it\n'
    assert alone("pages/atom.html", text) == []


def test_a_body_that_the_prompt_tells_is_not_asked_for() -> None:
    text = 'def top_table(datasette, request, database):\n    """HTML to include at the top of the page of a table"""\n'
    assert not [row for row in alone("a.py", text) if row.kind == "body"]


def test_a_body_comes_with_the_imports_that_it_needs() -> None:
    head = "import json\nimport os\nfrom shop import Request\n\n\n"
    text = f"{head}def load(path):\n    request = Request(path)\n    return json.loads(request.text)\n"
    (row,) = [row for row in alone("a.py", text) if row.kind == "body"]
    assert "import json\nfrom shop import Request\n" in row.prompt
    assert "import os" not in row.prompt


def test_of_variants_for_platforms_none_is_asked_for() -> None:
    body = "{\n    let mut out = Vec::new();\n    out.extend(path.as_bytes());\n    out\n}\n"
    head = "pub fn hyperlink_of(path: &str) -> Vec<u8> "
    test = "#[test]\nfn hyperlink_of_a_file() {\n"
    test += '    let found = hyperlink_of("C:/dir/file.txt");\n    assert_eq!(found.len(), 15, "all");\n}\n'
    once, twice = (f"#[cfg(unix)]\n{head}{body}\n", f"#[cfg(windows)]\n{head}{body.replace('path', 'path.trim()')}\n")
    project = MemoryProject({"src/a.rs": once + test, "src/b.rs": once + twice + test})
    asked = {p: [row.prompt.split("`")[1] for row in implement.examples(view, project)] for p, view in project.views.items()}
    assert "hyperlink_of" in asked["src/a.rs"]
    assert "hyperlink_of" not in asked["src/b.rs"]
    subjects = {p: cases.subject_of(view, cases.test_cases(view)[0], project, 1_000) for p, view in project.views.items()}
    assert subjects["src/a.rs"] is not None
    assert subjects["src/b.rs"] is None
