"""Drawing the next token, under a grammar where one is given.

A grammar that is run over the whole vocabulary costs tens of milliseconds a token. So a token is drawn freely first and only this
one is checked; where the grammar refuses it, the likeliest tokens are checked, and the whole vocabulary only where none of them passes.
"""

from __future__ import annotations

import ctypes
from collections.abc import Iterable
from contextlib import ExitStack
from typing import TYPE_CHECKING, Any

import llama_cpp
import numpy as np
import numpy.typing as npt

if TYPE_CHECKING:
    from typing_extensions import Self

from server.inference.known_names import KnownNames
from server.inference.protocol import GenerationRequest

_N_LIKELIEST = 128
_TokenData = np.dtype([("id", np.intc), ("logit", np.single), ("p", np.single)], align=True)
Candidates = npt.NDArray[np.void]


class GrammarError(ValueError):
    """llama.cpp cannot read the grammar."""


class Sampler:
    """Draws tokens for one answer. Close it when the answer is done: its parts live outside of Python."""

    def __init__(self, vocabulary: Any, request: GenerationRequest) -> None:
        self._closing = ExitStack()
        self.n_refused = 0
        self._chain = llama_cpp.llama_sampler_chain_init(llama_cpp.llama_sampler_chain_default_params())
        self._closing.callback(llama_cpp.llama_sampler_free, self._chain)
        for part in _parts(vocabulary, request):
            llama_cpp.llama_sampler_chain_add(self._chain, part)
        self._n_vocabulary = llama_cpp.llama_vocab_n_tokens(vocabulary)
        self.learns_names = bool(request.declaring)
        self._names = KnownNames(request.grammar, request.declaring)
        self._vocabulary = vocabulary
        self._grammar: Any = None
        self._closing.callback(self._drop_grammar)
        try:
            self._read_grammar(request.grammar)
        except GrammarError:
            self._closing.close()
            raise

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self._closing.close()

    def draw(self, context: Any) -> int | None:
        """The next token after what `context` has read, and the grammar goes one token on; None where it lets none through."""
        token = int(llama_cpp.llama_sampler_sample(self._chain, context, -1))
        if self._grammar is None:
            return token
        if not self.take(token):
            self.n_refused += 1
            return self._draw_allowed(self._logits(context))
        return token

    def logits(self, context: Any) -> npt.NDArray[np.single]:
        """Those that the next token is drawn from; they stay when the model has read on."""
        logits: npt.NDArray[np.single] = self._logits(context).copy()
        return logits

    def learns_from(self, answer: str) -> bool:
        """Let the grammar know which names the answer has declared so far; whether these are others, and it stands at its start again."""
        grammar = self._names.grammar_after(answer)
        if grammar is not None:
            self._drop_grammar()
            self._read_grammar(grammar)
        return grammar is not None

    def stand_after(self, tokens: Iterable[int]) -> None:
        """Have the grammar stand where it is after these tokens of the answer.

        Raises:
            GrammarError: It does not let them through; llama.cpp would end the process.
        """
        if self._grammar is None:
            return
        llama_cpp.llama_sampler_reset(self._grammar)
        if not all(map(self.take, tokens)):
            raise GrammarError("the grammar does not let an answer go on that it let begin: what may be declared late is used before")

    def draw_another(self, logits: npt.NDArray[np.single], banned: Iterable[int]) -> int | None:
        """A token from earlier logits, none of `banned`, and the grammar goes one token on; None where it lets no other one through."""
        others = logits.copy()
        others[list(banned)] = -np.inf
        return self._draw_allowed(others)

    def take(self, token: int) -> bool:
        """Let the grammar go one token on, if it lets it through; whether it did."""
        if not self._allowed(np.array([(token, 0.0, 0.0)], _TokenData)).size:
            return False
        if self._grammar is not None:
            llama_cpp.llama_sampler_accept(self._grammar, token)
        return True

    def _logits(self, context: Any) -> npt.NDArray[np.single]:
        """As llama.cpp holds them, until the model reads on."""
        return np.ctypeslib.as_array(llama_cpp.llama_get_logits_ith(context, -1), shape=(self._n_vocabulary,))

    def _draw_allowed(self, logits: npt.NDArray[np.single]) -> int | None:
        likeliest = np.argpartition(logits, -_N_LIKELIEST)[-_N_LIKELIEST:]
        allowed = self._allowed(_candidates(likeliest, logits))
        if not allowed.size:
            allowed = self._allowed(_candidates(np.arange(self._n_vocabulary), logits))
        if not allowed.size:
            # llama.cpp ends the process where it is to choose from nothing.
            return None
        array = _array(allowed)
        llama_cpp.llama_sampler_apply(self._chain, ctypes.byref(array))
        token = int(array.data[array.selected].id)
        if self._grammar is not None:
            llama_cpp.llama_sampler_accept(self._grammar, token)
        return token

    def _allowed(self, candidates: Candidates) -> Candidates:
        """Those that the grammar lets through; it marks the others with a logit of minus infinity."""
        if self._grammar is not None:
            array = _array(candidates)
            llama_cpp.llama_sampler_apply(self._grammar, ctypes.byref(array))
        allowed: Candidates = candidates[np.isfinite(candidates["logit"])]
        return allowed

    def _read_grammar(self, text: str) -> None:
        """A grammar that cannot be read is a NULL pointer, which every later call would follow."""
        if not text:
            return
        self._grammar = llama_cpp.llama_sampler_init_grammar(self._vocabulary, text.encode(), b"root") or None
        if self._grammar is None:
            raise GrammarError("the grammar cannot be read: it is no GBNF with a rule `root`")

    def _drop_grammar(self) -> None:
        if self._grammar is not None:
            llama_cpp.llama_sampler_free(self._grammar)
            self._grammar = None


def _parts(vocabulary: Any, request: GenerationRequest) -> list[Any]:
    first = [_dry(vocabulary, request.longest_repeat, request.max_tokens)] if request.longest_repeat and not request.grammar else []
    if request.temperature <= 0:
        return [*first, llama_cpp.llama_sampler_init_greedy()]
    return [
        *first,
        llama_cpp.llama_sampler_init_top_k(request.top_k),
        llama_cpp.llama_sampler_init_top_p(request.top_p, 1),
        llama_cpp.llama_sampler_init_min_p(request.min_p, 1),
        llama_cpp.llama_sampler_init_temp(request.temperature),
        llama_cpp.llama_sampler_init_dist(request.seed),
    ]


def _dry(vocabulary: Any, longest_repeat: int, n_tokens: int) -> Any:
    """DRY: the logit of a token that would go on with a repetition sinks with the repetition's length.

    Multiplier and base are those that its author recommends (<https://github.com/oobabooga/text-generation-webui/pull/5677>); no token
    breaks a sequence, since what small models say again and again are whole lines.
    """
    return llama_cpp.llama_sampler_init_dry(vocabulary, 0.8, 1.75, longest_repeat, n_tokens, (ctypes.c_char_p * 0)(), 0)


def _candidates(ids: npt.NDArray[np.intp], logits: npt.NDArray[np.single]) -> Candidates:
    candidates = np.zeros(len(ids), _TokenData)
    candidates["id"], candidates["logit"] = ids, logits[ids]
    return candidates


def _array(candidates: Candidates) -> Any:
    """The array as llama.cpp takes it; it shares the memory of `candidates`."""
    data = candidates.ctypes.data_as(llama_cpp.llama_token_data_p)
    return llama_cpp.llama_token_data_array(data=data, size=len(candidates), selected=-1, sorted=False)
