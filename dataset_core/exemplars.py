"""Diagrams that the product knows, as in-context exemplars of the one that is asked for (IO: reads the domain models).

A small model draws after a good diagram of the same kind far better than out of nothing: it takes the syntax, the manner, and the names
that fit. The nearest one serves best, see "What Makes Good In-Context Examples for GPT-3?", <https://arxiv.org/abs/2101.06804>. Exemplars
are what the composer draws of its domains for brief requests: the library's diagrams are longer and use more of Mermaid than a small model
can follow.
"""

from __future__ import annotations

import math
import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from functools import cache
from random import Random
from statistics import median

from dataset_core import prompt_format
from dataset_core.analogy import common_words, words_of_diagrams
from dataset_core.composer.architecture import compose_architecture
from dataset_core.composer.class_diagram import brief_class
from dataset_core.composer.composer import KINDS
from dataset_core.composer.domain_files import load_domains
from dataset_core.composer.drawing import Drawing
from dataset_core.composer.erd import brief_erd
from dataset_core.composer.flowchart import brief_flowchart_of
from dataset_core.composer.model import Domain
from dataset_core.composer.sequence import brief_sequence_of
from dataset_core.composer.words import nouns_of
from dataset_core.variations.renaming import words_of

# As long as the code that a request is shown: about 900 tokens.
MAX_BYTES = 2_200
# Of a domain, where what is drawn is left to chance: so many that everything is among them.
_DRAWINGS = 16
_AROUND_AN_ENTITY = {"erd": brief_erd, "class": brief_class}
# Architectures are drawn as flowcharts, and in these notations for who asks for them: keywords of Mermaid, and the composer's styles.
_NOTATIONS = {"architecture-beta": "icons", "C4Context": "c4_context", "C4Container": "c4_container"}
# That a training row tries of its own domain, and of others after those.
_MOST_OWN, _MOST_OTHERS = 5, 2
# Of what a request says, weighed by how rare the words are.
_LEAST_COVERED = 0.45
_LONGEST_STEM = 6
# Characters: an entity with its attributes, or a service with its database and edges.
_MUCH_LONGER = 200
# Here a project is what the request is made in; elsewhere, as in "project management", it is what the request is about.
_OWN_PROJECT = re.compile(r"\b(?:this|that|the|my|our|your|whole|entire|current) project\b", re.IGNORECASE)


@dataclass(frozen=True)
class Exemplar:
    """A diagram that can stand beside a request.

    Attributes:
        kind: As the composer names it, such as `erd`, or a notation: `architecture-beta`.
        domain: The business it belongs to, such as `booking`.
        title: What it shows.
        text: Mermaid.
        stems: Beginnings of the words of what it is about.
        title_stems: Those of its title.
        n_expected: How many of the things it shows that everybody expects of its domain.
    """

    kind: str
    domain: str
    title: str
    text: str
    stems: frozenset[str]
    title_stems: frozenset[str]
    n_expected: int

    @property
    def block(self) -> str:
        """As prompts quote it beside a request that it is about."""
        return prompt_format.code_block("mermaid", self.text, self.title)

    @property
    def manner(self) -> str:
        """As prompts quote it beside a request that is about something else."""
        return prompt_format.render("manner", diagram=self.block)


def drawn_as(kind: str, diagram: str) -> str:
    """What exemplars of a diagram are to be asked for by: its kind, or its notation where that is a particular one.

    Args:
        kind: Such as `architecture`.
        diagram: Mermaid.
    """
    keyword = next(iter(diagram.split(maxsplit=1)), "")
    return keyword if keyword in _NOTATIONS else kind


