"""Diagrams that the product knows, as in-context exemplars of the one that is asked for (IO: reads the domain models).

A small model draws after a good diagram of the same kind far better than out of nothing: it takes the syntax, the manner, and the names
that fit. The nearest one serves best, see "What Makes Good In-Context Examples for GPT-3?", <https://arxiv.org/abs/2101.06804>. Exemplars
are what the composer draws of its domains for brief requests: the library's diagrams are longer and use more of Mermaid than a small model
can follow.
"""

from __future__ import annotations

import math
from collections import Counter
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from functools import cache
from random import Random

from dataset_core import prompt_format
from dataset_core.analogy import common_words, words_of_diagrams
from dataset_core.composer.class_diagram import brief_class
from dataset_core.composer.composer import KINDS
from dataset_core.composer.domain_files import load_domains
from dataset_core.composer.drawing import Drawing
from dataset_core.composer.erd import brief_erd
from dataset_core.composer.model import Domain
from dataset_core.variations.renaming import words_of

# As long as the code that a request is shown: about 900 tokens.
MAX_BYTES = 2_200
# Of a domain's use cases, so many that each is among them.
_DRAWINGS = {"sequence": 60, "flowchart": 60}
_DRAWINGS_OF_OTHERS = 16
_AROUND_AN_ENTITY = {"erd": brief_erd, "class": brief_class}
# Of what a request says, weighed by how rare the words are.
_LEAST_COVERED = 0.45
_LONGEST_STEM = 6


@dataclass(frozen=True)
class Exemplar:
    """A diagram that can stand beside a request.

    Attributes:
        kind: As the composer names it, such as `erd`.
        domain: The business it belongs to, such as `booking`.
        title: What it shows.
        text: Mermaid.
        stems: Beginnings of the words of what it is about.
        n_expected: How many of the things it shows that everybody expects of its domain.
    """

    kind: str
    domain: str
    title: str
    text: str
    stems: frozenset[str]
    n_expected: int

    @property
    def block(self) -> str:
        """As prompts quote it."""
        return prompt_format.code_block("mermaid", self.text, self.title)


def exemplar_for(request: str, kind: str, known_names: str = "") -> Exemplar | None:
    """The diagram of a kind that comes nearest to a request; None where nothing is about most of what the request says.

    Args:
        request: In a person's words.
        kind: Of the diagram that it asks for.
        known_names: Words of what else there is to show; a diagram has to be about something that the request says beyond these.
    """
    known = exemplars(kind)
    wanted = _stems(request) - _said_of_anything()
    weights = _weights(kind)
    # Half as much as the rarest: many are said of anything, such as "three" or "our".
    unknown = math.log(len(known) + 1) / 2
    most = math.fsum(weights.get(stem, unknown) for stem in wanted)
    nearest = max(known, key=lambda one: (_worth(one, wanted, weights), one.n_expected, len(one.text)), default=None)
    if nearest is None or not most or _worth(nearest, wanted, weights) < _LEAST_COVERED * most:
        return None
    return nearest if not (wanted & nearest.stems) <= _stems(known_names) else None


def exemplars_of_row(kind: str, domain: str, request: str, draw: int) -> list[Exemplar]:
    """What a training row may show beside its request, best first: nothing for a quarter of the rows, else the domain's diagrams.

    Every other time these are the nearest ones, as they are at hand where the product knows a subject; else any, from which the model is
    to take the manner and not the matter.

    Args:
        kind: Of the diagram that is asked for.
        domain: Of the request.
        request: Of the row.
        draw: A number that decides, such as a hash of the row.
    """
    known = [one for one in exemplars(kind) if one.domain == domain]
    if draw % 4 == 0 or not known:
        return []
    if draw // 4 % 2:
        first = draw // 8 % len(known)
        return [*known[first:], *known[:first]]
    wanted, weights = _stems(request), _weights(kind)
    return sorted(known, key=lambda one: (-_worth(one, wanted, weights), -len(one.text)))


@cache
def exemplars(kind: str) -> tuple[Exemplar, ...]:
    """Of all domain models, what the composer draws of a kind for brief requests; none for a kind that it does not draw."""
    return tuple(one for slug in _domains() for one in _of_cell(kind, slug)) if kind in KINDS else ()


def _of_cell(kind: str, slug: str) -> Iterator[Exemplar]:
    """One for each subject, the longest that was drawn: the same in every process."""
    domain, rng = _domains()[slug], Random(f"exemplars/{kind}/{slug}")  # noqa: S311  (variety, not security)
    drawings: dict[str, Drawing] = {}
    for drawing in _drawings(kind, domain, rng):
        subject = " ".join(drawing.slots.values())
        fits = len(drawing.text.encode()) <= MAX_BYTES
        if fits and (subject not in drawings or len(drawings[subject].text) < len(drawing.text)):
            drawings[subject] = drawing
    for subject, drawing in drawings.items():
        stems = _stems(f"{kind} {domain.name} {domain.product} {slug} {drawing.title} {subject}")
        expected = sum(name in subject for name in domain.core)
        yield Exemplar(kind, slug, drawing.title, drawing.text, stems, expected)


def _drawings(kind: str, domain: Domain, rng: Random) -> Iterator[Drawing]:
    """For brief requests, and around each entity where it is entities that are drawn."""
    yield from (KINDS[kind][1](domain, rng) for _ in range(_DRAWINGS.get(kind, _DRAWINGS_OF_OTHERS)))
    if kind in _AROUND_AN_ENTITY:
        yield from (_AROUND_AN_ENTITY[kind](domain, rng, entity.name) for entity in domain.entities)


@cache
def _domains() -> dict[str, Domain]:
    return {domain.slug: domain for domain in sorted(load_domains(), key=lambda domain: domain.slug)}


@cache
def _weights(kind: str) -> dict[str, float]:
    """How rare each stem is among the exemplars of a kind: inverse document frequency."""
    known = exemplars(kind)
    counts = Counter(stem for one in known for stem in one.stems)
    return {stem: math.log((len(known) + 1) / count) for stem, count in counts.items()}


def _worth(exemplar: Exemplar, wanted: Iterable[str], weights: dict[str, float]) -> float:
    # Exact, since the order of a set differs from process to process.
    return math.fsum(weights[stem] for stem in wanted if stem in exemplar.stems)


def _stems(text: str) -> frozenset[str]:
    """Beginnings of words, by which `hotels` is a hotel and `reserved` not far from a reservation."""
    return frozenset(_stem(word) for word in words_of(text))


@cache
def _said_of_anything() -> frozenset[str]:
    return frozenset(map(_stem, (*common_words(), *words_of_diagrams())))


def _stem(word: str) -> str:
    return word.lower().removesuffix("s")[:_LONGEST_STEM]
