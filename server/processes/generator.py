"""`python -m server.processes.generator`: finds what a request is about, has the model answer, checks diagrams (IO).

It is run by the interpreter that has llama-cpp-python, and keeps the model in a child process of its own, which can be ended at any
moment. One thread reads, so that a request to stop is heard at once; requests are answered one after the other. It ends when its input
does.
"""

from __future__ import annotations

import importlib.util
import os
import sys
import threading
import time
import traceback
from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path
from queue import SimpleQueue
from typing import BinaryIO

import msgspec

from dataset_core.language import language_of
from dataset_core.mermaid.parser import MermaidUnavailableError
from dataset_core.store import StoreError
from server.generation.diagram_check import DiagramCheck
from server.generation.generate import Ask, GenerationError, Model, generate, is_diagram, kind_of, notes_of, request_of
from server.generation.models import ChosenModel, ModelNotFoundError, chosen_model, embedded_only, selected_model
from server.generation.project_context import asked_in
from server.processes.generation_messages import Drafted, FromGenerator, Generate, Made, NotMade, ReadAhead, Stop, ToGenerator
from server.processes.inference import InferenceError, InferenceProcess
from server.processes.isolated import isolated_command
from server.processes.palette import for_an_editor
from server.processes.priority import take_low_priority
from server.protocol import ErrorKind, GenerateResult

_INSIST_EVERY_S = 0.02
# The model would take every core; the editor that a person types in comes first, and what is indexed comes last.
_NICENESS = 5
_NO_LLAMA = (
    "Generating needs llama-cpp-python, which {python} does not have. Run “Mothertongue: Set Up Model Environment”, or install "
    "'mothertongue[inference]' for that interpreter."
)
_NO_MODEL = "There is no model: train one on this project, or run “Mothertongue: Set Up Model Environment”, which brings the embedded one."
_STOPPED = "Nobody waits for it any more."
_DEFECT = "Something went wrong inside Mothertongue ({name}). The log has the details; please report them."
_KINDS: tuple[tuple[type[Exception], ErrorKind], ...] = (
    (InferenceError, ErrorKind.MODEL),
    (ModelNotFoundError, ErrorKind.MODEL),
    (GenerationError, ErrorKind.GENERATION),
    (MermaidUnavailableError, ErrorKind.MERMAID),
    (StoreError, ErrorKind.STORE),
)


def main() -> None:
    """Answer until the input ends."""
    take_low_priority(_NICENESS)
    output, inputs = os.fdopen(os.dup(1), "wb"), os.fdopen(os.dup(0), "rb")
    os.dup2(2, 1)
    with InferenceProcess(command=isolated_command("server.inference")) as inference, DiagramCheck() as diagrams:
        if importlib.util.find_spec("llama_cpp") is not None:
            inference.start()
        generator = _Generator(output, inference, diagrams)
        threading.Thread(target=generator.read, args=(inputs,), daemon=True).start()
        generator.work()


