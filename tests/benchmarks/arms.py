"""`make bench-arms`: does the data set teach, and is it the data set that does? Equal tokens, several seeds, the same held-out rows.

| arm | trained on |
|---|---|
| A | nothing: the base model |
| B | generic code in the same format: rows of other people's code, without library and composer |
| C | raw chunks of the same project's files, without any format |
| D | the project's exported data set |

A run that is finished is skipped, so the whole can be interrupted and goes on. Every run is a run folder under `--out`; the table is
written as `arms.json` and `arms.md` after each of them. Arm B is the same for all projects: it is trained once a seed and judged on each.
"""

from __future__ import annotations

import argparse
import json
import shutil
import statistics
import subprocess
import sys
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import click
import msgspec
import numpy as np
import rich
import torch
from peft import set_peft_model_state_dict
from safetensors.torch import load_file

from dataset_core.project import EXPORT_FOLDER_NAME
from dataset_core.settings import load_settings
from dataset_core.split import TRAIN, side_of
from dataset_core.store import FOLDER_NAME, Store
from dataset_core.tokens import embedded_model
from server.evaluation.losses import mean_loss, row_losses, unrelated_chunks
from server.exports import newest_export, the_newest_export
from server.training.base_model import check_base, load_model
from server.training.checkpoint import Progress, name_of
from server.training.machine import choose_place, tokens_that_fit
from server.training.network import with_adapter
from server.training.rows import Row, read_rows
from server.training.run_folder import SETTINGS, RunFolder
from server.training.runs import validation_file_of
from server.training.schedule import plan_of
from server.training.settings import TrainingSettings, learning_rate_for
from server.training.tokens import Tokenizing, TokenRow
from server.training.train import Job, train

CLI = (sys.executable, "-m", "server.cli")
CHUNK_TOKENS = 512
NOT_OF_A_PROJECT = ("composed", "library")
ARMS = ("A", "B", "C", "D")


@dataclass(frozen=True)
class Material:
    """Of one project: rows of each trained arm, and the rows that all arms are judged on."""

    name: str
    arms: dict[str, list[TokenRow]]
    held_out: list[TokenRow]
    unrelated: list[TokenRow]


def main() -> None:
    """Run what is missing and print the table."""
    options = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    options.add_argument("--project", type=Path, action="append", required=True, help="with a git history or without; built if it is not")
    options.add_argument("--generic", type=Path, help="code for arm B; default: Python packages that are installed here")
    options.add_argument("--tokens", type=int, default=60_000, help="of each run, prompts included")
    options.add_argument("--seeds", type=int, nargs="+", default=[0, 1, 2])
    options.add_argument("--held-out", type=int, default=150, help="rows that are judged")
    options.add_argument("--max-tokens", type=int, default=1024, help="of a row")
    options.add_argument("--rows-per-step", type=int, default=4)
    options.add_argument("--threads", type=int, default=0)
    options.add_argument("--arms", nargs="+", choices=ARMS, default=list(ARMS))
    options.add_argument("--out", type=Path, default=Path("build/arms"))
    chosen = options.parse_args()
    if chosen.threads:
        torch.set_num_threads(chosen.threads)
    chosen.out.mkdir(parents=True, exist_ok=True)
    tokenizing = Tokenizing(check_base(_embedded()))
    for project in chosen.project:
        material = _material(project, chosen, tokenizing)
        for seed in chosen.seeds:
            for arm in chosen.arms:
                _run_once(material, arm, seed, chosen)
                _write_table(chosen.out)
    print((chosen.out / "arms.md").read_text("utf-8"))


