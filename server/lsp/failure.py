"""The one exception by which work in the language server fails."""

from __future__ import annotations

from server.protocol import ErrorKind


class WorkFailedError(Exception):
    """Work could not be done; the message is a sentence for people with the remedy.

    Attributes:
        kind: For programs.
    """

    def __init__(self, kind: ErrorKind, message: str) -> None:
        super().__init__(message)
        self.kind = kind