class _Generator:
    """What the two threads share."""

    def __init__(self, output: BinaryIO, inference: InferenceProcess, diagrams: DiagramCheck) -> None:
        self._output = output
        self._inference = inference
        self._diagrams = diagrams
        self._tasks: SimpleQueue[Generate | ReadAhead | None] = SimpleQueue()
        self._stopped: set[int] = set()
        self._current = 0
        self._ahead: Generate | None = None

    def read(self, inputs: BinaryIO) -> None:
        """Sort what comes in; at its end, stop and leave."""
        decoder = msgspec.json.Decoder(ToGenerator)
        for line in inputs:
            message: ToGenerator = decoder.decode(line)
            if isinstance(message, Stop):
                self._stop(message)
            else:
                self._tasks.put(message)
                self._drop_what_is_read_ahead(message.task if isinstance(message, ReadAhead) else message)
        self._tasks.put(None)
        self._stop(Stop(self._current))

    def work(self) -> None:
        """Answer tasks as they come."""
        while (task := self._tasks.get()) is not None:
            if isinstance(task, ReadAhead):
                self._read_ahead(task.task)
                continue
            self._current = task.id
            if task.id not in self._stopped:
                self._send(self._answer(task))
            self._current = 0

    def _read_ahead(self, task: Generate) -> None:
        """Nobody waits for it: what is wrong is said when it is asked for."""
        if not self._tasks.empty():
            return
        self._current, self._ahead = task.id, task
        try:
            ask, model = self._asked(task)
            if not task.prompt:
                # What it is shown follows from words that are not there yet; what finds that is at hand now.
                ask = replace(ask, context="")
            self._inference.warm(request_of(ask, ask.kind, model))
        except Exception as error:  # noqa: BLE001 - as in `_answer`
            if not isinstance(error, tuple(known for known, _ in _KINDS)):
                traceback.print_exception(error, file=sys.stderr)
        self._current, self._ahead = 0, None

    def _drop_what_is_read_ahead(self, task: Generate) -> None:
        """Whatever else comes goes first; what is read for this very task is not read twice, and where there are no words yet, nothing is.

        Then the model is loaded, which a task that comes wants as well: to end that would mean to end its process and load it anew.
        """
        ahead = self._ahead
        if ahead is not None and ahead.prompt and _words_of(ahead) != _words_of(task):
            self._stop(Stop(ahead.id))

    def _stop(self, message: Stop) -> None:
        """What is asked of the model between two looks is ended as well, so it is said until the task is over."""
        self._stopped.add(message.id)
        while self._current == message.id != 0:
            self._inference.cancel()
            time.sleep(_INSIST_EVERY_S)

    def _answer(self, task: Generate) -> FromGenerator:
        try:
            return Made(task.id, msgspec.Raw(msgspec.json.encode(self._generated(task))))
        except Exception as error:  # noqa: BLE001 - this is the edge where errors become messages
            kind = next((kind for known, kind in _KINDS if isinstance(error, known)), None)
            if kind is not None:
                return NotMade(task.id, kind, for_an_editor(_sentence(str(error))))
            traceback.print_exception(error, file=sys.stderr)
            return NotMade(task.id, ErrorKind.CRASHED, _DEFECT.format(name=type(error).__name__))

    def _asked(self, task: Generate) -> tuple[Ask, Model]:
        """What the model is shown, and which one."""
        if importlib.util.find_spec("llama_cpp") is None:
            raise InferenceError(_NO_LLAMA.format(python=sys.executable))
        root, kind = Path(task.root), _kind_of(task)
        chosen = _chosen(root, task.model, is_trusted=task.is_trusted)
        ask = asked_in(root, task.prompt, kind, language_of(task.path) or "")
        return ask, Model(chosen.path, chosen.adapter, max_tokens=task.max_tokens, seed=task.seed)

    def _generated(self, task: Generate) -> GenerateResult:
        ask, model = self._asked(task)

        def on_text(text: str) -> None:
            self._send(Drafted(task.id, text))
            if is_diagram(ask.kind):
                # Not earlier: it would take a core for half a second from the model that reads the prompt.
                self._diagrams.start()

        def check(texts: Sequence[str]) -> list[str | None]:
            if task.id in self._stopped:
                raise GenerationError(_STOPPED)
            return self._diagrams.check(texts)

        made = generate(self._inference, check, ask, model, on_text)
        return msgspec.convert(
            {
                "kind": made.kind, "text": made.text, "language": made.language, "state": made.state, "notes": notes_of(ask, made),
                "tokens": made.result.n_tokens, "firstTokenMs": made.result.first_token_ms, "totalMs": made.result.total_ms,
            },
            GenerateResult,
        )  # fmt: skip

    def _send(self, message: FromGenerator) -> None:
        self._output.write(msgspec.json.encode(message) + b"\n")
        self._output.flush()


def _words_of(task: Generate) -> tuple[str, ...]:
    """What decides which prompt a model reads."""
    return task.root, task.path, task.prompt.strip(), task.kind, task.model


def _kind_of(task: Generate) -> str:
    if task.kind not in {"", "diagram"}:
        return task.kind
    kind = kind_of(task.prompt)
    return kind if is_diagram(kind) or not task.kind else "flowchart"


def _chosen(root: Path, selected: str, *, is_trusted: bool) -> ChosenModel:
    if is_trusted and selected:
        return selected_model(root, selected)
    try:
        return chosen_model(root) if is_trusted else embedded_only()
    except ModelNotFoundError as error:
        raise ModelNotFoundError(_NO_MODEL) from error


def _sentence(text: str) -> str:
    return text[:1].upper() + text[1:]


if __name__ == "__main__":
    main()
