"""The short notations of a domain file: fields, methods, relations, transitions and the steps of a use case.

    full_name text, email email unique, tier enum standard|gold, phone phone?
    nights() int, overlaps(start date, end date) bool
    Guest 1 -- 0..* Reservation : makes                     (`==` identifying; `as booker` names the foreign key)
    Pending -> Confirmed : confirm [deposit paid]

Steps are a tree, two spaces a level: whoever stands above asks whoever stands below.

    Booking site: choose a room => confirmation             a call, and what it answers
      Reservation: hold the room
        db: insert the reservation                          the store of the service above (`db?` when a cache may answer)
        ! room just taken | room still free: pick another   the call above may fail: what the actor is told in the end
          db: forget the hold                               how the service above puts it right
        @ each night of the stay                            a loop
        ? guest has a voucher                               an option
        # held for 15 minutes                               a note
        ~ ReservationConfirmed                              an event, with those that react to it below
          Notification: mail the confirmation

Every function raises ValueError with the text it could not read.
"""

from __future__ import annotations

import re

from .model import Call, Condition, Event, Failure, Field, Loop, Method, Note, Relation, Step, Transition

TYPES = frozenset(
    {
        "text", "longtext", "int", "decimal", "money", "percent", "bool", "date", "time", "datetime", "duration",
        "uuid", "email", "phone", "url", "json", "geo", "enum", "code",
    },
)  # fmt: skip
_FIELD = re.compile(r"^([a-z][a-z0-9_]*) ([a-z]+)(\?)?(?: ([a-z0-9_]+(?:\|[a-z0-9_]+)+))?( unique)?$")
_METHOD = re.compile(r"^([a-z]\w*)\(([^)]*)\)(?: ([A-Za-z]\w*))?$")
_END = r"(1|0\.\.1|1\.\.\*|0\.\.\*)"
_RELATION = re.compile(rf"^(\w+) {_END} (--|==) {_END} (\w+) : ([a-z][a-z ]*?)(?: as ([a-z_]+))?$")
_TRANSITION = re.compile(r"^(\w+) -> (\w+) : ([^\[\]:]+?)(?: \[([^\[\]]+)\])?$")
_CALL = re.compile(r"^([^:]+): (.+?)(?: => (.+))?$")
_FAILURE = re.compile(r"^! ([^|]+) \| ([^:]+): (.+)$")


def read_fields(text: str) -> tuple[Field, ...]:
    """The fields in a comma-separated list."""
    return tuple(_read_field(part) for part in _parts(text))


def read_methods(text: str) -> tuple[Method, ...]:
    """The methods in a comma-separated list."""
    return tuple(_read_method(part) for part in _parts(text))


def read_relation(text: str) -> Relation:
    """One relation."""
    left, left_end, line, right_end, right, verb, role = _match(_RELATION, text)
    return Relation(left, left_end, right, right_end, verb, line == "==", role)


def read_transition(text: str) -> Transition:
    """One transition."""
    source, target, trigger, guard = _match(_TRANSITION, text)
    return Transition(source, target, trigger, guard)


def read_steps(text: str) -> tuple[Step, ...]:
    """The tree of steps of a use case."""
    lines = [(len(line) - len(line.lstrip()), line.strip()) for line in text.splitlines() if line.strip()]
    steps, rest = _read_level(lines, 0)
    if rest:
        message = f"wrong indentation: {rest[0][1]!r}"
        raise ValueError(message)
    return steps


def _read_level(lines: list[tuple[int, str]], depth: int) -> tuple[tuple[Step, ...], list[tuple[int, str]]]:
    steps: list[Step] = []
    while lines and lines[0][0] == depth:
        line = lines[0][1]
        inner, lines = _read_level(lines[1:], depth + 2)
        if line.startswith("! "):
            steps[-1] = _with_failure(steps[-1] if steps else None, line, inner)
        else:
            steps.append(_read_step(line, inner))
    return tuple(steps), lines


def _read_step(line: str, inner: tuple[Step, ...]) -> Step:
    match line[:2]:
        case "~ ":
            return Event(line[2:], tuple(step for step in inner if isinstance(step, Call)))
        case "# ":
            return Note(line[2:])
        case "@ ":
            return Loop(line[2:], inner)
        case "? ":
            return Condition(line[2:], inner)
        case _:
            to, says, reply = _match(_CALL, line)
            return Call(to.removesuffix("?"), says, reply, to.endswith("?"), inner, None)


def _with_failure(step: Step | None, line: str, inner: tuple[Step, ...]) -> Call:
    if not isinstance(step, Call):
        message = f"a failure must follow a call: {line!r}"
        raise ValueError(message)  # noqa: TRY004  (the text is wrong, not a caller's type)
    when, otherwise, outcome = _match(_FAILURE, line)
    return Call(step.to, step.says, step.reply, step.cacheable, step.inner, Failure(when, otherwise, outcome, inner))


def _read_field(text: str) -> Field:
    name, type_, optional, values, unique = _match(_FIELD, text)
    if type_ not in TYPES or (type_ == "enum") != bool(values):
        message = f"unknown type or misplaced values: {text!r}"
        raise ValueError(message)
    return Field(name, type_, bool(optional), bool(unique), tuple(values.split("|")) if values else ())


def _read_method(text: str) -> Method:
    name, parameters, returns = _match(_METHOD, text)
    pairs = [part.strip().split(" ") for part in parameters.split(",")] if parameters else []
    return Method(name, tuple((pair[0], pair[1]) for pair in pairs), returns)


def _parts(text: str) -> list[str]:
    return [part.strip() for part in re.split(r",(?![^(]*\))", text) if part.strip()]


def _match(pattern: re.Pattern[str], text: str) -> tuple[str, ...]:
    found = pattern.match(text.strip())
    if found is None:
        message = f"cannot read {text!r}"
        raise ValueError(message)
    return tuple(group or "" for group in found.groups())
