"""Sequence diagrams of a use case: with or without failures, stores, events, broker, gateway and cache."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import pairwise
from random import Random

from . import words
from .drawing import BRIEF, Drawing, Feature
from .model import Call, Condition, Domain, Event, Failure, Loop, Note, Step, UseCase
from .selection import some

GATEWAY = "API gateway"
CACHE = "Redis cache"
BROKERS = ("RabbitMQ", "Kafka", "Azure Service Bus", "NATS")


@dataclass(frozen=True)
class SequenceChoice:
    """Which parts of a use case are told. `broker` is a product or empty, `events` is `par`, `plain` or `none`."""

    use_case: str
    failures: tuple[str, ...]
    failure_form: str
    events: str
    broker: str
    gateway: bool
    cache: bool
    stores: bool
    activations: bool
    numbered: bool
    http: bool
    notes: bool


def compose_sequence(domain: Domain, rng: Random) -> Drawing:
    """One use case as calls between participants."""
    choice = choose(domain, rng)
    case = _case(domain, choice)
    return Drawing("sequence", _style(choice), case.name, draw(domain, choice), case_slots(domain, case), _features(domain, choice))


def choose(domain: Domain, rng: Random) -> SequenceChoice:
    """A use case and how much of it is told."""
    case = rng.choice(domain.use_cases)
    failures = [failure.when for failure in failures_of(case.steps)]
    has_events = any(isinstance(step, Event) for step in every_step(case.steps))
    events = rng.choice(("par", "par", "plain", "none")) if has_events else "none"
    stores = rng.random() < 0.75  # noqa: PLR2004
    cacheable = any(isinstance(step, Call) and step.cacheable for step in every_step(case.steps))
    through_app = domain.kind_of(_first(case).to) == "app"
    return SequenceChoice(
        use_case=case.name,
        failures=some(rng, failures, 0, min(len(failures), 2)),
        failure_form=rng.choice(("alt", "alt", "break")),
        events=events,
        broker=rng.choice((*BROKERS, "", "")) if events != "none" else "",
        gateway=through_app and rng.random() < 0.35,  # noqa: PLR2004
        cache=cacheable and stores and rng.random() < 0.5,  # noqa: PLR2004
        stores=stores,
        activations=rng.random() < 0.25,  # noqa: PLR2004
        numbered=rng.random() < 0.4,  # noqa: PLR2004
        http=through_app and rng.random() < 0.35,  # noqa: PLR2004
        notes=rng.random() < 0.5,  # noqa: PLR2004
    )


def brief_sequence(domain: Domain, rng: Random) -> Drawing:
    """A use case with its stores, its events and at most the failure that comes first."""
    return brief_sequence_of(domain, rng.choice(domain.use_cases), rng.randint(0, 1))


def brief_sequence_of(domain: Domain, case: UseCase, n_failures: int) -> Drawing:
    """This use case with its stores, its events and the failures that come first."""
    failures = [failure.when for failure in failures_of(case.steps)]
    choice = SequenceChoice(
        use_case=case.name,
        failures=tuple(failures[:n_failures]),
        failure_form="alt",
        events="plain" if any(isinstance(step, Event) for step in every_step(case.steps)) else "none",
        broker="",
        gateway=False,
        cache=False,
        stores=True,
        activations=False,
        numbered=False,
        http=False,
        notes=False,
    )
    return Drawing("sequence_brief", BRIEF, case.name, draw(domain, choice), case_slots(domain, case), ())


def draw(domain: Domain, choice: SequenceChoice) -> str:
    """The Mermaid text."""
    case = _case(domain, choice)
    teller = _Teller(domain, choice, case)
    body = [*teller.tell(case.steps, (case.actor,), in_block=False), *teller.closing()]
    head = ["sequenceDiagram", *(["    autonumber"] if choice.numbered else [])]
    declared = [f"    {_declaration(domain, name)}" for name in teller.participants]
    return "\n".join([*head, *declared, *_indented(body)]) + "\n"


class _Teller:
    """Tells steps as lines; remembers who has taken part, since participants are declared before the first line."""

    def __init__(self, domain: Domain, choice: SequenceChoice, case: UseCase) -> None:
        self.domain, self.choice, self.case = domain, choice, case
        self.participants: dict[str, None] = {case.actor: None}
        self.routed = False
        self.cached = False
        self.n_open = 0

    def closing(self) -> list[str]:
        """What closes the alternatives that failures have opened: all that follows a failure stands in its `else`."""
        return ["end"] * self.n_open

    def tell(self, steps: Sequence[Step], chain: tuple[str, ...], *, in_block: bool) -> Iterator[str]:
        """The lines of steps that the last of the chain performs; the chain leads back to the actor."""
        for step in steps:
            yield from self._step(step, chain, in_block=in_block)

    def _step(self, step: Step, chain: tuple[str, ...], *, in_block: bool) -> Iterator[str]:
        match step:
            case Call():
                yield from self._call(step, chain, in_block=in_block)
            case Event():
                yield from self._event(step, chain[-1])
            case Loop():
                yield from self._block(f"loop {step.each}", self.tell(step.inner, chain, in_block=True))
            case Condition():
                yield from self._block(f"opt {step.when}", self.tell(step.inner, chain, in_block=True))
            case Note() if self.choice.notes:
                yield f"Note over {self._id(chain[-1])}: {words.sentence(step.text)}"
            case Note():
                pass

    def _block(self, opening: str, inner: Iterator[str]) -> Iterator[str]:
        lines = list(inner)
        if lines:
            yield opening
            yield from lines
            yield "end"

    def _call(self, call: Call, chain: tuple[str, ...], *, in_block: bool) -> Iterator[str]:
        told = self.choice.stores or self.domain.kind_of(call.to) != "store"
        failing = call.failure if call.failure and call.failure.when in self.choice.failures else None
        hops = self._hops(chain[-1], call.to)
        if told and call.cacheable and self.choice.cache and not self.cached:
            yield from self._cached(call, chain[-1])
            told = False
        if told:
            yield from self._ask(call, hops)
        yield from self.tell(call.inner, (*chain, *hops[1:]), in_block=in_block)
        if failing:
            yield from self._failure(failing, (*chain, *hops[1:]) if told else (*chain, chain[-1]), in_block=in_block)
        if told and call.reply:
            yield from self._answer(call, hops)

    def _hops(self, source: str, target: str) -> tuple[str, ...]:
        apart = self.domain.kind_of(source) == "app" and self.domain.kind_of(target) == "service"
        return (source, GATEWAY, target) if self.choice.gateway and apart else (source, target)

    def _ask(self, call: Call, hops: tuple[str, ...]) -> Iterator[str]:
        says = call.says
        if self.choice.http and not self.routed and self.domain.kind_of(call.to) == "service":
            says, self.routed = self.case.route, True
        for source, target in pairwise(hops):
            plus = "+" if self._is_active(call) else ""
            yield f"{self._id(source)}->>{plus}{self._id(target)}: {says}"

    def _answer(self, call: Call, hops: tuple[str, ...]) -> Iterator[str]:
        for source, target in pairwise(hops[::-1]):
            minus = "-" if self._is_active(call) else ""
            yield f"{self._id(source)}-->>{minus}{self._id(target)}: {call.reply}"

    def _is_active(self, call: Call) -> bool:
        return self.choice.activations and bool(call.reply) and self.domain.kind_of(call.to) in {"app", "service"}

    def _cached(self, call: Call, owner: str) -> Iterator[str]:
        self.cached = True
        asking, cache, store = self._id(owner), self._id(CACHE), self._id(call.to)
        yield f"{asking}->>{cache}: {call.says}"
        yield "alt found in the cache"
        yield f"{cache}-->>{asking}: {call.reply}"
        yield "else not in the cache"
        yield f"{asking}->>{store}: {call.says}"
        yield f"{store}-->>{asking}: {call.reply}"
        yield f"{asking}->>{cache}: keep for five minutes"
        yield "end"

    def _failure(self, failure: Failure, chain: tuple[str, ...], *, in_block: bool) -> Iterator[str]:
        alternative = self.choice.failure_form == "alt" and not in_block
        self.n_open += alternative
        yield f"{'alt' if alternative else 'break'} {failure.when}"
        yield from self._unwind(failure, chain, in_block=in_block)
        yield f"else {failure.otherwise}" if alternative else "end"

    def _unwind(self, failure: Failure, chain: tuple[str, ...], *, in_block: bool) -> Iterator[str]:
        failed, owner = chain[-1], chain[-2]
        if failed != owner:
            yield f"{self._id(failed)}-->>{self._id(owner)}: {failure.when}"
        yield from self.tell(failure.inner, chain[:-1], in_block=True)
        if in_block:
            yield f"{self._id(owner)}->>{self._id(owner)}: {failure.outcome}"
            return
        back = chain[-2::-1]
        for source, target in pairwise(back):
            said = failure.outcome if target == self.case.actor else failure.when
            yield f"{self._id(source)}-->>{self._id(target)}: {said}"

    def _event(self, event: Event, publisher: str) -> Iterator[str]:
        if self.choice.events == "none":
            return
        source = publisher
        if self.choice.broker:
            yield f"{self._id(publisher)}-){self._id(self.choice.broker)}: {event.name}"
            source = self.choice.broker
        parallel = self.choice.events == "par" and len(event.consumers) > 1
        for index, call in enumerate(event.consumers):
            if parallel:
                yield f"{'and' if index else 'par'} {call.says}"
            yield f"{self._id(source)}-){self._id(call.to)}: {event.name}"
            if not parallel:
                yield f"{self._id(call.to)}->>{self._id(call.to)}: {call.says}"
            yield from self.tell(call.inner, (call.to,), in_block=True)
        if parallel:
            yield "end"

    def _id(self, name: str) -> str:
        self.participants.setdefault(name, None)
        return _identifier(name)


def _indented(lines: Sequence[str]) -> Iterator[str]:
    """Lines with four spaces for each block that they stand in."""
    depth = 1
    for line in lines:
        word = line.split(" ", 1)[0]
        depth -= word in {"end", "else", "and"}
        yield "    " * depth + line
        depth += word in {"alt", "else", "break", "loop", "opt", "par", "and"}


def _identifier(name: str) -> str:
    return words.pascal(name)


def _declaration(domain: Domain, name: str) -> str:
    human = name in domain.actors and name not in {"Scheduler", "Device"}
    identifier = _identifier(name)
    shown = identifier if identifier == name else f"{identifier} as {name}"
    return f"{'actor' if human else 'participant'} {shown}"


def every_step(steps: Sequence[Step]) -> Iterator[Step]:
    """All steps of a tree, those inside failures left out."""
    for step in steps:
        yield step
        yield from every_step(getattr(step, "inner", ()))


def failures_of(steps: Sequence[Step]) -> tuple[Failure, ...]:
    """What may go wrong, in the order of telling."""
    return tuple(step.failure for step in every_step(steps) if isinstance(step, Call) and step.failure)


def case_slots(domain: Domain, case: UseCase) -> dict[str, str]:
    """Slots of a prompt that is about a use case."""
    asked = [domain.service(step.to) for step in every_step(case.steps) if isinstance(step, Call)]
    names = dict.fromkeys(service.name for service in asked if service)
    return {
        "case": words.lower_first(case.name),
        "case_third": words.third_person(words.lower_first(case.name)),
        "actor": case.actor.lower(),
        "an_actor": words.article(case.actor.lower()),
        "services": words.services(list(names)),
        "app": next((step.to.lower() for step in case.steps if isinstance(step, Call)), ""),
    }


def _case(domain: Domain, choice: SequenceChoice) -> UseCase:
    return next(case for case in domain.use_cases if case.name == choice.use_case)


def _first(case: UseCase) -> Call:
    return next(step for step in case.steps if isinstance(step, Call))


def _style(choice: SequenceChoice) -> str:
    parts = [
        "failures" if choice.failures else "happy_path",
        *(name for name in ("gateway", "cache") if getattr(choice, name)),
        *(["broker"] if choice.broker else []),
    ]
    return "-".join(parts)


def _features(domain: Domain, choice: SequenceChoice) -> tuple[Feature, ...]:
    case = _case(domain, choice)
    features = [
        Feature(
            f"failure_{choice.failure_form}" if len(choice.failures) == 1 else "failures",
            {"when": words.listing(choice.failures)},
        )
        if choice.failures
        else Feature("happy_path"),
    ]
    if choice.gateway:
        features.append(Feature("gateway"))
    if choice.broker:
        features.append(Feature("broker", {"broker": choice.broker}))
    elif choice.events != "none":
        features.append(Feature("direct_events"))
    elif any(isinstance(step, Event) for step in every_step(case.steps)):
        features.append(Feature("no_events"))
    if choice.cache:
        features.append(Feature("cache"))
    elif not choice.stores:
        features.append(Feature("no_stores"))
    flags = (("http", choice.http), ("activations", choice.activations), ("numbered", choice.numbered))
    features += [Feature(key, {"route": case.route}) for key, holds in flags if holds]
    if choice.notes and any(isinstance(step, Note) for step in every_step(case.steps)):
        features.append(Feature("notes"))
    return tuple(features)
