"""The questions about diagrams: what can be drawn of something, and which diagrams of a document are outdated (IO: reads the store)."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import cast

from dataset_core.diagrams.kept import Kept, digest_of, kept_in, with_source
from dataset_core.diagrams.of_this import Drawing, Focus, drawing_again, drawings_of_file, drawings_of_folder, focus_at
from dataset_core.language import extensions
from dataset_core.linking import StoredProject
from dataset_core.store import FOLDER_NAME, Store
from dataset_core.workspace import explain
from server.processes.catalogue import has_store
from server.processes.failures import NotBuiltError, NothingToDrawError
from server.processes.messages import AskDiagrams, AskOutdated, Outdated, OutdatedDiagram
from server.protocol import Diagram, DiagramKind, DiagramResult

_NOT_BUILT = "Diagrams are drawn from the data set, which {} has none of yet. Build it first."


def diagrams_of_this(question: AskDiagrams) -> DiagramResult:
    """What can be drawn of a file, of the definition at a line of it, or of a folder.

    Raises:
        NotBuiltError: There is no data set to draw from.
        NothingToDrawError: The file is no part of it; the message says why.
    """
    root, params = Path(question.place.root), question.params
    if not has_store(root):
        raise NotBuiltError(_NOT_BUILT.format(root.name))
    with _project(root) as project:
        drawings = _drawings(project, root, question.path, params.line)
    wanted = [drawing for drawing in drawings if params.kind in (None, drawing.kind)]
    return DiagramResult(name=(root / question.path).name, diagrams=tuple(_diagram(drawing, question.path) for drawing in wanted))


def outdated(question: AskOutdated) -> Outdated:
    """The diagrams of a document that the code gives in another way today; none where there is no data set to compare with."""
    root = Path(question.place.root)
    kept = kept_in(question.text)
    if not kept or not has_store(root):
        return Outdated(())
    with _project(root) as project:
        return Outdated(tuple(_outdated(kept, project)))


def _drawings(project: StoredProject, root: Path, path: str, line: int) -> list[Drawing]:
    view = project.view(path)
    if view is not None:
        return (drawings_of_file(view, project, focus_at(view, line)) if line else []) or drawings_of_file(view, project, Focus())
    if not (root / path).is_dir():
        raise NothingToDrawError(explain(root, path, extensions()))
    return drawings_of_folder(path, project)


def _outdated(kept: Iterable[Kept], project: StoredProject) -> Iterator[OutdatedDiagram]:
    for one in kept:
        drawing = _today(one, project)
        if drawing is None or digest_of(drawing) != one.digest:
            text = "".join(f"{one.indent}{line}\n" for line in with_source(drawing, one.path).splitlines()) if drawing is not None else None
            yield OutdatedDiagram(one.subject or one.path, one.start, one.end, text)


def _today(kept: Kept, project: StoredProject) -> Drawing | None:
    view = project.view(kept.path)
    if view is not None:
        return drawing_again(view, project, kept.kind, kept.subject)
    return next((drawing for drawing in drawings_of_folder(kept.path, project) if drawing.kind == kept.kind), None)


def _diagram(drawing: Drawing, path: str) -> Diagram:
    kind = cast("DiagramKind", drawing.kind)
    return Diagram(kind=kind, subject=drawing.subject, text=with_source(drawing, path), sources=drawing.paths)


@contextmanager
def _project(root: Path) -> Iterator[StoredProject]:
    with Store(root / FOLDER_NAME, read_only=True) as store:
        yield StoredProject(store).for_unit("")
