"""Entities and their relations → a Mermaid ERD.

Syntax: https://mermaid.js.org/syntax/entityRelationshipDiagram.html
"""

from __future__ import annotations

import re
from collections.abc import Collection, Sequence
from dataclasses import dataclass, replace

from dataset_core.diagrams.mermaid_text import INDENT, WHOLE_BYTES, identifiers, is_reserved, label, word

MAX_BYTES = 1_800
_MAX_LABELS = 36
# A shorter name at the end of a key, such as `Tag` in `PackageStage`, is more often chance than meant.
_MIN_TAIL = 4
# How many fields are shown, from all of them down to hardly more than the keys: (of the focus, of its neighbours).
_DETAIL = ((24, 14), (18, 10), (14, 8), (12, 6), (10, 5), (8, 4), (7, 3), (6, 3), (5, 2), (4, 2), (3, 1))
_WHOLE = (1_000, 1_000)


@dataclass(frozen=True)
class Attribute:
    """A field of an entity.

    Attributes:
        name: As the code has it.
        type: In one word.
        key: PK, FK or UK, several of these joined by commas, or empty.
        comment: Such as the values of an enumeration.
        target: The type that it holds where that may be an entity: a line then says what the field would.
    """

    name: str
    type: str
    key: str = ""
    comment: str = ""
    target: str = ""


@dataclass(frozen=True)
class Link:
    """What a field says about another entity, before that one is known.

    Attributes:
        target: Its name as the field gives it: a type, or the stem of a key such as `Hotel` in `HotelId`.
        is_many: Whether the field holds many of them.
        is_key: Whether the field holds only the other's key.
        is_optional: Whether it may be missing.
        label: The field's name.
    """

    target: str
    is_many: bool
    is_key: bool
    is_optional: bool
    label: str


@dataclass(frozen=True)
class Entity:
    """An entity, where it is declared, and what it says about others; `has_key` also where it inherits its key."""

    name: str
    path: str
    attributes: tuple[Attribute, ...]
    links: tuple[Link, ...] = ()
    has_key: bool = False


@dataclass(frozen=True)
class Relation:
    """A line between two entities; the ends are Mermaid's, such as `||` and `o{`."""

    left: str
    left_end: str
    right_end: str
    right: str
    label: str
    by_key: bool = False


def erd(entities: Sequence[Entity], relations: Sequence[Relation], focus: str = "", *, whole: bool = False) -> str:
    """Draw entities with their relations, as many fields as fit; empty without a relation.

    Args:
        entities: Of which the names are distinct.
        relations: Between these.
        focus: Name of the entity that is shown in more detail; empty for none.
        whole: With all fields, also where that is too long for an answer, and also without a relation.
    """
    names = [entity.name for entity in entities]
    if not relations and not whole:
        return ""
    for of_focus, of_others in (_WHOLE, *_DETAIL) if whole else _DETAIL:
        text = _draw(entities, relations, {name: of_focus if name == focus or not focus else of_others for name in names})
        if len(text.encode()) <= (WHOLE_BYTES if whole else MAX_BYTES):
            return text
    return ""


def _draw(entities: Sequence[Entity], relations: Sequence[Relation], limits: dict[str, int]) -> str:
    ids = identifiers(entity.name for entity in entities)
    lines = ["erDiagram"]
    lines += [f"{INDENT}{ids[r.left]} {r.left_end}--{r.right_end} {ids[r.right]} : {_relation_label(r.label)}" for r in relations]
    for entity in entities:
        name = ids[entity.name]
        shown = f'{name}["{label(entity.name)}"]' if name != entity.name else name
        own = [row for row in entity.attributes if row.target not in ids or row.target == entity.name]
        rows = [_attribute(row) for row in _most_telling(own, limits[entity.name])]
        lines += [f"{INDENT}{shown} {{", *(f"{INDENT}{INDENT}{row}" for row in rows), f"{INDENT}}}"] if rows else [f"{INDENT}{shown}"]
    return "\n".join(lines)


def _relation_label(text: str) -> str:
    is_plain = re.fullmatch(r"[A-Za-z][A-Za-z0-9_]{0,39}", text) is not None and not is_reserved(text)
    return text if is_plain else f'"{label(text, 40)}"'


def _most_telling(attributes: Sequence[Attribute], limit: int) -> list[Attribute]:
    """Keys first, then the others from the top; shown in the order of the code."""
    ranked = sorted(range(len(attributes)), key=lambda i: ("PK" not in attributes[i].key, not attributes[i].key, i))[:limit]
    return [attributes[i] for i in sorted(ranked)]


def _attribute(row: Attribute) -> str:
    comment = f' "{label(row.comment, 70)}"' if row.comment else ""
    return f"{word(row.type)} {word(row.name, 'field')}{f' {row.key}' if row.key else ''}{comment}"


