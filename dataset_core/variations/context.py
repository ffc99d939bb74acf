"""What a prompt shows of other definitions, and whether an example is of a size that can be trained on."""

from __future__ import annotations

import re
from collections.abc import Collection, Iterable, Iterator
from dataclasses import replace
from functools import lru_cache
from itertools import pairwise

from dataset_core import language, prompt_format
from dataset_core.example import Example
from dataset_core.facts import CALLABLE_KINDS, Symbol, type_names
from dataset_core.project_view import FileView, ProjectView
from dataset_core.prompt_format import code_block
from dataset_core.units import MAX_ANSWER_BYTES, MIN_ANSWER_BYTES, Unit, clip, clip_lines, first_sentence, one_line, signature_of
from dataset_core.variations.making import example_of

MAX_PROMPT_BYTES = 2_300
MAX_EXAMPLE_BYTES = 3_300
_MAX_MEMBER_BYTES = 160
_MIN_BLOCK_BYTES = 160
_TYPE_HEAD = re.compile(r"(?:[&*\[\]?]|const |mut |readonly |dyn |\w+(?:\.|::))*(\w+)(?:<[^\[\]]*>)?[?!*&\s]*(?:\|\s*\w+\s*)*")
_FAMILIES = ({"typescript", "tsx", "javascript"}, {"c", "cpp"}, {"java", "kotlin"})
_NOT_DECLARING = ("@", "[", "#", "//", "/*", "*", "--")
_TRAILING_COMMENT = re.compile(r"(?<=[:{)])\s+(?:#|//).*$")
_PRIVATE = re.compile(r"(?:private|protected|static private|#|_)\b|.*\bprivate\b")


def fits(example: Example) -> bool:
    """Whether prompt and answer are of sizes that stay within 1,024 tokens."""
    n_prompt, n_answer = len(example.prompt.encode()), len(example.completion.encode())
    return MIN_ANSWER_BYTES <= n_answer <= MAX_ANSWER_BYTES and n_prompt <= MAX_PROMPT_BYTES and n_prompt + n_answer <= MAX_EXAMPLE_BYTES


def fitting(examples: Iterable[Example], limit: int) -> Iterator[Example]:
    """The first examples that fit, at most `limit` of them."""
    count = 0
    for example in examples:
        if count == limit:
            return
        if fits(example):
            count += 1
            yield example


def linked_example(
    kind: str, view: FileView, unit: Unit, *, wording: str = "", answer_language: str = "", context_paths: Iterable[str] = (), **fields: str
) -> Example:
    """An example as `example_of` makes it.

    Args:
        kind: Of the example.
        view: The file that holds the answer.
        unit: The answer.
        wording: The table of `prompts.toml`, where one kind has several.
        answer_language: Of the answer, where it is not that of the file: a template inside a class, a list in Markdown.
        context_paths: Other files that the prompt quotes.
        **fields: Of the template.
    """
    made = example_of(wording or kind, view, unit, context_paths=tuple(dict.fromkeys(context_paths)), **fields)
    provenance = replace(made.provenance, rule=kind)
    return replace(made, kind=kind, language=answer_language or made.language, provenance=provenance)


def declarations(view: FileView, owner: Symbol, *, leave_out: Collection[Symbol] = (), public: bool = False, limit: int = 900) -> str:
    """A type as its header and one line a member, bodies and annotations of the type left out.

    Args:
        view: The file.
        owner: A type in it.
        leave_out: Members that are not shown.
        public: Show only what others can use.
        limit: In bytes; cut at a line's end.
    """
    hidden = {member.start for member in leave_out}
    lines = [header(view, owner)]
    for member in members_of(view, owner):
        text = brief(member)
        if member.start not in hidden and not (public and _PRIVATE.match(text)):
            lines.append(f"  {text}")
    return clip_lines(lines, limit)


def brief(member: Symbol) -> str:
    """The signature of a member on one line, without a body that the grammar counts to it and without a long initial value."""
    return _brief(signature_of(member), member.kind, member.body_start >= 0)


@lru_cache(8_192)  # what many use is shown many times
def _brief(signature: str, kind: str, has_body: bool) -> str:  # noqa: FBT001 - positional, as the cache tells apart how it is called
    text = _TRAILING_COMMENT.sub("", one_line(signature))
    if kind in CALLABLE_KINDS:
        text = text.split(" => ")[0] if not has_body or len(text) > _MAX_MEMBER_BYTES else text
    if len(text) > _MAX_MEMBER_BYTES and kind in {"field", "property", "constant"}:
        text = re.split(r"\s=>?\s", text)[0]
    return text if len(text) <= 2 * _MAX_MEMBER_BYTES else text[: 2 * _MAX_MEMBER_BYTES] + "…"