def exemplar_for(request: str, kind: str, known_names: str = "") -> Exemplar | None:
    """The diagram of a kind that comes nearest to a request; None where nothing is about most of what the request says.

    Of several that are equally near, the one whose title says most of it, then the one that shows most of what everybody expects, then
    the one of a typical length, then the one whose own subject, the name of its domain left out, says most of it in the fewest words.

    Args:
        request: In a person's words.
        kind: Of the diagram that it asks for, or its notation.
        known_names: Words of what else there is to show; a diagram has to be about something that the request says beyond these.
    """
    wanted = _wanted(request, kind)
    known, weights, worths = exemplars(kind), _weights(kind), _worths(wanted, kind)
    # Half as much as the rarest: many are said of anything, such as "three" or "our".
    unknown = math.log(len(known) + 1) / 2
    most, of_nearest = math.fsum(weights.get(stem, unknown) for stem in wanted), max(worths, default=0.0)
    if not most or of_nearest < _LEAST_COVERED * most:
        return None
    nearest = max(
        (one for one, worth in zip(known, worths, strict=True) if worth == of_nearest), key=lambda one: _nearness(one, wanted, weights)
    )
    return nearest if not (wanted & nearest.stems) <= _stems(known_names) else None


def exemplar_of_manner(request: str, kind: str) -> Exemplar | None:
    """A short diagram of a kind where none is about what a request says: it shows how one is drawn. None for a kind that has none.

    Args:
        request: In a person's words.
        kind: Of the diagram that it asks for, or its notation.
    """
    known, worths = exemplars(kind), _worths(_wanted(request, kind), kind)
    short = _short(kind)
    index = max(short, key=lambda one: (worths[one], known[one].n_expected, -len(known[one].text)), default=None)
    return None if index is None else known[index]


