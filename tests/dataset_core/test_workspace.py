"""Discovery and reading of files, on folders that are awkward, hostile or both."""

from __future__ import annotations

import os
import random
import subprocess
import sys
from typing import TYPE_CHECKING

import pytest

from dataset_core.workspace import Discovery, RawText, Skipped, discover, explain, read

if TYPE_CHECKING:
    from pathlib import Path

EXTENSIONS = (".cs", ".ts", ".py", ".js", ".json", ".html", ".pem", ".go")
posix_only = pytest.mark.skipif(sys.platform == "win32", reason="needs POSIX files")


def write(root: Path, path: str, text: str = "class A { }\n") -> None:
    (root / path).parent.mkdir(parents=True, exist_ok=True)
    (root / path).write_text(text, encoding="utf-8")


def git(root: Path, *arguments: str) -> str:
    identity = ["-c", "user.name=Test", "-c", "user.email=test@example.org", "-c", "commit.gpgsign=false"]
    done = subprocess.run(["git", *identity, *arguments], cwd=root, check=True, capture_output=True, text=True)
    return done.stdout.strip()


def commit_all(root: Path) -> str:
    git(root, "add", "--all", "--force")
    git(root, "commit", "--quiet", "--message", "Add the files")
    return git(root, "rev-parse", "HEAD")


@pytest.fixture(params=["git", "no git"])
def root(request: pytest.FixtureRequest, tmp_path: Path) -> Path:
    project = tmp_path / "project"
    project.mkdir()
    if request.param == "git":
        git(project, "init", "--quiet")
    return project


def reasons(found: Discovery) -> dict[str, str]:
    return {item.path: item.reason for item in found.skipped}


@pytest.mark.parametrize(
    ("path", "reason"),
    [
        (".env.cs", "may hold secrets"),
        ("keys/server.pem", "may hold secrets"),
        ("config/credentials-dev.json", "may hold secrets"),
        ("secrets.json", "may hold secrets"),
        ("package-lock.json", "lock file"),
        ("web/node_modules/left-pad/index.js", "in web/node_modules/: third-party code"),
        ("App/wwwroot/lib/jquery/jquery.js", "in App/wwwroot/lib/: third-party code"),
        ("Client.g.cs", "generated, by its name"),
        ("Forms/Main.Designer.cs", "generated, by its name"),
        ("Migrations/20240101_Init.Designer.cs", "generated, by its name"),
        ("Migrations/ShopContextModelSnapshot.cs", "generated, by its name"),
        ("proto/user_pb2.py", "generated, by its name"),
        ("proto/user.pb.go", "generated, by its name"),
        ("site.min.js", "minified, by its name"),
        ("finetune_datasets/a.json", "in finetune_datasets/: made by Mothertongue itself"),
        ("README", "no known language"),
    ],
)
def test_names_that_are_left_out(root: Path, path: str, reason: str) -> None:
    write(root, path)
    write(root, "Kept.cs")
    found = discover(root, EXTENSIONS)
    assert found.paths == ("Kept.cs",)
    walked_into = found.has_git or not path.startswith(("web/node_modules", "finetune_datasets"))
    assert not walked_into or reasons(found)[path] == reason
    assert reason in explain(root, path, EXTENSIONS)


@pytest.mark.parametrize(
    "path",
    [
        "src/app/vendor/vendor.service.ts",
        "Secrets.cs",
        "src/target/target.py",
        "coverage/plan.py",
        "bin/run.py",
        "with space/a b.cs",
        "ünï/çødé.cs",
    ],
)
def test_names_that_only_look_suspicious_are_kept(root: Path, path: str) -> None:
    write(root, path)
    assert discover(root, EXTENSIONS).paths == (path,)
    assert explain(root, path, EXTENSIONS) == f"{path}: part of the project"


@pytest.mark.parametrize(
    ("path", "beside"),
    [("bin/Debug/A.cs", "App.csproj"), ("vendor/x/a.go", "go.mod"), ("dist/a.js", "package.json")],
)
def test_folders_that_a_file_beside_them_gives_away(root: Path, path: str, beside: str) -> None:
    write(root, path)
    write(root, beside)
    assert path not in discover(root, EXTENSIONS).paths
    assert "not part" in explain(root, path, EXTENSIONS)


