"""The data files that stand beside the code (IO: reads them once): types by language, wordings of prompts."""

from __future__ import annotations

import sys
from functools import cache
from pathlib import Path
from typing import Any

if sys.version_info >= (3, 11):
    import tomllib
else:
    import tomli as tomllib


@cache
def data(name: str) -> dict[str, Any]:
    """The table of `<name>.toml` in this folder; nobody may change it."""
    return tomllib.loads((Path(__file__).parent / f"{name}.toml").read_text(encoding="utf-8"))


def type_name(language: str, neutral: str) -> str:
    """What a neutral type is called in a language or a database."""
    types = data("types")[language]
    return str(types.get(neutral) or neutral)
