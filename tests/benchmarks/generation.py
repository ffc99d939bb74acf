"""`make bench-generate`: generation against bare llama-cpp-python, side by side in short rounds, so that a busy machine is fair to both.

Reports medians of rounds: tokens a second of bare llama-cpp-python, of free and of grammar-constrained generation through the process; how
fast both read a prompt; the time to the first token on a warm prompt; the time to cancel; and how long an adapter GGUF takes.
"""

from __future__ import annotations

import argparse
import statistics
import tempfile
import threading
import time
from pathlib import Path

import llama_cpp
import msgspec

from dataset_core.library.library import load_library
from dataset_core.tokens import embedded_model
from server.chat_template import of_gguf
from server.generation.generate import Ask, Model, request_of
from server.gguf.adapter import write_adapter
from server.gguf.header import read_gguf_header
from server.inference.protocol import GenerationRequest, Turn
from server.processes.inference import InferenceProcess
from tests.server.adapters import write_random_adapter

TARGETS = {"free": 0.95, "grammar": 0.9}


def main() -> None:
    arguments = _arguments()
    base = arguments.model or embedded_model()
    diagram = next(artifact for artifact in load_library() if artifact.name.endswith("booking-hotel-reservations.mmd")).text.strip()
    kind = request_of(Ask("x", "erd"), "erd", Model(base))
    # To copy a diagram is what also an untrained model can do within the grammar.
    prompt = f"Repeat this diagram and nothing else.\n\n```mermaid\n{diagram}\n```"
    free = GenerationRequest(
        model=str(base), adapter=str(arguments.adapter or ""), turns=(Turn("user", prompt),), answer_prefix=kind.answer_prefix,
        max_tokens=arguments.tokens, temperature=0.0, threads=arguments.threads,
    )  # fmt: skip
    constrained = msgspec.structs.replace(free, grammar=kind.grammar)
    bare = _Bare(base, arguments.adapter, free, arguments.threads)
    rows: dict[str, list[float]] = {"bare": [], "free": [], "grammar": [], "read_bare": [], "read": []}
    warm: list[float] = []
    refused = 0
    with InferenceProcess() as process:
        for _ in range(arguments.rounds):
            rows["bare"].append(bare.tokens_per_second())
            for name, request in (("free", free), ("grammar", constrained)):
                result = process.generate(request)
                rows[name].append((result.n_tokens - 1) / (result.total_ms - result.first_token_ms) * 1e3)
                if result.n_cached_tokens:
                    warm.append(result.first_token_ms)
            refused = result.n_refused_tokens
            rows["read_bare"].append(bare.prompt_tokens_per_second())
            rows["read"].append(_prompt_tokens_per_second(process, free))
        cancelled = [_cancel_ms(process, free) for _ in range(arguments.rounds)]
    bare.close()
    speed = {name: statistics.median(values) for name, values in rows.items()}
    ratios = {name: statistics.median([a / b for a, b in zip(rows[name], rows["bare"], strict=True)]) for name in TARGETS}
    print(f"{arguments.rounds} rounds of {arguments.tokens} tokens on {arguments.threads} threads")
    print(f"bare llama-cpp-python   {speed['bare']:7.1f} tokens/s")
    for name, target in TARGETS.items():
        print(f"{name:<23} {speed[name]:7.1f} tokens/s, {ratios[name]:.2f} × bare (target {target:.2f})")
    print(f"                        the grammar refused {refused} of {arguments.tokens} draws")
    read = statistics.median([a / b for a, b in zip(rows["read"], rows["read_bare"], strict=True)])
    print(f"reads a prompt          {speed['read']:7.1f} tokens/s, {read:.2f} × bare ({speed['read_bare']:.1f})")
    print(f"first token, warm       {statistics.median(warm):7.1f} ms (target 150)")
    print(f"cancel                  {statistics.median(cancelled):7.1f} ms (target 200)")
    print(f"adapter GGUF            {_adapter_seconds(base):7.2f} s (target 10)" if base == embedded_model() else "")


class _Bare:
    """llama-cpp-python as its manual says to use it, on the same prompt and with the same sampling."""

    def __init__(self, base: Path, adapter: Path | None, request: GenerationRequest, threads: int) -> None:
        self._llama = llama_cpp.Llama(
            str(base), lora_path=str(adapter) if adapter else None, n_ctx=4096, n_threads=threads, n_threads_batch=threads, verbose=False
        )
        text = of_gguf(read_gguf_header(base).values).prompt_text(request.turns[0].content) + request.answer_prefix
        self._ids = self._llama.tokenize(text.encode(), add_bos=False, special=True)
        self._n_tokens = request.max_tokens

    def tokens_per_second(self) -> float:
        first = 0.0
        for n_tokens, token in enumerate(self._llama.generate(self._ids, temp=0.0)):
            now = time.perf_counter()
            first = first or now
            self._llama.detokenize([token])
            if n_tokens == self._n_tokens - 1:
                return n_tokens / (now - first)
        raise AssertionError

    def prompt_tokens_per_second(self) -> float:
        self._llama.reset()
        started = time.perf_counter()
        self._llama.eval(self._ids)
        return len(self._ids) / (time.perf_counter() - started)

    def close(self) -> None:
        self._llama.close()


def _prompt_tokens_per_second(process: InferenceProcess, request: GenerationRequest) -> float:
    """Of a prompt that is new from its first word on."""
    fresh = (Turn("user", f"{time.time()} {request.turns[0].content}"),)
    result = process.generate(msgspec.structs.replace(request, turns=fresh, max_tokens=1))
    return (result.n_prompt_tokens - result.n_cached_tokens) / result.first_token_ms * 1e3


def _cancel_ms(process: InferenceProcess, request: GenerationRequest) -> float:
    """From the cancellation to the end, while a long prompt is read."""
    called: list[float] = []

    def cancel() -> None:
        called.append(time.perf_counter())
        process.cancel()

    timer = threading.Timer(0.3, cancel)
    timer.start()
    process.generate(msgspec.structs.replace(request, turns=(Turn("user", f"{time.time()} " * 100),)))
    timer.join()
    return 1e3 * (time.perf_counter() - called[0])


def _adapter_seconds(base: Path) -> float:
    with tempfile.TemporaryDirectory() as folder:
        adapter = write_random_adapter(Path(folder) / "peft", rank=16)
        started = time.perf_counter()
        write_adapter(adapter, base, Path(folder) / "adapter.gguf")
        return time.perf_counter() - started


def _arguments() -> argparse.Namespace:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--model", type=Path, help="default: the embedded one")
    parser.add_argument("--adapter", type=Path)
    parser.add_argument("--rounds", type=int, default=7)
    parser.add_argument("--tokens", type=int, default=64)
    parser.add_argument("--threads", type=int, default=1)
    return parser.parse_args()


if __name__ == "__main__":
    main()
