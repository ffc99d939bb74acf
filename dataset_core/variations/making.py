"""What every variation does to make an example of a piece of a file."""

from __future__ import annotations

from dataset_core import language, prompt_format
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
    first = noun.split(" ", 1)[0]
    spoken_like_vowel = first[:1] in "AEFHILMNORSX" if first.isupper() else first[:1].lower() in "aeio"
    return f"{'an' if spoken_like_vowel else 'a'} {noun}"


def _from_names(view: FileView) -> str:
    if view.main is None:
        return f"{name_of(view.path)} is {with_article(role_title(view))}."
    bases = f" that extends {', '.join(f'`{base}`' for base in view.main.bases[:2])}" if view.main.bases else ""
    own = view.facts.children(view.facts.symbols.index(view.main))
    members = [s for s in own if s.is_callable and s.kind != "constructor" and s.name not in {view.main.name, "constructor", "__init__"}][:5]
    does = f" with {', '.join(f'`{m.name}`' for m in members)}" if members else ""
    described = next((first_sentence(m.doc) for m in members if first_sentence(m.doc)), "")
    what = f"{language.languages()[view.language].title} {view.main.kind}" if view.facts.role == view.language else role_title(view)
    return f"`{view.main.name}` is {with_article(what)}{bases}{does}. {described}".strip()
