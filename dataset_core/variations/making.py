"""What every variation does to make an example of a piece of a file."""

from __future__ import annotations

import re

from dataset_core import language, prompt_format
from dataset_core.example import Example, Provenance
from dataset_core.facts import Symbol
from dataset_core.project_view import FileView
from dataset_core.roles import role
from dataset_core.units import Unit, first_sentence, in_words, name_of, one_line_paragraph

# A comment of a word or two above a member is a heading, not what the member is for.
_LEAST_SPACES = 2
_LEAST_CALLS, _MOST_CALLS = 3, 8
_CALL_RECEIVER = re.compile(r"[\w.$:>\-]{0,28}")
_INTERFACE = re.compile(r"I[A-Z][a-z]")


def example_of(kind: str, view: FileView, unit: Unit, *, context_paths: tuple[str, ...] = (), answer: str = "", **fields: str) -> Example:
    """An example whose answer is a unit of the file (or `answer`, made from it), its prompt worded for `kind`."""
    return Example(
        kind=kind,
        prompt=prompt_format.render(kind, **fields),
        completion=(answer or unit.text).strip("\n"),
        language=view.language,
        provenance=Provenance(
            path=view.path,
            rule=kind,
            content_hash=view.facts.content_hash,
            start_line=unit.start_line,
            end_line=unit.end_line,
            context_paths=tuple(path for path in context_paths if path != view.path),
            licence=view.facts.licence,
        ),
    )


def purpose_of(view: FileView, unit: Unit | None = None) -> str:
    """What a piece of code is for, in a sentence or a paragraph: its documentation, or what can be said from its role and names."""
    own = unit.symbols[0].doc if unit is not None and unit.symbols else ""
    if unit is not None and not view.facts.doc and (calls := script_calls(view, unit)):
        return calls
    if unit is not None and not own and _is_one_callable(unit):
        return calls_in_words(view, unit.symbols[0]) or one_line_paragraph(view.facts.doc)[:400]
    if unit is not None and unit.symbols and not _is_about_main(view, unit):
        # What the file's main definition is for says nothing of another one.
        return one_line_paragraph(own or view.facts.doc)[:400]
    documented = own or (view.main.doc if view.main else "") or view.facts.doc
    if documented:
        return one_line_paragraph(documented)[:400]
    return _from_names(view)


def _is_one_callable(unit: Unit) -> bool:
    return (
        bool(unit.symbols)
        and unit.symbols[0].is_callable
        and (unit.symbols[0].start_line, unit.symbols[0].end_line) == (unit.start_line, unit.end_line)
    )


def _is_about_main(view: FileView, unit: Unit) -> bool:
    """Whether a piece holds the main definition of the file or lies in it."""
    first, main = unit.symbols[0], view.main
    return main is None or main in unit.symbols or main.start <= first.start < main.end


def calls_in_words(view: FileView, symbol: Symbol) -> str:
    """What an undocumented callable calls, as a sentence: without it, a name and parameters have many right bodies. Empty for none."""
    builtin = language.languages()[view.language].builtin_types
    calls = [
        f"`{call.receiver}{_link(view, call.receiver)}{call.name}`"
        if call.receiver and _CALL_RECEIVER.fullmatch(call.receiver)
        else f"`{call.name}`"
        for inner in view.facts.symbols
        if symbol.start <= inner.start and inner.end <= symbol.end
        for call in inner.calls
        if call.name not in builtin and call.name != symbol.name
    ]
    distinct = list(dict.fromkeys(calls))
    more = f" and {len(distinct) - _MOST_CALLS} more" if len(distinct) > _MOST_CALLS else ""
    return f"It calls {', '.join(distinct[:_MOST_CALLS])}{more}." if more else f"It calls {in_words(distinct)}." if distinct else ""


def _link(view: FileView, receiver: str) -> str:
    """What stands between a receiver and what is called on it: Rust tells types and modules from values."""
    return "::" if view.language == "rust" and receiver[:1].isupper() else "."


def is_described(view: FileView, unit: Unit) -> bool:
    """Whether a prompt can tell what a piece is: lines without definitions and documentation that call little are just any lines."""
    is_whole = "\n".join(unit.text.split()) == "\n".join(view.text.split())
    return bool(unit.symbols or view.facts.doc) or is_whole or bool(script_calls(view, unit))


def script_calls(view: FileView, unit: Unit) -> str:
    """What a piece of a script calls, as a sentence: of start-up code, not of tests, which all call the same."""
    if unit.symbols or view.facts.role in {view.language, f"{view.language}-test"}:
        return ""
    calls = list(dict.fromkeys(re.findall(r"(?<![\w.])([A-Za-z_][\w.]*\w)(?:<[\w<>, ]*>)?\(", unit.text)))[:_MOST_CALLS]
    return f"It calls {in_words([f'`{name}`' for name in calls])}." if len(calls) >= _LEAST_CALLS else ""


def role_title(view: FileView) -> str:
    """The role of a file as a prompt names it, such as "Angular component"."""
    return role(view.language, view.facts.role).title


def with_article(noun: str) -> str:
    """`a` or `an` before a noun: "an Angular component", "an HTML file", "a SQL table"."""
    first = noun.split(" ", 1)[0]
    spoken_like_vowel = first[:1] in "AEFHILMNORSX" if first.isupper() else first[:1].lower() in "aeio"
    return f"{'an' if spoken_like_vowel else 'a'} {noun}"


def _from_names(view: FileView) -> str:
    if view.main is None or view.main.kind == "element":
        return f"{name_of(view.path)} is {with_article(role_title(view))}."
    bases = _bases_in_words(view.main)
    own = view.facts.children(view.facts.symbols.index(view.main))
    members = [s for s in own if s.is_callable and s.kind != "constructor" and s.name not in {view.main.name, "constructor", "__init__"}][
        :5
    ]
    does = f" with {', '.join(f'`{m.name}`' for m in members)}" if members else ""
    sentences = (first_sentence(m.doc) for m in members)
    described = next((sentence for sentence in sentences if sentence.count(" ") >= _LEAST_SPACES), "")
    plain = f"{language.languages()[view.language].title} {view.main.kind}"
    what = plain if view.facts.role == view.language else role_title(view)
    if view.facts.role.endswith("-test") and not members:
        # A type without members that is a part of tests, or the block around them, is no test itself.
        what = f"{plain} in a test"
    return f"`{view.main.name}` is {with_article(what)}{bases}{does}. {described}".strip()


def _bases_in_words(main: Symbol) -> str:
    """Words such as "that extends `A` and implements `B`": what a type is built on, as far as its declaration tells the two apart."""
    implemented = re.search(r"\bimplements\b(.*)", main.signature, re.DOTALL)
    listed = set(re.findall(r"\w+", implemented.group(1))) if implemented is not None else set()
    head = [re.split(r"[<(\[]", base)[0] for base in main.bases[:2]]
    is_kept = [name in listed or (main.kind != "interface" and _INTERFACE.match(name) is not None) for name in head]
    ways = [
        f"{verb} {in_words([f'`{base}`' for base, kept in zip(main.bases[:2], is_kept, strict=True) if kept is wanted])}"
        for verb, wanted in (("extends", False), ("implements", True))
        if wanted in is_kept
    ]
    return f" that {' and '.join(ways)}" if ways else ""
