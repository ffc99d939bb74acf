"""What the editor shows of training runs: their folders and evaluations as messages (IO: reads; loads no torch)."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from pathlib import Path
from statistics import fmean
from typing import Any, cast

import msgspec

from dataset_core.formats import answer_of
from server.evaluation.request import FOLDER, RESULT
from server.generation.model_list import evaluation_of
from server.generation.models import trained_adapters
from server.processes.palette import for_an_editor
from server.protocol import LossPoint, NamedCheck, RunResult, RunsResult, RunStatus, RunSummary, Sample, SampleAnswer
from server.training import runs
from server.training.run_folder import LOG, RunFolder, RunState

# A curve is a few hundred pixels wide.
_MOST_POINTS = 240
_NEWEST_STEPS = 10
Events = Sequence[Mapping[str, Any]]


def all_runs(root: Path) -> RunsResult:
    """The runs of a folder."""
    return RunsResult(runs=tuple(_summary(RunFolder(Path(run.path)), run.state) for run in reversed(runs.overview(root))))


def one_run(root: Path, name: str) -> RunResult:
    """All that there is to say of a run.

    Raises:
        TrainingError: There is none of this name, or its settings cannot be read.
    """
    run = runs.run_named(root, name)
    settings, events = run.settings(), run.events()
    steps = [event for event in events if event["event"] == "step"]
    prepared: Mapping[str, Any] = next((event for event in reversed(events) if event["event"] == "prepared"), {})
    rate = prepared.get("learning_rate") or settings.learning_rate
    return RunResult(
        summary=_summary(run, runs.state_of(run), events),
        base=Path(settings.base).stem,
        data=Path(settings.train_file).name,
        rows=prepared.get("n_rows"),
        validation_rows=prepared.get("n_validation_rows"),
        place=prepared.get("place", ""),
        learning_rate=float(rate) if rate else None,
        seed=settings.seed,
        elapsed_seconds=float(steps[-1]["elapsed_s"]) if steps else 0.0,
        tokens_per_second=fmean(event["tokens_per_second"] for event in steps[-_NEWEST_STEPS:]) if steps else None,
        training_loss=thinned([LossPoint(step=event["step"], loss=event["loss"]) for event in steps]),
        held_out_loss=tuple(
            LossPoint(step=event["step"], loss=event["validation_loss"]) for event in events if event["event"] == "validation"
        ),
        diagnosis=tuple(for_an_editor(event["text"]) for event in _since_last_start(events) if event["event"] == "diagnosis"),
        notes=tuple(for_an_editor(event["text"]) for event in _since_last_start(events) if event["event"] == "note"),
        model=_model(root, run),
        log_uri=(run.path / LOG).absolute().as_uri(),
        evaluation=evaluation_of(run.path / FOLDER, "adapter"),
        samples=tuple(_samples(run.path / FOLDER / RESULT)),
    )


def thinned(points: Sequence[LossPoint]) -> tuple[LossPoint, ...]:
    """At most a few hundred points: means over neighbours, so that a long run's curve is as smooth as it can be seen."""
    size = -(-len(points) // _MOST_POINTS)
    groups = [points[start : start + size] for start in range(0, len(points), max(1, size))]
    return tuple(LossPoint(step=group[-1].step, loss=fmean(point.loss for point in group)) for group in groups)


def _summary(run: RunFolder, state: RunState, events: Events | None = None) -> RunSummary:
    return RunSummary(
        name=run.path.name,
        status=cast("RunStatus", "notStarted" if state.status == "not started" else state.status),
        stopping=runs.is_under_way(state.status) and run.stop_requested(),
        step=state.step,
        planned_steps=state.planned_steps,
        eta_seconds=_eta(run.events() if events is None else events) if state.status == "training" else None,
        message=for_an_editor(state.message[:1].upper() + state.message[1:]),
        base_loss=state.base_validation_loss,
        best_loss=state.best_validation_loss,
    )


def _eta(events: Events) -> float | None:
    return next((float(event["eta_s"]) for event in reversed(events) if event["event"] == "step"), None)


def _since_last_start(events: Events) -> Events:
    """A run that goes on reads its rows again and comes to another end: what was said before is over."""
    starts = [number for number, event in enumerate(events) if event["event"] == "prepared"]
    endings = [number for number, event in enumerate(events) if event["event"] in {"finished", "failed"}]
    begin = max((number for number in endings if starts and number < starts[-1]), default=-1)
    return events[begin + 1 :]


def _model(root: Path, run: RunFolder) -> str | None:
    """The name of the run's adapter, where its base is there too, so that llama.cpp can use it."""
    found = (adapter for adapter in trained_adapters(root) if adapter.parent.name == run.path.name)
    adapter = next(found, None)
    return adapter.relative_to(root).as_posix() if adapter is not None else None


class _Verdict(msgspec.Struct):
    """Of `evaluation.answers.PromptVerdict`, which the language server's interpreter need not be able to import."""

    prompt: str
    answer: str
    valid: bool
    checks: dict[str, bool]


class _Judged(msgspec.Struct):
    name: str
    first_prompts: list[_Verdict] = []


class _Evaluation(msgspec.Struct):
    models: list[_Judged]


def _samples(file: Path) -> Iterable[Sample]:
    """The first prompts; none where they were not asked of both, or the evaluation is being written."""
    try:
        judged = {model.name: model.first_prompts for model in msgspec.json.decode(file.read_bytes(), type=_Evaluation).models}
    except (OSError, msgspec.MsgspecError):
        return
    for before, after in zip(judged.get("base", []), judged.get("adapter", []), strict=False):
        yield Sample(prompt=before.prompt, before=_answer(before), after=_answer(after))


def _answer(verdict: _Verdict) -> SampleAnswer:
    answer = answer_of(verdict.answer)
    checks = tuple(NamedCheck(name=name, passed=passed) for name, passed in verdict.checks.items())
    return SampleAnswer(text=answer.text, language=answer.language, valid=verdict.valid, checks=checks)
