"""Tables are read once, are immutable inside, and say where they are wrong."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from dataset_core.toml_file import load_toml

if TYPE_CHECKING:
    from pathlib import Path


def test_arrays_become_tuples(tmp_path: Path) -> None:
    path = tmp_path / "a.toml"
    path.write_text('names = ["a", ["b"]]\n[[row]]\nx = {y = [1]}\n', encoding="utf-8")
    assert load_toml(path) == {"names": ("a", ("b",)), "row": ({"x": {"y": (1,)}},)}
    assert load_toml(path) is load_toml(path)


def test_a_mistake_names_the_file(tmp_path: Path) -> None:
    path = tmp_path / "wrong.toml"
    path.write_text("names = [", encoding="utf-8")
    with pytest.raises(ValueError, match=r"wrong\.toml"):
        load_toml(path)


def test_a_missing_file(tmp_path: Path) -> None:
    with pytest.raises(FileNotFoundError):
        load_toml(tmp_path / "missing.toml")
