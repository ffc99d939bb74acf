"""Answers `initialize` before anything that takes long is imported: loading pygls takes longer than an editor should wait for it.

What the server can do is always the same, so the answer lies ready in `initialize_result.json` (written by `make protocol`, compared with
what pygls would say by a test). The message itself is read again by pygls, whose own answer is then left unsent.
"""

from __future__ import annotations

import json
from io import BytesIO
from pathlib import Path
from typing import Any, BinaryIO

RESULT_PATH = Path(__file__).with_name("initialize_result.json")

MessageId = int | str


class ReplayedInput:
    """A stream that gives again what was already read of it, then goes on."""

    def __init__(self, read: bytes, stream: BinaryIO) -> None:
        self._read = BytesIO(read)
        self._stream = stream

    def readline(self) -> bytes:
        """The next line; empty at the end."""
        return self._read.readline() or self._stream.readline()

    def read(self, size: int) -> bytes:
        """So many bytes, fewer only at the end."""
        return self._read.read(size) or self._stream.read(size)


def answer_initialize(inputs: BinaryIO, output: BinaryIO) -> tuple[ReplayedInput, MessageId | None]:
    """Read the first message, and answer it if it is a sound `initialize`.

    Returns:
        The input from its beginning, and the id of the message if it was answered.
    """
    header, body = _read_message(inputs)
    replayed = ReplayedInput(header + body, inputs)
    message_id = _id_of_initialize(body)
    if message_id is not None:
        result = json.loads(RESULT_PATH.read_text("utf-8"))
        answer = json.dumps({"jsonrpc": "2.0", "id": message_id, "result": result}).encode()
        output.write(b"Content-Length: %d\r\n\r\n%b" % (len(answer), answer))
        output.flush()
    return replayed, message_id


def _read_message(inputs: BinaryIO) -> tuple[bytes, bytes]:
    header = b""
    length = 0
    while line := inputs.readline():
        header += line
        if not line.strip():
            break
        name, _, value = line.partition(b":")
        if name.lower() == b"content-length" and value.strip().isdigit():
            length = int(value)
    return header, inputs.read(length)


def _id_of_initialize(body: bytes) -> MessageId | None:
    try:
        message: Any = json.loads(body)
    except ValueError:
        return None
    if not isinstance(message, dict) or message.get("method") != "initialize":
        return None
    params, message_id = message.get("params"), message.get("id")
    is_sound = isinstance(params, dict) and isinstance(params.get("capabilities"), dict) and "processId" in params
    return message_id if is_sound and isinstance(message_id, int | str) else None
