"""`mothertongue/resume`: go on doing what is done by itself."""

from __future__ import annotations

from server.lsp.context import Context
from server.protocol import PauseResult, ResumeParams


async def handle(context: Context, params: ResumeParams) -> PauseResult:
    """End a reason to pause."""
    context.session.set_paused(params.reason, paused=False)
    context.automatic.kick()
    return PauseResult(pause_reasons=context.session.pause_reasons)
