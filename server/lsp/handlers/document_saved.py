"""`textDocument/didSave`: a file is another one now."""

from __future__ import annotations

from pathlib import Path

from lsprotocol import types
from pygls.uris import to_fs_path

from server.lsp.context import Context


def handle(context: Context, params: types.DidSaveTextDocumentParams) -> None:
    """Take it in."""
    touch(context, params.text_document.uri)
    context.kept_diagrams.look(params.text_document.uri)


def touch(context: Context, uri: str) -> None:
    """Look at a file, and whether the branch is another one: not every client watches `.git`."""
    path = to_fs_path(uri)
    located = context.session.locate(Path(path)) if path else None
    if path is not None and located is not None:
        context.automatic.look_at_branch(located[0])
        context.automatic.touch(Path(path))
