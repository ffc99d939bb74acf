"""Which licence a project states for itself (IO): every example of the data set carries it."""

from __future__ import annotations

import json
import re
import sys
from fnmatch import fnmatchcase
from typing import TYPE_CHECKING, Any

from dataset_core.toml_file import load_toml

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

if sys.version_info >= (3, 11):
    import tomllib
else:
    import tomli as tomllib

UNLICENSED = "unlicensed"

_MAX_BYTES = 200_000
_SPDX_ID = re.compile(r"[A-Za-z0-9][A-Za-z0-9.+()\- ]{1,80}")
_SPDX_TAG = re.compile(r"SPDX-License-Identifier:[ \t]*([A-Za-z0-9.+()\- ]+)")


def licence_of(root: Path) -> str:
    """Give the SPDX identifier that the licence file or the package manifest at the top of a project states.

    Returns:
        `unlicensed` where nothing is stated or it is not understood: nobody may then take a licence for granted.
    """
    return _from_licence_files(root) or _from_manifests(root) or UNLICENSED


def _from_licence_files(root: Path) -> str | None:
    table = load_toml("workspace.toml")["licence"]
    try:
        names = sorted(entry.name for entry in root.iterdir())
    except OSError:
        return None
    for name in names:
        if any(fnmatchcase(name.lower(), pattern) for pattern in table["files"]):
            text = _read(root / name)[: table["first_characters"]]
            tag = _SPDX_TAG.search(text)
            found = tag[1].strip() if tag else _by_phrases(text, table["phrases"])
            if found:
                return found
    return None


def _by_phrases(text: str, licences: tuple[dict[str, Any], ...]) -> str | None:
    flat = " ".join(text.lower().split())
    return next((str(known["id"]) for known in licences if all(phrase in flat for phrase in known["all"])), None)


def _from_manifests(root: Path) -> str | None:
    package = _table(json.loads, _read(root / "package.json"))
    cargo = _table(tomllib.loads, _read(root / "Cargo.toml"))
    pyproject = _table(tomllib.loads, _read(root / "pyproject.toml"))
    stated = [
        package.get("license"),
        _inner(cargo, "package").get("license"),
        _inner(cargo, "workspace", "package").get("license"),
        _inner(pyproject, "project").get("license"),
        _inner(pyproject, "project", "license").get("text"),
        _inner(pyproject, "tool", "poetry").get("license"),
    ]
    return next((text for text in stated if isinstance(text, str) and _is_licence(text)), None)


def _is_licence(text: str) -> bool:
    return bool(_SPDX_ID.fullmatch(text)) and text.lower() not in {"unlicensed", "see license in license"}


def _table(parse: Callable[[str], object], text: str) -> dict[str, Any]:
    try:
        value = parse(text)
    except (ValueError, RecursionError):
        return {}
    return value if isinstance(value, dict) else {}


def _inner(table: dict[str, Any], *names: str) -> dict[str, Any]:
    for name in names:
        value = table.get(name)
        table = value if isinstance(value, dict) else {}
    return table


def _read(path: Path) -> str:
    try:
        if not path.is_file() or path.stat().st_size > _MAX_BYTES:
            return ""
        return path.read_text(encoding="utf-8", errors="replace")
    except OSError:
        return ""
