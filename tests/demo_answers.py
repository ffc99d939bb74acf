"""The end of `make demo`: the four prompts that people try first, answered by what was trained, as pictures and on one page.

A diagram that the parser refused is shown as refused; nothing is chosen or mended by hand.
"""

from __future__ import annotations

import json
import os
import shutil
import subprocess
import sys
import time
from collections.abc import Sequence
from dataclasses import dataclass
from html import escape
from pathlib import Path
from typing import Any

from server.evaluation.four_prompts import FirstPrompt, first_prompts
from server.training.rows import read_rows
from tests.render.gallery import highlighted

CLI = (sys.executable, "-m", "server.cli")
_RENDER = Path(__file__).parent / "render" / "render.mjs"
_TEMPLATE = Path(__file__).parent / "render" / "answers.html"
_CHROMIUM_NAMES = ("chromium", "chromium-browser", "google-chrome")
_MERMAID = "mermaid"
_RUN_FILES = {"settings": "settings.json", "evaluation": "evaluation/evaluation.json"}


@dataclass(frozen=True)
class Answer:
    """What became of a prompt.

    Attributes:
        prompt: With the checks of its answer.
        text: Of the answer; empty where it was refused.
        language: Of the text.
        notes: What the command said beside it: the reason of a refusal, a repair, an end that was not found.
        before: What the base model answers; empty where it was not asked.
    """

    prompt: FirstPrompt
    text: str
    language: str
    notes: tuple[str, ...]
    before: str

    @property
    def is_diagram(self) -> bool:
        """Whether Mermaid was asked for: text in a fence of that name may also be what a model makes of a request for code."""
        return self.prompt.language == _MERMAID

    @property
    def checks(self) -> dict[str, bool]:
        """What the answer must show, and whether it does."""
        return self.prompt.verdicts(self.text)


def show_answers(root: Path, folder: Path) -> None:
    """Ask the four prompts, draw the answers into a folder, and print what came out and where it lies."""
    shutil.rmtree(folder, ignore_errors=True)
    folder.mkdir(parents=True)
    run = _newest_run(root)
    prompts = first_prompts([row.answer for row in read_rows(Path(run["settings"]["train_file"]))])
    answers = [_ask(root, prompt, before) for prompt, before in zip(prompts, _before(run, len(prompts)), strict=True)]
    files = [_write(answer, number, folder) for number, answer in enumerate(answers, start=1)]
    pictures = draw([file for file in files if file is not None], folder)
    page = folder / "index.html"
    page.write_text(answers_page(answers, [pictures.get(file) for file in files]), "utf-8")
    _tell(answers, [pictures.get(file) for file in files], page)


def draw(files: Sequence[Path], folder: Path) -> dict[Path | None, Path]:
    """Pictures by file; none where there is no Chromium to draw them."""
    chromium = os.environ.get("CHROMIUM") or next(filter(None, map(shutil.which, _CHROMIUM_NAMES)), None)
    if chromium is None:
        print("\nThere is no Chromium to draw the answers with.")
    if chromium is None or not files:
        return {}
    command = ("node", str(_RENDER), "--out", str(folder), *map(str, files))
    done = subprocess.run(command, check=False, capture_output=True, env={**os.environ, "CHROMIUM": chromium})
    rows = [json.loads(line) for line in done.stdout.splitlines()]
    for row in rows:
        if "error" in row:
            print(f"{row['file']} could not be drawn: {row['error']}")
    if len(rows) != len(files):
        print(f"Chromium could not be started: {done.stderr.decode('utf-8', 'replace').strip()}")
    return {Path(row["file"]): Path(row["png"]) for row in rows if "png" in row}


def answers_page(answers: Sequence[Answer], pictures: Sequence[Path | None]) -> str:
    """All answers on one page, beside their pictures."""
    parts = [_section(answer, picture) for answer, picture in zip(answers, pictures, strict=True)]
    return _framed("The four prompts, before and after", "".join(["<h1>The four prompts, before and after</h1>", *parts]))


