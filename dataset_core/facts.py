"""What a file declares, uses and calls: the only thing that crosses files.

Facts come from one run of the language's `facts.scm` over the syntax tree. Its captures:

| capture | meaning |
|---|---|
| `@definition.KIND` | a definition; with `@name`, and where it has them `@body`, `@type` (of its value or result), `@container` |
| `@name` with `@body` or `@type` alone | more about the definition that has this very name node |
| `@import` | an import; with `@module` (of a module in a module, one after the other) and `@symbol` |
| `@package` | the namespace or package of the file |
| `@parameter` | a parameter; with `@name` and `@type` |
| `@base`, `@annotation`, `@doc`, `@reference` | belong to the innermost definition around them |
| `@call` | a call; with `@name` and, where it has one, `@receiver` |
| `@comment` | comments on the lines directly above a definition are its documentation |

It is long because all that is known of these captures stands here: which of them belong together only their places tell, and `_Captures`
is one reading of them.
"""

from __future__ import annotations

import re
import sys
from bisect import bisect_right
from collections.abc import Iterable, Iterator
from functools import cache, lru_cache
from operator import itemgetter
from typing import Any, TypeVar

import msgspec
from tree_sitter import Node, QueryCursor

from dataset_core import language
from dataset_core.parse import ParsedFile
from dataset_core.roles import role_of

TYPE_KINDS = frozenset(
    {"actor", "class", "enum", "interface", "module", "object", "protocol", "record", "struct", "table", "trait", "type", "union", "view"}
)
CALLABLE_KINDS = frozenset({"function", "method", "constructor", "mixin", "procedure"})
_OWNS_METHODS = TYPE_KINDS | {"impl"}
# Captures that belong to the definition around them, which is known when all are: of annotations there is more to note.
_LATE = frozenset({"base", "doc", "parameter"})
_Placed = TypeVar("_Placed", bound=tuple[Any, ...])
# A file with more definitions than this is a list, not code that teaches; the rest of it is left unread.
MAX_SYMBOLS = 600
_MAX_RECEIVER = 80  # characters; a longer one is an expression, not a name


class Parameter(msgspec.Struct, frozen=True, array_like=True, gc=False):
    """A parameter of a callable; `type` is empty where the language or the author leaves it out."""

    name: str
    type: str


class Call(msgspec.Struct, frozen=True, array_like=True, gc=False):
    """A call in a callable's body: `receiver.name(...)`, receiver empty for a plain function."""

    receiver: str
    name: str


class Import(msgspec.Struct, frozen=True, array_like=True, gc=False):
    """An import: the module as written, the names taken from it, and its line from 1."""

    module: str
    names: tuple[str, ...]
    line: int


class Symbol(msgspec.Struct, frozen=True, array_like=True, gc=False):
    """A definition.

    Offsets count bytes of the file's UTF-8 text: `start` includes documentation and annotations, `header` is where the declaration
    itself begins, `body_start`/`body_end` frame its body (both -1 without one), `end` is exclusive. Lines count from 1.
    `parent` is the index of the enclosing definition among the file's symbols, -1 at the top.
    """

    kind: str
    name: str
    start: int
    header: int
    body_start: int
    body_end: int
    end: int
    start_line: int
    end_line: int
    parent: int
    container: str
    signature: str
    doc: str
    type: str
    bases: tuple[str, ...]
    annotations: tuple[str, ...]
    parameters: tuple[Parameter, ...]
    calls: tuple[Call, ...]
    references: tuple[str, ...]

    @property
    def is_type(self) -> bool:
        """Whether it declares a type."""
        return self.kind in TYPE_KINDS

    @property
    def is_callable(self) -> bool:
        """Whether it can be called."""
        return self.kind in CALLABLE_KINDS


