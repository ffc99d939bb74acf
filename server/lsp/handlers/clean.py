"""`mothertongue/clean`: remove a folder's data set."""

from __future__ import annotations

from server.lsp.context import Context
from server.lsp.work import work
from server.processes.messages import Clean
from server.protocol import CleanParams, CleanResult


async def handle(context: Context, params: CleanParams) -> CleanResult:
    """Remove it; the folder is then one that was never built."""
    folder = context.session.folder(params.folder)
    folder.pending, folder.needs_build = {}, False
    return await work(context, folder, "cleaning", Clean(context.session.place(folder), params), CleanResult)
