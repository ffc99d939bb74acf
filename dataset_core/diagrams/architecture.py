"""Folders and how they use each other → the architecture of a project, as a Mermaid flowchart."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Callable, Mapping, Sequence

from dataset_core.diagrams.mermaid_text import INDENT, identifiers, label
from dataset_core.diagrams.vocabulary import vocabulary
from dataset_core.roles import role

MAX_BYTES = 1_800
MAX_FOLDERS = 14
MAX_EDGES = 18
Roles = Mapping[tuple[str, str], int]
# Source, target, and how many times the one mentions a name of the other.
Edge = tuple[str, str, int]
Draw = Callable[[Sequence[str], Sequence[Edge]], str]
_TOP_LEVEL = "top level"
_TOP_LEVEL_SHARE = 4  # one file of so many at the top, and the top is a part of the project
_TEST_FOLDER = re.compile(r"(?i)(?:^|[/._-])(?:tests?|specs?|e2e|__tests__|testing|benchmarks?|samples?|examples?)(?:$|[/._-])")


def architecture(roles: Mapping[str, Roles], uses: Sequence[Edge]) -> str:
    """Draw the largest folders inside what they stand in, with what they hold and how often they use each other; empty without two that do.

    Args:
        roles: Folder → (language, role) → number of files.
        uses: Source folder, target folder, and how many times a file of the one mentions a name of the other.
    """
    folded, between = _fold(roles, uses)
    kept = _largest(folded, between)
    edges = [(s, t, n) for s, t, n in between if s in kept and t in kept]
    if not edges:
        return ""
    return _until_it_fits(kept, edges, lambda names, lines: _nested(names, folded, lines))


def layers(roles: Mapping[str, Roles], uses: Sequence[Edge]) -> str:
    """Draw the project by layers, from user interface to data, each with the folders that belong to it; empty without two layers."""
    folded, between = _fold(roles, uses)
    kept = _largest(folded, between)
    of_layer: dict[str, list[str]] = {}
    for folder in kept:
        title = _layer(folder, folded[folder])
        if title:
            of_layer.setdefault(title, []).append(folder)
    placed = [folder for folders in of_layer.values() for folder in folders]
    edges = [(s, t, n) for s, t, n in between if s in placed and t in placed]
    if len(of_layer) == 1 or not edges:
        return ""
    return _until_it_fits(placed, edges, lambda names, lines: _layered(names, of_layer, folded, lines))


def contents(roles: Roles, limit: int = 2) -> str:
    """What a folder holds, such as "5 .NET controllers, 1 HTML file"."""
    titles: Counter[str] = Counter()
    for (language, name), count in roles.items():
        titles[role(language, name).title] += count
    rows = sorted(titles.items(), key=lambda row: (-row[1], row[0]))
    shown = [f"{count} {_plural(title) if count > 1 else title}" for title, count in rows[:limit]]
    rest = sum(count for _, count in rows[limit:])
    return ", ".join([*shown, *([f"{rest} more"] if rest else [])])


def _until_it_fits(names: Sequence[str], edges: Sequence[Edge], draw: Draw) -> str:
    """Fewer and fewer arrows, then folders, until the text is short enough."""
    lines = sorted(edges, key=lambda row: (-row[2], row[0], row[1]))[:MAX_EDGES]
    folders = list(names)
    while len(folders) > 1 and lines:
        text = draw(folders, sorted(lines))
        if len(text.encode()) <= MAX_BYTES:
            return text
        lines = lines[:-2] if len(lines) > len(folders) else lines
        if len(lines) <= len(folders):
            folders = folders[:-1]
            lines = [row for row in lines if row[0] in folders and row[1] in folders]
    return ""


def _fold(roles: Mapping[str, Roles], uses: Sequence[Edge]) -> tuple[dict[str, Counter[tuple[str, str]]], list[Edge]]:
    """Fold deep folders into those above until few enough are left; tests are left out, and so are files at the top that are few."""
    roles, uses = _with_top_level(roles, uses)
    names = [folder for folder in roles if folder and not _TEST_FOLDER.search(folder)]
    home = _homes(names)
    folded: dict[str, Counter[tuple[str, str]]] = {}
    for name in names:
        folded.setdefault(home[name], Counter()).update(roles[name])
    counts: Counter[tuple[str, str]] = Counter()
    for source, target, count in uses:
        if source in home and target in home and home[source] != home[target]:
            counts[home[source], home[target]] += count
    return folded, [(source, target, count) for (source, target), count in sorted(counts.items())]


def _homes(names: Sequence[str]) -> dict[str, str]:
    """Into which folder each is folded: the deepest into those above them, one parent after the other, until few enough are left."""
    left = set(names)
    folded_into: dict[str, str] = {}
    for depth in range(max((name.count("/") for name in names), default=0), 0, -1):
        inside: dict[str, list[str]] = {}
        for name in left:
            if name.count("/") == depth:
                inside.setdefault(name.rpartition("/")[0], []).append(name)
        # The parent with the most folders gives way first, so that a lone deep folder keeps its name.
        for parent in sorted(inside, key=lambda name: (-len(inside[name]), name)):
            if len(left) <= MAX_FOLDERS:
                break
            left.difference_update(inside[parent])
            left.add(parent)
            folded_into.update(dict.fromkeys(inside[parent], parent))
    return {name: _end_of(name, folded_into) for name in names}


def _end_of(name: str, folded_into: Mapping[str, str]) -> str:
    while name in folded_into:
        name = folded_into[name]
    return name


def _with_top_level(roles: Mapping[str, Roles], uses: Sequence[Edge]) -> tuple[Mapping[str, Roles], Sequence[Edge]]:
    """The same, the top of the repository under a name of its own where it is more than a place for settings, as in many Go projects."""
    sizes = {folder: sum(counts.values()) for folder, counts in roles.items() if not _TEST_FOLDER.search(folder)}
    if _TOP_LEVEL_SHARE * sizes.get("", 0) < sum(sizes.values()):
        return roles, uses
    named = {folder or _TOP_LEVEL: counts for folder, counts in roles.items()}
    return named, [(source or _TOP_LEVEL, target or _TOP_LEVEL, count) for source, target, count in uses]


def _largest(folded: Mapping[str, Counter[tuple[str, str]]], uses: Sequence[Edge]) -> list[str]:
    """The folders that use or are used, largest first."""
    tied = {name for source, target, _ in uses for name in (source, target)}
    return sorted(tied, key=lambda name: (-sum(folded[name].values()), name))[:MAX_FOLDERS]


def _nested(names: Sequence[str], roles: Mapping[str, Roles], edges: Sequence[Edge]) -> str:
    ids = _short_ids(names)
    groups: dict[str, list[str]] = {}
    for name in sorted(names):
        groups.setdefault(_group(name, names), []).append(name)
    shown = _distinct({name: _inside(name, group) if len(groups[group]) > 1 else name for group in groups for name in groups[group]})
    lines = ["flowchart TB"]
    for number, (group, members) in enumerate(groups.items()):
        nodes = [f'{ids[name]}["{_box(shown[name], roles[name])}"]' for name in members]
        if group and len(members) > 1:
            lines += [
                f'{INDENT}subgraph group_{number + 1}["{label(group)}"]',
                *(f"{INDENT}{INDENT}{node}" for node in nodes),
                f"{INDENT}end",
            ]
        else:
            lines += [f"{INDENT}{node}" for node in nodes]
    return "\n".join([*lines, *(f"{INDENT}{ids[s]} -->|{n}| {ids[t]}" for s, t, n in edges)])


def _layered(names: Sequence[str], of_layer: Mapping[str, Sequence[str]], roles: Mapping[str, Roles], edges: Sequence[Edge]) -> str:
    ids = _short_ids(names)
    lines = ["flowchart TB"]
    order = [title for title, _ in vocabulary().layers if any(name in names for name in of_layer.get(title, ()))]
    for number, title in enumerate(order):
        nodes = [f'{ids[name]}["{_box(_last_parts(name, names), roles[name], 1)}"]' for name in sorted(of_layer[title]) if name in names]
        lines += [f'{INDENT}subgraph layer_{number + 1}["{title}"]', *(f"{INDENT}{INDENT}{node}" for node in nodes), f"{INDENT}end"]
    return "\n".join([*lines, *(f"{INDENT}{ids[s]} --> {ids[t]}" for s, t, _ in edges)])


def _box(name: str, roles: Roles, limit: int = 2) -> str:
    return f"{label(name, 48)}<br/>{label(contents(roles, limit), 64)}"


def _inside(name: str, group: str) -> str:
    """A folder's name inside its group; the files that lie in the group's folder itself are its top level."""
    return f"{name.rpartition('/')[2]} (top level)" if name == group else name.removeprefix(f"{group}/")


def _distinct(shown: Mapping[str, str]) -> dict[str, str]:
    """What stands in the boxes, each by its whole path where two of them would have one label, as `src` and `Src` do."""
    counts = Counter(text.lower() for text in shown.values())
    return {name: text if counts[text.lower()] == 1 else name for name, text in shown.items()}


def _short_ids(names: Sequence[str]) -> Mapping[str, str]:
    """Identifiers from the shortest ends that tell the folders apart."""
    ends = {name: _last_parts(name, names) for name in sorted(names)}
    ids = identifiers(ends.values())
    return {name: ids[end] for name, end in ends.items()}


def _group(name: str, names: Sequence[str]) -> str:
    """What a folder stands in, for its subgraph: its longest parent that has another folder of the diagram in it."""
    parts = name.split("/")
    for depth in range(len(parts), 0, -1):
        parent = "/".join(parts[:depth])
        if sum(other.startswith(f"{parent}/") for other in names) > (depth < len(parts)):
            return parent
    return ""


def _last_parts(name: str, names: Sequence[str]) -> str:
    """The shortest end of a path that no other folder of the diagram has."""
    parts = name.split("/")
    for depth in range(1, len(parts)):
        end = "/".join(parts[-depth:])
        if sum(f"/{other}".lower().endswith(f"/{end}".lower()) for other in names) == 1:
            return end
    return name


def _layer(folder: str, roles: Roles) -> str:
    """The layer of a folder: by its own name, by the roles of at least a third of its files, or by the names above it."""
    parts = re.split(r"[/.]", folder)[::-1]
    counts: Counter[str] = Counter()
    for (_, name), count in roles.items():
        counts[_layer_of_word(set(name.split("-")[1:] or [name]))] += count
    best = min((title for title in counts if title), key=lambda title: (-counts[title], title), default="")
    by_role = best if counts[best] * 3 >= sum(counts.values()) else ""
    named = [_layer_of_word({part.lower(), part.lower().removesuffix("s")}) for part in parts]
    return named[0] or by_role or next(filter(None, named), "")


def _layer_of_word(words: set[str]) -> str:
    return next((title for title, known in vocabulary().layers if words & known), "")


def _plural(title: str) -> str:
    if re.search(r"(?:classes|code|tests|settings|models|views|forms|routes)$", title):
        return title
    if title.endswith(("s", "x", "ch", "sh")):
        return f"{title}es"
    return f"{title[:-1]}ies" if re.search(r"[^aeiou]y$", title) else f"{title}s"