def _run_once(material: Material, arm: str, seed: int, chosen: argparse.Namespace) -> None:
    """Train an arm with a seed and judge it, unless that was done."""
    folder = chosen.out / material.name / (arm if arm == "A" else f"{arm}-{seed}")
    if (folder / "result.json").exists():
        return
    shutil.rmtree(folder, ignore_errors=True)
    folder.mkdir(parents=True)
    rows = [] if arm == "A" else _within(material.arms[arm], chosen.tokens, seed)
    model, n_tokens = _trained(folder, rows, seed, chosen, material)
    held_out = row_losses(model, material.held_out)
    result = {
        "project": material.name, "arm": arm, "seed": seed, "n_rows": len(rows), "n_tokens": n_tokens,
        "held_out_loss": mean_loss(held_out, material.held_out),
        "end_probability": _end_probability(model, material.held_out),
        "unrelated_loss": mean_loss(row_losses(model, material.unrelated), material.unrelated),
    }  # fmt: skip
    (folder / "result.json").write_text(json.dumps(result), "utf-8")
    print(result, flush=True)


def _trained(folder: Path, rows: Sequence[TokenRow], seed: int, chosen: argparse.Namespace, material: Material) -> tuple[Any, int]:
    settings = TrainingSettings(
        base=str(_embedded()), train_file="-", validation_file="-", epochs=1, rows_per_step=chosen.rows_per_step, seed=seed,
        validations=0, patience=0, checkpoint_minutes=1_000, max_tokens=chosen.max_tokens, threads=chosen.threads,
    )  # fmt: skip
    (folder / SETTINGS).write_bytes(msgspec.json.encode(settings))
    base = check_base(_embedded())
    place = choose_place(settings, base.n_parameters)
    network = load_model(base, place.dtype).to(place.device)
    model: Any = with_adapter(network, rank=settings.rank, alpha=settings.alpha, seed=seed, base=settings.base)
    if not rows:
        return model, 0
    config = network.config
    micro_tokens = tokens_that_fit(place, config.hidden_size, config.intermediate_size, config.num_hidden_layers)
    progress = Progress(plan_of(settings, len(rows), 1), name_of(place.dtype), 1, micro_tokens)
    n_tokens = sum(len(row.ids) for row in rows)
    twin = _twin(folder, settings, n_tokens)
    if twin is not None:
        set_peft_model_state_dict(model, load_file(twin / "adapter" / "adapter_model.safetensors"))
        return model, n_tokens
    job = Job(RunFolder(folder), settings, model, rows, material.held_out, learning_rate_for(base.n_parameters), lambda: False)
    _, done = train(job, progress)
    return model, done.n_tokens


def _twin(folder: Path, settings: TrainingSettings, n_tokens: int) -> Path | None:
    """A finished run of another project on the same generic rows under the same settings."""
    if not folder.name.startswith("B-"):
        return None
    finished = (result.parent for result in sorted(folder.parent.parent.glob(f"*/{folder.name}/result.json")))
    return next((other for other in finished if other != folder and _is_the_same(other, settings, n_tokens)), None)


def _is_the_same(run: Path, settings: TrainingSettings, n_tokens: int) -> bool:
    result = json.loads((run / "result.json").read_text("utf-8"))
    was_trained = (run / "adapter").exists()
    return was_trained and (run / SETTINGS).read_bytes() == msgspec.json.encode(settings) and result["n_tokens"] == n_tokens


def _end_probability(model: Any, rows: Sequence[TokenRow]) -> float:
    """Mean probability of the end mark where the real answer ends: what exact stops rest on."""
    losses = row_losses(model, [TokenRow(row.ids, len(row.ids) - 1) for row in rows])
    return float(np.exp(-np.array(losses)).mean())


def _material(project: Path, chosen: argparse.Namespace, tokenizing: Tokenizing) -> Material:
    export = _export(project)
    generic = chosen.generic or _generic(chosen.out / "generic")

    def rows_of(rows: Sequence[Row]) -> list[TokenRow]:
        return list(tokenizing.token_rows(rows, chosen.max_tokens).rows)

    own = rows_of(read_rows(export))
    other = rows_of(_only_code(_export(generic)))
    raw = _chunks(project, tokenizing)
    held_out = rows_of(read_rows(validation_file_of(export)))
    drawn = np.random.default_rng(0).permutation(len(held_out))[: chosen.held_out]
    arms = {"A": [], "B": other, "C": raw, "D": own}
    return Material(project.resolve().name, arms, [held_out[index] for index in drawn], unrelated_chunks(tokenizing, 12))


