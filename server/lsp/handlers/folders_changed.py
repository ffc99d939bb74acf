"""`workspace/didChangeWorkspaceFolders`: folders come and go."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

from lsprotocol import types
from pygls.uris import to_fs_path

from server.lsp.context import Context
from server.lsp.handlers import settings_changed
from server.lsp.session import Folder


async def handle(context: Context, params: types.DidChangeWorkspaceFoldersParams) -> None:
    """Forget those that go, take up those that come."""
    for gone in params.event.removed:
        context.session.folders.pop(gone.uri, None)
    come = take_up(context, params.event.added)
    await settings_changed.read_folders(context, come)
    for folder in come:
        await context.automatic.add_folder(folder)


def take_up(context: Context, folders: Sequence[types.WorkspaceFolder]) -> list[Folder]:
    """Remember folders; those that are not on this machine's disk are refused in words."""
    taken = []
    for folder in folders:
        path = to_fs_path(folder.uri)
        if path is None:
            message = f"{folder.name} is not on a disk of this machine; Mothertongue learns from local folders only."
            context.client.show(types.MessageType.Warning, message)
            continue
        taken.append(Folder(folder.uri, Path(path), folder.name))
        context.session.folders[folder.uri] = taken[-1]
    return taken