def relations_between(entities: Sequence[Entity]) -> tuple[Relation, ...]:
    """The lines that the links of entities stand for; two links between the same two that say the same make one line."""
    by_name = {entity.name: entity for entity in entities}
    found: dict[tuple[str, str], Relation] = {}
    for entity in entities:
        for link in entity.links:
            target = resolve(link, by_name)
            if target is not None and (target != entity.name or link.is_key or link.is_many):
                _merge(found, _relation(entity.name, link, by_name[target]))
    return tuple(found.values())


def _relation(owner: str, link: Link, other: Entity) -> Relation:
    target = other.name
    # One value that has a key of its own is shared by many; one without belongs to its owner.
    is_shared = link.is_key or other.has_key
    if is_shared and not link.is_many:
        return Relation(target, "|o" if link.is_optional else "||", "o{", owner, link.label, by_key=True)
    if link.is_key:
        return Relation(owner, "}o", "o{", target, link.label)
    if link.is_many:
        return Relation(owner, "||", "o{", target, link.label)
    return Relation(owner, "||", "o|" if link.is_optional else "||", target, link.label)


def _merge(found: dict[tuple[str, str], Relation], new: Relation) -> None:
    """A collection on one side and the reference back on the other are one relation; two collections are many to many."""
    back = found.get((new.right, new.left))
    if back is not None and back.left != back.right:
        if back.right_end == "o{" and new.right_end == "o{" and new.left_end == "||":
            found[new.right, new.left] = replace(back, left_end="}o")
        elif back.right_end in {"||", "o|"} and new.right_end == "o{":
            found.pop((new.right, new.left))
            found[new.left, new.right] = new
        return
    same = found.get((new.left, new.right))
    if same is None:
        found[new.left, new.right] = new
    elif same.by_key and not new.by_key:
        # The collection tells more than the key behind it.
        found[new.left, new.right] = replace(new, left_end=same.left_end)
    elif same.by_key and same.label != new.label and len(same.label) + len(new.label) < _MAX_LABELS:
        found[new.left, new.right] = replace(same, label=f"{same.label}, {new.label}")


def resolve(link: Link, names: dict[str, Entity]) -> str | None:
    """The entity that a link means: by its type, or by the stem of its key, with or without a plural or a prefix such as `primary`."""
    if link.target in names:
        return link.target
    if not link.is_key:
        return None
    wanted = _folded(link.target)
    keys = {_folded(name): name for name in names}
    for candidate in (wanted, f"{wanted}s", f"{wanted}es", f"{wanted[:-1]}ies" if wanted.endswith("y") else wanted):
        if candidate in keys:
            return keys[candidate]
    tails = [key for key in keys if len(key) >= _MIN_TAIL and wanted.endswith(key)]
    return keys[max(tails, key=len)] if tails else None


def _folded(name: str) -> str:
    folded = name.replace("_", "").lower()
    for ending in ("entity", "document", "model", "dto"):
        if folded.endswith(ending) and len(folded) > len(ending):
            return folded.removesuffix(ending)
    return folded


def stored(entities: Sequence[Entity]) -> list[Entity]:
    """Those with a key, and those that such a one holds: the rest only carries data across a border."""
    kept = {entity.name for entity in entities if entity.has_key}
    grown = True
    while grown:
        held = {row.target for entity in entities if entity.name in kept for row in entity.attributes if row.target}
        grown = not held & {entity.name for entity in entities} <= kept
        kept |= held
    return [entity for entity in entities if entity.name in kept]


def neighbourhood(focus: str, entities: Sequence[Entity], relations: Sequence[Relation]) -> tuple[list[Entity], list[Relation]]:
    """An entity with those that it is related to, and all lines between these."""
    near = {focus, *(r.right for r in relations if r.left == focus), *(r.left for r in relations if r.right == focus)}
    return _restricted(near, entities, relations)


def connected_parts(entities: Sequence[Entity], relations: Sequence[Relation], limit: int) -> list[tuple[list[Entity], list[Relation]]]:
    """Groups of related entities of at most `limit`, each with its lines; entities without a line are left out."""
    beside: dict[str, list[str]] = {entity.name: [] for entity in entities}
    for relation in relations:
        beside[relation.left].append(relation.right)
        beside[relation.right].append(relation.left)
    parts: list[list[str]] = []
    seen: set[str] = set()
    # From the entity with the most lines outwards, so that a part that is cut has its hub in it.
    for start in sorted(beside, key=lambda name: (-len(beside[name]), name)):
        if start in seen or not beside[start]:
            continue
        part: list[str] = []
        waiting = [start]
        while waiting and len(part) < limit:
            name = waiting.pop(0)
            if name not in seen:
                seen.add(name)
                part.append(name)
                waiting += [other for other in beside[name] if other not in seen]
        parts.append(part)
    return [_restricted(part, entities, relations) for part in parts if len(part) > 1]


def _restricted(names: Collection[str], entities: Sequence[Entity], relations: Sequence[Relation]) -> tuple[list[Entity], list[Relation]]:
    return [e for e in entities if e.name in names], [r for r in relations if r.left in names and r.right in names]
