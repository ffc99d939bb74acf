"""`mothertongue/artifactTypes`: what a model can be best at."""

from __future__ import annotations

from server.lsp.context import Context
from server.processes.messages import AskArtifactTypes
from server.protocol import ArtifactTypesParams, ArtifactTypesResult


async def handle(context: Context, params: ArtifactTypesParams) -> ArtifactTypesResult:
    """Ask the index process."""
    folder = context.session.folder(params.folder)
    return await context.worker.ask(AskArtifactTypes(context.session.place(folder), params), ArtifactTypesResult)
