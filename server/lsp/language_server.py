"""Wiring: pygls, the context, and which handler answers which message. What a message means is in `handlers`."""

from __future__ import annotations

import logging
from collections.abc import Callable
from functools import partial
from importlib.metadata import version
from typing import Any

import msgspec
from lsprotocol import types
from pygls.exceptions import JsonRpcInvalidParams
from pygls.lsp.server import LanguageServer

from server.lsp.automatic import Automatic
from server.lsp.context import Context
from server.lsp.editor import Editor
from server.lsp.failure import WorkFailedError
from server.lsp.handlers import (
    REQUESTS,
    code_action,
    document_changed,
    document_closed,
    document_opened,
    document_saved,
    files_changed,
    folders_changed,
    initialized,
    inline_completion,
    settings_changed,
)
from server.lsp.index_worker import IndexWorker
from server.lsp.json_rpc import AnsweringProtocol, RequestFailedError
from server.lsp.kept_diagrams import KeptDiagrams
from server.lsp.session import Folder, Session
from server.protocol import COMMANDS, METHODS, InitializationOptions, StatusChangedParams

_ANY_FILE = types.FileOperationRegistrationOptions(
    filters=[types.FileOperationFilter(pattern=types.FileOperationPattern(glob="**/*"), scheme="file")]
)

logger = logging.getLogger(__name__)


class MothertongueServer(LanguageServer):
    """A pygls server that says what goes wrong once, in the log, and never by answering what nobody asked."""

    def report_server_error(self, error: Exception, source: type[Exception]) -> None:
        """Log only: telling the client would recurse where the client is gone."""
        logger.error("%s: %s", source.__name__, error)


def make_server(*, answered_early: int | str | None = None) -> tuple[MothertongueServer, Context]:
    """A server with everything registered.

    Args:
        answered_early: Id of the `initialize` request, if it was answered already.
    """
    server = MothertongueServer(
        "mothertongue",
        version("mothertongue"),
        # For the data set, what counts is on disk; kept diagrams are renewed, and prompt lines answered, where they stand in the editor.
        text_document_sync_kind=types.TextDocumentSyncKind.Incremental,
        protocol_cls=partial(AnsweringProtocol, answered_early=answered_early),
        max_workers=1,
    )
    context = _context(server)
    for name, handle in REQUESTS.items():
        server.feature(name)(_request(context, name, handle))
    for command, name in COMMANDS.items():
        server.command(command)(_command(context, name))
    _register_lifecycle(server, context)
    _register_documents(server, context)
    _register_inline_completion(server, context)
    return server, context


def _context(server: LanguageServer) -> Context:
    editor = Editor(server)
    worker = IndexWorker()

    def on_change(params: StatusChangedParams) -> None:
        editor.notify("mothertongue/statusChanged", params)
        if params.content_changed:
            kept_diagrams.look_again(params.folder)

    session = Session(on_change)
    kept_diagrams = KeptDiagrams(session, worker, editor.text_of, editor.diagnose)

    def on_failure(folder: Folder, error: WorkFailedError) -> None:
        editor.show(types.MessageType.Error, f"Mothertongue could not keep the data set of {folder.name} up to date. {error}")

    return Context(editor, session, worker, Automatic(session, worker, on_failure), kept_diagrams)


def _request(context: Context, name: str, handle: Callable[[Context, Any], Any]) -> Callable[[Any], Any]:
    """Between the wire and a handler: parameters are checked, failures become error responses."""

    async def answer(params: Any) -> Any:
        try:
            typed = msgspec.convert(params if params is not None else {}, METHODS[name].params)
        except msgspec.ValidationError as error:
            raise JsonRpcInvalidParams(f"{name}: {error}") from error
        await context.settings_read.wait()
        try:
            return msgspec.to_builtins(await handle(context, typed))
        except WorkFailedError as error:
            raise RequestFailedError(str(error), data={"kind": error.kind.value}) from error

    return answer


