"""Every kind of defect is found, at its line; a person's own artifacts join by the same checks."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from dataset_core.library.artifact import read_artifact
from dataset_core.library.library import FOLDER, load_folder, load_library
from dataset_core.library.problems import problems
from dataset_core.library.validation import sound, validate
from dataset_core.mermaid.parser import MermaidParser

GOOD = """\
---
title: Allotments and their tenants
---
%% domain: allotments
%% prompt: Draw an ERD of allotments, tenants and the water meter of each plot.
erDiagram
    TENANT ||--o{ PLOT : rents
    PLOT ||--|| METER : has
"""
TAKEN_TITLE = load_library()[0].title
BROKEN = [
    ("a.mmd", GOOD.replace("title: Allotments and their tenants", ""), 1, "the header needs one title, it has 0"),
    ("a.mmd", GOOD.replace("title: Allotments and their tenants", "title:"), 2, "the title has no text"),
    ("a.mmd", GOOD.replace("%% domain", "%% title: Another\n%% domain"), 4, "the header needs one title, it has 2"),
    ("a.mmd", GOOD.replace("%% domain: allotments\n", ""), 1, "the header needs one domain, it has 0"),
    ("a.mmd", GOOD.replace(": allotments", ": Allot ments"), 4, "domain 'Allot ments' is not lower-case words joined by hyphens"),
    ("a.mmd", GOOD.replace("%% prompt", "%% note"), 1, "the header needs 1 to 6 prompts, it has 0"),
    ("a.mmd", GOOD.replace("%% prompt", "\n".join(f"%% prompt: erd {n}" for n in range(6)) + "\n%% prompt"), 1, "it has 7"),
    ("a.mmd", GOOD.replace("erDiagram", "%% prompt:\nerDiagram"), 6, "a prompt without text"),
    ("a.mmd", GOOD.replace("Draw an ERD of", "Please show"), 5, "does not say that an entity-relationship diagram is wanted"),
    ("a.mmd", GOOD.replace("an ERD of", "an ERD. Generate an ERD for a hotel booking system:"), 5, "holds the evaluation prompt"),
    ("a.mmd", GOOD.replace("Allotments and their tenants", TAKEN_TITLE), 2, "the same title stands at library/"),
    (
        "a.mmd",
        GOOD.replace("erDiagram", "%% prompt: draw an erd of allotments, tenants and the water meter of each plot.\nerDiagram"),
        6,
        "the same prompt",
    ),
    ("a.mmd", GOOD.partition("erDiagram")[0], 6, "there is no content below the header"),
    ("a.mmd", GOOD.replace("erDiagram", "erdDiagram"), 6, "'erdDiagram' starts no kind of diagram"),
    ("a.mmd", GOOD.replace("||--o{", "||--o("), 6, "Mermaid refuses it"),
    ("a.mmd", GOOD.encode("utf-16"), 1, "the file is not UTF-8"),
    ("a.cs", "// title: A\n// domain: b\n// prompt: A class\npublic class A\n{\n    public int B(\n}\n", 6, "syntax error in csharp"),
    ("a.scss", "// title: A\n// domain: b\n// prompt: A style\n.a { color: red;\n", 4, "syntax error in scss"),
    ("a.md", "<!-- title: A -->\n<!-- domain: b -->\n<!-- prompt: API docs -->\n\n# A\n\n```json\n{}\n", 5, "a code fence is not closed"),
]


@pytest.fixture(scope="module")
def mermaid() -> Iterator[MermaidParser]:
    with MermaidParser() as parser:
        yield parser


@pytest.mark.parametrize("case", BROKEN, ids=lambda case: case[3])
def test_defects_are_found_at_their_line(tmp_path: Path, mermaid: MermaidParser, case: tuple[str, str | bytes, int, str]) -> None:
    name, text, line, message = case
    file = tmp_path / name
    file.write_bytes(text if isinstance(text, bytes) else text.encode())
    found = validate([file], mermaid.check)
    assert [problem for problem in found if message in problem.message and problem.line == line], list(map(str, found))
    assert all(problem.path == file.as_posix() for problem in found)


@pytest.mark.parametrize(
    "text",
    [
        GOOD,
        GOOD.replace("\n", "\r\n"),
        "\ufeff" + GOOD,
        GOOD.replace("erDiagram", "\nerDiagram"),
        GOOD.replace("title: A", 'title: "A').replace("tenants\n", 'tenants"\n', 1),
    ],
)
def test_sound_files_have_no_problem(tmp_path: Path, mermaid: MermaidParser, text: str) -> None:
    (tmp_path / "plots.mmd").write_bytes(text.encode())
    assert validate([tmp_path / "plots.mmd"], mermaid.check) == ()
    artifact = read_artifact(text.encode(), "mine/plots.mmd", licence="MIT", is_own=True)
    assert (artifact.kind, artifact.title, artifact.domain) == ("erd", "Allotments and their tenants", "allotments")
    assert artifact.text == GOOD[GOOD.index("erDiagram") :]


def test_the_products_own_files_are_judged_by_the_stricter_rules() -> None:
    artifact = read_artifact(GOOD.encode(), "library/erd/allotments.mmd", licence="Apache-2.0")
    messages = [problem.message for problem in problems([artifact])]
    assert messages == ["the header needs 3 to 6 prompts, it has 1", "domain 'allotments' is not one of domains.txt"]


def test_a_file_of_the_library_is_not_its_own_duplicate(mermaid: MermaidParser) -> None:
    file = next(FOLDER.glob("sequence/*.mmd"))
    assert validate([file], mermaid.check) == ()


def test_a_file_that_cannot_be_read_is_a_problem(tmp_path: Path, mermaid: MermaidParser) -> None:
    assert "cannot be read" in validate([tmp_path / "none.mmd"], mermaid.check)[0].message


def test_an_own_folder_joins_laid_out_or_flat(tmp_path: Path, mermaid: MermaidParser) -> None:
    flow = GOOD.replace("Allotments", "Hedges").replace("an ERD of allotments", "a flowchart of hedges").partition("erDiagram")[0]
    write(tmp_path, "diagrams/plots.mmd", GOOD)
    write(tmp_path, "diagrams/flowchart/hedges.mmd", f"{flow}flowchart LR\n    a[Plot] --> b[Hedge]\n")
    write(tmp_path, "diagrams/mower.cs", "// title: Mower\n// domain: allotments\n// prompt: A mower\npublic sealed class Mower;\n")
    write(tmp_path, "diagrams/broken.mmd", GOOD.replace("llotment", "lley").replace("||--o{", "||--o("))
    write(tmp_path, "diagrams/README.md", "# Our diagrams\n")
    write(tmp_path, "diagrams/.hidden/plots.mmd", GOOD)
    write(tmp_path, "diagrams/picture.png", "")
    accepted, found = sound(load_folder(tmp_path / "diagrams", licence="MIT"), mermaid.check)
    assert [(one.path, one.kind) for one in accepted] == [
        ("diagrams/flowchart/hedges.mmd", "flowchart"),
        ("diagrams/mower.cs", "code"),
        ("diagrams/plots.mmd", "erd"),
    ]
    assert {problem.path for problem in found} == {"diagrams/broken.mmd"}


def test_links_out_of_the_folder_are_not_followed(tmp_path: Path) -> None:
    write(tmp_path, "secret/plots.mmd", GOOD)
    write(tmp_path, "diagrams/inside.mmd", GOOD)
    (tmp_path / "diagrams/file.mmd").symlink_to(tmp_path / "secret/plots.mmd")
    (tmp_path / "diagrams/folder").symlink_to(tmp_path / "secret", target_is_directory=True)
    assert [one.name for one in load_folder(tmp_path / "diagrams")] == ["inside.mmd"]


def test_a_missing_folder_is_said_with_the_remedy(tmp_path: Path) -> None:
    with pytest.raises(NotADirectoryError, match="library_folder"):
        load_folder(tmp_path / "none")


def write(root: Path, name: str, text: str) -> None:
    (root / name).parent.mkdir(parents=True, exist_ok=True)
    (root / name).write_text(text, "utf-8")
