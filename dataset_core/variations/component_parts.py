"""The template and the styles of a component, whether they stand in its decorator or in files of their own."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cached_property, lru_cache
from posixpath import dirname, join, normpath
from textwrap import dedent

from dataset_core.facts import Symbol
from dataset_core.project_view import FileView, ProjectView

_STRING = r"(?:`(?:\\.|[^`\\])*`|'(?:\\.|[^'\\\n])*'|\"(?:\\.|[^\"\\\n])*\")"
_ELEMENT_STARTS = ("</", "}", "/>", ">", "@else", "@empty", "@case", "@default")
_CLASS_ATTRIBUTE = re.compile(
    r"""\bclass(?:Name)?=\{?["'`]([^"'`{]*)["'`]|\[class\.([\w-]+)\]|\[ngClass\]="([^"]*)"|routerLinkActive="([^"]*)\""""
)
_OPENING_OR_CLOSING = re.compile(r"<(/?)([a-zA-Z][\w-]*)((?:\"[^\"]*\"|'[^']*'|[^>\"'])*?)(/?)>")
_VOID_ELEMENTS = frozenset({"area", "base", "br", "col", "embed", "hr", "img", "input", "link", "meta", "source", "track", "wbr"})
_TAG = re.compile(r"</?([a-z][\w-]*)")
_EMPTY = -1  # the indentation of a line without anything


@dataclass(frozen=True)
class Part:
    """A piece of text in a file: its language, and its lines in the file from 1, inclusive."""

    view: FileView
    text: str
    language: str
    start_line: int
    end_line: int


def component_of(view: FileView) -> Symbol | None:
    """The class that a component's decorator stands on."""
    return next((symbol for symbol in view.facts.symbols if _decorator(symbol)), None)


def selector_of(component: Symbol) -> str:
    """The element that stands for the component in templates, such as `hs-room-card`."""
    match = re.search(r"\bselector\s*:\s*['\"`]([^'\"`]+)", _decorator(component))
    return match.group(1) if match else ""


def template_of(view: FileView, project: ProjectView) -> Part | None:
    """The template of the component in a file."""
    component = component_of(view)
    if component is None:
        return None
    inline = re.search(rf"\btemplate\s*:\s*({_STRING})", _decorator(component))
    if inline is not None:
        return _inline(view, component, [inline.span(1)], "html")
    url = re.search(r"\btemplateUrl\s*:\s*['\"`]([^'\"`]+)", _decorator(component))
    return _from_file(view, [url.group(1)], project) if url is not None else None


def styles_of(view: FileView, project: ProjectView) -> Part | None:
    """The styles of the component in a file; of several style files, the first that exists."""
    component = component_of(view)
    if component is None:
        return None
    decorator = _decorator(component)
    inline = re.search(rf"\bstyles\s*:\s*\[?\s*({_STRING}(?:\s*,\s*{_STRING})*)", decorator)
    if inline is not None:
        spans = [match.span() for match in re.finditer(_STRING, decorator) if inline.start(1) <= match.start() < inline.end(1)]
        return _inline(view, component, spans, "css")
    urls = re.search(r"\bstyleUrls?\s*:\s*(\[[^\]]*\]|['\"`][^'\"`]+['\"`])", decorator)
    return _from_file(view, re.findall(r"['\"`]([^'\"`]+)['\"`]", urls.group(1)), project) if urls is not None else None


def largest_section(part: Part, limit: int, least: int = 80) -> Part | None:
    """The largest run of whole, balanced lines of a template of at most `limit` bytes; the part itself where it fits."""
    if least <= len(part.text.encode()) <= limit:
        return part
    return max(sections(part, limit, least), key=lambda section: (len(section.text), -section.start_line), default=None)


def sections(part: Part, limit: int, least: int = 80) -> Iterator[Part]:
    """The outermost elements and control blocks of a template that are of `least` to `limit` bytes, by their indentation."""
    for start, end, text in _sections_of(part.text, least, limit):
        yield Part(part.view, text, part.language, part.start_line + start, part.start_line + end)


def classes_in(template: str) -> list[str]:
    """The CSS classes that a template names, in order of appearance."""
    return list(_classes_in(template))


@lru_cache(1_024)  # each rule of a style is held against the same pieces
def _classes_in(template: str) -> tuple[str, ...]:
    words = (
        word for match in _CLASS_ATTRIBUTE.finditer(template) for group in match.groups() if group for word in re.findall(r"[\w-]+", group)
    )
    return tuple(dict.fromkeys(words))


def elements_in(template: str) -> list[str]:
    """The elements of a template, each once."""
    return list(dict.fromkeys(_TAG.findall(template)))


def skeleton(template: str) -> str:
    """The elements of a template with their classes, one a line, nested by indentation: all that styles depend on."""
    lines: list[str] = []
    depth = 0
    for match in _OPENING_OR_CLOSING.finditer(template):
        closing, name, attributes, ending = match.groups()
        if closing:
            depth = max(0, depth - 1)
            continue
        line = "  " * depth + ".".join([name, *classes_in(attributes)])
        if line not in lines[-2:]:
            lines.append(line)
        if not ending and name not in _VOID_ELEMENTS:
            depth += 1
    return "\n".join(lines)


def first_line_of(part: Part) -> str:
    """How a prompt calls a section: by the line that opens it."""
    return next((line.strip() for line in part.text.split("\n") if line.strip()), "")


def _decorator(symbol: Symbol) -> str:
    return next((text for text in symbol.annotations if re.match(r"@Component\b", text)), "")


def _inline(view: FileView, component: Symbol, spans: list[tuple[int, int]], language: str) -> Part | None:
    decorator = _decorator(component)
    start = view.text.find(decorator)
    pieces = [dedent(decorator[first + 1 : last - 1].replace("\\`", "`").strip("\n")).rstrip() for first, last in spans]
    text = "\n".join(piece for piece in pieces if piece)
    if start < 0 or not text.strip() or "${" in text:
        return None
    if language == "css" and re.search(r"[{;]\s*&|\$[\w-]+|@include\b|@use\b", text):
        language = "scss"
    begin = start + spans[0][0] + 1
    begin += len(view.text[begin:]) - len(view.text[begin:].lstrip())
    first_line = view.text.count("\n", 0, begin) + 1
    return Part(view, text, language, first_line, view.text.count("\n", 0, start + spans[-1][1] - 1) + 1)


def _from_file(view: FileView, urls: list[str], project: ProjectView) -> Part | None:
    for url in urls:
        found = project.view(normpath(join(dirname(view.path), url)))
        if found is not None and found.text.strip():
            text = found.text.strip("\n")
            skipped = len(found.text) - len(found.text.lstrip("\n"))
            return Part(found, text, found.language, skipped + 1, skipped + 1 + text.count("\n"))
    return None


# The rules of a style file are compared with the same sections one by one.
@lru_cache(256)
def _sections_of(text: str, least: int, most: int) -> tuple[tuple[int, int, str], ...]:
    """First and last line, from 0, and the dedented text of every section of `least` to `most` bytes."""
    return tuple((group.start, group.end, group.text) for group in _sections(_outermost(text), least, most))


def _sections(groups: tuple[_Group, ...], least: int, most: int) -> Iterator[_Group]:
    for group in groups:
        if least <= group.n_bytes <= most:
            yield group
        elif group.n_bytes > most:
            yield from _sections(group.inner, least, most)


@lru_cache(64)
def _outermost(text: str) -> tuple[_Group, ...]:
    lines = text.split("\n")
    indents = [len(line) - len(stripped) if (stripped := line.lstrip()) else _EMPTY for line in lines]
    return tuple(_groups(lines, indents, 0, len(lines) - 1))


@dataclass(frozen=True)
class _Group:
    """Lines of a template that belong together, from `start` to `end`, among all its lines with their indentations."""

    lines: list[str]
    indents: list[int]
    start: int
    end: int

    @cached_property
    def text(self) -> str:
        """The lines from the margin."""
        return dedent("\n".join(self.lines[self.start : self.end + 1]))

    @cached_property
    def n_bytes(self) -> int:
        """Of the text."""
        return len(self.text.encode())

    @cached_property
    def inner(self) -> tuple[_Group, ...]:
        """The groups inside it."""
        inside = _inside(self.lines, self.indents, self.start, self.end)
        return tuple(group for first, last in inside for group in _groups(self.lines, self.indents, first, last))


def _groups(lines: list[str], indents: list[int], first: int, last: int) -> Iterator[_Group]:
    """Runs of lines that begin at the least indentation, each with the deeper and the closing lines that follow."""
    filled = [index for index in range(first, last + 1) if indents[index] != _EMPTY]
    if not filled:
        return
    least = min(indents[index] for index in filled)
    start = end = filled[0]
    for index in filled[1:]:
        if indents[index] == least and not lines[index].startswith(_ELEMENT_STARTS, least):
            yield _Group(lines, indents, start, end)
            start = index
        end = index
    yield _Group(lines, indents, start, end)


def _inside(lines: list[str], indents: list[int], start: int, end: int) -> Iterator[tuple[int, int]]:
    """The runs of deeper lines in a group, between its opening, its `} @else {` and its closing; not those of an opening tag."""
    outer = indents[start]
    borders = [index for index in range(start, end + 1) if indents[index] != _EMPTY and indents[index] <= outer]
    for border, following in zip(borders, [*borders[1:], end + 1], strict=True):
        first = border
        while first < following and not lines[first].rstrip().endswith((">", "{")):
            first += 1
        if following - first > 1:
            yield first + 1, following - 1
