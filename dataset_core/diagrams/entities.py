"""Which types of a file are entities, and what their fields say: facts → `erd.Entity` values."""

from __future__ import annotations

import re
from dataclasses import replace

from dataset_core.diagrams.erd import Attribute, Entity, Link
from dataset_core.diagrams.reading import (
    DATA_KINDS,
    TypeOfFile,
    base_name,
    declared_type,
    find_type,
    is_constant,
    is_constructor,
    is_drawable,
    types_of,
    visibility,
)
from dataset_core.diagrams.type_text import read_type
from dataset_core.diagrams.vocabulary import vocabulary
from dataset_core.facts import Symbol
from dataset_core.project_view import FileView, ProjectView

_MAX_VALUES = 60
_MAX_BASES = 4
_ENTITY_ROLE = re.compile(r"-(?:entity|model|models|document|schema)$|^sql")
_KEY_NAME = re.compile(r"^_?(?:id|_id|uuid|guid|pk)$", re.IGNORECASE)
_REFERENCE_NAME = re.compile(r"^_?(\w*?[a-z0-9])(?:Ids?|IDs?|_ids?|Uuid|_uuid|ObjectId)$")
_SCALARS = re.compile(
    r"(?i)^(?:u?int\d*|i\d+|u\d+|f\d+|float\d*|double|long|short|byte|decimal|number|bigdecimal|numeric|string|str|text|bool|boolean|char"
    r"|varchar|date|datetime|datetimeoffset|localdate|localdatetime|instant|timestamp|time|timespan|uuid|guid|objectid|id|bigint|integer"
    r"|serial|json|object|bytes|any)$"
)
_ORM_CALL = re.compile(
    r"[=:]\s*(?:\w+\.)*(ForeignKey|OneToOneField|ManyToManyField|relationship|\w+Field|Column|mapped_column)\s*\("
    r"\s*(?:[\"']([\w.]+)[\"']|(\w+(?:\.\w+)*))?"
)
_REFERENCES = re.compile(r"(?i)\breferences\s+[\"`\[]?(?:\w+[\"`\]]?\.[\"`\[]?)?(\w+)")
_TABLE_KEY = re.compile(r"(?is)\bforeign\s+key\s*\(\s*[\"`\[]?(\w+)[\"`\]]?[^)]*\)\s*references\s+[\"`\[]?(?:\w+[\"`\]]?\.[\"`\[]?)?(\w+)")
_TABLE_PRIMARY = re.compile(r"(?is)\bprimary\s+key\s*\(([^)]*)\)")


def is_entity_file(view: FileView) -> bool:
    """Whether a file is there to declare what the project stores."""
    return _ENTITY_ROLE.search(view.facts.role) is not None


def entities_of(view: FileView) -> tuple[Entity, ...]:
    """The entities that a file declares: in a file of entities all types with data, else those with an id and nothing but data."""
    rows = [row for row in types_of(view.facts) if row.symbol.kind in {"class", "struct", "record", "interface", "table", "object"}]
    in_entity_file = is_entity_file(view)
    enums = _enums(view)
    found = [_entity(row, view, enums) for row in rows if _may_be_entity(row, view.language, in_entity_file=in_entity_file)]
    return tuple(entity for entity in found if len(entity.attributes) > 1 or entity.has_key)


def with_inherited(entity: Entity, project: ProjectView) -> Entity:
    """An entity with what it inherits from the classes of the project that it extends, the key among it, before its own fields."""
    inherited: list[Attribute] = []
    links: list[Link] = []
    view = project.view(entity.path)
    row = find_type(view, entity.name) if view is not None else None
    seen = {entity.name}
    for _ in range(_MAX_BASES):
        name = base_name(row.symbol.bases[0]) if row is not None and row.symbol.bases and row.symbol.kind != "interface" else ""
        view = project.declaring(name, near=view.path) if view is not None and is_drawable(name) and name not in seen else None
        row = find_type(view, name) if view is not None else None
        if view is None or row is None or row.symbol.kind == "interface":
            break
        seen.add(name)
        base = _entity(row, view, _enums(view))
        inherited = [*base.attributes, *inherited]
        links += base.links
    own = {attribute.name for attribute in entity.attributes}
    added = tuple(attribute for attribute in inherited if attribute.name not in own)
    return (
        replace(entity, attributes=(*added, *entity.attributes), links=(*entity.links, *links), has_key=entity.has_key) if added else entity
    )


