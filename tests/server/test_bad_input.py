"""What is wrong with a project, a disk or a command line gives a clear message or a reason, and nothing is lost.

Files by themselves stand in tables: add a row, not code.
"""

from __future__ import annotations

import os
import shutil
import signal
import sqlite3
import subprocess
import sys
import time
from collections.abc import Callable
from pathlib import Path

import pytest

from dataset_core import project as projects
from dataset_core.settings import Settings
from dataset_core.store import Store
from server import doctor
from tests.dataset_core.test_incremental import differences, dump
from tests.server.console import ENVIRONMENT, SCRIPT, call, run

linux_only = pytest.mark.skipif(sys.platform != "linux", reason="looks at processes, limits and mounts of Linux")

SOUND = 'def price(nights, rate):\n    """The price of a stay."""\n    total = nights * rate\n    return round(total, 2)\n'
PART = "part of the project"
N_DEEP = 10_000


def make(root: Path, files: dict[str, bytes | str]) -> Path:
    """Lay out a folder with a sound file and these."""
    for path, content in {"sound.py": SOUND, **files}.items():
        (root / path).parent.mkdir(parents=True, exist_ok=True)
        (root / path).write_bytes(content if isinstance(content, bytes) else content.encode())
    return root


def explanation(root: Path, path: str) -> str:
    return call("build", "--explain", path, "--json", cwd=root).json["explanation"]


def stored(root: Path) -> tuple[set[str], dict[str, str]]:
    """Paths in the store, and path → reason of those left out."""
    with Store(root / ".mothertongue", read_only=True) as store:
        return {path for path, *_ in store.files_overview()}, store.skipped()


def many_files(root: Path, n_files: int = 300) -> Path:
    """Enough files for worker processes, each a class of its own."""
    return make(root, {f"shop/part{number}.py": SOUND.replace("price", f"price_{number}") * 20 for number in range(n_files)})


# Files

FILES: dict[str, tuple[str, bytes | str, str]] = {
    "0 bytes": ("a.py", b"", "empty"),
    "only white space": ("a.py", b" \n\t\n", "empty"),
    "NUL bytes": ("a.py", b"a = 1\n\0\0\0", "binary: holds NUL bytes"),
    "invalid UTF-8": ("a.py", b"name = '\xff\xfe\xfa'\n", "neither UTF-8 nor UTF-16 text"),
    "cut UTF-16": ("a.py", b"\xff\xfea\0=", "neither UTF-8 nor UTF-16 text"),
    "UTF-16, little end first": ("a.py", ("\ufeff" + SOUND).encode("utf-16-le"), PART),
    "UTF-16, big end first": ("a.py", ("\ufeff" + SOUND).encode("utf-16-be"), PART),
    "CRLF": ("a.py", SOUND.replace("\n", "\r\n"), PART),
    "old Macintosh line ends": ("a.py", SOUND.replace("\n", "\r"), PART),
    "2 MB on one line": ("a.py", "a = [" + "1, " * 700_000 + "]", "too large: 2,100,006 bytes"),
    "900 kB on one line": ("a.js", "const a = 'x';" * 64_000, "line"),
    "syntax errors": ("a.py", SOUND + "def (:\n  ]]] class\n", PART),
    "another language inside": ("a.py", "<?php echo 1; ?>\n<html></html>\n", PART),
    "spaces in the name": ("my folder/a b.py", SOUND, PART),
    "a newline in the name": ("a\nb.py", SOUND, PART),
    "a tab and quotes in the name": ("a\t\"b'.py", SOUND, PART),
    "a name that looks like an option": ("--json.py", SOUND, PART),
    "a name like a pattern": ("[ab]*?.py", SOUND, PART),
    "a non-ASCII name": ("größe/部屋.py", SOUND, PART),
    "a very long name": ("n" * 240 + ".py", SOUND, PART),
    "deep folders": ("/".join(["folder"] * 60) + "/a.py", SOUND, PART),
}


