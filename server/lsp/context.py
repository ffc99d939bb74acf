"""What every handler works with: the session, the index process, what is done by itself, and the client."""

from __future__ import annotations

import asyncio
from collections.abc import Sequence
from dataclasses import dataclass, field
from pathlib import Path, PurePath
from typing import Protocol
from urllib.parse import urlsplit

from lsprotocol import types
from pygls.uris import to_fs_path

from server.lsp.automatic import Automatic
from server.lsp.failure import WorkFailedError
from server.lsp.generation_worker import GenerationWorker
from server.lsp.index_worker import IndexWorker
from server.lsp.inline_completions import InlineCompletions
from server.lsp.kept_diagrams import KeptDiagrams
from server.lsp.session import Folder, Session
from server.lsp.trainer import Trainer
from server.protocol import ErrorKind, Message

WorkDone = types.WorkDoneProgressBegin | types.WorkDoneProgressReport | types.WorkDoneProgressEnd


class Client(Protocol):
    """The editor, as far as handlers speak to it."""

    def notify(self, method: str, params: Message) -> None:
        """Send a notification of `protocol`."""

    def progress(
        self, token: int | str, value: types.WorkDoneProgressBegin | types.WorkDoneProgressReport | types.WorkDoneProgressEnd
    ) -> None:
        """Report progress under a token that the client gave."""

    def show(self, level: types.MessageType, message: str) -> None:
        """Show a message to the person, the same one only once."""

    def text_of(self, uri: str) -> str | None:
        """The text of a document as it stands in the editor; None where it is not open."""

    def diagnose(self, uri: str, diagnostics: list[types.Diagnostic]) -> None:
        """Say what is wrong with a document, in place of what was said before."""

    async def configuration(self, scopes: list[str | None]) -> list[object]:
        """The section `mothertongue` of the settings, for each scope: a folder's URI, or None for the window."""

    def lines(self, uri: str) -> Sequence[str]:
        """The lines of a document as the person sees them."""

    async def watch_files(self) -> None:
        """Ask to be told of changes to files from outside of the editor, if the client can do that."""


@dataclass(frozen=True)
class Context:
    """One server's parts.

    Attributes:
        client: The editor.
        session: What is known.
        worker: What computes.
        automatic: What is done by itself.
        kept_diagrams: The diagrams in open documents that are compared with the code.
        generation: What makes texts with a model.
        trainer: What starts, stops and evaluates trainings.
        inline_completions: What was written, deleted and answered at prompt lines.
        settings_read: Set while the settings are known; requests wait while they are read.
    """

    client: Client
    session: Session
    worker: IndexWorker
    automatic: Automatic
    kept_diagrams: KeptDiagrams
    generation: GenerationWorker = field(default_factory=GenerationWorker)
    trainer: Trainer = field(default_factory=Trainer)
    inline_completions: InlineCompletions = field(default_factory=InlineCompletions)
    settings_read: asyncio.Event = field(default_factory=asyncio.Event)

    def home_of(self, uri: str) -> tuple[Folder, str]:
        """The folder that a document belongs to, and its path there. One that is not saved, or lies elsewhere, belongs to the only folder.

        Raises:
            WorkFailedError: No folder is open that it could belong to.
        """
        path = to_fs_path(uri)
        located = self.session.locate(Path(path)) if path else None
        if located is not None:
            return located
        folders = list(self.session.folders.values())
        if len(folders) != 1:
            raise WorkFailedError(ErrorKind.NO_FOLDER, f"{uri} lies outside of this workspace. Open its folder first.")
        return folders[0], PurePath(path or urlsplit(uri).path).name
