"""The loaded model: reads prompts, remembers what it has read, swaps adapters, writes answers. Knows no protocol but its requests."""

from __future__ import annotations

import ctypes
import os
import time
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Any

import llama_cpp
import msgspec

from server.chat_template import ChatTemplate, Message, of_gguf
from server.gguf.check import check_adapter, checked_model
from server.gguf.header import GgufHeader
from server.inference.distinct_lines import DistinctLines, Drawn, Return
from server.inference.protocol import FinishReason, GenerationRequest, GenerationResult
from server.inference.reading_copy import read_sooner
from server.inference.repetition import RepetitionGuard, without_last_repeated_lines, without_last_rounds
from server.inference.sampling import Sampler
from server.inference.text_stream import TextStream

# Tokens read at once. While they are computed nothing else is looked at but the abort callback.
_BATCH = 256
_ABORTED = 2
_MAX_TOKEN_BYTES = 512
# Of an answer that has to be ended: lines that nothing can follow, and blocks within each other.
_MOST_LEFT_OUT, _MOST_OPEN = 3, 4
_INDENT = "    "


class ModelError(Exception):
    """The model cannot do what is asked of it; the message says why and what to do."""


class CancelledError(Exception):
    """The request was cancelled while its prompt was read."""


class Engine:
    """One loaded GGUF model with at most one adapter in use. Not for several threads."""

    def __init__(self, model: Path, *, context_tokens: int = 4096, n_threads: int = 0, reads_sooner: bool = False) -> None:
        """Check and load a model.

        Args:
            model: A GGUF file.
            context_tokens: Wanted size of the window.
            n_threads: 0 for all cores while a prompt is read, and half of them while an answer is written: whoever types
                beside it wants some.
            reads_sooner: Load a copy of the model that prompts are read from sooner, where there can be one (`reading_copy.py`).

        Raises:
            GgufError: The file is damaged, hostile or no model.
            ModelError: llama.cpp cannot load it.
        """
        self.header: GgufHeader = checked_model(model)
        self.template: ChatTemplate = of_gguf(self.header.values)
        self._model_path = model
        self.context_tokens = min(context_tokens, self._trained_context())
        self._llama = self._load(read_sooner(model, self.header) if reads_sooner else model, n_threads)
        self._vocabulary = llama_cpp.llama_model_get_vocab(self._llama.model)
        self._context = self._llama.ctx
        self._read: list[int] = []
        self._adapters: dict[tuple[str, int], Any] = {}
        self._adapter: tuple[str, int] | None = None

    def close(self) -> None:
        """Free the model and its adapters."""
        for adapter in self._adapters.values():
            llama_cpp.llama_adapter_lora_free(adapter)
        self._adapters.clear()
        self._llama.close()

    def use_adapter(self, path: Path | None) -> None:
        """Put an adapter in the place of the one in use, or none; the model stays loaded.

        What was read under another adapter is forgotten: its keys and values are others.

        Raises:
            GgufError: The file is no adapter, or one for another model.
            ModelError: llama.cpp cannot load it.
        """
        if path is not None and not path.is_file():
            raise ModelError(f"there is no file {path}")
        key = (str(path), path.stat().st_mtime_ns) if path is not None else None
        if key == self._adapter:
            return
        count = 0 if key is None else 1
        handles = (llama_cpp.llama_adapter_lora_p_ctypes * count)(*([self._loaded_adapter(key)] if key else []))
        if llama_cpp.llama_set_adapters_lora(self._context, handles, count, (ctypes.c_float * count)(*[1.0] * count)):
            raise ModelError(f"llama.cpp cannot use the adapter {path}; train it again for {self._model_path.name}")
        self._adapter = key
        self._read = []

    def prompt_ids(self, request: GenerationRequest) -> list[int]:
        """Exactly what the model reads for a request.

        Raises:
            ChatTemplateError: The model's template cannot be rendered.
        """
        turns: list[Message] = [{"role": turn.role, "content": turn.content} for turn in request.turns]
        text = self.template.prompt(turns) + request.answer_prefix
        return list(self._llama.tokenize(text.encode(), add_bos=self.template.add_bos, special=True))

    def generate(
        self, request: GenerationRequest, on_text: Callable[[str], None] = lambda _: None, is_cancelled: Callable[[], bool] = lambda: False
    ) -> GenerationResult:
        """Answer a request.

        Args:
            request: Its `model` and `adapter` are not looked at.
            on_text: Gets the text piece by piece.
            is_cancelled: Asked all the time; true ends the answer as it is.

        Raises:
            ModelError: Prompt and answer do not fit the window.
            GrammarError: The grammar cannot be read.
            ChatTemplateError: As `prompt_ids`.
        """
        started = time.perf_counter()
        ids = self.prompt_ids(request)
        room = self._room_for_answer(ids)
        with Sampler(self._vocabulary, request) as sampler:
            answer = _Answer(request, on_text)
            try:
                n_cached = self._read_prompt(ids, is_cancelled)
            except CancelledError:
                return answer.result("cancelled", len(ids), 0, started, sampler.n_refused)
            lines = DistinctLines(is_on=request.has_distinct_lines and not self._is_recurrent())
            reason = self._write(answer, sampler, lines, min(request.max_tokens, room), is_cancelled)
            result = answer.result(reason, len(ids), n_cached, started, sampler.n_refused)
            return self._closed(result, sampler) if request.grammar and reason in {"repetition", "length"} else result

    def warm(self, request: GenerationRequest, is_cancelled: Callable[[], bool] = lambda: False) -> GenerationResult:
        """Read the prompt of a request, so that the request itself begins to answer at once.

        Raises:
            ModelError: The prompt does not fit the window.
            ChatTemplateError: As `prompt_ids`.
        """
        started = time.perf_counter()
        ids = self.prompt_ids(request)
        self._room_for_answer(ids)
        answer = _Answer(request, lambda _: None)
        try:
            n_cached = self._read_prompt(ids, is_cancelled)
        except CancelledError:
            return answer.result("cancelled", len(ids), 0, started, 0)
        return answer.result("stop", len(ids), n_cached, started, 0)

    def _write(
        self, answer: _Answer, sampler: Sampler, lines: DistinctLines, max_tokens: int, is_cancelled: Callable[[], bool]
    ) -> FinishReason:
        n_prompt, drawn = len(self._read), self._draw(sampler, keep_logits=lines.is_on)
        while drawn is not None and not llama_cpp.llama_vocab_is_eog(self._vocabulary, drawn.token):
            passed, back = lines.add(drawn)
            if (reason := answer.add_all(passed)) is not None:
                return reason
            if is_cancelled():
                return "cancelled"
            if len(self._read) - n_prompt + 1 >= max_tokens:
                return answer.add_all(lines.rest()) or "length"
            if back is None and not lines.is_stuck:
                self._decode([drawn.token])
                if sampler.learns_names and b"\n" in drawn.piece:
                    self._learn_names(sampler, n_prompt)
                drawn = self._draw(sampler, keep_logits=lines.is_on)
            else:
                drawn = self._go_back(back, n_prompt, answer, sampler, lines)
        if drawn is None:
            return "stop" if lines.is_stuck or not lines.is_on else "repetition"
        return answer.add_all(lines.rest()) or "stop"

    def _go_back(self, back: Return | None, n_prompt: int, answer: _Answer, sampler: Sampler, lines: DistinctLines) -> Drawn | None:
        """Take tokens back; the one to go on with, or None where nothing can follow.

        A model that has nothing new to say is done where the grammar lets the answer end. Elsewhere it has to find something.
        """
        while (back := back or self._insisted(sampler, lines, n_prompt)) is not None:
            self._forget_from(len(self._read) - back.n_dropped)
            if not self._learn_names(sampler, n_prompt):
                sampler.stand_after(self._read[n_prompt:])
            if back.logits is None:
                is_given = self._write_given(back.closing, answer, sampler, lines)
                return self._draw(sampler, keep_logits=lines.is_on) if is_given else None
            if (token := sampler.draw_another(back.logits, back.banned)) is not None:
                return Drawn(token, self._bytes_of(token), back.logits)
            back = lines.give_up()
        return None

    def _insisted(self, sampler: Sampler, lines: DistinctLines, n_prompt: int) -> Return | None:
        """Where to go on although nothing new was said; None where the answer may end before the line that is held back."""
        sampler.stand_after(self._read[n_prompt : len(self._read) - lines.n_held])
        may_end = all(map(sampler.take, self._llama.tokenize(b"\n```", add_bos=False)))
        return None if may_end else lines.insist()

    def _closed(self, result: GenerationResult, sampler: Sampler) -> GenerationResult:
        """What the model did not end itself, ended where the grammar lets it: open blocks closed, the last lines left out if need be."""
        lines = result.text.rstrip("\n").split("\n")
        kept = (lines[: len(lines) - n_left_out] for n_left_out in range(min(_MOST_LEFT_OUT + 1, len(lines))))
        ends = [[end] * depth for depth in range(_MOST_OPEN + 1) for end in ("end", "}")]
        for text in ("\n".join([*some, *_indented(closing)]) for some in kept for closing in ends):
            sampler.stand_after(())
            if all(map(sampler.take, self._llama.tokenize(f"{text}\n```".encode(), add_bos=False))):
                return msgspec.structs.replace(result, text=text)
        return result

    def _learn_names(self, sampler: Sampler, n_prompt: int) -> bool:
        """Let the grammar know what the answer has declared; whether that is something else than before."""
        answer = self._read[n_prompt:]
        is_new = sampler.learns_from(b"".join(map(self._bytes_of, answer)).decode("utf-8", "replace"))
        if is_new:
            sampler.stand_after(answer)
        return is_new

    def _write_given(self, text: str, answer: _Answer, sampler: Sampler, lines: DistinctLines) -> bool:
        """Write a text that nobody draws; whether the grammar lets it through."""
        for token in self._llama.tokenize(text.encode(), add_bos=False):
            if not sampler.take(token):
                return False
            answer.add_all(lines.add(Drawn(token, self._bytes_of(token)))[0])
            self._decode([token])
        return True

    def _draw(self, sampler: Sampler, *, keep_logits: bool) -> Drawn | None:
        logits = sampler.logits(self._context) if keep_logits else None
        token = sampler.draw(self._context)
        return None if token is None else Drawn(token, self._bytes_of(token), logits)

    def _is_recurrent(self) -> bool:
        """Whether it cannot go back over what it has read."""
        return bool(llama_cpp.llama_model_is_recurrent(self._llama.model) or llama_cpp.llama_model_is_hybrid(self._llama.model))

    def _read_prompt(self, ids: list[int], is_cancelled: Callable[[], bool]) -> int:
        """Read what of a prompt is not known yet; how many tokens were.

        The last token is always read: drawing needs its logits.
        """
        n_known = min(_n_common(self._read, ids), len(ids) - 1)
        self._forget_from(n_known)
        callback = llama_cpp.ggml_abort_callback(lambda _: is_cancelled())
        llama_cpp.llama_set_abort_callback(self._context, callback, None)
        try:
            for start in range(n_known, len(ids), _BATCH):
                self._decode(ids[start : start + _BATCH])
                if is_cancelled():
                    raise CancelledError
        finally:
            llama_cpp.llama_set_abort_callback(self._context, llama_cpp.ggml_abort_callback(0), None)
        return n_known

    def _bytes_of(self, token: int) -> bytes:
        buffer = ctypes.create_string_buffer(_MAX_TOKEN_BYTES)
        n_bytes = llama_cpp.llama_token_to_piece(self._vocabulary, token, buffer, _MAX_TOKEN_BYTES, 0, True)  # noqa: FBT003 - as text, special or not
        return buffer.raw[: max(0, n_bytes)]

    def _decode(self, ids: list[int]) -> None:
        array = (llama_cpp.llama_token * len(ids))(*ids)
        code = llama_cpp.llama_decode(self._context, llama_cpp.llama_batch_get_one(array, len(ids)))
        if code == _ABORTED:
            self._forget_from(len(self._read))
            raise CancelledError
        if code:
            self._forget_from(0)
            raise ModelError(f"llama.cpp could not go on (code {code}); is there enough memory? A smaller context_tokens needs less")
        self._read += ids

    def _forget_from(self, n_kept: int) -> None:
        memory = llama_cpp.llama_get_memory(self._context)
        if not llama_cpp.llama_memory_seq_rm(memory, 0, n_kept, -1):
            # Recurrent networks cannot go back.
            llama_cpp.llama_memory_clear(memory, True)  # noqa: FBT003 - the data with it
            n_kept = 0
        del self._read[n_kept:]

    def _room_for_answer(self, ids: list[int]) -> int:
        room = self.context_tokens - len(ids)
        if room <= 0:
            limit = f"the prompt has {len(ids):,} tokens, and this model reads at most {self.context_tokens:,}"
            raise ModelError(f"{limit}; ask for less, or use less context")
        return room

    def _trained_context(self) -> int:
        return int(self.header.values.get(f"{self.header.architecture}.context_length", 4096))

    def _load(self, model: Path, n_threads: int) -> Any:
        n_cores = os.cpu_count() or 1
        try:
            return llama_cpp.Llama(
                str(model), n_ctx=self.context_tokens, n_batch=_BATCH, n_ubatch=_BATCH, n_threads=n_threads or max(1, n_cores // 2),
                n_threads_batch=n_threads or n_cores, n_gpu_layers=-1, verbose=False,
            )  # fmt: skip
        except (ValueError, RuntimeError, AssertionError) as error:
            raise ModelError(f"llama.cpp cannot load {model}: {error}; is there enough memory, and is the file whole?") from error

    def _loaded_adapter(self, key: tuple[str, int]) -> Any:
        if key not in self._adapters:
            check_adapter(Path(key[0]), self.header, str(self._model_path))
            handle = llama_cpp.llama_adapter_lora_init(self._llama.model, key[0].encode())
            if not handle:
                raise ModelError(f"llama.cpp cannot load the adapter {key[0]}; train it again for {self._model_path.name}")
            self._adapters[key] = handle
        return self._adapters[key]


def _indented(ends: Sequence[str]) -> list[str]:
    """Ends of blocks, from the inmost to the outmost."""
    return [f"{_INDENT * (len(ends) - number)}{end}" for number, end in enumerate(ends)]


class _Answer:
    """An answer while it grows."""

    def __init__(self, request: GenerationRequest, on_text: Callable[[str], None]) -> None:
        self._stream = TextStream(request.stop)
        self._guard = RepetitionGuard(request.max_equal_lines)
        self._ends_with_equal_lines = request.max_equal_lines > 0
        self._on_text = on_text
        self._first: float | None = None
        self.n_tokens = 0

    def add_all(self, drawn: list[Drawn]) -> FinishReason | None:
        """Add tokens; why the answer ends with one of them, if it does."""
        return next(filter(None, map(self._add, drawn)), None)

    def _add(self, drawn: Drawn) -> FinishReason | None:
        self._first = self._first or time.perf_counter()
        self.n_tokens += 1
        shown = self._stream.push(drawn.piece)
        if shown:
            self._on_text(shown)
        if self._stream.is_stopped:
            return "stop"
        return "repetition" if self._guard.is_going_round(drawn.token) or self._guard.has_too_many_equal_lines(shown) else None

    def result(self, reason: FinishReason, n_prompt: int, n_cached: int, started: float, n_refused: int) -> GenerationResult:
        """End it."""
        rest = self._stream.finish()
        if rest:
            self._on_text(rest)
        text = self._stream.text
        if reason == "repetition":
            text = without_last_rounds(text)
            text = without_last_repeated_lines(text.rstrip("\n")) if self._ends_with_equal_lines else text
        return GenerationResult(
            text=text,
            finish_reason=reason,
            n_prompt_tokens=n_prompt,
            n_cached_tokens=n_cached,
            n_tokens=self.n_tokens,
            n_refused_tokens=n_refused,
            first_token_ms=round(1e3 * ((self._first or started) - started), 1),
            total_ms=round(1e3 * (time.perf_counter() - started), 1),
        )


def _n_common(first: list[int], second: list[int]) -> int:
    """How many tokens two sequences begin with alike."""
    return next((n for n, (a, b) in enumerate(zip(first, second, strict=False)) if a != b), min(len(first), len(second)))