def _newest_run(root: Path) -> dict[str, Any]:
    """Its folder and what is in it, as `runs show` names it."""
    shown = subprocess.run((*CLI, "runs", "show", "--json", "--project", str(root)), check=True, capture_output=True)
    folder = root / ".mothertongue" / "runs" / json.loads(shown.stdout)["name"]
    return {name: json.loads((folder / file).read_bytes()) for name, file in _RUN_FILES.items()}


def _before(run: dict[str, Any], count: int) -> list[str]:
    """What the base answered when it was evaluated."""
    base = next(model for model in run["evaluation"]["models"] if model["name"] == "base")
    return [verdict["answer"] for verdict in base.get("first_prompts", ())] or [""] * count


def _ask(root: Path, prompt: FirstPrompt, before: str) -> Answer:
    command = ("generate", prompt.prompt, "--kind", prompt.kind)
    print(f'\n$ mothertongue generate "{prompt.prompt}" --kind {prompt.kind} --project {root}', flush=True)
    start = time.perf_counter()
    done = subprocess.run((*CLI, *command, "--json", "--project", str(root)), check=False, capture_output=True)
    made = json.loads(done.stdout) if done.returncode == 0 else {"text": "", "language": "", "repairs": [], "state": "refused"}
    said = done.stderr.decode("utf-8", "replace").strip()
    notes = [*made["repairs"], *([said] if said else [])]
    if made["state"] == "cut":
        notes.append("The model did not find the end: this is cut off.")
    print("\n".join((made["text"], *notes)))
    print(f"({time.perf_counter() - start:.1f} s)", flush=True)
    return Answer(prompt, made["text"], made["language"], tuple(notes), before)


def _write(answer: Answer, number: int, folder: Path) -> Path | None:
    """The answer as a file that can be drawn: a diagram, or a page of the text; None for a refused one."""
    if not answer.text:
        return None
    file = folder / f"{number}-{answer.prompt.kind}.{'mmd' if answer.is_diagram else 'html'}"
    file.write_text(answer.text if answer.is_diagram else _framed(answer.prompt.prompt, _code(answer)), "utf-8")
    return file


def _tell(answers: Sequence[Answer], pictures: Sequence[Path | None], page: Path) -> None:
    print("\nThe four prompts, answered by the adapter:")
    for number, (answer, picture) in enumerate(zip(answers, pictures, strict=True), start=1):
        missing = [name for name, passed in answer.checks.items() if not passed]
        n_passed = len(answer.checks) - len(missing)
        outcome = "refused" if not answer.text else str(picture or "not drawn")
        print(f"  {number}  {answer.prompt.prompt}\n     {outcome}; {n_passed} of {len(answer.checks)} checks", end="")
        print(f"; not shown: {', '.join(missing)}" if answer.text and missing else "")
    print(f"\nLook at them: {page}")


def _section(answer: Answer, picture: Path | None) -> str:
    marks = "".join(f'<li class="{"good" if passed else "bad"}">{escape(name)}</li>' for name, passed in answer.checks.items())
    notes = "".join(f'<p class="note">{escape(note)}</p>' for note in answer.notes)
    before = f"<details><summary>The base model's answer</summary><pre>{escape(answer.before)}</pre></details>" if answer.before else ""
    return f"<h2>{escape(answer.prompt.prompt)}</h2><ul>{marks}</ul>{_shown(answer, picture)}{notes}{before}"


def _shown(answer: Answer, picture: Path | None) -> str:
    if not answer.text:
        return '<p class="bad">Refused: nothing came out that the parser accepts.</p>'
    if answer.is_diagram and picture is not None:
        source = f"<details><summary>Source</summary>{_code(answer)}</details>"
        return f'<img src="{escape(picture.name)}" alt="{escape(answer.prompt.prompt)}">{source}'
    return _code(answer)


def _code(answer: Answer) -> str:
    return f"<pre>{highlighted(answer.text, answer.language)}</pre>"


def _framed(title: str, body: str) -> str:
    return _TEMPLATE.read_text("utf-8").replace("<!--title-->", escape(title)).replace("<!--body-->", body)
