"""Results of the arms as `arms.json` and as Markdown tables (IO: reads the result files below a folder)."""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator, Mapping, Sequence
from pathlib import Path
from statistics import fmean
from typing import Any

import msgspec

from server.evaluation.answers import JudgedAnswer
from server.evaluation.result import ModelResult, measures
from server.training.run_folder import write_whole

_LOSSES = {
    "own held-out loss": "own_loss",
    "inside the fence": "inside_loss",
    "end mark's probability": "end_probability",
    "library and composer": "shipped_loss",
    "unrelated code": "unrelated_loss",
}
_ANSWERS = (
    "exact match",
    "edit similarity",
    "identifier F1",
    "stops by itself",
    "rambling",
    "code that parses",
    "diagrams the parser accepts",
)

Result = Mapping[str, Any]


def write_table(out: Path) -> None:
    """Collect what is finished."""
    losses, answers = (_results(out, name) for name in ("losses", "answers"))
    marks = [_marks(result) for result in answers]
    write_whole(out / "arms.json", json.dumps({"losses": losses, "answers": marks}, indent=1).encode())
    tables = [_table(losses, _LOSSES), _table(marks, {name: name for name in _ANSWERS}), _by_family(losses)]
    write_whole(out / "arms.md", "\n\n".join("\n".join(table) for table in tables).encode() + b"\n")


def _results(out: Path, name: str) -> list[Result]:
    return [json.loads(path.read_text("utf-8")) for path in sorted(out.glob(f"*/*/{name}-*.json"))]


def _marks(result: Result) -> Result:
    """The measures of a run's answers to prompts of the project, and of its diagrams wherever their prompts are from."""
    own, shipped = (msgspec.convert(result[name], list[JudgedAnswer]) for name in ("own", "shipped"))
    found = measures(ModelResult(name=result["arm"], answers=own))
    diagrams = measures(ModelResult(name=result["arm"], answers=[*own, *shipped]))["diagrams the parser accepts"]
    return {
        **{key: result[key] for key in ("project", "arm", "seed")},
        **found,
        "diagrams the parser accepts": diagrams,
        "n_answers": len(own),
    }


def _table(results: Sequence[Result], columns: Mapping[str, str]) -> Iterator[str]:
    yield f"| project | arm | runs | {' | '.join(columns)} |"
    yield "|---" * (3 + len(columns)) + "|"
    for project, arm, rows in _groups(results):
        cells = [_spread(row[key] for row in rows if row.get(key) is not None) for key in columns.values()]
        yield f"| {project} | {arm} | {len(rows)} | {' | '.join(cells)} |"


def _by_family(losses: Sequence[Result]) -> Iterator[str]:
    """The mean loss on each family of the project's own held-out rows."""
    families = sorted({family for row in losses for family in row["by_family"]})
    yield f"| project | arm | {' | '.join(families)} |"
    yield "|---" * (2 + len(families)) + "|"
    for project, arm, rows in _groups(losses):
        cells = [_spread(row["by_family"][family] for row in rows if family in row["by_family"]) for family in families]
        yield f"| {project} | {arm} | {' | '.join(cells)} |"


def _groups(results: Sequence[Result]) -> Iterator[tuple[str, str, list[Result]]]:
    for project, arm in sorted({(row["project"], row["arm"]) for row in results}):
        yield project, arm, [row for row in results if (row["project"], row["arm"]) == (project, arm)]


def _spread(values: Iterable[float]) -> str:
    """Mean, and the range over the seeds where there are several."""
    numbers = sorted(values)
    if not numbers:
        return "-"
    return f"{fmean(numbers):.3f}" + (f" ({numbers[0]:.3f} to {numbers[-1]:.3f})" if len(numbers) > 1 else "")
