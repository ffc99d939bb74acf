"""Diagrams that people keep in Markdown and Mermaid files: a warning where the code has moved on, and the edits that renew them.

Only documents that are open are looked at: when they are opened or saved, and when the data set of their folder has changed.
"""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Callable
from pathlib import Path

from lsprotocol import types
from pygls.uris import to_fs_path

from server.lsp.failure import WorkFailedError
from server.lsp.index_worker import IndexWorker
from server.lsp.session import Session
from server.processes.messages import AskOutdated, Outdated, OutdatedDiagram

CODE = "diagramOutdated"
_ENDINGS = (".mmd", ".mermaid", ".md", ".markdown", ".mdx")
_MARK = "mothertongue: source="
_SOURCE = "Mothertongue"

logger = logging.getLogger(__name__)


class KeptDiagrams:
    """The open documents that may hold diagrams of the code."""

    def __init__(
        self,
        session: Session,
        worker: IndexWorker,
        text_of: Callable[[str], str | None],
        diagnose: Callable[[str, list[types.Diagnostic]], None],
    ) -> None:
        self._session = session
        self._worker = worker
        self._text_of = text_of
        self._diagnose = diagnose
        self._open: set[str] = set()
        self._warned: set[str] = set()
        self._checks: dict[str, asyncio.Task[None]] = {}

    def opened(self, uri: str) -> None:
        """A document was opened."""
        if uri.lower().endswith(_ENDINGS):
            self._open.add(uri)
            self.look(uri)

    def closed(self, uri: str) -> None:
        """A document was closed: nothing is said of it any more."""
        self._open.discard(uri)
        check = self._checks.pop(uri, None)
        if check is not None:
            check.cancel()
        self._say(uri, [])

    def look(self, uri: str) -> None:
        """Compare the diagrams of an open document with the code, in the background; a look that is under way is given up for it."""
        if uri not in self._open:
            return
        before = self._checks.get(uri)
        if before is not None:
            before.cancel()
        self._checks[uri] = asyncio.ensure_future(self._check(uri))

    def look_again(self, folder_uri: str) -> None:
        """The data set of a folder is another one now."""
        folder = self._session.folders.get(folder_uri)
        for uri in sorted(self._open):
            located = self._session.locate(Path(to_fs_path(uri) or ""))
            if located is not None and located[0] is folder:
                self.look(uri)

    async def outdated(self, uri: str) -> tuple[OutdatedDiagram, ...]:
        """The diagrams of a document, as it stands in the editor, that the code does not give any more.

        Raises:
            WorkFailedError: The code cannot be asked.
        """
        text = self._text_of(uri)
        located = self._session.locate(Path(to_fs_path(uri) or ""))
        if text is None or located is None or _MARK not in text:
            return ()
        found = await self._worker.ask(AskOutdated(self._session.place(located[0]), text), Outdated)
        return found.diagrams

    async def stop(self) -> None:
        """Give up what is under way."""
        for check in self._checks.values():
            check.cancel()
        await asyncio.gather(*self._checks.values(), return_exceptions=True)

    async def _check(self, uri: str) -> None:
        try:
            diagrams = await self.outdated(uri)
        except WorkFailedError as error:
            # Nobody asked for it, and what fails here fails in what people ask for too, where it is said.
            logger.warning("The diagrams of %s were not compared with the code: %s", uri, error)
            return
        if uri in self._open:
            self._say(uri, [_diagnostic(diagram) for diagram in diagrams])

    def _say(self, uri: str, diagnostics: list[types.Diagnostic]) -> None:
        if diagnostics or uri in self._warned:
            self._diagnose(uri, diagnostics)
        (self._warned.add if diagnostics else self._warned.discard)(uri)


def _diagnostic(diagram: OutdatedDiagram) -> types.Diagnostic:
    start = types.Position(line=diagram.start, character=0)
    end = types.Position(line=diagram.start + 1, character=0)
    if diagram.text is None:
        message = f"This diagram shows {diagram.source}, of which the project has no such diagram any more."
    else:
        message = f"The code has moved on: this diagram shows {diagram.source} as it was."
    return types.Diagnostic(types.Range(start, end), message, severity=types.DiagnosticSeverity.Warning, code=CODE, source=_SOURCE)
