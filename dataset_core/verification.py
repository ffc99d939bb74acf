"""What a verification found, and how it is shown in a terminal and as JSON. Pure."""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import asdict, dataclass

_MOST_DEFECTS_SHOWN = 5
_NARROW, _WIDE = 44, 100


@dataclass(frozen=True)
class Check:
    """One thing that was checked.

    Attributes:
        id: Stable, for machines.
        name: What holds if it passed, as a sentence without its full stop.
        passed: None where it could not be run, which is not a pass.
        figure: How many, of how many.
        details: The first defects and how many more; or, where there are none, what else there is to know.
    """

    id: str
    name: str
    passed: bool | None
    figure: str
    details: tuple[str, ...] = ()


@dataclass(frozen=True)
class FirstExample:
    """A row as a person is shown it; lines count from 1, 0 for no span."""

    id: str
    kind: str
    language: str
    path: str
    start_line: int
    end_line: int
    prompt: str
    answer: str


@dataclass(frozen=True)
class PatternFound:
    """A pattern of a framework that answers of the project show: in how many rows, and where first."""

    framework: str
    name: str
    n_rows: int
    example: str
    path: str


@dataclass(frozen=True)
class Verification:
    """An export, as it was found on disk.

    Attributes:
        path: Of the training rows.
        format: Of the rows; empty where none could be read.
        count: Readable rows of all sets together.
        n_train: Of these, training rows.
        n_validation: Of these, rows of held-out files.
        n_newest_commits: Of these, rows of held-out commits.
        checks: All that was checked.
        warnings: What is no defect, but should be known.
        families: Rows of each family of the mix.
        mix: Rows of each kind of example.
        languages: Rows of each language of the answer.
        domains: Rows of each domain, of library and composed artifacts.
        patterns: Of the project, found in its answers.
        first_examples: The first 20 rows.
    """

    path: str
    format: str
    count: int
    n_train: int
    n_validation: int
    n_newest_commits: int
    checks: tuple[Check, ...]
    warnings: tuple[str, ...]
    families: Mapping[str, int]
    mix: Mapping[str, int]
    languages: Mapping[str, int]
    domains: Mapping[str, int]
    patterns: tuple[PatternFound, ...]
    first_examples: tuple[FirstExample, ...]

    @property
    def passed(self) -> bool:
        """Whether every check was run and holds."""
        return self.verdict == "passed"

    @property
    def verdict(self) -> str:
        """`passed`; `failed` where a check did not hold; `incomplete` where one could not be run."""
        results = {check.passed for check in self.checks}
        return "failed" if False in results else "incomplete" if None in results else "passed"


def check_of(check_id: str, name: str, defects: Sequence[str], among: str, *notes: str) -> Check:
    """A check that passes without defects; its figure is how many there are among what was looked at, such as `5,000 rows`."""
    return Check(check_id, name, not defects, f"{len(defects):,} of {among}", shortened(defects) or notes)


def shortened(defects: Sequence[str]) -> tuple[str, ...]:
    """The first few defects, and how many more there are."""
    shown = tuple(" ".join(defect.split()) for defect in defects[:_MOST_DEFECTS_SHOWN])
    more = len(defects) - len(shown)
    return (*shown, f"and {more:,} more") if more else shown


def to_json(verification: Verification) -> str:
    """All of it as a JSON object, for machines."""
    return json.dumps({"verdict": verification.verdict, **asdict(verification)}, indent=2)


def report_text(verification: Verification) -> str:
    """A report for the terminal: verdict, checks, mix, patterns and the first examples."""
    n_passed = sum(check.passed is True for check in verification.checks)
    head = f"{verification.verdict.upper()}: {n_passed} of {len(verification.checks)} checks hold for {verification.path}"
    newest = f", {verification.n_newest_commits:,} of the newest commits" if verification.n_newest_commits else ""
    rows = f"{verification.count:,} rows ({verification.n_train:,} training, {verification.n_validation:,} validation{newest})"
    parts = [
        f"{head}\n{rows}, format {verification.format or 'unknown'}",
        "\n".join(_check_lines(verification.checks)),
        *(f"! {warning}" for warning in verification.warnings),
        _counts("Families", verification.families),
        _counts("Mix", verification.mix),
        _counts("Languages", verification.languages),
        _counts("Domains", verification.domains),
        _patterns(verification.patterns),
        _examples(verification.first_examples),
    ]
    return "\n\n".join(part for part in parts if part) + "\n"


def _check_lines(checks: Sequence[Check]) -> Iterable[str]:
    marks = {True: "✓", False: "✗", None: "-"}
    name_width = max((len(check.name) for check in checks), default=0)
    figure_width = max((len(check.figure) for check in checks if check.passed), default=0)
    for check in checks:
        yield f"{marks[check.passed]} {check.name:<{name_width}}  {check.figure:<{figure_width}}".rstrip()
        yield from (f"    {clipped(line, _WIDE + 60)}" for line in check.details)


def _counts(title: str, counts: Mapping[str, int]) -> str:
    if not counts:
        return ""
    width, total = max(map(len, counts)), sum(counts.values())
    figures = len(f"{max(counts.values()):,}")
    lines = [f"  {name:<{width}}  {n:>{figures},}  {n / total:>6.1%}" for name, n in counts.items()]
    return "\n".join([title, *lines])


def _patterns(patterns: Sequence[PatternFound]) -> str:
    if not patterns:
        return ""
    names = [f"{found.framework}: {found.name}" for found in patterns]
    width, figures = max(map(len, names)), max(len(f"{found.n_rows:,}") for found in patterns)
    lines = [
        f"  {name:<{width}}  {found.n_rows:>{figures},}  {clipped(found.example, _NARROW + 20)}"
        for name, found in zip(names, patterns, strict=True)
    ]
    return "\n".join(["Project patterns", *lines])


def _examples(examples: Sequence[FirstExample]) -> str:
    if not examples:
        return ""
    lines = []
    for number, row in enumerate(examples, start=1):
        span = f":{row.start_line}-{row.end_line}" if row.start_line else ""
        lines += [
            f"  {number:>2}. {row.kind}, {row.language}, {row.path}{span}",
            f"      ? {clipped(row.prompt, _WIDE)}",
            f"      > {clipped(row.answer, _WIDE)}",
        ]
    return "\n".join([f"First {len(examples)} examples", *lines])


def clipped(text: str, n_characters: int) -> str:
    """A text on one line, cut to at most so many characters."""
    line = " ".join(text.split())
    return line if len(line) <= n_characters else f"{line[: n_characters - 1].rstrip()}…"