def shown_in_row(kind: str, domain: str, request: str, draw: int) -> list[str]:
    """What a training row may show beside its request, as prompts quote it, best first.

    Of eight rows three show the nearest diagram of their domain, as it is at hand where the product knows a subject, three any of their
    domain, and two one of another domain, from which the model is to take the manner and not the matter. Such a one comes last in all rows.

    Args:
        kind: Of the diagram that is asked for, or its notation.
        domain: Of the request.
        request: Of the row.
        draw: A number that decides, such as a hash of the row.
    """
    known = exemplars(kind)
    others = _from(draw // 8, [known[one].manner for one in _short(kind) if known[one].domain != domain])[:_MOST_OTHERS]
    if draw % 4 == 0:
        return others
    own = [one for one in range(len(known)) if known[one].domain == domain]
    if draw // 4 % 2:
        return _from(draw // 8, [known[one].block for one in own])[:_MOST_OWN] + others
    worths = _worths(_stems(request), kind)
    own.sort(key=lambda one: (-worths[one], -len(known[one].text)))
    return [known[one].block for one in own[:_MOST_OWN]] + others


def _from(draw: int, known: list[str]) -> list[str]:
    first = draw % max(1, len(known))
    return [*known[first:], *known[:first]]


@cache
def _short(kind: str) -> tuple[int, ...]:
    """The shorter half of the exemplars, which is shown for its manner: it is read sooner, and little in it distracts."""
    return tuple(index for index, one in enumerate(exemplars(kind)) if len(one.text) <= _typical_length(kind))


@cache
def _typical_length(kind: str) -> float:
    """Of the exemplars of a kind, in characters: the median."""
    known = exemplars(kind)
    return median(len(one.text) for one in known) if known else 0


@cache
def exemplars(kind: str) -> tuple[Exemplar, ...]:
    """Of all domain models, what the composer draws of a kind for brief requests, or in a notation; none for what it does not draw."""
    return tuple(one for slug in _domains() for one in _of_cell(kind, slug)) if kind in KINDS or kind in _NOTATIONS else ()


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
        title_stems = _title_stems(drawing)
        stems = title_stems | _stems(" ".join((kind, domain.name, domain.product, slug, subject, *domain.also)))
        expected = sum(name in subject or name in _owned(kind, domain, drawing) for name in domain.core)
        yield Exemplar(kind, slug, drawing.title, drawing.text, stems, title_stems, expected)


def _owned(kind: str, domain: Domain, drawing: Drawing) -> set[str]:
    """What the services of an architecture own."""
    services = domain.services if _is_architecture(kind) else ()
    return {name for service in services if service.label in drawing.text for name in service.owns}


def _title_stems(drawing: Drawing) -> frozenset[str]:
    """Of what happens in a use case also as it is asked for: "booking a room", "checkout"."""
    return _stems(f"{drawing.title} {' '.join(nouns_of(drawing.slots.get('case', '')))}")


def _drawings(kind: str, domain: Domain, rng: Random) -> Iterator[Drawing]:
    """For brief requests: of each use case where it is these that are drawn, and around each entity where it is entities."""
    if kind == "sequence":
        yield from (brief_sequence_of(domain, case, n_failures) for case in domain.use_cases for n_failures in (0, 1))
    elif kind == "flowchart":
        yield from (brief_flowchart_of(domain, case) for case in domain.use_cases)
    elif kind in _NOTATIONS:
        yield from (compose_architecture(domain, rng, _NOTATIONS[kind]) for _ in range(_DRAWINGS))
    else:
        yield from (KINDS[kind][1](domain, rng) for _ in range(_DRAWINGS))
    if kind in _AROUND_AN_ENTITY:
        yield from (_AROUND_AN_ENTITY[kind](domain, rng, entity.name) for entity in domain.entities)


@cache
def _domains() -> dict[str, Domain]:
    return {domain.slug: domain for domain in sorted(load_domains(), key=lambda domain: domain.slug)}


@cache
def _weights(kind: str) -> dict[str, float]:
    """How rare each stem is among the exemplars of a kind: inverse document frequency."""
    n_known = len(exemplars(kind))
    return {stem: math.log((n_known + 1) / len(places)) for stem, places in _places(kind).items()}


def _nearness(one: Exemplar, wanted: Iterable[str], weights: dict[str, float]) -> tuple[float, ...]:
    """Of exemplars that are about as much of a request, in which order they are taken."""
    subject = one.title.rpartition(": ")[2]
    of_title, of_subject = (_worth(stems, wanted, weights) for stems in (one.title_stems, _stems(subject)))
    # Of what says as much, neither the barest nor what is more than a small model can follow.
    distance = abs(len(one.text) - _typical_length(one.kind))
    return of_title, one.n_expected, -(distance // _MUCH_LONGER), of_subject, -len(subject.split()), -distance


def _worth(stems: frozenset[str], wanted: Iterable[str], weights: dict[str, float]) -> float:
    # Exact, since the order of a set differs from process to process.
    return math.fsum(weights[stem] for stem in wanted if stem in stems)


def _worths(wanted: Iterable[str], kind: str) -> list[float]:
    """Of each exemplar, the weights of the wanted stems that it is about, together."""
    weights, places = _weights(kind), _places(kind)
    worths = [0.0] * len(exemplars(kind))
    # In one order: that of a set differs from process to process, and with it the last digit of a sum.
    for stem in sorted(wanted):
        for place in places.get(stem, ()):
            worths[place] += weights[stem]
    return worths


@cache
def _places(kind: str) -> dict[str, list[int]]:
    """Which exemplars are about each stem."""
    places: dict[str, list[int]] = {}
    for place, exemplar in enumerate(exemplars(kind)):
        for stem in exemplar.stems:
            places.setdefault(stem, []).append(place)
    return places


def _wanted(request: str, kind: str) -> frozenset[str]:
    """What a request is about. An architecture is always one of an application; elsewhere somebody applies for something."""
    wanted = _stems(_OWN_PROJECT.sub("", request)) - _said_of_anything()
    return wanted - {_stem("application")} if _is_architecture(kind) else wanted


def _is_architecture(kind: str) -> bool:
    return kind == "architecture" or kind in _NOTATIONS


def _stems(text: str) -> frozenset[str]:
    """Beginnings of words, by which `hotels` is a hotel and `reserved` not far from a reservation."""
    return frozenset(_stem(word) for word in words_of(text))


@cache
def _said_of_anything() -> frozenset[str]:
    return frozenset(map(_stem, (*common_words(), *words_of_diagrams()))) - {_stem("project")}


def _stem(word: str) -> str:
    return word.lower().removesuffix("s")[:_LONGEST_STEM]
