"""`mothertongue/verify`: check an export."""

from __future__ import annotations

from pygls.uris import to_fs_path

from server.lsp.context import Context
from server.lsp.work import work
from server.processes.messages import Verify
from server.protocol import VerifyParams, VerifyResult


async def handle(context: Context, params: VerifyParams) -> VerifyResult:
    """Verify the export that is named, or the newest one."""
    folder = context.session.folder(params.folder)
    path = to_fs_path(params.uri) if params.uri else None
    job = Verify(context.session.place(folder), params, path)
    return await work(context, folder, "verifying", job, VerifyResult, params.work_done_token)
