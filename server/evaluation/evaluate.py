"""The evaluation: the same rows for every artefact, losses by torch, answers by the generating process that people use."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import ExitStack
from dataclasses import dataclass
from math import ceil
from pathlib import Path
from typing import Any

import msgspec
import torch

from dataset_core.mermaid.parser import MermaidParser, MermaidUnavailableError
from server.evaluation.answers import Answering
from server.evaluation.diagrams import drawn, prompts_for_diagrams
from server.evaluation.four_prompts import first_prompts
from server.evaluation.held_out import HeldOutRow, held_out_rows
from server.evaluation.losses import mean_loss, row_losses, unrelated_chunks
from server.evaluation.merged_models import MERGED, merged_models, quantisation_of
from server.evaluation.request import EvaluationRequest
from server.evaluation.result import Evaluation, ModelResult
from server.generation.generate import Model
from server.gguf.adapter import write_adapter
from server.gguf.merged import write_merged
from server.processes.inference import InferenceError, InferenceProcess
from server.training.base_model import Base, check_base, load_model
from server.training.errors import TrainingError
from server.training.machine import choose_place
from server.training.network import make_fast
from server.training.rows import Row, read_rows
from server.training.run_folder import ADAPTER, ADAPTER_GGUF, ADAPTER_WEIGHTS, RunFolder
from server.training.settings import TrainingSettings
from server.training.tokens import Tokenizing, TokenRow

_ALL = 1_000_000
_N_UNRELATED = 16
_FEWEST_FOR_FAMILY = 3
# For so many answers to prompts of held-out files, one to a prompt of the newest commits.
_OF_NEWEST_COMMITS = 4
OnProgress = Callable[[str, int, int], None]


@dataclass(frozen=True)
class _Material:
    """What every artefact is judged on."""

    settings: TrainingSettings
    base: Base
    tokenizing: Tokenizing
    rows: list[HeldOutRow]
    token_rows: list[TokenRow]
    unrelated: list[TokenRow]


def evaluate(request: EvaluationRequest, on_progress: OnProgress) -> Evaluation:
    """Judge the artefacts of a run.

    Raises:
        TrainingError: The run has no adapter, or its rows or its base cannot be read.
    """
    run = RunFolder(Path(request.run))
    material, notes = _material(run, request), list[str]()
    artefacts = tuple(_artefacts(run, request))
    results = {name: _with_losses(ModelResult(name=name), run, material, on_progress) for name in artefacts}
    if request.n_answers or request.n_diagrams:
        results |= dict(_with_answers(results, run, material, request, on_progress, notes))
    return Evaluation(
        run=run.path.name,
        n_loss_rows=len(material.token_rows),
        n_newest_rows=sum(row.is_new for row in material.rows),
        n_loss_tokens=sum(row.n_answer for row in material.token_rows),
        models=list(results.values()),
        notes=notes,
    )


def _artefacts(run: RunFolder, request: EvaluationRequest) -> Iterator[str]:
    """Names of all that is judged: `merged` stands for every merged model that the run has, or for one that is made."""
    for name in request.artefacts:
        yield from merged_models(run) if name == MERGED else (name,)


def _material(run: RunFolder, request: EvaluationRequest) -> _Material:
    settings = run.settings()
    if not (run.path / ADAPTER_WEIGHTS).exists() and set(request.artefacts) - {"base"}:
        raise TrainingError(f"{run.path} has no adapter yet: let the training take at least one validation")
    base = check_base(Path(settings.base))
    rows = held_out_rows(Path(request.validation_file or settings.validation_file), request.n_loss_rows or _ALL, request.seed)
    tokenizing = Tokenizing(base)
    fitting = [(row, token_row) for row in rows for token_row in _fitting(tokenizing, row.row, settings.max_tokens)]
    if not fitting:
        raise TrainingError(f"no held-out row has at most {settings.max_tokens:,} tokens")
    kept, token_rows = zip(*fitting, strict=True)
    return _Material(settings, base, tokenizing, list(kept), list(token_rows), unrelated_chunks(tokenizing, _N_UNRELATED))


def _fitting(tokenizing: Tokenizing, row: Row, max_tokens: int) -> tuple[TokenRow, ...]:
    try:
        return tokenizing.token_rows([row], max_tokens).rows
    except TrainingError:
        return ()  # longer than what was trained on: the run left such rows out too


def _with_losses(result: ModelResult, run: RunFolder, material: _Material, on_progress: OnProgress) -> ModelResult:
    stage = f"loss of {result.name}"
    on_progress(stage, 0, len(material.token_rows))
    model = _network(result.name, run, material)
    losses = []
    for number, row in enumerate(material.token_rows, start=1):
        losses += row_losses(model, [row])
        on_progress(stage, number, len(material.token_rows))
    forgetting = mean_loss(row_losses(model, material.unrelated), material.unrelated)
    return msgspec.structs.replace(
        result,
        answer_loss=_mean_of(material, losses, [not row.is_new for row in material.rows]),
        loss_by_family=dict(_by_family(material, losses)),
        newest_commits_loss=_mean_of(material, losses, [row.is_new for row in material.rows]),
        forgetting_loss=forgetting,
    )


def _by_family(material: _Material, losses: list[float]) -> Iterator[tuple[str, float]]:
    for family in sorted({row.family for row in material.rows}):
        chosen = [row.family == family and not row.is_new for row in material.rows]
        loss = _mean_of(material, losses, chosen)
        if loss is not None and sum(chosen) >= _FEWEST_FOR_FAMILY:
            yield family, loss


def _mean_of(material: _Material, losses: list[float], chosen: list[bool]) -> float | None:
    rows = [row for row, wanted in zip(material.token_rows, chosen, strict=True) if wanted]
    return mean_loss([loss for loss, wanted in zip(losses, chosen, strict=True) if wanted], rows) if rows else None


def _network(name: str, run: RunFolder, material: _Material) -> Any:
    """The artefact's network; base and merged carry no adapter, so they run under one that is switched off."""
    from peft import LoraConfig, PeftModel, get_peft_model

    place = choose_place(material.settings, material.base.n_parameters)
    base = material.base if name in {"base", "adapter"} else check_base(_merged(name, run, material))
    network = load_model(base, place.dtype).to(place.device)  # type: ignore[arg-type]
    if name == "adapter":
        model: Any = PeftModel.from_pretrained(network, run.path / ADAPTER)
    else:
        model = get_peft_model(network, LoraConfig(r=1, target_modules="all-linear"))
    make_fast(model)
    if name != "adapter":
        model.disable_adapter_layers()
    torch.set_grad_enabled(mode=False)
    return model


