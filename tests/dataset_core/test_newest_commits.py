"""The newest commits are held out beside files: their text is in no training row, and they leave the set as others come."""

from __future__ import annotations

import json
import subprocess
from datetime import date
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from dataset_core import export as exporting
from dataset_core import project
from dataset_core.newest_commits import held_out_commits, shows_any, written_lines
from dataset_core.settings import Settings
from dataset_core.verify import verify

DAY = date(2026, 1, 2)
SETTINGS = Settings(target=400, validation_fraction=0.2)
BEFORE = """def price_of_{name}(nights, rate):
    if nights < 0:
        raise ValueError("a stay has no negative nights")
    total = nights * rate
    return total


def greeting_of_{name}(guest, language):
    if language == "de":
        return f"Willkommen im {name}, lieber {{guest}}"
    return f"Welcome to {name}, dear {{guest}}"
"""
AFTER = BEFORE.replace(
    "    return total\n", "    if nights > {limit}:\n        total = total * 0.9  # long stays of {name} are cheaper\n    return total\n"
)


def _git(root: Path, *arguments: str) -> None:
    identity = ("-c", "user.name=A", "-c", "user.email=a@example.com", "-c", "commit.gpgSign=false")
    subprocess.run(("git", *identity, *arguments), cwd=root, check=True, capture_output=True)


def _commit(root: Path, subject: str) -> None:
    _git(root, "add", "*.py")
    _git(root, "commit", "--quiet", "-m", subject)


def _cheapen(root: Path, number: int) -> None:
    """A small, clean commit of one place in one file."""
    name = f"house{number}"
    (root / f"{name}.py").write_text(AFTER.format(name=name, limit=number + 5), "utf-8")
    _commit(root, f"Make long stays in house number {number} cheaper")


@pytest.fixture
def repository(tmp_path: Path) -> Path:
    root = tmp_path / "houses"
    root.mkdir()
    for number in range(12):
        (root / f"house{number}.py").write_text(BEFORE.format(name=f"house{number}"), "utf-8")
    _git(root, "init", "--quiet")
    _commit(root, "Start with twelve houses and their prices")
    for number in range(8):
        _cheapen(root, number)
    return root


def _exported(root: Path) -> exporting.Export:
    with project.open_project(root, SETTINGS) as opened:
        project.build(opened)
        return exporting.export(opened, day=DAY)


def _paths(export: exporting.Export, split: str) -> set[str]:
    """Of the rows of commits in a set."""
    lines = (export.folder / f"{export.manifest.name}.metadata.jsonl").read_text("utf-8").splitlines()
    return {row["path"] for row in map(json.loads, lines) if row["split"] == split and row["commit"]}


def test_the_newest_commits_are_held_out_and_nothing_they_wrote_is_trained_on(repository: Path) -> None:
    export = _exported(repository)
    assert _paths(export, "newest_commits") == {"house7.py", "house6.py"}
    assert export.manifest.n_newest_commits == 2
    assert sum(family.taken for family in export.manifest.families) == export.manifest.n_rows == 400
    training = export.path.read_text("utf-8")
    assert "long stays of house7" not in training
    assert "greeting_of_house7" in training, "what the commit did not write is still learnt"
    assert "shows what one of the newest commits wrote, which are held out" in export.manifest.dropped
    found = verify(export.path, minimum=400)
    assert found.verdict == "passed", found.checks
    assert found.n_newest_commits == 2


def test_a_commit_leaves_the_set_for_training_when_others_come(repository: Path) -> None:
    _exported(repository)
    for number in (8, 9):
        _cheapen(repository, number)
    later = _exported(repository)
    assert _paths(later, "newest_commits") == {"house9.py", "house8.py"}
    assert "house7.py" in _paths(later, "train") | _paths(later, "validation")


def test_verify_finds_what_leaks(repository: Path) -> None:
    export = _exported(repository)
    name = export.manifest.name
    newest, training = (export.folder / f"{name}{suffix}.jsonl" for suffix in (".newest_commits", ""))
    leaked = newest.read_text("utf-8").splitlines(keepends=True)[0]
    kept = training.read_text("utf-8")
    training.write_text(leaked.replace("Apply this change", "Apply that change") + kept.partition("\n")[2], "utf-8")
    metadata = export.folder / f"{name}.metadata.jsonl"
    rows = metadata.read_text("utf-8").splitlines(keepends=True)
    entry = next(json.loads(row) for row in rows if json.loads(row)["split"] == "newest_commits")
    metadata.write_text(json.dumps({**entry, "split": "train"}) + "\n" + "".join(rows[1:]), "utf-8")
    checks = {check.id: check for check in verify(export.path).checks}
    assert checks["newest_commits_apart"].passed is False
    assert entry["path"] in " ".join(checks["newest_commits_apart"].details)


def test_without_held_out_files_no_commit_is_held_out() -> None:
    assert held_out_commits(["c", "b", "a"], {"a", "b", "c"}, 0) == frozenset()
    assert held_out_commits([], {"a"}, 0.05) == frozenset()


@given(st.integers(0, 300), st.floats(0.001, 0.5))
def test_they_are_the_newest_at_least_one_and_never_many(n_commits: int, fraction: float) -> None:
    order = [str(number) for number in range(n_commits)]
    giving = set(order[::2])
    chosen = held_out_commits(order, giving, fraction)
    assert chosen <= giving
    assert bool(chosen) == bool(giving)
    assert len(chosen) <= 40
    assert all(int(one) < int(other) for one in chosen for other in giving - chosen)


@given(st.integers(1, 100), st.floats(0.001, 0.5))
def test_no_commit_enters_the_set_as_others_come(n_commits: int, fraction: float) -> None:
    order = [str(number) for number in range(n_commits)]
    before = held_out_commits(order[1:], set(order[1:]), fraction)
    assert held_out_commits(order, set(order), fraction) <= before | {order[0]}


def test_only_lines_that_say_something_count() -> None:
    lines = written_lines("int total;\n}", "int total;\n  var fee = FeeOf(stay, today);\n}\nreturn;")
    assert lines == {"var fee = FeeOf(stay, today);"}
    assert shows_any("{\n\tvar fee = FeeOf(stay, today);\n}", lines)
    assert not shows_any("var fee = FeeOf(stay, today); // no", lines)
