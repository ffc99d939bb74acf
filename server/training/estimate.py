"""How long a training will take, before it starts (IO: reads earlier runs and the size of the rows)."""

from __future__ import annotations

from pathlib import Path
from statistics import median

from server.training import runs
from server.training.errors import TrainingError
from server.training.run_folder import RunFolder
from server.training.settings import TrainingSettings

# Of the reference project's export, with the embedded base's vocabulary.
_BYTES_PER_TOKEN = 3.8
_NEWEST_STEPS = 50
_FEWEST_STEPS = 3


def earlier_speed(root: Path, base: str) -> float | None:
    """Tokens a second of the newest run on this base; None where there is none."""
    for run in reversed(runs.overview(root)):
        folder = RunFolder(Path(run.path))
        speeds = [float(event["tokens_per_second"]) for event in folder.events() if event["event"] == "step"][-_NEWEST_STEPS:]
        if len(speeds) >= _FEWEST_STEPS and _base_of(folder) == base:
            return median(speeds)
    return None


def seconds_of(settings: TrainingSettings, tokens_per_second: float) -> float:
    """From the first step to the last, of a run that ends after so many passes over its rows."""
    n_tokens = Path(settings.train_file).stat().st_size / _BYTES_PER_TOKEN
    return settings.epochs * n_tokens / tokens_per_second


def _base_of(run: RunFolder) -> str:
    try:
        return run.settings().base
    except TrainingError:
        return ""  # a run that cannot be read says nothing
