"""Flowcharts of a use case as a process: steps, decisions, loops, and a lane for each that acts."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from random import Random

from . import words
from .drawing import BRIEF, Drawing, Feature
from .model import Call, Condition, Domain, Event, Failure, Loop, Note, Step, UseCase
from .selection import some
from .sequence import case_slots, every_step, failures_of

_MOST_STEPS_FROM_LEFT_TO_RIGHT = 6


@dataclass(frozen=True)
class FlowChoice:
    """`decisions` is `question` (yes or no) or `outcome` (arrows name both outcomes); `lanes` groups by who acts."""

    use_case: str
    direction: str
    failures: tuple[str, ...]
    decisions: str
    lanes: bool
    stores: bool
    events: bool
    coloured: bool


Loose = tuple[tuple[str, str], ...]
"""Arrows that still need a target: pairs of node and label."""


def compose_flowchart(domain: Domain, rng: Random) -> Drawing:
    """One use case as a process."""
    choice = choose(domain, rng)
    case = _case(domain, choice)
    return Drawing(
        "flowchart",
        _style(choice),
        case.name,
        draw(domain, choice),
        case_slots(domain, case),
        _features(domain, choice),
    )


def choose(domain: Domain, rng: Random) -> FlowChoice:
    """A use case and how much of it is shown."""
    case = rng.choice(domain.use_cases)
    failures = [failure.when for failure in failures_of(case.steps)]
    stores, events = rng.random() < 0.5, rng.random() < 0.6  # noqa: PLR2004
    calls = [step for step in every_step(case.steps) if isinstance(step, Call)]
    short = len(calls) <= _MOST_STEPS_FROM_LEFT_TO_RIGHT
    return FlowChoice(
        use_case=case.name,
        direction=rng.choice(("TD", "TD", "LR")) if short else "TD",
        failures=some(rng, failures, min(1, len(failures)), len(failures)) if rng.random() < 0.85 else (),  # noqa: PLR2004
        decisions=rng.choice(("question", "outcome")),
        lanes=rng.random() < 0.5,  # noqa: PLR2004
        stores=stores,
        events=events,
        coloured=rng.random() < 0.3,  # noqa: PLR2004
    )


def brief_flowchart(domain: Domain, rng: Random) -> Drawing:
    """A use case with what can go wrong, from top to bottom."""
    return brief_flowchart_of(domain, rng.choice(domain.use_cases))


def brief_flowchart_of(domain: Domain, case: UseCase) -> Drawing:
    """This use case with what can go wrong, from top to bottom."""
    failures = tuple(failure.when for failure in failures_of(case.steps))
    choice = FlowChoice(case.name, "TD", failures[:2], "question", lanes=False, stores=False, events=False, coloured=False)
    return Drawing("flowchart_brief", BRIEF, case.name, draw(domain, choice), case_slots(domain, case), ())


def draw(domain: Domain, choice: FlowChoice) -> str:
    """The Mermaid text."""
    case = _case(domain, choice)
    chart = _Chart(domain, choice)
    start = chart.node(case.actor, f'(["{words.sentence(case.actor)}: {words.lower_first(case.name)}"])', "start")
    last = chart.draw(case.steps, case.actor, ((start, ""),), "")
    reply = next((step.reply for step in case.steps if isinstance(step, Call)), "")
    chart.join(last, chart.node(case.actor, f'(["{words.sentence(reply) or "Done"}"])', "done"))
    return "\n".join([f"flowchart {choice.direction}", *(f"    {line}" for line in chart.lines())]) + "\n"


@dataclass
class _Chart:
    """Nodes with their lanes, and arrows, in the order in which they were drawn."""

    domain: Domain
    choice: FlowChoice
    nodes: list[tuple[str, str]] = field(default_factory=list)
    arrows: list[str] = field(default_factory=list)
    stops: list[str] = field(default_factory=list)
    n_nodes: int = 0

    def lines(self) -> Iterator[str]:
        """The chart as text, without its first line."""
        if self.choice.lanes:
            for index, lane in enumerate(dict.fromkeys(lane for lane, _ in self.nodes), 1):
                yield f'subgraph lane{index}["{words.sentence(lane)}"]'
                yield from (f"    {node}" for owner, node in self.nodes if owner == lane)
                yield "end"
        else:
            yield from (node for _, node in self.nodes)
        yield from self.arrows
        if self.choice.coloured and self.stops:
            yield "classDef stop fill:#fde2e1,stroke:#b3261e,color:#410e0b"
            yield f"class {','.join(self.stops)} stop"

    def node(self, lane: str, shape: str, name: str = "") -> str:
        """Puts a node into a lane and gives its id."""
        self.n_nodes += not name
        identifier = name or f"step{self.n_nodes}"
        self.nodes.append((lane, f"{identifier}{shape}"))
        return identifier

    def join(self, loose: Loose, target: str) -> None:
        """Leads loose arrows to a node."""
        for source, label in loose:
            self.arrows.append(f'{source} -->|"{label}"| {target}' if label else f"{source} --> {target}")

    def draw(self, steps: Sequence[Step], owner: str, loose: Loose, again: str) -> Loose:
        """Draws steps behind the loose arrows; `again` is the node to go on with after a failure in a loop."""
        for step in steps:
            loose = self._step(step, owner, loose, again)
        return loose

    def _step(self, step: Step, owner: str, loose: Loose, again: str) -> Loose:
        match step:
            case Call():
                return self._call(step, owner, loose, again)
            case Event():
                return self._event(step, owner, loose)
            case Loop():
                return self._loop(step, owner, loose)
            case Condition():
                return self._condition(step, owner, loose, again)
            case Note():
                return loose

    def _call(self, call: Call, owner: str, loose: Loose, again: str) -> Loose:
        failing = call.failure if _is_chosen(call, self.choice) else None
        lane = self._lane(owner, call.to)
        if failing and self.choice.decisions == "outcome" and not call.inner:
            decision = self._joined(lane, f'{{"{words.sentence(call.says)}"}}', loose)
            return self._decide(failing, decision, (failing.when, failing.otherwise), owner, again)
        if self.choice.stores or failing or self.domain.kind_of(call.to) != "store":
            loose = ((self._joined(lane, f'["{words.sentence(call.says)}"]', loose), ""),)
        loose = self.draw(call.inner, call.to, loose, again)
        if failing:
            decision = self._joined(lane, f'{{"{words.question(failing.otherwise)}"}}', loose)
            return self._decide(failing, decision, ("no", "yes"), owner, again)
        return loose

    def _decide(self, failure: Failure, decision: str, labels: tuple[str, str], owner: str, again: str) -> Loose:
        """Draws what follows the failure; what goes on is the other arrow. Labels are those of failure and success."""
        loose = self.draw(failure.inner, owner, ((decision, labels[0]),), again)
        shape = f'["{words.sentence(failure.outcome)}"]' if again else f'(["{words.sentence(failure.outcome)}"])'
        outcome = self._joined(owner, shape, loose)
        self.stops.append(outcome)
        if again:
            self.join(((outcome, ""),), again)
        return ((decision, labels[1]),)

    def _loop(self, loop: Loop, owner: str, loose: Loose) -> Loose:
        if not self._shows(loop.inner):
            return loose
        each = loop.each.removeprefix("each ")
        decision = self._joined(owner, f'{{"Another {each}?"}}', loose)
        self.join(self.draw(loop.inner, owner, ((decision, "yes"),), decision), decision)
        return ((decision, "no"),)

    def _condition(self, condition: Condition, owner: str, loose: Loose, again: str) -> Loose:
        if not self._shows(condition.inner):
            return loose
        decision = self._joined(owner, f'{{"{words.question(condition.when)}"}}', loose)
        return (*self.draw(condition.inner, owner, ((decision, "yes"),), again), (decision, "no"))

    def _shows(self, steps: Sequence[Step]) -> bool:
        """Whether anything of the steps would be drawn."""
        return any(
            isinstance(step, Call) and (self.choice.stores or self.domain.kind_of(step.to) != "store" or _is_chosen(step, self.choice))
            for step in every_step(steps)
        )

    def _event(self, event: Event, owner: str, loose: Loose) -> Loose:
        if not self.choice.events:
            return loose
        published = self._joined(owner, f'[/"{words.sentence(words.phrase(event.name))}"/]', loose)
        for call in event.consumers:
            reaction = self.node(call.to, f'["{words.sentence(call.says)}"]')
            self.arrows.append(f"{published} -.-> {reaction}")
            self.draw(call.inner, call.to, ((reaction, ""),), "")
        return ((published, ""),)

    def _joined(self, lane: str, shape: str, loose: Loose) -> str:
        identifier = self.node(lane, shape)
        self.join(loose, identifier)
        return identifier

    def _lane(self, owner: str, to: str) -> str:
        """Who is seen to act: people and apps do what they ask for, services do what they are asked."""
        return owner if self.domain.kind_of(owner) in {"actor", "app"} or self.domain.kind_of(to) == "store" else to


def _is_chosen(call: Call, choice: FlowChoice) -> bool:
    return call.failure is not None and call.failure.when in choice.failures


def _case(domain: Domain, choice: FlowChoice) -> UseCase:
    return next(case for case in domain.use_cases if case.name == choice.use_case)


def _style(choice: FlowChoice) -> str:
    return f"{'lanes' if choice.lanes else 'plain'}-{choice.decisions if choice.failures else 'happy_path'}"


def _features(domain: Domain, choice: FlowChoice) -> tuple[Feature, ...]:
    steps = tuple(every_step(_case(domain, choice).steps))
    features = [Feature("direction_lr" if choice.direction == "LR" else "direction_tb", required=choice.direction == "LR")]
    if choice.lanes:
        features.insert(0, Feature("lanes"))
    if choice.failures:
        features.append(Feature("branches", {"when": words.listing(choice.failures, "or")}))
    else:
        features.append(Feature("no_branches"))
    features.append(Feature("store_steps" if choice.stores else "no_store_steps"))
    if any(isinstance(step, Event) for step in steps):
        features.append(Feature("event_steps" if choice.events else "no_event_steps"))
    if choice.coloured and choice.failures:
        features.append(Feature("coloured_stops"))
    return tuple(features)
