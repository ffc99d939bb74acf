"""Pieces of a file that can be asked for: the whole file, its main definition, or a run of members, whichever fits.

Also the condensed forms that stand in prompts: outlines, and files with bodies left out. It is long because both are the same cuts through
a file, seen from either side: what a unit holds is what a prompt leaves out.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Collection
from dataclasses import dataclass
from functools import lru_cache

import msgspec

from dataset_core import language
from dataset_core.facts import Import, Symbol
from dataset_core.parse import parses
from dataset_core.project_view import FileView, dedent

# At 2.6 to 3.6 bytes of code a token, prompt and answer of these sizes stay within 1,024 tokens; the export counts the rest.
MAX_ANSWER_BYTES = 1_800
MAX_CONTEXT_BYTES = 1_100
MIN_ANSWER_BYTES = 40


_VALUE_KINDS = frozenset({"property", "field", "constant", "column", "variable"})
_MANY = 16
# Of documentation; `#[derive]` is none.
_COMMENT_LINE = re.compile(r"\s*(?://|/?\*|#(?!\[))")
_BLANK_LINES, _BLANK_BEFORE_END = re.compile(r"\n(?:[ \t]*\n)+"), re.compile(r"\n[ \t]*\n(?=[ \t]*[})\]]\s*\Z)")


@dataclass(frozen=True)
class Unit:
    """A piece of a file: how a prompt calls it, its text, its lines (from 1, inclusive) and the definitions in it."""

    title: str
    text: str
    start_line: int
    end_line: int
    symbols: tuple[Symbol, ...]


def largest_unit(view: FileView, max_bytes: int = MAX_ANSWER_BYTES, *, whole_file: bool = False) -> Unit | None:
    """The largest piece of at most `max_bytes`: the file (where asked for), its main definition, a member run, or one definition."""
    if whole_file and (unit := file_unit(view)) is not None and len(unit.text.encode()) <= max_bytes:
        return unit
    main = view.main
    if main is not None and main.end - main.start <= max_bytes:
        return symbol_unit(view, main)
    found = (member_run(view, main, max_bytes) or _largest_definition(view, max_bytes)) if main is not None else None
    return found or max(line_runs(view, max_bytes), key=lambda unit: (len(unit.text), -unit.start_line), default=None)


def line_runs(view: FileView, max_bytes: int) -> list[Unit]:
    """The file cut at blank lines before unindented ones, into runs that are as long as fits: what scripts are made of.

    A run that is no code by itself, such as a part of a long comment, is left out.
    """
    text = without_licence_header(view.text)
    blocks = [block for block in re.split(r"\n\s*\n(?=\S)", text.strip("\n")) if block.strip()]
    runs: list[Unit] = []
    position = view.text.find(blocks[0]) if blocks else 0
    start, end = position, position
    for block in [*blocks, ""]:
        at = view.text.find(block, end) if block else -1
        if block and len(view.text[start : at + len(block)].encode()) <= max_bytes:
            end = at + len(block)
            continue
        if end > start:
            runs.append(_line_run(view, start, end))
        start, end = (at, at + len(block)) if block and len(block.encode()) <= max_bytes else (at + len(block), at + len(block))
    return [run for run in runs if not _is_head(view, run) and parses(run.text, view.language)]


def _is_head(view: FileView, run: Unit) -> bool:
    """Whether a run holds nothing but imports and the name of the package."""
    known = {row.line + place for row, text in import_statements(view) for place in range(text.count("\n") + 1)}
    lines = enumerate(run.text.split("\n"), start=run.start_line)
    left = " ".join(line for number, line in lines if number not in known and line.strip())
    return bool(known) and (not left or (bool(view.facts.package) and left.strip("; {").endswith(view.facts.package)))


def _line_run(view: FileView, start: int, end: int) -> Unit:
    first = view.text.count("\n", 0, start) + 1
    last = first + view.text.count("\n", start, end)
    return Unit(f"lines {first} to {last} of `{name_of(view.path)}`", view.text[start:end].strip("\n"), first, last, ())


def file_unit(view: FileView) -> Unit | None:
    """The whole file without a licence header."""
    text = without_licence_header(view.text).strip("\n")
    if not text.strip():
        return None
    skipped = view.text.count("\n", 0, view.text.find(text))
    return Unit(f"the file `{name_of(view.path)}`", text, skipped + 1, skipped + 1 + text.count("\n"), view.facts.symbols)


def symbol_unit(view: FileView, symbol: Symbol) -> Unit:
    """One definition with its documentation."""
    inside = tuple(s for s in view.facts.symbols if symbol.start <= s.start and s.end <= symbol.end)
    return Unit(title(symbol), view.code(symbol), symbol.start_line, symbol.end_line, inside)


def member_run(view: FileView, owner: Symbol, max_bytes: int) -> Unit | None:
    """The longest run of neighbouring members of a type that fits; the earliest of equals."""
    members = view.facts.children(view.facts.symbols.index(owner))
    best: list[Symbol] = []
    for first in range(len(members)):
        last = first
        while last + 1 < len(members) and members[last + 1].end - members[first].start <= max_bytes:
            last += 1
        if members[last].end - members[first].start <= max_bytes and _size(members[first : last + 1]) > _size(best):
            best = members[first : last + 1]
    if not best:
        return None
    names = [f"`{symbol.name}`" for symbol in (best[0], best[-1])[: min(2, len(best))]]
    what = names[0] if len(best) == 1 else f"the members {names[0]} to {names[1]}"
    whole = msgspec.structs.replace(best[0], end=best[-1].end)
    return Unit(f"{what} of `{owner.name}`", view.code(whole), best[0].start_line, best[-1].end_line, tuple(best))


def title(symbol: Symbol) -> str:
    """How a prompt names a definition: "the class `OrdersController`", "the method `Get` of `OrdersController`"."""
    owner = f" of `{symbol.container}`" if symbol.container and not symbol.is_type else ""
    return f"the {symbol.kind} `{symbol.name}`{owner}"


def owner_of(view: FileView, symbol: Symbol) -> Symbol | None:
    """The definition that a member belongs to: the one around it, or the type of the file that it names as its own, as in Go."""
    if symbol.parent >= 0:
        around = view.facts.symbols[symbol.parent]
        if around.kind != "impl":
            return around
    named = (s for s in view.facts.symbols if s.is_type and s.parent == -1 and s.name == symbol.container)
    return next(named, None) if symbol.container else None


def name_of(path: str) -> str:
    """The last part of a path."""
    return path.rpartition("/")[2]


def surface(unit: Unit, limit: int = 900, told: str = "") -> str:
    """What a unit's definitions look like from outside, with the first sentence of their documentation unless it was told, as a list."""
    lines: list[str] = []
    for symbol in _seen_from_outside(unit):
        doc = first_sentence(symbol.doc)
        lines.append(f"- `{face(symbol)}`" + (f": {doc}" if doc and doc not in told else ""))
    if unit.symbols and unit.symbols[0].kind == "enum":
        lines.append("- " + ", ".join(f"`{symbol.name}`" for symbol in unit.symbols if symbol.kind == "member"))
    return clip_lines([line for line in lines if line.strip("- ")], limit)


