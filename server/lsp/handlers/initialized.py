"""`initialized`: read the settings, watch files, and catch up with each folder."""

from __future__ import annotations

from server.lsp.context import Context
from server.lsp.handlers import settings_changed


async def handle(context: Context) -> None:
    """Begin to work."""
    await settings_changed.handle(context, None)
    context.automatic.start()
    await context.client.watch_files()
    for folder in list(context.session.folders.values()):
        await context.automatic.add_folder(folder)
