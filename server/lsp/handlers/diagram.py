"""`mothertongue/diagram`: what can be drawn of a file, a definition in it, or a folder."""

from __future__ import annotations

from pathlib import Path

from pygls.uris import to_fs_path

from server.lsp.context import Context
from server.lsp.failure import WorkFailedError
from server.lsp.session import Folder
from server.processes.messages import AskDiagrams
from server.protocol import DiagramParams, DiagramResult, ErrorKind


async def handle(context: Context, params: DiagramParams) -> DiagramResult:
    """Ask the index process, once it has taken in what was saved before."""
    folder, path = _locate(context, params.uri)
    await context.automatic.caught_up(folder)
    return await context.worker.ask(AskDiagrams(context.session.place(folder), params, path), DiagramResult)


def _locate(context: Context, uri: str) -> tuple[Folder, str]:
    """The workspace folder of something, and its path in it: empty for the folder itself.

    Raises:
        WorkFailedError: It lies outside of the workspace.
    """
    path = to_fs_path(uri)
    for folder in context.session.folders.values():
        if path and folder.root == Path(path):
            return folder, ""
    located = context.session.locate(Path(path)) if path else None
    if located is None:
        raise WorkFailedError(ErrorKind.NO_FOLDER, f"{uri} lies outside of this workspace. Open its folder first.")
    return located
