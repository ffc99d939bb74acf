"""Killing a build or an export at any moment loses nothing that was reported done, and the next one ends as if nothing had happened."""

from __future__ import annotations

import random
import shutil
import signal
import subprocess
import sys
import time
from datetime import date
from pathlib import Path

import pytest

from dataset_core import export as exporting
from dataset_core import project
from dataset_core.settings import Settings
from dataset_core.store import Store
from tests.dataset_core.test_incremental import differences, dump
from tests.fixtures.mother_project import create_mother_project

SETTINGS = Settings(max_commits=40)
N_KILLS = 8
CLI = (sys.executable, "-m", "server.cli")


@pytest.fixture(scope="module")
def reference(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return create_mother_project(tmp_path_factory.mktemp("reference") / "project")


def run_and_kill(command: list[str], seconds: float) -> bool:
    """Start a command in a process group of its own and kill the whole group; whether it was still running."""
    process = subprocess.Popen(command, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL, start_new_session=True)
    time.sleep(seconds)
    running = process.poll() is None
    if running:
        import os

        os.killpg(process.pid, signal.SIGKILL)
    process.wait()
    return running


@pytest.mark.skipif(sys.platform == "win32", reason="SIGKILL is POSIX")
def test_killed_builds_end_as_one_that_was_not(reference: Path, tmp_path: Path) -> None:
    root = shutil.copytree(reference, tmp_path / "project")
    untouched = shutil.copytree(reference, tmp_path / "untouched")
    (root / "mothertongue.toml").write_text("max_commits = 40\n", "utf-8")
    draw = random.Random(7)
    n_killed = sum(run_and_kill([*CLI, "build", "--project", str(root)], draw.uniform(0.3, 1.6)) for _ in range(N_KILLS))
    assert n_killed >= 2
    with project.open_project(root, SETTINGS) as opened, project.open_project(untouched, SETTINGS) as other:
        assert opened.store._db.execute("PRAGMA integrity_check").fetchone() == ("ok",)
        project.build(opened, n_workers=1)
        project.build(other, n_workers=1)
        assert differences(dump(opened.store), dump(other.store)) == []


@pytest.mark.skipif(sys.platform == "win32", reason="SIGKILL is POSIX")
def test_a_killed_export_leaves_the_former_one_whole(reference: Path, tmp_path: Path) -> None:
    root = shutil.copytree(reference, tmp_path / "project")
    (root / "mothertongue.toml").write_text("max_commits = 40\ntarget = 600\n", "utf-8")
    subprocess.run([*CLI, "export", "--project", str(root)], check=True, stdout=subprocess.DEVNULL)
    folder = root / exporting.FOLDER_NAME
    before = {path.name: path.read_bytes() for path in folder.iterdir()}
    draw = random.Random(11)
    for _ in range(N_KILLS):
        run_and_kill([*CLI, "export", "--project", str(root)], draw.uniform(0.5, 2.5))
        assert {path.name: path.read_bytes() for path in folder.iterdir() if not path.name.startswith(".")} == before


def test_an_interrupted_transaction_leaves_no_half_file(reference: Path, tmp_path: Path) -> None:
    root = shutil.copytree(reference, tmp_path / "project")
    with project.open_project(root, SETTINGS) as opened:
        project.build(opened, n_workers=1)
        before = dump(opened.store)
        with pytest.raises(KeyboardInterrupt):
            remove_and_interrupt(opened.store, min(opened.store.content_hashes()))
        assert dump(opened.store) == before


def remove_and_interrupt(store: Store, path: str) -> None:
    with store.transaction():
        store.remove_file(path)
        raise KeyboardInterrupt


def test_two_exports_of_one_day_are_the_same_bytes(reference: Path, tmp_path: Path) -> None:
    root = shutil.copytree(reference, tmp_path / "project")
    settings = Settings(max_commits=40, target=600)
    exported = []
    for name in ("one", "other"):
        with project.open_project(root, settings, store_folder=tmp_path / f"store-{name}") as opened:
            project.build(opened, n_workers=1)
            exporting.export(opened, day=date(2026, 1, 2), folder=tmp_path / name)
        exported.append({path.name: path.read_bytes() for path in sorted((tmp_path / name).iterdir())})
    assert exported[0] == exported[1]