class FileFacts(msgspec.Struct, frozen=True, array_like=True, gc=False):
    """All that other files may know of a file. `doc` is the documentation of the file as a whole."""

    path: str
    language: str
    role: str
    content_hash: str
    licence: str
    package: str
    doc: str
    imports: tuple[Import, ...]
    symbols: tuple[Symbol, ...]
    annotations: tuple[str, ...]
    n_lines: int
    has_errors: bool

    def is_one_of_several(self, symbol: Symbol) -> bool:
        """Whether another definition has the same name, place and parameters: of which a build chooses one, for example by platform."""
        same = (symbol.name, symbol.container, symbol.parameters)
        return sum((other.name, other.container, other.parameters) == same for other in self.symbols if other.kind == symbol.kind) > 1

    def children(self, index: int) -> list[Symbol]:
        """The definitions directly inside another one; -1 for the top level."""
        return [symbol for symbol in self.symbols if symbol.parent == index]


def extract_facts(parsed: ParsedFile) -> FileFacts:
    """Run the language's query and gather what it finds."""
    found = _Captures(parsed)
    symbols = found.symbols()
    imports = found.imports()
    source = parsed.source
    facts = FileFacts(
        path=source.path,
        language=source.language,
        role="",
        content_hash=source.content_hash,
        licence=source.licence,
        package=found.package,
        doc=found.file_doc,
        imports=imports,
        symbols=symbols,
        annotations=tuple(found.loose_annotations),
        n_lines=source.text.count("\n") + (not source.text.endswith("\n")),
        has_errors=bool(parsed.errors),
    )
    return msgspec.structs.replace(facts, role=role_of(facts, source.text))


def main_symbol(facts: FileFacts) -> Symbol | None:
    """The definition that the file is about: its largest top-level type, or else its largest top-level definition."""
    top = [symbol for symbol in facts.symbols if symbol.parent == -1]
    types = [symbol for symbol in top if symbol.is_type]
    return max(types or top, key=lambda symbol: (symbol.end - symbol.start, -symbol.start), default=None)


@cache
def _what(captures: tuple[str, ...]) -> str:
    """The capture of a match that says what it is; empty for one that says nothing. There are few sets of captures, and many matches."""
    definition = next((name for name in captures if name.startswith("definition.")), "")
    in_order = ("comment", definition, "import", "package", "call", "parameter", "base", "annotation", "reference", "doc", "name")
    return next((name for name in in_order if name in captures), "")


class _Definition:
    """A definition while its captures are gathered."""

    __slots__ = (
        "annotations",
        "base_names",
        "body",
        "calls",
        "container",
        "doc",
        "kind",
        "name",
        "node",
        "parameters",
        "references",
        "type",
    )

    def __init__(self, kind: str, node: Node, name: Node) -> None:
        self.kind = kind
        self.node = node
        self.name = name
        self.body: Node | None = None
        self.type = ""
        self.container = ""
        self.doc = ""
        self.base_names: list[str] = []
        self.annotations: list[str] = []
        self.parameters: dict[int, list[str]] = {}
        self.calls: dict[tuple[str, str], None] = {}
        self.references: dict[str, None] = {}


