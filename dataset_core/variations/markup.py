"""What a prompt tells of HTML and style sheets, which have no signatures and no documentation: their structure, what they bind and set."""

from __future__ import annotations

import re

from dataset_core.units import clip_lines
from dataset_core.variations.component_parts import skeleton
from dataset_core.variations.style_rules import declarations_of, rules, summary

STYLES = frozenset({"css", "scss"})
MARKUP = STYLES | {"html"}

_MAX_STRUCTURE_BYTES = 700
_MIN_STRUCTURE_LINES = 2
# Expressions of Angular, Jinja and Handlebars, of Thymeleaf, and Angular's bound attributes and control flow.
_EXPRESSION = re.compile(
    r"\{\{-?\s*(.+?)\s*-?\}\}|[$*#@~]\{([^{}]+)\}|\{%-?\s*(?:if|elif|for\s+\w+\s+in)\s+(.+?)\s*-?%\}"
    r"|@(?:if|else if|for|switch)\s*\((.+)\)\s*\{|[\[(*][\w.()-]+[\])]?=\"([^\"]+)\"",
)
_NAME = re.compile(r"[A-Za-z_$][\w$]*(?:\??\.[A-Za-z_$][\w$]*)*")
_STRINGS = re.compile(r"'[^']*'|\"[^\"]*\"|`[^`]*`")
_WORDS = frozenset(
    {"and", "as", "else", "even", "false", "first", "if", "in", "index", "is", "last", "let", "none", "not", "null", "odd", "of", "or"}
    | {"track", "true", "undefined", "$event", "$index", "$implicit", "this"}
)


def structure_of(language: str, text: str) -> str:
    """The elements of a page with their classes, or what each rule of a style sheet sets, without values; empty where that says little."""
    if language in STYLES:
        declared = [name for name, _ in declarations_of(text)]
        lines = [line for rule in rules(text) if rule.depth == 0 and rule.is_rule for line in summary(rule).split("\n") if line]
        return clip_lines([*declared, *(line.removeprefix("- ") for line in lines)], _MAX_STRUCTURE_BYTES)
    lines = skeleton(text).split("\n")
    return clip_lines(lines, _MAX_STRUCTURE_BYTES) if len(lines) >= _MIN_STRUCTURE_LINES else ""


def bound_in(text: str, most: int | None = None) -> list[str]:
    """The data that a page shows and the members that it calls, in order of appearance: `room.price`, `listOwners`, `save`."""
    found: dict[str, None] = {}
    for match in _EXPRESSION.finditer(text):
        expression = _STRINGS.sub("", next(group for group in match.groups() if group is not None))
        names = (name.replace("?.", ".") for name in _NAME.findall(expression))
        found.update(dict.fromkeys(name for name in names if name not in _WORDS and len(name) > 1))
    return list(found)[:most]
