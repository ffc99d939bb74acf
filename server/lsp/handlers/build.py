"""`mothertongue/build`: bring a folder's data set up to date."""

from __future__ import annotations

from server.lsp.context import Context
from server.lsp.work import status_of, work
from server.processes.messages import Build, Outcome
from server.protocol import BuildParams, BuildResult


async def handle(context: Context, params: BuildParams) -> BuildResult:
    """Build; what was pending is part of it."""
    folder = context.session.folder(params.folder)
    job = Build(context.session.place(folder), params.artifact_type)
    folder.pending, folder.needs_build = {}, False
    try:
        outcome = await work(context, folder, "building", job, Outcome, params.work_done_token)
    except BaseException:  # also a cancellation: what was pending still is
        folder.needs_build = True
        raise
    return BuildResult(changed=outcome.changed, removed=outcome.removed, status=await status_of(context, folder))