class _Captures:
    """The query's matches, assigned to the definitions that hold them."""

    def __init__(self, parsed: ParsedFile) -> None:
        self._data = parsed.source.data
        # Of ASCII, which most code is, a slice of the text is a slice of its bytes.
        self._ascii = parsed.source.text if len(parsed.source.text) == len(self._data) else None
        self._language = language.languages()[parsed.source.language]
        self.package = ""
        self.file_doc = ""
        self.loose_annotations: list[str] = []
        self._by_name: dict[int, _Definition] = {}
        self._imports: dict[int, tuple[str, list[str], int]] = {}
        self._comments: dict[int, Node] = {}
        self._annotation_rows: dict[int, Node] = {}
        self._late: list[tuple[int, str, dict[str, list[Node]]]] = []
        self._references: list[tuple[int, str]] = []
        self._calls: list[tuple[int, str, str]] = []
        for _, captures in QueryCursor(language.facts_query(parsed.source.language)).matches(parsed.tree.root_node):
            what = _what(tuple(captures))
            if what == "reference":  # of all matches about half, and another quarter calls
                node = captures[what][0]
                self._references.append((node.start_byte, self._text(node)))
            elif what == "call":
                receiver = self._text(captures["receiver"][0]) if "receiver" in captures else ""
                self._calls.append((captures[what][0].start_byte, receiver, self._text(captures["name"][0])))
            elif what in _LATE:
                self._late.append((captures[what][0].start_byte, what, captures))
            else:
                self._take(what, captures)
        self._ordered = sorted(self._by_name.values(), key=lambda d: (d.node.start_byte, -d.node.end_byte))[:MAX_SYMBOLS]
        self._starts = [definition.node.start_byte for definition in self._ordered]
        self._ends = [definition.node.end_byte for definition in self._ordered]
        self._parents = self._nest()
        self._assign_late()
        for owner, (_, name) in self._owned(self._references):
            owner.references[name] = None
        for owner, (_, receiver, name) in self._owned(self._calls):
            owner.calls[receiver if len(receiver) <= _MAX_RECEIVER and "\n" not in receiver else "", name] = None

    def symbols(self) -> tuple[Symbol, ...]:
        return tuple(self._symbol(definition, parent) for definition, parent in zip(self._ordered, self._parents, strict=True))

    def imports(self) -> tuple[Import, ...]:
        return tuple(Import(module, tuple(names), line) for _, (module, names, line) in sorted(self._imports.items()))

    def _take(self, what: str, captures: dict[str, list[Node]]) -> None:
        if what == "comment":
            node = captures["comment"][0]
            self._comments[_last_row(node)] = node
        elif what.startswith("definition."):
            self._define(what[11:], captures)
        elif what == "import":
            self._import(captures)
        elif what == "package":
            self.package = self.package or self._text(captures["package"][0])
        elif what == "name":
            self._augment(captures)
        elif what == "annotation":
            node = captures["annotation"][0]
            self._late.append((node.start_byte, what, captures))
            if not self._rest_of_line(node.end_byte).strip(b" \t\r]"):
                self._annotation_rows[_last_row(node)] = node

    def _define(self, kind: str, captures: dict[str, list[Node]]) -> None:
        name = captures["name"][0]
        if name.start_byte not in self._by_name:
            self._by_name[name.start_byte] = _Definition(kind, captures[f"definition.{kind}"][0], name)
        self._augment(captures)

    def _augment(self, captures: dict[str, list[Node]]) -> None:
        definition = self._by_name.get(captures["name"][0].start_byte)
        if definition is None:
            self._late.append((captures["name"][0].start_byte, "more", captures))
            return
        if "body" in captures:
            definition.body = captures["body"][0]
        if "type" in captures:
            definition.type = self._text(captures["type"][0])
        if "container" in captures:
            definition.container = self._text(captures["container"][0])

    def _import(self, captures: dict[str, list[Node]]) -> None:
        node = captures["import"][0]
        modules = sorted(captures.get("module", ()), key=lambda module: module.start_byte)
        module = "::".join(self._text(module).strip("\"'<>") for module in modules) or self._text(node)
        entry = self._imports.setdefault(node.start_byte, (module, [], node.start_point.row + 1))
        entry[1].extend(name for name in map(self._text, captures.get("symbol", ())) if name not in entry[1])

    def _nest(self) -> list[int]:
        """The parent of each definition, by spans."""
        parents: list[int] = []
        stack: list[int] = []
        for index, (start, end) in enumerate(zip(self._starts, self._ends, strict=True)):
            # A definition may lie behind an earlier one, or be the very same node: `int a, b;` declares two fields beside each other.
            while stack and (self._ends[stack[-1]] <= start or (self._starts[stack[-1]], self._ends[stack[-1]]) == (start, end)):
                stack.pop()
            parents.append(stack[-1] if stack else -1)
            stack.append(index)
        return parents

    def _assign_late(self) -> None:
        for position, kind, captures in sorted(self._late, key=itemgetter(0)):
            if kind == "more":
                self._augment_late(captures)
            else:
                self._assign(kind, captures, self._owner(position)[0])

    def _owned(self, late: list[_Placed]) -> Iterator[tuple[_Definition, _Placed]]:
        """In the order of their places, with the innermost definition around each; without those that stand in none."""
        owner, until = self._owner(0)
        for item in sorted(late, key=itemgetter(0)):
            if item[0] >= until:
                owner, until = self._owner(item[0])
            if owner is not None:
                yield owner, item

    def _owner(self, position: int) -> tuple[_Definition | None, int]:
        """The innermost definition around a place, and the place up to which this one is."""
        following = bisect_right(self._starts, position)
        until = self._starts[following] if following < len(self._starts) else sys.maxsize
        index = following - 1
        while index >= 0 and self._ends[index] <= position:
            index = self._parents[index]
        return (self._ordered[index], min(until, self._ends[index])) if index >= 0 else (None, until)

    def _augment_late(self, captures: dict[str, list[Node]]) -> None:
        name = captures["name"][0].start_byte
        if name in self._by_name:
            self._augment(captures)

    def _assign(self, kind: str, captures: dict[str, list[Node]], owner: _Definition | None) -> None:
        node = captures[kind][0]
        if kind == "annotation":
            self._annotate(node, owner)
        elif owner is None:
            if kind == "doc":
                self.file_doc = self.file_doc or clean_doc(self._text(node))
        elif kind == "parameter":
            entry = owner.parameters.setdefault(captures["name"][0].start_byte, ["", ""])
            entry[0] = self._text(captures["name"][0])
            entry[1] = self._text(captures["type"][0]) if "type" in captures else entry[1]
        elif kind == "doc":
            owner.doc = owner.doc or self._text(node)
        else:
            base = self._text(node)
            if base not in owner.base_names:
                owner.base_names.append(base)

    def _annotate(self, node: Node, owner: _Definition | None) -> None:
        """Annotations inside a definition's node but before its name are its own; those on the lines above are too."""
        text = self._text(node)
        if owner is not None and node.start_byte < owner.name.start_byte:
            owner.annotations.append(text)
            return
        following = bisect_right(self._starts, node.start_byte)
        if following < len(self._ordered) and self._is_directly_above(node, self._ordered[following].node):
            self._ordered[following].annotations.append(text)
        else:
            self.loose_annotations.append(text)

    def _is_directly_above(self, node: Node, definition: Node) -> bool:
        row = last = _last_row(node)
        while row < definition.start_point.row:
            row += 1
            if row == definition.start_point.row or row - 1 == last:
                if not self._is_decoration_or_definition(row, definition):
                    return row >= definition.start_point.row
            elif not self._is_decoration_or_definition(row, definition):
                return False
        return True

    def _is_decoration_or_definition(self, row: int, definition: Node) -> bool:
        return row == definition.start_point.row or row in self._annotation_rows or row in self._comments

    def _symbol(self, definition: _Definition, parent: int) -> Symbol:
        node, body = definition.node, definition.body
        # Go's grammar counts the word `interface` to the body.
        body_start = body.start_byte + (body.text or b"").find(b"{") if body is not None and body.type == "interface_type" else None
        body_start = body_start if body_start is not None else body.start_byte if body is not None else -1
        header, indent = self._header(node.start_byte)
        start, row, comments = self._decorations(header, node.start_point.row) if indent is not None else (header, node.start_point.row, [])
        end = node.end_byte
        doc = clean_doc(definition.doc) if definition.doc else clean_doc("\n".join(comments))
        written = self._data[header : body_start if body is not None else end]
        signature = written.replace(b"\n" + (indent or b""), b"\n").decode("utf-8", "replace").strip()
        if body is not None and self._language.line_comment in signature:
            # In Python, comments that stand before the first statement lie outside of the body.
            signature = _comments_at_end(self._language.line_comment).sub("", signature)
        return Symbol(
            kind=_kind(definition.kind, parent, self._ordered),
            name=self._text(definition.name),
            start=start,
            header=header,
            body_start=body_start,
            body_end=body.end_byte if body is not None else -1,
            end=end,
            start_line=row + 1,
            end_line=_last_row(node) + 1,
            parent=parent,
            container=definition.container or (self._text(self._ordered[parent].name) if parent >= 0 else ""),
            signature=_shorten(signature if body is not None else _head(signature, definition.kind)),
            doc=doc,
            type=_strip_type(definition.type),
            bases=tuple(definition.base_names),
            annotations=tuple(definition.annotations),
            parameters=tuple(Parameter(name, _strip_type(kind)) for _, (name, kind) in sorted(definition.parameters.items())),
            calls=tuple(Call(receiver, name) for receiver, name in definition.calls),
            references=tuple(definition.references),
        )

    def _header(self, start: int) -> tuple[int, bytes | None]:
        """Where a definition's text begins on its line, before words such as `export default`, and what it is indented by.

        The indentation is None where anything else stands before it on the line.
        """
        line_start = self._data.rfind(b"\n", 0, start) + 1
        before = self._data[line_start:start]
        stripped = before.lstrip()
        if not stripped:
            return start, before
        return (start - len(stripped), before[: -len(stripped)]) if _MODIFIERS.fullmatch(stripped) else (start, None)

    def _decorations(self, header: int, row: int) -> tuple[int, int, list[str]]:
        """Where the comments and annotations that stand directly above begin, in which row, and the comments."""
        start, comments = header, []
        while (node := self._comments.get(row - 1) or self._annotation_rows.get(row - 1)) is not None:
            line_start = self._data.rfind(b"\n", 0, node.start_byte) + 1
            before = self._data[line_start : node.start_byte]
            if node.end_byte > start or before.strip(b" \t#@[!"):
                break
            if node is self._comments.get(row - 1):
                # Some grammars count the end of the line to a line comment.
                comments.append(self._text(node).rstrip("\n"))
            start = line_start + len(before) - len(before.lstrip())
            row = node.start_point.row
        return start, row, comments[::-1]

    def _rest_of_line(self, position: int) -> bytes:
        end = self._data.find(b"\n", position)
        return self._data[position : end if end >= 0 else len(self._data)]

    def _text(self, node: Node) -> str:
        if self._ascii is not None:
            return self._ascii[node.start_byte : node.end_byte]
        return self._data[node.start_byte : node.end_byte].decode("utf-8", "replace")