def _may_be_entity(row: TypeOfFile, language: str, *, in_entity_file: bool) -> bool:
    if row.symbol.kind == "table":
        return True
    data = _data(row, language)
    if not (data or (in_entity_file and _inherits_key(row))) or (
        row.name.endswith(vocabulary().carriers) and not (in_entity_file and row.name.endswith(("Dto", "DTO")))
    ):
        return False
    if in_entity_file:
        return True
    only_data = not any(member.is_callable and not is_constructor(member, row.name) for member in row.members)
    has_hidden = any(member.kind == "field" and visibility(member, row, language) == "-" for member in row.members)
    return only_data and not has_hidden and row.symbol.kind != "interface" and any(_is_key(member, row.name) for member in data)


def _data(row: TypeOfFile, language: str) -> list[Symbol]:
    ignored = vocabulary().ignored_marks
    return [
        member
        for member in row.members
        if member.kind in DATA_KINDS
        and not is_constant(member)
        and not (language == "csharp" and member.kind == "field" and visibility(member, row, language) == "-")
        and not any(_is_mark(annotation, ignored) and "BsonIgnoreIf" not in annotation for annotation in member.annotations)
    ]


def _is_key(member: Symbol, owner: str) -> bool:
    if any(_is_mark(annotation, vocabulary().primary_key_marks) for annotation in member.annotations):
        return True
    if re.search(r"(?i)\bprimary_key\s*=\s*True|\bprimary\s+key\b|primaryKey", member.signature):
        return True
    return _KEY_NAME.match(member.name) is not None or member.name.lower() == f"{owner.lower()}id"


def _is_mark(annotation: str, marks: tuple[str, ...]) -> bool:
    plain = annotation.lstrip("@[#! \n")
    return plain.startswith(marks) and any(
        plain.startswith(mark) and not re.match(r"\w", plain[len(mark) :].removeprefix("Attribute")) for mark in marks
    )


def _entity(row: TypeOfFile, view: FileView, enums: dict[str, str]) -> Entity:
    attributes: list[Attribute] = []
    links: list[Link] = []
    has_key = False
    table = view.code(row.symbol) if row.symbol.kind == "table" else ""
    table_links: dict[str, str] = dict(_TABLE_KEY.findall(table))
    table_keys = {name.strip(' "`[]') for keys in _TABLE_PRIMARY.findall(table) for name in keys.split(",")}
    for member in _data(row, view.language):
        text = declared_type(member)
        link = None if read_type(text).name in enums else _link(member, text, row.name, table_links)
        if link is not None:
            links.append(link)
        is_key = member.name in table_keys or (_is_key(member, row.name) and (not has_key or bool(member.annotations)))
        has_key = has_key or is_key
        if link is None or not link.is_many or not any(_is_mark(mark, vocabulary().many_marks) for mark in member.annotations):
            attributes.append(_attribute(member, text, enums, link, is_key=is_key))
    if not any(member.kind in DATA_KINDS for member in row.members) or row.symbol.kind == "record":
        for parameter in row.symbol.parameters:
            link = _typed_link(parameter.name, parameter.type) if read_type(parameter.type).name not in enums else None
            key = "PK" if _KEY_NAME.match(parameter.name) else ""
            links += [link] if link is not None else []
            target = link.target if link is not None else ""
            attributes.append(Attribute(parameter.name, read_type(parameter.type).readable or "any", key, "", target))
    has_key = any("PK" in attribute.key for attribute in attributes) or _inherits_key(row)
    return Entity(row.name, view.path, tuple(attributes), tuple(links), has_key)


def _inherits_key(row: TypeOfFile) -> bool:
    """Whether a mark or a base class says that values of a type are stored each under a key."""
    return any(_is_mark(annotation, ("Entity", "Document", "Table", "BsonCollection")) for annotation in row.symbol.annotations) or any(
        re.search(
            r"(?:Entity|Document|AggregateRoot|^Model|\.Model|^Base|^DeclarativeBase|ActiveRecord::Base|ApplicationRecord)(?:<.*>)?$", base
        )
        for base in row.symbol.bases
    )


def _attribute(member: Symbol, text: str, enums: dict[str, str], link: Link | None, *, is_key: bool) -> Attribute:
    known = read_type(text)
    orm = _ORM_CALL.search(member.signature) if not text else None
    is_reference = link is not None and link.is_key and not (link.is_many and link.target == known.name)
    keys = [mark for mark, holds in (("PK", is_key), ("FK", is_reference), ("UK", not is_key and _is_unique(member))) if holds]
    name = known.name or (_column_type(orm) if orm is not None else "") or "any"
    values = ", ".join(known.literals) or enums.get(known.name, "")
    comment = values if 0 < len(values) <= _MAX_VALUES else ("optional" if known.is_optional else "")
    is_held = link is not None and (link.target == known.name or (not text and link.is_many))
    target = link.target if link is not None and is_held else ""
    return Attribute(member.name.lstrip("#"), f"{name}{'[]' if known.is_many else ''}", ", ".join(keys), comment, target)


