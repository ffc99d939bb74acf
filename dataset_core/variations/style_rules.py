"""The rules of a style sheet, of a file or inside a component, and the theme that they take their variables and mixins from.

Reads text, not a syntax tree: styles inside a component's decorator have none.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from functools import lru_cache
from posixpath import dirname, join, normpath

from dataset_core.language import languages
from dataset_core.project_view import FileView, ProjectView
from dataset_core.units import clip_lines, first_sentence, one_line

_TOKEN = re.compile(r"/\*.*?\*/|//[^\n]*|\"(?:\\.|[^\"\\\n])*\"|'(?:\\.|[^'\\\n])*'|url\([^)\"']*\)|#\{[^{}]*\}|[{};]", re.DOTALL)
_NOT_SPACE = re.compile(r"\S")
_COMMENT = re.compile(r"/\*(?:[^*]|\*(?!/))*\*/|(?<!:)//[^\n]*")
_STRING = re.compile(r"\"(?:\\.|[^\"\\\n])*\"|'(?:\\.|[^'\\\n])*'")
_USE = re.compile(r"@(?:use|import|forward|reference)\s+(?:\([^)]*\)\s*)?['\"]([^'\"]+)['\"](?:\s+as\s+([\w*-]+))?")
_DECLARATION = re.compile(r"^(?:(?P<variable>[$@][\w-]+)\s*:|@(?:mixin|function)\s+(?P<callable>[\w-]+))")
_CUSTOM_PROPERTY = re.compile(r"(?m)^\s*(--[\w-]+)\s*:\s*([^;\n]+);")
_ENDINGS = (".scss", ".sass", ".less", ".css")
_MAX_THEME_FILES = 4
# A bare name may be found through folders that only the build knows: these, in the folders above the style.
_SHARED_FOLDERS = ("", "theme", "styles", "scss")
_MAX_LEVELS = 6


@dataclass(frozen=True)
class Rule:
    """A block of a style sheet.

    Attributes:
        selector: As written, white space folded.
        resolved: With the enclosing selectors put in for `&`; empty for at-rules.
        own: With the comment above it, from the margin.
        text: The same, a nested rule inside the headers of the rules around it.
        start_line: In the sheet, from 1.
        end_line: Inclusive.
        depth: How many rules are around it.
    """

    selector: str
    resolved: str
    own: str
    text: str
    start_line: int
    end_line: int
    depth: int

    @property
    def classes(self) -> frozenset[str]:
        """The classes of what the rule styles, those of outer rules left out where the selector has its own."""
        last = [part.split()[-1] if part.split() else "" for part in self.resolved.split(",")]
        return frozenset(name for part in last for name in re.findall(r"\.([\w-]+)", part))

    @property
    def is_rule(self) -> bool:
        """Whether it styles something: neither a mixin, a function nor a condition."""
        return bool(self.resolved) and not self.selector.startswith("@")


@dataclass(frozen=True)
class Theme:
    """A file that declares variables, mixins and functions, and the prefix under which the style uses them."""

    path: str
    prefix: str
    declarations: tuple[tuple[str, str], ...]


@lru_cache(128)
def rules(text: str) -> tuple[Rule, ...]:
    """All blocks of a style sheet in order, outer ones before those inside them; an unbalanced rest is left out."""
    found: list[Rule] = []
    open_blocks: list[tuple[int, int, str, str]] = []
    start = 0
    for match in _TOKEN.finditer(text):
        mark = match.group()
        if mark == "{":
            begin = next(_NOT_SPACE.finditer(text, start)).start()  # at the latest the bracket itself
            selector = one_line(_COMMENT.sub("", text[begin : match.start()]))
            outer = open_blocks[-1][3] if open_blocks else ""
            open_blocks.append((begin, match.start(), selector, _resolve(selector, outer)))
        elif mark == "}" and open_blocks:
            begin, _, selector, resolved = open_blocks.pop()
            found.append(_rule(text, (begin, match.end()), selector, resolved, [block[2] for block in open_blocks]))
        if mark in {"{", "}", ";"}:
            start = match.end()
    return tuple(sorted(found, key=lambda rule: (rule.start_line, rule.depth, rule.end_line)))


def largest_rules(text: str, limit: int, least: int = 60) -> list[Rule]:
    """The outermost rules of a sheet that fit, in order; of a larger one, those inside it."""
    chosen: list[Rule] = []
    for rule in rules(text):
        inside = any(other.start_line <= rule.start_line and rule.end_line <= other.end_line for other in chosen)
        if not inside and rule.is_rule and least <= len(rule.text.encode()) <= limit:
            chosen.append(rule)
    return chosen


def summary(rule: Rule, limit: int = 600) -> str:
    """What a rule and those inside it set, without values, as a list."""
    lines: list[str] = []
    for inner in rules(rule.text):
        names = list(
            dict.fromkeys(re.findall(r"(?:^|[{;])\s*(-{0,2}[a-z][\w-]*)\s*:(?!hover|focus|not|[a-z-]+\s*\{)", _own_text(inner.own)))
        )
        if names:
            lines.append(f"- `{inner.selector}`: {', '.join(names)}")
    return clip_lines(lines, limit)


def themes_of(view: FileView, project: ProjectView) -> tuple[Theme, ...]:
    """The style files that a style file uses, with what they declare."""
    found: list[Theme] = []
    for match in list(_USE.finditer(view.text))[: 2 * _MAX_THEME_FILES]:
        target, alias = match.groups()
        used = None if ":" in target else _resolve_file(view.path, target, project)
        if used is not None and used.path != view.path:
            own = target.rpartition("/")[2].lstrip("_").split(".")[0]
            prefix = "" if alias == "*" or not match.group().startswith("@use") else f"{alias or own}."
            found.append(Theme(used.path, prefix, declarations_of(used.text)))
        if len(found) == _MAX_THEME_FILES:
            break
    return tuple(found)


@lru_cache(64)
def declarations_of(text: str) -> tuple[tuple[str, str], ...]:
    """Name and one-line form of each variable, mixin, function and custom property of a style file."""
    found: dict[str, str] = {}
    blocks = {rule.start_line: rule for rule in rules(text) if rule.depth == 0}
    for line in text.split("\n"):
        match = _DECLARATION.match(line)
        if match is not None and match.group("variable"):
            found.setdefault(match.group("variable"), line.strip())
    for rule in blocks.values():
        match = _DECLARATION.match(rule.selector)
        if match is not None and match.group("callable"):
            found.setdefault(match.group("callable"), _one_line_form(rule))
    found.update((name, f"{name}: {value.strip()};") for name, value in _CUSTOM_PROPERTY.findall(text) if name not in found)
    return tuple(found.items())


def names_used(text: str) -> frozenset[str]:
    """The variables, custom properties, mixins and functions that a rule uses, without the prefix of their module."""
    text = _COMMENT.sub("", text)
    found = set(re.findall(r"[$@][\w-]+", text)) | set(re.findall(r"var\(\s*(--[\w-]+)", text))
    found |= set(re.findall(r"@include\s+(?:[\w-]+\.)?([\w-]+)", text)) | set(re.findall(r"(?:\b[\w-]+\.)?([a-z][\w-]*)\(", text))
    return frozenset(found)


def theme_text(themes: tuple[Theme, ...], used: frozenset[str], budget: int = 900) -> str:
    """What the themes declare, in blocks by file: all that is used, and as much of the rest as a budget of bytes allows."""
    needed = {(theme.path, name) for theme in themes for name, _ in theme.declarations if name in used}
    size = sum(len(text) + 1 for theme in themes for name, text in theme.declarations if (theme.path, name) in needed)
    blocks: list[str] = []
    for theme in themes:
        lines: list[str] = []
        for name, text in theme.declarations:
            if (theme.path, name) in needed:
                lines.append(text)
            elif size + len(text) < budget and any(path == theme.path for path, _ in needed):
                size += len(text) + 1
                lines.append(text)
        if lines:
            how = f", used as `{theme.prefix}…`" if theme.prefix else ""
            fence = "scss" if "scss" in languages() else "css"
            blocks.append(f"`{theme.path}`{how}:\n```{fence}\n" + "\n".join(lines) + "\n```")
    return "\n\n".join(blocks)


def uses_theme(rule_text: str, themes: tuple[Theme, ...]) -> frozenset[str]:
    """Which names of the themes a rule uses."""
    return names_used(rule_text) & {name for theme in themes for name, _ in theme.declarations}


def _rule(text: str, span: tuple[int, int], selector: str, resolved: str, around: list[str]) -> Rule:
    begin, end = span
    line_start = text.rfind("\n", 0, begin) + 1
    indent = text[line_start:begin]
    own = text[begin:end].replace("\n" + indent, "\n") if indent and not indent.strip() else text[begin:end]
    wrapped = own
    for header in reversed(around):
        inner = "\n".join(f"  {line}" if line else line for line in wrapped.split("\n"))
        wrapped = f"{header} {{\n{inner}\n}}"
    return Rule(selector, resolved, own, wrapped, text.count("\n", 0, begin) + 1, text.count("\n", 0, end) + 1, len(around))


def _resolve(selector: str, outer: str) -> str:
    """A nested selector as plain CSS has it; the first of several outer ones stands for all."""
    if selector.startswith("@") or selector.endswith(":"):
        return outer
    first = outer.split(",", maxsplit=1)[0]
    parts = [part.strip() for part in selector.split(",")]
    return ", ".join(part.replace("&", first) if "&" in part else f"{first} {part}".strip() for part in parts)


def _own_text(text: str) -> str:
    """The declarations of the outermost block of a rule without those of blocks inside it."""
    plain = _STRING.sub("''", _COMMENT.sub("", text))
    body = plain[plain.find("{") + 1 : plain.rfind("}")]
    previous = ""
    while previous != body:
        previous = body
        body = re.sub(r"[^{};]*\{[^{}]*\}", ";", body)
    return ";" + body


def _one_line_form(rule: Rule) -> str:
    comment = first_sentence(" ".join(line.strip().lstrip("/* ") for line in rule.text.split("\n") if line.strip().startswith(("/", "*"))))
    return f"{rule.selector} {{ … }}" + (f" // {comment}" if comment else "")


def _resolve_file(path: str, target: str, project: ProjectView) -> FileView | None:
    plain = normpath(join(dirname(path), target.lstrip("~")))
    folder, _, name = plain.rpartition("/")
    if name.endswith(_ENDINGS):
        return project.view(plain)
    for ending in (_ENDINGS[0], *_ENDINGS[2:]):
        for candidate in (f"_{name}{ending}", f"{name}{ending}"):
            found = project.view(join(folder, candidate))
            if found is not None:
                return found
    return _in_shared_folder(path, name, project) if "/" not in target else None


def _in_shared_folder(path: str, name: str, project: ProjectView) -> FileView | None:
    folder = dirname(dirname(path))
    for _ in range(_MAX_LEVELS):
        for shared in _SHARED_FOLDERS:
            found = project.view(join(folder, shared, f"_{name}{_ENDINGS[0]}"))
            if found is not None:
                return found
        if not folder:
            return None
        folder = dirname(folder)
    return None