@posix_only
def test_names_with_line_ends_and_undecodable_bytes(root: Path) -> None:
    write(root, "two\nlines.cs")
    (root / os.fsdecode(b"latin-\xe9.cs")).write_text("class A { }")
    found = discover(root, EXTENSIONS)
    assert found.paths == ("two\nlines.cs",)
    assert isinstance(read(root, "two\nlines.cs"), RawText)
    assert reasons(found) == {"latin-\\xe9.cs": "its name is not valid UTF-8"}


def test_ignored_files_stay_out(root: Path) -> None:
    write(root, ".gitignore", "*.log.cs\n/build/\n!keep.log.cs\n\\\n")
    write(root, "sub/.gitignore", "!again.log.cs\nlocal.cs\n")
    for path in (
        "a.log.cs",
        "keep.log.cs",
        "build/a.cs",
        "sub/build/b.cs",
        "sub/again.log.cs",
        "sub/local.cs",
        "local.cs",
    ):
        write(root, path)
    assert discover(root, EXTENSIONS).paths == ("keep.log.cs", "local.cs", "sub/again.log.cs", "sub/build/b.cs")
    assert "ignored by sub/.gitignore" in explain(root, "sub/local.cs", EXTENSIONS)
    assert "ignored by .gitignore" in explain(root, "build/a.cs", EXTENSIONS)


def test_tracked_files_count_even_if_ignored_and_deleted_ones_do_not(tmp_path: Path) -> None:
    git(tmp_path, "init", "--quiet")
    for path in (".gitignore", "tracked.cs", "gone.cs"):
        write(tmp_path, path, "*.cs\n")
    head = commit_all(tmp_path)
    (tmp_path / "gone.cs").unlink()
    write(tmp_path, "ignored.cs")
    found = discover(tmp_path, EXTENSIONS)
    assert (found.paths, found.has_git, found.head) == (("tracked.cs",), True, head)
    assert reasons(found)["gone.cs"] == "deleted"


def test_a_folder_inside_a_repository(tmp_path: Path) -> None:
    git(tmp_path, "init", "--quiet")
    write(tmp_path, "outside.cs")
    write(tmp_path, "part/inside.cs")
    head = commit_all(tmp_path)
    found = discover(tmp_path / "part", EXTENSIONS)
    assert (found.paths, found.has_git, found.head) == (("inside.cs",), True, head)


def test_a_project_that_an_outer_repository_ignores(tmp_path: Path) -> None:
    git(tmp_path, "init", "--quiet")
    write(tmp_path, ".gitignore", "*\n")
    write(tmp_path, "project/a.cs")
    assert discover(tmp_path / "project", EXTENSIONS).paths == ("a.cs",)


def test_submodules_are_not_followed(tmp_path: Path) -> None:
    for name in ("outer", "inner"):
        (tmp_path / name).mkdir()
        git(tmp_path / name, "init", "--quiet")
        write(tmp_path / name, "a.cs")
    commit_all(tmp_path / "inner")
    git(tmp_path / "outer", "-c", "protocol.file.allow=always", "submodule", "--quiet", "add", "../inner", "library.cs")
    found = discover(tmp_path / "outer", EXTENSIONS)
    assert found.paths == ("a.cs",)
    assert reasons(found)["library.cs"] == "a repository of its own (submodule)"


@posix_only
def test_opening_a_repository_runs_nothing_of_it(tmp_path: Path) -> None:
    trap = tmp_path / "trap.sh"
    trap.write_text(f"#!/bin/sh\ntouch {tmp_path}/sprung\n")
    trap.chmod(0o755)
    project = tmp_path / "project"
    project.mkdir()
    git(project, "init", "--quiet")
    write(project, "a.cs")
    commit_all(project)
    (project / ".gitattributes").write_text("*.cs diff=trap filter=trap\n")
    for hook in ("post-index-change", "post-checkout"):
        (project / ".git/hooks" / hook).symlink_to(trap)
    for name in (
        "core.fsmonitor", "core.pager", "diff.external", "diff.trap.textconv", "filter.trap.clean", "gpg.program",
        "core.sshCommand", "core.editor", "alias.ls-files",
    ):  # fmt: skip
        git(project, "config", name, str(trap))
    git(project, "config", "log.showSignature", "true")
    write(project, "a.cs", "class B { }\n")
    git(project, "status")
    (tmp_path / "sprung").unlink()  # git itself springs the trap
    assert discover(project, EXTENSIONS).paths == ("a.cs",)
    explain(project, "a.cs", EXTENSIONS)
    assert not (tmp_path / "sprung").exists()


