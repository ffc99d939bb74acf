"""Which examples an export takes: by the mix's quotas, past a gate that looks at each one beside those that are in already (IO: the store).

`select` reads downward; what a candidate fails at is counted by its reason.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field

from dataset_core.composer.examples import composed_examples
from dataset_core.example import Example
from dataset_core.formats import answer_text
from dataset_core.language import languages
from dataset_core.library.joining import joined_library
from dataset_core.library.rows import examples as library_examples
from dataset_core.mix import Candidate, FamilyCount, choose, composed_kinds
from dataset_core.newest_commits import held_out_commits, shows_any, written_lines
from dataset_core.parse import parses
from dataset_core.project import Progress, Project
from dataset_core.quality.contamination import evaluation_prompts, reason_contaminated
from dataset_core.quality.duplicates import NearDuplicateIndex, similarity
from dataset_core.quality.redaction import redact
from dataset_core.split import NEWEST_COMMITS, TRAIN, VALIDATION, side_of, side_of_row
from dataset_core.store import Row, Store
from dataset_core.sweep.git_changes import max_files_per_commit
from dataset_core.tokens import TokenBudget, token_budget

MAX_ROWS_PER_ANSWER = 3
NEAR_DUPLICATE_SIMILARITY = 0.7


@dataclass(frozen=True)
class _Place:
    """Where an example is: a unit of the store and its index there, or, for a unit that is empty, among `made`."""

    unit: str
    index: int


@dataclass
class Selection:
    """The chosen examples with their sets, as they grow."""

    chosen: list[tuple[Example, str]] = field(default_factory=list)
    dropped: Counter[str] = field(default_factory=Counter)


def select(project: Project, on_progress: Progress = lambda *_: None) -> tuple[Selection, tuple[FamilyCount, ...]]:
    """Choose examples of the project, the library and the composer by quota."""
    settings = project.settings
    artifacts, problems = joined_library(project.root, settings.library_folder, licence=project.licence)
    library = list(library_examples(artifacts))
    dropped: Counter[str] = Counter()
    stored = list(_candidates(project.store, settings.validation_fraction, dropped))
    newest = _newest_commits(project.store, stored, settings.validation_fraction)
    sides = _Sides(settings.validation_fraction, newest)
    gate = _Gate(project.store, token_budget(settings.token_limit), sides, library, settings.target, on_progress)
    gate.selection.dropped.update(f"an own artifact that is not sound: {problem}" for problem in problems)
    composer = _Composer(settings.artifact_type, settings.seed, gate)
    gate.selection.dropped.update(dropped)
    families = choose(
        [*(candidate for candidate in stored if candidate.item.unit not in newest), *_library_candidates(library)],
        gate.accept,
        artifact_type=settings.artifact_type,
        target=min(settings.target, settings.maximum),
        first=[candidate for candidate in stored if candidate.item.unit in newest],
        more={"composed": composer.more},
        without=settings.families_left_out,
    )
    return gate.selection, families


@dataclass(frozen=True)
class _Sides:
    """Which set an example belongs to: by its commit, if that is one of the newest, else by the files that it shows."""

    validation_fraction: float
    newest: frozenset[str]

    def of(self, example: Example) -> str:
        """The set; empty for an example that shows files of both sides."""
        source = example.provenance
        if source.commit and f"commit:{source.commit}" in self.newest:
            return NEWEST_COMMITS
        paths = (source.path, *source.context_paths)
        return side_of_row(paths, {path: side_of(path, self.validation_fraction) for path in paths}) or ""


class _Gate:
    """Lets examples into the selection, batch by batch, if nothing that is in already speaks against them."""

    def __init__(
        self, store: Store, budget: TokenBudget, sides: _Sides, library: Sequence[Example], target: int, on_progress: Progress
    ) -> None:
        self.selection = Selection()
        self.made: list[Example] = list(library)
        self._store = store
        self._budget = budget
        self._sides = sides
        self._target = target
        self._on_progress = on_progress
        self._prompts: set[str] = set()
        self._answer_sides: dict[str, str] = {}
        held_out = NearDuplicateIndex(NEAR_DUPLICATE_SIMILARITY)
        self._near = {TRAIN: NearDuplicateIndex(NEAR_DUPLICATE_SIMILARITY), VALIDATION: held_out, NEWEST_COMMITS: held_out}
        self._written: dict[str, frozenset[str]] = {}
        self._prompts_of: dict[str, list[str]] = {}

    def accept(self, places: Sequence[_Place]) -> list[bool]:
        examples = self._load(places)
        fits = self._budget.fits([f"{example.prompt}\n{answer_text(example)}" for example in examples])
        accepted = []
        for example, fit in zip(examples, fits, strict=True):
            reason = self._reason(example) if fit else "longer than the token budget"
            if reason is None:
                self._take(example)
            else:
                self.selection.dropped[reason] += 1
            accepted.append(reason is None)
        self._on_progress("Choosing rows", len(self.selection.chosen), self._target)
        return accepted

    def _load(self, places: Sequence[_Place]) -> list[Example]:
        """The examples, each unit decoded once, whatever order they are wanted in."""
        by_unit = {unit: self._store.examples(unit) for unit in sorted({place.unit for place in places if place.unit})}
        return [by_unit[place.unit][place.index] if place.unit else self.made[place.index] for place in places]

    def _reason(self, example: Example) -> str | None:
        side = self._sides.of(example)
        if not side:
            return "quotes files of both the training and the validation set"
        if example.prompt in self._prompts:
            return "a prompt that another row has"
        if len(self._prompts_of.get(example.answer_id, ())) >= MAX_ROWS_PER_ANSWER:
            return f"an answer that {MAX_ROWS_PER_ANSWER} rows have already"
        if self._answer_sides.get(example.answer_id, side) != side:
            return "an answer that the other set holds"
        if reason_contaminated(example.prompt, evaluation_prompts()) is not None:
            return "gives away an evaluation prompt"
        if redact(f"{example.prompt}\n{example.completion}", is_source=True)[1]:
            return "holds what looks like a secret"
        if side == TRAIN and self._shows_what_is_new(example):
            return "shows what one of the newest commits wrote, which are held out"
        return self._reason_near(example, side) or _reason_unparsed(example)

    def _shows_what_is_new(self, example: Example) -> bool:
        paths = (example.provenance.path, *example.provenance.context_paths)
        return any(
            shows_any(text, self._written[path]) for path in paths if path in self._written for text in (example.prompt, example.completion)
        )

    def _reason_near(self, example: Example, side: str) -> str | None:
        """Near-duplicates of answers: never across the sets; within one only where the prompts differ too."""
        other = VALIDATION if side == TRAIN else TRAIN
        if self._near[other].find(example.completion) is not None:
            return "an answer nearly like one of the other set"
        for answer_id in self._near[side].find_all(example.completion):
            if any(similarity(example.prompt, prompt) >= NEAR_DUPLICATE_SIMILARITY for prompt in self._prompts_of[answer_id]):
                return "nearly the same prompt and answer as another row"
        return None

    def _take(self, example: Example) -> None:
        side, answer_id = self._sides.of(example), example.answer_id
        self.selection.chosen.append((example, side))
        if side == NEWEST_COMMITS:
            path = example.provenance.path
            self._written[path] = self._written.get(path, frozenset()) | written_lines(example.prompt, example.completion)
        self._prompts.add(example.prompt)
        if answer_id not in self._prompts_of:
            self._near[side].add(answer_id, example.completion)
        self._prompts_of.setdefault(answer_id, []).append(example.prompt)
        self._answer_sides[answer_id] = side


def _reason_unparsed(example: Example) -> str | None:
    """Code that its grammar does not accept, such as a dialect of SQL; what fills a hole is a fragment by intent."""
    known = languages().get(example.language)
    if known is None or example.kind == "fill_in_middle" or parses(example.completion, example.language):
        return None
    return f"an answer that does not parse as {known.title}"


class _Composer:
    """Composed examples on demand: each call goes on in the same stream."""

    def __init__(self, artifact_type: str, seed: int, gate: _Gate) -> None:
        self._stream = iter(composed_examples(composed_kinds(artifact_type), seed))
        self._gate = gate

    def more(self, n: int) -> list[Candidate[_Place]]:
        made = [example for _, example in zip(range(n), self._stream, strict=False)]
        first = len(self._gate.made)
        self._gate.made.extend(made)
        return [_candidate_of(example, _Place("", first + index)) for index, example in enumerate(made)]


def _newest_commits(store: Store, candidates: Sequence[Candidate[_Place]], validation_fraction: float) -> frozenset[str]:
    """The units of the commits that are held out."""
    in_order = [f"commit:{commit}" for commit in store.get("newest_commits").split()]
    return held_out_commits(in_order, {candidate.item.unit for candidate in candidates}, validation_fraction)


def _candidates(store: Store, validation_fraction: float, dropped: Counter[str]) -> Iterator[Candidate[_Place]]:
    """Everything in the store that is in one set with all the files it quotes, without commits that touch unusually many files."""
    counts = {unit: int(store.get(unit) or 0) for unit in store.units("commit")}
    most_files = max_files_per_commit(counts.values())
    sides: dict[str, str] = {}
    for unit, rows in store.rows():
        if counts.get(unit, 0) > most_files:
            continue
        for row in rows:
            for path in (row.path, *row.context_paths):
                if path not in sides:
                    sides[path] = side_of(path, validation_fraction)
            if side_of_row((row.path, *row.context_paths), sides) is None:
                dropped["quotes files of both the training and the validation set"] += 1
            else:
                yield _candidate_of_row(row, _Place(unit, row.place))


def _candidate_of_row(row: Row, place: _Place) -> Candidate[_Place]:
    return Candidate(place, row.id, row.kind, row.path, row.n_prompt_bytes, row.n_answer_bytes)


def _candidate_of(example: Example, place: _Place) -> Candidate[_Place]:
    sizes = len(example.prompt.encode()), len(example.completion.encode())
    return Candidate(place, example.id, example.kind, example.provenance.path, *sizes)


def _library_candidates(library: Sequence[Example]) -> Iterator[Candidate[_Place]]:
    for index, example in enumerate(library):
        yield _candidate_of(example, _Place("", index))
