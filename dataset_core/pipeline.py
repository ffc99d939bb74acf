"""What is computed of one file, of a file among others, and of a folder. Pure: no disk, no clock, no exception for a user's file.

`process` needs nothing but the file. `link_file` and `link_folder` ask the project through a `ProjectView`, which records what was asked;
of a file of a large project it is called for few families (see `thinning`).
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from functools import cache
from hashlib import blake2b
from importlib import import_module
from pathlib import Path
from types import ModuleType

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

# Stages that need nothing but the file, by the family that they are made for.
_STAGES_ALONE = {"alone": (generate, standards, replicate), "symbols": (symbols,), "fill_in_middle": (fill_in_middle,)}
# Stages that see the other files, by the family that they are made for. They are loaded where they are used.
_LINKED_STAGES = {
    "variations": tuple(f"dataset_core.variations.{name}" for name in ("implement", "similar", "adapt")),
    "dependencies": tuple(f"dataset_core.sweep.{name}" for name in ("imports", "dependencies", "wiring")),
    "diagrams": ("dataset_core.diagrams.of_file",),
    "cross_file": ("dataset_core.sweep.cross_file",),
}
_ROLE_EXTRAS = "role_extras"
LINKED_FAMILIES = (*_STAGES_ALONE, *_LINKED_STAGES, _ROLE_EXTRAS)
_FOLDER_STAGE = ("dataset_core.diagrams.of_folder",)
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
    """What a file tells of itself.

    Attributes:
        facts: What it declares, uses and calls.
        declared: Its top-level names.
        mentioned: Type names that it uses without declaring them.
        refused: Why nothing could be learnt from the file as a whole; empty where something could.
    """

    facts: FileFacts
    declared: tuple[Declared, ...] = ()
    mentioned: tuple[str, ...] = ()
    refused: str = ""


@dataclass(frozen=True)
class Linked:
    """What a file or folder gives, and reasons for which further examples were dropped, with their number."""

    examples: tuple[Example, ...]
    dropped: dict[str, int]


def process(source: SourceFile) -> Processed:
    """What others may know of a file."""
    parsed = parse(source)
    facts = extract_facts(parsed)
    if parsed.refused:
        return Processed(facts, refused=parsed.refused)
    view = FileView(facts, source.text)
    return Processed(facts, _declared(view), _mentioned(view))


def families_of(language: str, role_name: str) -> tuple[str, ...]:
    """The families that a file of this role can give to."""
    return LINKED_FAMILIES if role(language, role_name).extras else LINKED_FAMILIES[:-1]


def link_file(view: FileView, family: str, project: ProjectView) -> Linked:
    """What a file, and those that it knows or that know it, give to a family."""
    if family in _STAGES_ALONE:
        made = (example for stage in _STAGES_ALONE[family] for example in stage.examples(view))
    else:
        made = (example for stage in _linked_stages(view, family) for example in stage.examples(view, project))
    return Linked(*sift(made, is_broken=view.facts.has_errors))


def link_folder(folder: str, project: ProjectView, *, step: int = 1) -> Linked:
    """The diagrams of a folder, where one in `step` is drawn; the empty string is the project as a whole, which always is."""
    stages = [stage for stage in _modules(_FOLDER_STAGE) if not folder or takes(stage.__name__, folder, step)]
    return Linked(*sift(example for stage in stages for example in stage.examples(folder, project)))


def load_stages() -> None:
    """Load what is otherwise loaded where it is used first."""
    for names in (*_LINKED_STAGES.values(), _FOLDER_STAGE):
        _modules(names)


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


def _linked_stages(view: FileView, family: str) -> tuple[ModuleType, ...]:
    extras = (f"dataset_core.variations.{name}" for name in role(view.language, view.facts.role).extras)
    return _modules(tuple(extras) if family == _ROLE_EXTRAS else _LINKED_STAGES[family])


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
