"""Lines that ask for something: `%% ERD for a hotel` in an empty Mermaid diagram, `// mothertongue: ...` in code. Pure."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Literal

_MERMAID_ENDINGS = (".mmd", ".mermaid")
_MARKDOWN_ENDINGS = (".md", ".markdown", ".mdx")
_FENCE = re.compile(r"\s*(?:`{3,}|~{3,})\s*(\w*)")
# `%%{` begins a directive of Mermaid.
_MERMAID_COMMENT = re.compile(r"\s*%%(?!\{)\s*(?P<prompt>\S.*?)\s*$")
_COMMENT_START, _COMMENT_END = r"(?P<indent>\s*)(?://+|#+|--|;+|/\*+|<!--|\{#)", r"(?:\*/|-->|#\})?\s*$"
_CODE_COMMENT = re.compile(_COMMENT_START + r"\s*mothertongue:\s*(?P<prompt>\S.*?)\s*" + _COMMENT_END, re.IGNORECASE)


@dataclass(frozen=True)
class PromptLine:
    """What a line asks for.

    Attributes:
        prompt: In the person's words.
        kind: `diagram` or `code`.
        indent: White space before each line of the answer.
    """

    prompt: str
    kind: Literal["diagram", "code"]
    indent: str


def prompt_line(path: str, lines: Sequence[str], line: int, character: int) -> PromptLine | None:
    """The prompt on a line; None where there is none, or where the position is not at its end.

    Args:
        path: Of the file, for its ending.
        lines: Of the file.
        line: From 0.
        character: In UTF-16 units, from 0.
    """
    text = lines[line].rstrip("\r\n") if line < len(lines) else ""
    if len(text.rstrip().encode("utf-16-le")) // 2 > character:
        return None
    lower = path.lower()
    if lower.endswith(_MERMAID_ENDINGS):
        return _in_diagram(text, lines)
    if lower.endswith(_MARKDOWN_ENDINGS):
        block = _mermaid_block(lines, line)
        return _in_diagram(text, block) if block is not None else None
    found = _CODE_COMMENT.match(text)
    return PromptLine(found["prompt"], "code", found["indent"]) if found else None


def completion_text(prompt: PromptLine, text: str) -> str:
    """What is put behind the line's end."""
    return "".join(f"\n{prompt.indent if line.strip() else ''}{line}" for line in text.split("\n"))


def _in_diagram(text: str, block: Sequence[str]) -> PromptLine | None:
    """A comment is a prompt as long as there is nothing else in the diagram."""
    found = _MERMAID_COMMENT.match(text)
    is_empty = all(not line.strip() or line.lstrip().startswith("%%") for line in block)
    return PromptLine(found["prompt"], "diagram", "") if found and is_empty else None


def _mermaid_block(lines: Sequence[str], line: int) -> Sequence[str] | None:
    """The lines between the fences around a line; None where it is in no Mermaid block."""
    opened: int | None = None
    is_mermaid = False
    for number, text in enumerate(lines):
        fence = _FENCE.match(text)
        if fence is None:
            continue
        if opened is None:
            if number >= line:
                return None
            opened, is_mermaid = number, fence[1] == "mermaid"
            continue
        if opened < line < number:
            return lines[opened + 1 : number] if is_mermaid else None
        opened = None
    return lines[opened + 1 :] if opened is not None and is_mermaid and opened < line else None
