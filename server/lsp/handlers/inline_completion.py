"""`textDocument/inlineCompletion`: what a prompt line asks for, as ghost text.

On request at once; by itself after a pause, at the end of a line that was being written, and never after a deletion. A client that has no
use for the answer any more cancels the request, which ends the pause or the generation.
"""

from __future__ import annotations

import asyncio
import logging

from lsprotocol import types

from server.lsp.context import Context
from server.lsp.failure import WorkFailedError
from server.lsp.handlers.generate import task_for
from server.lsp.prompt_lines import completion_text, prompt_line

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
        return _list(None)
    try:
        return _list(await _text(context, params, by_itself=by_itself))
    except WorkFailedError as error:
        if not by_itself:
            raise
        logger.warning("No answer to a prompt line: %s", error)
        return _list(None)


async def _text(context: Context, params: types.InlineCompletionParams, *, by_itself: bool) -> str | None:
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
        made = await context.generation.generate(task, gives_way=True)
        answer = made.text
        context.inline_completions.remember(key, answer)
    return completion_text(prompt, answer)


def _list(text: str | None) -> types.InlineCompletionList:
    return types.InlineCompletionList(items=[types.InlineCompletionItem(insert_text=text)] if text is not None else [])
