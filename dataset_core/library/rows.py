"""Artifacts → examples; beside a request for a diagram stands an exemplar, as when a person asks. IO: reads the domain models."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence

from dataset_core import prompt_format
from dataset_core.example import Example, Provenance
from dataset_core.exemplars import drawn_as, exemplar_for, exemplar_of_manner
from dataset_core.library.artifact import Artifact

# A data set holds no answer more often than this: more prompts over one answer teach nothing further.
_MAX_ROWS = 3


def examples(artifacts: Iterable[Artifact]) -> Iterator[Example]:
    """Make up to three examples of each artifact, of its prompts that differ most in length.

    Examples of the product's artifacts are of kind `library.erd` and the like, a person's own of kind `own.erd`.
    """
    for artifact in artifacts:
        family = "own" if artifact.is_own else "library"
        origin = Provenance(
            path=artifact.path,
            rule=f"library:{artifact.name}",
            content_hash=artifact.content_hash,
            start_line=artifact.first_line,
            end_line=artifact.first_line + artifact.text.count("\n") - 1,
            licence=artifact.licence,
            domain=artifact.domain,
        )
        for prompt in _spread(artifact.prompts):
            yield Example(
                kind=f"{family}.{artifact.kind}",
                prompt=prompt_format.render("request", request=prompt, context=_exemplar(prompt, artifact)),
                completion=artifact.text.strip("\n"),
                language=artifact.language,
                provenance=origin,
            )


def _exemplar(prompt: str, artifact: Artifact) -> str:
    """What is shown to who asks so; nothing where it is drawn in another notation than the artifact."""
    kind = drawn_as(artifact.kind, artifact.text)
    near, other = exemplar_for(prompt, kind), exemplar_of_manner(prompt, kind)
    found = near or other
    if found is None or not artifact.text.startswith(found.text.split(maxsplit=1)[0]):
        return ""
    return found.block if near is not None else found.manner


def _spread(prompts: Sequence[str]) -> list[str]:
    """The shortest, the longest and the one in the middle, in their own order."""
    by_length = sorted(range(len(prompts)), key=lambda index: (len(prompts[index]), index))
    if len(by_length) > _MAX_ROWS:
        by_length = [by_length[0], by_length[len(by_length) // 2], by_length[-1]]
    return [prompts[index] for index in sorted(by_length)]
