"""`mothertongue/generate`: a text for a place in a file, piece by piece."""

from __future__ import annotations

from pygls.uris import to_fs_path

from server.lsp.context import Context
from server.lsp.failure import WorkFailedError
from server.processes.generation_messages import Generate
from server.protocol import ErrorKind, GeneratedParams, GenerateParams, GenerateResult


async def handle(context: Context, params: GenerateParams) -> GenerateResult:
    """Ask the process that generates."""
    if not params.prompt.strip():
        raise WorkFailedError(ErrorKind.GENERATION, "The prompt is empty. Say what to generate.")
    task = task_for(context, params.uri, params.prompt, kind=params.kind or "", seed=params.seed, max_tokens=params.max_tokens)

    def on_text(text: str) -> None:
        if params.token is not None:
            context.client.notify("mothertongue/generated", GeneratedParams(token=params.token, text=text))

    return await context.generation.generate(task, on_text)


def task_for(context: Context, uri: str, prompt: str, *, kind: str, seed: int = 0, max_tokens: int = 1024) -> Generate:
    """A task for a file.

    Raises:
        WorkFailedError: No folder is open that it could belong to.
    """
    folder, _ = context.home_of(uri)
    return Generate(0, str(folder.root), to_fs_path(uri) or "", prompt, kind, seed, max_tokens, context.session.is_trusted, folder.model)
