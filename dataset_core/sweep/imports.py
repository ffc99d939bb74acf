"""The imports that a piece of code needs."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence

from dataset_core import language
from dataset_core.example import Example
from dataset_core.facts import Import
from dataset_core.project_view import FileView, ProjectView
from dataset_core.prompt_format import code_block
from dataset_core.units import Unit, import_statements, largest_unit, provided_names, without_licence_header
from dataset_core.variations.context import declarations, fitting, linked_example, names_in, own_names

_CODE_BYTES = 1_500
_MIN_CODE_BYTES = 120


def examples(view: FileView, _project: ProjectView) -> Iterator[Example]:
    """One example, or none where there are too few imports to tell apart."""
    yield from fitting(_imports(view), 1)


def _imports(view: FileView) -> Iterator[Example]:
    """The imports that a piece of code needs; where names do not tell which, all of them for the whole file."""
    statements = import_statements(view)
    known = language.languages()[view.language]
    if not statements:
        return
    if known.names_are_qualified:
        yield from _qualifying_imports(view, statements)
        return
    unit = largest_unit(view, _CODE_BYTES)
    if unit is not None:
        words = set(re.findall(r"\w+", unit.text))
        needed = [(row, text) for row, text in statements if provided_names(row) & words]
        # Groups in a group cannot be narrowed to what the piece needs.
        if any(text.count("{") > 1 and not set(row.names) <= words for row, text in needed):
            return
        if len(needed) > 1 and 2 * len(needed) >= min(len(statements), 6):
            yield _import_example(
                view, unit.text, [_narrowed(row, text, words) for row, text in needed], (needed[0][0].line, needed[-1][0].line)
            )
            return
    all_words = set(re.findall(r"\w+", view.text))
    named = [row for row, _ in statements if row.names or provided_names(row) & (all_words - set(re.split(r"\W+", row.module)))]
    last = max(row.line + text.count("\n") for row, text in statements)
    rest = without_licence_header("\n".join(view.text.split("\n")[last:])).strip("\n")
    # Where imports name what they give, those of other code than is shown cannot be known.
    if len(statements) > 1 and 2 * len(named) < len(statements) and len(rest) >= _MIN_CODE_BYTES:
        names = sorted({name for symbol in view.facts.symbols for name in (*names_in(symbol), *(p.type for p in symbol.parameters))})
        shown = (
            [name for name in own_names(view, names) if name.isidentifier() and not name.islower()][:24]
            if len(rest.encode()) > _CODE_BYTES
            else []
        )
        code = rest if not shown else declarations(view, view.main, limit=900) if view.main is not None else ""
        yield _import_example(
            view, code, [text for _, text in statements], (statements[0][0].line, last), ", ".join(f"`{name}`" for name in shown)
        )


def _qualifying_imports(view: FileView, statements: Sequence[tuple[Import, str]]) -> Iterator[Example]:
    """Where names stand behind their package's, as in Go: what the piece with most of them needs, the standard library first."""
    needed: list[tuple[Import, str]] = []
    code = ""
    top = [symbol for symbol in view.facts.symbols if symbol.parent == -1]
    for first in top:
        end = max((symbol.end for symbol in top if first.start < symbol.end <= first.start + _CODE_BYTES), default=first.start)
        text = view.slice(first.start, end)
        before_dots = set(re.findall(r"(?<![\w.])(\w+)\.(?=[A-Z])", text))
        found = [(row, statement) for row, statement in statements if provided_names(row) & before_dots]
        if len(found) > len(needed):
            needed, code = found, text
    if len(needed) > 1:
        texts = [text.removeprefix("import ") for _, text in needed]
        groups = ([text for text in texts if "." not in text.partition("/")[0]], [text for text in texts if "." in text.partition("/")[0]])
        lines = ["import (", "\n\n".join("\n".join(f"\t{text}" for text in group) for group in groups if group), ")"]
        yield _import_example(view, code, lines, (needed[0][0].line, needed[-1][0].line))


def _import_example(view: FileView, code: str, lines: list[str], span: tuple[int, int], names: str = "") -> Example:
    return linked_example(
        "imports",
        view,
        Unit("imports", "\n".join(dict.fromkeys(lines)), *span, ()),
        path=view.path,
        code=code_block(view.language, code),
        names=names,
    )


def _narrowed(row: Import, text: str, words: set[str]) -> str:
    """An import statement with only those of its names that the code uses, where it lists plain names."""
    listed = re.search(r"(?<=\{)[\w\s,]+(?=\})|(?<=import )\(?[\w\s,]+\)?$", text)
    kept = [name for name in row.names if name in words]
    if text.count("{") > 1:  # groups in a group, as Rust writes them
        return text
    if listed is None or not kept or len(kept) == len(row.names) or not set(re.findall(r"\w+", listed.group())) <= set(row.names):
        return text
    pad = " " if text[listed.start() - 1] == "{" else ""
    return text[: listed.start()] + pad + ", ".join(kept) + pad + text[listed.end() :]
