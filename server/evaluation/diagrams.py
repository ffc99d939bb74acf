"""Are the diagrams valid? Held-out prompts for one, answered freely, under the grammar, and as the editor shows them.

Asks the generating process and the real Mermaid parser.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence

import msgspec

from dataset_core.formats import answer_of
from dataset_core.mermaid.parser import MermaidParser
from dataset_core.mermaid.repair import repaired
from dataset_core.mermaid.structure import diagram_type
from server.evaluation.held_out import HeldOutRow
from server.generation.generate import Ask, Model, free_request_of, kind_that_draws, request_of
from server.processes.inference import InferenceProcess

_MERMAID = "mermaid"
_MOST_TOKENS = 768


class DrawnDiagram(msgspec.Struct, frozen=True, kw_only=True):
    """What became of a prompt for a diagram; always the likeliest token.

    Attributes:
        kind: Of `generation.kinds()`.
        stopped: The free answer is one fence and ended by itself.
        free: The real parser accepts the free answer, which is one fence.
        constrained: The real parser accepts what was written under the grammar of the kind, as it is.
        shown: The editor shows a diagram: that one, or what is left of it after repairs.
    """

    prompt: str
    kind: str
    answer: str
    stopped: bool
    free: bool
    constrained: bool
    shown: bool


def prompts_for_diagrams(rows: Sequence[HeldOutRow], limit: int) -> Iterator[tuple[str, str]]:
    """Up to `limit` prompts whose answer is a diagram that has a grammar, and the kind of each."""
    for row in rows:
        keyword = diagram_type(row.answer.text) if row.answer.language == _MERMAID else None
        kind = kind_that_draws(keyword) if keyword is not None else None
        if kind is not None and limit > 0:
            limit -= 1
            yield row.row.prompt, kind


def drawn(
    process: InferenceProcess,
    parser: MermaidParser,
    model: Model,
    prompts: Sequence[tuple[str, str]],
    on_done: Callable[[], None] = lambda: None,
) -> list[DrawnDiagram]:
    """Have a model answer each prompt both ways.

    Args:
        process: That owns the model.
        parser: The judge.
        model: That is asked; its temperature and its limit of tokens are not looked at.
        prompts: With their kinds: `prompts_for_diagrams`.
        on_done: Told after each prompt.
    """
    model = Model(model.path, model.adapter, max_tokens=_MOST_TOKENS, temperature=0, threads=model.threads)
    diagrams = []
    for prompt, kind in prompts:
        text = process.generate(request_of(Ask(prompt), kind, model)).text.strip("\n").rstrip()
        free = process.generate(free_request_of(prompt, model))
        answer = answer_of(free.text.strip("\n"))
        is_fenced = answer.language == _MERMAID
        diagrams.append(
            DrawnDiagram(
                prompt=prompt,
                kind=kind,
                answer=free.text,
                stopped=free.finish_reason == "stop" and is_fenced,
                free=is_fenced and parser.check([answer.text])[0] is None,
                constrained=parser.check([text])[0] is None,
                shown=repaired(text, parser.check) is not None,
            )
        )
        on_done()
    return diagrams
