"""What the core says for the command line, an editor says with the names of its palette; no sentence is left that needs a terminal."""

import ast
import json
import re
from collections.abc import Iterator
from pathlib import Path

import pytest

import dataset_core
import server
from server.processes.palette import MODEL_ENVIRONMENT, TITLES, for_an_editor

REPOSITORY = Path(__file__).parents[2]
# Of the command line alone, or files that are written for whoever has it.
ON_THE_COMMAND_LINE = (
    "server/cli.py", "server/commands/", "server/console.py", "server/doctor.py", "server/generation/openai_server.py",
    "server/gguf/package.py", "dataset_core/report/", "dataset_core/library/library.py",
)  # fmt: skip
# What cannot be asked for in an editor: ranges of lines as text, and a base that is held in 4 bits. What git itself wants. Style sheets.
ALLOWED = re.compile(r"--(lines|quantize-base|global|first)\b")
_TERMINAL = re.compile(r"`mothertongue |pip install 'mothertongue|(?<![\w`'\"-])`?--[a-z][a-z-]+")


@pytest.mark.parametrize(
    ("sentence", "expected"),
    [
        ("the store: run `mothertongue build`, then go on", "the store: run “Mothertongue: Build Fine-Tune Dataset”, then go on"),
        (
            "src holds no source file; `mothertongue build --explain FILE` says why",
            "src holds no source file; “Mothertongue: Why Is This File in the Data Set, or Not?” says why",
        ),
        ("stop it with `mothertongue runs stop`", "stop it with “Mothertongue: Show Training”"),
        ("free some space (or choose another folder with `--output`), then go on", "free some space, then go on"),
        ("training needs torch: pip install 'mothertongue[train]'", "training needs torch: run “Mothertongue: Set Up Model Environment”"),
        ("raise `target` (now 500) and export again", "raise `target` (now 500) and export again"),
    ],
)
def test_commands_are_called_what_the_palette_calls_them(sentence: str, expected: str) -> None:
    assert for_an_editor(sentence) == expected


def test_the_palette_has_these_commands() -> None:
    texts = json.loads((REPOSITORY / "extension/package.nls.json").read_text("utf-8"))
    titles = {text for key, text in texts.items() if key.startswith("command.")}
    named = re.search(r"Mothertongue: (.+)”", MODEL_ENVIRONMENT)
    assert named is not None
    assert {*TITLES.values(), named[1]} <= titles


def test_no_sentence_that_can_reach_an_editor_needs_a_terminal() -> None:
    sentences = [(path, text) for path in _modules() for text in _sentences(path)]
    assert any("`mothertongue export`" in text for _, text in sentences)
    left = [(path, found[0]) for path, text in sentences if (found := _TERMINAL.search(for_an_editor(text)))]
    assert [one for one in left if not ALLOWED.search(one[1])] == []


def _modules() -> Iterator[str]:
    for package in (dataset_core, server):
        for file in sorted(Path(str(package.__file__)).parent.rglob("*.py")):
            path = file.relative_to(REPOSITORY).as_posix()
            if not path.startswith(ON_THE_COMMAND_LINE):
                yield path


def _sentences(path: str) -> Iterator[str]:
    """Texts that hold several words, and are no docstrings; of a formatted one, all of its parts together."""
    tree = ast.parse((REPOSITORY / path).read_text("utf-8"))
    described = [node for node in ast.walk(tree) if isinstance(node, ast.Module | ast.ClassDef | ast.FunctionDef | ast.AsyncFunctionDef)]
    docstrings = {id(node.body[0].value) for node in described if node.body and isinstance(node.body[0], ast.Expr)}
    parts = {id(part) for node in ast.walk(tree) if isinstance(node, ast.JoinedStr) for part in ast.walk(node) if part is not node}
    for node in ast.walk(tree):
        if id(node) in docstrings or id(node) in parts:
            continue
        text = _text(node)
        if text.count(" ") > 2:
            yield text


def _text(node: ast.AST) -> str:
    if isinstance(node, ast.JoinedStr):
        return "".join(_text(part) or "…" for part in node.values)
    return node.value if isinstance(node, ast.Constant) and isinstance(node.value, str) else ""
