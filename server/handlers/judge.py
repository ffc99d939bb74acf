"""`mothertongue/judge`: what the person thinks of a generated text."""

from __future__ import annotations

from pathlib import Path

from pygls.uris import to_fs_path

from server.context import Context
from server.failure import WorkFailedError
from server.processes.messages import Judge
from server.protocol import ErrorKind, JudgeParams, JudgeResult
from server.work import work


async def handle(context: Context, params: JudgeParams) -> JudgeResult:
    """Have the index process remember it."""
    path = to_fs_path(params.uri)
    located = context.session.locate(Path(path)) if path else None
    if located is None:
        raise WorkFailedError(ErrorKind.NO_FOLDER, f"{params.uri} lies outside of this workspace. Open its folder first.")
    folder, relative = located
    return await work(context, folder, "adding", Judge(context.session.place(folder), params, relative), JudgeResult)
