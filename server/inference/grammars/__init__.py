"""Grammars of Mermaid in llama.cpp's GBNF, as files: <https://github.com/ggml-org/llama.cpp/blob/master/grammars/README.md>.

They describe what the data set's diagrams use, a little less than Mermaid accepts: every diagram that they let through is one that the
real parser accepts, apart from what no context-free grammar can say. That only declared names are used is seen to by `known_names.py`: it
puts them into the rules that `server/generation/kinds.toml` names; no answer uses one of these before it has declared the first name.
"""

from __future__ import annotations

from functools import cache
from pathlib import Path


@cache
def grammar_text(names: tuple[str, ...]) -> str:
    """The rules of several files as one grammar.

    Raises:
        FileNotFoundError: There is no such file.
    """
    return "\n".join((Path(__file__).parent / f"{name}.gbnf").read_text("utf-8") for name in names)