_TYPE_NAME = re.compile(r"[A-Za-z_][A-Za-z0-9_]*")
_QUOTED = re.compile(r"'[^']*'|\"[^\"]*\"")
_LITERALS = re.compile(r"(?:'[^']*'|\"[^\"]*\")\s*\|\s*['\"]")
_ACCESSORS = re.compile(r"([^{}=]*)\{(?=(?:\s*\[[^\]]*\])*\s*(?:(?:private|protected|internal)\s+)*(?:get|set|init)\s*(?:[;{]|=>))")
_ACCESSOR = re.compile(r"(?:(?:private|protected|internal)\s+)*\b(?:get|set|init)(?=\s*(?:;|\{|=>))")
_RULE = re.compile(r"[=\-*_~#─━]{3,}")
_MODIFIERS = re.compile(rb"(?:[A-Za-z_]+(?:\([\w :]*\))?\s+)*")
_START_TAG = re.compile(r"""<[^>"']*(?:(?:"[^"]*"|'[^']*')[^>"']*)*>""")
_DOC_MARKS = re.compile(r"(?m)^[ \t]*(?:///?!?|//!|/\*\*?|\*/|\*(?!\*)|--+|#+!?|<!--)[ \t]?|\*/[ \t]*$|-->[ \t]*$")
_DOC_TAGS = re.compile(r"</?(?:summary|remarks|para|returns|value|param|typeparam|see|c|code|example|exception|inheritdoc)\b[^>]*>")
_DOC_REFERENCE = re.compile(r'<(?:see|paramref|typeparamref)\s+(?:cref|name|langword)="(?:\w:)?([^"]+)"\s*/>')
_STRING_MARKS = re.compile(r'^[rRuUbBfF]*("""|\'\'\'|"|\')|("""|\'\'\'|"|\')$')


