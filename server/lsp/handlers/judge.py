"""`mothertongue/judge`: what the person thinks of a generated text."""

from __future__ import annotations

from pathlib import Path

from pygls.uris import to_fs_path

from server.lsp.context import Context
from server.lsp.failure import WorkFailedError
from server.processes.messages import AskCounts, Judge, Outcome
from server.protocol import ErrorKind, JudgeParams, JudgeResult


async def handle(context: Context, params: JudgeParams) -> JudgeResult:
    """Have the index process remember it. A text that cannot be learnt is no trouble of the data set, so its state stays."""
    path = to_fs_path(params.uri)
    located = context.session.locate(Path(path)) if path else None
    if located is None:
        raise WorkFailedError(ErrorKind.NO_FOLDER, f"{params.uri} lies outside of this workspace. Open its folder first.")
    folder, relative = located
    place = context.session.place(folder)
    async with context.automatic.held():
        result = await context.worker.run(Judge(place, params, relative), JudgeResult)
        context.session.count(folder, await context.worker.ask(AskCounts(place), Outcome))
    context.session.tell(folder, content_changed=True)
    return result
