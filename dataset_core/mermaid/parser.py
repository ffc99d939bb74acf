"""The real Mermaid parser, run by Node.js as a child process that speaks JSON lines (IO).

Starting it takes about half a second, a diagram about ten milliseconds: one parser is kept open for many diagrams.
"""

from __future__ import annotations

import json
import os
import shutil
import subprocess
import tempfile
import threading
from collections.abc import Callable, Sequence
from contextlib import suppress
from dataclasses import dataclass
from functools import partial
from pathlib import Path
from queue import Empty, Queue
from typing import IO, TYPE_CHECKING

from dataset_core.errors import UserError

if TYPE_CHECKING:
    from typing_extensions import Self

_SCRIPT = Path(__file__).with_name("parse.mjs")
_NODE = os.environ.get("MOTHERTONGUE_NODE", "node")  # an editor names its own, so that none has to be installed
_REMEDY = "install Node.js 20 or later so that `node` is found, and the npm package `mermaid` beside this product: `npm install`"
_START_TIMEOUT_S = 60.0
_LINES_AHEAD = 64


class MermaidUnavailableError(UserError):
    """The real parser cannot be run here; the message says why and what to install."""


class MermaidParser:
    """A running parser. A diagram that it does not answer in time is an error of that diagram; the parser is then started anew."""

    def __init__(self, *, node: str = _NODE, script: Path = _SCRIPT, timeout_s: float = 20.0) -> None:
        """Say how to run the parser; nothing is started yet.

        Args:
            node: The program, by name or path.
            script: That answers `{"id", "text"}` by `{"id", "kind"}` or `{"id", "error"}`, a line each.
            timeout_s: For one diagram.
        """
        self._node, self._script, self._timeout_s = node, script, timeout_s
        self._child: _Child | None = None

    def __enter__(self) -> Self:
        """Start it and wait until it has parsed a first diagram.

        Raises:
            MermaidUnavailableError: There is no Node.js, or not the packages.
        """
        self._child = self._start()
        return self

    def __exit__(self, *_: object) -> None:
        """End the child process."""
        if self._child is not None:
            self._child.stop()
            self._child = None

    def check(self, texts: Sequence[str], on_progress: Callable[[int], None] = lambda _: None) -> list[str | None]:
        """Parse diagrams, with their front matter and comments.

        Args:
            texts: Of the diagrams, without fences.
            on_progress: Told after each one how many are done.

        Returns:
            For each text what the parser says is wrong with it, with line and column where it knows; None for a valid one.

        Raises:
            MermaidUnavailableError: The parser ended and cannot be started again.
        """
        errors: list[str | None] = []
        while len(errors) < len(texts):
            child = self._child or self._start()
            self._child = child
            errors += child.ask(texts[len(errors) :], self._timeout_s, partial(_add_to, on_progress, len(errors)))
            if len(errors) < len(texts):
                errors.append(f"the parser gave no answer within {self._timeout_s:g} seconds")
                child.stop()
                self._child = None
        return errors

    def _start(self) -> _Child:
        node = shutil.which(self._node)
        if node is None:
            raise MermaidUnavailableError(f"the Mermaid parser needs Node.js, and there is no program {self._node!r}: {_REMEDY}")
        log = tempfile.TemporaryFile()  # noqa: SIM115 - the child's standard error; closed with the child
        process = subprocess.Popen([node, str(self._script)], stdin=subprocess.PIPE, stdout=subprocess.PIPE, stderr=log)
        child = _Child(process, log)
        if child.ask(["flowchart LR\n    a --> b"], _START_TIMEOUT_S) != [None]:
            raise MermaidUnavailableError(f"the Mermaid parser does not run ({child.last_words()}): {_REMEDY}")
        return child


def _add_to(on_progress: Callable[[int], None], n_before: int, n_done: int) -> None:
    on_progress(n_before + n_done)


@dataclass(frozen=True)
class _Child:
    """A child process and the file that its standard error goes to."""

    process: subprocess.Popen[bytes]
    log: IO[bytes]

    def ask(self, texts: Sequence[str], timeout_s: float, on_progress: Callable[[int], None] = lambda _: None) -> list[str | None]:
        """Answers in order; fewer than texts where the child ended or one took longer than `timeout_s`."""
        answers: Queue[bytes] = Queue()
        room = threading.Semaphore(_LINES_AHEAD)
        for work in (lambda: self._write(texts, room), lambda: self._read(len(texts), answers)):
            threading.Thread(target=work, daemon=True).start()
        errors: list[str | None] = []
        while len(errors) < len(texts):
            try:
                line = answers.get(timeout=timeout_s)
            except Empty:
                break
            if not line:
                break
            room.release()
            errors.append(json.loads(line).get("error"))
            on_progress(len(errors))
        room.release(len(texts) + 1)  # lets the writer end, whatever happened
        return errors

    def stop(self) -> None:
        """End the process, without waiting for what it is doing."""
        self.process.kill()
        self.process.wait()
        for pipe in (self.process.stdin, self.process.stdout, self.log):
            if pipe is not None:
                with suppress(OSError):  # lines that were not sent to a process that is gone
                    pipe.close()

    def last_words(self) -> str:
        """Stop it and give the line of its standard error that says what was wrong."""
        self.process.kill()
        self.process.wait()
        self.log.seek(0)
        lines = [line.strip() for line in self.log.read().decode("utf-8", "replace").splitlines() if line.strip()]
        self.stop()
        return next((line for line in lines if "Error" in line), lines[-1] if lines else "no answer")

    def _write(self, texts: Sequence[str], room: threading.Semaphore) -> None:
        """Lines are sent a little ahead of the answers, so that neither side ever waits for a full pipe."""
        pipe = self.process.stdin
        assert pipe is not None  # noqa: S101 - opened as a pipe
        try:
            for number, text in enumerate(texts):
                room.acquire()
                pipe.write(json.dumps({"id": number, "text": text}).encode() + b"\n")
                pipe.flush()
        except (OSError, ValueError):
            return  # the child ended; the reader sees the end of its output

    def _read(self, n_lines: int, answers: Queue[bytes]) -> None:
        pipe = self.process.stdout
        assert pipe is not None  # noqa: S101 - opened as a pipe
        for _ in range(n_lines):
            try:
                line = pipe.readline()
            except (OSError, ValueError):
                line = b""
            answers.put(line)
            if not line:
                return
