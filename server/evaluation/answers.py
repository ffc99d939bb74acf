"""Generated answers to held-out prompts, judged one by one (asks the generating process and the real Mermaid parser)."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from pathlib import Path

import msgspec

from dataset_core.formats import answer_of, fenced
from dataset_core.mermaid.parser import MermaidParser
from dataset_core.parse import parses
from server.evaluation.four_prompts import FirstPrompt
from server.evaluation.held_out import HeldOutRow
from server.evaluation.measures import edge_f1, edit_similarity, identifier_f1, node_f1, rambling
from server.generation.generate import GenerationError, Model, free_request_of, generate
from server.generation.project_context import asked_in
from server.processes.inference import InferenceProcess

_MERMAID, _MARKDOWN = "mermaid", "markdown"
_MOST_TOKENS = 768


class JudgedAnswer(msgspec.Struct, frozen=True, kw_only=True):
    """An answer and its marks; a mark that does not apply is None.

    Attributes:
        is_new: The prompt is of one of the newest commits, not of a held-out file.
        stopped: The model ended its answer by itself, and not by repeating itself.
        parses: Code without parse errors, or a diagram that the real parser accepts.
    """

    prompt: str
    expected: str
    answer: str
    language: str
    is_new: bool = False
    stopped: bool
    exact: bool
    edit_similarity: float
    identifier_f1: float
    rambling: float
    parses: bool | None = None
    node_f1: float | None = None
    edge_f1: float | None = None


class PromptVerdict(msgspec.Struct, frozen=True):
    """An answer to one of the four first prompts: whether it is valid, whether it ended by itself, and its checks."""

    prompt: str
    answer: str
    valid: bool
    stopped: bool
    checks: dict[str, bool]

    @property
    def passed(self) -> bool:
        """All of it."""
        return self.valid and all(self.checks.values())


class Answering:
    """A model that is asked: a GGUF file and perhaps an adapter GGUF."""

    def __init__(
        self,
        process: InferenceProcess,
        parser: MermaidParser,
        model: Path,
        adapter: Path | None,
        *,
        max_tokens: int = _MOST_TOKENS,
        threads: int = 0,
    ) -> None:
        self._process, self._parser, self._model, self._adapter = process, parser, model, adapter
        self._max_tokens, self._threads = max_tokens, threads

    def judge(self, rows: Sequence[HeldOutRow], on_done: Callable[[], None] = lambda: None) -> list[JudgedAnswer]:
        """Answer each row's prompt, always with the likeliest token and without a grammar, and compare with its answer."""
        judged = []
        for row in rows:
            text, stopped = self._ask(row.row.prompt)
            judged.append(self._judged(row, text, stopped=stopped))
            on_done()
        return judged

    def first_prompts(self, prompts: Sequence[FirstPrompt], root: Path, on_done: Callable[[], None] = lambda: None) -> list[PromptVerdict]:
        """Answer the four prompts as `mothertongue generate` does in the project at `root`, and check what came out."""
        verdicts = []
        for prompt in prompts:
            verdicts.append(self._verdict(prompt, root))
            on_done()
        return verdicts

    def _verdict(self, prompt: FirstPrompt, root: Path) -> PromptVerdict:
        ask = asked_in(root, prompt.prompt, prompt.kind)
        model = Model(self._model, self._adapter, max_tokens=self._max_tokens, threads=self._threads)
        try:
            made = generate(self._process, self._parser.check, ask, model)
        except GenerationError as error:
            return PromptVerdict(prompt.prompt, str(error), valid=False, stopped=False, checks=prompt.verdicts(""))
        valid = made.language == prompt.language and bool(self._parses(made.text, made.language))
        text = fenced(made.text, made.language)
        return PromptVerdict(prompt.prompt, text, valid, made.state == "complete", prompt.verdicts(made.text))

    def _ask(self, prompt: str) -> tuple[str, bool]:
        model = Model(self._model, self._adapter, max_tokens=self._max_tokens, temperature=0, threads=self._threads)
        result = self._process.generate(free_request_of(prompt, model))
        return result.text, result.finish_reason == "stop"

    def _judged(self, row: HeldOutRow, text: str, *, stopped: bool) -> JudgedAnswer:
        answer, expected = answer_of(text.strip("\n")), row.answer
        diagram = expected.language == _MERMAID
        return JudgedAnswer(
            prompt=row.row.prompt,
            expected=row.row.answer,
            answer=text,
            language=expected.language,
            is_new=row.is_new,
            stopped=stopped,
            exact=text.strip() == row.row.answer.strip(),
            edit_similarity=edit_similarity(answer.text, expected.text),
            identifier_f1=identifier_f1(answer.text, expected.text),
            rambling=rambling(answer.text, expected.text),
            parses=self._parses(answer.text, expected.language) if answer.language == expected.language else False,
            node_f1=node_f1(answer.text, expected.text) if diagram else None,
            edge_f1=edge_f1(answer.text, expected.text) if diagram else None,
        )

    def _parses(self, text: str, language: str) -> bool | None:
        if language == _MERMAID:
            return self._parser.check([text])[0] is None
        return None if language == _MARKDOWN else parses(text, language)
