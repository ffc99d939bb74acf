"""`mothertongue/judge`: what the person thinks of a generated text."""

from __future__ import annotations

from server.lsp.context import Context
from server.processes.messages import AskCounts, Judge, Outcome
from server.protocol import JudgeParams, JudgeResult


async def handle(context: Context, params: JudgeParams) -> JudgeResult:
    """Have the index process remember it. A text that cannot be learnt is no trouble of the data set, so its state stays."""
    folder, relative = context.home_of(params.uri)
    place = context.session.place(folder)
    async with context.automatic.held():
        result = await context.worker.run(Judge(place, params, relative), JudgeResult)
        context.session.count(folder, await context.worker.ask(AskCounts(place), Outcome))
    context.session.tell(folder, content_changed=True)
    return result
