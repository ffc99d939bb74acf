"""The report of an export for people: one HTML file that needs nothing else, with charts and a browser of all examples. Pure.

What does not change with the examples is made here, so that it is there without scripts. `report.js` filters and shows the examples;
`report.css` is the look, `report.html` the frame. Rows and their texts are two blocks of JSON: the page opens on the small one.
"""

from __future__ import annotations

import json
import re
from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from html import escape
from itertools import groupby
from pathlib import Path

from dataset_core.manifest import Manifest, RowMetadata
from dataset_core.mix import artifact_types
from dataset_core.report.charts import bars, family_bars, histogram, reason_bars
from dataset_core.verification import Check, PatternFound, Verification

_FOLDER = Path(__file__).parent
_MARKS = {True: ("pass", "✓", "holds"), False: ("fail", "✗", "does not hold"), None: ("open", "?", "not run")}
# In sentences that name a setting.
_CODE = re.compile(r"`([^`]+)`")
_VERDICTS = {
    "passed": ("pass", "Verified"),
    "failed": ("fail", "Defects found"),
    "incomplete": ("open", "Not fully checked"),
    None: ("open", "Not verified yet"),
}
# Of a row in the block of JSON that the list is made of; `report.js` reads them in this order.
_ROW_KEYS = ("id", "split", "family", "kind", "language", "path", "start_line", "end_line", "domain", "rule", "licence", "commit")


def report_html(
    manifest: Manifest,
    verification: Verification | None,
    examples: Sequence[tuple[RowMetadata, str, str]],
    skipped: Mapping[str, str],
) -> str:
    """Write the report.

    Args:
        manifest: Of the export.
        verification: What `verify` found; None where it was not run.
        examples: Every row: its sidecar entry, prompt and answer.
        skipped: Path of each file that was left out, with the reason.
    """
    fields = {
        "title": escape(f"{manifest.project}: {_type_title(manifest)}"),
        "css": (_FOLDER / "report.css").read_text("utf-8"),
        "javascript": (_FOLDER / "report.js").read_text("utf-8"),
        "header": _header(manifest, verification),
        "notices": _notices(manifest, verification),
        "checks": _checks(verification),
        "patterns": _patterns(verification),
        "charts": _charts(manifest, examples),
        "skipped": _skipped(skipped),
        "n_examples": f"{len(examples):,}",
        "rows": _json([[_cell(row, key) for key in _ROW_KEYS] for row, _, _ in examples]),
        "texts": _json([[prompt, answer] for _, prompt, answer in examples]),
    }
    html = (_FOLDER / "report.html").read_text("utf-8")
    # Fields are put in at once, in one pass: a field's own text is never searched for fields.
    parts = html.split("{{")
    filled = (f"{fields[name]}{rest}" for name, _, rest in (part.partition("}}") for part in parts[1:]))
    return "".join([parts[0], *filled])


def _header(manifest: Manifest, verification: Verification | None) -> str:
    css, verdict = _VERDICTS[verification.verdict if verification is not None else None]
    n_checks = f" · {sum(c.passed is True for c in verification.checks)} of {len(verification.checks)} checks" if verification else ""
    figures = (
        (f"{manifest.n_rows:,}", "examples"),
        (f"{manifest.n_train:,}", "to train on"),
        (f"{manifest.n_rows - manifest.n_train:,}", "held out"),
        (f"{manifest.n_source_files:,}", "source files"),
        (f"{len(manifest.languages):,}", "languages"),
    )
    facts = (
        ("Export", manifest.name),
        ("Commit", manifest.head[:12]),
        ("Format", manifest.format),
        ("Licence", manifest.licence),
        ("Tokens", manifest.counted_with),
        ("Made by", f"Mothertongue {manifest.product_version}"),
    )
    tiles = "".join(f"<li><b>{number}</b><span>{label}</span></li>" for number, label in figures)
    terms = "".join(f"<div><dt>{term}</dt><dd>{escape(value)}</dd></div>" for term, value in facts if value)
    return (
        f'<p class="kicker">{escape(_type_title(manifest))} data set</p><h1>{escape(manifest.project)}</h1>'
        f'<p class="verdict {css}"><strong>{verdict}</strong>{n_checks}</p>'
        f'<ul class="figures">{tiles}</ul><dl class="facts">{terms}</dl>'
    )


def _notices(manifest: Manifest, verification: Verification | None) -> str:
    warnings = [*manifest.shortages, *(verification.warnings if verification is not None and not manifest.shortages else ())]
    if not warnings:
        return ""
    items = "".join(f"<li>{_with_code(warning)}</li>" for warning in warnings)
    return f'<section class="notice" aria-labelledby="short"><h2 id="short">What falls short</h2><ul>{items}</ul></section>'


