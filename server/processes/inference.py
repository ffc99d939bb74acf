"""The client of the generating process: starts it when it is first needed, asks it, and kills it where it does not stop (IO)."""

from __future__ import annotations

import os
import subprocess
import sys
import tempfile
import threading
import time
from collections.abc import Callable, Sequence
from queue import Empty, SimpleQueue
from typing import IO, TYPE_CHECKING, Any, TypeVar

import msgspec

from dataset_core.errors import UserError
from server.inference.protocol import Call, CancelParams, GenerationRequest, GenerationResult, Reply

if TYPE_CHECKING:
    from typing_extensions import Self

# A cancelled request that has not ended after this long is ended with its process, which is started anew when it is next needed.
CANCEL_PATIENCE_S = 0.15
_POLL_S = 0.05
# Threads of llama.cpp wait for each other some hundred times a token. By default GNU's OpenMP has them spin for a millisecond each time,
# which takes the core from the very thread that is waited for where other programs run too: then one token can take seconds.
_SPINS = "10000"
_MAX_LOG_BYTES = 2_000
_ENCODER = msgspec.json.Encoder()
_Result = TypeVar("_Result")


class InferenceError(UserError):
    """Nothing can be generated; the message says why and what to do."""


class InferenceProcess:
    """A generating process and its one conversation. One request at a time; `cancel` may be called from any thread."""

    def __init__(self, *, python: str = sys.executable, module: str = "server.inference", command: Sequence[str] = ()) -> None:
        """Say how to start it; nothing is started yet.

        Args:
            python: The interpreter that has llama-cpp-python.
            module: What it runs.
            command: The whole command line instead.
        """
        self._command = list(command) or [python, "-m", module]
        self._process: subprocess.Popen[bytes] | None = None
        self._log: IO[bytes] | None = None
        self._replies: SimpleQueue[Reply | None] = SimpleQueue()
        self._cancelling: float | None = None
        self._number = 0
        self._busy = threading.Lock()

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()

    def start(self) -> None:
        """Start it already, so that it imports its libraries while the first request is prepared; each request would."""
        with self._busy:
            self._start()

    def generate(self, request: GenerationRequest, on_text: Callable[[str], None] = lambda _: None) -> GenerationResult:
        """Generate an answer.

        Args:
            request: What to generate.
            on_text: Gets the text piece by piece.

        Raises:
            InferenceError: The model cannot be used, or the process ended.
        """
        return self._ask("generate", request, GenerationResult, on_text)

    def warm(self, request: GenerationRequest) -> GenerationResult:
        """Load the model and read the prompt, so that `generate` answers at once.

        Raises:
            InferenceError: As `generate`.
        """
        return self._ask("warm", request, GenerationResult)

    def prompt_ids(self, request: GenerationRequest) -> list[int]:
        """Exactly the tokens that the model would read.

        Raises:
            InferenceError: As `generate`.
        """
        return self._ask("prompt_ids", request, list[int])

    def cancel(self) -> None:
        """End the request that is being answered, if there is one: it returns what it has within 200 ms."""
        self._cancelling = self._cancelling or time.monotonic()

    def close(self) -> None:
        """End the process, whatever it is doing."""
        process, self._process = self._process, None
        if process is not None:
            process.kill()
            process.wait()
            for pipe in (process.stdin, process.stdout):
                if pipe is not None:
                    _close_quietly(pipe)
        if self._log is not None:
            self._log.close()
            self._log = None

    def _ask(
        self, method: str, request: GenerationRequest, kind: type[_Result], on_text: Callable[[str], None] = lambda _: None
    ) -> _Result:
        with self._busy:
            self._cancelling = None
            self._number += 1
            self._start()
            self._send(Call(method=method, params=msgspec.Raw(_ENCODER.encode(request)), id=self._number))
            try:
                return self._wait(kind, on_text)
            except BaseException as error:
                # Whatever happens here, the next request must not get what is left of this one.
                if not isinstance(error, InferenceError):
                    self.close()
                raise

    def _wait(self, kind: type[_Result], on_text: Callable[[str], None]) -> _Result:
        shown: list[str] = []
        told = False
        while True:
            if self._cancelling is not None and not told:
                self._send(Call(method="cancel", params=msgspec.Raw(_ENCODER.encode(CancelParams(self._number)))))
                told = True
            if self._cancelling is not None and time.monotonic() - self._cancelling > CANCEL_PATIENCE_S:
                self.close()
                return self._cut_short(kind, "".join(shown))
            try:
                reply = self._replies.get(timeout=_POLL_S)
            except Empty:
                continue
            if reply is None:
                raise self._ended()
            if reply.params is not None and reply.params.id == self._number:
                shown.append(reply.params.text)
                on_text(reply.params.text)
            elif reply.id == self._number:
                return self._result(reply, kind)

    @staticmethod
    def _result(reply: Reply, kind: type[_Result]) -> _Result:
        if reply.error is not None:
            raise InferenceError(reply.error.message)
        return msgspec.convert(reply.result, kind)

    @staticmethod
    def _cut_short(kind: type[_Result], text: str) -> _Result:
        if kind is not GenerationResult:
            raise InferenceError("cancelled")
        result: Any = GenerationResult(text=text, finish_reason="cancelled", n_prompt_tokens=0, n_cached_tokens=0, n_tokens=0)
        return result  # type: ignore[no-any-return]

    def _start(self) -> None:
        if self._process is not None and self._process.poll() is None:
            return
        self.close()
        self._log = tempfile.TemporaryFile()  # noqa: SIM115 - the child's standard error; closed with it
        self._process = subprocess.Popen(
            self._command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, stderr=self._log, env=_environment(), **_own_group()
        )  # fmt: skip
        self._replies = SimpleQueue()
        threading.Thread(target=_read, args=(self._process.stdout, self._replies), daemon=True).start()

    def _send(self, call: Call) -> None:
        pipe = self._process.stdin if self._process is not None else None
        if pipe is None:
            raise InferenceError("the generating process is not running")
        try:
            pipe.write(_ENCODER.encode(call) + b"\n")
            pipe.flush()
        except OSError as error:
            raise self._ended() from error

    def _ended(self) -> InferenceError:
        """The process ended by itself: what it said last says why."""
        words = self._last_words()
        code = self._process.wait() if self._process is not None else 0
        self.close()
        if "No module named 'llama_cpp'" in words:
            return InferenceError("generation needs llama-cpp-python: pip install 'mothertongue[inference]'")
        return InferenceError(
            f"the generating process ended (code {code}); is there enough memory for the model? It said: {words or 'nothing'}"
        )

    def _last_words(self) -> str:
        if self._log is None:
            return ""
        self._log.seek(0, os.SEEK_END)
        self._log.seek(max(0, self._log.tell() - _MAX_LOG_BYTES))
        lines = [line.strip() for line in self._log.read().decode("utf-8", "replace").splitlines() if line.strip()]
        return lines[-1] if lines else ""


def _environment() -> dict[str, str]:
    """This process's, unless it says itself how threads wait."""
    return {"GOMP_SPINCOUNT": _SPINS} | dict(os.environ)


def _own_group() -> dict[str, Any]:
    """Ctrl-C in a terminal is for the client alone, which then cancels."""
    if sys.platform == "win32":
        return {"creationflags": subprocess.CREATE_NEW_PROCESS_GROUP}
    return {"start_new_session": True}


def _read(pipe: IO[bytes], replies: SimpleQueue[Reply | None]) -> None:
    decoder = msgspec.json.Decoder(Reply)
    try:
        for line in pipe:
            replies.put(decoder.decode(line))
    except (OSError, ValueError, msgspec.MsgspecError):
        replies.put(None)
        return
    replies.put(None)


def _close_quietly(pipe: IO[bytes]) -> None:
    try:
        pipe.close()
    except OSError:
        return  # bytes that were meant for a process that is gone
