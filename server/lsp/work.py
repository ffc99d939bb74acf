"""Work that the person asked for: it goes before what is done by itself, shows progress, and ends with the folder's new counts."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Literal, TypeVar

import msgspec
from lsprotocol import types

from server.lsp.context import Client, Context
from server.lsp.failure import WorkFailedError
from server.lsp.session import Folder
from server.processes.messages import AskContent, AskCounts, Content, Job, Outcome
from server.protocol import Activity, FolderState, FolderStatus, ProgressToken

_Result = TypeVar("_Result", bound=msgspec.Struct)

_TITLES: Mapping[str, str] = {
    "building": "Building the data set",
    "exporting": "Exporting the data set",
    "verifying": "Verifying the export",
    "adding": "Adding examples",
    "cleaning": "Removing the data set",
    "evaluating": "Evaluating",
}

# Where in the whole, in per cent, each stage lies; others show no percentage of their own.
_SPANS: Mapping[str, Mapping[str, tuple[int, int]]] = {
    "building": {"Reading files": (0, 55), "Linking files": (55, 90), "Reading history": (90, 100)},
    "exporting": {
        "Reading files": (0, 35),
        "Linking files": (35, 55),
        "Reading history": (55, 60),
        "Choosing rows": (60, 95),
        "Writing files": (95, 100),
    },
    "adding": {"Adding examples": (0, 100)},
    "evaluating": {"loss of base": (0, 20), "loss of adapter": (20, 40), "answers of base": (40, 70), "answers of adapter": (70, 100)},
}


async def work(
    context: Context, folder: Folder, state: FolderState, job: Job, result: type[_Result], token: ProgressToken | None = None
) -> _Result:
    """Do a job in a folder.

    Raises:
        WorkFailedError: It could not be done; the folder's state says so too.
    """
    async with context.automatic.held():
        progress = WorkProgress(context.client, token, state)
        context.session.begin(folder, state)

        def report(activity: Activity) -> None:
            context.session.progress(folder, activity)
            progress.report(activity)

        error = None
        try:
            done = await context.worker.run(job, result, report)
            counted = done if isinstance(done, Outcome) else await context.worker.ask(AskCounts(job.place), Outcome)
            context.session.count(folder, counted)
        except WorkFailedError as failure:
            error = failure
            raise
        else:
            return done
        finally:
            progress.end()
            context.session.end(folder, error)


async def status_of(context: Context, folder: Folder) -> FolderStatus:
    """All there is to say of a folder now; while work on it goes on, its content is what was known last, since counting would take seconds.

    Raises:
        WorkFailedError: Its store or its settings cannot be read.
    """
    content = folder.content if folder.state != "ready" else None
    if content is None:
        content = await context.worker.ask(AskContent(context.session.place(folder)), Content)
        context.session.know(folder, content)
    return context.session.status(folder, content)


@dataclass
class WorkProgress:
    """Progress of one request, under the token that came with it; without one, nothing is reported."""

    client: Client
    token: ProgressToken | None
    state: FolderState | Literal["evaluating"]
    percentage: int = 0

    def __post_init__(self) -> None:
        if self.token is not None:
            self.client.progress(self.token, types.WorkDoneProgressBegin(title=_TITLES[self.state], cancellable=True, percentage=0))

    def report(self, activity: Activity) -> None:
        """Say how far it is."""
        if self.token is None:
            return
        self.percentage = max(self.percentage, _percentage(self.state, activity))
        message = f"{activity.stage}: {activity.done:,} of {activity.total:,}" if activity.total else activity.stage
        self.client.progress(self.token, types.WorkDoneProgressReport(message=message, percentage=self.percentage))

    def end(self) -> None:
        """Say that it is over."""
        if self.token is not None:
            self.client.progress(self.token, types.WorkDoneProgressEnd())


def _percentage(state: str, activity: Activity) -> int:
    start, end = _SPANS.get(state, {}).get(activity.stage, (0, 0))
    return start + (end - start) * activity.done // activity.total if activity.total else start
