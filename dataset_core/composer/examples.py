"""Composed artifacts as training examples, labelled as composed, most of them with an exemplar. IO: reads data files of the product."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from hashlib import blake2b

from dataset_core.composer.composer import Artifact, compose
from dataset_core.composer.domain_files import load_domains
from dataset_core.example import Example, Provenance
from dataset_core.exemplars import drawn_as, shown_in_row
from dataset_core.prompt_format import render
from dataset_core.quality.filters import reason_to_drop

LICENCE = "Apache-2.0"


def composed_examples(kinds: Sequence[str], seed: int) -> Iterator[Example]:
    """Examples of these kinds by turns, a few thousand of them; equal seeds give equal streams."""
    for artifact in compose(load_domains(), seed, kinds):
        yield _example(artifact)


def _example(artifact: Artifact) -> Example:
    # Composed artifacts lie in no file: the path names what they were made of, and keeps each one on its own side of the split.
    digest = blake2b(artifact.text.encode(), digest_size=6).hexdigest()
    provenance = Provenance(
        path=f"composed/{artifact.domain}/{artifact.kind}-{digest}",
        rule=artifact.rule,
        content_hash=digest,
        licence=LICENCE,
        domain=artifact.domain,
    )
    shown = shown_in_row(drawn_as(artifact.kind, artifact.text), artifact.domain, artifact.prompt, int(digest, 16))
    rows = (_row(artifact, provenance, context) for context in shown)
    # One that holds most of the answer would teach to copy.
    return next((row for row in rows if reason_to_drop(row) is None), _row(artifact, provenance, ""))


def _row(artifact: Artifact, provenance: Provenance, context: str) -> Example:
    prompt = render("request", request=artifact.prompt, context=context)
    return Example(f"composed.{artifact.kind}", prompt, artifact.text.strip("\n"), "mermaid", provenance)
