"""State diagrams of the life cycle of one entity, or of two side by side."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from random import Random

from . import words
from .drawing import BRIEF, Drawing, Feature
from .model import Domain, StateMachine, Transition
from .selection import some

STYLES = ("flat", "guards", "composite", "notes", "choices", "parallel", "excerpt")
_SMALLEST_EXCERPT = 4


@dataclass(frozen=True)
class StateChoice:
    """`states` are those that are shown; `other` is the second life cycle where two run side by side."""

    style: str
    entity: str
    other: str
    states: tuple[str, ...]
    direction: str
    guards: bool
    notes: bool


def compose_state(domain: Domain, rng: Random) -> Drawing:
    """The life cycle of one entity, or of two."""
    choice = choose(domain, rng)
    return Drawing(
        "state_pair" if choice.other else "state",
        choice.style,
        _title(domain, choice),
        draw(domain, choice),
        _slots(domain, choice),
        _features(domain, choice),
    )


def brief_state(domain: Domain, rng: Random) -> Drawing:
    """The whole life cycle of one entity, without guards."""
    machine = rng.choice(domain.machines)
    choice = StateChoice("flat", machine.entity, "", machine.states, "", guards=False, notes=False)
    return Drawing("state_brief", BRIEF, _title(domain, choice), draw(domain, choice), _slots(domain, choice), ())


def choose(domain: Domain, rng: Random) -> StateChoice:
    """A style and a life cycle that suits it."""
    style = rng.choice(STYLES)
    machine = rng.choice(domain.machines)
    other = rng.choice([one.entity for one in domain.machines if one is not machine]) if style == "parallel" else ""
    states = _excerpt(machine, rng) if style == "excerpt" else machine.states
    guards = style in {"guards", "choices"} or (style != "flat" and rng.random() < 0.5)  # noqa: PLR2004
    notes = style == "notes" or (style == "composite" and rng.random() < 0.3)  # noqa: PLR2004
    direction = "" if other else rng.choice(("", "LR", "TB"))
    return StateChoice(style, machine.entity, other, states, direction, guards, notes)


def draw(domain: Domain, choice: StateChoice) -> str:
    """The Mermaid text."""
    lines = ["stateDiagram-v2", *([f"    direction {choice.direction}"] if choice.direction else [])]
    body = _parallel(domain, choice) if choice.other else _single(_machine(domain, choice.entity), choice)
    return "\n".join([*lines, *(f"    {line}" for line in body)]) + "\n"


def _parallel(domain: Domain, choice: StateChoice) -> Iterator[str]:
    both = [_machine(domain, choice.entity), _machine(domain, choice.other)]
    shared = set(both[0].states) & set(both[1].states)
    for machine in both:
        rename = {state: f"{machine.entity}{state}" if state in shared else state for state in machine.states}
        yield f'state "{words.sentence(words.phrase(machine.entity))}" as {machine.entity}LifeCycle {{'
        yield from (f"    {line}" for line in _labels(machine.states, rename))
        yield f"    [*] --> {rename[machine.states[0]]}"
        yield from (f"    {_arrow(one, choice, rename)}" for one in machine.transitions)
        yield from (f"    {rename[state]} --> [*]" for state in machine.finals)
        yield "}"


def _single(machine: StateMachine, choice: StateChoice) -> Iterator[str]:
    inside = [one for one in machine.transitions if one.source in choice.states and one.target in choice.states]
    phases = machine.phases if choice.style == "composite" else ()
    grouped = {state: phase for phase, states in phases for state in states}
    yield from _labels([state for state in choice.states if state not in grouped], {})
    for phase, states in phases:
        yield from _phase(phase, states, machine, choice)
    if choice.states[0] == machine.states[0]:
        yield f"[*] --> {grouped.get(choice.states[0], choice.states[0])}"
    within = {(one.source, one.target) for one in inside if one.source in grouped and grouped.get(one.target) == grouped[one.source]}
    outside = [one for one in inside if (one.source, one.target) not in within]
    yield from _choices(outside, choice) if choice.style == "choices" else (_arrow(one, choice, {}) for one in outside)
    left = {one.source for one in inside}
    yield from (f"{state} --> [*]" for state in choice.states if state not in left)
    if choice.notes:
        yield from (f"note right of {state} : {text}" for state, text in machine.notes if state in choice.states)


def _phase(phase: str, states: tuple[str, ...], machine: StateMachine, choice: StateChoice) -> Iterator[str]:
    yield f'state "{words.sentence(words.phrase(phase))}" as {phase} {{'
    yield from (f"    {line}" for line in _labels(states, {}))
    entry = next((one.target for one in machine.transitions if one.target in states and one.source not in states), states[0])
    yield f"    [*] --> {states[0] if states[0] == machine.states[0] else entry}"
    for one in machine.transitions:
        if one.source in states and one.target in states:
            yield f"    {_arrow(one, choice, {})}"
    yield "}"


def _choices(transitions: list[Transition], choice: StateChoice) -> Iterator[str]:
    """Transitions; where a state has guarded ways out, a choice point stands before them."""
    for source in dict.fromkeys(one.source for one in transitions):
        ways = [one for one in transitions if one.source == source]
        guarded = [one for one in ways if one.guard]
        if len(ways) > 1 and guarded:
            point = f"{words.camel(source)}Choice"
            yield f"state {point} <<choice>>"
            yield f"{source} --> {point}"
            for one in ways:
                label = f"{one.trigger} [{one.guard}]" if one.guard else one.trigger
                yield f"{point} --> {one.target} : {label}"
        else:
            yield from (_arrow(one, choice, {}) for one in ways)


def _labels(states: tuple[str, ...] | list[str], rename: dict[str, str]) -> Iterator[str]:
    for state in states:
        name = rename.get(state, state)
        label = words.sentence(words.phrase(state))
        if label != name:
            yield f'state "{label}" as {name}'


def _arrow(one: Transition, choice: StateChoice, rename: dict[str, str]) -> str:
    guard = f" [{one.guard}]" if choice.guards and one.guard else ""
    return f"{rename.get(one.source, one.source)} --> {rename.get(one.target, one.target)} : {one.trigger}{guard}"


def _excerpt(machine: StateMachine, rng: Random) -> tuple[str, ...]:
    """The states that can be reached first, without some of the endings."""
    endings = some(rng, machine.finals, 1, max(1, len(machine.finals) - 1))
    kept = tuple(state for state in machine.states if state not in machine.finals or state in endings)
    return kept if len(kept) >= _SMALLEST_EXCERPT else machine.states


def _machine(domain: Domain, entity: str) -> StateMachine:
    return next(machine for machine in domain.machines if machine.entity == entity)


def _title(domain: Domain, choice: StateChoice) -> str:
    if choice.other:
        return f"{words.sentence(domain.name)}: {words.phrase(choice.entity)} and {words.phrase(choice.other)} side by side"
    return f"{words.sentence(domain.name)}: life cycle of {words.article(words.phrase(choice.entity))}"


def _slots(domain: Domain, choice: StateChoice) -> dict[str, str]:
    machine = _machine(domain, choice.entity)
    one, two = words.phrase(choice.entity), words.phrase(choice.other)
    return {
        "subject": f"{one} and the {two}" if two else one,
        "a_subject": f"{words.article(one)} and {words.article(two)}" if two else words.article(one),
        "states": words.listing([words.phrase(state) for state in choice.states]),
        "count": str(len(choice.states)),
        "first": words.phrase(machine.states[0]),
        "last": words.listing([words.phrase(state) for state in machine.finals if state in choice.states], "or"),
    }


def _features(domain: Domain, choice: StateChoice) -> tuple[Feature, ...]:
    machine = _machine(domain, choice.entity)
    features = []
    if choice.style in {"composite", "parallel", "choices"}:
        phases = words.listing([words.phrase(phase) for phase, _ in machine.phases])
        features.append(Feature(f"state_{choice.style}", {"phases": phases}))
    if choice.style == "excerpt" and set(choice.states) != set(machine.states):
        features.append(Feature("state_excerpt", {"states": words.listing([words.phrase(state) for state in choice.states])}))
    features.append(Feature("guards" if choice.guards else "no_guards"))
    if choice.notes:
        features.append(Feature("state_notes"))
    if choice.direction:
        features.append(Feature(f"direction_{choice.direction.lower()}"))
    return tuple(features)
