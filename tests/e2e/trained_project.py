"""`python -m tests.e2e.trained_project [FOLDER]`: the reference project, its data set and an adapter that a short, real training has made.

Adapters are kept in `build/trained` under a hash of all that they follow from, so that a second call only copies one. Without
a folder, one is made and kept.
"""

from __future__ import annotations

import json
import shutil
import sys
import tempfile
import time
from collections.abc import Iterator
from datetime import datetime
from hashlib import blake2b
from pathlib import Path

import msgspec

from dataset_core.export import export
from dataset_core.project import build, open_remembering
from dataset_core.store import FOLDER_NAME as STORE_FOLDER
from dataset_core.tokens import embedded_model
from server.training import runs
from server.training.run_folder import ADAPTER, ADAPTER_GGUF, EVENTS, SETTINGS, STATE, RunFolder, write_whole
from server.training.settings import TrainingSettings
from tests.fixtures.mother_project import create_mother_project

REPOSITORY = Path(__file__).parents[2]
KEPT = REPOSITORY / "build/trained"
KEPT_FILES = (STATE, EVENTS, ADAPTER_GGUF, f"{ADAPTER}/adapter_config.json", f"{ADAPTER}/adapter_model.safetensors")
# What makes an adapter of rows, settings and a base.
SOURCES = ("constraints.txt", "server/chat_template.py", "server/gguf", "server/training")
N_ROWS = 1200
# Half a minute on two cores is enough to learn one thing: how an ERD is written. So the rows are those of ERDs,
# each with its exemplar.
LEARNT = "```mermaid\nerDiagram"
BRIEF = TrainingSettings(
    base="",
    train_file="",
    validation_file="",
    steps=20,
    rows_per_step=1,
    max_tokens=640,
    minimum_rows=50,
    n_validation_rows=8,
    validations=2,
    checkpoint_minutes=60,
)


def main(folder: Path) -> None:
    """Make the project in a folder that does not exist yet."""
    root = create_mother_project(folder)
    settings = _settings(_erds_of(_exported(root)))
    kept = KEPT / _hash(settings)
    if not kept.is_dir():
        _keep(_trained(root, settings), kept)
    else:
        _bring(kept, root, settings)


def _exported(root: Path) -> Path:
    with open_remembering(root, artifact_type="erd", target=N_ROWS) as project:
        build(project)
        return export(project, day=datetime.now().astimezone().date()).path


def _erds_of(rows: Path) -> Path:
    """Those rows of an export, and of its held-out ones, that a brief training can learn from, in files of their own."""
    brief = rows.parents[1] / STORE_FOLDER / "brief.jsonl"
    for source, target in ((rows, brief), (runs.validation_file_of(rows), runs.validation_file_of(brief))):
        lines = source.read_text("utf-8").splitlines(keepends=True)
        target.write_text("".join(line for line in lines if _answer(line).startswith(LEARNT)), "utf-8")
    return brief


def _answer(line: str) -> str:
    return str(json.loads(line)["completion"][0]["content"])


def _settings(rows: Path) -> TrainingSettings:
    base = embedded_model()
    if base is None:
        raise FileNotFoundError("the embedded model is not installed: `make set-up` brings it")
    held_out = runs.validation_file_of(rows)
    return msgspec.structs.replace(BRIEF, base=str(base.resolve()), train_file=str(rows), validation_file=str(held_out))


def _hash(settings: TrainingSettings) -> str:
    """Of contents, not of names: neither where the project lies nor the day matters."""
    digest = blake2b(digest_size=12)
    for path in (Path(settings.train_file), Path(settings.validation_file), Path(settings.base), *_sources()):
        digest.update(blake2b(path.read_bytes()).digest())
    digest.update(msgspec.json.encode(BRIEF))
    return digest.hexdigest()


def _sources() -> Iterator[Path]:
    for name in SOURCES:
        path = REPOSITORY / name
        yield from sorted(file for file in path.iterdir() if file.suffix in {".py", ".toml"}) if path.is_dir() else (path,)


def _trained(root: Path, settings: TrainingSettings) -> RunFolder:
    run = runs.start(root, settings)
    while runs.is_under_way(status := runs.status_of(run)):
        time.sleep(0.5)
    print(f"{run.state().message} {run.events()[-1]}")
    if status != "finished":
        raise RuntimeError(f"the training ended as {status}; {run.path} has its log")
    return run


def _keep(run: RunFolder, kept: Path) -> None:
    """Whole or not at all: a copy that is interrupted is made anew."""
    partial = kept.with_name(f"{kept.name}.partial")
    shutil.rmtree(partial, ignore_errors=True)
    _copy(run.path, partial / run.path.name)
    partial.replace(kept)


def _bring(kept: Path, root: Path, settings: TrainingSettings) -> None:
    (found,) = kept.iterdir()
    run = runs.runs_folder(root) / found.name
    _copy(found, run)
    write_whole(run / SETTINGS, msgspec.json.format(msgspec.json.encode(settings), indent=2))


def _copy(run: Path, target: Path) -> None:
    for name in KEPT_FILES:
        (target / name).parent.mkdir(parents=True, exist_ok=True)
        shutil.copyfile(run / name, target / name)


if __name__ == "__main__":
    if len(sys.argv) > 1:
        main(Path(sys.argv[1]))
    else:
        with tempfile.TemporaryDirectory(ignore_cleanup_errors=True) as place:
            main(Path(place, "project"))
