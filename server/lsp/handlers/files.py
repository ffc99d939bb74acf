"""`mothertongue/files`: the second level of the tree of examples."""

from __future__ import annotations

from server.lsp.context import Context
from server.processes.messages import AskFiles
from server.protocol import FilesParams, FilesResult


async def handle(context: Context, params: FilesParams) -> FilesResult:
    """Ask the index process."""
    folder = context.session.folder(params.folder)
    return await context.worker.ask(AskFiles(context.session.place(folder), params), FilesResult)
