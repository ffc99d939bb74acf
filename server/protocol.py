"""The messages that the Language Server Protocol does not have: their names, parameters and results, the same for both sides.

`docs/protocol.md` and `extension/src/protocol.ts` are written from this module by `make protocol`, and a test fails when they differ.
Names are camelCase on the wire. Lines count from 1, and a last line is included, as in the data set; 0 stands for no span.
This module knows nothing of how a message is handled. It is long because it is one flat list, which reads best in one place.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from enum import Enum
from typing import Annotated, Literal

import msgspec
from msgspec import Meta

ProgressToken = int | str
PauseReason = Literal["user", "battery"]
FolderState = Literal["notBuilt", "ready", "building", "updating", "exporting", "verifying", "adding", "cleaning", "paused", "failed"]
CheckState = Literal["ok", "missing", "broken"]
GenerationKind = Literal["erd", "sequence", "class", "state", "flowchart", "architecture", "html", "api-docs", "code"]
GenerationState = Literal["complete", "cut", "cancelled"]
Verdict = Literal["accepted", "corrected", "rejected"]
ModelKind = Literal["embedded", "adapter", "merged", "file"]
RunStatus = Literal["notStarted", "starting", "preparing", "training", "finished", "cancelled", "failed", "killed"]
EstimateBasis = Literal["timeBox", "earlierRun", "machine"]
DiagramKind = Literal["erd", "class", "sequence", "flowchart", "architecture"]


class Message(msgspec.Struct, frozen=True, kw_only=True, rename="camel"):
    """Base of everything that crosses the wire."""


# Shared parts


class Count(Message, frozen=True):
    """How often a thing occurs.

    Attributes:
        name: What is counted: a family, a reason in words.
        count: How many.
    """

    name: str
    count: int


class Activity(Message, frozen=True):
    """How far the work that is under way has come.

    Attributes:
        stage: In words, such as `Reading files`.
        done: Items of this stage that are done.
        total: Items of this stage; 0 where unknown.
    """

    stage: str
    done: int
    total: int


class ErrorKind(str, Enum):
    """What can go wrong, for programs."""

    NO_FOLDER = "noFolder"
    SETTINGS = "settings"
    PROJECT = "project"
    STORE = "store"
    EXPORT = "export"
    NO_EXPORT = "noExport"
    ADDITION = "addition"
    MERMAID = "mermaid"
    UNKNOWN_EXAMPLE = "unknownExample"
    NOT_BUILT = "notBuilt"
    NOTHING_TO_DRAW = "nothingToDraw"
    DISK = "disk"
    MEMORY = "memory"
    MODEL = "model"
    GENERATION = "generation"
    TRAINING = "training"
    NOT_INSTALLED = "notInstalled"
    RESTRICTED = "restricted"
    CRASHED = "crashed"


class ErrorData(Message, frozen=True):
    """The `data` of an error response. Its `message` is a sentence for people, with the remedy.

    Attributes:
        kind: What went wrong, for programs.
    """

    kind: ErrorKind


# Status


class FolderStatus(Message, frozen=True):
    """What one workspace folder's data set holds, and what is being done to it. While that goes on, it holds what was known last.

    Attributes:
        folder: URI of the workspace folder, as the client gave it.
        name: Of the folder.
        state: What is being done, or `notBuilt` where no data set was built yet; `failed` where the last work ended with `problem`.
        activity: How far that is; null where nothing is under way.
        problem: Why the last work failed, with the remedy; empty where it did not.
        pendingFiles: Saved files that wait to be taken in.
        artifactType: What the model shall be best at: the choice that is remembered.
        files: Files in the data set.
        examples: Examples in the data set.
        commits: Commits that were looked at.
        families: Examples by family, the largest first; those of the library and the composer join at the export.
        skipped: Files left out, by reason, the most frequent first.
        dropped: Examples dropped, by reason, the most frequent first.
        newestExport: URI of the newest exported training file; null where there is none.
        newExamples: Examples that the person added, accepted or corrected since the newest finished training, or at all where none is.
        trained: Whether a training of this folder has finished.
    """

    folder: str
    name: str
    state: FolderState
    activity: Activity | None
    problem: str
    pending_files: int
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


class StatusParams(Message, frozen=True):
    """Of which folders.

    Attributes:
        folder: URI of a workspace folder; null for all.
    """

    folder: str | None = None


class StatusResult(Message, frozen=True):
    """The state of things.

    Attributes:
        folders: One for each workspace folder, in the order of the workspace.
        pauseReasons: Why files are not taken in at the moment; empty where they are.
    """

    folders: tuple[FolderStatus, ...]
    pause_reasons: tuple[PauseReason, ...]


class StatusChangedParams(Message, frozen=True):
    """One folder's state changed. Short, since it comes often: ask for the status where more is shown.

    Attributes:
        folder: URI of the workspace folder.
        state: What is being done now.
        activity: How far that is; null where nothing is under way.
        problem: Why the last work failed; empty where it did not.
        pendingFiles: Saved files that wait to be taken in.
        files: Files in the data set.
        examples: Examples in the data set.
        pauseReasons: Why files are not taken in at the moment.
        contentChanged: Whether the data set itself is another one now, so that a list of it must be read again.
    """

    folder: str
    state: FolderState
    activity: Activity | None
    problem: str
    pending_files: int
    files: int
    examples: int
    pause_reasons: tuple[PauseReason, ...]
    content_changed: bool


# Building, exporting, checking


class BuildParams(Message, frozen=True):
    """What to build.

    Attributes:
        folder: URI of a workspace folder.
        artifactType: What the model shall be best at; it is remembered. Null for what was chosen last.
        workDoneToken: Under which progress is reported.
    """

    folder: str
    artifact_type: str | None = None
    work_done_token: ProgressToken | None = None


class BuildResult(Message, frozen=True):
    """What the build did.

    Attributes:
        changed: Files that were read, because they were new or had changed.
        removed: Files that were forgotten.
        status: What there is now.
    """

    changed: int
    removed: int
    status: FolderStatus


class ExportParams(Message, frozen=True):
    """What to export. The data set is brought up to date first.

    Attributes:
        folder: URI of a workspace folder.
        artifactType: As in a build.
        format: Of the rows: `trl`, `messages`, `alpaca`, `sharegpt`, `axolotl` or `text`. Null for the setting.
        target: Rows to aim at. Null for the setting.
        workDoneToken: Under which progress is reported.
    """

    folder: str
    artifact_type: str | None = None
    format: str | None = None
    target: int | None = None
    work_done_token: ProgressToken | None = None


class ExportedFamily(Message, frozen=True):
    """How a family fared in an export.

    Attributes:
        name: Of the family.
        quota: Its share of the target.
        available: Examples there were.
        taken: Examples that were exported.
    """

    name: str
    quota: int
    available: int
    taken: int


class ExportResult(Message, frozen=True):
    """What was written.

    Attributes:
        uri: Of the file with the rows to train on.
        reportUri: Of the report page.
        trainRows: Rows to train on.
        validationRows: Rows held out.
        families: How each family fared.
        shortages: Why there are fewer rows than the target, and what helps.
    """

    uri: str
    report_uri: str
    train_rows: int
    validation_rows: int
    families: tuple[ExportedFamily, ...]
    shortages: tuple[str, ...]


class VerifyParams(Message, frozen=True):
    """What to check.

    Attributes:
        folder: URI of a workspace folder.
        uri: Of an exported training file; null for the newest of the folder.
        workDoneToken: Under which progress is reported.
    """

    folder: str
    uri: str | None = None
    work_done_token: ProgressToken | None = None


class VerifyCheck(Message, frozen=True):
    """One thing that was checked.

    Attributes:
        id: Stable, for programs.
        name: What holds if it passed, in words.
        passed: Null where it could not be run, which is not a pass.
        figure: How many, of how many.
        details: The first defects and how many more.
    """

    id: str
    name: str
    passed: bool | None
    figure: str
    details: tuple[str, ...]


class VerifyResult(Message, frozen=True):
    """What was found.

    Attributes:
        uri: Of the file that was checked.
        reportUri: Of its report page, renewed with this verdict; null where there is none.
        verdict: `passed`, `failed`, or `incomplete` where a check could not be run.
        rows: Of training and validation together.
        checks: All that was checked.
        warnings: What is no defect, but should be known.
    """

    uri: str
    report_uri: str | None
    verdict: str
    rows: int
    checks: tuple[VerifyCheck, ...]
    warnings: tuple[str, ...]


class ReportParams(Message, frozen=True):
    """Of which folder.

    Attributes:
        folder: URI of a workspace folder.
    """

    folder: str


class ReportResult(Message, frozen=True):
    """Where the newest export's report is.

    Attributes:
        uri: Of the HTML page; null where nothing was exported yet.
        exportUri: Of the training file that it describes; null likewise.
    """

    uri: str | None
    export_uri: str | None


# The person's own examples


class LineRange(Message, frozen=True):
    """Lines of a file, from 1, the last one included.

    Attributes:
        start: First line.
        end: Last line.
    """

    start: int
    end: int


class AddExamplesParams(Message, frozen=True):
    """What the person wants to be learnt. Files are read from disk: save a changed editor first.

    Attributes:
        uris: Of files and folders; those outside of every workspace folder are refused.
        lines: Only these lines, of exactly one file.
        prompt: What the person would ask for it; empty to word it from the code.
        workDoneToken: Under which progress is reported.
    """

    uris: tuple[str, ...]
    lines: LineRange | None = None
    prompt: str = ""
    work_done_token: ProgressToken | None = None


class AddExamplesResult(Message, frozen=True):
    """What was added.

    Attributes:
        added: Examples by file, relative to its folder.
        examples: All together.
    """

    added: tuple[Count, ...]
    examples: int


# Looking at the data set


class FamiliesParams(Message, frozen=True):
    """Of which folder.

    Attributes:
        folder: URI of a workspace folder.
    """

    folder: str


class Family(Message, frozen=True):
    """A family of examples.

    Attributes:
        name: For programs, such as `files`.
        title: For people.
        files: How many files it has examples of.
        examples: How many.
    """

    name: str
    title: str
    files: int
    examples: int


class FamiliesResult(Message, frozen=True):
    """The families that have examples, the largest first.

    Attributes:
        families: The first level of the tree.
    """

    families: tuple[Family, ...]


class FilesParams(Message, frozen=True):
    """Which files of a family.

    Attributes:
        folder: URI of a workspace folder.
        family: Name of a family.
        offset: How many to leave out at the start.
        limit: At most so many.
    """

    folder: str
    family: str
    offset: int = 0
    limit: int = 200


class FamilyFile(Message, frozen=True):
    """A file that a family has examples of.

    Attributes:
        path: Relative to the folder: a file, or for diagrams a folder; empty for the project as a whole.
        uri: Of the file; null for what is no file of the folder.
        examples: How many of this family.
    """

    path: str
    uri: str | None
    examples: int


class FilesResult(Message, frozen=True):
    """The second level of the tree.

    Attributes:
        files: A page, by path.
        total: Files of the family.
    """

    files: tuple[FamilyFile, ...]
    total: int


class ExamplesParams(Message, frozen=True):
    """Which examples of a file.

    Attributes:
        folder: URI of a workspace folder.
        family: Name of a family.
        path: As in `FamilyFile`.
        offset: How many to leave out at the start.
        limit: At most so many.
    """

    folder: str
    family: str
    path: str
    offset: int = 0
    limit: int = 200


class ExampleHead(Message, frozen=True):
    """An example in a list.

    Attributes:
        id: Digest of prompt and answer.
        kind: The task, such as `implement` or `diagram.erd`.
        language: Of the answer.
        promptHead: First line of the prompt, cut to 120 characters.
        uri: Of the file that holds the answer; null for what is no file of the folder.
        startLine: First line of the answer in that file; 0 for no span.
        endLine: Last line; 0 likewise.
    """

    id: str
    kind: str
    language: str
    prompt_head: str
    uri: str | None
    start_line: int
    end_line: int


class ExamplesResult(Message, frozen=True):
    """The third level of the tree.

    Attributes:
        examples: A page, in the order of the store.
        total: Examples of the file in this family.
    """

    examples: tuple[ExampleHead, ...]
    total: int


class ExampleParams(Message, frozen=True):
    """Which example.

    Attributes:
        folder: URI of a workspace folder.
        id: As in `ExampleHead`.
    """

    folder: str
    id: str


class ExampleResult(Message, frozen=True):
    """One example in full.

    Attributes:
        id: Digest of prompt and answer.
        family: Its family in the mix.
        kind: The task.
        language: Of the answer.
        prompt: What the model is asked.
        completion: What it is to learn.
        path: Of the file that holds the answer.
        uri: Of that file; null for what is no file of the folder.
        startLine: First line of the answer in that file; 0 for no span.
        endLine: Last line; 0 likewise.
        contextPaths: Other files that the prompt quotes.
        commit: The commit that it shows; empty for none.
        rule: What made it.
        licence: SPDX identifier of the source.
    """

    id: str
    family: str
    kind: str
    language: str
    prompt: str
    completion: str
    path: str
    uri: str | None
    start_line: int
    end_line: int
    context_paths: tuple[str, ...]
    commit: str
    rule: str
    licence: str


class ArtifactTypesParams(Message, frozen=True):
    """Of which folder.

    Attributes:
        folder: URI of a workspace folder.
    """

    folder: str


class ArtifactType(Message, frozen=True):
    """Something that a model can be best at.

    Attributes:
        name: For programs, such as `code_prototype`.
        title: For people.
    """

    name: str
    title: str


class ArtifactTypesResult(Message, frozen=True):
    """What there is to choose from.

    Attributes:
        artifactTypes: The default one first.
        chosen: Name of the one that is remembered for the folder.
    """

    artifact_types: tuple[ArtifactType, ...]
    chosen: str


class ExplainParams(Message, frozen=True):
    """Which file.

    Attributes:
        uri: Of a file.
    """

    uri: str


class ExplainResult(Message, frozen=True):
    """Whether and why a file is, or is not, part of the data set.

    Attributes:
        sentence: In words.
    """

    sentence: str


# Generating


class GenerateParams(Message, frozen=True):
    """What to generate for a place in a file.

    Attributes:
        uri: Of the file that the text is for; the model that is chosen for its folder answers, and its language is that of code.
        prompt: In the person's words.
        kind: What to generate; null to read it from the words.
        seed: The same prompt with the same seed has the same answer; another seed, another one.
        maxTokens: Of the answer: 1 to 16,384.
        token: Under which `mothertongue/generated` brings the text while it grows; null for the result alone.
    """

    uri: str
    prompt: str
    kind: GenerationKind | None = None
    seed: Annotated[int, Meta(ge=0, le=2**31 - 1)] = 0
    max_tokens: Annotated[int, Meta(ge=1, le=16_384)] = 1024
    token: ProgressToken | None = None


class ReadAheadParams(Message, frozen=True):
    """What will probably be asked for, so that its answer begins sooner.

    Attributes:
        uri: As of `generate`.
        prompt: As far as it is known; empty to have the model loaded alone.
        kind: As of `generate`.
    """

    uri: str
    prompt: str = ""
    kind: GenerationKind | None = None


class ReadAheadResult(Message, frozen=True):
    """What goes on.

    Attributes:
        begun: False where a text is being made, which goes first.
    """

    begun: bool


class GenerateResult(Message, frozen=True):
    """What was generated.

    Attributes:
        kind: What it is.
        text: Code or Mermaid without a fence, or Markdown. Mermaid is accepted by the real parser.
        language: Of the text: a language of the data set such as `csharp`, `mermaid` or `markdown`.
        state: `cut` where the model did not find the end.
        notes: What a person should know of it, in words: what was changed so that the parser accepts it, and whether the model was shown
            nothing near to what was asked; mostly empty.
        tokens: Of the answer.
        firstTokenMs: From when the model was asked until its first token.
        totalMs: Until its last one.
    """

    kind: GenerationKind
    text: str
    language: str
    state: GenerationState
    notes: tuple[str, ...]
    tokens: int
    first_token_ms: float
    total_ms: float


class GeneratedParams(Message, frozen=True):
    """The next piece of a text that is being generated. Of a diagram it is a draft, which the result may repair.

    Attributes:
        token: As given to `generate`, or the `workDoneToken` of a `textDocument/inlineCompletion`.
        text: What comes next; the fence of a diagram is not part of it.
    """

    token: ProgressToken
    text: str


class JudgeParams(Message, frozen=True):
    """What the person thinks of a generated text.

    Attributes:
        uri: Of the file that it stands in, or stood in.
        line: Where it begins there.
        prompt: What was asked for.
        text: As it stands now, without a fence.
        language: Of the text, as in the result.
        verdict: What is accepted, or corrected by hand, becomes an example; what is rejected is remembered as such.
    """

    uri: str
    line: Annotated[int, Meta(ge=1)]
    prompt: str
    text: str
    language: str
    verdict: Verdict


class JudgeResult(Message, frozen=True):
    """What was remembered.

    Attributes:
        examples: That were added to the data set.
        accepted: Generated texts that were accepted or corrected, all together.
        rejected: Generated texts that were rejected, all together.
    """

    examples: int
    accepted: int
    rejected: int


# Models


class ModelsParams(Message, frozen=True):
    """Of which folder.

    Attributes:
        folder: URI of a workspace folder.
    """

    folder: str


class ModelEvaluation(Message, frozen=True):
    """What an evaluation found, before and after the training.

    Attributes:
        baseLoss: Of held-out answers with the base alone, in nats a token; null where it was not measured.
        loss: The same with this model.
        baseFirstPrompts: How many of the first prompts the base passes.
        firstPrompts: How many this model passes.
        allFirstPrompts: How many there are; 0 where they were not asked.
        uri: Of the page with all figures and answers; null where it is gone.
    """

    base_loss: float | None
    loss: float | None
    base_first_prompts: int
    first_prompts: int
    all_first_prompts: int
    uri: str | None


class OfferedModel(Message, frozen=True):
    """A model that can answer.

    Attributes:
        name: What the setting `mothertongue.model` holds to choose it.
        kind: The embedded base, a run's adapter, a run's merged model, or another GGUF file that was chosen.
        title: The run's name, or the file's; empty for the embedded base.
        uri: Of the file; null for the embedded base.
        base: Name of the base that it was trained on; empty where it is not known.
        evaluation: Null where it was not evaluated.
        inUse: Whether it answers now.
    """

    name: str
    kind: ModelKind
    title: str
    uri: str | None
    base: str
    evaluation: ModelEvaluation | None
    in_use: bool


class ModelsResult(Message, frozen=True):
    """What can be chosen.

    Attributes:
        models: The embedded base, then the adapters, the newest first, then merged models and a file that was chosen.
        automatic: Whether nothing was chosen, so that the newest adapter answers.
        problem: Why the one that was chosen cannot answer; empty where it can.
    """

    models: tuple[OfferedModel, ...]
    automatic: bool
    problem: str


# Training


class TrainingChoicesParams(Message, frozen=True):
    """Of which folder.

    Attributes:
        folder: URI of a workspace folder.
    """

    folder: str


class TrainableExport(Message, frozen=True):
    """An export that can be trained on.

    Attributes:
        uri: Of the file with the rows to train on.
        name: Of that file.
        rows: To train on.
        newer: Examples that the person added, accepted or corrected after the rows were written: a new export takes them in.
    """

    uri: str
    name: str
    rows: int
    newer: int


class TrainableBase(Message, frozen=True):
    """A base model that an adapter can be trained for.

    Attributes:
        path: Of a GGUF file or a Hugging Face folder; empty for the embedded base.
        title: For people.
    """

    path: str
    title: str


class TrainingPreset(Message, frozen=True):
    """How long a training takes if nothing else is said.

    Attributes:
        name: For programs, such as `quick`.
        minutes: Of a time box; 0 for none.
        epochs: Passes over the rows; 0 for no limit.
    """

    name: str
    minutes: float
    epochs: float


class TrainingChoicesResult(Message, frozen=True):
    """What a form offers.

    Attributes:
        exports: The newest first.
        bases: The embedded one first, then those of earlier runs, the newest first.
        presets: The default one first.
        minimumRows: Fewer are refused.
        missing: Packages that training needs and the interpreter for models does not have; empty where all are there.
        running: Name of the run that is training now; empty where none is.
    """

    exports: tuple[TrainableExport, ...]
    bases: tuple[TrainableBase, ...]
    presets: tuple[TrainingPreset, ...]
    minimum_rows: int
    missing: tuple[str, ...]
    running: str


class TrainParams(Message, frozen=True):
    """What to train.

    Attributes:
        folder: URI of a workspace folder.
        base: Path of a GGUF file or a Hugging Face folder; empty for the embedded base.
        export: URI of a file with rows to train on; null for the newest export.
        preset: Name of a preset.
        minutes: A time box in place of that of the preset; null for the preset's.
        seed: Of the adapter's start and of the order of the rows.
        learningRate: Null for what suits the size of the base.
    """

    folder: str
    base: str = ""
    export: str | None = None
    preset: str = "quick"
    minutes: Annotated[float, Meta(ge=0.1, le=100_000)] | None = None
    seed: Annotated[int, Meta(ge=0, le=2**31 - 1)] = 0
    learning_rate: Annotated[float, Meta(gt=0, le=1)] | None = None


class TrainingEstimate(Message, frozen=True):
    """How long a training will take, before it starts. The run measures again before its first step.

    Attributes:
        seconds: From the first step to the last; null where nothing is known yet.
        basis: What is known: the time box, the speed of an earlier run on this base, or how fast this machine multiplies.
    """

    seconds: float | None
    basis: EstimateBasis


class RunParams(Message, frozen=True):
    """Which run.

    Attributes:
        folder: URI of a workspace folder.
        run: Name of the run.
    """

    folder: str
    run: str


class RunsParams(Message, frozen=True):
    """Of which folder.

    Attributes:
        folder: URI of a workspace folder.
    """

    folder: str


class RunSummary(Message, frozen=True):
    """A training run as a list shows it.

    Attributes:
        name: Of its folder in `.mothertongue/runs`.
        status: `failed` also where its process ended before the training began; `killed` where it ended in the middle, without a word.
        stopping: Whether it was asked to stop and has not ended yet.
        step: Steps that were done.
        plannedSteps: Steps that it will take; 0 while that is not known.
        etaSeconds: Until its end; null where it does not train, or it is not known yet.
        message: How it ended, or why it failed and what to do; empty while it goes on.
        baseLoss: Held-out loss before the first step, in nats a token; null before it is measured.
        bestLoss: Of the adapter that is saved; null before there is one.
    """

    name: str
    status: RunStatus
    stopping: bool
    step: int
    planned_steps: int
    eta_seconds: float | None
    message: str
    base_loss: float | None
    best_loss: float | None


class RunsResult(Message, frozen=True):
    """The training runs of a folder.

    Attributes:
        runs: The newest first.
    """

    runs: tuple[RunSummary, ...]


class LossPoint(Message, frozen=True):
    """A point of a curve.

    Attributes:
        step: Where.
        loss: In nats a token.
    """

    step: int
    loss: float


class NamedCheck(Message, frozen=True):
    """Something that an answer must show.

    Attributes:
        name: What, in words.
        passed: Whether it does.
    """

    name: str
    passed: bool


class SampleAnswer(Message, frozen=True):
    """What a model answered.

    Attributes:
        text: Without a fence.
        language: Of the text, such as `mermaid`; `markdown` where it is words.
        valid: Whether it is in the language that was asked for, and a parser accepts it.
        checks: What it must show.
    """

    text: str
    language: str
    valid: bool
    checks: tuple[NamedCheck, ...]


class Sample(Message, frozen=True):
    """One of the prompts that people try first, before and after the training.

    Attributes:
        prompt: What was asked.
        before: What the base answered.
        after: What the base with the adapter answered.
    """

    prompt: str
    before: SampleAnswer
    after: SampleAnswer


class RunResult(Message, frozen=True):
    """All there is to say of a training run.

    Attributes:
        summary: As in the list.
        base: Name of the base.
        data: Name of the file with the rows.
        rows: That are trained on; null while they are read.
        validationRows: Held-out rows that are looked at during the run; null likewise.
        place: Where and how it computes, in words; empty while that is not known.
        learningRate: At its height; null while that is not known.
        seed: Of the adapter's start and of the order of the rows.
        elapsedSeconds: Since the first step, over all processes of the run.
        tokensPerSecond: Of the newest steps; null before the first one.
        trainingLoss: By step; of a long run, means over neighbouring steps.
        heldOutLoss: By step, from before the first one.
        diagnosis: What the course of a run that has ended means, the weightiest first.
        notes: What else it had to say.
        model: What the setting `mothertongue.model` holds to use its adapter; null where it has none that can be used.
        logUri: Of what its process printed.
        evaluation: What an evaluation found; null where there was none.
        samples: The first prompts as base and adapter answered them; empty where they were not asked.
    """

    summary: RunSummary
    base: str
    data: str
    rows: int | None
    validation_rows: int | None
    place: str
    learning_rate: float | None
    seed: int
    elapsed_seconds: float
    tokens_per_second: float | None
    training_loss: tuple[LossPoint, ...]
    held_out_loss: tuple[LossPoint, ...]
    diagnosis: tuple[str, ...]
    notes: tuple[str, ...]
    model: str | None
    log_uri: str
    evaluation: ModelEvaluation | None
    samples: tuple[Sample, ...]


class EvaluateParams(Message, frozen=True):
    """What to evaluate.

    Attributes:
        folder: URI of a workspace folder.
        run: Name of the run.
        rows: Held-out rows whose loss is measured; 0 for all.
        answers: Held-out prompts that are answered, beside the first prompts; 0 for none of both.
        workDoneToken: Under which progress is reported.
    """

    folder: str
    run: str
    rows: Annotated[int, Meta(ge=0)] = 64
    answers: Annotated[int, Meta(ge=0)] = 4
    work_done_token: ProgressToken | None = None


class EvaluateResult(Message, frozen=True):
    """What was written.

    Attributes:
        uri: Of the page with all figures and answers.
    """

    uri: str


# Diagrams of the code


class DiagramParams(Message, frozen=True):
    """What to draw. Files are read from disk: save a changed editor first.

    Attributes:
        uri: Of a file or folder.
        line: Of the definition that is meant, from 1; 0 for the file as a whole.
        kind: Only this kind; null for all that there are.
    """

    uri: str
    line: int = 0
    kind: DiagramKind | None = None


class Diagram(Message, frozen=True):
    """A diagram that was computed from the code, without a model.

    Attributes:
        kind: `flowchart` shows who depends on whom.
        subject: The definition that it is about; empty for the file or folder itself.
        text: Mermaid. Its first line is a comment that names the source, so that the server can say when the code has moved on.
        sources: The files whose declarations it shows, relative to the workspace folder.
    """

    kind: DiagramKind
    subject: str
    text: str
    sources: tuple[str, ...]


class DiagramResult(Message, frozen=True):
    """What can be drawn.

    Attributes:
        name: Of what was asked about: the last part of its path, or the folder's own name.
        diagrams: The most telling one first; none where there is nothing to show.
    """

    name: str
    diagrams: tuple[Diagram, ...]


# The surroundings


class DoctorParams(Message, frozen=True):
    """Of which folder.

    Attributes:
        folder: URI of a workspace folder.
    """

    folder: str


class DoctorFinding(Message, frozen=True):
    """One thing that was looked at.

    Attributes:
        what: Its name.
        state: `missing` where an optional part is not there.
        detail: What was found.
        remedy: What to do; empty where nothing is to do.
    """

    what: str
    state: CheckState
    detail: str
    remedy: str


class DoctorResult(Message, frozen=True):
    """What was found.

    Attributes:
        findings: One for each thing that was looked at.
    """

    findings: tuple[DoctorFinding, ...]


class PauseParams(Message, frozen=True):
    """Why to pause. Work that the person asks for is done all the same; only what happens by itself waits.

    Attributes:
        reason: Each reason is resumed by itself: on mains again, files are taken in unless the person had paused too.
    """

    reason: PauseReason


class ResumeParams(Message, frozen=True):
    """Which reason to pause is gone.

    Attributes:
        reason: As given to `pause`.
    """

    reason: PauseReason


class PauseResult(Message, frozen=True):
    """Whether files are taken in by themselves.

    Attributes:
        pauseReasons: Why not; empty where they are.
    """

    pause_reasons: tuple[PauseReason, ...]


class CleanParams(Message, frozen=True):
    """What to remove. The project itself is not touched.

    Attributes:
        folder: URI of a workspace folder.
        includeExports: Whether the exported files go too.
    """

    folder: str
    include_exports: bool = False


class CleanResult(Message, frozen=True):
    """What was removed.

    Attributes:
        removed: URIs of the folders.
    """

    removed: tuple[str, ...]


class InitializationOptions(Message, frozen=True):
    """What a client may say in `initialize`.

    Attributes:
        trusted: Whether the person trusts the workspace. If not, no setting of the workspace chooses a path, and no model of it is loaded.
        modelPython: Path of the interpreter that has llama-cpp-python; null for the one that runs the server.
    """

    trusted: bool = True
    model_python: str | None = None


# All of them


@dataclass(frozen=True)
class Method:
    """A request, or, without a result, a notification.

    Attributes:
        params: What is sent.
        result: What comes back; None for a notification.
        about: What it does, in a sentence.
        from_client: Whether the client sends it.
        cancellable: Whether `$/cancelRequest` ends the work.
        errors: What can go wrong beside parameters that are not valid.
    """

    params: type[Message]
    result: type[Message] | None
    about: str
    from_client: bool = True
    cancellable: bool = False
    errors: tuple[ErrorKind, ...] = (ErrorKind.NO_FOLDER,)


_OF_WORK = (
    ErrorKind.NO_FOLDER, ErrorKind.SETTINGS, ErrorKind.PROJECT, ErrorKind.STORE, ErrorKind.DISK, ErrorKind.MEMORY, ErrorKind.CRASHED,
)  # fmt: skip
_OF_READING = (ErrorKind.NO_FOLDER, ErrorKind.SETTINGS, ErrorKind.STORE, ErrorKind.CRASHED)

_OF_GENERATING = (
    ErrorKind.NO_FOLDER, ErrorKind.STORE, ErrorKind.MODEL, ErrorKind.GENERATION, ErrorKind.MERMAID, ErrorKind.CRASHED,
)  # fmt: skip

_OF_TRAINING = (
    ErrorKind.NO_FOLDER, ErrorKind.NO_EXPORT, ErrorKind.TRAINING, ErrorKind.NOT_INSTALLED, ErrorKind.RESTRICTED, ErrorKind.DISK,
    ErrorKind.CRASHED,
)  # fmt: skip

# What only makes sense for a client with views of its own, or must be possible to cancel.
_ONLY_REQUESTS = frozenset(
    {
        "mothertongue/families", "mothertongue/files", "mothertongue/examples", "mothertongue/example", "mothertongue/generate",
        "mothertongue/readAhead", "mothertongue/estimateTraining", "mothertongue/evaluate",
    }
)  # fmt: skip

METHODS: Mapping[str, Method] = {
    "mothertongue/build": Method(
        BuildParams, BuildResult, "Reads the folder and brings its data set up to date: only what changed is computed.",
        cancellable=True, errors=_OF_WORK,
    ),
    "mothertongue/export": Method(
        ExportParams, ExportResult, "Brings the data set up to date, chooses rows and writes them with everything that belongs to them.",
        cancellable=True, errors=(*_OF_WORK, ErrorKind.EXPORT),
    ),
    "mothertongue/verify": Method(
        VerifyParams, VerifyResult, "Reads an export again, without trusting the build, and checks everything that can be checked.",
        cancellable=True, errors=(*_OF_WORK, ErrorKind.NO_EXPORT, ErrorKind.MERMAID),
    ),
    "mothertongue/addExamples": Method(
        AddExamplesParams, AddExamplesResult, "Adds files, folders or lines of a file as examples that every export takes.",
        cancellable=True, errors=(*_OF_WORK, ErrorKind.ADDITION),
    ),
    "mothertongue/status": Method(StatusParams, StatusResult, "What the data sets hold, what was left out and why.", errors=_OF_READING),
    "mothertongue/families": Method(FamiliesParams, FamiliesResult, "The families of a folder's examples.", errors=_OF_READING),
    "mothertongue/files": Method(FilesParams, FilesResult, "The files that a family has examples of.", errors=_OF_READING),
    "mothertongue/examples": Method(ExamplesParams, ExamplesResult, "The examples of a file.", errors=_OF_READING),
    "mothertongue/example": Method(
        ExampleParams, ExampleResult, "One example in full.", errors=(*_OF_READING, ErrorKind.UNKNOWN_EXAMPLE)
    ),
    "mothertongue/artifactTypes": Method(
        ArtifactTypesParams, ArtifactTypesResult, "What a model can be best at, and which was chosen.", errors=_OF_READING
    ),
    "mothertongue/explain": Method(
        ExplainParams, ExplainResult, "Says whether and why a file is, or is not, part of the data set.", errors=_OF_READING
    ),
    "mothertongue/generate": Method(
        GenerateParams, GenerateResult, "Generates a diagram, code or a document with the model of the file's project.",
        cancellable=True, errors=_OF_GENERATING,
    ),
    "mothertongue/readAhead": Method(
        ReadAheadParams, ReadAheadResult,
        "Has the model loaded and a prompt read; the response does not wait for that, and what fails is said when it is asked for.",
        errors=(ErrorKind.NO_FOLDER, ErrorKind.MODEL),
    ),
    "mothertongue/judge": Method(
        JudgeParams, JudgeResult, "Remembers what was accepted, corrected or rejected, so that the next training learns from it.",
        errors=(*_OF_WORK, ErrorKind.ADDITION, ErrorKind.MERMAID),
    ),
    "mothertongue/models": Method(
        ModelsParams, ModelsResult, "The models that can answer in a folder, with what their evaluations found, and which one does.",
        errors=(ErrorKind.NO_FOLDER, ErrorKind.CRASHED),
    ),
    "mothertongue/trainingChoices": Method(
        TrainingChoicesParams, TrainingChoicesResult, "What a training can be given: exports, bases, presets; and what is missing for it.",
        errors=_OF_TRAINING,
    ),
    "mothertongue/estimateTraining": Method(
        TrainParams, TrainingEstimate, "Checks what a training is given, and says how long it will take. Nothing is started.",
        cancellable=True, errors=_OF_TRAINING,
    ),
    "mothertongue/train": Method(
        TrainParams, RunParams, "Starts a training. Its process belongs to nobody: it outlives the editor and the server.",
        errors=_OF_TRAINING,
    ),
    "mothertongue/stopTraining": Method(
        RunParams, RunSummary, "Asks a training to end after the step it is in; its best adapter is kept.", errors=_OF_TRAINING
    ),
    "mothertongue/resumeTraining": Method(
        RunParams, RunSummary, "Goes on with a training that was stopped, failed or was killed, as if it had not been.", errors=_OF_TRAINING
    ),
    "mothertongue/runs": Method(
        RunsParams, RunsResult, "The training runs of a folder, whoever started them.", errors=(ErrorKind.NO_FOLDER, ErrorKind.CRASHED)
    ),
    "mothertongue/run": Method(
        RunParams, RunResult, "All there is to say of a training run, also while it goes on.",
        errors=(ErrorKind.NO_FOLDER, ErrorKind.TRAINING, ErrorKind.CRASHED),
    ),
    "mothertongue/evaluate": Method(
        EvaluateParams, EvaluateResult, "Measures on held-out rows, and asks the first prompts, what a training has changed.",
        cancellable=True, errors=_OF_TRAINING,
    ),
    "mothertongue/diagram": Method(
        DiagramParams, DiagramResult, "Draws a definition, a file or a folder from its syntax trees.",
        errors=(*_OF_READING, ErrorKind.NOT_BUILT, ErrorKind.NOTHING_TO_DRAW),
    ),
    "mothertongue/report": Method(ReportParams, ReportResult, "Where the report of the newest export is."),
    "mothertongue/doctor": Method(
        DoctorParams, DoctorResult, "Checks that everything is there, and says what to do where it is not.",
        errors=(ErrorKind.NO_FOLDER, ErrorKind.CRASHED),
    ),
    "mothertongue/pause": Method(PauseParams, PauseResult, "Stops taking in files by itself.", errors=()),
    "mothertongue/resume": Method(ResumeParams, PauseResult, "Goes on taking in files; those that were saved meanwhile first.", errors=()),
    "mothertongue/clean": Method(
        CleanParams, CleanResult, "Removes the data set of a folder; added examples go with it.",
        errors=(ErrorKind.NO_FOLDER, ErrorKind.STORE, ErrorKind.DISK, ErrorKind.CRASHED),
    ),
    "mothertongue/generated": Method(
        GeneratedParams, None, "The next piece of a text that is being generated.", from_client=False, errors=()
    ),
    "mothertongue/statusChanged": Method(
        StatusChangedParams, None, "A folder's state, progress or counts changed.", from_client=False, errors=()
    ),
}  # fmt: skip

COMMANDS: Mapping[str, str] = {
    name.replace("/", ".server."): name for name, method in METHODS.items() if method.from_client and name not in _ONLY_REQUESTS
}  # a command of `workspace/executeCommand` → the request that it stands for; the extension's own commands have other names