@pytest.mark.parametrize("name", FILES)
@pytest.mark.parametrize("listed_by", ["git", "walking"])
def test_a_file_is_taken_or_left_out_for_a_reason(tmp_path: Path, name: str, listed_by: str) -> None:
    path, content, expected = FILES[name]
    make(tmp_path, {path: content})
    if listed_by == "git":
        subprocess.run(["git", "init", "--quiet", tmp_path], check=True)
    done = call("build", "--project", tmp_path)
    assert (done.exit_code, done.errors) == (0, "")
    taken, left_out = stored(tmp_path)
    assert "sound.py" in taken
    assert (path in taken) == (expected == PART)
    assert expected in left_out.get(path, PART)
    assert expected in explanation(tmp_path, f"./{path}")


def test_a_file_of_200_mb_is_not_read(tmp_path: Path) -> None:
    make(tmp_path, {})
    with (tmp_path / "huge.py").open("wb") as file:
        file.truncate(200_000_000)
    assert call("build", "--project", tmp_path).exit_code == 0
    assert stored(tmp_path) == ({"sound.py"}, {"huge.py": "too large: 200,000,000 bytes"})


def test_line_ends_of_windows_reach_no_example(tmp_path: Path) -> None:
    make(tmp_path, {"sound.py": SOUND.replace("\n", "\r\n")})
    call("build", "--project", tmp_path)
    with Store(tmp_path / ".mothertongue", read_only=True) as store:
        examples = [example for unit in store.units("link") for example in store.examples(unit)]
    assert examples
    assert not [example for example in examples if "\r" in example.prompt + example.completion]


DEEP = {
    "a.py": "x = " + "(" * N_DEEP + "1" + ")" * N_DEEP,
    "blocks.py": "\n".join(" " * level + "if x:" for level in range(600)) + "\n" + " " * 600 + "pass",
    "a.js": "x = " + "[" * N_DEEP + "]" * N_DEEP,
    "a.ts": "type A = " + "Array<" * N_DEEP + "string" + ">" * N_DEEP,
    "a.tsx": "const a = " + "<div>" * N_DEEP + "</div>" * N_DEEP,
    "A.java": "class A { void f() { " + "{" * N_DEEP + "}" * N_DEEP + " } }",
    "A.cs": "class A { void F() { " + "if (x) {" * N_DEEP + "}" * N_DEEP + " } }",
    "a.kt": "fun f() { " + "run { " * N_DEEP + "}" * N_DEEP + " }",
    "a.go": "package a\nvar x = " + "-" * N_DEEP + "1\n",
    "a.rs": "fn f() { " + "{" * N_DEEP + "}" * N_DEEP + " }",
    "a.php": "<?php $x = " + "[" * N_DEEP + "]" * N_DEEP + ";",
    "a.rb": "x = " + "[" * N_DEEP + "]" * N_DEEP,
    "a.swift": "let x = " + "(" * N_DEEP + "1" + ")" * N_DEEP,
    "a.c": "int x = " + "(" * N_DEEP + "1" + ")" * N_DEEP + ";",
    "a.cpp": "int f() { " + "{" * N_DEEP + "}" * N_DEEP + " }",
    "a.html": "<div>" * N_DEEP + "</div>" * N_DEEP,
    "a.css": "a { " * N_DEEP + "}" * N_DEEP,
    "a.scss": "a { " * N_DEEP + "}" * N_DEEP,
    "a.sql": "select " + "(" * N_DEEP + "1" + ")" * N_DEEP,
    "open.js": "x = " + "[" * N_DEEP,
    "open.py": "(" * N_DEEP,
    "open.html": "<div>" * N_DEEP,
}


def test_deep_nesting_ends_no_process(tmp_path: Path) -> None:
    """In a process of its own, which a stack that runs over would end; about wrapped lines, so that no other rule leaves the files out."""
    make(tmp_path, {path: "".join(f"{text[at : at + 80]}\n" for at in range(0, len(text), 80)) for path, text in DEEP.items()})
    done = run("build", "--project", tmp_path, "--workers", "1")
    assert (done.exit_code, done.errors) == (0, "")
    taken, left_out = stored(tmp_path)
    assert "sound.py" in taken
    assert taken | set(left_out) == {"sound.py", *DEEP}
    assert run("build", "--project", tmp_path, "--json").json["n_changed"] == 0


