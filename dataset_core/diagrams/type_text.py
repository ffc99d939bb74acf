"""Type expressions of any language, read as far as a diagram needs: what it is, whether there are many, whether it may be missing.

`Task<ActionResult<IReadOnlyList<OrderDto>>>`, `Observable<OrderDto[]>`, `list[OrderDto] | None` and `[]*OrderDto` are all many OrderDto.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from functools import lru_cache

from dataset_core.diagrams.vocabulary import vocabulary

_PREFIX = re.compile(r"^(?:(?:readonly|const|final|mut|dyn|impl|ref|out|in|params|async|unsigned) |\*|&|'\w+ |\?(?=\w|\\)|\.\.\.)+")
_GENERIC = re.compile(r"^([\w.:$\\]+?)\s*(?:<(.*)>|\[(.+)\])$", re.DOTALL)
# Of Rust; a quoted word has a second quotation mark.
_LIFETIME = re.compile(r"(?<=[&<,])\s*'\w+\b(?!['-])\s*,?\s*")
_LITERALS = re.compile(r"\s*\|?\s*['\"][\w -]*['\"]\s*(?:\|\s*['\"][\w -]*['\"]\s*)+")
_NOTHING = frozenset({"null", "undefined", "None", "nil", "void", "NoneType", "()", "unit", "Unit", "Void", "never", "NoReturn"})
_MAX_DEPTH = 6
_SCALAR = r"(?:string|bool|byte|char|short|int|long|float|double|decimal|object)(?:\[\])?\??"


@dataclass(frozen=True)
class TypeText:
    """A type as a diagram shows it.

    Attributes:
        name: Without its module and without what wraps it; empty for nothing.
        arguments: Of a generic type that is neither a wrapper nor a collection.
        is_many: Whether a collection holds it.
        is_optional: Whether it may be missing.
        literals: The values of a union of string literals.
    """

    name: str
    arguments: tuple[str, ...] = ()
    is_many: bool = False
    is_optional: bool = False
    literals: tuple[str, ...] = ()

    @property
    def readable(self) -> str:
        """In words that need no angle brackets: `PageDto of ReservationDto`, `OrderDto[]`."""
        of = f" of {' and '.join(filter(None, (read_type(a).readable for a in self.arguments)))}" if self.arguments else ""
        return f"{self.name}{of.rstrip() if of != ' of ' else ''}{'[]' if self.is_many else ''}"


@lru_cache(maxsize=4096)
def read_type(text: str, depth: int = 0) -> TypeText:
    """Read a type expression; what cannot be read keeps its first name."""
    known = vocabulary()
    if "'" in text:
        text = _LIFETIME.sub("", text).replace("<>", "")
    text, is_optional = _without_nothing(re.sub(r"^\?\s*(?:extends|super)\s+", "", text.strip()))
    if _LITERALS.fullmatch(text):
        return TypeText("string", is_optional=is_optional, literals=tuple(re.findall(r"['\"]([\w -]+)['\"]", text)))
    text = text.strip("\"' ")
    if text.startswith("(") and text.endswith(")") and "=>" not in text:
        # Several results, as in Go: the first is what is wanted; `(isSet bool, err error)` names them.
        first = (_split(text[1:-1], ",") or [""])[0]
        if named := re.fullmatch(rf"({_SCALAR}) [A-Z]\w*", first):  # of C#, which writes the type first
            return read_type(named.group(1), depth + 1)
        return read_type(re.sub(r"^[a-z]\w* (?=[\w.*\[\]]+$)", "", first), depth + 1)
    if text.startswith("{") or "=>" in text:
        many = text.endswith("}[]")
        return TypeText("object" if text.startswith("{") else "function", is_many=many, is_optional=is_optional)
    is_many = False
    text = _PREFIX.sub("", text)
    while depth == 0 and text.endswith("[]"):
        text, is_many = text[:-2].strip("()"), True
    while text.startswith("[]"):
        text, is_many = _PREFIX.sub("", text[2:]), True
    if text.startswith("[") and text.endswith("]") and ":" not in text:
        text, is_many = text[1:-1], True
    if match := re.match(r"^map\[[^\]]*\](.*)$", text):
        text, is_many = _PREFIX.sub("", match.group(1)), True
    return _generic(text, depth, is_many=is_many, is_optional=is_optional, known_maps=known.maps)


def _generic(text: str, depth: int, *, is_many: bool, is_optional: bool, known_maps: frozenset[str]) -> TypeText:
    known = vocabulary()
    match = _GENERIC.match(text)
    if match is None or depth >= _MAX_DEPTH:
        bare = _name(text)
        # A bare wrapper holds nothing that could be named, except where it is all that is said of a result.
        return TypeText("" if bare in known.wrappers or bare in _NOTHING else bare, (), is_many, is_optional)
    name = _name(match.group(1))
    arguments = _split(match.group(2) or match.group(3) or "", ",")
    if (name in known.wrappers or name in known.collections or name in known_maps) and arguments:
        inner = read_type(arguments[-1] if name in known_maps or name in known.collections else arguments[0], depth)
        return TypeText(
            inner.name,
            inner.arguments,
            is_many or inner.is_many or name not in known.wrappers,
            is_optional or inner.is_optional or name in known.optional_wrappers,
            inner.literals,
        )
    return TypeText(name, tuple(arguments), is_many, is_optional)


@lru_cache(maxsize=4096)
def outer_type(text: str) -> TypeText:
    """The type itself, without a look into what it wraps: who is called when a value of it is called on."""
    bare, is_optional = _without_nothing(text.strip())
    bare = _PREFIX.sub("", bare)
    match = _GENERIC.match(bare)
    if bare.endswith("[]") or "=>" in bare or bare.startswith(("[", "{", "map[")):
        return TypeText("", is_many=True)
    arguments = _split(match.group(2) or match.group(3) or "", ",") if match is not None else []
    named = tuple(argument for argument in arguments if not re.fullmatch(r"T(?:[A-Z]\w*)?", argument))
    return TypeText(_name(match.group(1) if match is not None else bare), named, is_optional=is_optional)


@lru_cache(maxsize=4096)
def tilde(text: str, limit: int = 60) -> str:
    """A type as a class diagram writes it: `Task~List~OrderDto~~`; too long or odd ones lose their arguments."""
    folded = " ".join(text.split()).strip("?")
    if not re.fullmatch(r"[\w<>, .\[\]?|*&:]+", folded) or len(folded) > limit or "<" not in folded:
        if "<" in folded or len(folded) > limit or not re.fullmatch(r"[\w, .\[\]?|*&:]*", folded):
            return read_type(text).readable.replace(" of ", " ")[:limit] if len(read_type(text).readable) <= limit else read_type(text).name
        return folded
    return folded.replace("<", "~").replace(">", "~")


def _without_nothing(text: str) -> tuple[str, bool]:
    """Take `?`, `| null` and `| None` off, and say whether there was one."""
    is_optional = text.endswith("?") or (text.startswith("?") and len(text) > 1)
    text = text.strip("?!")
    if "|" not in text:
        return text, is_optional
    parts = _split(text, "|")
    some = [part for part in parts if part not in _NOTHING]
    return (" | ".join(some) if all(part[:1] in "'\"" for part in some) else (some or [""])[0]), is_optional or len(some) < len(parts)


def _name(text: str) -> str:
    """The last name in a dotted one; for a phrase, its first."""
    found = re.search(r"[\w$]+(?:(?:\.|::|\\|->)[\w$]+)*", text)
    return re.split(r"\.|::|\\|->", found.group())[-1] if found else ""


def _split(text: str, separator: str) -> list[str]:
    """Split where no bracket is open."""
    parts: list[str] = []
    depth = start = 0
    for position, character in enumerate(text):
        if character in "<[({":
            depth += 1
        elif character in ">])}":
            depth -= 1
        elif character == separator and depth == 0:
            parts.append(text[start:position].strip())
            start = position + 1
    return [part for part in [*parts, text[start:].strip()] if part]
