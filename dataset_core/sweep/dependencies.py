"""Who depends on what: the imports that code needs, what a definition uses and is used by, how a dependency is wired in."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Sequence
from functools import cache

from dataset_core import language
from dataset_core.example import Example
from dataset_core.facts import Import, Symbol, type_names
from dataset_core.project_view import FileView, ProjectView, dedent
from dataset_core.prompt_format import bullet_list, code_block
from dataset_core.sweep.test_cases import is_test
from dataset_core.toml_file import load_toml
from dataset_core.units import (
    Unit,
    clip,
    import_statements,
    in_words,
    largest_unit,
    open_brackets,
    provided_names,
    without_licence_header,
)
from dataset_core.variations.context import (
    calls_on,
    declarations,
    fitting,
    is_constructor,
    linked_example,
    member_unit,
    members_of,
    names_in,
    own_names,
    part_blocks,
    receivers_of,
    same_family,
    type_head,
    types_called,
)  # fmt: skip

_CODE_BYTES = 1_500
_MAX_USERS = 4
_MOST_DEPENDENTS = 8
_MAX_DEPENDENCIES = 8
_MAX_CALLS = 6
_MIN_IMPORT_BYTES = 40
_MIN_CODE_BYTES = 120
_STARTUP_LEVELS = 4
_MAX_WIRED = 3
_MAX_STATEMENT_BYTES = 900
_NAMED = "named in it"
_QUOTED = re.compile(r"'[^']*'|\"[^\"]*\"|`[^`]*`")
_HOLDERS = frozenset({"field", "property"})


def examples(view: FileView, project: ProjectView) -> Iterator[Example]:
    """Imports, dependencies, dependents and wiring of one file."""
    yield from fitting(_imports(view), 1)
    yield from fitting(_dependencies(view, project), 1)
    if not is_test(view):
        yield from fitting(_dependents(view, project), 1)
        yield from fitting(_wiring(view, project), 1)
        yield from fitting(_registration(view, project), 1)


# Imports


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


# What a definition depends on, and what depends on it


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
        ways.append(f"calls {_listed(calls)}")
    held = [s.name for s in symbols if s.kind in _HOLDERS and (name in type_names(s.type) or name in s.references)]
    taken = [s.name for s in symbols if s.is_callable and any(name in type_names(p.type) for p in s.parameters)]
    returned = [s.name for s in symbols if s.is_callable and name in type_names(s.type)]
    ways += [
        f"{verb} {_listed(found)}"
        for verb, found in (("type of", held), ("parameter of", taken), ("returned by", returned))
        if found and not calls
    ]
    called = [s.name for s in symbols if any(call.name == name and not call.receiver for call in s.calls)]
    used = [s.name for s in symbols if not s.is_type and name in s.references]
    ways += [f"called in {_listed(called)}"] if called else [f"used in {_listed(used)}"] if used and not ways else []
    return "; ".join(ways) or _named_in(view, name)


def _head_of(base: str) -> str:
    """The name of a base without its module and its type arguments."""
    return re.split(r"[<(\[]", base, maxsplit=1)[0].strip("*& ").rpartition(".")[2]


def _named_in(view: FileView, name: str) -> str:
    """Where a file has a name of which its definitions do nothing that could be told."""
    annotated = [s.name for s in view.facts.symbols if any(name in type_names(annotation) for annotation in s.annotations)]
    if annotated:
        return f"named in an annotation of {_listed(annotated)}"
    return "imported by name" if any(name in row.names for row in view.facts.imports) else _NAMED


def _listed(names: list[str]) -> str:
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


# Wiring


def _wiring(view: FileView, project: ProjectView) -> Iterator[Example]:
    """The fields and the constructor through which the main type is given what it calls of the project."""
    owner = view.main
    if owner is None or not owner.is_type:
        return
    members = members_of(view, owner)
    own = next((m for m in members if m.kind == "constructor" or m.name in {"__init__", "constructor"}), None)
    constructor = own or _maker(view, owner)
    if constructor is None and language.languages()[view.language].names_are_qualified:
        return
    wired: dict[str, tuple[list[str], list[Symbol]]] = {}
    for name in own_names(view, [name for member in members for name in _given(member, constructor)])[:8]:
        # What is called on the type itself needs no instance, so nothing is wired.
        receivers = receivers_of(view, name) - {name}
        calls = list(dict.fromkeys(call for member in members for call in calls_on(member, receivers, name)))
        if calls and len(wired) < _MAX_WIRED and project.signature(name, near=view.path) is not None:
            holders = [m for m in members if m is not constructor and name in _given(m, constructor)]
            in_constructor = constructor is not None and name in _given(constructor, constructor)
            wired[name] = (calls, [*holders, *([constructor] if constructor is not None and in_constructor else [])])
    if wired:
        yield _wiring_example(view, owner, wired, project)


def _maker(view: FileView, owner: Symbol) -> Symbol | None:
    """The function beside a type that makes it, such as Go's `NewStore`."""
    functions = (s for s in view.facts.symbols if s.parent == -1 and s.is_callable and not s.container)
    return next((s for s in functions if s.name.lower().startswith("new") and type_head(s.type) == owner.name), None)