def face(symbol: Symbol) -> str:
    """A definition as others see it: the signature of what is called or typed, name and type of a value."""
    if symbol.kind in _VALUE_KINDS:
        return f"{symbol.name}: {symbol.type}" if symbol.type else symbol.name
    return one_line(signature_of(symbol))


def _seen_from_outside(unit: Unit) -> list[Symbol]:
    """Without the values of a long list, and of markup only what lies outermost: the rest is what is asked for."""
    if unit.symbols and unit.symbols[0].kind == "element":
        return [symbol for symbol in unit.symbols if symbol.parent in {-1, unit.symbols[0].parent}]
    shown = [symbol for symbol in unit.symbols if symbol.kind != "member"]
    return shown if len(shown) <= _MANY else [symbol for symbol in shown if symbol.kind not in _VALUE_KINDS]


def outline(view: FileView, symbols: Collection[Symbol] | None = None, limit: int = MAX_CONTEXT_BYTES) -> str:
    """A file, or some of its definitions, with every callable's body left out; cut at a line's end past `limit` bytes."""
    holes = [s for s in view.facts.symbols if s.is_callable and s.body_start >= 0 and s.body_end > s.body_start]
    if symbols is not None:
        return clip("\n\n".join(dedent(_with_holes(view, s.start, s.end, holes), _indent(view, s)) for s in symbols), limit)
    return clip(without_licence_header(_with_holes(view, 0, len(view.data), holes)), limit)


