"""Entity-relationship diagrams of a part of a domain, for databases, documents and discussions."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from random import Random

from . import words
from .drawing import BRIEF, Drawing, Feature
from .model import Domain, Entity, Field, Relation
from .selection import central, choose_core, choose_entities, relations_among
from .toml_data import type_name

SQL = ("postgresql", "mysql", "sqlserver")
STYLES = (*SQL, "domain", "mongodb", "relations", "keys", "commented", "labelled")
_LARGEST = {"relations": 12, "keys": 11}
_CROWDED = 6
_DOTTED_SHARE = 0.4
_LEFT = {"1": "||", "0..1": "|o", "1..*": "}|", "0..*": "}o"}
_RIGHT = {"1": "||", "0..1": "o|", "1..*": "|{", "0..*": "o{"}


@dataclass(frozen=True)
class ErdChoice:
    """`n_fields` is the most attributes an entity shows besides its keys, 0 for none, -1 for all."""

    entities: tuple[str, ...]
    style: str
    direction: str
    n_fields: int
    identifying: bool


def compose_erd(domain: Domain, rng: Random) -> Drawing:
    """A diagram of entities that hang together."""
    choice = choose(domain, rng)
    return Drawing(
        "erd",
        choice.style,
        _title(domain, choice),
        draw(domain, choice),
        entity_slots(domain, choice.entities),
        _features(choice),
    )


def brief_erd(domain: Domain, rng: Random, around: str = "") -> Drawing:
    """What the domain turns on, or what stands around one entity, with a few attributes each."""
    choice = ErdChoice(choose_core(domain, rng, 4, 6, around), "domain", "", rng.choice((1, 2, 3)), identifying=False)
    return Drawing("erd_brief", BRIEF, _title(domain, choice), draw(domain, choice), entity_slots(domain, choice.entities), ())


def choose(domain: Domain, rng: Random) -> ErdChoice:
    """A style, and as many entities as it can show on one screen."""
    style = rng.choice(STYLES)
    entities = choose_entities(domain, rng, 4, _LARGEST.get(style, 8))
    n_fields = 0 if style in _LARGEST else rng.choice((-1, 3, 4) if len(entities) < _CROWDED else (2, 3))
    return ErdChoice(entities, style, rng.choice(("", "", "LR", "TB")), n_fields, rng.random() < _DOTTED_SHARE)


def draw(domain: Domain, choice: ErdChoice) -> str:
    """The Mermaid text."""
    relations = relations_among(domain, choice.entities)
    lines = ["erDiagram"]
    if choice.direction:
        lines.append(f"    direction {choice.direction}")
    lines += [f"    {line}" for relation in relations for line in _relation_lines(relation, choice)]
    for name in choice.entities:
        lines += _entity_lines(domain.entity(name), relations, choice)
    if choice.style in SQL or choice.style == "keys":
        lines += [line for relation in relations if _is_many_to_many(relation) for line in _junction(relation, choice)]
    return "\n".join(lines) + "\n"


def _relation_lines(relation: Relation, choice: ErdChoice) -> Iterator[str]:
    line = "--" if relation.identifying or not choice.identifying else ".."
    left, right = _name(relation.left, choice), _name(relation.right, choice)
    if _is_many_to_many(relation) and (choice.style in SQL or choice.style == "keys"):
        junction = _junction_name(relation, choice)
        yield f'{left} ||--{_RIGHT[relation.right_end]} {junction} : "{relation.verb}"'
        yield f'{right} ||--{_RIGHT[relation.left_end]} {junction} : "is linked by"'
    else:
        yield f'{left} {_LEFT[relation.left_end]}{line}{_RIGHT[relation.right_end]} {right} : "{relation.verb}"'


def _entity_lines(entity: Entity, relations: tuple[Relation, ...], choice: ErdChoice) -> Iterator[str]:
    if choice.style == "relations":
        return
    label = f'["{words.sentence(words.phrase(entity.name))}"]' if choice.style == "labelled" else ""
    yield f"    {_name(entity.name, choice)}{label} {{"
    for row in _rows(entity, relations, choice):
        yield f"        {row}"
    yield "    }"


def _rows(entity: Entity, relations: tuple[Relation, ...], choice: ErdChoice) -> Iterator[str]:
    commented = choice.style == "commented"
    key = "_id" if choice.style == "mongodb" else _attribute("id", choice)
    yield f"{_type('id', choice)} {key} PK"
    for relation in relations:
        for owner, target, single in _foreign_keys(relation):
            if owner == entity.name:
                comment = f' "refers to the {words.phrase(target)}"' if commented else ""
                yield f"{_type('id', choice)} {_attribute(target + '_id', choice)} FK{',UK' if single else ''}{comment}"
        if _is_many_to_many(relation) and choice.style == "mongodb" and relation.left == entity.name:
            yield f"ObjectId[] {_attribute((relation.role or relation.right) + '_ids', choice)} FK"
    taken = {_attribute(target + "_id", choice) for one in relations for _, target, _ in _foreign_keys(one)}
    for field in _fields(entity, choice.n_fields):
        if _attribute(field.name, choice) not in taken:
            unique = " UK" if field.unique else ""
            comment = f' "{_comment(field)}"' if commented and _comment(field) else ""
            yield f"{_type(field.type, choice)} {_attribute(field.name, choice)}{unique}{comment}"


def _fields(entity: Entity, n_fields: int) -> tuple[Field, ...]:
    if n_fields < 0:
        return entity.fields
    status = tuple(field for field in entity.fields[n_fields:] if field.name == "status")
    return entity.fields[: max(n_fields - len(status), 0)] + (status if n_fields else ())


def _comment(field: Field) -> str:
    if field.values:
        return words.listing([words.phrase(value) for value in field.values], "or")
    return "optional" if field.optional else ""


def _foreign_keys(relation: Relation) -> Iterator[tuple[str, str, bool]]:
    """Who keeps the key, what the key is called after, and whether it is unique; nobody for many to many."""
    many_left, many_right = relation.left_end.endswith("*"), relation.right_end.endswith("*")
    if many_left and not many_right:
        yield relation.left, relation.role or relation.right, False
    elif not many_left:
        yield relation.right, relation.role or relation.left, not many_right


def _is_many_to_many(relation: Relation) -> bool:
    return relation.left_end.endswith("*") and relation.right_end.endswith("*")


def _junction(relation: Relation, choice: ErdChoice) -> Iterator[str]:
    yield f"    {_junction_name(relation, choice)} {{"
    for target in (relation.left, relation.role or relation.right):
        yield f"        {_type('id', choice)} {_attribute(target + '_id', choice)} PK,FK"
    yield "    }"


def _junction_name(relation: Relation, choice: ErdChoice) -> str:
    return _name(f"{relation.left}{words.pascal(relation.role) or relation.right}", choice)


def _name(entity: str, choice: ErdChoice) -> str:
    if choice.style in {"sqlserver", "domain", "commented"}:
        return entity
    if choice.style in {"postgresql", "mongodb"}:
        return words.plural(entity).replace(" ", "_").lower()
    return words.upper_snake(entity)


def _attribute(name: str, choice: ErdChoice) -> str:
    if choice.style == "sqlserver":
        return words.pascal(name)
    return words.camel(name) if choice.style in {"mongodb", "domain"} else words.snake(name)


def _type(neutral: str, choice: ErdChoice) -> str:
    return type_name(choice.style if choice.style in {*SQL, "mongodb"} else "neutral", neutral)


def _title(domain: Domain, choice: ErdChoice) -> str:
    if len(choice.entities) <= 4:  # noqa: PLR2004
        return f"{words.sentence(domain.name)}: {words.listing([words.phrase(name) for name in choice.entities])}"
    centre = words.phrase(central(domain, choice.entities))
    return f"{words.sentence(domain.name)}: data around {words.article(centre)}"


def entity_slots(domain: Domain, names: tuple[str, ...]) -> dict[str, str]:
    """Slots of a prompt that is about entities."""
    return {
        "names": words.listing(names),
        "things": words.listing([words.plural(name) for name in names]),
        "singles": words.listing([words.phrase(name) for name in names]),
        "central": words.phrase(central(domain, names)),
        "a_central": words.article(words.phrase(central(domain, names))),
        "count": str(len(names)),
    }


def _features(choice: ErdChoice) -> tuple[Feature, ...]:
    features = [Feature(f"erd_{choice.style}")]
    if choice.n_fields > 0:
        features.append(Feature("few_fields", {"n": str(choice.n_fields)}))
    elif choice.n_fields < 0:
        features.append(Feature("all_fields"))
    if choice.direction:
        features.append(Feature(f"direction_{choice.direction.lower()}"))
    if choice.identifying:
        features.append(Feature("dotted_lines"))
    else:
        features.append(Feature("solid_lines", required=False))
    return tuple(features)
