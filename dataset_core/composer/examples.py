"""Composed artifacts as training examples, labelled as composed. IO: reads the domain models that ship with the product."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from hashlib import blake2b

from dataset_core.composer.composer import Artifact, compose
from dataset_core.composer.domain_files import load_domains
from dataset_core.example import Example, Provenance
from dataset_core.prompt_format import render

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
    prompt = render("artifact", request=artifact.prompt)
    return Example(f"composed.{artifact.kind}", prompt, artifact.text.strip("\n"), "mermaid", provenance)