def _command(context: Context, name: str) -> Callable[..., Any]:
    """A command is its request with the parameters as its argument; a string stands for the folder."""
    answer = _request(context, name, REQUESTS[name])

    async def execute(*arguments: Any) -> Any:
        given = arguments[0] if arguments and arguments[0] is not None else {}
        if not isinstance(given, str | dict):
            raise JsonRpcInvalidParams(f"{name}: its argument is an object, or a string that stands for the folder")
        params = {"folder": given} if isinstance(given, str) else dict(given)
        fields = METHODS[name].params.__struct_fields__
        if "folder" in fields and "folder" not in params and len(context.session.folders) == 1:
            params["folder"] = next(iter(context.session.folders))
        return await answer(params)

    return execute


def _register_lifecycle(server: MothertongueServer, context: Context) -> None:
    @server.feature(types.INITIALIZE)
    def on_initialize(params: types.InitializeParams) -> None:
        options = params.initialization_options
        given = msgspec.convert(options if isinstance(options, dict) else {}, InitializationOptions)
        context.session.is_trusted = given.trusted
        context.generation.python = context.trainer.python = given.model_python or ""
        folders = params.workspace_folders or _only_folder(params)
        folders_changed.take_up(context, folders)

    @server.feature(types.INITIALIZED)
    async def on_initialized(_: types.InitializedParams) -> None:
        await initialized.handle(context)

    @server.feature(types.SHUTDOWN)
    async def on_shutdown(_: None) -> None:
        await context.automatic.stop()
        await context.kept_diagrams.stop()
        await context.worker.close()
        await context.generation.close()
        await context.trainer.close()

    @server.feature(types.WORKSPACE_DID_CHANGE_WORKSPACE_FOLDERS)
    async def on_folders(params: types.DidChangeWorkspaceFoldersParams) -> None:
        await folders_changed.handle(context, params)

    @server.feature(types.WORKSPACE_DID_CHANGE_CONFIGURATION)
    async def on_settings(params: types.DidChangeConfigurationParams) -> None:
        pushed = params.settings
        await settings_changed.handle(context, pushed.get("mothertongue") if isinstance(pushed, dict) else None)


def _register_documents(server: MothertongueServer, context: Context) -> None:
    @server.feature(types.TEXT_DOCUMENT_DID_OPEN)
    def on_open(params: types.DidOpenTextDocumentParams) -> None:
        document_opened.handle(context, params)

    @server.feature(types.TEXT_DOCUMENT_DID_CHANGE)
    def on_change(params: types.DidChangeTextDocumentParams) -> None:
        document_changed.handle(context, params)

    @server.feature(types.TEXT_DOCUMENT_DID_CLOSE)
    def on_close(params: types.DidCloseTextDocumentParams) -> None:
        document_closed.handle(context, params)

    @server.feature(types.TEXT_DOCUMENT_CODE_ACTION, code_action.OPTIONS)
    async def on_code_action(params: types.CodeActionParams) -> list[types.CodeAction]:
        return await code_action.handle(context, params)

    @server.feature(types.TEXT_DOCUMENT_DID_SAVE)
    def on_save(params: types.DidSaveTextDocumentParams) -> None:
        document_saved.handle(context, params)

    def on_files(params: Any) -> None:
        files_changed.handle(context, params)

    server.feature(types.WORKSPACE_DID_CREATE_FILES, _ANY_FILE)(on_files)
    server.feature(types.WORKSPACE_DID_DELETE_FILES, _ANY_FILE)(on_files)
    server.feature(types.WORKSPACE_DID_RENAME_FILES, _ANY_FILE)(on_files)
    server.feature(types.WORKSPACE_DID_CHANGE_WATCHED_FILES)(on_files)


def _register_inline_completion(server: MothertongueServer, context: Context) -> None:
    @server.feature(types.TEXT_DOCUMENT_INLINE_COMPLETION, types.InlineCompletionOptions())
    async def on_inline_completion(params: types.InlineCompletionParams) -> types.InlineCompletionList:
        await context.settings_read.wait()
        try:
            return await inline_completion.handle(context, params)
        except WorkFailedError as error:
            raise RequestFailedError(str(error), data={"kind": error.kind.value}) from error


def _only_folder(params: types.InitializeParams) -> list[types.WorkspaceFolder]:
    """Of clients that know no workspace folders."""
    return [types.WorkspaceFolder(uri=params.root_uri, name=params.root_uri.rstrip("/").rpartition("/")[2])] if params.root_uri else []
