"""Source file → syntax tree. Never raises on a user's file: broken code is data."""

from __future__ import annotations

import re
from dataclasses import dataclass

from tree_sitter import Node, Tree

from dataset_core import language
from dataset_core.source_file import SourceFile

# Queries take time with the square of a tree's depth: 10,000 nested blocks a quarter of a minute. Nobody learns from such a file.
MAX_DEPTH = 500
_SMALLEST_SLOW_TREE = 5 * MAX_DEPTH  # nodes; a smaller tree is done in milliseconds, however deep
_N_PROBES = 32

_CLOSING = {ord("("): ord(")"), ord("["): ord("]"), ord("{"): ord("}")}
# Strings and comments as most languages write them. An apostrophe that nothing closes on its line is one; `//` in `url(//...)` is a path.
_BRACKETS = re.compile(
    rb"""[()\[\]{}]|"(?:\\.|[^"\\\n])*"|'(?:\\.|[^'\\\n])*'|/\*[\s\S]*?(?:\*/|\Z)|(?<=\s)//[^\n]*""",
)


@dataclass(frozen=True)
class ParsedFile:
    """A file with its tree.

    Attributes:
        source: The file.
        tree: Of its text; of an empty text where the file is nested too deep.
        errors: Lines, from 1, at which the grammar found none of its rules.
        refused: Why there is no tree of the text, in words; empty where there is one.
    """

    source: SourceFile
    tree: Tree
    errors: tuple[int, ...]
    refused: str = ""

    def text(self, start: int, end: int) -> str:
        """The text between two byte offsets."""
        return self.source.data[start:end].decode("utf-8", "replace")


def parse(source: SourceFile) -> ParsedFile:
    """Parse a file with its language's grammar; where that finds errors, once more behind the language's masks."""
    tree = _tree(source.data, source.language)
    depth = _depth(tree)
    if depth > MAX_DEPTH:
        return ParsedFile(source, _tree(b"", source.language), (), f"nested too deep: about {depth:,} levels")
    return ParsedFile(source, tree, tuple(_error_lines(tree.root_node)) if tree.root_node.has_error else ())


def parses(fragment: str, language_name: str) -> bool:
    """Whether a fragment has no syntax error in at least one of the contexts that its language names."""
    return any(
        not _tree(wrapper.replace("{}", fragment, 1).encode(), language_name).root_node.has_error
        for wrapper in language.languages()[language_name].wrappers
    )


def masked(data: bytes, language_name: str) -> bytes:
    """The text as its grammar is to see it: of the same length, with the same line ends. How masks work: see `language`."""
    for mask in language.languages()[language_name].masks:
        data = _behind(mask, data)
    return data


def _tree(data: bytes, language_name: str) -> Tree:
    parser = language.parser(language_name)
    tree = parser.parse(data)
    if tree.root_node.has_error and (text := masked(data, language_name)) != data:
        return parser.parse(text)
    return tree


def _depth(tree: Tree) -> int:
    """How deep a large tree is where it is probed, at places spread evenly: what is nested deep is long, too. 0 for a small tree."""
    root = tree.root_node
    if root.descendant_count < _SMALLEST_SLOW_TREE:
        return 0
    cursor, deepest = tree.walk(), 0
    for number in range(_N_PROBES):
        cursor.reset(root)
        while cursor.goto_first_child_for_byte(root.end_byte * number // _N_PROBES) is not None:
            pass
        deepest = max(deepest, cursor.depth)
    return deepest


def _behind(mask: language.Mask, data: bytes) -> bytes:
    """The text with all matches of a mask replaced, each byte by another one."""
    parts: list[bytes] = []
    done = position = 0
    while match := mask.pattern.search(data, position):
        position = max(match.end(), match.start() + 1)
        start, end = match.span(match.lastindex or 0) if match.lastindex or not mask.pattern.groups else (done, done)
        if end > start and data[end - 1] in _CLOSING:
            end = _closed(data, end)
            if end < 0:
                break
            position = max(position, end)
        parts += (data[done:start], data[start:end].translate(mask.table))
        done = end
    return b"".join((*parts, data[done:]))


def _closed(data: bytes, position: int) -> int:
    """The end of the bracket that closes the one just before a position, or -1 where nothing does."""
    opening = data[position - 1]
    closing = _CLOSING[opening]
    depth = 1
    for token in _BRACKETS.finditer(data, position):
        first = data[token.start()]
        depth += (first == opening) - (first == closing)
        if depth == 0:
            return token.end()
    return -1


def _error_lines(root: Node, limit: int = 20) -> list[int]:
    lines: list[int] = []
    stack = [root]
    while stack and len(lines) < limit:
        node = stack.pop()
        if node.is_error or node.is_missing:
            lines.append(node.start_point.row + 1)
        elif node.has_error:
            stack.extend(reversed(node.children))
    return sorted(set(lines))