def _with_answers(
    results: dict[str, ModelResult],
    run: RunFolder,
    material: _Material,
    request: EvaluationRequest,
    on_progress: OnProgress,
    notes: list[str],
) -> Iterator[tuple[str, ModelResult]]:
    if not material.base.is_gguf:
        notes.append("no answers were generated: the base is a Hugging Face folder, which llama.cpp cannot open")
        return
    new = [row for row in material.rows if row.is_new]
    rows = [*[row for row in material.rows if not row.is_new][: request.n_answers], *new[: ceil(request.n_answers / _OF_NEWEST_COMMITS)]]
    diagrams = _prompts_for_diagrams(material.settings, request)
    prompts = first_prompts([row.answer for row in read_rows(Path(material.settings.train_file))])
    try:
        with ExitStack() as opened:
            process, parser = opened.enter_context(InferenceProcess()), opened.enter_context(MermaidParser())
            for name, result in results.items():
                files = _files(name, run, material)
                answering = Answering(process, parser, *files)
                done = _Counter(f"answers of {name}", len(rows) + len(prompts) + len(diagrams), on_progress)
                yield (
                    name,
                    msgspec.structs.replace(
                        result,
                        answers=answering.judge(rows, done.count),
                        first_prompts=answering.first_prompts(prompts, run.project, done.count),
                        drawn=drawn(process, parser, Model(*files), diagrams, done.count),
                    ),
                )
    except (InferenceError, MermaidUnavailableError) as error:
        notes.append(f"no more answers were generated: {error}")


def _prompts_for_diagrams(settings: TrainingSettings, request: EvaluationRequest) -> list[tuple[str, str]]:
    """Drawn from all held-out rows, however few losses are wanted."""
    file = Path(request.validation_file or settings.validation_file)
    return list(prompts_for_diagrams(held_out_rows(file, _ALL, request.seed), request.n_diagrams)) if request.n_diagrams else []


def _files(name: str, run: RunFolder, material: _Material) -> tuple[Path, Path | None]:
    """The GGUF files that llama.cpp opens: the model, and the adapter or None."""
    if name == "base":
        return material.base.path, None
    if name != "adapter":
        return _merged(name, run, material), None
    adapter = run.path / ADAPTER_GGUF
    if not adapter.exists() or adapter.stat().st_mtime < (run.path / ADAPTER_WEIGHTS).stat().st_mtime:
        write_adapter(run.path / ADAPTER, material.base.path, adapter)
    return material.base.path, adapter


def _merged(name: str, run: RunFolder, material: _Material) -> Path:
    """A merged model, made again where the adapter is newer."""
    merged = merged_models(run)[name]
    if not merged.exists() or merged.stat().st_mtime < (run.path / ADAPTER_WEIGHTS).stat().st_mtime:
        write_merged(material.base.path, run.path / ADAPTER, merged, quantisation_of(name))
    return merged


class _Counter:
    """Counts towards a total and tells."""

    def __init__(self, stage: str, total: int, on_progress: OnProgress) -> None:
        self._stage, self._total, self._done, self._tell = stage, total, 0, on_progress
        on_progress(stage, 0, total)

    def count(self) -> None:
        self._done += 1
        self._tell(self._stage, self._done, self._total)
