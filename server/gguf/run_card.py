"""What the model card of a merged run says: read from the run's folder, its evaluation and the manifest of its rows (IO; no torch)."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import Any

import msgspec

from dataset_core.manifest import Manifest
from server.evaluation.request import FOLDER, RESULT
from server.evaluation.result import Evaluation, table
from server.gguf.header import read_gguf_header
from server.gguf.package import CARD, CardFacts, model_card
from server.gguf.writing import renamed_into_place

_SHOWN = ("steps", "epochs", "minutes", "rows_per_step", "learning_rate", "rank", "alpha", "max_tokens", "seed")


class RunSettings(msgspec.Struct):
    """Of a run's settings, what the card shows."""

    base: str
    train_file: str = ""
    steps: float = 0
    epochs: float = 0
    minutes: float = 0
    rows_per_step: float = 0
    learning_rate: float = 0
    rank: float = 0
    alpha: float = 0
    max_tokens: float = 0
    seed: int = 0


class _State(msgspec.Struct):
    """Of a run's state, its figures."""

    base_validation_loss: float | None = None
    best_validation_loss: float | None = None
    step: int = 0


def settings_of_run(run: Path) -> RunSettings:
    """The settings of a run.

    Raises:
        OSError: They are not there.
        msgspec.MsgspecError: They are not as a run writes them.
    """
    return msgspec.json.decode((run / "settings.json").read_bytes(), type=RunSettings)


def card_facts(run: Path, quantisation: str) -> CardFacts:
    """What is known of a run's merged model: the figures of its evaluation, or those of its training where it was not evaluated.

    Raises:
        OSError: The run's settings or state are not there.
        GgufError: The base is no GGUF file that can be read.
        msgspec.MsgspecError: A file is not as a run writes it.
    """
    settings, state = settings_of_run(run), msgspec.json.decode((run / "state.json").read_bytes(), type=_State)
    values, manifest = read_gguf_header(Path(settings.base)).values, _manifest(Path(settings.train_file))
    return CardFacts(
        name=f"{run.name} ({quantisation})",
        base=str(values.get("general.name", Path(settings.base).stem)),
        base_licence=str(values.get("general.license", "")),
        quantisation=quantisation,
        project_licence=manifest.licence if manifest is not None else "",
        data_set=_data_set(settings, manifest),
        settings={"steps done": state.step, **{name: getattr(settings, name) for name in _SHOWN if getattr(settings, name)}},
        figures=_evaluated(run) or _trained(state),
    )


def rewrite_cards(run: Path) -> None:
    """Bring the cards of a run's merged models up to date, after an evaluation.

    Raises:
        GgufError: A card cannot be written.
    """
    for card in sorted(run.glob(f"merged-*/{CARD}")):
        quantisation = card.parent.name.removeprefix("merged-")
        with renamed_into_place(card) as partial:
            partial.write_text(model_card(card_facts(run, quantisation)), "utf-8")


def _manifest(train_file: Path) -> Manifest | None:
    """Of the rows; None where they came from elsewhere, or are gone."""
    try:
        return msgspec.json.decode(train_file.with_name(f"{train_file.stem}.manifest.json").read_bytes(), type=Manifest)
    except (OSError, ValueError, msgspec.MsgspecError):
        return None


def _data_set(settings: RunSettings, manifest: Manifest | None) -> dict[str, Any]:
    file = {"file": Path(settings.train_file).name} if settings.train_file else {}
    if manifest is None:
        return file
    held_out = manifest.n_rows - manifest.n_train
    return {
        **file,
        "project": manifest.project,
        **({"commit": manifest.head} if manifest.head else {}),
        "artifact type": manifest.artifact_type,
        "rows to train on": f"{manifest.n_train:,}",
        "rows held out": f"{held_out:,}",
        "of families": ", ".join(f"{row.family.replace('_', ' ')} {row.taken:,}" for row in manifest.families if row.taken),
    }


def _evaluated(run: Path) -> Sequence[Sequence[str]]:
    try:
        evaluation = msgspec.json.decode((run / FOLDER / RESULT).read_bytes(), type=Evaluation)
    except (OSError, msgspec.MsgspecError):
        return ()  # it was not evaluated, or is being evaluated right now
    return table(evaluation)


def _trained(state: _State) -> Sequence[Sequence[str]]:
    before, after = state.base_validation_loss, state.best_validation_loss
    if before is None or after is None:
        return ()
    return (("measure", "base", "adapter"), ("held-out loss while it was trained", f"{before:.3f}", f"{after:.3f}"))