def excerpt(view: FileView, of: Symbol, worth: Callable[[Symbol], float], limit: int) -> str:
    """A type with those of its callables that are worth most, whole, as many as fit into `limit` bytes; the others are not mentioned.

    Everything else of it stays; where even that is too long, it is the outline.
    """
    members = [s for s in view.facts.symbols if s.parent >= 0 and view.facts.symbols[s.parent] == of and s.is_callable]
    kept = _excerpt(view, of, members)
    if len(kept.encode()) > limit:
        return outline(view, [of], limit)
    for member in sorted(members, key=lambda s: (-worth(s), s.start)):
        with_it = _excerpt(view, of, [other for other in members if other != member])
        if len(with_it.encode()) <= limit:
            members.remove(member)
            kept = with_it
    return kept


def _excerpt(view: FileView, of: Symbol, without: Collection[Symbol]) -> str:
    text = _replace(view, of.start, of.end, [(s.start, s.end) for s in without], "")
    return dedent(_BLANK_BEFORE_END.sub("\n", _BLANK_LINES.sub("\n\n", text)), _indent(view, of))


def head(view: FileView, of: Symbol) -> str:
    """How a definition begins, without its documentation: annotations, name and bases, up to where its body opens."""
    if of.body_start < 0:
        return ""
    opening = view.slice(of.body_start, of.body_start + 1)
    text = view.slice(of.start, of.body_start) + (opening if opening == "{" else "")
    lines = dedent(text, _indent(view, of)).rstrip().split("\n")
    return "\n".join(line for line in lines if not _COMMENT_LINE.match(line))


def condensed(view: FileView, limit: int) -> str:
    """A file without its head up to the imports; of the bodies, the first ones that fit into `limit` bytes are kept."""
    lines = view.text.split("\n")
    last = max((row.line + text.count("\n") for row, text in import_statements(view)), default=0)
    while 0 < last < len(lines) and lines[last].strip() in {"", ")"}:
        last += 1
    start, end = len("\n".join([*lines[:last], ""]).encode()) if last else 0, len(view.data)
    holes = [s for s in view.facts.symbols if s.is_callable and s.body_start >= start and s.body_end > s.body_start]
    room = limit - len(_with_holes(view, start, end, holes).encode())
    for hole in list(holes):
        room -= hole.body_end - hole.body_start
        if room < 0:
            break
        holes.remove(hole)
    return without_licence_header(_with_holes(view, start, end, holes))


def _indent(view: FileView, symbol: Symbol) -> str:
    """The white space before a definition's first line; empty where something else stands before it."""
    before = view.slice(view.data.rfind(b"\n", 0, symbol.start) + 1, symbol.start)
    return "" if before.strip() else before


