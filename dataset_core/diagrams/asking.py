"""What every diagram does to become examples: a row that shows code, and a row that asks a question.

`context_paths` names the files whose declarations are drawn; files of which only the name stands in a diagram are not quoted by it.
"""

from __future__ import annotations

from collections.abc import Collection, Iterator
from dataclasses import dataclass
from hashlib import blake2b

from dataset_core import prompt_format
from dataset_core.example import Example, Provenance
from dataset_core.facts import Symbol
from dataset_core.project_view import FileView

MIN_BYTES, MAX_BYTES = 150, 1_800
MAX_CODE_BYTES = 1_100
# How many wordings `prompts.toml` has of each question: `diagram_erd_1`, `diagram_erd_2`, ...
N_WORDINGS = 4
_MAX_NAMES = 4


@dataclass(frozen=True)
class Subject:
    """What a diagram is about: its kind without `diagram.`, the file that it belongs to, a definition in it, or the folder around it."""

    kind: str
    view: FileView
    symbol: Symbol | None = None
    folder: str = ""


def code_row(subject: Subject, diagram: str, code: str, completion: str, *, title: str = "") -> Iterator[Example]:
    """An example that shows code and wants `diagram` of it ("a class diagram"); none where code or diagram has the wrong size."""
    block = prompt_format.code_block(subject.view.language, code, title or subject.view.path)
    if block and len(code.encode()) <= MAX_CODE_BYTES + 8 and is_fit(completion):
        prompt = prompt_format.render("diagram_of_code", diagram=diagram, code=block)
        yield _example(subject, prompt, completion, ())


def question_row(subject: Subject, wording: str, completion: str, context: Collection[str] = (), **fields: str) -> Iterator[Example]:
    """An example that asks for a diagram; its wording is one of several, by the file and the fields."""
    if is_fit(completion) and all(fields.values()):
        prompt = ask(wording, subject.folder or subject.view.path, **fields)
        yield _example(subject, prompt, completion, context)


def ask(wording: str, path: str, **fields: str) -> str:
    """A question in one of its wordings, always the same one for the same file and fields."""
    digest = blake2b("\0".join((path, *(fields[key] for key in sorted(fields)))).encode(), digest_size=2).digest()
    return prompt_format.render(f"diagram_{wording}_{1 + int.from_bytes(digest, 'big') % N_WORDINGS}", path=path, **fields)


def is_fit(completion: str) -> bool:
    """Whether a diagram says enough and is short enough to be an answer."""
    return MIN_BYTES <= len(completion.encode()) <= MAX_BYTES


def names_in_words(names: Collection[str]) -> str:
    """`A`, `B` and `C`; of many, the first ones and how many more."""
    quoted = [f"`{name}`" for name in names]
    if len(quoted) > _MAX_NAMES + 1:
        quoted = [*quoted[:_MAX_NAMES], f"{len(quoted) - _MAX_NAMES} others"]
    return f"{', '.join(quoted[:-1])} and {quoted[-1]}" if len(quoted) > 1 else "".join(quoted)


def _example(subject: Subject, prompt: str, completion: str, context: Collection[str]) -> Example:
    view = subject.view
    symbol = subject.symbol or view.main
    kind = f"diagram.{subject.kind}"
    return Example(
        kind=kind,
        prompt=prompt,
        completion=completion,
        language="mermaid",
        provenance=Provenance(
            path=view.path,
            rule=kind,
            content_hash=view.facts.content_hash,
            start_line=symbol.start_line if symbol is not None else 1,
            end_line=symbol.end_line if symbol is not None else view.facts.n_lines,
            context_paths=tuple(sorted({path for path in context if path and path != view.path})),
            licence=view.facts.licence,
        ),
    )
