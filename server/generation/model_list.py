"""The models that a person can choose from, with what their evaluations found (IO: reads run folders, loads no model)."""

from __future__ import annotations

import os
from collections.abc import Iterator
from pathlib import Path

import msgspec

from server.evaluation.request import FOLDER, PAGE, RESULT
from server.generation.models import EMBEDDED, base_of, trained_adapters
from server.protocol import ModelEvaluation, ModelKind, ModelsResult, OfferedModel
from server.training.run_folder import MERGED_GGUF
from server.training.runs import runs_folder


def models_of(root: Path, selected: str, *, is_trusted: bool) -> ModelsResult:
    """What can be chosen, and which one answers now.

    Args:
        root: The project's folder.
        selected: The setting `model`.
        is_trusted: If not, no file of the folder is offered, and the setting is not followed.
    """
    if not is_trusted:
        return ModelsResult(models=(_embedded(in_use=True),), automatic=True, problem="")
    adapters = trained_adapters(root)
    merged = sorted(runs_folder(root).glob(f"*/{MERGED_GGUF}"), reverse=True)
    wanted = (root / selected).absolute() if selected not in {"", EMBEDDED} else None
    in_use = wanted or (adapters[0] if adapters and not selected else None)
    files = [*adapters, *merged]
    if wanted is not None and wanted not in files and wanted.is_file():
        files.append(wanted)
    is_lost = wanted is not None and wanted not in files
    problem = f"The model that was chosen, {selected}, is not there any more. Choose another one." if is_lost else ""
    offered = (_embedded(in_use=in_use is None), *(_offered(root, path, in_use=path == in_use) for path in files))
    return ModelsResult(models=offered, automatic=not selected, problem=problem)


def _embedded(*, in_use: bool) -> OfferedModel:
    return OfferedModel(name=EMBEDDED, kind="embedded", title="", uri=None, base="", evaluation=None, in_use=in_use)


def _offered(root: Path, path: Path, *, in_use: bool) -> OfferedModel:
    of_run = path.is_relative_to(runs_folder(root).absolute())
    kind: ModelKind = "file" if not of_run else "merged" if path.name == MERGED_GGUF else "adapter"
    base = base_of(path)
    return OfferedModel(
        name=_name(root, path),
        kind=kind,
        title=path.parent.name if of_run else path.name,
        uri=path.as_uri(),
        base=base.stem if base is not None else "",
        evaluation=evaluation_of(path.parent / FOLDER, kind) if kind in {"adapter", "merged"} else None,
        in_use=in_use,
    )


def _name(root: Path, path: Path) -> str:
    """As the setting holds it: a file of the folder is found there on every machine."""
    return path.relative_to(root).as_posix() if path.is_relative_to(root) else os.fspath(path)


class _FirstPrompt(msgspec.Struct):
    valid: bool
    checks: dict[str, bool]


class _Judged(msgspec.Struct):
    """Of an evaluated artefact, what is shown in a list; the names are those of `evaluation.result`."""

    name: str
    answer_loss: float | None = None
    first_prompts: list[_FirstPrompt] = []

    @property
    def n_passed(self) -> int:
        return sum(prompt.valid and all(prompt.checks.values()) for prompt in self.first_prompts)


class _Evaluation(msgspec.Struct):
    models: list[_Judged]


def evaluation_of(folder: Path, kind: str) -> ModelEvaluation | None:
    """Before and after, where both were evaluated."""
    judged = {artefact.name: artefact for artefact in _judged(folder / RESULT)}
    before, after = judged.get("base"), judged.get(kind)
    if before is None or after is None:
        return None
    page = folder / PAGE
    return ModelEvaluation(
        base_loss=before.answer_loss,
        loss=after.answer_loss,
        base_first_prompts=before.n_passed,
        first_prompts=after.n_passed,
        all_first_prompts=len(after.first_prompts),
        uri=page.as_uri() if page.is_file() else None,
    )


def _judged(file: Path) -> Iterator[_Judged]:
    """The artefacts of an evaluation; none where it was not made, or is being written."""
    try:
        yield from msgspec.json.decode(file.read_bytes(), type=_Evaluation).models
    except (OSError, msgspec.MsgspecError):
        return
