"""Class diagrams: domain models, typed entities, layers with interfaces and generics, commands, life cycles."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from random import Random

from . import words
from .drawing import BRIEF, Drawing, Feature
from .erd import entity_slots
from .model import Domain, Entity, Event, Field, Relation, Service, StateMachine, UseCase
from .selection import central, choose_core, choose_entities, relations_among, some
from .sequence import every_step
from .toml_data import type_name

LANGUAGES = ("csharp", "typescript", "python", "java")
ENTITY_STYLES = ("behaviour", "typed", "typed", "enums", "structure", "namespaces")
OTHER_STYLES = ("layers", "commands", "life_cycle")


@dataclass(frozen=True)
class ClassChoice:
    """`subject` is a service or an entity where the style is about one, `language` gives the types."""

    style: str
    entities: tuple[str, ...]
    subject: str
    language: str
    direction: str
    n_fields: int


def compose_class(domain: Domain, rng: Random) -> Drawing:
    """A class diagram of entities, of the layers around one service, or of one life cycle."""
    choice = choose(domain, rng)
    return Drawing(
        {"layers": "class_service", "commands": "class_service", "life_cycle": "class_states"}.get(
            choice.style,
            "class_entities",
        ),
        choice.style if choice.style != "typed" else choice.language,
        _title(domain, choice),
        draw(domain, choice),
        _slots(domain, choice),
        _features(choice),
    )


def brief_class(domain: Domain, rng: Random, around: str = "") -> Drawing:
    """What the domain turns on, or what stands around one entity, with attributes and methods."""
    entities = choose_core(domain, rng, 3, 5, around)
    choice = ClassChoice("behaviour", entities, central(domain, entities), rng.choice(LANGUAGES), "", rng.choice((2, 3)))
    return Drawing("class_brief", BRIEF, _title(domain, choice), draw(domain, choice), _slots(domain, choice), ())


def choose(domain: Domain, rng: Random) -> ClassChoice:
    """A style and what it shows."""
    style = rng.choice(ENTITY_STYLES * 2 + OTHER_STYLES)
    direction = rng.choice(("", "", "LR", "TB"))
    language = rng.choice(LANGUAGES)
    if style == "life_cycle":
        machine = rng.choice(domain.machines)
        return ClassChoice(style, (machine.entity,), machine.entity, language, "", 3)
    if style in {"layers", "commands"}:
        services = [service for service in domain.services if service.owns and len(_cases_of(domain, service)) > 1]
        service = rng.choice(services)
        return ClassChoice(style, some(rng, service.owns, 1, 3), service.name, language, "", rng.choice((2, 3, 4)))
    entities = choose_entities(domain, rng, 4, 10 if style == "structure" else 7)
    n_fields = {"structure": 0, "behaviour": 3}.get(style, rng.choice((3, 4, 5)))
    return ClassChoice(style, entities, central(domain, entities), language, direction, n_fields)


def draw(domain: Domain, choice: ClassChoice) -> str:
    """The Mermaid text."""
    lines = ["classDiagram", *([f"    direction {choice.direction}"] if choice.direction else [])]
    return "\n".join([*lines, *(f"    {line}" for line in _BODIES[choice.style](domain, choice))]) + "\n"


def _entities_body(domain: Domain, choice: ClassChoice) -> Iterator[str]:
    for name in choice.entities:
        yield from _entity_class(domain.entity(name), choice)
    if choice.style == "enums":
        yield from _enumerations(domain, choice)
    yield from _relation_lines(domain, choice)


def _namespaces_body(domain: Domain, choice: ClassChoice) -> Iterator[str]:
    for service in domain.services:
        inside = [name for name in choice.entities if name in service.owns]
        if inside:
            yield f"namespace {words.pascal(service.name)}Context {{"  # a class of the same name would make a circle
            for name in inside:
                yield from (f"    {line}" for line in _entity_class(domain.entity(name), choice))
            yield "}"
    yield from _relation_lines(domain, choice)


def _structure_body(domain: Domain, choice: ClassChoice) -> Iterator[str]:
    yield from (f"class {name}" for name in choice.entities)
    yield from _relation_lines(domain, choice)


def _entity_class(entity: Entity, choice: ClassChoice) -> Iterator[str]:
    yield f"class {entity.name} {{"
    if choice.style == "typed":
        yield f"    +{_member('id', type_name(choice.language, 'id'), choice)}"
    for field in _fields(entity, choice):
        type_ = _enum_name(entity, field.name) if field.values and choice.style == "enums" else field.type
        shown = type_name(choice.language if choice.style == "typed" else "neutral", type_)
        yield f"    +{_member(field.name, shown + _optional_mark(field.optional, choice), choice)}"
    if choice.style in {"behaviour", "typed"}:
        for method in entity.methods:
            arguments = ", ".join(_member(name, _named_type(type_, choice), choice, parameter=True) for name, type_ in method.parameters)
            yield f"    +{_method_name(method.name, choice)}({arguments}) {_named_type(method.returns or 'none', choice)}".rstrip()
    yield "}"


def _enumerations(domain: Domain, choice: ClassChoice) -> Iterator[str]:
    for name in choice.entities:
        entity = domain.entity(name)
        for field in _fields(entity, choice):
            if field.values:
                yield f"class {_enum_name(entity, field.name)} {{"
                yield "    <<enumeration>>"
                yield from (f"    {words.pascal(value)}" for value in field.values)
                yield "}"
                yield f"{name} ..> {_enum_name(entity, field.name)} : {words.phrase(field.name)}"


def _fields(entity: Entity, choice: ClassChoice) -> tuple[Field, ...]:
    """The first fields; where enumerations are the point, those that have one come in before others.

    The identifier of a typed class counts among its attributes, as it does for whoever asked for so many.
    """
    if choice.style != "enums":
        return entity.fields[: choice.n_fields - (choice.style == "typed")]
    enums = [field for field in entity.fields if field.values][: choice.n_fields]
    plain = [field for field in entity.fields if not field.values][: choice.n_fields - len(enums)]
    return tuple(field for field in entity.fields if field in enums or field in plain)


def _enum_name(entity: Entity, field: str) -> str:
    return f"{entity.name}{words.pascal(field)}"


def _relation_lines(domain: Domain, choice: ClassChoice) -> Iterator[str]:
    for relation in relations_among(domain, choice.entities):
        yield (f'{relation.left} "{relation.left_end}" {_arrow(relation)} "{relation.right_end}" {relation.right} : {relation.verb}')


def _arrow(relation: Relation) -> str:
    if relation.identifying:
        return "*--"
    return "--" if relation.left_end.endswith("*") and relation.right_end.endswith("*") else "-->"


def _layers_body(domain: Domain, choice: ClassChoice) -> Iterator[str]:
    """Controller, service, generic repository interface and one implementation for each entity."""
    service = _service(domain, choice)
    name, technology = words.pascal(service.name), _technology(service)
    interface = f"I{name}Service" if choice.language == "csharp" else f"{name}Service"
    implementation = f"{name}Service" if choice.language == "csharp" else f"Default{name}Service"
    cases = _cases_of(domain, service)[: choice.n_fields]
    yield from _class(f"{name}Controller", [f"-{_member('service', interface, choice)}", *_case_methods(cases, choice)])
    yield from _class(interface, ["<<interface>>", *_case_methods(cases, choice)])
    yield from _class(
        implementation,
        [f"-{_member(words.camel(words.plural(one)), f'{_repository(choice)}~{one}~', choice)}" for one in choice.entities],
    )
    yield from _repository_interface(choice)
    for one in choice.entities:
        entity = domain.entity(one)
        yield from _class(f"{technology}{one}Repository", [f"-{_member('connection', f'{technology}Connection', choice)}"])
        fields = [f"+{_member(field.name, type_name(choice.language, field.type), choice)}" for field in entity.fields[:3]]
        yield from _class(one, fields)
    yield f"{name}Controller --> {interface} : asks"
    yield f"{interface} <|.. {implementation}"
    yield f"{implementation} --> {_repository(choice)} : stores through"
    for one in choice.entities:
        yield f"{_repository(choice)} <|.. {technology}{one}Repository"
        yield f"{technology}{one}Repository ..> {one} : maps"


def _repository_interface(choice: ClassChoice) -> Iterator[str]:
    key, nothing, whether = (type_name(choice.language, neutral) for neutral in ("id", "none", "bool"))
    operations = (("findById", "id", key, "T"), ("add", "item", "T", nothing), ("remove", "id", key, whether))
    methods = (
        f"+{_method_name(name, choice)}({_member(parameter, type_, choice, parameter=True)}) {_task(result, choice)}"
        for name, parameter, type_, result in operations
    )
    yield from _class(f"{_repository(choice)}~T~", ["<<interface>>", *methods])


def _commands_body(domain: Domain, choice: ClassChoice) -> Iterator[str]:
    """One command and one handler for each use case of a service, and the events that the service publishes."""
    service = _service(domain, choice)
    cases = _cases_of(domain, service)[: choice.n_fields]
    key, nothing = (type_name(choice.language, neutral) for neutral in ("id", "none"))
    yield from _class("CommandHandler~TCommand~", ["<<interface>>", _handle("TCommand", choice)])
    yield from _class(
        f"{words.pascal(service.name)}Store",
        [
            "<<interface>>",
            f"+{_method_name('load', choice)}({_member('id', key, choice, parameter=True)}) {_task('Aggregate', choice)}",
            f"+{_method_name('save', choice)}({_member('aggregate', 'Aggregate', choice, parameter=True)}) {_task(nothing, choice)}",
        ],
    )
    published = [one.event for one in domain.subscriptions if one.publisher == service.label]
    for case in cases:
        name = words.command(case.name)
        yield from _class(f"{name}Command", _command_members(case, choice))
        yield from _class(f"{name}Handler", [_handle(f"{name}Command", choice)])
        yield f"CommandHandler <|.. {name}Handler"
        yield f"{name}Handler ..> {name}Command : handles"
        yield f"{name}Handler --> {words.pascal(service.name)}Store : loads and saves"
        for step in every_step(case.steps):
            if isinstance(step, Event) and step.name in published:
                moment = _member("occurred_at", type_name(choice.language, "datetime"), choice)
                yield from _class(step.name, ["<<event>>", f"+{moment}"])
                yield f"{name}Handler ..> {step.name} : publishes"


def _command_members(case: UseCase, choice: ClassChoice) -> list[str]:
    """The ids of the entities that the use case names (of the first one if it names none), and who asks."""
    named = [one for one in choice.entities if words.words(one)[-1] in words.words(case.name)] or choice.entities[:1]
    ids = [f"+{_member(words.snake(one) + '_id', type_name(choice.language, 'id'), choice)}" for one in named]
    return [*ids, f"+{_member('requested_by', type_name(choice.language, 'text'), choice)}"]


def _handle(command: str, choice: ClassChoice) -> str:
    result = {"csharp": "Task", "typescript": "Promise~void~", "python": "None", "java": "void"}[choice.language]
    return f"+{_method_name('handle', choice)}({_member('command', command, choice, parameter=True)}) {result}"


def _life_cycle_body(domain: Domain, choice: ClassChoice) -> Iterator[str]:
    """The state pattern: an interface, a class for each state, and the entity that delegates to them."""
    machine = _machine(domain, choice)
    triggers = list(dict.fromkeys(words.camel(one.trigger) for one in machine.transitions))
    interface = f"{machine.entity}State"
    yield from _class(
        machine.entity,
        [f"-{_member('state', interface, choice)}", *(f"+{_method_name(one, choice)}()" for one in triggers)],
    )
    yield from _class(
        interface,
        [
            "<<interface>>",
            *(f"+{_method_name(one, choice)}({_member('context', machine.entity, choice, parameter=True)})" for one in triggers),
        ],
    )
    for state in machine.states:
        own = dict.fromkeys(words.camel(one.trigger) for one in machine.transitions if one.source == state)
        yield from _class(
            f"{state}State",
            [f"+{_method_name(one, choice)}({_member('context', machine.entity, choice, parameter=True)})" for one in own],
        )
        yield f"{interface} <|.. {state}State"
    yield f"{machine.entity} o-- {interface} : delegates to"
    for source, target in dict.fromkeys((one.source, one.target) for one in machine.transitions if one.source != one.target):
        yield f"{source}State ..> {target}State"


_BODIES: dict[str, Callable[[Domain, ClassChoice], Iterator[str]]] = {
    "behaviour": _entities_body,
    "typed": _entities_body,
    "enums": _entities_body,
    "namespaces": _namespaces_body,
    "structure": _structure_body,
    "layers": _layers_body,
    "commands": _commands_body,
    "life_cycle": _life_cycle_body,
}


def _class(name: str, members: list[str]) -> Iterator[str]:
    if members:
        yield f"class {name} {{"
        yield from (f"    {member}" for member in members)
        yield "}"
    else:
        yield f"class {name}"


def _case_methods(cases: tuple[UseCase, ...], choice: ClassChoice) -> list[str]:
    return [f"+{_method_name(words.camel(words.command(case.name)), choice)}()" for case in cases]


def _member(name: str, type_: str, choice: ClassChoice, *, parameter: bool = False) -> str:
    """A member the way the language writes it: `Guid Id`, `id: string`, `id: UUID`."""
    if choice.language in {"typescript", "python"} and choice.style != "behaviour":
        return f"{words.camel(name) if choice.language == 'typescript' else words.snake(name)}: {type_}"
    shown = words.pascal(name) if choice.language == "csharp" and choice.style == "typed" and not parameter else words.camel(name)
    return f"{type_} {shown}"


def _method_name(name: str, choice: ClassChoice) -> str:
    if choice.style == "behaviour":
        return name
    if choice.language == "csharp":
        return words.pascal(name)
    return words.snake(name) if choice.language == "python" else name


def _named_type(neutral: str, choice: ClassChoice) -> str:
    if choice.style == "behaviour":
        return "" if neutral == "none" else type_name("neutral", neutral)
    return type_name(choice.language, neutral)


def _optional_mark(optional: bool, choice: ClassChoice) -> str:  # noqa: FBT001
    return "?" if optional and choice.style == "typed" and choice.language == "csharp" else ""


def _task(type_: str, choice: ClassChoice) -> str:
    if choice.language == "csharp":
        return "Task" if type_ == "void" else f"Task~{type_}~"
    return f"Promise~{type_}~" if choice.language == "typescript" else type_


def _repository(choice: ClassChoice) -> str:
    return "IRepository" if choice.language == "csharp" else "Repository"


def _technology(service: Service) -> str:
    return {"PostgreSQL": "Sql", "MongoDB": "Mongo", "Redis": "Redis", "TimescaleDB": "Timescale"}.get(service.store, "File")


def _service(domain: Domain, choice: ClassChoice) -> Service:
    return next(service for service in domain.services if service.name == choice.subject)


def _machine(domain: Domain, choice: ClassChoice) -> StateMachine:
    return next(machine for machine in domain.machines if machine.entity == choice.subject)


def _cases_of(domain: Domain, service: Service) -> tuple[UseCase, ...]:
    """The use cases whose request this service answers."""
    return tuple(case for case in domain.use_cases if entry_service(domain, case) == service.label)


def entry_service(domain: Domain, case: UseCase) -> str:
    """The label of the service that a use case asks first (empty if it asks none)."""
    steps = list(case.steps)
    while steps:
        step = steps.pop(0)
        to = getattr(step, "to", "")
        if domain.service(to):
            return str(to)
        steps = [*getattr(step, "inner", ()), *steps]
    return ""


def _title(domain: Domain, choice: ClassChoice) -> str:
    start = words.sentence(domain.name)
    if choice.style == "life_cycle":
        return f"{start}: states of {words.article(words.phrase(choice.subject))} as classes"
    if choice.style in {"layers", "commands"}:
        return f"{start}: {choice.style} of the {words.phrase(choice.subject)} service"
    return f"{start}: classes around {words.article(words.phrase(choice.subject))}"


def _slots(domain: Domain, choice: ClassChoice) -> dict[str, str]:
    slots = entity_slots(domain, choice.entities)
    if choice.style in {"layers", "commands"}:
        slots["service"] = _service(domain, choice).label.lower()
    subject = words.phrase(choice.subject)
    return slots | {"subject": subject, "a_subject": words.article(subject)}


def _features(choice: ClassChoice) -> tuple[Feature, ...]:
    language = {"csharp": "C#", "typescript": "TypeScript", "python": "Python", "java": "Java"}[choice.language]
    features = [Feature(f"class_{choice.style}", {"language": language, "n": str(choice.n_fields)})]
    if choice.style in {"typed", "enums", "behaviour", "namespaces"}:
        features.append(Feature("few_members", {"n": str(choice.n_fields)}, required=choice.style != "behaviour"))
    if choice.direction:
        features.append(Feature(f"direction_{choice.direction.lower()}"))
    return tuple(features)
