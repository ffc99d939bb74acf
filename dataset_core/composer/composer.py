"""Makes artifacts from domain models: an endless-looking but finite stream, the same for the same seed.

It reads no clock and no environment, and takes nothing from the order of sets or from `hash` of a text.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field
from random import Random

from .architecture import brief_architecture, compose_architecture
from .class_diagram import brief_class, compose_class
from .drawing import Drawing
from .erd import brief_erd, compose_erd
from .flowchart import brief_flowchart, compose_flowchart
from .model import Domain
from .near_duplicates import is_near_duplicate, shingles
from .prompts import write_prompt
from .sequence import brief_sequence, compose_sequence
from .state import brief_state, compose_state

_Compose = Callable[[Domain, Random], Drawing]
KINDS: dict[str, tuple[_Compose, _Compose]] = {
    "erd": (compose_erd, brief_erd),
    "class": (compose_class, brief_class),
    "sequence": (compose_sequence, brief_sequence),
    "architecture": (compose_architecture, brief_architecture),
    "state": (compose_state, brief_state),
    "flowchart": (compose_flowchart, brief_flowchart),
}
"""How each kind is drawn: with features that the request asks for, and for a brief request."""

ROUND = ("erd", "sequence", "architecture", "class", "flowchart", "erd", "sequence", "class", "architecture", "state")
"""Kinds in the order in which they take turns; a kind that stands twice comes twice as often."""

MAX_CHARACTERS = 2600
"""Longer texts would be cut by trainers, whose usual limit is 1,024 tokens for prompt and answer together."""

_SHARE_OF_BRIEF = 0.3
_MAX_FAILED_TRIES = 40
_MAX_IN_A_CELL = 120
"""Of one kind in one domain. What comes later differs from its elders, but has little left to teach."""

_MAX_PROMPT_TRIES = 20


@dataclass(frozen=True)
class Artifact:
    """One composed artifact: `text` is Mermaid, `rule` names what made it, such as `composer:erd/mongodb`."""

    kind: str
    domain: str
    title: str
    prompt: str
    text: str
    rule: str


def compose(domains: Sequence[Domain], seed: int, turns: Sequence[str] = ROUND) -> Iterator[Artifact]:
    """Artifacts of all kinds and domains by turns, until nothing new can be made.

    Args:
        domains: Domain models, in any order.
        seed: Equal seeds give equal streams.
        turns: Kinds in the order in which they take turns; a kind that is not among them is not made.

    Yields:
        Artifacts whose prompts are unique and whose texts are pairwise no near-duplicates within kind and domain; any
        beginning of the stream is a balanced mix.
    """
    ordered = sorted(domains, key=lambda domain: domain.slug)
    cells = {(kind, domain.slug): _Cell(kind, domain, seed) for kind in sorted(set(turns)) for domain in ordered}
    prompts: set[str] = set()
    turn = 0
    while cells:
        for offset, kind in enumerate(turns):
            cell = _next_cell(cells, kind, ordered, turn * len(turns) + offset)
            if cell is None:
                continue
            artifact = cell.next(prompts)
            if artifact is None:
                del cells[kind, cell.domain.slug]
            else:
                yield artifact
        turn += 1


def _next_cell(cells: dict[tuple[str, str], _Cell], kind: str, domains: list[Domain], start: int) -> _Cell | None:
    """The cell of a kind with the fewest artifacts so far, so that domains keep abreast; ties go round by `start`."""
    size = len(domains)
    rotated = (domains[(start + index) % size].slug for index in range(size))
    open_cells = [cells[kind, slug] for slug in rotated if (kind, slug) in cells]
    return min(open_cells, key=lambda cell: len(cell.seen), default=None)


@dataclass
class _Cell:
    """One kind in one domain: its own random numbers, and what it has made."""

    kind: str
    domain: Domain
    seed: int
    seen: list[frozenset[int]] = field(default_factory=list)

    def __post_init__(self) -> None:
        # A text seeds `Random` through SHA-512, which does not depend on PYTHONHASHSEED.
        self.rng = Random(f"{self.seed}/{self.kind}/{self.domain.slug}")  # noqa: S311  (variety, not security)

    def next(self, prompts: set[str]) -> Artifact | None:
        """The next new artifact, or None when many tries in a row gave nothing new."""
        if len(self.seen) == _MAX_IN_A_CELL:
            return None
        for _ in range(_MAX_FAILED_TRIES):
            drawing = KINDS[self.kind][self.rng.random() < _SHARE_OF_BRIEF](self.domain, self.rng)
            if len(drawing.text) > MAX_CHARACTERS:
                continue
            marks = shingles(drawing.text)
            if is_near_duplicate(marks, self.seen):
                continue
            prompt = self._new_prompt(drawing, prompts)
            if prompt:
                self.seen.append(marks)
                prompts.add(prompt)
                rule = f"composer:{self.kind}/{drawing.style}"
                return Artifact(self.kind, self.domain.slug, drawing.title, prompt, drawing.text, rule)
        return None

    def _new_prompt(self, drawing: Drawing, prompts: set[str]) -> str:
        for _ in range(_MAX_PROMPT_TRIES):
            prompt = write_prompt(self.domain, drawing, self.rng)
            if prompt not in prompts:
                return prompt
        return ""