def _within(rows: Sequence[TokenRow], n_tokens: int, seed: int) -> list[TokenRow]:
    """Rows in an order of the seed, as many as have the tokens; from the beginning again where there are too few."""
    drawn: list[TokenRow] = []
    order, total = np.random.default_rng([seed, 1]).permutation(len(rows)), 0
    while total < n_tokens:
        row = rows[order[len(drawn) % len(rows)]]
        drawn.append(row)
        total += len(row.ids)
    return drawn


def _chunks(project: Path, tokenizing: Tokenizing) -> list[TokenRow]:
    """The files that the data set trains on, as they are, end to end within a file."""
    fraction = load_settings(project).validation_fraction
    with Store(project / FOLDER_NAME, read_only=True) as store:
        paths = sorted(path for path, _, _, _, _ in store.files_overview() if side_of(path, fraction) == TRAIN)
    texts = [(project / path).read_text("utf-8", errors="replace") for path in paths]
    ids = tokenizing.plain_ids(texts)
    pieces = [row[start : start + CHUNK_TOKENS] for row in ids for start in range(0, len(row), CHUNK_TOKENS)]
    return [TokenRow(np.array(piece, dtype=np.int64), 1) for piece in pieces if len(piece) > 1]


def _only_code(export: Path) -> list[Row]:
    """Rows of an export that were made of its project, not of what ships with the product."""
    metadata = export.with_name(export.name.replace(".jsonl", ".metadata.jsonl"))
    families = [json.loads(line)["family"] for line in metadata.read_text("utf-8").splitlines()]
    rows = read_rows(export)
    return [row for row, family in zip(rows, families, strict=False) if family not in NOT_OF_A_PROJECT]


def _generic(folder: Path) -> Path:
    """A project of other people's code: packages that are installed with this one."""
    if not folder.exists():
        for package in (click, rich):
            source = Path(str(package.__file__)).parent
            shutil.copytree(source, folder / source.name, ignore=shutil.ignore_patterns("__pycache__"))
    return folder


def _export(project: Path) -> Path:
    folder = project / EXPORT_FOLDER_NAME
    if newest_export(folder) is None:
        subprocess.run((*CLI, "export", "--project", str(project), "--json"), check=True, stdout=subprocess.DEVNULL)
    return the_newest_export(folder)


def _embedded() -> Path:
    model = embedded_model()
    if model is None:
        raise SystemExit("the embedded model is not installed: make set-up")
    return model


def _write_table(out: Path) -> None:
    results = [json.loads(path.read_text("utf-8")) for path in sorted(out.glob("*/*/result.json"))]
    (out / "arms.json").write_text(json.dumps(results, indent=1), "utf-8")
    lines = ["| project | arm | runs | tokens a run | held-out answer loss | end mark's probability | loss on unrelated code |"]
    lines.append("|---|---|---|---|---|---|---|")
    for project, arm in sorted({(row["project"], row["arm"]) for row in results}):
        rows = [row for row in results if (row["project"], row["arm"]) == (project, arm)]
        cells = [_spread(row[key] for row in rows) for key in ("held_out_loss", "end_probability", "unrelated_loss")]
        lines.append(f"| {project} | {arm} | {len(rows)} | {_mean(row['n_tokens'] for row in rows):,.0f} | {' | '.join(cells)} |")
    (out / "arms.md").write_text("\n".join(lines) + "\n", "utf-8")


_mean = statistics.fmean


def _spread(values: Iterable[float]) -> str:
    """Mean, and the range over the seeds where there are several."""
    numbers = sorted(values)
    return f"{_mean(numbers):.3f}" + (f" ({numbers[0]:.3f} to {numbers[-1]:.3f})" if len(numbers) > 1 else "")


if __name__ == "__main__":
    main()
