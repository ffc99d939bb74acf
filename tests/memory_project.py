"""A project in memory: what the store answers to the cross-file stage, computed from a dictionary of files."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping
from functools import cached_property
from pathlib import PurePosixPath

from dataset_core.example import Example
from dataset_core.language import language_of
from dataset_core.pipeline import Declared, Processed, link_file, process
from dataset_core.project_view import FileView
from dataset_core.resolution import NOT_MEANT, fit
from dataset_core.source_file import SourceFile, content_hash


class MemoryProject:
    """A `ProjectView` over texts by path; files of no known language are left out. `asked` holds the keys of all questions."""

    def __init__(self, files: Mapping[str, str], licence: str = "unlicensed") -> None:
        known = [path for path in sorted(files) if language_of(path) is not None]
        self._processed = {path: _process(path, files[path], licence) for path in known}
        self.views = {path: FileView(processed.facts, files[path]) for path, processed in self._processed.items()}
        self.asked: set[str] = set()

    @staticmethod
    def source(path: str, text: str, licence: str = "unlicensed") -> SourceFile:
        return SourceFile(path, language_of(path) or "", text, content_hash(text.encode()), licence)

    def view(self, path: str) -> FileView | None:
        self.asked.add(f"file:{path}")
        return self.views.get(path)

    def declaring(self, name: str, near: str = "") -> FileView | None:
        found = self.signature(name, near)
        return self.view(found[0]) if found is not None else None

    def signature(self, name: str, near: str = "") -> tuple[str, str] | None:
        self.asked.add(f"declares:{name}")
        own = language_of(near) if near else None
        rows = self._declarations.get(name, ())
        best = min(rows, key=lambda row: (language_of(row[0]) != own, -_shared_folders(row[0], near), row[0]), default=None)
        return (best[0], best[1].outline) if best is not None else None

    def home(self, name: str, near: str = "") -> str | None:
        found = self.signature(name, near)
        return found[0] if found is not None else None

    def mentioning(self, name: str, near: str = "", role: str = "", limit: int = 5) -> tuple[str, ...]:
        self.asked.add(f"mentions:{name}")
        paths = [p for p in self._mentions.get(name, ()) if p != near and self.views[p].facts.role.startswith(role)]
        return tuple(sorted(paths, key=lambda p: (-_shared_folders(p, near), p))[:limit])

    def sibling(self, path: str) -> FileView | None:
        self.asked.add(f"neighbour:{path}")
        same = [p for p, v in self.views.items() if v.facts.role == self.views[path].facts.role]
        place = same.index(path)
        beside = [*same[max(0, place - 1) : place], *same[place + 1 : place + 2]]
        chosen = max(beside, key=lambda other: _shared_folders(other, path), default="")
        return self.view(chosen) if chosen else None

    def in_folder(self, folder: str, role: str = "") -> tuple[FileView, ...]:
        self.asked.add(f"folder:{folder}")
        return tuple(v for p, v in self.views.items() if _folder(p) == folder and v.facts.role.startswith(role))

    def folders(self) -> list[tuple[str, int]]:
        self.asked.add("folders")
        return sorted(Counter(map(_folder, self.views)).items())

    def roles_by_folder(self) -> dict[str, dict[tuple[str, str], int]]:
        self.asked.add("folders")
        found: dict[str, dict[tuple[str, str], int]] = {}
        for path, view in self.views.items():
            roles = found.setdefault(_folder(path), {})
            key = (view.language, view.facts.role)
            roles[key] = roles.get(key, 0) + 1
        return found

    def dependencies_between_folders(self) -> list[tuple[str, str, int]]:
        self.asked.add("folders")
        counts: Counter[tuple[str, str]] = Counter()
        for name, users in self._mentions.items():
            homes = [path for path, _ in self._declarations.get(name, ())]
            for user in users:
                own = [home for home in homes if self.views[home].language == self.views[user].language]
                for home in {*(own if len(own) == 1 else ()), *(homes if len(homes) == 1 else ())}:
                    if fit(self.views[user], name, home) == NOT_MEANT:
                        continue
                    counts[_folder(user), _folder(home)] += 1
        return sorted((source, target, count) for (source, target), count in counts.items() if source != target)

    @cached_property
    def _declarations(self) -> dict[str, list[tuple[str, Declared]]]:
        found: dict[str, list[tuple[str, Declared]]] = {}
        for path, processed in self._processed.items():
            for declared in processed.declared:
                found.setdefault(declared.name, []).append((path, declared))
        return found

    @cached_property
    def _mentions(self) -> dict[str, list[str]]:
        found: dict[str, list[str]] = {}
        for path, processed in self._processed.items():
            for name in processed.mentioned:
                found.setdefault(name, []).append(path)
        return found


def made_alone(source: SourceFile) -> list[Example]:
    """What a file gives without any other file."""
    view, nothing = FileView(process(source).facts, source.text), MemoryProject({})
    return [example for family in ("alone", "symbols", "fill_in_middle") for example in link_file(view, family, nothing).examples]


def alone(path: str, text: str) -> list[Example]:
    """The same of a text under a path."""
    return made_alone(MemoryProject.source(path, text))


def _process(path: str, text: str, licence: str) -> Processed:
    return process(MemoryProject.source(path, text, licence))


def _folder(path: str) -> str:
    return path.rpartition("/")[0]


def _shared_folders(path: str, other: str) -> int:
    count = 0
    for first, second in zip(PurePosixPath(path).parts[:-1], PurePosixPath(other).parts[:-1], strict=False):
        if first != second:
            break
        count += 1
    return count
