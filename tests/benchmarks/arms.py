"""`make bench-arms`: does the data set teach, and is it the data set that does? Equal tokens, several seeds, the same held-out rows.

| arm | trained on |
|---|---|
| A | nothing: the base model |
| B | generic code in the same format: rows of other people's code in the same languages, without library and composer |
| C | raw chunks of the same project's files, without any format; every token is learnt |
| D | the data set as a training with a time box sees it: the shorter rows, one in two at most of the library or the composer |
| D0 | the whole data set, every row as likely as any other |
| D2 | the rows of D0, one in two at most of the library or the composer |
| E | D without the library and the composer |
| F | D, where answers alone are learnt |

Prompts are learnt too, as by every training, where the table does not say otherwise.

The measure is the loss on answers made of the project's own held-out files. Rows of the library and the composer are judged too, but
apart: only the data set holds such rows, so that they would flatter it.

What is finished is skipped, so the whole can be interrupted and goes on. It may be started several times with the same `--out`: each
process takes what is free, which on few cores is faster than one process of several threads. `arms.json` and `arms.md` are written after
each result.
"""

from __future__ import annotations

import argparse
import copy
import time
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from functools import partial
from pathlib import Path
from typing import Any

import msgspec
import numpy as np
import torch
from filelock import FileLock, Timeout
from peft import set_peft_model_state_dict
from safetensors.torch import load_file

from dataset_core.mermaid.parser import MermaidParser
from dataset_core.tokens import embedded_model
from server.evaluation.answers import Answering
from server.evaluation.losses import mean_loss, row_losses, token_losses
from server.gguf.adapter import write_adapter
from server.processes.inference import InferenceProcess
from server.training.base_model import Base, check_base, load_model
from server.training.checkpoint import Progress, name_of
from server.training.machine import Place, choose_place, keep_freed_memory, tokens_that_fit
from server.training.network import with_adapter
from server.training.run_folder import ADAPTER, ADAPTER_GGUF, ADAPTER_WEIGHTS, CHECKPOINT, SETTINGS, RunFolder, write_whole
from server.training.schedule import plan_of
from server.training.settings import TrainingSettings, learning_rate_for
from server.training.tokens import Tokenizing, TokenRow
from server.training.train import Job, train
from tests.benchmarks.arms_material import Judged, Material, generic_python, material_of, rows_of_arm
from tests.benchmarks.arms_table import write_table

ARMS = ("A", "B", "C", "D", "D0", "D2", "E", "F")
LOCK = "arms.lock"
_LONGEST_ANSWER, _MOST_TOKENS = 160, 256
_PATIENCE_S = 5
# At once in memory, 3 MB each: other processes want some too. The gradients of a step are the same however many passes it takes.
_TOKENS_OF_PASS = 512


@dataclass(frozen=True)
class Bench:
    """What all runs share: the options, and the base, loaded once."""

    chosen: argparse.Namespace
    base: Base
    tokenizing: Tokenizing
    place: Place
    network: Any


@dataclass(frozen=True)
class Step:
    """A piece of work: what it writes, the folder of the run that it needs to itself, and how it is done."""

    result: Path
    run: Path
    do: Callable[[], dict[str, Any]]


