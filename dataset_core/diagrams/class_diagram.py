"""Types and what ties them → a Mermaid class diagram.

Syntax: https://mermaid.js.org/syntax/classDiagram.html
"""

from __future__ import annotations

import re
from collections.abc import Collection, Iterator, Sequence
from dataclasses import dataclass

from dataset_core.diagrams.mermaid_text import INDENT, WHOLE_BYTES, identifiers, label, message, shorten
from dataset_core.diagrams.reading import (
    DATA_KINDS,
    TypeOfFile,
    base_name,
    declared_type,
    distinct,
    is_constant,
    is_constructor,
    is_drawable,
    modifiers,
    project_names,
    visibility,
    words_of,
)
from dataset_core.diagrams.type_text import read_type, tilde
from dataset_core.facts import Symbol

MAX_BYTES = 1_800
_DETAIL = (14, 10, 8, 6, 5, 4, 3, 2)
_WHOLE = 1_000
_MAX_SIGNATURE = 72
_NOISE_PARAMETERS = frozenset({"CancellationToken"})
_MAX_ENUM = 8
_MAX_MEMBERS = 56
_MAX_IN_A_ROW = 4
_ACCESSOR = re.compile(r"(?:get|set|is)_?([A-Z]\w*)$")
_STATIC = re.compile(r"\bstatic\b(?!\s*:)|\b(?:static|class)method\b")


@dataclass(frozen=True)
class Box:
    """A type: its members in the order of the code, each with the rank by which it is left out when space is short."""

    name: str
    stereotype: str = ""
    members: tuple[tuple[int, str], ...] = ()


@dataclass(frozen=True)
class Tie:
    """A line between two types. `arrow` is Mermaid's, read from `source` to `target`; `many` marks the target's end."""

    source: str
    target: str
    arrow: str
    label: str = ""
    many: bool = False


def class_diagram(boxes: Sequence[Box], ties: Sequence[Tie], *, whole: bool = False) -> str:
    """Draw boxes and the lines between them, as many members as fit; empty when fewer than two types or no line would show.

    With `whole`, all members, also where that is too long for an answer, and also a type alone.
    """
    names = distinct([*(box.name for box in boxes), *(name for tie in ties for name in (tie.source, tie.target))])
    if (len(names) == 1 or not ties) and not whole:
        return ""
    for limit in (_WHOLE, *_DETAIL) if whole else _DETAIL:
        text = _draw(boxes, ties, names, limit)
        if len(text.encode()) <= (WHOLE_BYTES if whole else MAX_BYTES):
            return text
    return ""


def _draw(boxes: Sequence[Box], ties: Sequence[Tie], names: Sequence[str], limit: int) -> str:
    ids = identifiers(names)
    lines = ["classDiagram", *([f"{INDENT}direction LR"] if _is_broad(ties) else [])]
    for box in boxes:
        shown = ids[box.name] if ids[box.name] == box.name else f'{ids[box.name]}["{label(box.name)}"]'
        inside = [f"<<{box.stereotype}>>"] if box.stereotype else []
        inside += _kept(box.members, limit)
        if inside:
            lines += [f"{INDENT}class {shown} {{", *(f"{INDENT}{INDENT}{line}" for line in inside), f"{INDENT}}}"]
        else:
            lines.append(f"{INDENT}class {shown}")
    boxed = {box.name for box in boxes}
    lines += [f'{INDENT}class {ids[name]}["{label(name)}"]' for name in names if name not in boxed and ids[name] != name]
    lines += [f"{INDENT}{_tie(tie, ids[tie.source], ids[tie.target])}" for tie in ties]
    return "\n".join(lines)


def _is_broad(ties: Sequence[Tie]) -> bool:
    """Whether so many types extend one that they would stand in a row too long to read."""
    heirs = [tie.target for tie in ties if tie.arrow.startswith("<|")]
    return any(heirs.count(name) >= _MAX_IN_A_ROW for name in heirs)


def _kept(members: Sequence[tuple[int, str]], limit: int) -> list[str]:
    chosen = sorted(sorted(range(len(members)), key=lambda i: (members[i][0], i))[:limit])
    return [members[i][1] for i in chosen]


def _tie(tie: Tie, source: str, target: str) -> str:
    says = f" : {message(tie.label.replace(':', ' '), 40)}" if tie.label else ""
    if tie.arrow in {"<|--", "<|.."}:
        return f"{target} {tie.arrow} {source}{says}"
    ends = ' "*"' if tie.many else ""
    return f"{source} {tie.arrow}{ends} {target}{says}"