@cache
def _comments_at_end(mark: str) -> re.Pattern[str]:
    return re.compile(rf"(?:\n[ \t]*{re.escape(mark)}[^\n]*)+\Z")


def clean_doc(raw: str) -> str:
    """The words of a documentation comment: without comment marks, XML tags, and what follows a first `@param`-like tag."""
    if not raw:
        return ""
    text = _DOC_REFERENCE.sub(r"\1", raw.strip())
    text = _STRING_MARKS.sub("", text) if raw[0] in "\"'rRuUbBfF" else _DOC_MARKS.sub("", text)
    summary = re.search(r"<summary>(.*?)</summary>", text, re.DOTALL)
    text = _DOC_TAGS.sub("", summary.group(1) if summary else text)
    lines: list[str] = []
    for line in (_unescaped(text) if "&" in text else text).strip().split("\n"):
        stripped = line.strip()
        if re.match(r"[@:\\](?:param|returns?|throws|raises|type|author|see|since|example|deprecated|inheritDoc)\b", stripped):
            break
        if not _RULE.fullmatch(stripped):
            lines.append(stripped)
    return re.sub(r"\n{3,}", "\n\n", "\n".join(lines)).strip()[:1200]


def _unescaped(text: str) -> str:
    from html import unescape  # its table of names takes a while to load, and few comments need it

    return unescape(text)


