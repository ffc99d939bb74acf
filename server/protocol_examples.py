"""One example of each method, as it stands in the document: parameters, and what comes back."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date

import msgspec

from server.protocol import (
    Activity,
    AddExamplesParams,
    AddExamplesResult,
    ArtifactType,
    ArtifactTypesParams,
    ArtifactTypesResult,
    BuildParams,
    BuildResult,
    CleanParams,
    CleanResult,
    Count,
    Diagram,
    DiagramParams,
    DiagramResult,
    DoctorFinding,
    DoctorParams,
    DoctorResult,
    EvaluateParams,
    EvaluateResult,
    ExampleHead,
    ExampleParams,
    ExampleResult,
    ExamplesParams,
    ExamplesResult,
    ExplainParams,
    ExplainResult,
    ExportedFamily,
    ExportParams,
    ExportResult,
    FamiliesParams,
    FamiliesResult,
    Family,
    FamilyFile,
    FilesParams,
    FilesResult,
    FolderStatus,
    GeneratedParams,
    GenerateParams,
    GenerateResult,
    JudgeParams,
    JudgeResult,
    LineRange,
    LossPoint,
    Message,
    ModelEvaluation,
    ModelsParams,
    ModelsResult,
    NamedCheck,
    OfferedModel,
    PauseParams,
    PauseResult,
    ReadAheadParams,
    ReadAheadResult,
    ReportParams,
    ReportResult,
    ResumeParams,
    RunParams,
    RunResult,
    RunsParams,
    RunsResult,
    RunSummary,
    Sample,
    SampleAnswer,
    StatusChangedParams,
    StatusParams,
    StatusResult,
    TrainableBase,
    TrainableExport,
    TrainingChoicesParams,
    TrainingChoicesResult,
    TrainingEstimate,
    TrainingPreset,
    TrainParams,
    VerifyCheck,
    VerifyParams,
    VerifyResult,
)

_FOLDER = "file:///home/ada/harbour-stay"
_EXPORT = f"{_FOLDER}/finetune_datasets/code_prototype_{date(2026, 11, 22):%Y%m%d}"
_SERVICE = "backend/Services/BookingService.cs"
_REQUEST = "ERD for a hotel booking system"
_DIAGRAM = "erDiagram\n  GUEST ||--o{ BOOKING : makes"
_RUN_NAME = "20261122-101500-a1b2"
_RUN = f".mothertongue/runs/{_RUN_NAME}"
_ID = "0d4b1c9e8f7a6b5c4d3e2f10"

_TRAINING = TrainParams(folder=_FOLDER, export=f"{_EXPORT}.jsonl", preset="quick", minutes=10)
_TRAINED_FIGURES = ModelEvaluation(
    base_loss=1.62, loss=0.84, base_first_prompts=0, first_prompts=3, all_first_prompts=4,
    uri=f"{_FOLDER}/{_RUN}/evaluation/index.html",
)  # fmt: skip
_SUMMARY = RunSummary(
    name=_RUN_NAME, status="training", stopping=False, step=240, planned_steps=310, eta_seconds=136, message="", base_loss=1.58,
    best_loss=0.91,
)  # fmt: skip

_STATUS = FolderStatus(
    folder=_FOLDER, name="harbour-stay", state="ready", activity=None, problem="", pending_files=0, artifact_type="code_prototype",
    files=49, examples=2180, commits=9, families=(Count(name="repository", count=1104), Count(name="files", count=846)),
    skipped=(Count(name="no known language", count=3),), dropped=(Count(name="a placeholder in the answer", count=2),),
    newest_export=f"{_EXPORT}.jsonl", new_examples=12, trained=True,
)  # fmt: skip

EXAMPLES: Mapping[str, tuple[Message, Message | None]] = {
    "mothertongue/build": (
        BuildParams(folder=_FOLDER, artifact_type="code_prototype", work_done_token="build-1"),  # noqa: S106 - an identifier
        BuildResult(changed=49, removed=0, status=_STATUS),
    ),
    "mothertongue/export": (
        ExportParams(folder=_FOLDER, format="trl", target=5000, work_done_token="export-1"),  # noqa: S106 - an identifier
        ExportResult(
            uri=f"{_EXPORT}.jsonl", report_uri=f"{_EXPORT}.report.html", train_rows=4748, validation_rows=252,
            families=(ExportedFamily(name="files", quota=1500, available=846, taken=791),), shortages=(),
        ),
    ),
    "mothertongue/verify": (
        VerifyParams(folder=_FOLDER),
        VerifyResult(
            uri=f"{_EXPORT}.jsonl", report_uri=f"{_EXPORT}.report.html", verdict="passed", rows=5000,
            checks=(VerifyCheck(id="parses", name="All code parses", passed=True, figure="3,871 of 3,871", details=()),), warnings=(),
        ),
    ),
    "mothertongue/addExamples": (
        AddExamplesParams(uris=(f"{_FOLDER}/{_SERVICE}",), lines=LineRange(start=40, end=72), prompt="Cancel a booking and refund it"),
        AddExamplesResult(added=(Count(name=_SERVICE, count=1),), examples=1),
    ),
    "mothertongue/status": (StatusParams(), StatusResult(folders=(_STATUS,), pause_reasons=())),
    "mothertongue/families": (
        FamiliesParams(folder=_FOLDER),
        FamiliesResult(families=(Family(name="files", title="Files", files=49, examples=846),)),
    ),
    "mothertongue/files": (
        FilesParams(folder=_FOLDER, family="files", limit=1),
        FilesResult(files=(FamilyFile(path=_SERVICE, uri=f"{_FOLDER}/{_SERVICE}", examples=17),), total=49),
    ),
    "mothertongue/examples": (
        ExamplesParams(folder=_FOLDER, family="files", path=_SERVICE, limit=1),
        ExamplesResult(
            examples=(
                ExampleHead(
                    id=_ID, kind="implement", language="csharp", prompt_head="Implement `CancelAsync` based on the repository structure.",
                    uri=f"{_FOLDER}/{_SERVICE}", start_line=40, end_line=52,
                ),
            ),
            total=17,
        ),
    ),
    "mothertongue/example": (
        ExampleParams(folder=_FOLDER, id=_ID),
        ExampleResult(
            id=_ID, family="files", kind="implement", language="csharp",
            prompt="Implement `CancelAsync` based on the repository structure.\n...", completion="public async Task CancelAsync(...)\n...",
            path=_SERVICE, uri=f"{_FOLDER}/{_SERVICE}", start_line=40, end_line=52, context_paths=("backend/Dtos/BookingDto.cs",),
            commit="", rule="variations.implement", licence="MIT",
        ),
    ),
    "mothertongue/artifactTypes": (
        ArtifactTypesParams(folder=_FOLDER),
        ArtifactTypesResult(
            artifact_types=(ArtifactType(name="code_prototype", title="Code Prototype"), ArtifactType(name="erd", title="ERD")),
            chosen="code_prototype",
        ),
    ),
    "mothertongue/explain": (
        ExplainParams(uri=f"{_FOLDER}/.env"),
        ExplainResult(sentence=".env: not part: may hold secrets"),
    ),
    "mothertongue/generate": (
        GenerateParams(uri=f"{_FOLDER}/README.md", prompt=_REQUEST, kind="erd", seed=7, token="generate-1"),  # noqa: S106 - an identifier
        GenerateResult(
            kind="erd", text=_DIAGRAM, language="mermaid", state="complete", notes=(), tokens=14, first_token_ms=180.0, total_ms=410.0
        ),
    ),
    "mothertongue/readAhead": (
        ReadAheadParams(uri=f"{_FOLDER}/README.md", prompt=_REQUEST, kind="erd"),
        ReadAheadResult(begun=True),
    ),
    "mothertongue/judge": (
        JudgeParams(uri=f"{_FOLDER}/README.md", line=12, prompt=_REQUEST, text=_DIAGRAM, language="mermaid", verdict="accepted"),
        JudgeResult(examples=1, accepted=4, rejected=2),
    ),
    "mothertongue/models": (
        ModelsParams(folder=_FOLDER),
        ModelsResult(
            models=(
                OfferedModel(name="embedded", kind="embedded", title="", uri=None, base="", evaluation=None, in_use=False),
                OfferedModel(
                    name=f"{_RUN}/adapter.gguf", kind="adapter", title=_RUN_NAME, uri=f"{_FOLDER}/{_RUN}/adapter.gguf",
                    base="SmolLM2-135M-Instruct.Q4_1",
                    evaluation=_TRAINED_FIGURES,
                    in_use=True,
                ),
            ),
            automatic=True, problem="",
        ),
    ),
    "mothertongue/trainingChoices": (
        TrainingChoicesParams(folder=_FOLDER),
        TrainingChoicesResult(
            exports=(TrainableExport(uri=f"{_EXPORT}.jsonl", name="code_prototype_20261122.jsonl", rows=4748, newer=3),),
            bases=(TrainableBase(path="", title="SmolLM2-135M-Instruct.Q4_1"),),
            presets=(TrainingPreset(name="quick", minutes=10, epochs=0), TrainingPreset(name="standard", minutes=0, epochs=3)),
            minimum_rows=500, missing=(), running="",
        ),
    ),
    "mothertongue/estimateTraining": (_TRAINING, TrainingEstimate(seconds=600, basis="timeBox")),
    "mothertongue/train": (_TRAINING, RunParams(folder=_FOLDER, run=_RUN_NAME)),
    "mothertongue/stopTraining": (RunParams(folder=_FOLDER, run=_RUN_NAME), msgspec.structs.replace(_SUMMARY, stopping=True)),
    "mothertongue/resumeTraining": (
        RunParams(folder=_FOLDER, run=_RUN_NAME), msgspec.structs.replace(_SUMMARY, status="starting", eta_seconds=None)
    ),
    "mothertongue/runs": (RunsParams(folder=_FOLDER), RunsResult(runs=(_SUMMARY,))),
    "mothertongue/run": (
        RunParams(folder=_FOLDER, run=_RUN_NAME),
        RunResult(
            summary=_SUMMARY, base="SmolLM2-135M-Instruct.Q4_1", data="code_prototype_20261122.jsonl", rows=4748, validation_rows=32,
            place="float32, which this processor multiplies 1.9 times as fast as the other precision", learning_rate=0.001, seed=0,
            elapsed_seconds=464, tokens_per_second=812.0, training_loss=(LossPoint(step=1, loss=1.66), LossPoint(step=240, loss=0.97)),
            held_out_loss=(LossPoint(step=0, loss=1.58), LossPoint(step=228, loss=0.91)), diagnosis=(), notes=(),
            model=None, log_uri=f"{_FOLDER}/{_RUN}/log.txt", evaluation=_TRAINED_FIGURES,
            samples=(
                Sample(
                    prompt=_REQUEST,
                    before=SampleAnswer(text="An ERD shows ...", language="markdown", valid=False, checks=()),
                    after=SampleAnswer(text=_DIAGRAM, language="mermaid", valid=True, checks=(NamedCheck(name="Guest", passed=True),)),
                ),
            ),
        ),
    ),
    "mothertongue/evaluate": (
        EvaluateParams(folder=_FOLDER, run=_RUN_NAME, work_done_token="evaluate-1"),  # noqa: S106 - an identifier
        EvaluateResult(uri=f"{_FOLDER}/{_RUN}/evaluation/index.html"),
    ),
    "mothertongue/diagram": (
        DiagramParams(uri=f"{_FOLDER}/backend/Models/Booking.cs", line=12, kind="erd"),
        DiagramResult(
            name="Booking.cs",
            diagrams=(
                Diagram(
                    kind="erd", subject="Booking",
                    text="%% mothertongue: source=backend/Models/Booking.cs#Booking kind=erd hash=3f2a91c05d7e\nerDiagram\n    ...",
                    sources=("backend/Models/Booking.cs", "backend/Models/Hotel.cs"),
                ),
            ),
        ),
    ),
    "mothertongue/report": (
        ReportParams(folder=_FOLDER),
        ReportResult(uri=f"{_EXPORT}.report.html", export_uri=f"{_EXPORT}.jsonl"),
    ),
    "mothertongue/doctor": (
        DoctorParams(folder=_FOLDER),
        DoctorResult(findings=(DoctorFinding(what="SQLite", state="ok", detail="3.45.1", remedy=""),)),
    ),
    "mothertongue/pause": (PauseParams(reason="battery"), PauseResult(pause_reasons=("battery",))),
    "mothertongue/resume": (ResumeParams(reason="battery"), PauseResult(pause_reasons=())),
    "mothertongue/clean": (CleanParams(folder=_FOLDER), CleanResult(removed=(f"{_FOLDER}/.mothertongue",))),
    "mothertongue/generated": (GeneratedParams(token="generate-1", text="  GUEST ||--o{ BOOKING : makes\n"), None),  # noqa: S106 - an identifier
    "mothertongue/statusChanged": (
        StatusChangedParams(
            folder=_FOLDER, state="building", activity=Activity(stage="Reading files", done=40, total=49), problem="", pending_files=0,
            files=0, examples=0, pause_reasons=(), content_changed=False,
        ),
        None,
    ),
}  # fmt: skip
