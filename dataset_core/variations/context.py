"""What a prompt shows of other definitions, and whether an example is of a size that can be trained on."""

from __future__ import annotations

import re
from collections.abc import Collection, Iterable, Iterator
from dataclasses import replace

from dataset_core import language, prompt_format
from dataset_core.example import Example
from dataset_core.facts import Symbol, type_names
from dataset_core.prompt_format import code_block
from dataset_core.project_view import FileView, ProjectView
from dataset_core.units import MAX_ANSWER_BYTES, MIN_ANSWER_BYTES, Unit, clip, clip_lines, first_sentence, one_line, signature_of
from dataset_core.variations.making import example_of

MAX_PROMPT_BYTES = 2_300
MAX_EXAMPLE_BYTES = 3_300
_MAX_MEMBER_BYTES = 160
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
    symbols = view.facts.symbols
    lines = [_header(view, owner)]
    for member in view.facts.children(symbols.index(owner)):
        text = one_line(signature_of(member))
        if member in leave_out or (public and _PRIVATE.match(text)):
            continue
        lines.append(f"  {text[:_MAX_MEMBER_BYTES]}")
    return clip_lines(lines, limit)


def fields_of(view: FileView, owner: Symbol, limit: int = 500) -> str:
    """The fields and properties of a type, one a line, initial values of more than a line cut."""
    members = view.facts.children(view.facts.symbols.index(owner))
    lines = [one_line(signature_of(member))[:_MAX_MEMBER_BYTES] for member in members if member.kind in {"field", "property"}]
    return clip_lines(lines, limit)


def outline_block(project: ProjectView, name: str, near: str, limit: int = 600) -> tuple[str, str] | None:
    """Path and fenced outline of a definition of the project; None where nothing of that name is declared elsewhere."""
    found = project.signature(name, near)
    if found is None or found[0] == near:
        return None
    path, text = found
    return path, code_block(language.language_of(path) or "", clip(text, limit), path)


def outline_blocks(project: ProjectView, names: Iterable[str], near: str, budget: int = 900, most: int = 4) -> tuple[str, tuple[str, ...]]:
    """Outlines of the project's own definitions among `names`, within a budget of bytes, and the paths they come from."""
    blocks: list[str] = []
    paths: list[str] = []
    for name in names:
        found = outline_block(project, name, near, limit=max(120, budget))
        if found is None or found[0] in paths or len(found[1]) > budget + 120:
            continue
        budget -= len(found[1])
        paths.append(found[0])
        blocks.append(found[1])
        if len(blocks) == most or budget <= 0:
            break
    return "\n\n".join(blocks), tuple(paths)


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
    """Under which names a file calls on a type: the type itself, and the fields and parameters that hold it."""
    names = {type_name}
    for symbol in view.facts.symbols:
        if symbol.kind in {"field", "property"} and (type_name in type_names(symbol.type) or type_name in symbol.references):
            names.add(symbol.name)
        names.update(parameter.name for parameter in symbol.parameters if type_name in type_names(parameter.type))
    return frozenset(plain_receiver(name) for name in names)


def plain_receiver(text: str) -> str:
    """The name that a call's receiver comes down to: `this._rooms`, `self.rooms` and `rooms` are the same."""
    name = re.sub(r"^(?:this|self|base|super)\b(?:->|\??\.)", "", text.replace("$", "")).strip("@?!&*() ")
    return name.lstrip("_")


def calls_on(symbol: Symbol, receivers: Collection[str]) -> list[str]:
    """The names of what a definition calls on any of these receivers."""
    return list(dict.fromkeys(call.name for call in symbol.calls if call.receiver and plain_receiver(call.receiver) in receivers))


def field_names_by_type(view: FileView, owner_index: int) -> dict[str, str]:
    """Field or constructor parameter → its type, for the members of a type."""
    found: dict[str, str] = {}
    for symbol in view.facts.symbols:
        if symbol.parent == owner_index and symbol.kind in {"field", "property"} and symbol.type:
            found[plain_receiver(symbol.name)] = symbol.type
    return found


def member_unit(view: FileView, members: list[Symbol], unit_title: str) -> Unit:
    """Members that need not be neighbours, each with its documentation, an empty line between them."""
    text = "\n\n".join(view.code(member) for member in members)
    return Unit(unit_title, text, members[0].start_line, members[-1].end_line, tuple(members))


def described(symbol: Symbol) -> str:
    """The first sentence of a definition's documentation."""
    return first_sentence(symbol.doc)


def block(view: FileView, text: str, title: str = "") -> str:
    """A fenced block in the language of a file; see `prompt_format.code_block`."""
    return prompt_format.code_block(view.language, text, title)


def _header(view: FileView, owner: Symbol) -> str:
    end = owner.body_start if owner.body_start >= 0 else owner.end
    text = one_line(view.slice(owner.header, end)).rstrip("{ ")
    # Where annotations belong to the declaration's own node, they stand before its keyword.
    match = re.search(rf"(?:[\w ]*\s)?\w+\s+{re.escape(owner.name)}\b.*", text)
    return match.group().strip() if match else text
