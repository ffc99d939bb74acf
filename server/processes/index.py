"""The index process, started by `index_worker`: speaks `messages` on standard input and output.

Jobs run on the main thread, one after the other; questions are answered on threads of their own meanwhile; another thread reads, so that
a cancellation is heard at once. It runs at low priority, ends when its input does, and can be killed at any moment: the store keeps what
was committed.
"""

from __future__ import annotations

import os
import signal
import sys
import threading
import time
import traceback
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from functools import partial
from queue import SimpleQueue
from typing import BinaryIO

import msgspec

from server.processes.messages import Cancel, Done, Failed, FromProcess, Job, Progressed, Start, ToProcess
from server.processes.priority import take_low_priority
from server.protocol import ErrorKind

_MIN_S_BETWEEN_REPORTS = 0.1
_GRACE_AT_END_S = 1.0
# From here on, an export renames its files into place: stopping there would leave old and new ones side by side.
_UNINTERRUPTED_STAGE = "Writing files"
_DEFECT = "Something went wrong inside Mothertongue ({name}). What was done is kept. The log has the details; please report them."


class Cancelled(BaseException):
    """The client does not want the result any more. Like KeyboardInterrupt, no error: no handler of errors may take it."""


class _Pipe:
    """The way to the server; each message is one line."""

    def __init__(self, stream: BinaryIO) -> None:
        self._stream = stream
        self._lock = threading.Lock()
        self._encoder = msgspec.json.Encoder()

    def send(self, message: FromProcess) -> None:
        with self._lock:
            self._stream.write(self._encoder.encode(message) + b"\n")
            self._stream.flush()


class _Process:
    """What the three threads share."""

    def __init__(self, pipe: _Pipe) -> None:
        self.pipe = pipe
        self.jobs: SimpleQueue[Start | None] = SimpleQueue()
        # Two, so that the slow question about the surroundings keeps no other one waiting.
        self.questions = ThreadPoolExecutor(2)
        self.cancelled: set[int] = set()
        self.ending = threading.Event()

    def read(self, stream: BinaryIO) -> None:
        """Sort what comes in; at its end, stop the job and leave."""
        decoder = msgspec.json.Decoder(ToProcess)
        for line in stream:
            message: ToProcess = decoder.decode(line)
            if isinstance(message, Cancel):
                self.cancelled.add(message.id)
            elif isinstance(message.task, Job):
                self.jobs.put(message)
            else:
                self.questions.submit(self.answer, message)
        self.ending.set()
        self.jobs.put(None)
        time.sleep(_GRACE_AT_END_S)
        os._exit(0)

    def work(self) -> None:
        """Do jobs as they come."""
        from server.processes import jobs

        while (start := self.jobs.get()) is not None:
            self.pipe.send(self._done(start, partial(jobs.run, start.task, self._reporter(start.id))))
            self.cancelled.discard(start.id)

    def answer(self, start: Start) -> None:
        """Answer a question."""
        from server.processes import questions

        self.pipe.send(self._done(start, partial(questions.answer, start.task)))

    def _done(self, start: Start, do: Callable[[], msgspec.Struct]) -> FromProcess:
        """Exactly one answer to each task, whatever happens."""
        try:
            self._stop_if_cancelled(start.id)
            return Done(start.id, msgspec.Raw(msgspec.json.encode(do())))
        except Cancelled:
            return Failed(start.id, None, "cancelled")
        except Exception as error:  # noqa: BLE001 - this is the edge where errors become messages
            return _failed(start.id, error)

    def _reporter(self, task_id: int) -> Callable[[str, int, int], None]:
        last = ("", 0.0)

        def report(stage: str, done: int, total: int) -> None:
            nonlocal last
            if stage != _UNINTERRUPTED_STAGE or done == 0:
                self._stop_if_cancelled(task_id)
            now = time.monotonic()
            if stage != last[0] or done == total or now - last[1] >= _MIN_S_BETWEEN_REPORTS:
                last = (stage, now)
                self.pipe.send(Progressed(task_id, stage, done, total))

        return report

    def _stop_if_cancelled(self, task_id: int) -> None:
        if task_id in self.cancelled or self.ending.is_set():
            raise Cancelled


def main() -> None:
    """Serve until the input ends."""
    pipe_out, pipe_in = own_streams()
    take_low_priority()
    signal.signal(signal.SIGINT, signal.SIG_IGN)  # Ctrl-C in a terminal is for the server to handle
    process = _Process(_Pipe(pipe_out))
    threading.Thread(target=process.read, args=(pipe_in,), daemon=True).start()
    process.work()


def own_streams() -> tuple[BinaryIO, BinaryIO]:
    """Output and input for messages alone: what libraries or worker processes print goes to standard error, and they read nothing."""
    output, inputs = os.fdopen(os.dup(1), "wb"), os.fdopen(os.dup(0), "rb")
    os.dup2(2, 1)
    nothing = os.open(os.devnull, os.O_RDONLY)
    os.dup2(nothing, 0)
    os.close(nothing)
    return output, inputs


def _failed(task_id: int, error: Exception) -> Failed:
    from server.processes.failures import explained

    known = explained(error)
    if known is not None:
        return Failed(task_id, *known)
    traceback.print_exception(error, file=sys.stderr)
    return Failed(task_id, ErrorKind.CRASHED, _DEFECT.format(name=type(error).__name__))
