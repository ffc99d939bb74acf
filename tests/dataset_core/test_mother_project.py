"""The reference mother project is what the specification says it is: its composition, its code and its history."""

from __future__ import annotations

import subprocess
from collections import Counter
from pathlib import Path, PurePosixPath
from typing import TYPE_CHECKING

import pytest
from tree_sitter_language_pack import get_parser

from tests.fixtures.mother_project import FILES, create_mother_project, list_files, read_history

if TYPE_CHECKING:
    from tree_sitter_language_pack import SupportedLanguage

# The language pack has no grammar of Angular templates; they are HTML with text between the tags.
LANGUAGES: dict[str, SupportedLanguage] = {".cs": "csharp", ".ts": "typescript", ".scss": "scss", ".html": "html"}
COMPOSITION = {"controller or DTO": 15, "component": 12, "service": 10, "style": 5, "other": 7}
SOURCE_FILES = [name for name in list_files() if PurePosixPath(name).suffix in LANGUAGES]
MIN_SUBJECT_LENGTH = 10
MIN_SUBJECT_WORDS = 4
N_COMMITS = range(14, 19)


def test_composition_is_that_of_the_specification() -> None:
    assert Counter(_part_of(name) for name in SOURCE_FILES) == COMPOSITION
    assert len(SOURCE_FILES) == sum(COMPOSITION.values())


@pytest.mark.parametrize("name", SOURCE_FILES)
def test_source_file_parses_without_error(name: str) -> None:
    parser = get_parser(LANGUAGES[PurePosixPath(name).suffix])
    assert not parser.parse((FILES / name).read_bytes()).root_node.has_error


def test_files_without_git_are_an_exact_copy(tmp_path: Path) -> None:
    project = create_mother_project(tmp_path / "project", git=False)
    assert _contents(project) == _contents(FILES)
    assert not (project / ".git").exists()


def test_history_ends_in_the_files(tmp_path: Path) -> None:
    project = create_mother_project(tmp_path / "project")
    assert _contents(project) == _contents(FILES)
    assert _git(project, "status", "--porcelain") == ""
    assert _git(project, "ls-files").splitlines() == list(list_files())
    assert _git(project, "log", "--reverse", "--format=%s").splitlines() == [commit.subject for commit in read_history()]


def test_history_is_the_same_every_time(tmp_path: Path) -> None:
    heads = {_git(create_mother_project(tmp_path / name), "rev-parse", "HEAD") for name in ("first", "second")}
    assert len(heads) == 1


def test_every_commit_leaves_code_that_parses(tmp_path: Path) -> None:
    project = create_mother_project(tmp_path / "project")
    for commit in _git(project, "rev-list", "HEAD").split():
        changed = _git(project, "diff-tree", "--root", "-r", "--no-commit-id", "--name-only", commit).splitlines()
        for name in set(changed).intersection(SOURCE_FILES):
            parser = get_parser(LANGUAGES[PurePosixPath(name).suffix])
            source = _git(project, "show", f"{commit}:{name}")
            assert not parser.parse(source.encode()).root_node.has_error, (commit, name)


def test_subjects_are_long_enough_and_dates_go_forward() -> None:
    commits = read_history()
    assert len(commits) in N_COMMITS
    for commit in commits:
        assert len(commit.subject) > MIN_SUBJECT_LENGTH
        assert len(commit.subject.split()) > MIN_SUBJECT_WORDS
        assert not commit.subject.endswith(".")
    assert [commit.date for commit in commits] == sorted(commit.date for commit in commits)


def test_folder_that_is_not_empty_is_left_alone(tmp_path: Path) -> None:
    (tmp_path / "notes.txt").write_text("mine", encoding="utf-8")
    with pytest.raises(FileExistsError):
        create_mother_project(tmp_path)
    assert [path.name for path in tmp_path.iterdir()] == ["notes.txt"]


def _part_of(name: str) -> str:
    path = PurePosixPath(name)
    if path.suffix == ".cs" and path.parent.name in {"Controllers", "Dtos"}:
        return "controller or DTO"
    if path.suffix == ".scss":
        return "style"
    return {".component.ts": "component", ".service.ts": "service"}.get("".join(path.suffixes), "other")


def _contents(directory: Path) -> dict[str, bytes]:
    return {name: (directory / name).read_bytes() for name in list_files()}


def _git(project: Path, *arguments: str) -> str:
    command = ["git", "-c", "core.hooksPath=/dev/null", *arguments]
    return subprocess.run(command, cwd=project, check=True, capture_output=True, text=True).stdout
