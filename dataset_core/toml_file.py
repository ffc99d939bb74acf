"""Reading the tables that ship with the product: rules, thresholds and templates that a person can read and change."""

from __future__ import annotations

import sys
from functools import cache
from pathlib import Path
from typing import Any

if sys.version_info >= (3, 11):
    import tomllib
else:
    import tomli as tomllib

_PACKAGE = Path(__file__).parent


@cache
def load_toml(name: str | Path) -> dict[str, Any]:
    """Read a TOML file once; later calls give the same table. Its arrays are tuples.

    Args:
        name: A path relative to the folder of `dataset_core`, such as `quality/thresholds.toml`, or an absolute path.

    Raises:
        FileNotFoundError: There is no such file.
        ValueError: The file is no valid TOML; the message names the file, and the line where it goes wrong.
    """
    path = _PACKAGE / name
    try:
        table = tomllib.loads(path.read_text(encoding="utf-8"))
    except tomllib.TOMLDecodeError as error:
        message = f"{path}: {error}"
        raise ValueError(message) from error
    return {name: _with_tuples(value) for name, value in table.items()}


def _with_tuples(value: object) -> object:
    if isinstance(value, dict):
        return {name: _with_tuples(inner) for name, inner in value.items()}
    return tuple(_with_tuples(inner) for inner in value) if isinstance(value, list) else value


def read_toml(path: Path) -> dict[str, Any]:
    """Read a TOML file of the person's, as it is now.

    Raises:
        OSError: It cannot be read.
        ValueError: It is no valid TOML or no UTF-8; the message says where it goes wrong.
    """
    return tomllib.loads(path.read_text(encoding="utf-8"))