def _column_type(call: re.Match[str]) -> str:
    """`CharField` → Char, `Column(Integer, ...)` → Integer; a key has the type of what it points to."""
    kind = call.group(1)
    if kind in {"Column", "mapped_column"}:
        return (call.group(3) or "").rpartition(".")[2]
    return "key" if kind == "ForeignKey" else kind.removesuffix("Field").lower()


def _is_unique(member: Symbol) -> bool:
    return any(_is_mark(annotation, vocabulary().unique_marks) for annotation in member.annotations) or (
        re.search(r"(?i)\bunique\s*=\s*True|\bunique:\s*true|\bunique\b(?!\w)", member.signature) is not None and "=" not in member.name
    )


def _link(member: Symbol, text: str, owner: str, table_links: dict[str, str]) -> Link | None:
    """What a field says about another entity: by a foreign key, an ORM's call, its type, or its name."""
    declared = table_links.get(member.name) or _referenced(member, has_type=member.kind != "column" and bool(text))
    if declared:
        return Link(declared, is_many=False, is_key=True, is_optional=False, label=member.name)
    orm = _orm_link(member) if not text else None
    named = _named_link(member, text, owner)
    # `DomainId AppId` is the key of an app, whatever type keys are of.
    holds_key = named is not None and read_type(text).name.endswith(("Id", "ID"))
    return orm or (named if holds_key else _typed_link(member.name, text, member.annotations) or named)


def _referenced(member: Symbol, *, has_type: bool) -> str:
    """The table that a column references: `REFERENCES owners (id)`, `ForeignKey("owners.id")`."""
    match = _REFERENCES.search(member.signature) if not has_type else None
    if match is not None:
        return match.group(1)
    match = re.search(r"ForeignKey\(\s*[\"']([\w.]+)\.\w+[\"']", member.signature)
    return match.group(1).rpartition(".")[2] if match is not None else ""


def _named_link(member: Symbol, text: str, owner: str) -> Link | None:
    """`hotelId`, `hotel_id`, `TagIds`; a type's own id is none."""
    match = _REFERENCE_NAME.match(member.name)
    if match is None or member.name.lower() == f"{owner.lower()}id":
        return None
    known = read_type(text)
    stem = match.group(1)
    many = known.is_many or member.name.endswith(("Ids", "IDs", "_ids"))
    return Link(stem[:1].upper() + stem[1:], is_many=many, is_key=True, is_optional=known.is_optional, label=member.name)


def is_guessed(link: Link) -> bool:
    """Whether nothing but a field's name speaks of the other entity."""
    match = _REFERENCE_NAME.match(link.label)
    return link.is_key and match is not None and match.group(1).lower() == link.target.lower()


def _typed_link(name: str, text: str, annotations: tuple[str, ...] = ()) -> Link | None:
    known = read_type(text)
    if (
        not known.name
        or not known.name[:1].isupper()
        or _SCALARS.match(known.name)
        or known.literals
        or known.name in vocabulary().noise_types
    ):
        return None
    if known.arguments:
        return None
    many = known.is_many or any(_is_mark(annotation, vocabulary().many_marks) for annotation in annotations)
    # The other side holds many of these, as with a foreign key; with ManyToMany both sides do.
    is_shared = any(_is_mark(annotation, ("ManyToOne", "ManyToMany")) for annotation in annotations)
    return Link(known.name, is_many=many, is_key=is_shared, is_optional=known.is_optional, label=name)


def _orm_link(member: Symbol) -> Link | None:
    """`models.ForeignKey(Article)`, `relationship("Order")`."""
    match = _ORM_CALL.search(member.signature)
    if match is None or match.group(1) not in {"ForeignKey", "OneToOneField", "ManyToManyField", "relationship"}:
        return None
    target = (match.group(2) or match.group(3) or "").rpartition(".")[2]
    if not target or target == "self":
        return None
    kind = match.group(1)
    optional = re.search(r"\bnull\s*=\s*True", member.signature) is not None
    return Link(
        target,
        is_many=kind == "ManyToManyField",
        is_key=kind in {"ForeignKey", "ManyToManyField"},
        is_optional=optional,
        label=member.name,
    )


def _enums(view: FileView) -> dict[str, str]:
    """Enumerations of the file with their values, and aliases of literal unions."""
    found: dict[str, str] = {}
    for row in types_of(view.facts):
        if row.symbol.kind == "enum":
            found[row.name] = ", ".join(member.name for member in row.members if not member.is_callable)
        elif row.symbol.kind == "type":
            literals = re.findall(r"['\"]([\w -]+)['\"]", row.symbol.signature)
            found[row.name] = ", ".join(literals)
    return found
