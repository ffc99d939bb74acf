"""`mothertongue/readAhead`: what will probably be asked for, so that its answer begins sooner."""

from __future__ import annotations

from server.lsp.context import Context
from server.lsp.handlers.generate import task_for
from server.protocol import ReadAheadParams, ReadAheadResult


async def handle(context: Context, params: ReadAheadParams) -> ReadAheadResult:
    """Tell the process that generates."""
    task = task_for(context, params.uri, params.prompt.strip(), kind=params.kind or "")
    return ReadAheadResult(begun=await context.generation.read_ahead(task))
