"""The merged models of a run, under the names by which an evaluation tells of them (IO: looks into the run's folder)."""

from __future__ import annotations

from pathlib import Path

from server.gguf.merged import DEFAULT_QUANTISATION
from server.training.run_folder import MERGED_GGUF, RunFolder

MERGED = "merged"


def merged_models(run: RunFolder) -> dict[str, Path]:
    """What `mothertongue merge` wrote, by names such as `merged-Q4_0`; where that is nothing, the place of one for the evaluation alone."""
    made = {path.parent.name: path for path in sorted(run.path.glob(f"{MERGED}-*/model.gguf"))}
    return made or {MERGED: run.path / MERGED_GGUF}


def quantisation_of(name: str) -> str:
    """Of a merged model with such a name."""
    return name.partition("-")[2] or DEFAULT_QUANTISATION
