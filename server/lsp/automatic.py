"""What is done without being asked: changed files are taken in, one job at a time, whenever nothing else is to be done.

Work that the person asks for goes first: what is under way here is stopped, and goes on afterwards where it was.
"""

from __future__ import annotations

import asyncio
import logging
import re
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager, suppress
from pathlib import Path

from server.lsp.branch import head_of
from server.lsp.failure import WorkFailedError
from server.lsp.index_worker import IndexWorker
from server.lsp.session import Folder, Session
from server.processes.messages import AskCounts, Build, Outcome, Update
from server.protocol import ErrorKind

# Saves, and the many events of one change of branch, come in swarms.
_SETTLING_S = 0.25
_LONGEST_WAIT_S = 5.0
_STORE_FOLDER, _EXPORT_FOLDER = ".mothertongue", "finetune_datasets"
_OWN_FOLDERS = frozenset({_STORE_FOLDER, _EXPORT_FOLDER, "node_modules"})
# Written when a process that used the store is done with it.
_STORE = frozenset({_STORE_FOLDER, f"{_STORE_FOLDER}/store.sqlite3"})
# Written last of the files of an export.
_EXPORT = re.compile(rf"{_EXPORT_FOLDER}(/[^/]+\.manifest\.json)?")

logger = logging.getLogger(__name__)


class Automatic:
    """Watches what became of files, and keeps the data sets up to date."""

    def __init__(self, session: Session, worker: IndexWorker, on_failure: Callable[[Folder, WorkFailedError], None]) -> None:
        self._session = session
        self._worker = worker
        self._on_failure = on_failure
        self._wanted = asyncio.Event()
        self._taken_in = asyncio.Event()
        self._under_way: asyncio.Task[None] | None = None
        self._running: asyncio.Task[None] | None = None
        self._n_holds = 0
        self._looks: dict[Folder, asyncio.Task[None]] = {}

    def start(self) -> None:
        """Begin to work."""
        self._running = asyncio.create_task(self._run())

    async def stop(self) -> None:
        """End, leaving undone what is not done."""
        self._n_holds += 1
        await self.give_way()
        tasks = [*self._looks.values(), *([self._running] if self._running is not None else [])]
        for task in tasks:
            task.cancel()
        if tasks:
            await asyncio.wait(tasks)

    async def add_folder(self, folder: Folder) -> None:
        """Find out what there is of a folder's data set; catch up with what changed while nobody looked."""
        folder.head = head_of(folder.root)
        try:
            self._session.count(folder, await self._worker.ask(AskCounts(self._session.place(folder)), Outcome))
        except WorkFailedError as error:
            self._session.end(folder, error)
            self._on_failure(folder, error)
        folder.needs_build = True
        self._session.tell(folder, content_changed=True)
        self.kick()

    def touch(self, path: Path) -> None:
        """Something became of a file or folder: it was saved, made, removed or renamed."""
        located = self._session.locate(path)
        if located is None:
            return
        folder, relative = located
        parts = Path(relative).parts
        if ".git" in parts:
            self.look_at_branch(folder)
        elif relative in _STORE:
            self._look_at_store(folder)
        elif _EXPORT.fullmatch(relative):
            self._session.tell(folder, content_changed=True)
        elif not _OWN_FOLDERS & set(parts):
            folder.pending[relative] = None
            self._try_again(folder)

    def look_at_branch(self, folder: Folder) -> None:
        """Look at the folder as a whole if its branch is another one by now."""
        head = head_of(folder.root)
        if head != folder.head:
            folder.head, folder.needs_build = head, True
            self._try_again(folder)

    def look_at_folder(self, folder: Folder) -> None:
        """Look at the folder as a whole."""
        folder.needs_build = True
        self._try_again(folder)

    def _look_at_store(self, folder: Folder) -> None:
        """Something became of the store: this server did it, and knows; or the command line or another window did."""
        if folder not in self._looks:
            self._looks[folder] = asyncio.create_task(self._counted_again(folder))

    async def _counted_again(self, folder: Folder) -> None:
        await asyncio.sleep(_SETTLING_S)
        del self._looks[folder]
        try:
            outcome = await self._worker.ask(AskCounts(self._session.place(folder)), Outcome)
        except WorkFailedError as error:
            logger.warning("The data set of %s cannot be counted: %s", folder.root, error)  # whoever uses it next is told
            return
        was_built = folder.is_built
        # Work that is under way counts in its end.
        if folder.state == "ready" and self._session.count(folder, outcome):
            folder.needs_build |= not was_built
            self._session.tell(folder, content_changed=True)
            self.kick()

    async def caught_up(self, folder: Folder) -> None:
        """Wait until what was saved is taken in, but not for long: whoever asks wants an answer, and a whole build takes its time."""

        async def wait() -> None:
            while folder.state == "updating" or self._session.may_update(folder):
                self._taken_in.clear()
                await self._taken_in.wait()

        with suppress(asyncio.TimeoutError):
            await asyncio.wait_for(wait(), _LONGEST_WAIT_S)

    def kick(self) -> None:
        """See whether there is something to do."""
        self._wanted.set()

    @asynccontextmanager
    async def held(self) -> AsyncIterator[None]:
        """Do nothing inside; what is under way stops before it begins, and goes on after it."""
        self._n_holds += 1
        try:
            await self.give_way()
            yield
        finally:
            self._n_holds -= 1
            self.kick()

    async def give_way(self) -> None:
        """Stop what is under way; it is put back."""
        if self._under_way is not None:
            self._under_way.cancel()
            await asyncio.wait([self._under_way])

    def _try_again(self, folder: Folder) -> None:
        """After a failure, each change is a reason to try again; after a crash, only the person is."""
        if folder.failed_with is not ErrorKind.CRASHED:
            folder.failed_with = None
        self.kick()

    async def _run(self) -> None:
        while True:
            await self._wanted.wait()
            await asyncio.sleep(_SETTLING_S)
            self._wanted.clear()
            while self._n_holds == 0 and (folder := next(self._session.waiting(), None)) is not None:
                self._under_way = asyncio.create_task(self._catch_up(folder))
                await asyncio.wait([self._under_way])
                self._under_way = None

    async def _catch_up(self, folder: Folder) -> None:
        """Take in what is pending; put it back where that fails or has to give way."""
        needs_build, paths = folder.needs_build, folder.pending
        folder.needs_build, folder.pending = False, {}
        place = self._session.place(folder)
        job = Build(place) if needs_build else Update(place, tuple(paths))
        self._session.begin(folder, "updating")
        error, is_different = None, True
        try:
            outcome = await self._worker.run(job, Outcome, lambda activity: self._session.progress(folder, activity))
            is_different = self._session.count(folder, outcome)
        except WorkFailedError as failure:
            error = failure
            self._on_failure(folder, failure)
            folder.needs_build = True
        except asyncio.CancelledError:
            folder.needs_build |= needs_build
            folder.pending = {**paths, **folder.pending}
            raise
        finally:
            self._session.end(folder, error, content_changed=is_different)
            self._taken_in.set()
