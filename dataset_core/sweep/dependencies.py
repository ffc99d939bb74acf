"""Who depends on what: what a definition uses, in which way, and what uses it."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator

from dataset_core import language
from dataset_core.example import Example
from dataset_core.facts import Symbol, type_names
from dataset_core.project_view import FileView, ProjectView
from dataset_core.prompt_format import code_block
from dataset_core.sweep.test_cases import is_test
from dataset_core.units import Unit, clip, largest_unit
from dataset_core.variations.context import (
    calls_on,
    declarations,
    fitting,
    linked_example,
    names_in,
    own_names,
    receivers_of,
    same_family,
    types_called,
)  # fmt: skip

_CODE_BYTES = 1_500
_MOST_DEPENDENTS = 8
_MAX_DEPENDENCIES = 8
_MAX_CALLS = 6
_NAMED = "named in it"
_QUOTED = re.compile(r"'[^']*'|\"[^\"]*\"|`[^`]*`")
HOLDERS = frozenset({"field", "property"})


def examples(view: FileView, project: ProjectView) -> Iterator[Example]:
    """What the file depends on, and, but for tests, what depends on it."""
    yield from fitting(_dependencies(view, project), 1)
    if not is_test(view):
        yield from fitting(_dependents(view, project), 1)


def _dependencies(view: FileView, project: ProjectView) -> Iterator[Example]:
    unit = largest_unit(view, _CODE_BYTES)
    if unit is None:
        return
    owner = view.main if view.main in unit.symbols or view.main is None else None
    # Types of other files begin with a capital letter, but for Go's, which may be lower case; its functions need no import either.
    is_any_case = language.languages()[view.language].names_are_qualified
    called = [call.name for symbol in unit.symbols for call in symbol.calls if is_any_case and not call.receiver]
    named = (name for symbol in unit.symbols for name in (*names_in(symbol), *types_called(view, symbol), *_annotated_with(symbol)))
    names = own_names(view, [*named, *called])
    lines: list[str] = []
    imported = {name for row in view.facts.imports for name in row.names}
    for name in [name for name in names if is_any_case or name in imported or not name[0].islower()][: 3 * _MAX_DEPENDENCIES]:
        path = project.home(name, near=view.path)
        if path is None or path == view.path or not same_family(path, view.path):
            continue
        how = _how(view, unit.symbols, name)
        if name[0].islower() and how == _NAMED:  # a word of a type expression that happens to be a name elsewhere
            continue
        if len(lines) == _MAX_DEPENDENCIES:  # an answer that left some out would be wrong
            return
        lines.append(f"- `{name}` (`{path}`): {how}")
    if len(lines) > 1:
        yield linked_example(
            "dependencies",
            view,
            Unit("dependencies", "\n".join(lines), unit.start_line, unit.end_line, ()),
            answer_language="markdown",
            name=f"`{owner.name}`" if owner is not None else unit.title,
            path=view.path,
            code=code_block(view.language, unit.text),
        )


def _annotated_with(symbol: Symbol) -> list[str]:
    """The types that annotations name, such as those that an Angular component imports."""
    return [name for text in symbol.annotations for name in re.findall(r"\b[A-Z]\w+", _QUOTED.sub("", text))]


def _how(view: FileView, symbols: Iterable[Symbol], name: str, as_base: str = "is its base") -> str:
    """What definitions do with a type, in words."""
    symbols = list(symbols)
    receivers = receivers_of(view, name)
    calls = list(dict.fromkeys(call for symbol in symbols for call in calls_on(symbol, receivers, name)))
    ways: list[str] = []
    bases = [base for symbol in symbols for base in symbol.bases if name in type_names(base)]
    if any(_head_of(base) == name for base in bases):
        ways.append(as_base)
    elif bases:
        ways.append(f"type argument of its base `{_head_of(bases[0])}`")
    if calls:
        ways.append(f"calls {listed(calls)}")
    held = [s.name for s in symbols if s.kind in HOLDERS and (name in type_names(s.type) or name in s.references)]
    taken = [s.name for s in symbols if s.is_callable and any(name in type_names(p.type) for p in s.parameters)]
    returned = [s.name for s in symbols if s.is_callable and name in type_names(s.type)]
    ways += [
        f"{verb} {listed(found)}"
        for verb, found in (("type of", held), ("parameter of", taken), ("returned by", returned))
        if found and not calls
    ]
    called = [s.name for s in symbols if any(call.name == name and not call.receiver for call in s.calls)]
    used = [s.name for s in symbols if not s.is_type and name in s.references]
    ways += [f"called in {listed(called)}"] if called else [f"used in {listed(used)}"] if used and not ways else []
    return "; ".join(ways) or _named_in(view, name)


def _head_of(base: str) -> str:
    """The name of a base without its module and its type arguments."""
    return re.split(r"[<(\[]", base, maxsplit=1)[0].strip("*& ").rpartition(".")[2]


def _named_in(view: FileView, name: str) -> str:
    """Where a file has a name of which its definitions do nothing that could be told."""
    annotated = [s.name for s in view.facts.symbols if any(name in type_names(annotation) for annotation in s.annotations)]
    if annotated:
        return f"named in an annotation of {listed(annotated)}"
    return "imported by name" if any(name in row.names for row in view.facts.imports) else _NAMED


def listed(names: list[str]) -> str:
    """The first names, and how many more there are."""
    distinct = list(dict.fromkeys(names))
    return ", ".join(f"`{name}`" for name in distinct[:_MAX_CALLS]) + (
        f" and {len(distinct) - _MAX_CALLS} more" if len(distinct) > _MAX_CALLS else ""
    )


def _dependents(view: FileView, project: ProjectView) -> Iterator[Example]:
    symbol = view.main
    if symbol is None or symbol.kind in {"element", "rule"}:
        return
    lines: list[str] = []
    paths: list[str] = []
    users = project.mentioning(symbol.name, near=view.path, limit=_MOST_DEPENDENTS + 1)
    if len(users) > _MOST_DEPENDENTS:  # an answer that left some out would be wrong
        return
    for path in users:
        user = project.view(path) if same_family(path, view.path) else None
        inside = [s for s in user.facts.symbols if not s.is_type or s.bases] if user is not None else []
        if user is not None:
            who = f"`{user.main.name}` (`{path}`)" if user.main is not None and _is_in(user.main, user, symbol.name) else f"`{path}`"
            lines.append(f"- {who}: {_how(user, inside, symbol.name, as_base='extends it')}")
            paths.append(path)
    if len(lines) > 1:
        code = declarations(view, symbol, public=True, limit=1_000) if symbol.is_type else clip(view.code(symbol), 1_000)
        yield linked_example(
            "dependents",
            view,
            Unit("dependents", "\n".join(lines), symbol.start_line, symbol.end_line, ()),
            answer_language="markdown",
            context_paths=paths,
            name=symbol.name,
            path=view.path,
            code=code_block(view.language, code),
        )


def _is_in(owner: Symbol, view: FileView, name: str) -> bool:
    """Whether a definition, or anything in it, uses a name."""
    inside = (s for s in view.facts.symbols if owner.start <= s.start and s.end <= owner.end)
    return any(name in names_in(s) or any(name in {call.name, call.receiver} for call in s.calls) for s in inside)