def _given(member: Symbol, constructor: Symbol | None) -> list[str]:
    if member is constructor:
        return [name for parameter in member.parameters for name in type_names(parameter.type)]
    return [*type_names(member.type), *member.references] if member.kind in _HOLDERS else []


def _wiring_example(view: FileView, owner: Symbol, wired: dict[str, tuple[list[str], list[Symbol]]], project: ProjectView) -> Example:
    found = {member.start: member for _, members in wired.values() for member in members}
    # Where fields are injected one by one, those of the framework stand beside them.
    beside = [m for m in members_of(view, owner) if m.kind in _HOLDERS and "inject(" in m.signature and m.start not in found]
    answer = [member for _, member in sorted({**found, **{member.start: member for member in beside}}.items())]
    # A constructor is given more than what the project declares; the request names all of it.
    given = [
        name for member in answer if is_constructor(member) for parameter in member.parameters for name in type_names(parameter.type)[:1]
    ]
    names = [*wired, *(name for member in beside for name in member.references), *given]
    called = " ".join(name for calls, _ in wired.values() for name in calls)
    outlines, paths = part_blocks(project, wired, view.path, called, 1_000, most=_MAX_WIRED)
    return linked_example(
        "wire_dependency",
        view,
        member_unit(view, answer, "wiring"),
        context_paths=paths,
        dependency=in_words([f"`{name}`" for name in dict.fromkeys(names)]),
        name=owner.name,
        path=view.path,
        dependency_code=outlines,
        calls=bullet_list([f"`{name}`: {_listed(calls)}" for name, (calls, _) in wired.items()]),
        before=code_block(view.language, declarations(view, owner, leave_out=answer, limit=600)),
    )


def _registration(view: FileView, project: ProjectView) -> Iterator[Example]:
    """The statement that makes the main type of this file available, in the file that starts the application or a module."""
    owner = view.main
    if owner is None or not owner.is_type or not re.search(load_toml("sweep/wiring.toml")["registered_roles"], view.facts.role):
        return
    users = project.mentioning(owner.name, near=view.path, limit=_MAX_USERS)
    places = (project.view(path) for path in users)
    for place in (*(found for found in places if found is not None), *_startup_files(view, project)):
        unit = _registering_statement(place, owner.name) if place.path != view.path else None
        if unit is not None:
            others = [path.rpartition("/")[2] for path in users if path != place.path]
            yield linked_example(
                "wire_dependency",
                place,
                unit,
                wording="register_dependency",
                context_paths=(view.path,),
                dependency=owner.name,
                path=place.path,
                dependency_code=code_block(view.language, declarations(view, owner, public=True, limit=900), view.path),
                users=", ".join(f"`{name}`" for name in others[:3]),
            )
            return


def _startup_files(view: FileView, project: ProjectView) -> Iterator[FileView]:
    roles = [
        role for role in load_toml("sweep/wiring.toml")["startup_roles"] if role.partition("-")[0] == view.facts.role.partition("-")[0]
    ]
    folder = view.path.rpartition("/")[0]
    for _ in range(_STARTUP_LEVELS if roles else 0):
        yield from (found for role in roles for found in project.in_folder(folder, role))
        if not folder:
            return
        folder = folder.rpartition("/")[0]


def _registering_statement(place: FileView, name: str) -> Unit | None:
    """The whole statement around the first line that registers a name."""
    lines = place.text.split("\n")
    word = re.compile(rf"\b{re.escape(name)}\b")
    for number, line in enumerate(lines):
        if not word.search(line) or line.lstrip().startswith(("using", "import", "from", "//", "#")):
            continue
        first = number
        while first > 0 and lines[first - 1].strip() and not lines[first - 1].rstrip().endswith((";", "{", "}", ",", "[", "]")):
            first -= 1
        last = number
        while last + 1 < len(lines) and not (
            lines[last].rstrip().endswith((";", ",")) and open_brackets("\n".join(lines[first : last + 1])) <= 0
        ):
            last += 1
        text = "\n".join(lines[first : last + 1])
        if (
            open_brackets(text) == 0
            and _registration_pattern().search(text)
            and _MIN_IMPORT_BYTES <= len(text.strip()) <= _MAX_STATEMENT_BYTES
        ):
            indent = text[: len(text) - len(text.lstrip())]
            return Unit("registration", dedent(text.strip(), indent), first + 1, last + 1, ())
    return None


@cache
def _registration_pattern() -> re.Pattern[str]:
    return re.compile(load_toml("sweep/wiring.toml")["registration"])
