"""`textDocument/didOpen`: a sign that the person works here; what is on disk is taken in if it is news."""

from __future__ import annotations

from lsprotocol import types

from server.lsp.context import Context
from server.lsp.handlers.document_saved import touch


def handle(context: Context, params: types.DidOpenTextDocumentParams) -> None:
    """Look at the file, and whether the branch is another one."""
    touch(context, params.text_document.uri)
    context.kept_diagrams.opened(params.text_document.uri)
