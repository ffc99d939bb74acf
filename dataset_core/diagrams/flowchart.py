"""Who depends on whom → a Mermaid flowchart.

Syntax: https://mermaid.js.org/syntax/flowchart.html
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from dataset_core.diagrams.mermaid_text import INDENT, WHOLE_BYTES, identifiers, label, shorten
from dataset_core.diagrams.reading import distinct

MAX_BYTES = 1_800
MAX_NODES = 12
_MAX_NAMES = 2


@dataclass(frozen=True)
class Use:
    """A file uses names that another one declares."""

    source: str
    target: str
    names: tuple[str, ...] = ()


def dependency_flowchart(uses: Sequence[Use], focus: str = "", direction: str = "LR", *, whole: bool = False) -> str:
    """Draw files, in a subgraph for each folder, with arrows from those who use to those who are used; empty without two files.

    With `whole`, also where it is too long for an answer.
    """
    paths = distinct([*([focus] if focus else []), *(path for use in uses for path in (use.source, use.target))])
    if len(paths) == 1 or not uses:
        return ""
    ids = identifiers(path.rpartition("/")[2] for path in paths)
    keys = _keys(paths, ids)
    lines = [f"flowchart {direction}"]
    folders = _by_folder(paths)
    for number, (folder, members) in enumerate(folders.items()):
        nodes = [f'{keys[path]}["{label(path.rpartition("/")[2])}"]' for path in members]
        if folder and len(folders) > 1:
            lines.append(f'{INDENT}subgraph folder_{number + 1}["{label(_short_folder(folder, folders))}"]')
            lines += [f"{INDENT}{INDENT}{node}" for node in nodes]
            lines.append(f"{INDENT}end")
        else:
            lines += [f"{INDENT}{node}" for node in nodes]
    lines += [f"{INDENT}{keys[use.source]} {_arrow(use)} {keys[use.target]}" for use in uses]
    if focus:
        lines.append(f"{INDENT}style {keys[focus]} stroke-width:3px")
    text = "\n".join(lines)
    return text if len(text.encode()) <= (WHOLE_BYTES if whole else MAX_BYTES) else ""


def _keys(paths: Sequence[str], ids: Mapping[str, str]) -> Mapping[str, str]:
    """A name for each path: of its file, made distinct where two folders hold files of one name."""
    names = [path.rpartition("/")[2] for path in paths]
    if len(set(names)) == len(names):
        return {path: ids[name] for path, name in zip(paths, names, strict=True)}
    longer = ["_".join(path.split("/")[-2:]) if names.count(name) > 1 else name for path, name in zip(paths, names, strict=True)]
    distinct_ids = identifiers(longer)
    if len(distinct_ids) == len(paths):
        return dict(zip(paths, distinct_ids.values(), strict=True))
    return identifiers(paths)


def _by_folder(paths: Sequence[str]) -> dict[str, list[str]]:
    found: dict[str, list[str]] = {}
    for path in paths:
        found.setdefault(path.rpartition("/")[0], []).append(path)
    return found


def _short_folder(folder: str, folders: Mapping[str, object]) -> str:
    """The folder without what all folders of the diagram begin with, but never less than its last part."""
    split = [name.split("/") for name in folders if name]
    shared = 0
    while all(len(parts) > shared + 1 for parts in split) and len({parts[shared] for parts in split}) == 1:
        shared += 1
    return "/".join(folder.split("/")[shared:])


def _arrow(use: Use) -> str:
    """With the names that are used, where the file's own name does not say them already."""
    stem = "".join(c for c in use.target.rpartition("/")[2].rpartition(".")[0].lower() if c.isalnum())
    telling = [name for name in use.names if name.lower().replace("_", "") != stem]
    if not telling:
        return "-->"
    more = f", +{len(telling) - _MAX_NAMES}" if len(telling) > _MAX_NAMES else ""
    return f'-->|"{label(shorten(", ".join(telling[:_MAX_NAMES]), 44) + more)}"|'
