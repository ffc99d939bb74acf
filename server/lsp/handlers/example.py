"""`mothertongue/example`: one example in full."""

from __future__ import annotations

from server.lsp.context import Context
from server.processes.messages import AskExample
from server.protocol import ExampleParams, ExampleResult


async def handle(context: Context, params: ExampleParams) -> ExampleResult:
    """Ask the index process."""
    folder = context.session.folder(params.folder)
    return await context.worker.ask(AskExample(context.session.place(folder), params), ExampleResult)
