"""Drives the process that generates: starts it when it is first needed, hands on its text, stops it (IO: a child process).

One text is made at a time. What the editor asked for by itself gives way to what the person asked for.
"""

from __future__ import annotations

import asyncio
import itertools
import logging
from asyncio.subprocess import Process
from collections.abc import Callable
from dataclasses import dataclass

import msgspec

from server.lsp import model_process
from server.lsp.failure import WorkFailedError
from server.processes.generation_messages import Drafted, FromGenerator, Generate, Made, NotMade, ReadAhead, Stop, ToGenerator
from server.protocol import ErrorKind, GenerateResult

OnText = Callable[[str], None]

_GRACE_AT_END_S = 1.0
_ENDED = (
    "The process that generates ended unexpectedly (exit code {code}), perhaps because memory ran out. Try again: it is started anew. "
    "The log has the details."
)

logger = logging.getLogger(__name__)


@dataclass(frozen=True)
class _Waiting:
    """A task that is not done."""

    future: asyncio.Future[GenerateResult]
    on_text: OnText
    gives_way: bool


class GenerationWorker:
    """The process and what is asked of it."""

    def __init__(self) -> None:
        self.python = ""
        self._ids = itertools.count(1)
        self._waiting: dict[int, _Waiting] = {}
        self._process: Process | None = None
        self._reading: asyncio.Task[None] | None = None
        self._starting = asyncio.Lock()

    async def generate(self, task: Generate, on_text: OnText = lambda _: None, *, gives_way: bool = False) -> GenerateResult:
        """Have a text made; cancelling ends the wait at once, and the work soon after.

        Args:
            task: What to make; its id is given here.
            on_text: Gets the text piece by piece.
            gives_way: Whether it is dropped when another text is asked for.

        Raises:
            WorkFailedError: It could not be made.
        """
        self._drop_what_gives_way()
        process = await self._running()
        task_id = next(self._ids)
        waiting = _Waiting(asyncio.get_running_loop().create_future(), on_text, gives_way)
        self._waiting[task_id] = waiting
        try:
            _send(process, msgspec.structs.replace(task, id=task_id))
            return await waiting.future
        except asyncio.CancelledError:
            _send(process, Stop(task_id))
            raise
        finally:
            self._waiting.pop(task_id, None)

    async def read_ahead(self, task: Generate) -> bool:
        """Have the process started, the model loaded and a prompt read; whether that begins: what is being made goes first.

        Raises:
            WorkFailedError: The process cannot be started.
        """
        process = await self._running()
        if not self._waiting:
            _send(process, ReadAhead(msgspec.structs.replace(task, id=next(self._ids))))
        return not self._waiting

    async def close(self) -> None:
        """End the process by closing its input, or else by force."""
        process = self._process
        if process is None:
            return
        if process.stdin is not None:
            process.stdin.close()
        try:
            await asyncio.wait_for(process.wait(), _GRACE_AT_END_S)
        except asyncio.TimeoutError:
            process.kill()
            await process.wait()
        if self._reading is not None:
            await self._reading

    def _drop_what_gives_way(self) -> None:
        for waiting in self._waiting.values():
            if waiting.gives_way:
                waiting.future.cancel()

    async def _running(self) -> Process:
        async with self._starting:
            if self._process is None or self._process.returncode is not None:
                self._process = await model_process.start("server.processes.generator", self.python, ErrorKind.MODEL, at_low_priority=True)
                self._reading = asyncio.create_task(self._read(self._process))
            return self._process

    async def _read(self, process: Process) -> None:
        decoder = msgspec.json.Decoder(FromGenerator)
        stream = process.stdout
        while stream is not None and (line := await stream.readline()):
            self._receive(decoder.decode(line))
        error = WorkFailedError(ErrorKind.CRASHED, _ENDED.format(code=await process.wait()))
        for waiting in self._waiting.values():
            if not waiting.future.done():
                waiting.future.set_exception(error)

    def _receive(self, message: FromGenerator) -> None:
        waiting = self._waiting.get(message.id)
        if waiting is None or waiting.future.done():
            return
        if isinstance(message, Drafted):
            waiting.on_text(message.text)
        elif isinstance(message, Made):
            waiting.future.set_result(msgspec.json.decode(message.result, type=GenerateResult))
        elif isinstance(message, NotMade):
            waiting.future.set_exception(WorkFailedError(message.kind, message.message))


def _send(process: Process, message: ToGenerator) -> None:
    if process.stdin is not None and not process.stdin.is_closing():
        process.stdin.write(msgspec.json.encode(message) + b"\n")