def box_of(row: TypeOfFile, language: str, *, whole: bool = False) -> Box:
    """A type's box: fields and methods, private helpers last in rank; without `whole`, no more than a picture could ever show."""
    if row.symbol.kind == "enum":
        values = [member.name for member in row.members if member.kind in {"member", "constant", "field", "property"}]
        most = _WHOLE if whole else _MAX_ENUM
        shown = [*values[:most], *(["…"] if len(values) > most else [])]
        return Box(row.name, "enumeration", tuple((0, value) for value in shown))
    held = {member.name.lstrip("#_").lower() for member in row.members if member.kind in DATA_KINDS}
    members = [_member(m, visibility(m, row, language), held) for m in row.members if _is_shown(m, row)]
    members += [(1, f"+{p.name}{_of_type(p.type)}") for p in row.symbol.parameters] if row.symbol.kind == "record" else []
    return Box(
        row.name, stereotype_of(row.symbol.signature, row.symbol.kind), tuple(dict.fromkeys(members))[: _WHOLE if whole else _MAX_MEMBERS]
    )


def stereotype_of(signature: str, kind: str) -> str:
    """What a box is called above its name: "interface", "abstract", "enumeration", or nothing."""
    if kind in {"interface", "trait"}:
        return kind
    if kind == "enum":
        return "enumeration"
    return "abstract" if re.search(r"\babstract\b", signature.split("{", 1)[0]) else ""


def ties_of(row: TypeOfFile, interfaces: Collection[str]) -> list[Tie]:
    """The lines that go out from a type, to any name: what it extends, holds, takes and gives, in this order, one line a name."""
    found: dict[str, Tie] = {}
    for base in row.symbol.bases:
        name = base_name(base)
        if is_drawable(name) and name != row.name:
            implements = not row.is_interface and (name in interfaces or _is_implemented(name, row.symbol.signature))
            found.setdefault(name, Tie(row.name, name, "<|.." if implements else "<|--"))
    for name, text in _held(row):
        known = read_type(text)
        for other in project_names(text):
            if other != row.name or known.is_many:
                found.setdefault(other, Tie(row.name, other, "-->", name, known.is_many or known.name != other))
    for text, says in _passed(row):
        for other in project_names(text):
            if other != row.name:
                found.setdefault(other, Tie(row.name, other, "..>", says))
    return list(found.values())


def _passed(row: TypeOfFile) -> Iterator[tuple[str, str]]:
    """The types that methods give and take, with the word for it."""
    for member in row.members:
        if member.is_callable and not is_constructor(member, row.name):
            yield member.type, "gives"
            yield from ((parameter.type, "takes") for parameter in member.parameters)


def _is_implemented(name: str, signature: str) -> bool:
    """Whether a declaration says by its words or, in the way of C#, by the name that a base is an interface."""
    return name in words_of(signature.partition("implements ")[2]) or re.match(r"I[A-Z][a-z]", name) is not None


def _held(row: TypeOfFile) -> list[tuple[str, str]]:
    """Fields and, where there is no field of that type, what the constructor takes."""
    fields = [(member.name.lstrip("#"), declared_type(member)) for member in row.members if member.kind in DATA_KINDS]
    taken = [(p.name, p.type) for m in row.members if is_constructor(m, row.name) for p in m.parameters]
    own = [(p.name, p.type) for p in row.symbol.parameters]
    return [(name, text) for name, text in (*fields, *own, *taken) if text]


def _is_shown(member: Symbol, row: TypeOfFile) -> bool:
    if member.kind in DATA_KINDS:
        return True
    return member.is_callable and not is_constructor(member, row.name) and not (member.name.startswith("__") and member.name.endswith("__"))


def _member(member: Symbol, mark: str, held: Collection[str]) -> tuple[int, str]:
    """A member's line, and its rank: what others can call first, what is hidden last; what only gives out a field, after the fields."""
    is_static = _STATIC.search(modifiers(member)) is not None or any(_STATIC.search(annotation) for annotation in member.annotations)
    if not member.is_callable:
        rank = 3 if is_constant(member) else (2 if mark == "-" else 1)
        return rank, f"{mark}{_plain(member.name)}{_of_type(declared_type(member))}{'$' if is_static else ''}"
    accessor = _ACCESSOR.match(member.name)
    rank = 4 if mark == "-" else 3 if accessor is not None and accessor.group(1).lower() in held else 0
    result = tilde(member.type)
    after = "*" if re.search(r"\babstract\b", member.signature.split("(", 1)[0]) else ("$" if is_static else "")
    head = f"{mark}{_plain(member.name)}({_parameters(member)}){after}"
    return rank, f"{head} {result}" if result and result not in {"void", "None", "()"} else head


def _parameters(member: Symbol) -> str:
    """Names with types while that is short, else names, else how many."""
    rows = [p for p in member.parameters if p.type not in _NOISE_PARAMETERS and p.name not in {"self", "cls", "this"}]
    typed = ", ".join(f"{_plain(p.name)}{_of_type(p.type)}" for p in rows)
    if len(typed) <= _MAX_SIGNATURE - len(member.name):
        return typed
    return shorten(", ".join(_plain(p.name) for p in rows), _MAX_SIGNATURE)


def _of_type(text: str) -> str:
    shown = re.sub(r"[{}();\"']", "", tilde(text, 48)) if text else ""
    return f": {shown}" if shown else ""


def _plain(name: str) -> str:
    return re.sub(r"[^\w$]", "", name.lstrip("#")) or "_"
