"""What a prompt has to say so that its answer follows from it: what code holds, and whether a type's members are told at all."""

from __future__ import annotations

import re
from collections.abc import Iterable

from dataset_core.facts import Symbol
from dataset_core.project_view import FileView
from dataset_core.units import one_line, owner_of, signature_of
from dataset_core.variations.context import is_constructor, members_of, plain_receiver

_MOST_HELD = 8
_MAX_HELD_BYTES = 80
_HELD_KINDS = frozenset({"constant", "field", "member", "property"})
# Of the members of a type, at least this share has to be named where the type is asked for.
_TOLD_SHARE = 0.5


def held_in_words(view: FileView, symbol: Symbol, hidden_from: str = "") -> str:
    """What the type around a callable holds and the callable uses, as a sentence; empty for nothing.

    Args:
        view: The file.
        symbol: A callable in it.
        hidden_from: What a prompt shows already; what stands in it is not told again.
    """
    owner = owner_of(view, symbol)
    if owner is None or not owner.is_type:
        return ""
    words = set(re.findall(r"\w+", view.slice(symbol.body_start, symbol.body_end)))
    members = members_of(view, owner)
    held = {m.name: _face(m) for m in members if m.kind in _HELD_KINDS and m is not symbol}
    for giver in (owner, *(m for m in members if is_constructor(m) and m is not symbol)):
        for parameter in giver.parameters:
            held.setdefault(parameter.name, f"{parameter.name}: {parameter.type}" if parameter.type else parameter.name)
    known = {plain_receiver(name) for name, _ in held.items() if name not in (p.name for p in symbol.parameters)}
    shown = [
        f"`{face}`"
        for name, face in held.items()
        if plain_receiver(name) in known and {name, plain_receiver(name)} & words and face not in hidden_from
    ]
    return f"`{owner.name}` has {', '.join(shown[:_MOST_HELD])}." if shown else ""


def members_in_words(view: FileView, owner: Symbol) -> str:
    """The names of a type's values, as a list: of its fields, properties or cases. Empty for a type that has none."""
    names = [m.name for m in members_of(view, owner) if m.kind in _HELD_KINDS]
    return ", ".join(f"`{name}`" for name in dict.fromkeys(names))


def is_told(view: FileView, symbol: Symbol, texts: Iterable[str]) -> bool:
    """Whether texts name what a type consists of, so that it can be written from them; a callable or a type without members is told."""
    if not symbol.is_type:
        return True
    own = [m.name for m in members_of(view, symbol) if not is_constructor(m) and m.name != symbol.name]
    names = {*own, *(parameter.name for parameter in symbol.parameters)}
    words = {word.lower().lstrip("_") for text in texts for word in re.findall(r"\w+", text)}
    told = sum(name.lower().lstrip("_") in words for name in names)
    return told >= _TOLD_SHARE * len(names)


def _face(member: Symbol) -> str:
    """A value with its type, or as it is written where that is short."""
    if member.type:
        return f"{one_line(member.name)}: {member.type}"
    written = one_line(signature_of(member))
    return written if len(written.encode()) <= _MAX_HELD_BYTES else member.name
