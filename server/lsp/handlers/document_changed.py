"""`textDocument/didChange`: whether the person writes or deletes."""

from __future__ import annotations

from lsprotocol import types

from server.lsp.context import Context


def handle(context: Context, params: types.DidChangeTextDocumentParams) -> None:
    """Remember which; the text itself is kept by pygls."""
    was_shortened = any(_is_deletion(change) for change in params.content_changes)
    context.inline_completions.changed(params.text_document.uri, was_shortened=was_shortened)


def _is_deletion(change: types.TextDocumentContentChangeEvent) -> bool:
    return isinstance(change, types.TextDocumentContentChangePartial) and not change.text
