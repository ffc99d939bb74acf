"""What a person adds: files, folders and selections are read as they are now, and give examples that stay."""

from __future__ import annotations

from pathlib import Path

import pytest

from dataset_core import project
from dataset_core.additions import AdditionError, additions_of
from dataset_core.settings import Settings

SOURCE = '''import math


def nights(hours):
    """Nights of a stay."""
    return math.ceil(hours / 24)


class Stay:
    """A guest in a room."""

    def __init__(self, guest, room):
        self.guest = guest
        self.room = room

    def label(self):
        return f"{self.guest} in {self.room}"
'''


@pytest.fixture
def root(tmp_path: Path) -> Path:
    for path in ("project/src/stay.py", "project/src/again/stay.py", "elsewhere/stay.py"):
        (tmp_path / path).parent.mkdir(parents=True, exist_ok=True)
        (tmp_path / path).write_text(SOURCE, "utf-8")
    (tmp_path / "project/src/notes.txt").write_text("words", "utf-8")
    (tmp_path / "project/rates.py").write_text("RATES = {\n    1: 80,\n}\n", "utf-8")
    return tmp_path / "project"


def test_a_file_is_named_by_its_path_in_the_project(root: Path) -> None:
    (addition,) = additions_of(root, [Path("src/stay.py")])
    assert (addition.path, addition.start_line, addition.end_line, addition.language) == ("src/stay.py", 0, 0, "python")
    assert addition.text == SOURCE


def test_a_file_from_elsewhere_is_named_by_its_name(root: Path) -> None:
    (addition,) = additions_of(root, [root.parent / "elsewhere" / "stay.py"])
    assert addition.path == "stay.py"


def test_a_folder_gives_its_source_files(root: Path) -> None:
    assert [addition.path for addition in additions_of(root, [Path("src")])] == ["src/again/stay.py", "src/stay.py"]


def test_a_path_is_looked_for_here_before_the_project(root: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(root.parent)
    (root.parent / "src").mkdir()
    (root.parent / "src" / "stay.py").write_text("here = 1\n", "utf-8")
    (addition,) = additions_of(root, [Path("src/stay.py")])
    assert addition.text == "here = 1\n"


@pytest.mark.parametrize(("lines", "first", "last", "starts"), [("4-6", 4, 6, "def nights"), ("1", 1, 1, "import math")])
def test_a_selection_is_the_lines_as_they_stand(root: Path, lines: str, first: int, last: int, starts: str) -> None:
    (addition,) = additions_of(root, [Path("src/stay.py")], lines=lines)
    assert (addition.start_line, addition.end_line) == (first, last)
    assert addition.text.startswith(starts)
    assert addition.text.count("\n") == last - first


def test_secrets_are_redacted_before_anything_is_kept(root: Path) -> None:
    (root / "src" / "mail.py").write_text('OWNER = "jane.doe@gmail.com"\n', "utf-8")
    (addition,) = additions_of(root, [Path("src/mail.py")])
    assert "jane.doe" not in addition.text


@pytest.mark.parametrize(
    ("paths", "lines", "message"),
    [
        (["src/missing.py"], None, "does not exist; give a path relative to here or to"),
        (["src/notes.txt"], None, "no language that Mothertongue parses"),
        (["src"], "1-2", "--lines needs exactly one file"),
        (["src/stay.py", "src/stay.py"], "1-2", "--lines needs exactly one file"),
        (["src/stay.py"], "5-4", "write it as 10-24"),
        (["src/stay.py"], "15-99", "has 17 lines"),
        (["rates.py"], "1-2", "no whole piece of code"),
    ],
)
def test_what_cannot_be_added_says_why(root: Path, paths: list[str], lines: str | None, message: str) -> None:
    with pytest.raises(AdditionError, match=message):
        additions_of(root, [Path(path) for path in paths], lines=lines)


def test_examples_of_a_file_are_its_definitions_and_of_a_selection_itself(root: Path) -> None:
    with project.open_project(root, Settings(max_commits=0)) as opened:
        (whole,) = additions_of(root, [Path("src/stay.py")])
        (selection,) = additions_of(root, [Path("src/stay.py")], lines="4-6", prompt="Count the nights")
        assert project.add(opened, whole) >= 2
        assert project.add(opened, selection) == 1
        examples = {addition.id: opened.store.examples(f"own:{addition.id}") for addition in (whole, selection)}
    assert {example.kind for example in (*examples[whole.id], *examples[selection.id])} == {"own.code"}
    assert any("class Stay" in example.completion for example in examples[whole.id])
    (asked,) = examples[selection.id]
    assert "Count the nights" in asked.prompt
    assert asked.completion == selection.text
    assert (asked.provenance.start_line, asked.provenance.end_line) == (4, 6)


def test_adding_the_same_place_again_replaces_it(root: Path) -> None:
    with project.open_project(root, Settings(max_commits=0)) as opened:
        for text in (SOURCE, SOURCE.replace("nights", "days")):
            (root / "src" / "stay.py").write_text(text, "utf-8")
            (addition,) = additions_of(root, [Path("src/stay.py")], lines="4-6")
            project.add(opened, addition)
        assert [own.text.split("(")[0] for own in opened.store.own()] == ["def days"]


def test_additions_outlive_other_settings_and_their_file(root: Path) -> None:
    with project.open_project(root, Settings(max_commits=0)) as opened:
        (addition,) = additions_of(root, [Path("src/stay.py")])
        n_examples = project.add(opened, addition)
    (root / "src" / "stay.py").unlink()
    with project.open_project(root, Settings(max_commits=0, fill_in_middle=True)) as opened:
        project.build(opened, n_workers=1)
        assert len(opened.store.examples(f"own:{addition.id}")) == n_examples
        assert opened.store.remove_own(addition.id)
        assert not opened.store.remove_own(addition.id)
        assert opened.store.units("own") == []
