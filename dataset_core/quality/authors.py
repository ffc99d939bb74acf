"""Lines that name nothing but an author, taken out of examples: redacted, they would teach a model `@author <NAME>`. Pure."""

from __future__ import annotations

import re
from dataclasses import replace

from dataset_core.example import Example

# A tag of documentation goes on until the next one.
_LINE = re.compile(
    r"^[ \t]*(?:\*|//+|#+|--|;+)?[ \t]*(?:@author[ \t].*<NAME>.*\n(?:[ \t]*\*[ \t]+(?!@)\S.*\n)*"
    r"|(?:Authors?:|Created by:?|Written by:?)[ \t].*<NAME>.*\n)",
    re.IGNORECASE | re.MULTILINE,
)
# What such a line leaves behind: a blank line before the end of the comment, and a comment of nothing.
_BLANK_END = re.compile(r"^[ \t]*\*[ \t]*\n(?=[ \t]*\*/)", re.MULTILINE)
_EMPTY = re.compile(r"^[ \t]*/\*\*\s*\*/[ \t]*\n", re.MULTILINE)


def without_authors(example: Example) -> Example:
    """The example without lines that name an author who was redacted; the same one if it has none."""
    if "<NAME>" not in example.completion and "<NAME>" not in example.prompt:
        return example
    return replace(example, prompt=_without(example.prompt), completion=_without(example.completion))


def _without(text: str) -> str:
    lines, count = _LINE.subn("", text)
    return _EMPTY.sub("", _BLANK_END.sub("", lines)) if count else text
