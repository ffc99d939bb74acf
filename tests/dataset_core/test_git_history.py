"""Reading the commits of real repositories."""

from __future__ import annotations

import subprocess
import sys
from typing import TYPE_CHECKING

import pytest

from dataset_core.git_history import Commit, FileChange, newest_commits, read_commits

if TYPE_CHECKING:
    from pathlib import Path

EXTENSIONS = (".cs", ".py")


class Repository:
    """A repository in a folder of its own, with commits made one by one."""

    def __init__(self, root: Path) -> None:
        self.root = root
        root.mkdir(parents=True, exist_ok=True)
        self.git("init", "--quiet", "--initial-branch=main")

    def git(self, *arguments: str, author: str = "Ada <ada@example.org>") -> str:
        name, _, address = author.rstrip(">").partition(" <")
        settings = ["-c", f"user.name={name}", "-c", f"user.email={address}", "-c", "commit.gpgsign=false"]
        done = subprocess.run(["git", *settings, *arguments], cwd=self.root, check=True, capture_output=True, text=True)
        return done.stdout.strip()

    def commit(self, message: str, files: dict[str, str | bytes | None], author: str = "Ada <ada@example.org>") -> str:
        for path, content in files.items():
            place = self.root / path
            place.parent.mkdir(parents=True, exist_ok=True)
            if content is None:
                place.unlink()
            else:
                place.write_bytes(content if isinstance(content, bytes) else content.encode())
        self.git("add", "--all")
        self.git("commit", "--quiet", "--allow-empty", "--message", message, author=author)
        return self.git("rev-parse", "HEAD")

    def read(self, **options: object) -> list[Commit]:
        return list(read_commits(self.root, EXTENSIONS, **options))  # type: ignore[arg-type]


@pytest.fixture
def repository(tmp_path: Path) -> Repository:
    return Repository(tmp_path / "project")


def test_commits_come_newest_first_with_their_texts(repository: Repository) -> None:
    first = repository.commit("Add a", {"a.cs": "one\r\n", "b.txt": "x"})
    second = repository.commit("Change a\n\nSince it was wrong.\nVery wrong.", {"a.cs": "two\n", "b.txt": "y"})
    newest, oldest = repository.read()
    assert (newest.hash, newest.subject, newest.body) == (second, "Change a", "Since it was wrong.\nVery wrong.")
    assert newest.n_files == 2
    assert newest.changes == (FileChange("a.cs", "one\n", "two\n"),)
    assert (oldest.hash, oldest.n_files, oldest.changes) == (first, 2, ())
    assert newest.date_iso[:2] == "20"


def test_what_is_not_read(repository: Repository) -> None:
    files: dict[str, str | bytes | None] = {
        "large.cs": "x" * 60_000,
        "binary.cs": b"\0",
        "latin.cs": b"\xe9",
        "made.g.cs": "x",
        "node_modules/a/b.py": "x",
        "gone.cs": "x",
    }
    repository.commit("Add", files)
    changed = {path: b"1" + (text if isinstance(text, bytes) else str(text).encode()) for path, text in files.items()}
    repository.commit("Change", {**changed, "gone.cs": None})
    newest = repository.read()[0]
    assert (newest.n_files, newest.changes) == (6, ())


def test_merges_bots_and_large_commits_have_no_changes(repository: Repository) -> None:
    repository.commit("Add", {f"{number}.cs": "x" for number in range(5)})
    repository.commit("By a bot", {"0.cs": "y"}, author="dependabot[bot] <support@example.org>")
    repository.commit("Large", {f"{number}.cs": "z" for number in range(5)})
    repository.git("checkout", "--quiet", "-b", "side", "HEAD~1")
    repository.commit("Beside", {"beside.cs": "x"})
    repository.git("checkout", "--quiet", "main")
    repository.git("merge", "--quiet", "--no-ff", "-m", "Merge side", "side")
    commits = {commit.subject: commit for commit in repository.read(max_files=4)}
    assert commits["By a bot"].author_is_bot
    assert commits["Large"].n_files == 5
    assert all(not commit.changes for commit in commits.values())
    assert commits.get("Merge side") is None or commits["Merge side"].is_merge


