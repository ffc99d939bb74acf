"""The evaluation as one self-contained page: figures, curves, answers side by side. Pure; plots are SVG, nothing is loaded."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from html import escape
from typing import Any

from server.evaluation.result import Evaluation, ModelResult, table

_WIDTH, _HEIGHT, _MARGIN = 640, 240, 44
_COLOURS = ("var(--first)", "var(--second)", "var(--third)")
_STYLE = """
:root { color-scheme: light dark; --first: #6b7280; --second: #2563eb; --third: #0f9d76; --line: #8884; --soft: #8882; }
body { font: 15px/1.5 system-ui, sans-serif; max-width: 68rem; margin: 2rem auto; padding: 0 1rem; }
h1 { font-size: 1.5rem; } h2 { font-size: 1.15rem; margin-top: 2.2rem; }
table { border-collapse: collapse; } th, td { padding: .3rem .9rem; border-bottom: 1px solid var(--line); text-align: right; }
th:first-child, td:first-child { text-align: left; padding-left: 0; }
svg { width: 100%; max-width: 44rem; height: auto; font: 12px system-ui, sans-serif; fill: currentColor; }
pre { background: var(--soft); padding: .7rem; overflow: auto; max-height: 24rem; border-radius: .4rem; font-size: 12.5px;
  white-space: pre-wrap; overflow-wrap: anywhere; }
details { border-bottom: 1px solid var(--line); padding: .4rem 0; } summary { cursor: pointer; }
.answers { display: grid; grid-template-columns: repeat(auto-fit, minmax(18rem, 1fr)); gap: 1rem; } .answers > * { min-width: 0; }
ul { list-style: none; padding: 0; margin: .4rem 0; }
.good::before { content: "✓ "; color: var(--third); } .bad::before { content: "✗ "; color: #dc2626; }
"""


def page(evaluation: Evaluation, events: Sequence[Mapping[str, Any]]) -> str:
    """The page.

    Args:
        evaluation: What was found.
        events: Of the training run, for its curves.
    """
    title = f"Before and after: {evaluation.run}"
    body = "".join(
        [
            f"<h1>{escape(title)}</h1>",
            f"<p>{_of_what(evaluation)}, {evaluation.n_loss_tokens:,} answer tokens; the same for all.</p>",
            _table(evaluation),
            *(f"<p>{escape(note)}</p>" for note in evaluation.notes),
            "<h2>Training</h2>", _curves(events),
            "<h2>Held-out loss by family</h2>", _bars(evaluation.models),
            *_first_prompts(evaluation.models),
            *_answers(evaluation.models),
        ]
    )  # fmt: skip
    return (
        '<!doctype html><html lang="en"><head><meta charset="utf-8"><meta name="viewport" content="width=device-width">'
        f"<title>{escape(title)}</title><style>{_STYLE}</style></head><body>{body}</body></html>"
    )


def _of_what(evaluation: Evaluation) -> str:
    n_of_files = evaluation.n_loss_rows - evaluation.n_newest_rows
    newest = f" and {evaluation.n_newest_rows:,} of the newest commits" if evaluation.n_newest_rows else ""
    return f"{n_of_files:,} rows of held-out files{newest}"


def _table(evaluation: Evaluation) -> str:
    heading, *rows = table(evaluation)
    head = "".join(f"<th>{escape(cell)}</th>" for cell in heading)
    lines = "".join("<tr>" + "".join(f"<td>{escape(cell)}</td>" for cell in row) + "</tr>" for row in rows)
    return f"<table><thead><tr>{head}</tr></thead><tbody>{lines}</tbody></table>"


def _curves(events: Sequence[Mapping[str, Any]]) -> str:
    training = [(event["step"], event["loss"]) for event in events if event["event"] == "step"]
    held_out = [(event["step"], event["validation_loss"]) for event in events if event["event"] == "validation"]
    points = [*training, *held_out]
    if len(points) < 2:  # noqa: PLR2004 - one point is no curve
        return "<p>The run has no curve yet.</p>"
    steps, top = max(step for step, _ in points), max(loss for _, loss in points) * 1.05

    def place(step: float, loss: float) -> str:
        x = _MARGIN + (_WIDTH - 2 * _MARGIN) * step / max(1, steps)
        return f"{x:.1f},{_HEIGHT - _MARGIN - (_HEIGHT - 2 * _MARGIN) * loss / top:.1f}"

    def line(curve: Sequence[tuple[float, float]], colour: str) -> str:
        return f'<polyline fill="none" stroke="{colour}" stroke-width="2" points="{" ".join(place(*point) for point in curve)}"/>'

    axis = place(0, 0), place(steps, 0), place(0, top)
    marks = "".join(
        f'<text x="{x}" y="{y}" text-anchor="{anchor}">{words}</text>'
        for x, y, anchor, words in (
            (_MARGIN - 6, _HEIGHT - _MARGIN, "end", "0"),
            (_MARGIN - 6, _MARGIN + 4, "end", f"{top:.1f}"),
            (_WIDTH - _MARGIN, _HEIGHT - _MARGIN + 18, "end", f"step {steps:,}"),
            (_WIDTH - _MARGIN, 18, "end", "grey: training loss, blue: held-out loss"),
        )
    )
    return (
        f'<svg viewBox="0 0 {_WIDTH} {_HEIGHT}" role="img" aria-label="Loss by step">'
        f'<polyline fill="none" stroke="currentColor" opacity=".3" points="{axis[2]} {axis[0]} {axis[1]}"/>'
        f"{line(training, _COLOURS[0])}{line(held_out, _COLOURS[1])}{marks}</svg>"
    )


def _bars(models: Sequence[ModelResult]) -> str:
    families = sorted({family for model in models for family in model.loss_by_family})
    if not families:
        return "<p>There were too few rows of any family.</p>"
    top = max(loss for model in models for loss in model.loss_by_family.values())
    step, start, width = 14 * len(models) + 14, 190, _WIDTH - 190 - 100  # pixels: of the names, and of the figures
    parts = []
    for row, family in enumerate(families):
        parts.append(
            f'<text x="{start - 8}" y="{row * step + 8 * len(models) + 6}" text-anchor="end">{escape(family.replace("_", " "))}</text>'
        )
        for number, model in enumerate(models):
            loss, y = model.loss_by_family.get(family, 0.0), row * step + 14 * number
            length = width * loss / top
            parts.append(f'<rect x="{start}" y="{y}" width="{length:.1f}" height="12" fill="{_COLOURS[number % 3]}"/>')
            parts.append(f'<text x="{start + length + 5:.1f}" y="{y + 11}">{loss:.2f} {escape(model.name)}</text>')
    return f'<svg viewBox="0 0 {_WIDTH} {len(families) * step}" role="img" aria-label="Loss by family">{"".join(parts)}</svg>'


def _first_prompts(models: Sequence[ModelResult]) -> Iterator[str]:
    asked = [model for model in models if model.first_prompts]
    if not asked:
        return
    yield "<h2>The four prompts that people try first</h2>"
    for verdicts in zip(*(model.first_prompts for model in asked), strict=True):
        yield f'<h3>{escape(verdicts[0].prompt)}</h3><div class="answers">'
        for model, verdict in zip(asked, verdicts, strict=True):
            checks = {"valid": verdict.valid, "ended by itself": verdict.stopped, **verdict.checks}
            marks = "".join(f'<li class="{"good" if passed else "bad"}">{escape(name)}</li>' for name, passed in checks.items())
            yield f"<div><b>{escape(model.name)}</b><ul>{marks}</ul><pre>{escape(verdict.answer)}</pre></div>"
        yield "</div>"


def _answers(models: Sequence[ModelResult]) -> Iterator[str]:
    asked = [model for model in models if model.answers]
    if not asked:
        return
    yield "<h2>Held-out prompts and answers</h2>"
    for answers in zip(*(model.answers for model in asked), strict=True):
        first = answers[0]
        yield f"<details><summary>{escape(first.prompt.splitlines()[0][:120])}</summary><pre>{escape(first.prompt)}</pre>"
        yield f'<div class="answers"><div><b>real answer</b><pre>{escape(first.expected)}</pre></div>'
        for model, answer in zip(asked, answers, strict=True):
            marks = f"edit similarity {answer.edit_similarity:.2f}, {'stopped' if answer.stopped else 'did not stop'}"
            yield f"<div><b>{escape(model.name)}</b> ({marks})<pre>{escape(answer.answer)}</pre></div>"
        yield "</div></details>"