@linux_only
def test_links_are_never_followed(tmp_path: Path) -> None:
    root = make(tmp_path / "project", {"folder/inside.py": SOUND})
    make(tmp_path / "outside", {"secret.py": SOUND})
    links = {
        "circle": "circle",
        "up": "..",
        "self.py": "self.py",
        "out.py": "../outside/secret.py",
        "out": "../outside",
        "again.py": "folder/inside.py",
        "gone.py": "nowhere.py",
        "folder/back": "..",
    }
    for name, target in links.items():
        (root / name).symlink_to(target)
    os.mkfifo(root / "pipe.py")
    assert call("build", "--project", root).exit_code == 0
    taken, left_out = stored(root)
    assert taken == {"sound.py", "folder/inside.py"}
    assert left_out["out.py"] == "a link that leaves the project"
    assert left_out["gone.py"] == left_out["self.py"] == "a link that leads nowhere or in a circle"
    assert left_out["pipe.py"] == "not a regular file"
    assert left_out["folder/back"] == left_out["out"] == "a link to a folder, which is not followed"
    assert explanation(root, "folder/back/sound.py").endswith("behind the link folder/back, which is not followed: it counts where it lies")
    assert explanation(root, "out").endswith("not part: a link to a folder, which is not followed")


def test_a_path_that_is_nowhere_is_looked_for_in_the_project(tmp_path: Path) -> None:
    root = make(tmp_path / "project", {})
    answer = call("build", "--project", root, "--explain", "nothing.py", "--json", cwd=tmp_path).json["explanation"]
    assert answer == "nothing.py: not part: does not exist"


# Folders and repositories


@pytest.mark.parametrize("files", [{}, {"notes.txt": "words", "picture.png": "\x89PNG"}], ids=["empty folder", "no source files"])
def test_a_folder_without_sources_says_what_to_do(tmp_path: Path, files: dict[str, str]) -> None:
    make(tmp_path, files)
    (tmp_path / "sound.py").unlink()
    built = call("build", "--project", tmp_path)
    assert built.exit_code == 0
    assert "There is nothing to learn from here yet. `mothertongue build --explain PATH` says why" in built.output
    assert "No git repository: nothing is learnt from the history." in built.output
    assert call("status", "--project", tmp_path).exit_code == 0
    # The library and the composer give rows to any project; that the project has none is said.
    exported = call("export", "--project", tmp_path, "--target", "60")
    assert exported.exit_code == 0
    assert "from the project itself" in exported.output


def test_a_file_in_place_of_the_project(tmp_path: Path) -> None:
    make(tmp_path, {})
    done = call("build", "--project", tmp_path / "sound.py")
    assert (done.exit_code, done.output) == (3, "")
    assert "sound.py is not a folder; give the project's folder (with `--project`)" in done.errors


def test_a_repository_of_another_user_is_not_asked(tmp_path: Path) -> None:
    make(tmp_path, {})
    subprocess.run(["git", "init", "--quiet", tmp_path], check=True)
    nowhere = str(tmp_path / "nowhere")
    strange = {"GIT_TEST_ASSUME_DIFFERENT_OWNER": "1", "GIT_CONFIG_GLOBAL": nowhere, "GIT_CONFIG_SYSTEM": nowhere}
    done = run("build", "--project", tmp_path, **strange)
    assert done.exit_code == 0
    assert "git config --global --add safe.directory" in done.output
    assert "sound.py" in stored(tmp_path)[0]


def test_without_a_git_program_the_files_are_still_read(tmp_path: Path) -> None:
    make(tmp_path, {})
    done = run("build", "--project", tmp_path, PATH=str(tmp_path))
    assert done.exit_code == 0
    assert "git is not installed: nothing is learnt from the history." in done.output
    assert "sound.py" in stored(tmp_path)[0]


