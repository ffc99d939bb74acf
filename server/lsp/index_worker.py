"""Drives the index process: starts it when it is needed, gives it one job at a time, hands on progress and answers (IO: a child process).

A process and not a thread, because indexing is Python code that would keep the interpreter from answering the editor. It is started again
after it crashed; ending it at any moment loses nothing that was committed.
"""

from __future__ import annotations

import asyncio
import itertools
import json
import logging
import subprocess
import sys
from asyncio.subprocess import PIPE, Process
from collections.abc import Callable
from typing import Any, TypeVar

import msgspec

from server.lsp.failure import WorkFailedError
from server.processes.messages import Cancel, Done, Failed, FromProcess, Job, Progressed, Question, Start, Task, ToProcess
from server.protocol import Activity, ErrorKind

OnProgress = Callable[[Activity], None]
_Result = TypeVar("_Result")

_GRACE_AFTER_CANCEL_S = 3.0
_GRACE_AT_END_S = 1.2
_LONGEST_LINE_BYTES = 1 << 26
# The libraries of this process and no others: neither the environment nor the current folder chooses what is imported.
_PROGRAM = "import json, sys; sys.path[:] = json.loads(sys.argv[1]); from server.processes.index import main; main()"

logger = logging.getLogger(__name__)


class ProcessEndedError(WorkFailedError):
    """The index process ended before its work was done."""


class IndexWorker:
    """The index process and what is asked of it."""

    def __init__(self) -> None:
        self._turn = asyncio.Lock()
        self._starting = asyncio.Lock()
        self._child: _Child | None = None
        self._turns: set[asyncio.Task[Any]] = set()
        self._is_closed = False

    async def run(self, job: Job, result: type[_Result], on_progress: OnProgress = lambda _: None) -> _Result:
        """Do a job when those before it are done; cancelling ends the wait at once and the job soon after.

        Raises:
            WorkFailedError: It could not be done.
        """
        turn = _Turn(job, on_progress)
        task = asyncio.create_task(self._take_turn(turn))
        self._turns.add(task)
        task.add_done_callback(self._turn_ended)
        try:
            return msgspec.json.decode(await asyncio.shield(task), type=result)
        except asyncio.CancelledError:
            turn.cancel()
            raise

    async def ask(self, question: Question, result: type[_Result]) -> _Result:
        """Ask a question, which does not wait for jobs.

        Raises:
            WorkFailedError: It could not be answered.
        """
        try:
            answer = await (await self._running()).do(question)
        except ProcessEndedError:  # over something else, or this: ask the next one
            answer = await (await self._running()).do(question)
        return msgspec.json.decode(answer, type=result)

    async def close(self) -> None:
        """End the process and whatever it does."""
        self._is_closed = True
        for task in self._turns:
            task.cancel()
        if self._child is not None:
            await self._child.close()

    async def _take_turn(self, turn: _Turn) -> bytes:
        async with self._turn:
            if turn.is_cancelled:
                raise asyncio.CancelledError
            turn.child = await self._running()
            return await turn.child.do(turn.job, turn)

    def _turn_ended(self, task: asyncio.Task[Any]) -> None:
        self._turns.discard(task)
        if not task.cancelled():
            task.exception()  # whoever waits is told; where nobody does any more, it is of no interest

    async def _running(self) -> _Child:
        async with self._starting:
            if self._is_closed:
                raise WorkFailedError(ErrorKind.CRASHED, "The server is shutting down.")
            if self._child is None or not self._child.is_alive:
                self._child = await _Child.start()
            return self._child


class _Turn:
    """A job from when it was asked for until it is done."""

    def __init__(self, job: Job, on_progress: OnProgress) -> None:
        self.job = job
        self.child: _Child | None = None
        self.task_id = 0
        self.is_cancelled = False
        self._on_progress = on_progress

    def report(self, activity: Activity) -> None:
        if not self.is_cancelled:
            self._on_progress(activity)

    def cancel(self) -> None:
        self.is_cancelled = True
        if self.child is not None and self.task_id:
            self.child.cancel(self.task_id)


