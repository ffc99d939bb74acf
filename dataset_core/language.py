r"""Languages as data: each folder of `languages/` holds `language.toml`, `facts.scm` and, optionally, `roles/*.toml`.

A new language is a new folder; a new framework is a new role file. Neither changes code.

Grammars lag behind their languages, and know nothing of the templates that people write into them. Where a grammar rejects a file,
`masks` of `language.toml` hide from it what it does not know, byte by byte, so that offsets of the tree still count in the real text:

    masks = [
      ['!default\b', " "],         # every byte of a match becomes a space; line ends stay
      ['@if\s*\(', "<>&", "_"],    # only these characters change, each to its counterpart, or to the last one
      ['"[^"]*"|(\.)', " "],       # where the pattern has a group, only that is masked: strings are passed over
    ]

Masks apply in the order of their rows, each to what those before have left. A match that ends in an opening bracket reaches to the
bracket that closes it; brackets in strings and comments do not count. Where none closes it the code is broken, and stays so.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache, lru_cache
from pathlib import Path
from typing import Any

import tree_sitter_language_pack
from tree_sitter import Parser, Query

from dataset_core.toml_file import load_toml

_FOLDER = Path(__file__).parent / "languages"
_LINE_ENDS = b"\r\n"


@dataclass(frozen=True)
class Mask:
    """What to hide from a grammar, and behind what: `table` gives the replacement of each byte, itself where it stays."""

    pattern: re.Pattern[bytes]
    table: bytes


@dataclass(frozen=True)
class Language:
    """What the data set needs to know of a language.

    Attributes:
        name: The folder's name, such as `csharp`.
        title: As people write it, such as `C#`.
        grammar: Name in tree-sitter-language-pack.
        extensions: With their dots, lower case.
        fence: The info string of a Markdown fence.
        line_comment: What starts a comment; `comment_end` closes it where the language needs that.
        left_out: Stands in a prompt for a body that the model is to write.
        extends: Another language that this one is a dialect of: its keys, its query and its roles hold here too, after this one's own.
        wrappers: Contexts in which a fragment may stand, `{}` for the fragment; where it parses in one of them, it is well formed.
        unit: What a definition of this language is called in a prompt when its own kind says too little.
        builtin_types: Type names of the language and its standard library: nobody has to be told of these.
        entity_suffixes: What names of types end with beside the name of the entity, such as `Controller`.
        masks: What is hidden from the grammar, in this order, where it rejects the text as it is.
        foreign_modules: First words of modules that no project holds, such as `std`.
        names_are_imported: Whether code can mean a declaration of another file only by an import or a module written before the name.
        package_folders: Whether, beside that, files of one package can do so without saying which.
        names_are_qualified: Whether the name of another folder's declaration always stands behind that of its package, as in Go.
        runtime: What its code runs on, with all other code that does, such as `jvm`; empty where it goes with any, as a page does.
        owner_words: How many leading words of a package's name tell whose it is, such as 3 in `com.example.shop`; 0 where they do not.
    """

    name: str
    title: str
    grammar: str
    extensions: tuple[str, ...]
    fence: str
    line_comment: str
    comment_end: str = ""
    extends: str = ""
    left_out: str = "..."
    wrappers: tuple[str, ...] = ("{}",)
    unit: str = "definition"
    builtin_types: frozenset[str] = frozenset()
    entity_suffixes: tuple[str, ...] = ()
    masks: tuple[Mask, ...] = ()
    foreign_modules: tuple[str, ...] = ()
    names_are_imported: bool = False
    package_folders: bool = False
    names_are_qualified: bool = False
    runtime: str = ""
    owner_words: int = 0


@dataclass(frozen=True)
class Role:
    """What a file is in its framework: all conditions that are given must hold.

    Attributes:
        name: Such as `angular-component`; what prompts and sibling search use.
        title: In a prompt: "Angular component".
        framework: The role file's name, such as `angular`.
        extras: Modules of `variations/` that files of this role yield beyond the base variations.
        path: A pattern searched in the path.
        annotation: A pattern that an annotation, decorator or attribute matches from its start.
        base: A pattern that a base class or interface matches from its start.
        symbol: A pattern that the name of a top-level definition matches.
        imports: A pattern searched in the modules that are imported.
        text: A pattern searched in the file.
    """

    name: str
    title: str
    framework: str
    extras: tuple[str, ...] = ()
    path: re.Pattern[str] | None = None
    annotation: re.Pattern[str] | None = None
    base: re.Pattern[str] | None = None
    symbol: re.Pattern[str] | None = None
    imports: re.Pattern[str] | None = None
    text: re.Pattern[str] | None = None


@cache
def languages() -> Mapping[str, Language]:
    """All languages by name, in the order of their names."""
    return {folder.name: _load(folder) for folder in sorted(_FOLDER.iterdir()) if (folder / "language.toml").is_file()}


@lru_cache(8_192)
def language_of(path: str) -> str | None:
    """The language of a file by the longest extension that its name ends with, or None."""
    name = path.rpartition("/")[2].lower()
    position = name.find(".")
    by_extension = _by_extension()
    while position >= 0:
        found = by_extension.get(name[position:])
        if found is not None:
            return found
        position = name.find(".", position + 1)
    return None


@cache
def extensions() -> frozenset[str]:
    """Every extension of every language."""
    return frozenset(_by_extension())


@cache
def parser(language: str) -> Parser:
    """The tree-sitter parser of a language; not to be shared between threads."""
    return tree_sitter_language_pack.get_parser(languages()[language].grammar)  # type: ignore[arg-type]


@cache
def facts_query(language: str) -> Query:
    """The query that finds definitions, imports, calls, types and comments. Capture names: see `facts`."""
    grammar = tree_sitter_language_pack.get_language(languages()[language].grammar)  # type: ignore[arg-type]
    return Query(grammar, "\n".join((folder / "facts.scm").read_text("utf-8") for folder in _folders(language)))


@cache
def roles(language: str) -> tuple[Role, ...]:
    """The roles that files of a language can have, most particular first: by file name, then as written."""
    files = (file for folder in _folders(language) for file in sorted((folder / "roles").glob("*.toml")))
    return tuple(_role(row, file.stem) for file in files for row in load_toml(file).get("role", ()))


def _load(folder: Path) -> Language:
    row = load_toml(folder / "language.toml")
    if "extends" in row:
        row = {**load_toml(_FOLDER / row["extends"] / "language.toml"), **row}
    known = Language.__dataclass_fields__
    unknown = set(row) - set(known)
    if unknown:
        message = f"{folder.name}/language.toml: unknown key {min(unknown)!r}; known are {', '.join(known)}"
        raise ValueError(message)
    values: dict[str, Any] = {key: tuple(value) if isinstance(value, list) else value for key, value in row.items()}
    values["builtin_types"] = frozenset(values.get("builtin_types", ()))
    try:
        values["masks"] = tuple(_mask(*row) for row in values.get("masks", ()))
    except (TypeError, ValueError, re.error) as error:
        raise ValueError(
            f"{folder.name}/language.toml: a mask is a pattern, characters and as many replacements, in ASCII: {error}"
        ) from error
    return Language(name=folder.name, **values)


def _mask(pattern: str, characters: str, replacements: str = "") -> Mask:
    """A row of `masks`: with two columns, the second is the one character that every byte becomes."""
    compiled = re.compile(pattern.encode(), re.MULTILINE)
    if replacements:
        counterparts = replacements.ljust(len(characters), replacements[-1])
        return Mask(compiled, bytes.maketrans(characters.encode("ascii"), counterparts.encode("ascii")))
    fill = ord(characters.encode("ascii"))
    return Mask(compiled, bytes(byte if byte in _LINE_ENDS else fill for byte in range(256)))


def _folders(language: str) -> tuple[Path, ...]:
    """The folder of a language, and that of the language it extends."""
    extends = languages()[language].extends
    return (_FOLDER / language, *([_FOLDER / extends] if extends else []))


def _role(row: Mapping[str, Any], framework: str) -> Role:
    values: dict[str, Any] = {
        key: value if key in {"name", "title"} else tuple(value) if key == "extras" else re.compile(value) for key, value in row.items()
    }
    return Role(framework=framework, **values)


@cache
def _by_extension() -> Mapping[str, str]:
    return {extension: language.name for language in languages().values() for extension in language.extensions}