def fields_of(view: FileView, owner: Symbol, limit: int = 500) -> str:
    """What the members of a type work with, one a line: fields and properties, and what only its header or its constructor names."""
    members = members_of(view, owner)
    held = [member for member in members if member.kind in {"field", "property"}]
    known = {plain_receiver(member.name) for member in held}
    givers = [owner, *(member for member in members if is_constructor(member))]
    given = [symbol for symbol in givers if any(plain_receiver(parameter.name) not in known for parameter in symbol.parameters)]
    return clip_lines([*(header(view, owner) if symbol is owner else brief(symbol) for symbol in given), *map(brief, held)], limit)


def beside(view: FileView, owner: Symbol, members: Collection[Symbol]) -> str:
    """What the rest of a type gives to some of its members: fields, and the signatures of its own methods that they call."""
    called = {call.name for member in members for call in member.calls if call.receiver in {"", "this", "self"}}
    helpers = [brief(m) for m in members_of(view, owner) if m.is_callable and m.name in called and m not in members]
    return f"{fields_of(view, owner, 300)}\n{clip_lines(helpers, 300)}".strip()


def is_constructor(member: Symbol) -> bool:
    """Whether a member makes values of its type."""
    return member.kind == "constructor" or member.name in {"__init__", "constructor"}


def members_of(view: FileView, owner: Symbol) -> list[Symbol]:
    """The definitions directly inside a type; for Rust, those of its `impl` blocks too, for Go the methods that name it as theirs."""
    inside = {
        index for index, symbol in enumerate(view.facts.symbols) if symbol is owner or (symbol.kind == "impl" and symbol.name == owner.name)
    }
    return [
        symbol
        for symbol in view.facts.symbols
        if symbol.parent in inside or (symbol.parent == -1 and owner.is_type and symbol.is_callable and symbol.container == owner.name)
    ]


def header(view: FileView, owner: Symbol) -> str:
    """The line that declares a type: its name, its bases, no annotations and no comments."""
    end = owner.body_start if owner.body_start >= 0 else owner.end
    lines = (line.strip() for line in view.slice(owner.header, end).split("\n"))
    text = " ".join(line for line in lines if line and not line.startswith(_NOT_DECLARING))
    text = re.sub(r"^(?:@\w+(?:\([^()]*\))?\s+|\[[^\]]*\]\s*)+", "", one_line(text))
    return _TRAILING_COMMENT.sub("", text).rstrip("{ ")


def relevant_declarations(view: FileView, owner: Symbol, text: str, limit: int) -> str:
    """A type as `declarations` shows it, the members that a text names before all others when not all of them fit."""
    members = members_of(view, owner)
    words = set(re.findall(r"\w+", text))
    sizes = {member.start: len(brief(member).encode()) + 3 for member in members}
    budget = limit - len(header(view, owner).encode()) - 2
    left_out: list[Symbol] = []
    for member in sorted(members, key=lambda m: (m.name not in words, not m.is_callable, m.start)):
        is_shown = not _PRIVATE.match(one_line(signature_of(member))) or "protected" in member.signature
        if is_shown and sizes[member.start] <= budget:
            budget -= sizes[member.start]
        else:
            left_out.append(member)
    return declarations(view, owner, leave_out=left_out, limit=limit + 40)


