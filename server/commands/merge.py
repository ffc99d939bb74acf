"""`merge`: a training run as one GGUF file for other programs."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import click

from server import console
from server.commands import options
from server.newest import newest_first
from server.training.run_folder import ADAPTER_GGUF
from server.training.runs import runs_folder

QUANTISATIONS = ("F32", "F16", "BF16", "Q8_0", "Q6_K", "Q5_K_M", "Q5_1", "Q5_0", "Q4_K_M", "Q4_1", "Q4_0", "Q3_K_M")


@click.command()
@click.argument("run", required=False)
@options.common
@click.option("--quantisation", type=click.Choice(QUANTISATIONS), default="Q8_0", show_default=True, help="The coarser, the more is lost.")
@click.option("--output", type=click.Path(path_type=Path), help="Folder to write to. Default: merged-QUANTISATION in the run's folder.")
def merge(root: Path, as_json: bool, run: str | None, quantisation: str, output: Path | None) -> None:
    """Merge the adapter of a training RUN into its base: one GGUF file, with an Ollama Modelfile and a model card.

    RUN is the newest one unless given.

    Example: mothertongue merge --quantisation Q8_0
    """
    folder = _run_folder(root, run)
    out = output or folder / f"merged-{quantisation}"
    command = [sys.executable, "-m", "server.gguf", str(folder), quantisation, str(out)]
    with (
        subprocess.Popen(command, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True) as process,
        console.progress(quiet=as_json) as on_progress,
    ):
        assert process.stdout is not None and process.stderr is not None  # noqa: S101, PT018 - pipes
        for line in process.stdout:
            done, total = line.split()
            on_progress("merge", int(done), int(total))
        words = process.stderr.read().strip().splitlines()
    if process.returncode:
        raise click.ClickException(words[-1] if words else f"merging ended with code {process.returncode}")
    if as_json:
        console.print_json({"model": str(out / "model.gguf"), "modelfile": str(out / "Modelfile"), "card": str(out / "README.md")})
    else:
        click.echo(f"{out / 'model.gguf'}\nFor Ollama: ollama create NAME -f {out / 'Modelfile'}")


def _run_folder(root: Path, run: str | None) -> Path:
    """The run of a name, or the one whose adapter would answer: that ended last."""
    saved = [path.parents[1] for path in newest_first(runs_folder(root).glob("*/adapter/adapter_config.json"))]
    ended = [path.parent for path in newest_first(runs_folder(root).glob(f"*/{ADAPTER_GGUF}")) if path.parent in saved]
    found = [folder for folder in (*ended, *saved) if run in {None, folder.name}]
    if not found:
        raise click.UsageError(f"there is no finished run {run!r}" if run else "nothing is trained yet: `mothertongue train` does it")
    return found[0]