class _Child:
    """One running index process."""

    def __init__(self, process: Process) -> None:
        self._process = process
        self._ids = itertools.count(1)
        self._waiting: dict[int, asyncio.Future[bytes]] = {}
        self._turns: dict[int, _Turn] = {}
        self._decoder = msgspec.json.Decoder(FromProcess)
        self._encoder = msgspec.json.Encoder()
        self._reading = asyncio.create_task(self._read())
        self.is_alive = True

    @classmethod
    async def start(cls) -> _Child:
        """Start a process at low priority; its standard error is the server's, which editors show as a log."""
        flags = getattr(subprocess, "BELOW_NORMAL_PRIORITY_CLASS", 0) | getattr(subprocess, "CREATE_NO_WINDOW", 0)
        process = await asyncio.create_subprocess_exec(*_command(), stdin=PIPE, stdout=PIPE, limit=_LONGEST_LINE_BYTES, creationflags=flags)
        return cls(process)

    async def do(self, task: Task, turn: _Turn | None = None) -> bytes:
        """Hand over a task and wait for its result as JSON."""
        task_id = next(self._ids)
        future: asyncio.Future[bytes] = asyncio.get_running_loop().create_future()
        self._waiting[task_id] = future
        if turn is not None:
            turn.task_id = task_id
            self._turns[task_id] = turn
        try:
            self._send(Start(task_id, task))
            if turn is not None and turn.is_cancelled:
                self.cancel(task_id)
            return await future
        finally:
            self._waiting.pop(task_id, None)
            self._turns.pop(task_id, None)

    def cancel(self, task_id: int) -> None:
        """Ask the process to stop a job, and end it where it does not."""
        self._send(Cancel(task_id))
        asyncio.get_running_loop().call_later(_GRACE_AFTER_CANCEL_S, self._kill_if_still_at, task_id)

    async def close(self) -> None:
        """End the process by closing its input, or else by force."""
        if self._process.stdin is not None:
            self._process.stdin.close()
        try:
            await asyncio.wait_for(self._process.wait(), _GRACE_AT_END_S)
        except asyncio.TimeoutError:
            self._kill()
            await self._process.wait()
        await self._reading

    def _kill_if_still_at(self, task_id: int) -> None:
        if task_id in self._waiting:
            logger.warning("The index process did not stop in %s s; it is started again", _GRACE_AFTER_CANCEL_S)
            self._kill()

    def _kill(self) -> None:
        if self._process.returncode is None:
            self._process.kill()

    def _send(self, message: ToProcess) -> None:
        if self._process.stdin is not None and not self._process.stdin.is_closing():
            self._process.stdin.write(self._encoder.encode(message) + b"\n")

    async def _read(self) -> None:
        stream = self._process.stdout
        while stream is not None and (line := await stream.readline()):
            self._receive(self._decoder.decode(line))
        self.is_alive = False
        self._fail_all(await self._process.wait())

    def _receive(self, message: FromProcess) -> None:
        if isinstance(message, Progressed):
            turn = self._turns.get(message.id)
            if turn is not None:
                turn.report(Activity(stage=message.stage, done=message.done, total=message.total))
            return
        future = self._waiting.get(message.id)
        if future is None or future.done():
            return
        if isinstance(message, Done):
            future.set_result(bytes(message.result))
        elif isinstance(message, Failed):
            future.set_exception(WorkFailedError(message.kind or ErrorKind.CRASHED, message.message))

    def _fail_all(self, exit_code: int) -> None:
        message = (
            f"The index process ended unexpectedly (exit code {exit_code}), perhaps because memory ran out. What was done is kept: run it "
            "again. The log has the details."
        )
        for future in self._waiting.values():
            if not future.done():
                future.set_exception(ProcessEndedError(ErrorKind.CRASHED, message))


def _command() -> tuple[str, ...]:
    return (sys.executable, "-I", "-X", "utf8", "-c", _PROGRAM, json.dumps(sys.path))
