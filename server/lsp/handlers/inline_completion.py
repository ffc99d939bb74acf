"""`textDocument/inlineCompletion`: what a prompt line asks for, as ghost text.

On request at once; by itself after a pause, at the end of a line that was being written, and never after a deletion. A client that has no
use for the answer any more cancels the request, which ends the pause or the generation. Under the `workDoneToken` that came with a request,
`$/progress` says when its line begins to be answered, and in the end why no answer came, if none did; `mothertongue/generated` brings the
text meanwhile. Of lines that ask for nothing, and of answers that are known already, nothing is said.
"""

from __future__ import annotations

import asyncio
import logging

import msgspec
from lsprotocol import types

from server.lsp.context import Context
from server.lsp.failure import WorkFailedError
from server.lsp.handlers.generate import task_for
from server.lsp.prompt_lines import completion_text, prompt_line
from server.processes.generation_messages import Generate
from server.protocol import GeneratedParams, GenerateResult, JudgeParams, ProgressToken

_PAUSE_S = 0.6
_MAX_TOKENS = 384

logger = logging.getLogger(__name__)


async def handle(context: Context, params: types.InlineCompletionParams) -> types.InlineCompletionList:
    """Answer a prompt line.

    Raises:
        WorkFailedError: The person asked, and it cannot be answered; what was not asked for fails in the log.
    """
    by_itself = params.context.trigger_kind == types.InlineCompletionTriggerKind.Automatic
    uri = params.text_document.uri
    if by_itself and (not context.session.window.prompt_lines or context.inline_completions.was_shortened(uri)):
        return types.InlineCompletionList(items=[])
    try:
        item = await _item(context, params, by_itself=by_itself)
    except WorkFailedError as error:
        if not by_itself:
            raise
        logger.warning("No answer to a prompt line: %s", error)
        item = None
    return types.InlineCompletionList(items=[item] if item is not None else [])


async def _item(context: Context, params: types.InlineCompletionParams, *, by_itself: bool) -> types.InlineCompletionItem | None:
    uri, position = params.text_document.uri, params.position
    task = task_for(context, uri, "", kind="")
    prompt = prompt_line(task.path, context.client.lines(uri), position.line, position.character)
    if prompt is None:
        return None
    key = (task.root, task.model, prompt)
    answer = context.inline_completions.answer(key)
    if answer is None:
        if by_itself:
            await asyncio.sleep(_PAUSE_S)
        task = task_for(context, uri, prompt.prompt, kind=prompt.kind, max_tokens=_MAX_TOKENS)
        answer = await _answer(context, task, params.work_done_token)
        context.inline_completions.remember(key, answer)
    return types.InlineCompletionItem(
        insert_text=completion_text(prompt, answer.text),
        # Without a range, VS Code takes the word before the cursor for replaced, and then shows no ghost text.
        range=types.Range(position, position),
        command=_acceptance(JudgeParams(uri, position.line + 2, prompt.prompt, answer.text, answer.language, "accepted")),
    )


async def _answer(context: Context, task: Generate, token: ProgressToken | None) -> GenerateResult:
    """Have the answer made; a client that gave a token can show meanwhile that something happens."""
    if token is None:
        return await context.generation.generate(task, gives_way=True)
    problem = None
    context.client.progress(token, types.WorkDoneProgressBegin(title="Answering a prompt line", cancellable=True))
    try:
        return await context.generation.generate(
            task, lambda text: context.client.notify("mothertongue/generated", GeneratedParams(token=token, text=text)), gives_way=True
        )
    except WorkFailedError as error:
        problem = str(error)
        raise
    finally:
        context.client.progress(token, types.WorkDoneProgressEnd(message=problem))


def _acceptance(params: JudgeParams) -> types.Command:
    """What the client asks of this server when the person takes the text: it becomes an example as any other that is accepted."""
    return types.Command("Accept", "mothertongue.server.judge", arguments=[msgspec.to_builtins(params)])
