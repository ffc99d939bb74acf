"""`python -m server.inference`: one thread reads requests, another answers them, so that a cancellation is seen at once (IO)."""

from __future__ import annotations

import os
import sys
import threading
from pathlib import Path
from queue import SimpleQueue
from typing import IO, Any

import msgspec

from server.chat_template import ChatTemplateError
from server.gguf.header import GgufError
from server.inference.engine import Engine, ModelError
from server.inference.protocol import (
    INTERNAL_ERROR,
    INVALID_REQUEST,
    MODEL_ERROR,
    Call,
    CancelParams,
    GenerationRequest,
    Reply,
    RpcError,
    TextParams,
)
from server.inference.sampling import GrammarError
from server.processes.priority import hold_in_own_session

_CALL = msgspec.json.Decoder(Call)
_ENCODER = msgspec.json.Encoder()


def main() -> None:
    """Answer requests until the input ends."""
    hold_in_own_session()
    worker = _Worker(_own_output())
    thread = threading.Thread(target=worker.read, args=(sys.stdin.buffer,), daemon=True)
    thread.start()
    worker.answer()


def _own_output() -> IO[bytes]:
    """Standard output for the protocol alone: what a library prints goes to standard error instead."""
    output = os.fdopen(os.dup(1), "wb")
    os.dup2(2, 1)
    return output


class _Worker:
    def __init__(self, output: IO[bytes]) -> None:
        self._output = output
        self._calls: SimpleQueue[Call | None] = SimpleQueue()
        self._cancelled: set[int] = set()
        self._engine: Engine | None = None
        self._loaded: tuple[str, int, int, int] | None = None

    def read(self, source: IO[bytes]) -> None:
        """Take in calls until the input ends; runs in its own thread."""
        for line in source:
            call = _CALL.decode(line)
            if call.method == "cancel":
                self._cancelled.add(msgspec.json.decode(call.params, type=CancelParams).id)
            else:
                self._calls.put(call)
        self._calls.put(None)
        # Whoever started this process is gone, or wants it to end: an answer that nobody waits for is not finished.
        self._output.close()
        os._exit(0)

    def answer(self) -> None:
        """Answer calls one after the other."""
        while (call := self._calls.get()) is not None:
            self._send(self._reply(call))
            self._cancelled.discard(call.id or 0)

    def _reply(self, call: Call) -> Reply:
        try:
            return Reply(id=call.id, result=self._result(call))
        except (ModelError, GgufError, ChatTemplateError, GrammarError) as error:
            return Reply(id=call.id, error=RpcError(MODEL_ERROR, str(error)))
        except msgspec.ValidationError as error:
            return Reply(id=call.id, error=RpcError(INVALID_REQUEST, f"{call.method}: {error}"))
        except Exception as error:  # noqa: BLE001 - one failed request must not end the others; the client is told all there is to tell
            return Reply(id=call.id, error=RpcError(INTERNAL_ERROR, f"{type(error).__name__}: {error}"))

    def _result(self, call: Call) -> Any:
        request = msgspec.json.decode(call.params, type=GenerationRequest)
        number = call.id or 0
        engine = self._engine_for(request)
        if call.method == "prompt_ids":
            return engine.prompt_ids(request)
        engine.use_adapter(Path(request.adapter) if request.adapter else None)
        if call.method == "warm":
            return engine.warm(request, lambda: number in self._cancelled)
        if call.method == "generate":
            return engine.generate(
                request,
                lambda text: self._send(Reply(method="text", params=TextParams(number, text))),
                lambda: number in self._cancelled,
            )
        raise msgspec.ValidationError("there is no such method")

    def _engine_for(self, request: GenerationRequest) -> Engine:
        model = Path(request.model)
        wanted = (request.model, model.stat().st_mtime_ns if model.is_file() else 0, request.context_tokens, request.threads)
        if self._engine is not None and wanted == self._loaded:
            return self._engine
        if self._engine is not None:
            self._engine.close()
            self._engine, self._loaded = None, None
        self._engine = Engine(model, context_tokens=request.context_tokens, n_threads=request.threads, reads_sooner=True)
        self._loaded = wanted
        return self._engine

    def _send(self, reply: Reply) -> None:
        try:
            self._output.write(_ENCODER.encode(reply) + b"\n")
            self._output.flush()
        except (OSError, ValueError):
            # The client is gone; the reading thread sees the end of the input and ends the process.
            return


if __name__ == "__main__":
    main()
