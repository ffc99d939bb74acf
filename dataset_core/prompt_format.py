"""The only wording of prompts: what a model is asked in the editor is what it was trained on.

Templates are data: `prompts.toml`, one table a kind. A paragraph of a template whose field is empty is left out.
"""

from __future__ import annotations

import re
from functools import cache
from pathlib import Path

from dataset_core import language
from dataset_core.toml_file import load_toml

_TEMPLATES = Path(__file__).parent / "prompts.toml"
_FIELD = re.compile(r"\{(\w+)\}")
_FILE_OF_ITS_PATH = re.compile(r"the file `([^`]+)` (?:in|of|for) (?=`(?:[^`]*/)?\1`)")


def render(kind: str, **fields: str) -> str:
    """Word the prompt of a task.

    Args:
        kind: A table of `prompts.toml`.
        fields: Values for the template's `{fields}`; they are put in as they are.

    Raises:
        KeyError: There is no such kind, or the template has a field that was not given.
    """
    paragraphs = [_fill(paragraph, fields) for paragraph in _paragraphs(kind)]
    return "\n\n".join(paragraph for paragraph in paragraphs if paragraph)


def code_block(language_name: str, text: str, title: str = "") -> str:
    """A fenced block, with the path it comes from on the line above; empty for no text."""
    if not text.strip():
        return ""
    fence = "```" if "```" not in text else "````"
    known = language.languages().get(language_name)
    heading = f"`{title}`:\n" if title else ""
    return f"{heading}{fence}{known.fence if known else language_name}\n{text.strip(chr(10))}\n{fence}"


def bullet_list(lines: list[str]) -> str:
    """Lines as a Markdown list; a line's own line ends are folded."""
    return "\n".join(f"- {' '.join(line.split())}" for line in lines)


@cache
def _paragraphs(kind: str) -> tuple[str, ...]:
    return tuple(load_toml(_TEMPLATES)[kind]["template"].strip().split("\n\n"))


def _fill(paragraph: str, fields: dict[str, str]) -> str:
    names = _FIELD.findall(paragraph)
    if any(not fields[name] for name in names):
        return ""
    filled = _FIELD.sub(lambda match: fields[match.group(1)], paragraph)
    # "the file `a.py` of `src/a.py`" says one thing twice.
    return _FILE_OF_ITS_PATH.sub("the file ", filled) if "path" in names else filled
