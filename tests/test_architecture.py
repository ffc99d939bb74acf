"""The map of the code is true: what ARCHITECTURE.md names is there."""

from __future__ import annotations

import ast
import re
from pathlib import Path

import pytest

REPOSITORY = Path(__file__).parents[1]
TEXT = (REPOSITORY / "ARCHITECTURE.md").read_text("utf-8")


def invariants() -> dict[str, list[str]]:
    """Invariant → the tests that hold it, from the table; `::name` stands in the file named before it."""
    table = TEXT.partition("| invariant | held by |")[2].partition("\n\n")[0]
    rows = [line.strip("| ").split(" | ") for line in table.splitlines() if line.startswith("| ")]
    found: dict[str, list[str]] = {}
    for invariant, holders in rows:
        path = ""
        for name in re.findall(r"`((?:tests|extension)/[^`]+|::[^`]+)`", holders):
            path = name.partition("::")[0] or path
            found.setdefault(invariant, []).append(path + name if name.startswith("::") else name)
        if "import-linter" in holders:
            found.setdefault(invariant, [])
    return found


def test_every_invariant_is_held_by_something() -> None:
    table = TEXT.partition("| invariant | held by |")[2].partition("\n\n")[0]
    assert len(invariants()) == len([line for line in table.splitlines() if line.startswith("| ")]) > 0


@pytest.mark.parametrize("node", [node for nodes in invariants().values() for node in nodes])
def test_the_tests_that_hold_invariants_exist(node: str) -> None:
    path, _, name = node.partition("::")
    assert (REPOSITORY / path).is_file()
    if name:
        tree = ast.parse((REPOSITORY / path).read_text("utf-8"))
        assert name in {row.name for row in tree.body if isinstance(row, ast.FunctionDef | ast.AsyncFunctionDef)}


def test_the_rooms_of_the_map_exist() -> None:
    code_map = TEXT.partition("## Code map")[2].partition("\n`server/`")[0]
    rooms = [name for row in re.findall(r"^\| (`[^|]+) \|", code_map, re.MULTILINE) for name in re.findall(r"`([^`]+)`", row)]
    assert rooms
    assert [room for room in rooms if not (REPOSITORY / "dataset_core" / room).exists()] == []