def with_hole(view: FileView, hole: Symbol, *, limit: int) -> str:
    """The file with one callable's body left out; other bodies are left out too, from the farthest, until it fits."""
    marker = language.languages()[view.language].left_out
    others = [s for s in view.facts.symbols if s.is_callable and s.body_start >= 0 and (s.end <= hole.start or s.start >= hole.end)]
    others = _outermost(others)
    full = without_licence_header(_replace(view, 0, len(view.data), [(hole.body_start, hole.body_end)], marker))
    if len(full.encode()) <= limit:
        return full
    owner = view.facts.symbols[hole.parent] if hole.parent >= 0 else None
    head = imports_text(view)
    spans = sorted([(hole.body_start, hole.body_end), *((s.body_start, s.body_end) for s in others)])
    start, end = (owner.header, owner.end) if owner is not None else (0, len(view.data))
    condensed = _replace(view, start, end, [span for span in spans if start <= span[0] and span[1] <= end], marker)
    condensed = dedent(condensed, _indent(view, owner)) if owner is not None else condensed
    whole = f"{head}\n\n{condensed}" if head and owner is not None else condensed
    if len(whole.encode()) <= limit:
        return whole
    return _around(condensed, view.slice(hole.header, hole.body_start).strip(), limit)


def _outermost(symbols: list[Symbol]) -> list[Symbol]:
    """Of callables in the order of a file, those that lie in the body of no other."""
    kept: list[Symbol] = []
    for symbol in symbols:
        if not kept or not (kept[-1].body_start <= symbol.start and symbol.end <= kept[-1].body_end):
            kept.append(symbol)
    return kept


def imports_text(view: FileView, limit: int = 500, *, for_code: str = "") -> str:
    """The import statements of a file, or those that a piece of it needs, each on one line; those that do not fit are left out."""
    words = set(re.findall(r"\w+", for_code))
    needed = (text for row, text in import_statements(view) if not for_code or provided_names(row) & words)
    kept: list[str] = []
    for text in dict.fromkeys(map(one_line, needed)):
        limit -= len(text.encode()) + 1
        if limit < 0:
            break
        kept.append(text)
    return "\n".join(kept)


def import_statements(view: FileView) -> tuple[tuple[Import, str], ...]:
    """Each import with its whole statement, which may take several lines; none for imports inside other code."""
    return _import_statements(view.text, view.facts.imports)


@lru_cache(64)
def _import_statements(code: str, imports: tuple[Import, ...]) -> tuple[tuple[Import, str], ...]:
    lines = code.split("\n")
    found: list[tuple[Import, str]] = []
    for row in imports:
        if row.line > len(lines):
            continue
        text = lines[row.line - 1]
        if text[:1].isspace():
            if _opens_import_block(lines, row.line - 1):
                found.append((row, f"import {text.strip()}"))
            continue
        last = row.line
        while open_brackets(text) > 0 and last < min(len(lines), row.line + 40):
            text += "\n" + lines[last]
            last += 1
        same = found.pop()[0] if found and found[-1][0].line == row.line else row
        found.append((Import(same.module, tuple(dict.fromkeys((*same.names, *row.names))), row.line), text.rstrip()))
    return tuple(found)


def _opens_import_block(lines: list[str], index: int) -> bool:
    """Whether the line that an indented one hangs on is `import (`, as Go groups its imports."""
    while index > 0 and (not lines[index] or lines[index][0].isspace()):
        index -= 1
    return re.match(r"import\s*\(\s*$", lines[index]) is not None


def provided_names(row: Import) -> set[str]:
    """The names that an import gives: those that it lists, or else the module's own last word that is no version."""
    return set(row.names) or set(re.split(r"\W+", re.sub(r"[./]v\d+$", "", row.module))[-1:])


def open_brackets(text: str) -> int:
    """How many brackets and braces a text opens beyond those that it closes."""
    return text.count("(") + text.count("{") - text.count(")") - text.count("}")


def signature_of(symbol: Symbol) -> str:
    """A signature on its own: no comments and directives between its lines, no trailing brace."""
    text = _COMMENT.sub("", symbol.signature) if "//" in symbol.signature else symbol.signature
    return (_DIRECTIVE.sub("", text) if "#" in text else text).rstrip("{ \n\t")


def one_line(text: str) -> str:
    """Fold white space."""
    return " ".join(text.split())


def in_words(parts: list[str]) -> str:
    """Parts as an enumeration: "a, b and c"."""
    return f"{', '.join(parts[:-1])} and {parts[-1]}" if len(parts) > 1 else "".join(parts)


