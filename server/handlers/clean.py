"""`mothertongue/clean`: remove a folder's data set."""

from __future__ import annotations

from server.context import Context
from server.processes.messages import Clean
from server.protocol import CleanParams, CleanResult
from server.work import work


async def handle(context: Context, params: CleanParams) -> CleanResult:
    """Remove it; the folder is then one that was never built."""
    folder = context.session.folder(params.folder)
    folder.pending, folder.needs_build = {}, False
    return await work(context, folder, "cleaning", Clean(context.session.place(folder), params), CleanResult)
