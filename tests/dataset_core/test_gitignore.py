"""The walk without git gives the files that git would list."""

from __future__ import annotations

import random
import subprocess
from typing import TYPE_CHECKING

import pytest

from dataset_core.gitignore import Ignored, ignored_by, walk

if TYPE_CHECKING:
    from pathlib import Path

PATTERNS = [
    *("*.log", "a", "b/", "/a", "/b/", "a/b", "**/c", "c/**", "!*.log", "!a", "!*/", "d*", "/d/*", "!/d/a", "a/**/c"),
    *("[ab]", "?", "*", "\\!x", " a ", "a ", "#a", "\\#a", "*/a", "x*y", "", "/", "!"),
]
NAMES = ["a", "b", "c", "d", "x.log", "a.log", "!x", "#a", "dd", "ä b"]


def fill(folder: Path, depth: int, rng: random.Random) -> None:
    for name in rng.sample(NAMES, rng.randint(2, 5)):
        if depth and rng.random() < 0.5:
            (folder / name).mkdir()
            fill(folder / name, depth - 1, rng)
        else:
            (folder / name).write_text("x")
    if rng.random() < 0.4:
        patterns = rng.sample(PATTERNS, rng.randint(1, 4))
        (folder / ".gitignore").write_text("\n".join(patterns) + "\n")


@pytest.mark.parametrize("seed", range(15))
def test_as_git_lists_it(tmp_path: Path, seed: int) -> None:
    subprocess.run(["git", "init", "--quiet"], cwd=tmp_path, check=True)
    (tmp_path / ".git/info/exclude").write_text("dd\n")
    fill(tmp_path, 3, random.Random(seed))
    command = ["git", "ls-files", "-z", "--others", "--exclude-standard"]
    listed = subprocess.run(command, cwd=tmp_path, check=True, capture_output=True).stdout.decode()
    unreadable: list[str] = []
    assert sorted(walk(tmp_path, lambda name: name == ".git", unreadable.append)) == sorted(listed.split("\0")[:-1])
    assert not unreadable


def test_the_pattern_that_ignores_a_file_is_named(tmp_path: Path) -> None:
    (tmp_path / "sub").mkdir()
    (tmp_path / ".gitignore").write_text("*.log\nbuild/\n")
    (tmp_path / "sub/.gitignore").write_text("!keep.log\nlocal\n")
    assert ignored_by(tmp_path, "a.log") == Ignored(".gitignore", "*.log")
    assert ignored_by(tmp_path, "build/a") == Ignored(".gitignore", "build/")
    assert ignored_by(tmp_path, "sub/local") == Ignored("sub/.gitignore", "local")
    assert ignored_by(tmp_path, "sub/keep.log") is None
    assert ignored_by(tmp_path, "local") is None