def _last_row(node: Node) -> int:
    """The row of a node's last character: some grammars count the line's end to a comment or a directive."""
    return node.end_point.row - (node.end_point.column == 0 and node.end_point.row > node.start_point.row)


def _kind(kind: str, parent: int, ordered: list[_Definition]) -> str:
    """A function directly inside a type is a method, whatever the grammar calls it."""
    if kind == "function" and parent >= 0 and ordered[parent].kind in _OWNS_METHODS:
        return "method"
    return kind


def _strip_type(text: str) -> str:
    return " ".join(text.lstrip(":").split())[:120]


def _head(text: str, kind: str) -> str:
    """The signature of a definition without a body of its own: up to an expression after `=>`, and of markup the start tag."""
    if kind == "element":
        tag = _START_TAG.match(text)
        return tag.group() if tag is not None else text
    if kind == "property":
        return _without_accessor_bodies(text)
    return text.split("=>", 1)[0].rstrip() if kind in CALLABLE_KINDS else text


def _without_accessor_bodies(text: str) -> str:
    """`Name { get { ... } set => ...; }` with the accessors alone: `Name { get; set; }`; any other property as it is."""
    match = _ACCESSORS.match(text)
    if match is None or not re.search(r"=>|\{", text[match.end() :]):
        return text
    accessors = [" ".join(found.split()) for found in _ACCESSOR.findall(text, match.end(1))]
    return f"{match.group(1).rstrip()} {{ {'; '.join(accessors)}; }}"


def _shorten(signature: str, limit: int = 600) -> str:
    return signature if len(signature) <= limit else signature[:limit].rsplit("\n", 1)[0]


def type_names(text: str) -> list[str]:
    """The names in a type expression, in order: `Task<List<OrderDto>>` gives Task, List, OrderDto."""
    return [*_type_names(text)]


@lru_cache(8_192)
def _type_names(text: str) -> tuple[str, ...]:
    """See `type_names`; most types of a project are few, such as `string`, and are asked for again and again."""
    if "|" in text and _LITERALS.search(text):
        text = _QUOTED.sub("", text)
    return tuple(_TYPE_NAME.findall(text))


def referenced_names(symbols: Iterable[Symbol]) -> list[str]:
    """The distinct type names that definitions mention, in order of appearance."""
    texts: dict[str, None] = {}
    for symbol in symbols:
        texts.update(dict.fromkeys((*symbol.references, *symbol.bases, symbol.type, *(p.type for p in symbol.parameters))))
    return list(dict.fromkeys(name for text in texts for name in _type_names(text)))
