"""What starts the language server in the package: which libraries it finds, and what it says of an interpreter that cannot run it."""

from __future__ import annotations

import json
import os
import shutil
import subprocess
import sys
import venv
from pathlib import Path

import pytest

LAUNCHER = Path(__file__).parents[2] / "extension" / "python" / "launch.py"
COMPILED = ("msgspec", "numpy", "tree_sitter", "tree_sitter_language_pack")
OF_MODELS = ("torch", "transformers", "peft", "llama_cpp")


@pytest.fixture
def package(tmp_path):
    """The launcher beside libraries that can be loaded."""
    bundled = tmp_path / "bundled"
    for library in COMPILED:
        add_library(bundled, library)
    shutil.copy(LAUNCHER, bundled)
    return bundled


def add_library(package, name):
    (package / "libs" / name).mkdir(parents=True)
    (package / "libs" / name / "__init__.py").touch()


def launch(package, *arguments, folder=None, python=sys.executable):
    command = [python, "-I", "-X", "utf8", package / "launch.py", *arguments]
    return subprocess.run(command, capture_output=True, text=True, check=False, cwd=folder or package)


def test_an_interpreter_that_fits_has_no_problem(package):
    answer = json.loads(launch(package, "--check").stdout)
    assert answer.pop("runsModels") in {True, False}
    assert answer == {"executable": sys.executable, "version": sys.version.split()[0].rstrip("+"), "problem": ""}


def test_an_interpreter_runs_models_where_all_that_they_need_is_there(package):
    bare = package.parent / "bare"
    venv.create(bare, symlinks=os.name != "nt")
    python = bare / ("Scripts/python.exe" if os.name == "nt" else "bin/python")
    for library in OF_MODELS:
        assert json.loads(launch(package, "--check", python=python).stdout)["runsModels"] is False
        add_library(package, library)
    assert json.loads(launch(package, "--check", python=python).stdout)["runsModels"] is True


def test_a_library_for_another_machine_is_named(package):
    (package / "libs" / "numpy" / "__init__.py").write_text("raise ImportError('wrong ELF class')")
    assert json.loads(launch(package, "--check").stdout)["problem"] == "the library numpy cannot be loaded: wrong ELF class"


def test_the_server_is_run_with_the_libraries_of_the_package(package):
    (package / "libs" / "server").mkdir()
    (package / "libs" / "server" / "__init__.py").touch()
    (package / "libs" / "server" / "__main__.py").write_text("import numpy; print(__name__, numpy.__file__)")
    assert launch(package).stdout.split() == ["__main__", str(package / "libs" / "numpy" / "__init__.py")]


def test_what_lies_in_the_folder_it_is_started_in_is_not_imported(package, tmp_path):
    workspace = tmp_path / "workspace"
    workspace.mkdir()
    for name in ("json.py", "numpy.py"):
        (workspace / name).write_text("raise SystemExit('the workspace was run')")
    assert json.loads(launch(package, "--check", folder=workspace).stdout)["problem"] == ""