def main() -> None:
    """Run what is missing and print the table."""
    chosen = _options()
    torch.set_num_threads(chosen.threads or torch.get_num_threads())
    keep_freed_memory()
    chosen.out.mkdir(parents=True, exist_ok=True)
    base = check_base(_embedded())
    tokenizing = Tokenizing(base)
    sizes = {"max_tokens": chosen.max_tokens, "n_own": chosen.held_out, "n_shipped": chosen.held_out // 3}
    default = chosen.out / "code" / "generic-python"
    projects = [
        material_of(project, generic[0] if generic else generic_python(default), tokenizing, **sizes)
        for project, *generic in chosen.project
    ]
    place = choose_place(TrainingSettings(base="", train_file="", validation_file="", epochs=1), base.n_parameters)
    bench = Bench(chosen, base, tokenizing, place, load_model(base, place.dtype).to(place.device))  # type: ignore[arg-type]
    _work(list(_steps(bench, projects)), chosen.out)
    print((chosen.out / "arms.md").read_text("utf-8"))


def _options() -> argparse.Namespace:
    options = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    options.add_argument(
        "--project", type=Path, action="append", nargs="+", required=True, metavar=("DIR", "GENERIC"),
        help="a project, built if it is not, and generic code of its languages for arm B; default: Python packages that are installed here",
    )  # fmt: skip
    options.add_argument("--tokens", type=int, default=60_000, help="of each run, prompts included")
    options.add_argument("--seeds", type=int, nargs="+", default=[0, 1, 2])
    options.add_argument(
        "--held-out", type=int, default=150, help="rows of the project's own files that are judged; of shipped ones a third"
    )
    options.add_argument(
        "--answers", type=int, default=0, help="held-out prompts of the project that are answered by each run; of shipped ones half"
    )
    options.add_argument("--max-tokens", type=int, default=1024, help="of a row")
    options.add_argument("--rows-per-step", type=int, default=4)
    options.add_argument("--threads", type=int, default=0)
    options.add_argument("--arms", nargs="+", choices=ARMS, default=list(ARMS[:4]))
    options.add_argument("--out", type=Path, default=Path("build/arms"))
    return options.parse_args()


def _steps(bench: Bench, projects: Sequence[Material]) -> Iterator[Step]:
    """All of the work: a seed of every arm on every project before the next seed."""
    chosen = bench.chosen
    for seed in chosen.seeds:
        for material, arm in ((material, arm) for arm in chosen.arms for material in projects):
            run = _folder(chosen.out, material, arm, seed)
            yield Step(run / f"losses-{material.name}.json", run, partial(_losses, bench, material, arm, seed))
        for material, arm in ((material, arm) for arm in chosen.arms for material in projects):
            run = _folder(chosen.out, material, arm, seed)
            if chosen.answers:
                yield Step(run / f"answers-{material.name}.json", run, partial(_answers, bench, material, arm, seed))


def _folder(out: Path, material: Material, arm: str, seed: int) -> Path:
    """Of a run: arm A needs no seed, arm B no project."""
    return out / (material.generic_name if arm == "B" else material.name) / (arm if arm == "A" else f"{arm}-{seed}")


def _work(steps: list[Step], out: Path) -> None:
    """Do each step that nobody has done, leaving to other processes what they are at."""
    while steps:
        left = []
        for step in steps:
            step.run.mkdir(parents=True, exist_ok=True)
            if step.result.exists():
                continue
            try:
                with FileLock(step.run / LOCK).acquire(timeout=0):
                    if not step.result.exists():
                        write_whole(step.result, msgspec.json.encode(step.do()))
                        write_table(out)
            except Timeout:
                left.append(step)
        if len(left) == len(steps):
            time.sleep(_PATIENCE_S)
        steps = left


def _losses(bench: Bench, material: Material, arm: str, seed: int) -> dict[str, Any]:
    """Train an arm unless that was done, and look at the held-out answers token by token."""
    model, figures = _trained(bench, material, arm, seed)
    own = [token_losses(model, judged.tokens) for judged in material.own]
    shipped = [token_losses(model, judged.tokens) for judged in material.shipped]
    inside = [losses[judged.inside] for judged, losses in zip(material.own, own, strict=True)]
    return {
        "project": material.name, "arm": arm, "seed": seed, **figures,
        "own_loss": float(np.concatenate(own).mean()),
        "inside_loss": float(np.concatenate(inside).mean()),
        "end_probability": float(np.exp([-losses[-1] for losses in own]).mean()),
        "shipped_loss": float(np.concatenate(shipped).mean()) if shipped else None,
        "unrelated_loss": mean_loss(row_losses(model, material.unrelated), material.unrelated),
        "by_family": dict(_by_family(material.own, own)),
    }  # fmt: skip


def _by_family(judged: Sequence[Judged], losses: Sequence[Any]) -> Iterator[tuple[str, float]]:
    for family in sorted({one.row.family for one in judged}):
        yield family, float(np.concatenate([loss for one, loss in zip(judged, losses, strict=True) if one.row.family == family]).mean())


def _answers(bench: Bench, material: Material, arm: str, seed: int) -> dict[str, Any]:
    """Greedy answers to short held-out prompts, without a grammar."""
    folder, n = _folder(bench.chosen.out, material, arm, seed), bench.chosen.answers
    adapter = None if arm == "A" else folder / ADAPTER_GGUF
    if adapter is not None and not adapter.exists():
        write_adapter(folder / ADAPTER, bench.base.path, adapter)
    own = [judged.row for judged in material.own if judged.tokens.n_answer <= _LONGEST_ANSWER][:n]
    shipped = [judged.row for judged in material.shipped if judged.tokens.n_answer <= _MOST_TOKENS][: n // 2]
    with InferenceProcess() as process, MermaidParser() as parser:
        answering = Answering(process, parser, bench.base.path, adapter, max_tokens=_MOST_TOKENS, threads=bench.chosen.threads)
        judged = {"own": answering.judge(own), "shipped": answering.judge(shipped)}
    return {"project": material.name, "arm": arm, "seed": seed, **{name: msgspec.to_builtins(rows) for name, rows in judged.items()}}


def _trained(bench: Bench, material: Material, arm: str, seed: int) -> tuple[Any, dict[str, Any]]:
    """The network of a run, and what it was trained on; loaded where it was trained for another project."""
    settings = _settings(bench.chosen, seed)
    model: Any = with_adapter(copy.deepcopy(bench.network), rank=settings.rank, alpha=settings.alpha, seed=seed, base=settings.base)
    if arm == "A":
        return model, {"n_rows": 0, "n_tokens": 0, "seconds": 0.0}
    folder, chosen = _folder(bench.chosen.out, material, arm, seed), bench.chosen
    run = RunFolder(folder)
    if run.state().status != "finished":
        rows = rows_of_arm(material, arm, bench.tokenizing, n_tokens=chosen.tokens, max_tokens=chosen.max_tokens, seed=seed)
        _train(run, settings, model, rows, bench)
    else:
        set_peft_model_state_dict(model, load_file(folder / ADAPTER_WEIGHTS))
    (finished,) = (event for event in run.events() if event["event"] == "finished")
    return model, {name: finished[name] for name in ("n_rows", "n_tokens", "seconds")}


def _train(run: RunFolder, settings: TrainingSettings, model: Any, rows: Sequence[TokenRow], bench: Bench) -> None:
    write_whole(run.path / SETTINGS, msgspec.json.encode(settings))
    run.forget_events_after(-1)
    config = model.config
    fit = tokens_that_fit(bench.place, config.hidden_size, config.intermediate_size, config.num_hidden_layers)
    micro_tokens = min(fit, _TOKENS_OF_PASS)
    progress = Progress(plan_of(settings, len(rows), 1), name_of(bench.place.dtype), 1, micro_tokens)
    # The loop validates once, at the end, where it saves the adapter: on one training row, since the figure is not used.
    _, done = train(Job(run, settings, model, rows, rows[:1], learning_rate_for(bench.base.n_parameters), lambda: False), progress)
    (run.path / CHECKPOINT).unlink()
    run.append("finished", n_rows=len(rows), n_tokens=done.n_tokens, seconds=done.elapsed_s)
    run.update(status="finished")


def _settings(chosen: argparse.Namespace, seed: int) -> TrainingSettings:
    return TrainingSettings(
        base=str(_embedded()), train_file="-", validation_file="-", epochs=1, rows_per_step=chosen.rows_per_step, seed=seed,
        validations=0, patience=0, checkpoint_minutes=1_000, max_tokens=chosen.max_tokens, threads=chosen.threads,
    )  # fmt: skip


def _embedded() -> Path:
    model = embedded_model()
    if model is None:
        raise SystemExit("the embedded model is not installed: make set-up")
    return model


if __name__ == "__main__":
    main()
