"""`mothertongue/explain`: whether and why a file is, or is not, part of the data set."""

from __future__ import annotations

from pathlib import Path

from pygls.uris import to_fs_path

from server.lsp.context import Context
from server.lsp.failure import WorkFailedError
from server.processes.messages import AskExplanation
from server.protocol import ErrorKind, ExplainParams, ExplainResult


async def handle(context: Context, params: ExplainParams) -> ExplainResult:
    """Ask the index process about the file."""
    path = to_fs_path(params.uri)
    located = context.session.locate(Path(path)) if path else None
    if path is None or located is None:
        raise WorkFailedError(ErrorKind.NO_FOLDER, f"{params.uri} lies outside of this workspace. Open its folder first.")
    return await context.worker.ask(AskExplanation(context.session.place(located[0]), params, path), ExplainResult)
