"""What is computed of one file, of a file among others, and of a folder. Pure: no disk, no clock, no exception for a user's file.

`process` needs nothing but the file. `link_file` and `link_folder` ask the project through a `ProjectView`, which records what was asked.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from functools import cache
from hashlib import blake2b
from importlib import import_module
from pathlib import Path
from types import MappingProxyType, ModuleType

from dataset_core.example import Example
from dataset_core.facts import FileFacts, Symbol, extract_facts, referenced_names
from dataset_core.language import languages
from dataset_core.parse import parse, parses
from dataset_core.project_view import FileView, ProjectView
from dataset_core.quality.authors import without_authors
from dataset_core.quality.filters import reason_to_drop
from dataset_core.resolution import foreign_names
from dataset_core.roles import role
from dataset_core.source_file import SourceFile
from dataset_core.sweep import fill_in_middle, symbols
from dataset_core.thinning import takes
from dataset_core.units import clip, one_line, signature_of
from dataset_core.variations import generate, replicate, standards

# Stages that need nothing but the file, each with the family whose step of `thinning` it takes.
_FILE_STAGES = ((generate, "variations"), (standards, "variations"), (replicate, "variations"), (symbols, "symbols"))
# Stages that see the other files, by the family that they are made for. They are loaded where they are used.
_LINKED_STAGES = {
    "variations": tuple(f"dataset_core.variations.{name}" for name in ("implement", "similar", "adapt")),
    "dependencies": tuple(f"dataset_core.sweep.{name}" for name in ("imports", "dependencies", "wiring")),
    "diagrams": ("dataset_core.diagrams.of_file",),
    "cross_file": ("dataset_core.sweep.cross_file",),
}
_ROLE_EXTRAS = "role_extras"
LINKED_FAMILIES = (*_LINKED_STAGES, _ROLE_EXTRAS)
_FOLDER_STAGE = ("dataset_core.diagrams.of_folder",)
# The steps of a project of which everything is taken.
ALL: Mapping[str, int] = MappingProxyType({})
_SURFACE_BYTES = 600
_MAX_MENTIONS = 150
_MODIFIERS_WITHIN = 40  # characters of a signature


@dataclass(frozen=True)
class Declared:
    """A top-level name of a file and the outline that others are shown of it."""

    name: str
    outline: str


@dataclass(frozen=True)
class Processed:
    """All that a file gives by itself.

    Attributes:
        facts: What it declares, uses and calls.
        examples: Of the variations and sweeps that need no other file.
        dropped: Reasons for which further examples were dropped, with their number.
        declared: Its top-level names.
        mentioned: Type names that it uses without declaring them.
        refused: Why nothing could be learnt from the file as a whole; empty where something could.
    """

    facts: FileFacts
    examples: tuple[Example, ...]
    dropped: dict[str, int] = field(default_factory=dict)
    declared: tuple[Declared, ...] = ()
    mentioned: tuple[str, ...] = ()
    refused: str = ""


@dataclass(frozen=True)
class Linked:
    """What a file or folder gives among the others."""

    examples: tuple[Example, ...]
    dropped: dict[str, int]


def process(source: SourceFile, *, with_fill_in_middle: bool = False, steps: Mapping[str, int] = ALL) -> Processed:
    """Everything that follows from one file alone.

    Args:
        source: The file.
        with_fill_in_middle: Whether that stream is wanted.
        steps: Of how many files a stage takes one (see `thinning`).
    """
    parsed = parse(source)
    facts = extract_facts(parsed)
    if parsed.refused:
        return Processed(facts, (), refused=parsed.refused)
    view = FileView(facts, source.text)
    stages = (*_FILE_STAGES, (fill_in_middle, "symbols")) if with_fill_in_middle else _FILE_STAGES
    taken = (stage for stage, family in stages if takes(stage.__name__, source.path, steps.get(family, 1)))
    kept, dropped = sift((example for stage in taken for example in stage.examples(view)), is_broken=facts.has_errors)
    return Processed(facts, kept, dropped, _declared(view), _mentioned(view))


def families_of(language: str, role_name: str) -> tuple[str, ...]:
    """The families that a file of this role can give to among others."""
    return LINKED_FAMILIES if role(language, role_name).extras else tuple(_LINKED_STAGES)


def link_file(view: FileView, family: str, project: ProjectView) -> Linked:
    """What a file, and those that it knows or that know it, give to a family."""
    extras = (f"dataset_core.variations.{name}" for name in role(view.language, view.facts.role).extras)
    stages = _modules(tuple(extras) if family == _ROLE_EXTRAS else _LINKED_STAGES[family])
    return Linked(*sift((example for stage in stages for example in stage.examples(view, project)), is_broken=view.facts.has_errors))


def link_folder(folder: str, project: ProjectView, *, steps: Mapping[str, int] = ALL) -> Linked:
    """The diagrams of a folder; the empty string is the project as a whole, which is always drawn."""
    stages = [stage for stage in _modules(_FOLDER_STAGE) if not folder or takes(stage.__name__, folder, steps.get("folders", 1))]
    return Linked(*sift(example for stage in stages for example in stage.examples(folder, project)))


@cache
def version() -> str:
    """Identify everything that examples depend on beside the files: the code, queries, roles and templates of this package."""
    root = Path(__file__).parent
    digest = blake2b(digest_size=8)
    for path in sorted(root.rglob("*")):
        if path.suffix in {".py", ".scm", ".toml"} and not {"library", "composer"} & set(path.relative_to(root).parts):
            digest.update(path.relative_to(root).as_posix().encode())
            digest.update(path.read_bytes())
    return digest.hexdigest()


@cache
def _modules(names: tuple[str, ...]) -> tuple[ModuleType, ...]:
    return tuple(import_module(name) for name in names)


def sift(examples: Iterable[Example], *, is_broken: bool = False) -> tuple[tuple[Example, ...], dict[str, int]]:
    """Take out names of authors, leave out examples that a filter refuses and those with a prompt or an answer-and-kind that came before.

    Args:
        examples: In order.
        is_broken: Whether they come from a file with syntax errors: then each answer must parse by itself.
    """
    kept: list[Example] = []
    dropped: dict[str, int] = {}
    prompts: set[str] = set()
    for example in map(without_authors, examples):
        reason = "the same prompt twice" if example.prompt in prompts else reason_to_drop(example)
        if reason is None and is_broken and example.language in languages() and not parses(example.completion, example.language):
            reason = "the answer does not parse"
        if reason is None:
            prompts.add(example.prompt)
            kept.append(example)
        else:
            dropped[reason] = dropped.get(reason, 0) + 1
    return tuple(kept), dropped


def _declared(view: FileView) -> tuple[Declared, ...]:
    found: dict[str, Declared] = {}
    for index, symbol in enumerate(view.facts.symbols):
        if symbol.parent == -1 and (symbol.is_type or symbol.is_callable or symbol.kind == "constant") and symbol.name not in found:
            found[symbol.name] = Declared(symbol.name, _outline(view, index))
    return tuple(found.values())


def _outline(view: FileView, index: int) -> str:
    """Signature of a definition and of its members, without bodies."""
    symbol = view.facts.symbols[index]
    members = view.facts.children(index) if symbol.is_type or symbol.kind == "impl" else []
    lines = [one_line(signature_of(symbol)), *(f"    {one_line(signature_of(member))}" for member in _public(members))]
    return clip("\n".join(lines), _SURFACE_BYTES)


def _public(members: list[Symbol]) -> Iterator[Symbol]:
    for member in members:
        if "private " not in member.signature[:_MODIFIERS_WITHIN]:
            yield member


def _mentioned(view: FileView) -> tuple[str, ...]:
    facts = view.facts
    builtin = languages()[facts.language].builtin_types
    own = {symbol.name for symbol in facts.symbols if symbol.parent == -1}
    names = [*referenced_names(facts.symbols), *(name for row in facts.imports for name in row.names)]
    others = builtin | own | foreign_names(view)
    distinct = [name for name in dict.fromkeys(names) if name not in others and len(name) > 1]
    return tuple(sorted(distinct[:_MAX_MENTIONS]))