def test_known_commits_limits_and_time(repository: Repository) -> None:
    hashes = [repository.commit(f"Commit {number}", {"a.cs": str(number)}) for number in range(4)]
    assert [commit.hash for commit in repository.read(known={hashes[3], hashes[1]})] == [hashes[2], hashes[0]]
    assert [commit.hash for commit in repository.read(max_commits=2)] == [hashes[3], hashes[2]]
    assert repository.read(time_limit_s=-1) == []
    assert newest_commits(repository.root, 3) == tuple(hashes[:0:-1])


def test_a_folder_inside_a_repository_has_its_own_paths(repository: Repository) -> None:
    repository.commit("Add", {"part/a.cs": "x", "b.cs": "x"})
    repository.commit("Change part", {"part/a.cs": "y", "b.cs": "y"})
    repository.commit("Change the rest", {"b.cs": "z"})
    commits = list(read_commits(repository.root / "part", EXTENSIONS))
    assert [commit.subject for commit in commits] == ["Change part", "Add"]
    assert [change.path for change in commits[0].changes] == ["a.cs"]


@pytest.mark.skipif(sys.platform == "win32", reason="file names of POSIX")
def test_awkward_names_and_messages(repository: Repository) -> None:
    repository.commit("Add", {"two\nlines ünï.cs": "x"})
    repository.commit(":100644 looks like an entry\n\n:100644 100644 aaa bbb M", {"two\nlines ünï.cs": "y"})
    newest = repository.read()[0]
    assert newest.subject == ":100644 looks like an entry"
    assert newest.changes[0].path == "two\nlines ünï.cs"


def test_folders_without_history(tmp_path: Path) -> None:
    empty = Repository(tmp_path / "empty")
    (tmp_path / "plain").mkdir()
    assert empty.read() == []
    assert newest_commits(empty.root, 3) == newest_commits(tmp_path / "missing", 3) == ()
    assert list(read_commits(tmp_path / "plain", EXTENSIONS)) == []
    assert list(read_commits(tmp_path / "missing", EXTENSIONS)) == []


@pytest.mark.skipif(sys.platform == "win32", reason="shell scripts")
def test_reading_runs_nothing_of_the_repository(repository: Repository) -> None:
    trap = repository.root.parent / "trap.sh"
    trap.write_text(f"#!/bin/sh\ntouch {repository.root.parent}/sprung\ncat\n")
    trap.chmod(0o755)
    repository.commit("Add", {"a.cs": "x", ".gitattributes": "*.cs diff=trap\n"})
    repository.commit("Change", {"a.cs": "y"})
    for name in (
        "core.fsmonitor",
        "core.pager",
        "diff.external",
        "diff.trap.textconv",
        "diff.trap.command",
        "gpg.program",
    ):
        repository.git("config", name, str(trap))
    repository.git("config", "log.showSignature", "true")
    (repository.root.parent / "sprung").unlink(missing_ok=True)
    assert len(repository.read()[0].changes) == 1
    assert not (repository.root.parent / "sprung").exists()


def test_an_abandoned_iterator_leaves_no_process(repository: Repository) -> None:
    for number in range(3):
        repository.commit(f"Commit {number}", {"a.cs": str(number)})
    commits = read_commits(repository.root, EXTENSIONS)
    next(commits)
    commits.close()  # type: ignore[attr-defined]
    assert list(commits) == []


def test_a_message_does_not_name_its_author(repository: Repository) -> None:
    repository.commit("Add a\n\nAda Lovelace asked for it.", {"a.cs": "one\n"}, author="Ada Lovelace <ada@example.org>")
    assert [commit.body for commit in repository.read()] == ["<NAME> asked for it."]
