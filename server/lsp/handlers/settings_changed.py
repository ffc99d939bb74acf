"""`workspace/didChangeConfiguration`: read the settings of every scope anew."""

from __future__ import annotations

from collections.abc import Sequence

from lsprotocol import types

from server.lsp.context import Context
from server.lsp.session import Folder
from server.lsp.settings import MachineSettings, ModelSettings, ResourceSettings, WindowSettings, read_settings


async def handle(context: Context, pushed: object) -> None:
    """Read them; each value that cannot be used is told of, and its default is kept.

    Args:
        context: Of the server.
        pushed: Settings as the client sent them along, for clients that cannot be asked.
    """
    # Whoever asks for something after a change means it with the new settings.
    context.settings_read.clear()
    try:
        await _read_all(context, pushed)
    finally:
        context.settings_read.set()
    context.automatic.kick()


async def _read_all(context: Context, pushed: object) -> None:
    folders = list(context.session.folders.values())
    await read_folders(context, folders, pushed)
    answers = await context.client.configuration([None]) or [pushed]
    context.session.window, problems = read_settings(answers[0], WindowSettings)
    context.session.machine, more = read_settings(answers[0], MachineSettings)
    _tell(context, (*problems, *more))


async def read_folders(context: Context, folders: Sequence[Folder], pushed: object = None) -> None:
    """Read the settings of these folders."""
    answers = await context.client.configuration([folder.uri for folder in folders]) or [pushed] * len(folders)
    for folder, answer in zip(folders, answers, strict=True):
        settings, problems = read_settings(answer, ResourceSettings)
        if settings != folder.settings:
            folder.settings, folder.needs_build = settings, True
        model, more = read_settings(answer, ModelSettings)
        folder.model = model.model.strip()
        _tell(context, (*problems, *more))


def _tell(context: Context, problems: Sequence[str]) -> None:
    for problem in problems:
        context.client.show(types.MessageType.Warning, problem)
