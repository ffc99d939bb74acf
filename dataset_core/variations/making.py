"""What every variation does to make an example of a piece of a file."""

from __future__ import annotations

from dataset_core import prompt_format
from dataset_core.example import Example, Provenance
from dataset_core.project_view import FileView
from dataset_core.roles import role
from dataset_core.units import Unit, first_sentence, name_of, one_line_paragraph


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
    documented = (unit.symbols[0].doc if unit is not None and unit.symbols else "") or (view.main.doc if view.main else "") or view.facts.doc
    if documented:
        return one_line_paragraph(documented)[:400]
    return _from_names(view)


def role_title(view: FileView) -> str:
    """The role of a file as a prompt names it, such as "Angular component"."""
    return role(view.language, view.facts.role).title


def with_article(noun: str) -> str:
    """`a` or `an` before a noun: "an Angular component", "an HTML file", "a SQL table"."""
    spelled_like_vowel = noun[:1].lower() in "aeio" or noun[:4] in {"HTML", "SCSS", "HTTP", "MVC "} or noun[:3] in {"XML", "SQL"} and noun[:3] != "SQL"
    return f"{'an' if spelled_like_vowel else 'a'} {noun}"


def _from_names(view: FileView) -> str:
    if view.main is None:
        return f"{name_of(view.path)} is {with_article(role_title(view))}."
    bases = f" that extends {', '.join(f'`{base}`' for base in view.main.bases[:2])}" if view.main.bases else ""
    members = [symbol for symbol in view.facts.children(view.facts.symbols.index(view.main)) if symbol.is_callable][:5]
    does = f" with {', '.join(f'`{m.name}`' for m in members)}" if members else ""
    described = next((first_sentence(m.doc) for m in members if first_sentence(m.doc)), "")
    return f"`{view.main.name}` is {with_article(role_title(view))}{bases}{does}. {described}".strip()
