"""Calls → a Mermaid sequence diagram.

Syntax: https://mermaid.js.org/syntax/sequenceDiagram.html
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from itertools import groupby

from dataset_core.diagrams.blocks import Block
from dataset_core.diagrams.calls import Step
from dataset_core.diagrams.mermaid_text import INDENT, MAX_LABEL, WHOLE_BYTES, identifiers, message

MAX_BYTES = 1_800
MIN_MESSAGES = 3
MAX_MESSAGES = 12


@dataclass(frozen=True)
class Start:
    """Who begins and with what words; what the first participant answers in the end, empty for nothing."""

    actor: str
    says: str
    answers: str = ""


def sequence_diagram(first: str, steps: Sequence[Step], start: Start | None = None, *, whole: bool = False) -> str:
    """Draw what follows from a method of `first`; empty with fewer than two participants beside the actor, too few or too many messages.

    With `whole`, also where it is too short or too long for an answer.
    """
    names = [first]
    for step in steps:
        names += _participants(step)
    names = list(dict.fromkeys(names))
    if len(names) == 1:
        return ""
    ids = _keys([*([start.actor] if start else []), *names])
    limit = MAX_MESSAGES - (1 if start else 0)
    if not whole and sum(step.size for step in steps) > limit:
        return ""
    kept = _within(steps, limit)
    messages = list(_in_blocks(kept, ids))
    if start is not None:
        messages = [f"{ids[start.actor]}->>{ids[first]}: {message(start.says)}", *messages]
        messages += [f"{ids[first]}-->>{ids[start.actor]}: {message(start.answers)}"] if start.answers else []
    used = [name for name in names if name == first or any(_mentions(line, ids[name]) for line in messages)]
    n_messages = sum(">>" in line for line in messages)
    if len(used) == 1 or n_messages < (1 if whole else MIN_MESSAGES):
        return ""
    head = [f"actor {_declared(start.actor, ids[start.actor])}"] if start else []
    lines = [*head, *(f"participant {_declared(name, ids[name])}" for name in used), *messages]
    text = "\n".join(["sequenceDiagram", *(f"{INDENT}{line}" for line in lines)])
    return text if len(text.encode()) <= (WHOLE_BYTES if whole else MAX_BYTES) else ""


def _keys(names: Sequence[str]) -> Mapping[str, str]:
    """An identifier for each participant; none begins with an x, because the arrow in `-->>-XmlReader` would end in a cross."""
    return {name: f"p_{key}" if key[0] in "xX" else key for name, key in identifiers(names).items()}


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


def _in_blocks(steps: Sequence[Step], ids: Mapping[str, str], depth: int = 0) -> Iterator[str]:
    """The lines of calls in their order, neighbours of one condition or loop framed together, frames inside frames."""
    groups = [
        (block, [*_inside(block, [*group], ids, depth)])
        for block, group in groupby(steps, key=lambda step: step.blocks[depth] if depth < len(step.blocks) else None)
    ]
    for _, branches in groupby(enumerate(groups), key=lambda row: _chain_of(row[1][0], row[0])):
        drawn = [(block, lines) for _, (block, lines) in branches]
        for number, (block, lines) in enumerate(drawn):
            if block is None:
                yield from lines
                continue
            opening = block.kind if len(drawn) == 1 else "else" if number else "alt"
            yield f"{opening} {message(block.alone if len(drawn) == 1 and block.alone else block.says)}"
            yield from (f"{INDENT}{line}" for line in lines)
        if drawn[-1][0] is not None:
            yield "end"


def _inside(block: Block | None, steps: Sequence[Step], ids: Mapping[str, str], depth: int) -> Iterator[str]:
    """The lines of calls that stand in one part, or in none at this depth."""
    if block is not None:
        yield from _in_blocks(steps, ids, depth + 1)
        return
    for step in steps:
        yield from _lines(step, ids)


def _chain_of(block: Block | None, index: int) -> tuple[str, int]:
    """What neighbours share that are branches of one condition; anything else stands for itself."""
    return ("chain", block.chain) if block is not None and block.chain >= 0 else ("alone", index)


def _lines(step: Step, ids: Mapping[str, str]) -> Iterator[str]:
    """A call, what it leads to, and its answer; whoever answers is active in between."""
    source, target = ids[step.source], ids[step.target]
    answers = bool(step.returns) and source != target
    yield f"{source}->>{'+' if answers else ''}{target}: {message(step.says)}"
    yield from _in_blocks(step.inner, ids)
    if answers:
        yield f"{target}-->>-{source}: {message(step.returns)}"


def _declared(name: str, key: str) -> str:
    return key if name == key else f"{key} as {message(name, MAX_LABEL)}"


def _mentions(line: str, key: str) -> bool:
    head = line.strip().partition(":")[0]
    return key in head.replace("-->>-", " ").replace("->>+", " ").replace("-->>", " ").replace("->>", " ").split()
