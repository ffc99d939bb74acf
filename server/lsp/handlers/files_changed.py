"""Files that were made, removed, renamed, or changed from outside of the editor."""

from __future__ import annotations

from collections.abc import Iterable
from pathlib import Path

from lsprotocol import types
from pygls.uris import to_fs_path

from server.lsp.context import Context

_Params = types.CreateFilesParams | types.DeleteFilesParams | types.RenameFilesParams | types.DidChangeWatchedFilesParams


def handle(context: Context, params: _Params) -> None:
    """Look at every path: what became of it, the disk says."""
    for uri in _uris(params):
        path = to_fs_path(uri)
        if path is not None:
            context.automatic.touch(Path(path))


def _uris(params: _Params) -> Iterable[str]:
    if isinstance(params, types.DidChangeWatchedFilesParams):
        return [change.uri for change in params.changes]
    if isinstance(params, types.RenameFilesParams):
        return [uri for file in params.files for uri in (file.old_uri, file.new_uri)]
    return [file.uri for file in params.files]
