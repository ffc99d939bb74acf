"""Meeting notes, decision records and design documents in Markdown, linked to the code that they name. Rules are data: `notes.toml`."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cache

from dataset_core import prompt_format
from dataset_core.example import Example, Provenance
from dataset_core.facts import Symbol
from dataset_core.project_view import FileView, ProjectView
from dataset_core.prompt_format import code_block
from dataset_core.toml_file import load_toml
from dataset_core.units import MAX_ANSWER_BYTES, MIN_ANSWER_BYTES, clip, title
from dataset_core.variations.context import brief, declarations, fits, header, member_code, members_of

MAX_LINKS = 12
MAX_SECTIONS = 8
_CODE_BYTES, _CONTEXT_BYTES, _EXCERPT_BYTES = 900, 700, 900
_MAX_NAMES = 40
_MIN_NAME = 3
_NAME = re.compile(r"`([A-Za-z_][\w.]*)(?:\(\))?`|\b([A-Z][a-z0-9]+(?:[A-Z][a-z0-9]*)+)\b")


@dataclass(frozen=True)
class Item:
    """A paragraph, list item or table row: its words on one line, and its lines in the note from 1, inclusive."""

    text: str
    start_line: int
    end_line: int


@dataclass(frozen=True)
class Section:
    """A heading and what stands below it up to the next one; `title` is empty before the first heading, `has_code` tells of code blocks."""

    title: str
    level: int
    items: tuple[Item, ...]
    start_line: int
    end_line: int
    has_code: bool = False


@dataclass(frozen=True)
class Note:
    """A note: where it is, what it is called, and its sections in order."""

    path: str
    title: str
    content_hash: str
    licence: str
    sections: tuple[Section, ...]

    @property
    def name(self) -> str:
        """As prompts call it: its title, with its date where it has one."""
        date = next((m.group("date") for s in self.sections for i in s.items if (m := _pattern("date").match(i.text))), "")
        return f"{self.title}, {date}" if date and date not in self.title else self.title


@dataclass(frozen=True)
class Link:
    """A definition of the project that a note names."""

    name: str
    view: FileView
    owner: Symbol
    member: Symbol | None


def is_note(path: str) -> bool:
    """Whether a path is that of notes, decisions or designs."""
    return _pattern("path").search(path) is not None and _pattern("excluded").search(path) is None


def examples(path: str, text: str, content_hash: str, licence: str, project: ProjectView) -> Iterator[Example]:
    """What was decided about code, code that follows from a note, and questions about its sections."""
    note = read_note(path, text, content_hash, licence)
    links = _links(note, project)
    made = [*_decisions(note, links), *_code(note, links), *_questions(note, links)]
    yield from (example for example in made if fits(example))


def read_note(path: str, text: str, content_hash: str = "", licence: str = "unlicensed") -> Note:
    """Read the headings, paragraphs, lists and tables of a Markdown text, code blocks left out."""
    sections: list[Section] = []
    heading, level, start = "", 0, 1
    items: list[Item] = []
    lines = _without_front_matter(text).split("\n")
    outside = dict(_outside_fences(lines))
    for number, line in outside.items():
        match = re.match(r"(#{1,6})\s+(.*?)\s*#*$", line)
        if match is not None:
            has_code = not {*range(start, number)} <= outside.keys()
            sections.append(Section(heading, level, tuple(items), start, number - 1, has_code))
            heading, level, start, items = _plain(match.group(2)), len(match.group(1)), number, []
        else:
            _add_line(items, line, number)
    has_code = not {*range(start, len(lines) + 1)} <= outside.keys()
    sections.append(Section(heading, level, tuple(items), start, len(lines), has_code))
    top = next((section.title for section in sections if section.level == 1), path.rpartition("/")[2].rpartition(".")[0])
    return Note(path, top, content_hash, licence, tuple(section for section in sections if section.items))


def _decisions(note: Note, links: list[Link]) -> Iterator[Example]:
    """For each definition that decisions name: what they say about it."""
    decided = [item for section in note.sections if _pattern("decisions").match(section.title) for item in section.items]
    given: set[tuple[Item, ...]] = set()
    for link in sorted(links, key=lambda link: link.member is None):
        about = tuple(item for item in decided if re.search(rf"\b{re.escape(link.name)}\b", item.text))
        if not about or about in given:
            continue
        given.add(about)
        answer = "\n".join(f"- {item.text}" for item in about) if len(about) > 1 else about[0].text
        yield _example(
            "decision_for_code",
            note,
            answer,
            (about[0].start_line, about[-1].end_line),
            (link.view.path,),
            name=link.name,
            code_path=link.view.path,
            note=note.name,
            context=_section_text(note, "context", _CONTEXT_BYTES),
            code=code_block(link.view.language, _signature(link), ""),
        )


def _code(note: Note, links: list[Link]) -> Iterator[Example]:
    """For each definition that a note names: its code, from all that the note says about it."""
    for link in links:
        items = [item for section in note.sections for item in section.items if re.search(rf"\b{re.escape(link.name)}\b", item.text)]
        code, what, shown = _answer_code(link)
        excerpt = clip("\n".join(f"- {item.text}" for item in items), _EXCERPT_BYTES)
        if not code or not excerpt or excerpt == "…":
            continue
        symbol = link.member or link.owner
        prompt = prompt_format.render(
            "meeting_to_code",
            note=note.name,
            excerpt=excerpt,
            component=what,
            path=link.view.path,
            owner=code_block(link.view.language, shown),
        )
        provenance = Provenance(
            link.view.path,
            "meeting_to_code",
            link.view.facts.content_hash,
            symbol.start_line,
            symbol.end_line,
            context_paths=(note.path,),
            licence=link.view.facts.licence,
        )
        yield Example("meeting_to_code", prompt, code, link.view.language, provenance)


def _answer_code(link: Link) -> tuple[str, str, str]:
    """The code of a named definition, how a prompt calls it, and what the prompt shows around it."""
    if link.member is not None:
        shown = declarations(link.view, link.owner, leave_out=[link.member], limit=600)
        return member_code(link.view, link.member), title(link.member), shown
    # A note does not say enough for a large type; what it says of the members makes examples of their own.
    code = link.view.code(link.owner) if link.owner.end - link.owner.start <= _CODE_BYTES else ""
    return code, title(link.owner), ""


def _questions(note: Note, links: list[Link]) -> Iterator[Example]:
    """Questions about the sections: actions and open questions of any note, other sections where the note speaks of code."""
    shown = _section_text(note, "context", _CONTEXT_BYTES)
    for section in note.sections[: 3 * MAX_SECTIONS]:
        question = _question(note, section)
        if section.level <= 1 or not question or not (links or _pattern("path").search(note.path)):
            continue
        answer = clip(
            "\n".join(f"- {item.text}" for item in section.items) if len(section.items) > 1 else section.items[0].text, MAX_ANSWER_BYTES
        )
        if len(answer.encode()) >= MIN_ANSWER_BYTES and not answer.endswith("…"):
            context = "" if _pattern("context").match(section.title) else shown
            yield _example(
                "question_about_notes", note, answer, (section.start_line, section.end_line), (), question=question, context=context
            )


def _question(note: Note, section: Section) -> str:
    for key, question in (
        ("actions", 'What are the actions of "{note}" (`{path}`), and whose are they?'),
        ("decisions", 'What was decided in "{note}" (`{path}`)?'),
        ("open_questions", 'Which questions does "{note}" (`{path}`) leave open?'),
        ("context", 'What was the reason for "{note}" (`{path}`)?'),
        ("consequences", 'Which {section} does "{note}" (`{path}`) name?'),
    ):
        if _pattern(key).match(section.title):
            return question.format(note=note.name, path=note.path, section=section.title.lower())
    # What a section says around code blocks is not what it says.
    is_told = section.title and len(section.items) > 1 and not section.has_code
    return f'What does "{note.name}" (`{note.path}`) say about {section.title}?' if is_told else ""


def _example(kind: str, source: Note, answer: str, lines: tuple[int, int], context_paths: tuple[str, ...], **fields: str) -> Example:
    provenance = Provenance(source.path, kind, source.content_hash, *lines, context_paths=context_paths, licence=source.licence)
    return Example(kind, prompt_format.render(kind, **fields), answer, "markdown", provenance)


def _links(note: Note, project: ProjectView) -> list[Link]:
    """The definitions of the project that a note names; members of the types that it names count too."""
    names: dict[str, None] = {}
    for section in note.sections:
        for item in section.items:
            names.update(
                dict.fromkeys(name for match in _NAME.finditer(item.text) for name in (match.group(1) or match.group(2)).split("."))
            )
    found: list[Link] = []
    unknown: list[str] = []
    for name in list(names)[:_MAX_NAMES]:
        view = (
            project.declaring(name, near=note.path)
            if len(name) >= _MIN_NAME and project.signature(name, near=note.path) is not None
            else None
        )
        owner = next((s for s in view.facts.symbols if s.name == name and s.parent == -1), None) if view is not None else None
        if view is not None and owner is not None:
            found.append(Link(name, view, owner, None))
        else:
            unknown.append(name)
    for name in unknown:
        for link in [link for link in found if link.member is None]:
            member = next((m for m in members_of(link.view, link.owner) if m.name == name), None)
            if member is not None:
                found.append(Link(name, link.view, link.owner, member))
                break
    return found[:MAX_LINKS]


def _signature(link: Link) -> str:
    if link.member is not None:
        return f"{header(link.view, link.owner)}\n  {brief(link.member)}"
    return clip(declarations(link.view, link.owner, public=True, limit=_CODE_BYTES), _CODE_BYTES)


def _section_text(note: Note, key: str, limit: int) -> str:
    items = [item.text for section in note.sections if _pattern(key).match(section.title) for item in section.items]
    text = clip("\n\n".join(items), limit)
    return f"What it was about: {text}" if text and text != "…" else ""


def _outside_fences(lines: list[str]) -> Iterator[tuple[int, str]]:
    inside = False
    for number, line in enumerate(lines, 1):
        if re.match(r"\s*(```|~~~)", line):
            inside = not inside
        elif not inside:
            yield number, line


def _add_line(items: list[Item], line: str, number: int) -> None:
    """Begin an item, or go on with the one of the line before."""
    text = line.strip()
    if text.startswith("|") and re.fullmatch(r"[-|: ]+", text) and items and items[-1].end_line == number - 1:
        items.pop()  # the head of a table
        return
    # A link to a heading is a line of a table of contents.
    if not text or re.fullmatch(r"[-=*_|: ]+|<!--.*|(?:[-*+]|\d+[.)])\s+\[[^\]]*\]\(#[^)]*\)", text):
        return
    row = [cell.strip() for cell in text.strip("|").split("|")] if text.startswith("|") else []
    marker = re.match(r"(?:[-*+]|\d+[.)])\s+(?:\[[ xX]\]\s+)?", text)
    before = items[-1] if items else None
    continues = before is not None and before.end_line == number - 1 and marker is None and not row and not _pattern("date").match(text)
    if continues and before is not None and not _pattern("date").match(before.text):
        items[-1] = Item(f"{before.text} {text}", before.start_line, number)
    elif row:
        if [cell.lower() for cell in row] != _TABLE_HEAD and any(row):
            items.append(Item(": ".join(cell for cell in row if cell), number, number))
    else:
        items.append(Item(text[marker.end() :] if marker is not None else text, number, number))


_TABLE_HEAD = ["who", "what"]


def _plain(heading: str) -> str:
    return re.sub(r"[*_`]|\[([^\]]*)\]\([^)]*\)", lambda match: match.group(1) or "", heading).strip()


def _without_front_matter(text: str) -> str:
    """The text with its YAML front matter blanked, so that lines keep their numbers."""
    match = re.match(r"---\n.*?\n---\n", text, re.DOTALL)
    return "\n" * match.group().count("\n") + text[match.end() :] if match is not None else text


@cache
def _pattern(key: str) -> re.Pattern[str]:
    return re.compile(load_toml("sweep/notes.toml")[key], re.IGNORECASE)
