"""Replacing secrets and personal data by `<NAME>`, `<EMAIL>`, `<KEY>`, `<PASSWORD>` and `<IP>`.

Pure: looks at the text alone, never asks a service whether a secret is valid. Lines stay lines, and only the characters
of the secret are replaced, so that code still parses. The five tags are those of StarCoder (arXiv 2305.06161).
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from dataset_core.quality.personal_data import find_personal_data
from dataset_core.quality.secret_detectors import find_secrets
from dataset_core.quality.spans import lower_case

if TYPE_CHECKING:
    from collections.abc import Iterable

    from dataset_core.quality.spans import Span


@dataclass(frozen=True)
class Finding:
    """Something that was replaced.

    Attributes:
        kind: `name`, `email`, `key`, `password` or `ip`.
        line: Counted from 1.
    """

    kind: str
    line: int


def redact(text: str, *, is_source: bool) -> tuple[str, tuple[Finding, ...]]:
    """Replace what nobody else may learn.

    Args:
        text: With Unix line ends.
        is_source: Whether the text is code, where only secrets of a known structure are looked for; in configuration
            and notes, values of telling names and random-looking strings count too.

    Returns:
        The text, with as many lines as before, and what was replaced in it, in order.
    """
    lowered = lower_case(text)
    found = [*find_secrets(text, lowered, is_source=is_source), *find_personal_data(text, lowered, is_source=is_source)]
    spans = _without_overlaps(found)
    if not spans:
        return text, ()
    parts: list[str] = []
    findings: list[Finding] = []
    done, line = 0, 1
    for span in spans:
        parts += [text[done : span.start], f"<{span.kind.upper()}>"]
        line += text.count("\n", done, span.start)
        findings.append(Finding(span.kind, line))
        done = span.end
    return "".join([*parts, text[done:]]), tuple(findings)


def _without_overlaps(spans: Iterable[Span]) -> list[Span]:
    """Keep the first, and of those that start together the longest."""
    kept: list[Span] = []
    for span in sorted(spans, key=lambda span: (span.start, -span.end, span.kind)):
        if not kept or span.start >= kept[-1].end:
            kept.append(span)
    return kept
