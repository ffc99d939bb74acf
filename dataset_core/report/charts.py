"""Charts of the report, as HTML and inline SVG that take their colours from the style sheet. Pure."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from html import escape

from dataset_core.mix import FamilyCount

_MOST_BARS = 12
_N_BINS = 24
_WIDTH, _HEIGHT, _BASE = 480, 150, 126
_TOP = 0.98  # share of the values that the bins show one by one; the last bin holds the rest


def bars(counts: Mapping[str, int]) -> str:
    """A bar for each count, most first, those beyond a dozen summed up; empty for no counts."""
    return _bars(counts, "bars")


def reason_bars(counts: Mapping[str, int]) -> str:
    """The same for names as long as sentences, which stand above their bars."""
    return _bars(counts, "bars reasons")


def family_bars(families: Sequence[FamilyCount]) -> str:
    """For each family what was taken within what was available, with a mark at its share of the target."""
    shown = [row for row in families if row.quota or row.available or row.taken]
    if not shown:
        return ""
    most = max(1, *(max(row.quota, row.taken) for row in shown))
    rows = "".join(_family_bar(row, most) for row in shown)
    legend = '<p class="legend"><i class="taken"></i>taken<i class="available"></i>available<i class="quota"></i>share of the target</p>'
    return f'{legend}<ul class="bars families">{rows}</ul>'


def histogram(values: Sequence[int]) -> str:
    """How often values occur, in two dozen bins; the last one holds the largest two per cent. Empty for no values."""
    if not values:
        return ""
    ordered = sorted(values)
    width = max(1, -(-ordered[int(len(ordered) * _TOP) - 1 if len(ordered) > 1 else 0] // _N_BINS))
    counts = [0] * (_N_BINS + 1)
    for value in ordered:
        counts[min(value // width, _N_BINS)] += 1
    most, step = max(counts), _WIDTH / len(counts)
    columns = "".join(
        f'<rect x="{number * step + 1:.1f}" y="{_BASE - height:.1f}" width="{step - 2:.1f}" height="{height:.1f}" rx="2">'
        f"<title>{_range_of(number, width)}: {count:,}</title></rect>"
        for number, count in enumerate(counts)
        if (height := max(1.5, (_BASE - 10) * count / most)) and count
    )
    places = ((0, "start"), (_N_BINS // 3, "middle"), (2 * _N_BINS // 3, "middle"), (_N_BINS, "middle"))
    marks = "".join(
        f'<text x="{number * step:.1f}" y="{_HEIGHT - 6}" text-anchor="{anchor}">{_mark(number, width)}</text>' for number, anchor in places
    )
    median = ordered[len(ordered) // 2]
    label = f"Histogram: median {median:,}, largest {ordered[-1]:,}"
    return (
        f'<svg class="histogram" viewBox="0 0 {_WIDTH} {_HEIGHT}" role="img" aria-label="{label}">'
        f'<line x1="0" x2="{_WIDTH}" y1="{_BASE}" y2="{_BASE}"/>{columns}{marks}</svg>'
        f'<p class="legend">median <b>{median:,}</b> · largest <b>{ordered[-1]:,}</b></p>'
    )


def _bars(counts: Mapping[str, int], css: str) -> str:
    ranked = sorted(counts.items(), key=lambda item: (-item[1], item[0]))
    shown = ranked[:_MOST_BARS]
    if not shown:
        return ""
    if len(ranked) > _MOST_BARS:
        shown.append((f"{len(ranked) - _MOST_BARS} others", sum(n for _, n in ranked[_MOST_BARS:])))
    most = max(1, *(n for _, n in shown))
    rows = "".join(_bar(name, f"{n:,}", f'<i style="width:{_percent(n, most)}"></i>') for name, n in shown)
    return f'<ul class="{css}">{rows}</ul>'


def _mark(number: int, width: int) -> str:
    return f"{number * width:,}{'+' if number == _N_BINS else ''}"


def _range_of(number: int, width: int) -> str:
    return f"{number * width:,} or more" if number == _N_BINS else f"{number * width:,} to {(number + 1) * width - 1:,}"


def _family_bar(row: FamilyCount, most: int) -> str:
    available = min(row.available, most)
    track = (
        f'<i class="available" style="width:{_percent(available, most)}"></i>'
        f'<i class="taken" style="width:{_percent(row.taken, most)}"></i>'
        f'<i class="quota" style="left:{_percent(row.quota, most)}"></i>'
    )
    title = f"{row.taken:,} taken of {row.available:,} available; share of the target {row.quota:,}"
    return _bar(row.family, f"{row.taken:,} <small>of {row.available:,}</small>", track, title)


def _bar(name: str, figure: str, track: str, title: str = "") -> str:
    label = escape(name.replace("_", " "))
    return (
        f'<li title="{escape(title or name)}"><span class="label">{label}</span><span class="track">{track}</span>'
        f'<span class="figure">{figure}</span></li>'
    )


def _percent(value: int, most: int) -> str:
    return f"{100 * value / most:.2f}%"
