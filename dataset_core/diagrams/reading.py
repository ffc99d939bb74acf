"""What diagrams read from a file's facts: its types, their members, and of what type a receiver is."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from functools import cached_property, lru_cache

from dataset_core.diagrams.type_text import read_type
from dataset_core.diagrams.vocabulary import vocabulary
from dataset_core.facts import FileFacts, Symbol, type_names
from dataset_core.project_view import FileView

DATA_KINDS = frozenset({"property", "field", "column"})
BOX_KINDS = frozenset({"class", "interface", "struct", "record", "enum", "trait", "object"})
# Where nothing is said, members of these languages are hidden, or open to the package alone.
_DEFAULT_SIGNS = {"csharp": "-", "rust": "-", "cpp": "-", "java": "~"}
_MAX_REMEMBERED = 64
_TYPES: dict[str, tuple[FileFacts, tuple[TypeOfFile, ...]]] = {}
_TEST_ROLE = re.compile(r"(?:^|-)(?:test|tests|spec|stories)$")
_TEST_PATH = re.compile(
    r"(?i)(?:^|/)(?:tests?|__tests__|e2e|spec|testing|benchmarks?)/|[._-](?:spec|test|stories)\.\w+$|(?:^|/)test_[^/]+$|_test\.\w+$"
)


@dataclass(frozen=True, eq=False)
class TypeOfFile:
    """A type with its members: those inside it, and the methods that stand elsewhere in the file but name it as their container."""

    symbol: Symbol
    members: tuple[Symbol, ...]

    @property
    def name(self) -> str:
        """Of the type."""
        return self.symbol.name

    @property
    def is_interface(self) -> bool:
        """Whether others implement it rather than extend it."""
        return self.symbol.kind in {"interface", "trait"}

    @cached_property
    def wiring(self) -> Mapping[str, str]:
        """Name → type of all that its methods can call on: its fields and what its constructor takes."""
        found = {member.name.lstrip("#"): declared_type(member) for member in self.members if member.kind in DATA_KINDS}
        constructors = [member for member in self.members if is_constructor(member, self.name)]
        for parameter in (*self.symbol.parameters, *(p for c in constructors for p in c.parameters)):
            if parameter.type:
                for name in (parameter.name, f"_{parameter.name}"):
                    found[name] = found.get(name) or parameter.type
        return {name: text for name, text in found.items() if text}


def types_of(facts: FileFacts) -> tuple[TypeOfFile, ...]:
    """The types of a file in the order of the text; those of the files asked for last are remembered."""
    known = _TYPES.get(facts.path)
    # Facts are compared by identity: to hash them would take longer than to read them again.
    if known is None or known[0] is not facts:
        if len(_TYPES) >= _MAX_REMEMBERED:
            _TYPES.pop(next(iter(_TYPES)))
        known = _TYPES[facts.path] = (facts, _read_types(facts))
    return known[1]


def _read_types(facts: FileFacts) -> tuple[TypeOfFile, ...]:
    inside: dict[int, list[Symbol]] = {}
    by_container: dict[str, list[Symbol]] = {}
    for symbol in facts.symbols:
        owner = facts.symbols[symbol.parent] if 0 <= symbol.parent < len(facts.symbols) else None
        if owner is not None and owner.is_type:
            inside.setdefault(symbol.parent, []).append(symbol)
        elif symbol.container and symbol.is_callable:
            by_container.setdefault(symbol.container, []).append(symbol)
    return tuple(
        TypeOfFile(symbol, (*inside.get(index, ()), *by_container.get(symbol.name, ())))
        for index, symbol in enumerate(facts.symbols)
        if symbol.is_type and symbol.name
    )


def find_type(view: FileView, name: str) -> TypeOfFile | None:
    """A type of the file by its name."""
    return next((row for row in types_of(view.facts) if row.name == name), None)


def is_test(view: FileView) -> bool:
    """Whether a file tests others: nobody asks how a test is built."""
    return _TEST_ROLE.search(view.facts.role) is not None or is_test_path(view.path)


def is_test_path(path: str) -> bool:
    """Whether a path looks like that of a test."""
    return _TEST_PATH.search(path) is not None


def declared_type(symbol: Symbol) -> str:
    """The type of a field: as written, or what `inject(T)` and `new T()` tell of it."""
    if symbol.type:
        return symbol.type
    text = symbol.signature
    match = re.search(r"[=:]\s*(?:await\s+)?(?:inject|new|useInstance)\s*[(<]?\s*([A-Z]\w*(?:<[^()]*>)?)", text)
    if match is not None:
        return match.group(1)
    match = re.search(r"=\s*([A-Z]\w+)\(", text)
    return match.group(1) if match is not None else ""


def is_constructor(member: Symbol, owner: str) -> bool:
    """Whether a member makes its type, in the way of any language."""
    return member.kind == "constructor" or member.name in {"constructor", "__init__", "initialize", "__construct", "init"} or (
        # A constructor gives nothing; a method that is called like its interface, as in Go, does.
        member.is_callable and member.name == owner and not member.type
    )  # fmt: skip


_MARKS = re.compile(r"\[[^\]]*\]|@[\w.]+(?:\((?:[^()]|\((?:[^()]|\([^()]*\))*\))*\))?")
_MODIFIER = re.compile(r"\b(?:private|fileprivate|protected|internal|public|pub|open|export)\b|#$")
_SIGNS = {"private": "-", "fileprivate": "-", "#": "-", "protected": "#", "internal": "~"}


def is_constant(member: Symbol) -> bool:
    """Whether a field belongs to the type rather than to each value of it."""
    before = modifiers(member)
    return re.search(r"\b(?:static|const|companion)\b", before) is not None or re.fullmatch(r"[A-Z][A-Z\d_]{2,}", member.name) is not None


def modifiers(member: Symbol) -> str:
    """What stands before a definition's name, without annotations and attributes."""
    return _before(member.signature, member.name)


@lru_cache(maxsize=4096)
def _before(signature: str, name: str) -> str:
    return _MARKS.sub("", signature).partition(name or "\0")[0]


def visibility(member: Symbol, owner: TypeOfFile, language: str) -> str:
    """`+` public, `-` private, `#` protected, `~` internal."""
    match = _MODIFIER.search(modifiers(member))
    if match is not None:
        return _SIGNS.get(match.group(), "+")
    if member.name.startswith(("_", "#")) and not member.name.endswith("__"):
        return "-"
    if language == "go":
        return "+" if member.name[:1].isupper() else "-"
    if owner.is_interface or owner.symbol.kind not in {"class", "struct"}:
        return "+"
    return _DEFAULT_SIGNS.get(language, "+")


@lru_cache(maxsize=4096)
def project_names(text: str) -> tuple[str, ...]:
    """The names in a type expression that can be types of the project."""
    known = vocabulary()
    noise = (known.noise_types, known.wrappers, known.collections, known.maps)
    return tuple(name for name in type_names(text) if len(name) > 1 and not any(name in names for names in noise))


def base_name(base: str) -> str:
    """A base class without its arguments and module."""
    return read_type(re.split(r"[<(\[]", base, maxsplit=1)[0]).name


def is_drawable(name: str) -> bool:
    """Whether a name says something in a box."""
    return bool(re.fullmatch(r"[^\W\d]\w{1,59}", name)) and name not in vocabulary().noise_types


def words_of(text: str) -> frozenset[str]:
    """The words of a text, to ask which names stand in it."""
    return frozenset(re.findall(r"\w+", text))


def distinct(names: Iterable[str]) -> list[str]:
    """Each name once, in order of appearance."""
    return list(dict.fromkeys(names))
