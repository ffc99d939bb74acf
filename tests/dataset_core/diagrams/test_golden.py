"""Small projects beside the diagrams that are made of them.

A case is a folder of sources; `expected.md` in it holds every question with its diagram. With `UPDATE_EXPECTED=1` in the environment
the files are written anew instead of compared: look at the difference before you keep it.
"""

from __future__ import annotations

import os
from pathlib import Path

import pytest

from dataset_core.diagrams import of_file, of_folder
from dataset_core.example import Example
from tests.memory_project import MemoryProject

CASES = sorted(path for path in (Path(__file__).parent / "cases").iterdir() if path.is_dir())


@pytest.mark.parametrize("case", CASES, ids=lambda case: case.name)
def test_diagrams_of_a_small_project(case: Path) -> None:
    expected = case / "expected.md"
    made = "\n".join(_shown(example) for example in examples_of(case))
    if os.environ.get("UPDATE_EXPECTED"):
        expected.write_text(made, "utf-8")
    assert made == expected.read_text("utf-8")


@pytest.mark.parametrize("case", CASES, ids=lambda case: case.name)
def test_no_two_prompts_are_equal(case: Path) -> None:
    prompts = [example.prompt for example in examples_of(case)]
    assert len(set(prompts)) == len(prompts) > 0
    assert all(prompts)


@pytest.mark.parametrize("case", CASES, ids=lambda case: case.name)
def test_provenance_leads_to_files_of_the_project(case: Path) -> None:
    views = project_of(case).views
    for example in examples_of(case):
        source = example.provenance
        assert example.kind.startswith("diagram.")
        assert example.kind == source.rule
        assert example.language == "mermaid"
        if example.kind != "diagram.architecture":
            assert views[source.path].facts.content_hash == source.content_hash
            assert 1 <= source.start_line <= source.end_line <= views[source.path].facts.n_lines
        assert set(source.context_paths) <= views.keys() - {source.path}


def project_of(case: Path) -> MemoryProject:
    files = {
        p.relative_to(case).as_posix(): p.read_text("utf-8") for p in sorted(case.rglob("*")) if p.is_file() and p.name != "expected.md"
    }
    return MemoryProject(files)


def examples_of(case: Path) -> list[Example]:
    project = project_of(case)
    of_files = [example for view in project.views.values() for example in of_file.examples(view, project)]
    folders = sorted({"", *(folder for folder, _ in project.folders())})
    return [*of_files, *(example for folder in folders for example in of_folder.examples(folder, project))]


def _shown(example: Example) -> str:
    where = f"{example.provenance.path}:{example.provenance.start_line}-{example.provenance.end_line}"
    context = "".join(f"\nWith {path}" for path in example.provenance.context_paths)
    return f"## {example.kind}, {where}{context}\n\n{example.prompt}\n\n````mermaid\n{example.completion}\n````\n"
