"""What people point at, in the small projects beside this file."""

from __future__ import annotations

import re

import pytest

from dataset_core.diagrams.kept import digest_of, kept_in, with_source
from dataset_core.diagrams.of_this import Drawing, Focus, drawing_again, drawings_of_file, drawings_of_folder, focus_at
from tests.dataset_core.diagrams.test_golden import CASES, project_of
from tests.memory_project import MemoryProject

LIBRARY = next(case for case in CASES if case.name == "dotnet_library")


def _of(case, path: str, text: str = "") -> list[Drawing]:
    project = project_of(case)
    view = project.views[path]
    line = view.text[: view.text.index(text)].count("\n") + 1
    return drawings_of_file(view, project, focus_at(view, line) if text else Focus())


def test_an_entity_gives_its_erd_with_all_fields_of_itself_and_its_neighbours():
    first, *_ = _of(LIBRARY, "Models/Loan.cs", "class Loan")
    assert (first.kind, first.subject) == ("erd", "Loan")
    assert first.paths[0] == "Models/Loan.cs"
    assert set(first.paths) == {"Models/Loan.cs", "Models/Book.cs", "Models/Member.cs"}
    assert re.search(r"\bMember \S+--\S+ Loan\b", first.text)
    for field in ("Id PK", "BookId FK"):
        assert field in first.text


def test_a_method_gives_its_sequence_first_and_a_class_all_that_can_be_called():
    first, *_ = _of(LIBRARY, "Api/Controllers/LoansController.cs", "Lend(")
    assert (first.kind, first.subject) == ("sequence", "LoansController.Lend")
    assert "LoanService" in first.text
    whole = _of(LIBRARY, "Api/Controllers/LoansController.cs", "class LoansController")
    assert [drawing.kind for drawing in whole] == ["class", "sequence", "flowchart"]


def test_a_type_alone_is_drawn_too():
    project = MemoryProject({"src/clock.ts": "export class Clock {\n  now(): number {\n    return 1;\n  }\n}\n"})
    (only,) = drawings_of_file(project.views["src/clock.ts"], project, Focus())
    assert (only.kind, only.subject) == ("class", "Clock")
    assert "+now() number" in only.text


def test_nothing_is_cut_that_an_example_would_cut():
    fields = "\n".join(f"    public string Field{number} {{ get; set; }}" for number in range(80))
    text = f"public class Wide\n{{\n    public string Id {{ get; set; }}\n{fields}\n}}\n"
    project = MemoryProject({"Models/Wide.cs": text})
    drawings = drawings_of_file(project.views["Models/Wide.cs"], project, Focus())
    assert {drawing.kind for drawing in drawings} >= {"class"}
    assert all("Field79" in drawing.text for drawing in drawings)


def test_a_folder_shows_what_lies_below_it_and_the_project_its_architecture():
    project = project_of(LIBRARY)
    kinds = [drawing.kind for drawing in drawings_of_folder("", project)]
    assert kinds[:3] == ["erd", "class", "flowchart"]
    assert {path.partition("/")[0] for drawing in drawings_of_folder("Api", project) for path in drawing.paths} == {"Api"}


@pytest.mark.parametrize("case", CASES, ids=lambda case: case.name)
def test_every_drawing_is_found_again_by_its_kind_and_subject(case):
    project = project_of(case)
    for view in project.views.values():
        for drawing in drawings_of_file(view, project, Focus()):
            again = drawing_again(view, project, drawing.kind, drawing.subject)
            assert again is not None
            assert (again.kind, again.subject) == (drawing.kind, drawing.subject)
    assert project.views


@pytest.mark.parametrize("case", CASES, ids=lambda case: case.name)
def test_what_is_found_again_is_what_was_pointed_at(case):
    """Else a diagram would count as outdated from the moment that it is kept."""
    project = project_of(case)
    for view in project.views.values():
        for line in range(1, view.facts.n_lines + 1):
            for drawing in drawings_of_file(view, project, focus_at(view, line)):
                assert drawing_again(view, project, drawing.kind, drawing.subject) == drawing
    assert project.views


DRAWING = Drawing("erd", "Guest.Book", "erDiagram\n    A", ("src/my file.cs",))


def test_the_line_of_the_source_can_be_read_again():
    text = with_source(DRAWING, "src/my file.cs")
    (kept,) = kept_in(text)
    assert (kept.path, kept.subject, kept.kind, kept.digest) == ("src/my file.cs", "Guest.Book", "erd", digest_of(DRAWING))
    assert (kept.start, kept.end) == (0, 3)


def test_in_markdown_a_diagram_ends_at_its_fence():
    block = "\n".join(f"  {line}" for line in with_source(DRAWING, "a.cs").splitlines())
    text = f"# Guests\n\n- here\n\n  ```mermaid\n{block}\n  ```\n\n```mermaid\n{with_source(DRAWING, '')}\n```\nafter\n"
    first, second = kept_in(text)
    assert (first.start, first.end, first.indent) == (5, 8, "  ")
    assert (second.start, second.end, second.path) == (11, 14, "")


@pytest.mark.parametrize("line", ["%% mothertongue: source=a kind=erd", "%% something else", "%% mothertongue: kind=erd hash=00"])
def test_other_comments_are_left_alone(line):
    assert kept_in(f"{line}\nerDiagram\n") == []
