"""What keeps an artifact out of a data set, in words, with the line to mend. Pure: the Mermaid parser is `validation`'s part."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from functools import cache
from pathlib import Path

from dataset_core.library.artifact import Artifact, HeaderLine, kinds
from dataset_core.parse import parse
from dataset_core.quality.contamination import evaluation_prompts, reason_contaminated
from dataset_core.source_file import SourceFile

_DOMAINS = Path(__file__).with_name("domains.txt")
_SLUG = re.compile(r"[a-z0-9]+(-[a-z0-9]+)*")
_N_PROMPTS = range(3, 7)
_N_OWN_PROMPTS = range(1, 7)


@dataclass(frozen=True, order=True)
class Problem:
    """A defect of a file; `line` is counted from 1."""

    path: str
    line: int
    message: str

    def __str__(self) -> str:
        """The form that editors and terminals make a link of."""
        return f"{self.path}:{self.line}: {self.message}"


def problems(artifacts: Sequence[Artifact], others: Iterable[Artifact] = ()) -> tuple[Problem, ...]:
    """All that is wrong with artifacts, each by itself and as a set, sorted by path and line.

    Args:
        artifacts: What to judge.
        others: Artifacts that are known already; titles and prompts must differ from theirs.
    """
    found = [problem for artifact in artifacts for problem in _problems_of(artifact)]
    paths = {artifact.path for artifact in artifacts}
    found += _repetitions([*(other for other in others if other.path not in paths), *artifacts], paths)
    return tuple(sorted(found))


@cache
def domains() -> frozenset[str]:
    """The domains of the product's own artifacts, from `domains.txt`."""
    return frozenset(_DOMAINS.read_text("utf-8").split())


def _problems_of(artifact: Artifact) -> Iterator[Problem]:
    for line, message in (*_header_problems(artifact), *_prompt_problems(artifact), *_text_problems(artifact)):
        yield Problem(artifact.path, line, message)


def _header_problems(artifact: Artifact) -> Iterator[tuple[int, str]]:
    for key in ("title", "domain"):
        rows = list(_rows(artifact, key))
        if len(rows) != 1:
            yield rows[-1].line if rows else 1, f"the header needs one {key}, it has {len(rows)}"
        elif not rows[0].value:
            yield rows[0].line, f"the {key} has no text"
    expected = _N_OWN_PROMPTS if artifact.is_own else _N_PROMPTS
    if len(artifact.prompts) not in expected:
        yield 1, f"the header needs {expected[0]} to {expected[-1]} prompts, it has {len(artifact.prompts)}"
    if artifact.domain and not _is_domain(artifact):
        line = next(row.line for row in artifact.header if row.key == "domain")
        allowed = "lower-case words joined by hyphens" if artifact.is_own else "one of domains.txt"
        yield line, f"domain {artifact.domain!r} is not {allowed}"


def _is_domain(artifact: Artifact) -> bool:
    return bool(_SLUG.fullmatch(artifact.domain)) if artifact.is_own else artifact.domain in domains()


def _prompt_problems(artifact: Artifact) -> Iterator[tuple[int, str]]:
    kind = kinds().get(artifact.kind)
    for row in _rows(artifact, "prompt"):
        if not row.value:
            yield row.line, "a prompt without text"
        elif kind and not re.search(kind.words, row.value, re.IGNORECASE):
            yield row.line, f"the prompt does not say that {kind.title} is wanted"
        reason = reason_contaminated(row.value, evaluation_prompts())
        if reason:
            yield row.line, f"the prompt {reason}, which no data set may teach"


def _text_problems(artifact: Artifact) -> Iterator[tuple[int, str]]:
    if not artifact.text:
        yield artifact.first_line, "there is no content below the header"
    elif "\ufffd" in artifact.text:
        yield artifact.first_line, "the file is not UTF-8"
    elif not artifact.kind:
        yield artifact.first_line, f"{artifact.text.split()[0]!r} starts no kind of diagram; known are {', '.join(kinds())}"
    elif not artifact.language:
        yield 1, f"no language is known for {artifact.name}"
    elif artifact.language == "markdown":
        if artifact.text.count("\n```") % 2 != artifact.text.startswith("```"):
            yield artifact.first_line, "a code fence is not closed"
    elif artifact.language != "mermaid":
        source = SourceFile(artifact.path, artifact.language, artifact.text, artifact.content_hash)
        for line in parse(source).errors:
            yield artifact.first_line + line - 1, f"syntax error in {artifact.language}"


def _repetitions(artifacts: Iterable[Artifact], paths: set[str]) -> Iterator[Problem]:
    """Titles, prompts and answers that stood before, in the artifacts with these paths."""
    first: dict[tuple[str, str], str] = {}
    for artifact in artifacts:
        stated = [(row.key, row.value, row.line) for row in artifact.header if row.key != "domain" and row.value]
        for key, value, line in (*stated, ("content", artifact.text, artifact.first_line)):
            known = first.setdefault((key, " ".join(value.lower().split())), f"{artifact.path}:{line}")
            if known != f"{artifact.path}:{line}" and artifact.path in paths and value:
                yield Problem(artifact.path, line, f"the same {key} stands at {known}")


def _rows(artifact: Artifact, key: str) -> Iterator[HeaderLine]:
    return (row for row in artifact.header if row.key == key)
