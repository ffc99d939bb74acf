"""`mothertongue/addExamples`: remember files, folders or lines that the person wants to be learnt."""

from __future__ import annotations

from pathlib import Path

from pygls.uris import to_fs_path

from server.lsp.context import Context
from server.lsp.failure import WorkFailedError
from server.lsp.session import Folder
from server.lsp.work import work
from server.processes.messages import Add
from server.protocol import AddExamplesParams, AddExamplesResult, ErrorKind


async def handle(context: Context, params: AddExamplesParams) -> AddExamplesResult:
    """Add to each folder what lies in it."""
    done = AddExamplesResult(added=(), examples=0)
    for folder, paths in _by_folder(context, params.uris).items():
        job = Add(context.session.place(folder), params, tuple(paths))
        part = await work(context, folder, "adding", job, AddExamplesResult, params.work_done_token)
        done = AddExamplesResult(added=(*done.added, *part.added), examples=done.examples + part.examples)
    return done


def _by_folder(context: Context, uris: tuple[str, ...]) -> dict[Folder, list[str]]:
    """Paths by the workspace folder that they lie in.

    Raises:
        WorkFailedError: Nothing is named, or something outside of the workspace.
    """
    if not uris:
        raise WorkFailedError(ErrorKind.ADDITION, "Nothing was chosen. Choose files, folders or a selection to add.")
    found: dict[Folder, list[str]] = {}
    for uri in uris:
        path = to_fs_path(uri)
        folder = _folder_of(context, Path(path)) if path else None
        if path is None or folder is None:
            raise WorkFailedError(ErrorKind.NO_FOLDER, f"{uri} lies outside of this workspace. Open its folder first.")
        found.setdefault(folder, []).append(path)
    return found


def _folder_of(context: Context, path: Path) -> Folder | None:
    located = context.session.locate(path)
    return located[0] if located else next((folder for folder in context.session.folders.values() if folder.root == path), None)