def first_sentence(doc: str, limit: int = 160) -> str:
    """The first sentence of a documentation comment."""
    sentence = re.split(r"(?<=[.!?])\s|\n\s*\n", one_line_paragraph(doc), maxsplit=1)[0]
    return sentence if len(sentence) <= limit else ""


def one_line_paragraph(doc: str) -> str:
    """The first paragraph, folded to one line."""
    return one_line(doc.split("\n\n", 1)[0])


def clip(text: str, limit: int) -> str:
    """Cut at a line's end so that at most `limit` bytes remain; a cut is marked by an ellipsis of its own."""
    if len(text.encode()) <= limit:
        return text
    return clip_lines(text.split("\n"), limit)


def clip_lines(lines: list[str], limit: int) -> str:
    """As many whole lines as fit into `limit` bytes."""
    kept: list[str] = []
    size = 0
    for line in lines:
        size += len(line.encode()) + 1
        if size > limit:
            kept.append("…")
            break
        kept.append(line)
    return "\n".join(kept)


_DIRECTIVE = re.compile(r"(?m)^[ \t]*#[ \t]*(?:pragma|region|endregion|if|elif|else|endif|nullable|ifdef|ifndef)\b[^\n]*\n?")
_COMMENT = re.compile(r"(?m)^[ \t]*//.*\n|[ \t]+//[ \t].*$")
_LICENCE_HEADER = re.compile(
    r"\A(?:\ufeff|\s)*(?:(?:/\*.*?\*/|<!--.*?-->)|(?:[ \t]*(?://|#(?!\!|\s*(?:include|define|pragma|if))|--|;)[^\n]*(?:\n|\Z))+)", re.DOTALL
)


def without_licence_header(text: str) -> str:
    """The text without a first comment that speaks of licence or copyright."""
    match = _LICENCE_HEADER.match(text)
    if match is None or re.search(r"(?i)copyright|licen[cs]e|all rights reserved|spdx", match.group()) is None:
        return text
    return text[match.end() :].lstrip("\n")


def _size(symbols: list[Symbol]) -> int:
    return symbols[-1].end - symbols[0].start if symbols else 0


def _largest_definition(view: FileView, max_bytes: int) -> Unit | None:
    fitting = [s for s in view.facts.symbols if MIN_ANSWER_BYTES <= s.end - s.start <= max_bytes]
    best = max(fitting, key=lambda symbol: (symbol.end - symbol.start, -symbol.start), default=None)
    return symbol_unit(view, best) if best is not None else None


def _with_holes(view: FileView, start: int, end: int, holes: list[Symbol]) -> str:
    marker = language.languages()[view.language].left_out
    spans = [(s.body_start, s.body_end) for s in holes if start <= s.body_start and s.body_end <= end]
    return _replace(view, start, end, spans, marker)


def _replace(view: FileView, start: int, end: int, spans: list[tuple[int, int]], marker: str) -> str:
    parts: list[str] = []
    position = start
    for span_start, span_end in sorted(spans):
        if span_start < position:
            continue
        parts += [view.slice(position, span_start), marker]
        position = span_end
    return "".join([*parts, view.slice(position, end)])


def _around(text: str, anchor: str, limit: int) -> str:
    """The lines around the end of the anchor, as many as fit."""
    lines = text.split("\n")
    centre = text.count("\n", 0, max(0, text.find(anchor)) + len(anchor)) if anchor in text else 0
    first = last = centre
    size = len(lines[centre].encode())
    while True:
        grown = False
        for index in (first - 1, last + 1):
            if 0 <= index < len(lines) and size + len(lines[index].encode()) + 1 <= limit:
                size += len(lines[index].encode()) + 1
                first, last, grown = min(first, index), max(last, index), True
        if not grown:
            break
    return "\n".join([*(["…"] if first > 0 else []), *lines[first : last + 1], *(["…"] if last < len(lines) - 1 else [])])
