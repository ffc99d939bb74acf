"""What an evaluation found, as values, and as a table in words. Pure."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from statistics import fmean

import msgspec

from dataset_core.formats import answer_of
from server.evaluation.answers import JudgedAnswer, PromptVerdict
from server.evaluation.diagrams import DrawnDiagram


class ModelResult(msgspec.Struct, frozen=True, kw_only=True):
    """One artefact: `base`, `adapter`, or a merged model such as `merged-Q8_0`.

    Attributes:
        answer_loss: Of answers of held-out files, in nats a token; None where torch was not asked.
        loss_by_family: The same for each family of rows.
        newest_commits_loss: Of answers of the newest commits; None if none is held out.
        forgetting_loss: On code that has nothing to do with the project.
        answers: To held-out prompts.
        first_prompts: To the four prompts that people try first.
        drawn: What became of held-out prompts for a diagram.
    """

    name: str
    answer_loss: float | None = None
    loss_by_family: dict[str, float] = {}
    newest_commits_loss: float | None = None
    forgetting_loss: float | None = None
    answers: list[JudgedAnswer] = []
    first_prompts: list[PromptVerdict] = []
    drawn: list[DrawnDiagram] = []


class Evaluation(msgspec.Struct, frozen=True, kw_only=True):
    """All artefacts on the same rows, of which `n_newest_rows` are of the newest commits; `notes` say what could not be measured."""

    run: str
    n_loss_rows: int
    n_newest_rows: int = 0
    n_loss_tokens: int
    models: list[ModelResult]
    notes: list[str] = []


def measures(model: ModelResult) -> dict[str, float | None]:
    """The figures of an artefact, by their names in the table; None where a measure does not apply."""
    answers = [row for row in model.answers if not row.is_new]
    new = [row for row in model.answers if row.is_new]
    diagrams = [row for row in answers if row.language == "mermaid"]
    code = [row for row in answers if row.language not in {"mermaid", "markdown"}]
    return {
        "held-out answer loss": model.answer_loss,
        "loss on newest commits": model.newest_commits_loss,
        "loss on unrelated code": model.forgetting_loss,
        "exact match": _mean(row.exact for row in answers),
        "edit similarity": _mean(row.edit_similarity for row in answers),
        "edit similarity, newest commits": _mean(row.edit_similarity for row in new),
        "identifier F1": _mean(row.identifier_f1 for row in answers),
        "stops by itself": _mean(row.stopped for row in answers),
        "stops exactly": _mean(_stops_exactly(row) for row in answers),
        "rambling": _mean(row.rambling for row in answers),
        "code that parses": _mean(bool(row.parses) for row in code),
        "diagrams the parser accepts": _mean(bool(row.parses) for row in diagrams),
        "diagram nodes F1": _mean(row.node_f1 for row in diagrams if row.node_f1 is not None),
        "diagram edges F1": _mean(row.edge_f1 for row in diagrams if row.edge_f1 is not None),
        "valid without a grammar": _mean(diagram.free for diagram in model.drawn),
        "stops exactly without a grammar": _mean(diagram.stopped for diagram in model.drawn),
        "valid under the grammar": _mean(diagram.constrained for diagram in model.drawn),
        "shown in the editor": _mean(diagram.shown for diagram in model.drawn),
        "first prompts passed": _mean(verdict.passed for verdict in model.first_prompts),
        "checks of first prompts": _mean(passed for verdict in model.first_prompts for passed in verdict.checks.values()),
    }


def table(evaluation: Evaluation) -> list[tuple[str, ...]]:
    """Rows of measure and a figure for each artefact, the first row the headings."""
    columns = [measures(model) for model in evaluation.models]
    rows = [("measure", *(model.name for model in evaluation.models))]
    rows += [(name, *(_shown(column[name]) for column in columns)) for name in columns[0] if any(c[name] is not None for c in columns)]
    return rows


def markdown(evaluation: Evaluation) -> str:
    """The table as Markdown."""
    heading, *rows = table(evaluation)
    lines = ["| " + " | ".join(row) + " |" for row in (heading, ("---",) * len(heading), *rows)]
    return "\n".join([*lines, "", *(f"- {note}" for note in evaluation.notes)]) + "\n"


def _stops_exactly(row: JudgedAnswer) -> bool:
    """Ended by itself, with nothing but the one fence where the real answer is one."""
    return row.stopped and answer_of(row.answer.strip("\n")).language == row.language


def _mean(values: Iterable[float | bool]) -> float | None:
    numbers: Sequence[float] = [float(value) for value in values]
    return fmean(numbers) if numbers else None


def _shown(value: float | None) -> str:
    return "-" if value is None else f"{value:.3f}"
