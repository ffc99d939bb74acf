"""What the language server and the index process say to each other: one JSON object a line.

Tasks are *jobs*, which change the data set and run one after the other, and *questions*, which read it and are answered meanwhile.
"""

from __future__ import annotations

from typing import Any

import msgspec

from server.protocol import (
    AddExamplesParams,
    ArtifactTypesParams,
    CleanParams,
    Count,
    DiagramParams,
    DoctorParams,
    ErrorKind,
    ExampleParams,
    ExamplesParams,
    ExplainParams,
    ExportParams,
    FamiliesParams,
    FilesParams,
    JudgeParams,
    ReportParams,
    RunParams,
    VerifyParams,
)


class Place(msgspec.Struct, frozen=True):
    """A workspace folder, as the index process needs to know it.

    Attributes:
        root: Path of the folder.
        settings: Settings of the editor that are set, by their names in `mothertongue.toml`.
        workers: Processes that a build uses; 0 for as many as pay.
    """

    root: str
    settings: dict[str, Any]
    workers: int


class _Task(msgspec.Struct, frozen=True, tag=True):
    place: Place


# Jobs


class Build(_Task, frozen=True):
    """Bring the data set up to date with the folder. Gives an `Outcome`."""

    artifact_type: str | None = None


class Update(_Task, frozen=True):
    """Take in what became of these paths, relative to the folder: files or folders, there or gone. Gives an `Outcome`."""

    paths: tuple[str, ...]


class Export(_Task, frozen=True):
    """Gives an `ExportResult`."""

    params: ExportParams


class Verify(_Task, frozen=True):
    """Gives a `VerifyResult`. `path` is that of an export; None for the newest."""

    params: VerifyParams
    path: str | None


class Add(_Task, frozen=True):
    """Gives an `AddExamplesResult`."""

    params: AddExamplesParams
    paths: tuple[str, ...]


class Judge(_Task, frozen=True):
    """Gives a `JudgeResult`. `path` is that of the file, relative to the folder."""

    params: JudgeParams
    path: str


class Clean(_Task, frozen=True):
    """Gives a `CleanResult`."""

    params: CleanParams


Job = Build | Update | Export | Verify | Add | Judge | Clean


# Questions


class AskCounts(_Task, frozen=True):
    """Gives an `Outcome` in which nothing was done."""


class AskContent(_Task, frozen=True):
    """Gives a `Content`."""


class AskFamilies(_Task, frozen=True):
    """Gives a `FamiliesResult`."""

    params: FamiliesParams


class AskFiles(_Task, frozen=True):
    """Gives a `FilesResult`."""

    params: FilesParams


class AskExamples(_Task, frozen=True):
    """Gives an `ExamplesResult`."""

    params: ExamplesParams


class AskExample(_Task, frozen=True):
    """Gives an `ExampleResult`."""

    params: ExampleParams


class AskArtifactTypes(_Task, frozen=True):
    """Gives an `ArtifactTypesResult`."""

    params: ArtifactTypesParams


class AskExplanation(_Task, frozen=True):
    """Gives an `ExplainResult`."""

    params: ExplainParams
    path: str


class AskDiagrams(_Task, frozen=True):
    """Gives a `DiagramResult`. `path` is relative to the folder; empty for the folder itself."""

    params: DiagramParams
    path: str


class AskOutdated(_Task, frozen=True):
    """Gives an `Outdated`: which diagrams in the text of a document show code that has moved on."""

    text: str


class AskModels(_Task, frozen=True):
    """Gives a `ModelsResult`. `selected` is the setting `model`."""

    selected: str
    is_trusted: bool


class AskRuns(_Task, frozen=True):
    """Gives a `RunsResult`."""


class AskRun(_Task, frozen=True):
    """Gives a `RunResult`."""

    params: RunParams


class AskReport(_Task, frozen=True):
    """Gives a `ReportResult`."""

    params: ReportParams


class AskDoctor(_Task, frozen=True):
    """Gives a `DoctorResult`. `model_python` is the interpreter that trains and generates; empty for the one that runs the server."""

    params: DoctorParams
    model_python: str


Question = (
    AskArtifactTypes
    | AskContent
    | AskCounts
    | AskDiagrams
    | AskDoctor
    | AskExample
    | AskExamples
    | AskExplanation
    | AskFamilies
    | AskFiles
    | AskModels
    | AskOutdated
    | AskReport
    | AskRun
    | AskRuns
)
Task = Job | Question


class Outcome(msgspec.Struct, frozen=True):
    """What a build or an update did, and how much there is now.

    Attributes:
        changed: Files that were read anew.
        removed: Files that were forgotten.
        files: Files in the data set; with none, it counts as not built.
        examples: Examples in the data set.
    """

    changed: int
    removed: int
    files: int
    examples: int


class Content(msgspec.Struct, frozen=True):
    """What the data set of a folder holds: the fields of `FolderStatus` that the index process knows."""

    artifact_type: str
    files: int
    examples: int
    commits: int
    families: tuple[Count, ...]
    skipped: tuple[Count, ...]
    dropped: tuple[Count, ...]
    newest_export: str | None
    new_examples: int
    trained: bool


class OutdatedDiagram(msgspec.Struct, frozen=True):
    """A diagram in a document that the code does not give any more.

    Attributes:
        source: What it is of, for people.
        start: Its first line, counted from 0.
        end: The line after its last one.
        text: What stands there instead, with a line end after each line; None where the code has no such thing any more.
    """

    source: str
    start: int
    end: int
    text: str | None


class Outdated(msgspec.Struct, frozen=True):
    """The outdated diagrams of a document, from the top."""

    diagrams: tuple[OutdatedDiagram, ...]


# The pipe


class Start(msgspec.Struct, frozen=True, tag=True):
    """To the index process: do this."""

    id: int
    task: Task


class Cancel(msgspec.Struct, frozen=True, tag=True):
    """To the index process: stop doing that; unknown ids are those that are done."""

    id: int


class Progressed(msgspec.Struct, frozen=True, tag=True):
    """From the index process: how far a job is."""

    id: int
    stage: str
    done: int
    total: int


class Done(msgspec.Struct, frozen=True, tag=True):
    """From the index process: the result of a task."""

    id: int
    result: msgspec.Raw


class Failed(msgspec.Struct, frozen=True, tag=True):
    """From the index process: why there is no result, with the remedy; `kind` is None after a `Cancel`."""

    id: int
    kind: ErrorKind | None
    message: str


ToProcess = Start | Cancel
FromProcess = Progressed | Done | Failed
