"""`textDocument/didClose`: nothing is said of the document any more."""

from __future__ import annotations

from lsprotocol import types

from server.lsp.context import Context


def handle(context: Context, params: types.DidCloseTextDocumentParams) -> None:
    """Forget it."""
    context.kept_diagrams.closed(params.text_document.uri)
