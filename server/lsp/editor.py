"""The editor at the other end, through pygls: what `context.Client` asks for."""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Sequence
from uuid import uuid4

import msgspec
from lsprotocol import types
from pygls.exceptions import JsonRpcException
from pygls.lsp.server import LanguageServer

from server.lsp.context import WorkDone
from server.protocol import Message

_PATIENCE_S = 10

logger = logging.getLogger(__name__)


class Editor:
    """Speaks to the client."""

    def __init__(self, server: LanguageServer) -> None:
        self._server = server
        self._shown: set[str] = set()

    def notify(self, method: str, params: Message) -> None:
        """Send a notification of `protocol`."""
        self._server.protocol.notify(method, msgspec.to_builtins(params))

    def progress(self, token: int | str, value: WorkDone) -> None:
        """Report progress under a token that the client gave; not through pygls' bookkeeping, which never forgets a token."""
        self._server.protocol.notify(types.PROGRESS, types.ProgressParams(token=token, value=value))

    def show(self, level: types.MessageType, message: str) -> None:
        """Show a message to the person, the same one only once."""
        if message not in self._shown:
            self._shown.add(message)
            self._server.window_show_message(types.ShowMessageParams(type=level, message=message))

    def lines(self, uri: str) -> Sequence[str]:
        """The lines of a document as the person sees them."""
        return list(self._server.workspace.get_text_document(uri).lines)

    def text_of(self, uri: str) -> str | None:
        """The text of a document as it stands in the editor; None where it is not open."""
        document = self._server.workspace.text_documents.get(uri)
        return document.source if document is not None else None

    def diagnose(self, uri: str, diagnostics: list[types.Diagnostic]) -> None:
        """Say what is wrong with a document, in place of what was said before."""
        self._server.text_document_publish_diagnostics(types.PublishDiagnosticsParams(uri=uri, diagnostics=diagnostics))

    async def configuration(self, scopes: list[str | None]) -> list[object]:
        """The section `mothertongue` of the settings for each scope; nothing from a client that cannot be asked."""
        workspace = self._server.client_capabilities.workspace
        if workspace is None or not workspace.configuration or not scopes:
            return []
        items = [types.ConfigurationItem(scope_uri=scope, section="mothertongue") for scope in scopes]
        try:
            asked = self._server.workspace_configuration_async(types.ConfigurationParams(items=items))
            answers = await asyncio.wait_for(asked, _PATIENCE_S)
        except (JsonRpcException, asyncio.TimeoutError) as error:
            logger.warning("The client did not say its settings, so the defaults count: %r", error)
            return []
        return list(answers)

    async def watch_files(self) -> None:
        """Ask to be told of changes to files from outside of the editor, if the client can do that."""
        workspace = self._server.client_capabilities.workspace
        watching = workspace.did_change_watched_files if workspace is not None else None
        if watching is None or not watching.dynamic_registration:
            return
        options = types.DidChangeWatchedFilesRegistrationOptions(
            watchers=[types.FileSystemWatcher(glob_pattern="**/*"), types.FileSystemWatcher(glob_pattern="**/.git/HEAD")]
        )
        registration = types.Registration(id=str(uuid4()), method=types.WORKSPACE_DID_CHANGE_WATCHED_FILES, register_options=options)
        try:
            await self._server.client_register_capability_async(types.RegistrationParams(registrations=[registration]))
        except JsonRpcException as error:
            logger.warning("The client does not watch files: %s", error)