@pytest.mark.parametrize("broken", ["HEAD", "index", "config"])
def test_a_broken_repository_is_a_folder_without_history(tmp_path: Path, broken: str) -> None:
    make(tmp_path, {})
    subprocess.run(["git", "init", "--quiet", tmp_path], check=True)
    (tmp_path / ".git" / broken).write_bytes(b"\0broken\xff")
    done = call("build", "--project", tmp_path)
    assert (done.exit_code, done.errors) == (0, "")
    assert "sound.py" in stored(tmp_path)[0]


# A disk that does not take what is written


def without_privileges() -> list[str]:
    """What makes file modes hold for root, too: a process without capabilities."""
    return [] if os.geteuid() != 0 else ["setpriv", "--bounding-set=-all", "--inh-caps=-all"]


@linux_only
def test_a_read_only_workspace_says_what_to_do(tmp_path: Path) -> None:
    make(tmp_path, {})
    tmp_path.chmod(0o555)
    done = run("build", "--project", tmp_path, command=[*without_privileges(), str(SCRIPT)])
    tmp_path.chmod(0o755)
    assert (done.exit_code, done.output) == (3, "")
    assert "permission denied" in done.errors
    assert "make the project's folder writable, or copy the project to a folder that is" in done.errors


@linux_only
def test_a_store_that_became_read_only_says_what_to_do(tmp_path: Path) -> None:
    make(tmp_path, {})
    call("build", "--project", tmp_path)
    make(tmp_path, {"new.py": SOUND})
    folder = tmp_path / ".mothertongue"
    for path in folder.iterdir():
        path.chmod(0o444)
    folder.chmod(0o555)
    done = run("build", "--project", tmp_path, command=[*without_privileges(), str(SCRIPT)])
    folder.chmod(0o755)
    assert (done.exit_code, done.output) == (3, "")
    assert "make the project's folder writable" in done.errors
    assert "Traceback" not in done.errors


@pytest.mark.parametrize("name", [".mothertongue", "finetune_datasets"])
def test_a_file_in_place_of_a_folder_of_ours(tmp_path: Path, name: str) -> None:
    make(tmp_path, {name: "a file"})
    done = call("export", "--project", tmp_path, "--target", "60")
    assert (done.exit_code, done.output) == (3, "")
    assert f"cannot write to {tmp_path / name}" in done.errors
    assert (tmp_path / name).read_text("utf-8") == "a file"


def can_mount() -> bool:
    """Whether this machine lets a process have mounts of its own."""
    if shutil.which("unshare") is None:
        return False
    return subprocess.run(["unshare", "--map-root-user", "--mount", "true"], capture_output=True, check=False).returncode == 0


# A limit on the size of files is there for everybody; a tiny disk where mounts are.
FULL_DISKS = {"limit": 'ulimit -f {blocks}; exec "$@"'}
if sys.platform == "linux" and can_mount():
    FULL_DISKS["disk"] = 'mkdir -p "$FOLDER"; mount -t tmpfs -o size={blocks}k tmpfs "$FOLDER" && cd / && exec "$@"'


@linux_only
@pytest.mark.parametrize("way", FULL_DISKS)
@pytest.mark.parametrize(("command", "folder", "n_blocks"), [("build", ".mothertongue", 300), ("export", "finetune_datasets", 40)])
def test_a_full_disk_keeps_what_was_done(tmp_path: Path, way: str, command: str, folder: str, n_blocks: int) -> None:
    many_files(tmp_path, 200)
    if command == "export":
        call("build", "--project", tmp_path)
    before = dump_of(tmp_path) if command == "export" else None
    shell = ["bash", "-c", FULL_DISKS[way].format(blocks=n_blocks), "bash"]
    wrapper = ["unshare", "--map-root-user", "--mount", *shell] if way == "disk" else shell
    few_rows = ("--target", "300") if command == "export" else ()
    done = run(command, "--project", tmp_path, *few_rows, command=[*wrapper, str(SCRIPT)], FOLDER=str(tmp_path / folder))
    assert done.exit_code == 3, done.errors
    assert "ree some space" in done.errors
    assert "Traceback" not in done.errors
    assert call("build", "--project", tmp_path).exit_code == 0
    assert before is None or differences(dump_of(tmp_path), before) == []
    assert not [path.name for path in (tmp_path / "finetune_datasets").glob("*")]


