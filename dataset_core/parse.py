"""Source file → syntax tree. Never raises on a user's file: broken code is data."""

from __future__ import annotations

from dataclasses import dataclass

from tree_sitter import Node, Tree

from dataset_core import language
from dataset_core.source_file import SourceFile

# Deeper trees make recursive grammars and queries quadratic; nobody learns from such a file.
MAX_DEPTH = 500


@dataclass(frozen=True)
class ParsedFile:
    """A file with its tree. `errors` are the lines, from 1, at which the grammar found none of its rules."""

    source: SourceFile
    tree: Tree
    errors: tuple[int, ...]

    def text(self, start: int, end: int) -> str:
        """The text between two byte offsets."""
        return self.source.data[start:end].decode("utf-8", "replace")


def parse(source: SourceFile) -> ParsedFile:
    """Parse a file with its language's grammar."""
    tree = language.parser(source.language).parse(source.data)
    return ParsedFile(source, tree, tuple(_error_lines(tree.root_node)) if tree.root_node.has_error else ())


def parses(fragment: str, language_name: str) -> bool:
    """Whether a fragment has no syntax error in at least one of the contexts that its language names."""
    parser = language.parser(language_name)
    return any(
        not parser.parse(wrapper.replace("{}", fragment, 1).encode()).root_node.has_error
        for wrapper in language.languages()[language_name].wrappers
    )


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
