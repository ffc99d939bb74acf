"""One training example and where it came from."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property
from hashlib import blake2b


@dataclass(frozen=True)
class Provenance:
    """Where an example came from: enough to open the source and to judge its licence.

    Attributes:
        path: Of the file that holds the answer, relative to the project; for library rows, relative to the library.
        rule: What made the example, such as `variations.implement` or `composer:erd/mongodb`.
        content_hash: Of the file that holds the answer.
        start_line: First line of the answer in that file, counted from 1; 0 where the answer is no span of a file.
        end_line: Last line, inclusive; 0 likewise.
        context_paths: Other files of the project that the prompt quotes.
        commit: The commit that an example from the history shows; empty otherwise.
        licence: SPDX identifier of the source.
        domain: What a library or composed artifact is about, such as `booking`; empty for the project's own.
    """

    path: str
    rule: str
    content_hash: str = ""
    start_line: int = 0
    end_line: int = 0
    context_paths: tuple[str, ...] = ()
    commit: str = ""
    licence: str = "unlicensed"
    domain: str = ""


@dataclass(frozen=True)
class Example:
    """A prompt and the answer that the model is to learn.

    Attributes:
        kind: The task, such as `implement` or `diagram.erd`; its part before the dot decides the family in the mix.
        prompt: What the model is asked, worded by `prompt_format`.
        completion: The answer: code or Mermaid without fences, or Markdown.
        language: Of the completion: a language folder's name, `mermaid` or `markdown`.
        provenance: Where it came from.
    """

    kind: str
    prompt: str
    completion: str
    language: str
    provenance: Provenance

    @cached_property
    def id(self) -> str:
        """Hex digest of prompt and completion: equal examples have equal ids."""
        return blake2b(f"{self.prompt}\0{self.completion}".encode(), digest_size=12).hexdigest()

    @cached_property
    def answer_id(self) -> str:
        """Hex digest of the completion, white space folded: equal answers have equal ids."""
        return blake2b(" ".join(self.completion.split()).encode(), digest_size=8).hexdigest()