# A store that is not as it was left


def dump_of(root: Path) -> dict[str, list[tuple[object, ...]]]:
    with Store(root / ".mothertongue", read_only=True) as store:
        return dump(store)


def overwrite(path: Path) -> None:
    path.write_bytes(b"this is no database at all\n" * 1_000)


def truncate(path: Path) -> None:
    with path.open("r+b") as file:
        file.truncate(path.stat().st_size // 2)


def scramble(path: Path) -> None:
    data = bytearray(path.read_bytes())
    data[200 : len(data) // 2] = bytes(len(data) // 2 - 200)
    path.write_bytes(data)


def scramble_values(path: Path) -> None:
    with sqlite3.connect(path) as db:
        db.execute("UPDATE units SET rows = x'00ff', examples = x'00ff'")
        db.execute("UPDATE contents SET facts = x'00ff', text = x'00ff'")
        db.execute("UPDATE units SET stale = 1 WHERE unit LIKE 'link:%'")
    db.close()


def from_the_future(path: Path) -> None:
    with sqlite3.connect(path) as db:
        db.execute("PRAGMA user_version = 999")
    db.close()


@pytest.fixture
def quick_doctor(monkeypatch: pytest.MonkeyPatch) -> None:
    """The doctor without its look at Node.js and at models, which takes a second; that is tested elsewhere."""
    monkeypatch.setattr(doctor, "_mermaid", lambda: doctor.Finding("Mermaid parser", "ok", ""))
    monkeypatch.setattr(doctor, "_optional", lambda *_: ())


BROKEN_STORES: dict[str, tuple[Callable[[Path], None], str]] = {
    "no database": (overwrite, "it is damaged"),
    "truncated": (truncate, "it is damaged"),
    "scrambled": (scramble, "it is damaged"),
    "scrambled values": (scramble_values, "it is damaged"),
    "newer version": (from_the_future, "the store was made by a newer Mothertongue (version 999"),
}


@pytest.mark.usefixtures("quick_doctor")
@pytest.mark.parametrize("name", BROKEN_STORES)
def test_a_broken_store_says_so_and_clean_mends_it(tmp_path: Path, name: str) -> None:
    break_store, message = BROKEN_STORES[name]
    make(tmp_path, {f"part{number}.py": SOUND.replace("price", f"price_{number}") for number in range(30)})
    call("build", "--project", tmp_path)
    sound = dump_of(tmp_path)
    break_store(tmp_path / ".mothertongue" / "store.sqlite3")
    for command in (("build",), ("export", "--target", "60")):
        done = call(*command, "--project", tmp_path)
        assert (done.exit_code, done.output) == (3, "")
        assert message in done.errors
        assert "mothertongue clean" in done.errors
    assert call("doctor", "--project", tmp_path).exit_code in {0, 1}
    assert call("clean", "--yes", "--project", tmp_path).exit_code == 0
    assert call("build", "--project", tmp_path).exit_code == 0
    assert differences(dump_of(tmp_path), sound) == []


def test_a_store_folder_that_was_emptied_is_made_anew(tmp_path: Path) -> None:
    make(tmp_path, {})
    call("build", "--project", tmp_path)
    for path in (tmp_path / ".mothertongue").iterdir():
        path.unlink()
    assert call("build", "--project", tmp_path, "--json").json["n_changed"] == 1


# Processes


def start(*arguments: object) -> subprocess.Popen[str]:
    """Start a command in a process group of its own, as a shell does; that Ctrl-C may be ignored around the tests is not passed on."""
    before = signal.signal(signal.SIGINT, signal.default_int_handler)
    try:
        return subprocess.Popen(
            [str(SCRIPT), *map(str, arguments)],
            env=ENVIRONMENT, stdin=subprocess.DEVNULL, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True, start_new_session=True,
        )  # fmt: skip
    finally:
        signal.signal(signal.SIGINT, before)


def workers_of(process: subprocess.Popen[str], n_workers: int = 2) -> list[int]:
    """The process ids of a command's workers, once they are all there."""
    children = Path(f"/proc/{process.pid}/task/{process.pid}/children")
    while process.poll() is None:
        found = [int(pid) for pid in children.read_text("utf-8").split()]
        if len(found) >= n_workers and all(b"mothertongue" in Path(f"/proc/{pid}/cmdline").read_bytes() for pid in found):
            return found
        time.sleep(0.005)
    raise AssertionError(f"it ended without workers: {process.communicate()}")


def wait_for_the_end_of(pids: list[int]) -> None:
    """Return when no such process runs any more; the time limit of the test says when it never ends."""
    while any(is_running(pid) for pid in pids):
        time.sleep(0.02)


def is_running(pid: int) -> bool:
    try:
        return Path(f"/proc/{pid}/stat").read_text("utf-8").rpartition(")")[2].split()[0] not in "ZX"
    except OSError:
        return False


def test_two_builds_at_once_end_as_one(tmp_path: Path) -> None:
    root = make(tmp_path / "project", {f"part{number}.py": SOUND.replace("price", f"price_{number}") for number in range(100)})
    alone = shutil.copytree(root, tmp_path / "alone")
    processes = [start("build", "--project", root), start("build", "--project", root), start("export", "--target", "60", "--project", root)]
    outcomes = [(process.communicate()[1], process.returncode) for process in processes]
    assert outcomes == [("", 0)] * 3
    call("build", "--project", alone)
    assert differences(dump_of(root), dump_of(alone)) == []


@linux_only
@pytest.mark.parametrize(("number", "exit_code"), [(signal.SIGINT, 130), (signal.SIGTERM, -signal.SIGTERM)], ids=["Ctrl-C", "SIGTERM"])
def test_an_interrupted_build_leaves_no_process_and_a_whole_store(tmp_path: Path, number: int, exit_code: int) -> None:
    root = many_files(tmp_path / "project")
    alone = shutil.copytree(root, tmp_path / "alone")
    process = start("build", "--workers", "2", "--project", root)
    workers = workers_of(process)
    os.killpg(process.pid, number) if number == signal.SIGINT else process.send_signal(number)
    output, errors = process.communicate()
    assert (process.returncode, output) == (exit_code, "")
    assert "Traceback" not in errors
    assert number != signal.SIGINT or "Everything done so far is kept; run the command again to go on." in errors
    wait_for_the_end_of(workers)
    for folder in (root, alone):
        assert call("build", "--project", folder).exit_code == 0
    assert differences(dump_of(root), dump_of(alone)) == []


@linux_only
def test_a_worker_that_dies_is_told_and_costs_nothing(tmp_path: Path) -> None:
    root = many_files(tmp_path)
    process = start("build", "--workers", "2", "--project", root)
    workers = workers_of(process)
    os.kill(workers[0], signal.SIGKILL)
    output, errors = process.communicate()
    assert (process.returncode, output) == (3, "")
    assert "a worker process was ended" in errors
    assert "mothertongue build --workers 1" in errors
    assert "Traceback" not in errors
    wait_for_the_end_of(workers)
    assert call("build", "--project", root, "--json").json["n_files"] == 301


@linux_only
@pytest.mark.parametrize("arguments", [("library", "list"), ("library", "list", "--json"), ("--help",), ("build",)], ids=" ".join)
def test_a_reader_that_goes_away_is_no_error(tmp_path: Path, arguments: tuple[str, ...]) -> None:
    make(tmp_path, {})
    process = start(*arguments, "--project", tmp_path) if arguments[0] != "--help" else start(*arguments)
    process.stdout.close()
    with process.stderr as errors:
        assert errors.read() == ""
    assert process.wait() == 1


# Terminals


@pytest.mark.parametrize("encoding", ["ascii", "cp1252", "utf-8"])
def test_a_terminal_of_any_encoding_shows_results(tmp_path: Path, encoding: str) -> None:
    make(tmp_path, {"größe_部屋.py": SOUND})
    for arguments in (("build",), ("status",), ("doctor",), ("build", "--explain", "größe_部屋.py"), ("library", "list")):
        done = call(*arguments, cwd=tmp_path, encoding=encoding)
        assert (done.exit_code, done.errors) == (0, "")
    assert "größe" in run("build", "--explain", "größe_部屋.py", "--json", cwd=tmp_path, PYTHONIOENCODING=encoding).json["path"]


# Things that change while a build looks at them


def test_a_project_that_goes_away_keeps_what_was_learnt(tmp_path: Path) -> None:
    root = make(tmp_path / "project", {})
    with projects.open_project(root, Settings(), store_folder=tmp_path / "store") as project:
        projects.build(project)
        before = project.store.content_hashes()
        make(root, {"new.py": SOUND})
        with pytest.raises(projects.ProjectError, match="went away while it was read"):
            projects.build(project, lambda *_: shutil.rmtree(root, ignore_errors=True))
        with pytest.raises(projects.ProjectError, match="went away while it was read"):
            projects.build(project)
        assert before.items() <= project.store.content_hashes().items()


def replace_by_folder(path: Path) -> None:
    path.unlink()
    path.mkdir()


def replace_by_link(path: Path) -> None:
    path.unlink()
    path.symlink_to("/etc/passwd")


def grow(path: Path) -> None:
    path.write_text("a = 1\n" * 300_000, "utf-8")


@pytest.mark.parametrize("change", [Path.unlink, replace_by_folder, replace_by_link, grow, lambda path: path.write_bytes(b"\0\xff")])
def test_a_file_that_changes_between_listing_and_reading(
    tmp_path: Path, change: Callable[[Path], None], monkeypatch: pytest.MonkeyPatch
) -> None:
    root, fresh = make(tmp_path / "project", {"moving.py": SOUND, "other.py": SOUND}), tmp_path / "fresh"
    listed = projects.discover

    def discover_and_change(*arguments: object) -> object:
        discovery = listed(*arguments)
        change(root / "moving.py")
        return discovery

    with projects.open_project(root, Settings()) as project:
        with monkeypatch.context() as patched:
            patched.setattr(projects, "discover", discover_and_change)
            projects.build(project)
        assert not project.store.has_file("moving.py")
        projects.build(project)
        found = dump(project.store)
    shutil.copytree(root, fresh, symlinks=True, ignore=shutil.ignore_patterns(".mothertongue"))
    call("build", "--project", fresh)
    assert differences(found, dump_of(fresh)) == []


# Settings and arguments

SETTINGS = {
    "target = 7000": ("'target'", "7000", "between 1 and the maximum of 6000"),
    "target = 0": ("'target'", "0", "between 1 and the maximum of 6000"),
    'target = "many"': ("'target'", "'many'", "a whole number"),
    "target = true": ("'target'", "True", "a whole number"),
    "minimum = -1": ("'minimum'", "-1", "0 or more"),
    "maximum = 0": ("'maximum'", "0", "1 or more"),
    "minimum = 900\nmaximum = 800\ntarget = 700": ("'minimum'", "900", "at most the maximum of 800"),
    "max_tokens = 12": ("'max_tokens'", "12", "0 or between 128 and 32768"),
    "max_tokens = 512.5": ("'max_tokens'", "512.5", "a whole number"),
    "validation_fraction = 0.9": ("'validation_fraction'", "0.9", "between 0 and 0.5"),
    "validation_fraction = nan": ("'validation_fraction'", "nan", "between 0 and 0.5"),
    'artifact_type = "poem"': ("'artifact_type'", "'poem'", "code_prototype"),
    'format = "csv"': ("'format'", "'csv'", "trl, messages"),
    "max_commits = -1": ("'max_commits'", "-1", "0 or more"),
    'fill_in_middle = "yes"': ("'fill_in_middle'", "'yes'", "true or false"),
    'library_folder = "missing"': ("'library_folder'", "'missing'", "a folder"),
    "colour = 3": ("'colour'", "known are", "target"),
    "[export]\ntarget = 3": ("'export'", "known are", "target"),
    "target = ": ("mothertongue.toml", "line 1", "TOML"),
    "target = 1\ntarget = 2": ("mothertongue.toml", "line 2", "TOML"),
}


@pytest.mark.usefixtures("quick_doctor")
@pytest.mark.parametrize("text", SETTINGS)
def test_a_bad_setting_is_named_with_its_value_and_what_is_allowed(tmp_path: Path, text: str) -> None:
    make(tmp_path, {"mothertongue.toml": text + "\n"})
    done = call("export", "--project", tmp_path)
    assert (done.exit_code, done.output) == (2, "")
    assert [part for part in (*SETTINGS[text], "mothertongue.toml") if part not in done.errors] == []
    assert call("doctor", "--project", tmp_path).exit_code == 1


def test_settings_that_are_no_text(tmp_path: Path) -> None:
    make(tmp_path, {"mothertongue.toml": b"target = \xff\xfe"})
    done = call("build", "--project", tmp_path)
    assert (done.exit_code, done.output) == (2, "")
    assert "save it as UTF-8" in done.errors


@pytest.mark.parametrize(
    ("lines", "message"),
    [
        ("", "no range of lines; write it as 10-24"),
        ("x", "no range of lines; write it as 10-24"),
        ("0", "no range of lines"),
        ("-3", "no range of lines"),
        ("5-", "no range of lines"),
        ("4-2", "no range of lines"),
        ("1-2-3", "no range of lines"),
        ("٣", "no range of lines"),
        ("2-900", "has 4 lines; 2-900 are not in it"),
        ("9999999999", "no range of lines"),
    ],
)
def test_bad_lines(tmp_path: Path, lines: str, message: str) -> None:
    make(tmp_path, {})
    done = call("add", "sound.py", f"--lines={lines}", cwd=tmp_path)
    assert (done.exit_code, done.output) == (2, "")
    assert message in done.errors


@pytest.mark.parametrize(
    ("path", "content", "message"),
    [
        ("notes.txt", "words", "no language that Mothertongue parses"),
        ("empty.py", "", "empty"),
        ("binary.py", "\0\0", "binary: holds NUL bytes"),
        ("folder/notes.txt", "words", "holds no source file"),
    ],
)
def test_what_cannot_be_added(tmp_path: Path, path: str, content: str, message: str) -> None:
    make(tmp_path, {path: content})
    done = call("add", path.partition("/")[0], cwd=tmp_path)
    assert (done.exit_code, done.output) == (2, "")
    assert message in done.errors


NO_EXPORTS = {
    "prose": b"These are words,\nand no rows.\n",
    "empty": b"",
    "bytes": bytes(range(256)) * 40,
    "JSON, but no rows": b'[1, 2]\n"three"\nnull\n{"a": 1}\n',
    "cut in the middle": b'{"prompt": [{"role": "user", "content": "Write',
    "deep": b"[" * N_DEEP + b"]" * N_DEEP + b"\n",
}


@pytest.mark.parametrize("name", NO_EXPORTS)
def test_verify_fails_what_is_no_export(tmp_path: Path, name: str) -> None:
    (tmp_path / "rows.jsonl").write_bytes(NO_EXPORTS[name])
    done = call("verify", tmp_path / "rows.jsonl", "--json")
    assert (done.exit_code, done.errors) == (1, "")
    assert done.json["verdict"] == "failed"
    assert done.json["count"] == 0


def test_verify_of_a_folder_without_an_export_says_what_to_do(tmp_path: Path) -> None:
    done = call("verify", tmp_path)
    assert (done.exit_code, done.output) == (3, "")
    assert "holds no export; run `mothertongue export` first" in done.errors
