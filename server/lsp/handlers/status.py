"""`mothertongue/status`: what the data sets hold."""

from __future__ import annotations

from server.lsp.context import Context
from server.lsp.work import status_of
from server.protocol import StatusParams, StatusResult


async def handle(context: Context, params: StatusParams) -> StatusResult:
    """The status of one folder, or of all."""
    session = context.session
    folders = [session.folder(params.folder)] if params.folder is not None else list(session.folders.values())
    return StatusResult(folders=tuple([await status_of(context, folder) for folder in folders]), pause_reasons=session.pause_reasons)
