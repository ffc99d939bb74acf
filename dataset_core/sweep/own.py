"""The person's own: files and selections that they added, and generations that they accepted or corrected."""

from __future__ import annotations

from hashlib import blake2b

import msgspec

from dataset_core import prompt_format
from dataset_core.example import Example, Provenance
from dataset_core.facts import extract_facts
from dataset_core.language import language_of
from dataset_core.parse import parse
from dataset_core.project_view import FileView, ProjectView
from dataset_core.source_file import SourceFile
from dataset_core.units import Unit, largest_unit, name_of, symbol_unit
from dataset_core.variations.making import purpose_of

MAX_UNITS_PER_FILE = 8
_MIN_BYTES, _MAX_BYTES = 60, 1_800


class OwnAddition(msgspec.Struct, frozen=True):
    """Something that the person wants to be learnt.

    Attributes:
        path: Where it comes from, relative to the project where it lies in it.
        start_line: First line of a selection, from 1; 0 for a whole file.
        end_line: Last line, inclusive; 0 for a whole file.
        prompt: What the person asked or would ask for it; empty to have it worded from the code.
        text: The code, as it was when it was added, secrets redacted.
        language: Of the text.
    """

    path: str
    start_line: int
    end_line: int
    prompt: str
    text: str
    language: str

    @property
    def id(self) -> str:
        """Digest of all but the text: adding the same place again replaces it."""
        return blake2b(f"{self.path}\0{self.start_line}\0{self.end_line}\0{self.prompt}".encode(), digest_size=8).hexdigest()


def own_examples(addition: OwnAddition, project: ProjectView, licence: str) -> tuple[Example, ...]:
    """The examples of an addition: the selection as it is, or the definitions of a file, fullest first."""
    del project
    view = _view(addition, licence)
    if addition.start_line or view is None:
        return (_selection(addition, view, licence),)
    whole = largest_unit(view, whole_file=True)
    chosen = [s for s in view.facts.symbols if _MIN_BYTES <= s.end - s.start <= _MAX_BYTES]
    fullest = sorted(chosen, key=lambda s: (s.start - s.end, s.start))[:MAX_UNITS_PER_FILE]
    units = [whole] if whole is not None else []
    units += [symbol_unit(view, symbol) for symbol in sorted(fullest, key=lambda s: s.start)]
    distinct = {unit.text: unit for unit in reversed(units)}
    return tuple(_example(addition, view, unit, licence) for unit in reversed(distinct.values()))


def _view(addition: OwnAddition, licence: str) -> FileView | None:
    if language_of(addition.path) != addition.language:
        return None
    source = SourceFile(addition.path, addition.language, addition.text, addition.id, licence)
    return FileView(extract_facts(parse(source)), addition.text)


def _selection(addition: OwnAddition, view: FileView | None, licence: str) -> Example:
    n_lines = addition.text.count("\n") + 1
    unit = Unit(
        f"lines {addition.start_line} to {addition.end_line}", addition.text, addition.start_line, addition.start_line + n_lines - 1, ()
    )
    if view is not None and view.facts.symbols:
        unit = Unit(symbol_unit(view, view.main or view.facts.symbols[0]).title, *_rest(unit), view.facts.symbols)
    return _example(addition, view, unit, licence)


def _rest(unit: Unit) -> tuple[str, int, int]:
    return unit.text, unit.start_line, unit.end_line


def _example(addition: OwnAddition, view: FileView | None, unit: Unit, licence: str) -> Example:
    purpose = purpose_of(view, unit) if view is not None else f"It is part of `{name_of(addition.path)}`."
    prompt = (
        prompt_format.render("artifact", request=addition.prompt)
        if addition.prompt
        else prompt_format.render("own_code", component=unit.title, path=addition.path, purpose=purpose)
    )
    offset = (
        addition.start_line - 1
        if addition.start_line and view is not None and unit.symbols and unit.start_line < addition.start_line
        else 0
    )
    provenance = Provenance(
        path=addition.path,
        rule="own",
        content_hash=addition.id,
        start_line=unit.start_line + offset,
        end_line=unit.end_line + offset,
        licence=licence,
    )
    return Example("own.code", prompt, unit.text.strip("\n"), addition.language, provenance)
