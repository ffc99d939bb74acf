"""Rows as token ids, and the two gates before training: the ids are llama.cpp's, and a prompt is the one that generation sends."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Any

import numpy as np
import numpy.typing as npt

from server.chat_template import ChatTemplate, ChatTemplateError
from server.training.base_model import Base, load_tokenizer
from server.training.errors import TrainingError
from server.training.rows import Row

if TYPE_CHECKING:
    from llama_cpp import Llama

# Text, and whether marks of the template such as <|im_end|> in it are marks rather than text.
Encode = Callable[[Sequence[str], bool], list[list[int]]]


@dataclass(frozen=True)
class TokenRow:
    """A row as ids.

    Attributes:
        ids: Of prompt and answer, the end mark last.
        n_prompt: Of these, how many come before the answer.
        kind: Of its `Row`.
        is_shipped: Of its `Row`.
        n_unlabelled: How many of the first ids carry no label; None for those of the prompt.
    """

    ids: npt.NDArray[np.int64]
    n_prompt: int
    kind: str = ""
    is_shipped: bool = False
    n_unlabelled: int | None = None

    @property
    def n_answer(self) -> int:
        """Tokens of the answer, the end mark included."""
        return len(self.ids) - self.n_prompt

    @property
    def first_label(self) -> int:
        """Place of the first token that carries a label."""
        return self.n_prompt if self.n_unlabelled is None else self.n_unlabelled

    @property
    def n_labels(self) -> int:
        """Tokens that carry a label."""
        return len(self.ids) - self.first_label


@dataclass(frozen=True)
class TokenRows:
    """All rows of a file that fit, how many were too long, and what the gates have to say."""

    rows: tuple[TokenRow, ...]
    n_too_long: int
    notes: tuple[str, ...] = ()


class Tokenizing:
    """Both tokenizers of a base: transformers', which is fast, and llama.cpp's, which generation uses and which is right."""

    def __init__(self, base: Base) -> None:
        self.base = base
        self._fast = load_tokenizer(base).backend_tokenizer
        self._llama = _open_llama(base)

    def token_rows(self, rows: Sequence[Row], max_tokens: int) -> TokenRows:
        """Rows as ids; where the tokenizers differ, llama.cpp's ids are taken for all rows and a note says so.

        Raises:
            TrainingError: The template cannot be used, a row would not end with the end mark, or no row fits.
        """
        texts = _texts(rows, self.base.template)
        ids, notes = self._gated(texts)
        closing = self._encode_fast([self.base.template.end_of_answer()], marks=True)[0]
        token_rows = [_token_row(row, prompt, answer, closing) for row, prompt, answer in zip(rows, *ids, strict=True)]
        fitting = tuple(row for row in token_rows if len(row.ids) <= max_tokens)
        if not fitting:
            raise TrainingError(
                f"none of {len(rows):,} rows has at most {max_tokens:,} tokens: raise max_tokens, or export with a smaller one"
            )
        return TokenRows(fitting, len(token_rows) - len(fitting), notes)

    def with_prompts_learnt(self, rows: Sequence[TokenRow]) -> tuple[TokenRow, ...]:
        """The rows with labels on all that the person's turn says too; what the chat template puts before it has none."""
        first, second = self._encode_fast([self.base.template.prompt_text(text) for text in ("a", "b")], marks=True)
        n_header = next(place for place, (one, other) in enumerate(zip(first, second, strict=False)) if one != other)
        return tuple(replace(row, n_unlabelled=n_header) for row in rows)

    def plain_ids(self, texts: Sequence[str]) -> list[list[int]]:
        """Ids of text without any template."""
        return self._encode_fast(texts, marks=False)

    def _gated(self, texts: tuple[list[str], list[str]]) -> tuple[list[list[list[int]]], tuple[str, ...]]:
        fast = [self._encode_fast(part, marks=marks) for part, marks in zip(texts, (True, False), strict=True)]
        if self._llama is None:
            return fast, (
                "llama.cpp's tokenizer could not be asked (no llama-cpp-python, or the base is no GGUF): its ids are not checked",
            )
        right = [_encode_llama(self._llama, part, marks=marks) for part, marks in zip(texts, (True, False), strict=True)]
        self._check_template(texts[0], right[0])
        n_different = sum(ours != theirs for side in zip(fast, right, strict=True) for ours, theirs in zip(*side, strict=True))
        if not n_different:
            return fast, ()
        return right, (f"transformers' tokenizer differs from llama.cpp's in {n_different:,} texts: llama.cpp's ids are used",)

    def _check_template(self, prompts: Sequence[str], ids: Sequence[list[int]]) -> None:
        """What llama-cpp-python's own renderer makes of a question must be what is trained on."""
        from llama_cpp.llama_chat_format import Jinja2ChatFormatter

        template, question = self.base.template, "How is an order paid?\n\n```cs\nclass Order { }\n```"
        formatter = Jinja2ChatFormatter(template.source, eos_token=template.eos_token, bos_token=template.bos_token)
        theirs = formatter(messages=[{"role": "user", "content": question}]).prompt
        ours = template.prompt_text(question)
        if template.add_bos:
            theirs = theirs.removeprefix(template.bos_token)
        if theirs != ours or not all(ids) or len(prompts) != len(ids):
            raise TrainingError(
                f"the chat template of {self.base.path} is rendered otherwise by llama.cpp: training would teach other prompts"
            )

    def _encode_fast(self, texts: Sequence[str], *, marks: bool) -> list[list[int]]:
        self._fast.encode_special_tokens = not marks
        try:
            template = self.base.template
            prefix: list[int] = [self._fast.token_to_id(template.bos_token)] if marks and template.add_bos else []
            return [[*prefix, *encoding.ids] for encoding in self._fast.encode_batch_fast(list(texts), add_special_tokens=False)]
        finally:
            self._fast.encode_special_tokens = False


def _texts(rows: Sequence[Row], template: ChatTemplate) -> tuple[list[str], list[str]]:
    try:
        return [template.prompt_text(row.prompt) for row in rows], [row.answer for row in rows]
    except ChatTemplateError as error:
        raise TrainingError(str(error)) from error


def _token_row(row: Row, prompt: list[int], answer: list[int], closing: list[int]) -> TokenRow:
    if not closing:
        raise TrainingError("the model has no mark that ends an answer: it could never learn to stop")
    return TokenRow(np.array([*prompt, *answer, *closing], dtype=np.int64), len(prompt), row.kind, row.is_shipped)


def _open_llama(base: Base) -> Llama | None:
    try:
        from llama_cpp import Llama
    except ImportError:
        return None
    return Llama(str(base.path), vocab_only=True, verbose=False) if base.is_gguf else None


def _encode_llama(llama: Any, texts: Sequence[str], *, marks: bool) -> list[list[int]]:
    add_bos = marks and bool(llama.metadata.get("tokenizer.ggml.add_bos_token", "false") == "true")
    return [llama.tokenize(text.encode(), add_bos=add_bos, special=marks) for text in texts]
