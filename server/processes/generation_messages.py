"""What the language server and the process that generates say to each other: one JSON object a line."""

from __future__ import annotations

import msgspec

from server.protocol import ErrorKind


class Generate(msgspec.Struct, frozen=True, tag=True):
    """To the process: generate this. Gives a `GenerateResult`.

    Attributes:
        id: Of the task.
        root: Path of the project's folder.
        path: Of the file that the text is for.
        prompt: In the person's words.
        kind: What to generate; empty to read it from the words, `diagram` to read from them which diagram.
        seed: Of the draws.
        max_tokens: Of the answer.
        is_trusted: Whether models of the folder may be loaded.
        model: The setting `model`; empty for the newest.
    """

    id: int
    root: str
    path: str
    prompt: str
    kind: str = ""
    seed: int = 0
    max_tokens: int = 1024
    is_trusted: bool = True
    model: str = ""


class ReadAhead(msgspec.Struct, frozen=True, tag=True):
    """To the process: this will probably be asked for. Gives nothing, and ends when something else is asked for."""

    task: Generate


class Stop(msgspec.Struct, frozen=True, tag=True):
    """To the process: nobody waits for this task any more."""

    id: int


class Drafted(msgspec.Struct, frozen=True, tag=True):
    """From the process: the next piece of the text."""

    id: int
    text: str


class Made(msgspec.Struct, frozen=True, tag=True):
    """From the process: a `GenerateResult`."""

    id: int
    result: msgspec.Raw


class NotMade(msgspec.Struct, frozen=True, tag=True):
    """From the process: why there is no result, with the remedy."""

    id: int
    kind: ErrorKind
    message: str


ToGenerator = Generate | ReadAhead | Stop
FromGenerator = Drafted | Made | NotMade
