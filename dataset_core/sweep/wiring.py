"""How a dependency is wired in: what a type is given by its fields and its constructor, and where it is registered."""

from __future__ import annotations

import re
from collections.abc import Iterator
from functools import cache

from dataset_core import language
from dataset_core.example import Example
from dataset_core.facts import Symbol, type_names
from dataset_core.project_view import FileView, ProjectView, dedent
from dataset_core.prompt_format import bullet_list, code_block
from dataset_core.sweep.dependencies import HOLDERS, listed
from dataset_core.sweep.test_cases import is_test
from dataset_core.toml_file import load_toml
from dataset_core.units import Unit, in_words, open_brackets
from dataset_core.variations.context import (
    calls_on,
    declarations,
    fitting,
    is_constructor,
    linked_example,
    member_unit,
    members_of,
    own_names,
    part_blocks,
    receivers_of,
    type_head,
)  # fmt: skip

_MAX_USERS = 4
_MIN_STATEMENT_BYTES, _MAX_STATEMENT_BYTES = 40, 900
_STARTUP_LEVELS = 4
_MAX_WIRED = 3


def examples(view: FileView, project: ProjectView) -> Iterator[Example]:
    """How the file's main type is wired, and how it is registered; none of tests."""
    if not is_test(view):
        yield from fitting(_wiring(view, project), 1)
        yield from fitting(_registration(view, project), 1)


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
    return [*type_names(member.type), *member.references] if member.kind in HOLDERS else []


def _wiring_example(view: FileView, owner: Symbol, wired: dict[str, tuple[list[str], list[Symbol]]], project: ProjectView) -> Example:
    found = {member.start: member for _, members in wired.values() for member in members}
    # Where fields are injected one by one, those of the framework stand beside them.
    beside = [m for m in members_of(view, owner) if m.kind in HOLDERS and "inject(" in m.signature and m.start not in found]
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
        calls=bullet_list([f"`{name}`: {listed(calls)}" for name, (calls, _) in wired.items()]),
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
            and _MIN_STATEMENT_BYTES <= len(text.strip()) <= _MAX_STATEMENT_BYTES
        ):
            indent = text[: len(text) - len(text.lstrip())]
            return Unit("registration", dedent(text.strip(), indent), first + 1, last + 1, ())
    return None


@cache
def _registration_pattern() -> re.Pattern[str]:
    return re.compile(load_toml("sweep/wiring.toml")["registration"])
