"""What the language server knows between messages: the workspace folders, their state and settings, and why it pauses.

Changed only on the event loop's thread; what leaves it is an immutable snapshot. It knows nothing of LSP or of the index process.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from pathlib import Path
from typing import get_args

from server.lsp.failure import WorkFailedError
from server.lsp.settings import MachineSettings, ResourceSettings, WindowSettings
from server.processes.messages import Content, Outcome, Place
from server.protocol import Activity, ErrorKind, FolderState, FolderStatus, PauseReason, StatusChangedParams


class Folder:
    """One workspace folder.

    Attributes:
        uri: As the client gave it.
        root: On disk.
        name: For people.
        settings: Of the editor, for this folder.
        model: Which model answers, as the setting `model` names it; empty for the newest.
        pending: Paths relative to the folder of which something became; in the order in which it did.
        needs_build: Whether the folder as a whole must be looked at.
        head: What git's HEAD held when it was last looked at.
        files: In the data set; with none, it counts as not built.
        examples: In the data set.
        content: What there was when it was last looked at; None before.
        state: What is being done.
        activity: How far that is.
        problem: Why the last work failed; empty where it did not.
        failed_with: How the last work failed; while it stands, nothing is done by itself.
    """

    def __init__(self, uri: str, root: Path, name: str) -> None:
        self.uri = uri
        self.root = root
        self.name = name
        self.settings = ResourceSettings()
        self.model = ""
        self.pending: dict[str, None] = {}
        self.needs_build = False
        self.head = ""
        self.files = 0
        self.examples = 0
        self.content: Content | None = None
        self.state: FolderState = "ready"
        self.activity: Activity | None = None
        self.problem = ""
        self.failed_with: ErrorKind | None = None

    @property
    def is_built(self) -> bool:
        """Whether there is a data set to keep up to date."""
        return self.files > 0

    def relative(self, path: Path) -> str | None:
        """A path relative to the folder with forward slashes; None for one outside, and for the folder itself."""
        return path.relative_to(self.root).as_posix() if path != self.root and path.is_relative_to(self.root) else None


class Session:
    """All folders and what holds for all of them."""

    def __init__(self, on_change: Callable[[StatusChangedParams], None]) -> None:
        self.folders: dict[str, Folder] = {}
        self.window = WindowSettings()
        self.machine = MachineSettings()
        self.is_trusted = True
        self._pause_reasons: set[PauseReason] = set()
        self._on_change = on_change

    @property
    def pause_reasons(self) -> tuple[PauseReason, ...]:
        """Why nothing is done by itself, in a fixed order; empty where it is."""
        return tuple(reason for reason in get_args(PauseReason) if reason in self._pause_reasons)

    def set_paused(self, reason: PauseReason, *, paused: bool) -> None:
        """Begin or end to pause for a reason."""
        (self._pause_reasons.add if paused else self._pause_reasons.discard)(reason)
        for folder in self.folders.values():
            self.tell(folder)

    def folder(self, uri: str) -> Folder:
        """The folder of a URI.

        Raises:
            WorkFailedError: It is no folder of the workspace.
        """
        found = self.folders.get(uri) or self.folders.get(uri.rstrip("/"))
        if found is None:
            known = ", ".join(self.folders) or "none"
            raise WorkFailedError(ErrorKind.NO_FOLDER, f"{uri} is no folder of this workspace (known: {known}). Open the folder first.")
        return found

    def locate(self, path: Path) -> tuple[Folder, str] | None:
        """The innermost folder that a path lies in, and the path in it; None outside of all."""
        found = [(folder, relative) for folder in self.folders.values() if (relative := folder.relative(path)) is not None]
        return max(found, key=lambda row: len(row[0].root.parts), default=None)

    def refuse_if_restricted(self, what: str) -> None:
        """Refuse in a workspace that is not trusted.

        Raises:
            WorkFailedError: It is not; `what` begins the sentence.
        """
        if not self.is_trusted:
            message = f"{what} runs on files of this folder. Trust the workspace first: nothing of it is run in Restricted Mode."
            raise WorkFailedError(ErrorKind.RESTRICTED, message)

    def place(self, folder: Folder) -> Place:
        """A folder as the index process needs to know it."""
        return Place(str(folder.root), folder.settings.overrides(is_trusted=self.is_trusted), self.machine.workers)

    def may_update(self, folder: Folder) -> bool:
        """Whether there is something to do in a folder by itself, and nothing against it."""
        wanted = folder.needs_build or folder.pending
        is_free = self.window.keep_up_to_date and not self._pause_reasons and folder.failed_with is None
        return bool(wanted and folder.is_built and is_free)

    def waiting(self) -> Iterator[Folder]:
        """Folders in which something is to be done by itself."""
        return (folder for folder in list(self.folders.values()) if self.may_update(folder))

    # Changes of a folder's state, each of which the client is told

    def begin(self, folder: Folder, state: FolderState) -> None:
        """Work begins."""
        folder.state, folder.activity, folder.problem = state, None, ""
        self.tell(folder)

    def progress(self, folder: Folder, activity: Activity) -> None:
        """Work goes on."""
        folder.activity = activity
        self.tell(folder)

    def end(self, folder: Folder, error: WorkFailedError | None = None, *, content_changed: bool = True) -> None:
        """Work ends."""
        folder.state, folder.activity = "ready", None
        folder.problem = str(error) if error is not None else ""
        folder.failed_with = error.kind if error is not None else None
        self.tell(folder, content_changed=content_changed)

    def count(self, folder: Folder, outcome: Outcome) -> bool:
        """Remember how much there is; whether anything is different."""
        before, now = (folder.files, folder.examples), (outcome.files, outcome.examples)
        folder.files, folder.examples = now
        return before != now or outcome.changed + outcome.removed > 0

    def tell(self, folder: Folder, *, content_changed: bool = False) -> None:
        """Hand the folder's state to the client."""
        self._on_change(
            StatusChangedParams(
                folder=folder.uri,
                state=self._shown_state(folder),
                activity=folder.activity,
                problem=folder.problem,
                pending_files=len(folder.pending),
                files=folder.files,
                examples=folder.examples,
                pause_reasons=self.pause_reasons,
                content_changed=content_changed,
            )
        )

    def know(self, folder: Folder, content: Content) -> None:
        """Remember what there is."""
        folder.content = content
        folder.files, folder.examples = content.files, content.examples

    def status(self, folder: Folder, content: Content) -> FolderStatus:
        """All there is to say of a folder with this content."""
        return FolderStatus(
            folder=folder.uri,
            name=folder.name,
            state=self._shown_state(folder),
            activity=folder.activity,
            problem=folder.problem,
            pending_files=len(folder.pending),
            artifact_type=content.artifact_type,
            files=folder.files,
            examples=folder.examples,
            commits=content.commits,
            families=content.families,
            skipped=content.skipped,
            dropped=content.dropped,
            newest_export=content.newest_export,
            new_examples=content.new_examples,
            trained=content.trained,
        )

    def _shown_state(self, folder: Folder) -> FolderState:
        if folder.state != "ready":
            return folder.state
        if folder.problem:
            return "failed"
        if not folder.is_built:
            return "notBuilt"
        return "paused" if self._pause_reasons else "ready"
