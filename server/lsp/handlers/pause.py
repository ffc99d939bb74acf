"""`mothertongue/pause`: do nothing by itself."""

from __future__ import annotations

from server.lsp.context import Context
from server.protocol import PauseParams, PauseResult


async def handle(context: Context, params: PauseParams) -> PauseResult:
    """Pause for a reason; what is under way by itself stops and is kept for later."""
    context.session.set_paused(params.reason, paused=True)
    await context.automatic.give_way()
    return PauseResult(pause_reasons=context.session.pause_reasons)
