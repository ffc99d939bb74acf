"""Asks the trainer: a process for each thing that is done about trainings, run by the interpreter that has torch (IO: child processes)."""

from __future__ import annotations

import asyncio
from asyncio.subprocess import Process
from collections.abc import Callable
from typing import TypeVar

import msgspec

from server.lsp import model_process
from server.lsp.failure import WorkFailedError
from server.processes.messages import Done, Failed, FromProcess, Progressed
from server.protocol import Activity, ErrorKind
from server.training.trainer_messages import TrainerTask

_Result = TypeVar("_Result")

_MODULE = "server.training.trainer"
_GRACE_AT_END_S = 2.0
_ENDED = "The process that does this ended unexpectedly (exit code {code}), perhaps because memory ran out. The log has the details."


class Trainer:
    """What is asked at the moment. What it has started to train is not among it."""

    def __init__(self) -> None:
        self.python = ""
        self._processes: set[Process] = set()

    async def ask(self, task: TrainerTask, result: type[_Result], on_progress: Callable[[Activity], None] = lambda _: None) -> _Result:
        """Have something done; cancelling ends it.

        Raises:
            WorkFailedError: It could not be done.
        """
        process = await model_process.start(_MODULE, self.python, ErrorKind.NOT_INSTALLED, at_low_priority=True)
        self._processes.add(process)
        try:
            return msgspec.json.decode(await _answer(process, task, on_progress), type=result)
        finally:
            await _end(process)
            self._processes.discard(process)

    async def close(self) -> None:
        """End what is being done."""
        await asyncio.gather(*map(_end, list(self._processes)))


async def _answer(process: Process, task: TrainerTask, on_progress: Callable[[Activity], None]) -> bytes:
    if process.stdin is not None:
        process.stdin.write(msgspec.json.encode(task) + b"\n")
    decoder, stream = msgspec.json.Decoder(FromProcess), process.stdout
    while stream is not None and (line := await stream.readline()):
        message = decoder.decode(line)
        if isinstance(message, Progressed):
            on_progress(Activity(stage=message.stage, done=message.done, total=message.total))
        elif isinstance(message, Done):
            return bytes(message.result)
        elif isinstance(message, Failed):
            raise WorkFailedError(message.kind or ErrorKind.CRASHED, message.message)
    raise WorkFailedError(ErrorKind.CRASHED, _ENDED.format(code=await process.wait()))


async def _end(process: Process) -> None:
    """By closing its input, or else by force."""
    if process.stdin is not None:
        process.stdin.close()
    try:
        await asyncio.wait_for(process.wait(), _GRACE_AT_END_S)
    except asyncio.TimeoutError:
        process.kill()
        await process.wait()
