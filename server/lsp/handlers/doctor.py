"""`mothertongue/doctor`: whether everything is there."""

from __future__ import annotations

from server.lsp.context import Context
from server.processes.messages import AskDoctor
from server.protocol import DoctorParams, DoctorResult


async def handle(context: Context, params: DoctorParams) -> DoctorResult:
    """Ask the index process."""
    folder = context.session.folder(params.folder)
    return await context.worker.ask(AskDoctor(context.session.place(folder), params, context.generation.python), DoctorResult)