@posix_only
def test_links_pipes_and_folders_named_like_files(root: Path) -> None:
    write(root.parent, "outside.cs")
    write(root, "a.cs")
    write(root, "folder.cs/b.cs")
    (root / "leaves.cs").symlink_to("../outside.cs")
    (root / "inside.cs").symlink_to("a.cs")
    (root / "circle.cs").symlink_to("circle.cs")
    (root / "nowhere.cs").symlink_to("nothing")
    (root / "up").symlink_to("..")
    os.mkfifo(root / "pipe.cs")
    found = discover(root, EXTENSIONS)
    assert found.paths == ("a.cs", "folder.cs/b.cs")
    expected = {
        "leaves.cs": "a link that leaves the project",
        "inside.cs": "a link to a.cs, which counts once",
        "circle.cs": "a link that leads nowhere or in a circle",
        "nowhere.cs": "a link that leads nowhere or in a circle",
    }
    assert expected.items() <= reasons(found).items()
    for path in (*expected, "pipe.cs", "up/outside.cs", "folder.cs"):
        assert isinstance(read(root, path), Skipped)


@pytest.mark.parametrize(
    ("data", "reason"),
    [
        (b"", "empty"),
        (b" \n\t\n", "empty"),
        (b"a\0b", "binary: holds NUL bytes"),
        (b"caf\xe9", "neither UTF-8 nor UTF-16 text"),
        (b"\xff\xfea", "neither UTF-8 nor UTF-16 text"),
        (b"\xff\xfe\0\0a\0\0\0", "binary: holds NUL bytes"),
        (b"x" * 101, "too large: over 100 bytes"),
    ],
)
def test_files_that_give_no_text(tmp_path: Path, data: bytes, reason: str) -> None:
    (tmp_path / "a.cs").write_bytes(data)
    assert read(tmp_path, "a.cs", max_bytes=100) == Skipped("a.cs", reason)


@pytest.mark.parametrize(
    ("data", "text"),
    [
        (b"a\r\nb\rc\n", "a\nb\nc\n"),
        (b"\xef\xbb\xbfa\n", "a\n"),
        ("\ufeffä\n".encode("utf-16-le"), "ä\n"),
        ("\ufeffä\n".encode("utf-16-be"), "ä\n"),
    ],
)
def test_encodings_and_line_ends(tmp_path: Path, data: bytes, text: str) -> None:
    (tmp_path / "a.cs").write_bytes(data)
    found = read(tmp_path, "a.cs")
    assert isinstance(found, RawText)
    assert found.text == text


@pytest.mark.parametrize("path", ["../outside.cs", "missing.cs", "folder"])
def test_paths_that_cannot_be_read(tmp_path: Path, path: str) -> None:
    project = tmp_path / "project"
    write(tmp_path, "outside.cs")
    write(project, "folder/a.cs")
    assert isinstance(read(project, path), Skipped)


def test_huge_files_are_never_opened(root: Path) -> None:
    with (root / "huge.cs").open("wb") as file:
        file.truncate(200_000_000)
    assert reasons(discover(root, EXTENSIONS)) == {"huge.cs": "too large: 200,000,000 bytes"}
    assert isinstance(read(root, "huge.cs"), Skipped)


@pytest.mark.parametrize(
    ("path", "answer"),
    [
        ("../a.cs", "outside the project"),
        ("missing.cs", "does not exist"),
        ("folder", "a folder"),
        ("folder/made.cs", "generated"),
        ("folder/a.cs", "part of the project"),
        ("folder/../folder/a.cs", "part of the project"),
    ],
)
def test_explanations(root: Path, path: str, answer: str) -> None:
    write(root, "folder/a.cs")
    write(root, "folder/made.cs", "// <auto-generated />\nclass A { }\n")
    assert answer in explain(root, path, EXTENSIONS)


def test_the_order_of_the_disk_does_not_matter(tmp_path: Path) -> None:
    names = [f"{folder}/{name}.{extension}" for folder in "abc" for name in "xyz" for extension in ("cs", "txt")]
    results = []
    for seed in range(3):
        project = tmp_path / str(seed)
        for name in random.Random(seed).sample(names, len(names)):
            write(project, name)
        results.append(discover(project, EXTENSIONS))
    assert results[0] == results[1] == results[2]
    assert list(results[0].paths) == sorted(results[0].paths)


def test_a_folder_that_does_not_exist_is_empty(tmp_path: Path) -> None:
    assert discover(tmp_path / "nothing", EXTENSIONS).paths == ()