def _with_code(sentence: str) -> str:
    return _CODE.sub(r"<code>\1</code>", escape(sentence))


def _checks(verification: Verification | None) -> str:
    if verification is None:
        return '<p class="empty">Run “Mothertongue: Verify” or <code>mothertongue verify</code> to check this export.</p>'
    order = {False: 0, None: 1, True: 2}
    ranked = sorted(verification.checks, key=lambda check: order[check.passed])
    return f'<ul class="checks">{"".join(map(_check, ranked))}</ul>'


def _check(check: Check) -> str:
    css, mark, word = _MARKS[check.passed]
    lines = "".join(f"<li>{escape(line)}</li>" for line in check.details)
    detail = f"<ul>{lines}</ul>" if lines else ""
    return (
        f'<li class="{css}"><span class="mark" role="img" aria-label="{word}">{mark}</span>'
        f'<span class="name">{escape(check.name)}</span><span class="figure">{escape(check.figure)}</span>{detail}</li>'
    )


def _patterns(verification: Verification | None) -> str:
    if verification is None:
        return '<p class="empty">Patterns are counted when the export is verified.</p>'
    if not verification.patterns:
        return '<p class="empty">No pattern of a known framework was found in the answers.</p>'
    groups = groupby(verification.patterns, key=lambda found: found.framework)
    bodies = "".join(
        f'<tbody><tr><th colspan="3" scope="rowgroup">{escape(framework)}</th></tr>{"".join(map(_pattern, found))}</tbody>'
        for framework, found in groups
    )
    head = '<tr><th scope="col">Pattern</th><th scope="col" class="number">Examples</th><th scope="col">First seen</th></tr>'
    return f'<table class="patterns"><thead>{head}</thead>{bodies}</table>'


def _pattern(found: PatternFound) -> str:
    return (
        f'<tr><th scope="row">{escape(found.name)}</th><td class="number">{found.n_rows:,}</td>'
        f'<td><code title="{escape(found.path)}">{escape(found.example)}</code></td></tr>'
    )


def _charts(manifest: Manifest, examples: Sequence[tuple[RowMetadata, str, str]]) -> str:
    wide = _chart(
        "Families", "What was taken of what there was; the mark is the family's share of the target.", family_bars(manifest.families)
    )
    cards = (
        ("Languages", "Of the answers.", bars(manifest.languages)),
        ("Kinds of example", "", bars(manifest.kinds)),
        ("Length of answers", "Characters.", histogram([len(answer) for _, _, answer in examples])),
        ("Length of prompts", "Characters.", histogram([len(prompt) for _, prompt, _ in examples])),
        ("Roles in the project", "", bars(manifest.roles)),
        ("Domains", "Of library and composed artifacts.", bars(manifest.domains)),
        ("Examples dropped", "By reason.", reason_bars(manifest.dropped)),
    )
    return f'{wide}<div class="masonry">{"".join(_chart(title, note, body) for title, note, body in cards if body)}</div>'


def _chart(title: str, note: str, body: str) -> str:
    heading = f"<h3>{title}</h3>" + (f'<p class="note">{note}</p>' if note else "")
    return f'<section class="card">{heading}{body}</section>'


def _skipped(skipped: Mapping[str, str]) -> str:
    if not skipped:
        return '<p class="empty">Every file of the project was read.</p>'
    by_reason = Counter(reason.partition(":")[0] for reason in skipped.values())
    items = "".join(f"<li><code>{escape(path)}</code><span>{escape(reason)}</span></li>" for path, reason in _sorted(skipped.items()))
    return (
        f"{reason_bars(by_reason)}<details><summary>Every file that was left out ({len(skipped):,})</summary>"
        '<input type="search" id="skipped-search" placeholder="Search paths and reasons" aria-label="Search files that were left out">'
        f'<ul class="skipped" id="skipped-list">{items}</ul></details>'
    )


def _sorted(pairs: Iterable[tuple[str, str]]) -> list[tuple[str, str]]:
    return sorted(pairs)


def _cell(row: RowMetadata, key: str) -> str | int:
    value: str | int = getattr(row, key)
    return value


def _json(value: object) -> str:
    """JSON that can stand in a script element: no text of a row can end it or start a comment."""
    return json.dumps(value, ensure_ascii=False, separators=(",", ":")).replace("<", "\\u003c").replace("\u2028", "\\u2028")


def _type_title(manifest: Manifest) -> str:
    return artifact_types().get(manifest.artifact_type, manifest.artifact_type)
