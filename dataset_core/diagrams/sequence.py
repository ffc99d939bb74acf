"""Calls → a Mermaid sequence diagram.

Syntax: https://mermaid.js.org/syntax/sequenceDiagram.html
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from itertools import groupby

from dataset_core.diagrams.calls import Step
from dataset_core.diagrams.mermaid_text import INDENT, identifiers, label, message

MAX_BYTES = 1_800
MIN_MESSAGES = 3
MAX_MESSAGES = 12


@dataclass(frozen=True)
class Start:
    """Who begins and with what words; what the first participant answers in the end, empty for nothing."""

    actor: str
    says: str
    answers: str = ""


def sequence_diagram(first: str, steps: Sequence[Step], start: Start | None = None) -> str:
    """Draw what follows from a method of `first`; empty with fewer than two participants beside the actor, or three messages."""
    names = [first]
    for step in steps:
        names += _participants(step)
    names = list(dict.fromkeys(names))
    if len(names) == 1:
        return ""
    ids = identifiers([*([start.actor] if start else []), *names])
    kept = _within(steps, MAX_MESSAGES - (1 if start else 0))
    messages = list(_in_blocks(kept, ids))
    if start is not None:
        messages = [f"{ids[start.actor]}->>{ids[first]}: {message(start.says)}", *messages]
        messages += [f"{ids[first]}-->>{ids[start.actor]}: {message(start.answers)}"] if start.answers else []
    used = [name for name in names if name == first or any(_mentions(line, ids[name]) for line in messages)]
    n_messages = sum(">>" in line for line in messages)
    if n_messages < MIN_MESSAGES or len(used) == 1:
        return ""
    head = [f"actor {_declared(start.actor, ids[start.actor])}"] if start else []
    lines = [*head, *(f"participant {_declared(name, ids[name])}" for name in used), *messages]
    text = "\n".join(["sequenceDiagram", *(f"{INDENT}{line}" for line in lines)])
    return text if len(text.encode()) <= MAX_BYTES else ""


def _participants(step: Step) -> Iterator[str]:
    yield step.target
    for inner in step.inner:
        yield from _participants(inner)


def _within(steps: Sequence[Step], limit: int) -> list[Step]:
    """As many calls as fit, whole steps first; a step that is too long loses what it calls from the end."""
    kept: list[Step] = []
    for step in steps:
        if limit <= 0:
            break
        inner = tuple(_within(step.inner, limit - 1))
        if step.source == step.target and not inner:
            continue
        shorter = replace(step, inner=inner)
        kept.append(shorter)
        limit -= shorter.size
    return kept


def _in_blocks(steps: Sequence[Step], ids: Mapping[str, str]) -> Iterator[str]:
    """The lines of calls in their order, neighbours of one condition or loop framed together."""
    for block, group in groupby(steps, key=lambda step: step.block):
        lines = [line for step in group for line in _lines(step, ids)]
        if block is None:
            yield from lines
        else:
            yield f"{block.kind} {message(block.says)}"
            yield from (f"{INDENT}{line}" for line in lines)
            yield "end"


def _lines(step: Step, ids: Mapping[str, str]) -> Iterator[str]:
    """A call, what it leads to, and its answer; whoever answers is active in between."""
    source, target = ids[step.source], ids[step.target]
    answers = bool(step.returns) and source != target
    yield f"{source}->>{'+' if answers else ''}{target}: {message(step.says)}"
    yield from _in_blocks(step.inner, ids)
    if answers:
        yield f"{target}-->>-{source}: {message(step.returns)}"


def _declared(name: str, key: str) -> str:
    return key if name == key else f"{key} as {label(name)}"


def _mentions(line: str, key: str) -> bool:
    head = line.strip().partition(":")[0]
    return key in head.replace("-->>-", " ").replace("->>+", " ").replace("-->>", " ").replace("->>", " ").split()