def part_blocks(
    project: ProjectView, names: Iterable[str], near: str, text: str, budget: int = 900, *, most: int = 4
) -> tuple[str, tuple[str, ...]]:
    """The project's own types among `names` as a piece of code needs them, in fenced blocks, and their paths.

    Args:
        project: Asked for the files.
        names: Of types, the most important first.
        near: The file that uses them.
        text: The code that uses them: its members come first.
        budget: In bytes, for all blocks.
        most: Blocks.
    """
    blocks: list[str] = []
    paths: list[str] = []
    for name in names:
        if len(blocks) == most or budget < _MIN_BLOCK_BYTES:
            break
        found = project.declaring(name, near)
        owner = next((s for s in found.facts.symbols if s.name == name and s.parent == -1), None) if found is not None else None
        if found is None or owner is None or found.path == near or not same_family(found.path, near):
            continue
        share = max(_MIN_BLOCK_BYTES, min(budget, 2 * budget // (most - len(blocks)))) - len(found.path) - 20
        blocks.append(block(found, relevant_declarations(found, owner, text, share), found.path))
        budget -= len(blocks[-1])
        paths.append(found.path)
    return "\n\n".join(blocks), tuple(dict.fromkeys(paths))


def outline_block(project: ProjectView, name: str, near: str, limit: int = 600) -> tuple[str, str] | None:
    """Path and fenced outline of a definition of the project; None where nothing of that name is declared elsewhere."""
    found = project.signature(name, near)
    if found is None or found[0] == near:
        return None
    path, text = found
    return path, code_block(language.language_of(path) or "", clip(text, limit), path)


def types_called(view: FileView, member: Symbol) -> list[str]:
    """The types of the fields that a member calls on, in order of the calls."""
    types = types_held(view, view.facts.symbols[member.parent]) if member.parent >= 0 else {}
    receivers = [plain_receiver(call.receiver).split(".")[0] for call in member.calls if call.receiver]
    return [name for receiver in dict.fromkeys(receivers) for name in types.get(receiver, ())]


def types_held(view: FileView, owner: Symbol) -> dict[str, list[str]]:
    """Under which name the members of a type reach which types: its fields, and what its header or its constructor is given."""
    members = members_of(view, owner)
    givers = [owner, *(member for member in members if is_constructor(member))]
    held = {plain_receiver(parameter.name): type_names(parameter.type) for giver in givers for parameter in giver.parameters}
    for member in members:
        if member.kind in {"field", "property"}:
            held[plain_receiver(member.name)] = [*type_names(member.type), *member.references]
    return held


def same_family(path: str, other: str) -> bool:
    """Whether two files are of languages that can use each other's types."""
    one, two = language.language_of(path), language.language_of(other)
    return one == two or any(one in family and two in family for family in _FAMILIES)


def own_names(view: FileView, names: Iterable[str]) -> list[str]:
    """Names that may be types of the project: neither built in nor declared in the file itself."""
    builtin = language.languages()[view.language].builtin_types
    own = {symbol.name for symbol in view.facts.symbols if symbol.parent == -1}
    return [name for name in dict.fromkeys(names) if len(name) > 1 and name not in builtin and name not in own]


def names_in(symbol: Symbol) -> list[str]:
    """The type names that a definition mentions: result, parameters, bases, references."""
    texts = (symbol.type, *(p.type for p in symbol.parameters), *symbol.bases, *symbol.references)
    return list(dict.fromkeys(name for text in texts for name in type_names(text)))


def receivers_of(view: FileView, type_name: str) -> frozenset[str]:
    """Under which names all of a file can call on a type: the type itself, fields, and what types and constructors are given."""
    names = {type_name}
    given = (f"inject({type_name}", f"new {type_name}", f"= {type_name}")
    for symbol in view.facts.symbols:
        if symbol.kind in {"field", "property"} and (
            type_head(symbol.type) == type_name or (type_name in symbol.references and any(text in symbol.signature for text in given))
        ):
            names.add(symbol.name)
        if symbol.is_type or is_constructor(symbol):
            names.update(_parameters_of(symbol, type_name))
    return frozenset(plain_receiver(name) for name in names)


@lru_cache(8_192)
def type_head(text: str) -> str:
    """The name of a type that is neither a list nor a stream of something else: `RoomService | null` and `&RoomService` give it."""
    match = _TYPE_HEAD.fullmatch(text)
    return match.group(1) if match is not None else ""


@lru_cache(8_192)
def plain_receiver(text: str) -> str:
    """The name that a call's receiver comes down to: `this._rooms`, `self.rooms` and `rooms` are the same."""
    name = re.sub(r"^(?:this|self|base|super)\b(?:->|\??\.)", "", text.replace("$", "")).strip("@?!&*() ")
    return name.lstrip("_")


def calls_on(symbol: Symbol, receivers: Collection[str], type_name: str) -> list[str]:
    """The names of what a definition calls on any of these receivers, or on a parameter of its own of the type that they hold."""
    own = {plain_receiver(name) for name in _parameters_of(symbol, type_name)}
    others = {plain_receiver(parameter.name) for parameter in symbol.parameters} - own
    return list(
        dict.fromkeys(
            call.name
            for call in symbol.calls
            if call.receiver and (name := plain_receiver(call.receiver)) not in others and (name in own or name in receivers)
        )
    )


def _parameters_of(symbol: Symbol, type_name: str) -> list[str]:
    return [parameter.name for parameter in symbol.parameters if type_head(parameter.type) == type_name]


def member_unit(view: FileView, members: list[Symbol], unit_title: str) -> Unit:
    """Members that need not be neighbours, each with its documentation; an empty line where there is anything between them."""
    text = member_code(view, members[0])
    for before, member in pairwise(members):
        gap = "\n" if member.start_line == before.end_line + 1 else "\n\n"
        text += gap + member_code(view, member)
    return Unit(unit_title, text, members[0].start_line, members[-1].end_line, tuple(members))


def member_code(view: FileView, member: Symbol) -> str:
    """A member with its documentation and the semicolon or, of a field, the comma that closes it."""
    following = view.data[member.end : member.end + 1]
    closes = following == b";" or (following == b"," and member.kind == "field")
    return view.code(member) + (following.decode() if closes else "")


def described(symbol: Symbol) -> str:
    """The first sentence of a definition's documentation."""
    return first_sentence(symbol.doc)


def block(view: FileView, text: str, title: str = "") -> str:
    """A fenced block in the language of a file; see `prompt_format.code_block`."""
    return prompt_format.code_block(view.language, text, title)
