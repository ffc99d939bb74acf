"""Every language reads its annotated samples: `languages/NAME/**/FILE` beside `FILE.facts`, what must be found in it.

A new case is a new source file; `UPDATE_FACTS=1 pytest tests/dataset_core/test_languages.py` writes what is found beside it, to be read
before it is kept. `languages/NAME/roles.toml` lists small files with the role that they must get.
"""

from __future__ import annotations

import os
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

import pytest

from dataset_core import language
from dataset_core.facts import CALLABLE_KINDS, FileFacts, Symbol, extract_facts
from dataset_core.parse import ParsedFile, parse, parses
from dataset_core.project_view import FileView
from dataset_core.source_file import SourceFile
from dataset_core.toml_file import load_toml
from dataset_core.units import outline

SAMPLES = Path(__file__).parent / "languages"
FOLDERS = Path(language.__file__).parent / "languages"
LANGUAGES = sorted(language.languages())
FILES = sorted(path for path in SAMPLES.rglob("*.*") if path.is_file() and path.suffix != ".facts" and path.name != "roles.toml")
IDS = [path.relative_to(SAMPLES).as_posix() for path in FILES]
FRAGMENTS: Mapping[str, tuple[str, ...]] = {
    "csharp": (
        "public string Name { get; init; } = string.Empty;",
        "Open,\nClosed",
        "return items.Count;",
        "private readonly IClock clock;",
    ),
    "typescript": (
        "readonly name = input<string>();",
        "name?: string;\ntotal: number;",
        "Open = 'open',",
        "selector: 'a', standalone: true",
    ),
    "tsx": ("return <Card onClick={() => open(id)}>{title}</Card>;", "onOpen?: () => void;"),
    "javascript": ("return <p>{title}</p>;", "static count = 0;", "name: 'a', total: 1", "module.exports = { run };"),
    "java": ("private final Clock clock;", "OPEN(1), CLOSED(2);", "return items.size();", 'String value() default "";'),
    "kotlin": ("private val clock: Clock", "val name: String, val total: Int = 0", "OPEN, CLOSED", "= items.size"),
    "go": ('Name string `json:"name"`', "if err != nil {\n\treturn nil, err\n}", "Find(id int64) (*User, error)"),
    "rust": ("pub name: String,\npub total: u64,", "Open,\nClosed { at: u64 },", "let total = items.len();\ntotal"),
    "php": (
        "<?php\n\nclass A\n{\n}\n",
        "private ?string $name = null;",
        "case Open = 'open';",
        "return $this->name;",
        "public function a(): int;",
    ),
    "ruby": ("attr_reader :name", "return if name.nil?\n\nsave!", "has_many :rooms"),
    "swift": ('@State private var name = ""', "case open, closed", "guard let name else { return }", "var name: String { get }"),
    "c": ("int x;\nchar *name;", "RED, GREEN = 2", "if (a)\n    return b;", "int run(void);"),
    "cpp": ("explicit A(int x) : x_(x) {}", "std::string name_{};", "Red, Green", "auto x = std::make_unique<A>(1);"),
    "html": ('<li *ngFor="let a of all">{{ a.name }}</li>', '<button (click)="save()">Save</button>'),
    "css": ("color: red;\nmargin: 0;", ".a { color: red; }", "from { top: 0; } to { top: 1px; }", "{ margin: 0; }"),
    "scss": ("color: $brand;\n&:hover { margin: 0; }", "@include truncate;", "$gap: 2px;", "{ margin: 0; }"),
    "sql": ("name VARCHAR(30) NOT NULL", "SELECT id FROM pets", "id INT PRIMARY KEY, name TEXT"),
    "python": ("return self.name", 'name: str = ""', "for a in b:\n    yield a", "@property\ndef name(self) -> str: ..."),
}
BROKEN: Mapping[str, str] = {
    "c": "int run( {\n    return ;;)\n",
    "cpp": "class A { int x() {{ };\n",
    "csharp": "public class { void (\n",
    "css": "} .a { color: red; {",
    "go": "func ( {\n\treturn )\n}",
    "java": "public class { void (\n",
    "javascript": "function ( { return );\n",
    "kotlin": "class { fun ( }}\n",
    "php": "public function run(\n{\n    return $a +;\n",
    "python": "def run(:\n    return (\n",
    "ruby": "def run\n  if ready\n    save!\nend\n",
    "rust": "fn run( { let x = ; }",
    "scss": "} .a { color: red; {",
    "sql": "SELECT FROM FROM WHERE (",
    "swift": "func ( { return }}",
    "tsx": "return <p>{title</p>;",
    "typescript": "class { run( { }\n",
}


@pytest.mark.parametrize("path", FILES, ids=IDS)
def test_facts_of_sample(path: Path) -> None:
    facts = extract_facts(_parsed(path))
    expected = path.with_name(f"{path.name}.facts")
    found = "\n".join(_described(facts)) + "\n"
    if os.environ.get("UPDATE_FACTS"):
        expected.write_text(found, "utf-8")
    assert found == expected.read_text("utf-8")


@pytest.mark.parametrize("path", FILES, ids=IDS)
def test_sample_and_its_outline_parse(path: Path) -> None:
    view = _view(path)
    assert parses(view.text.strip(), view.language)
    assert not view.facts.has_errors
    condensed = outline(view, limit=100_000)
    assert parses(condensed, view.language), condensed


@pytest.mark.parametrize("path", FILES, ids=IDS)
def test_every_definition_and_body_parses_on_its_own(path: Path) -> None:
    view = _view(path)
    wrong = [text for symbol in view.facts.symbols for text in _pieces(view, symbol) if not parses(text, view.language)]
    assert wrong == []


@pytest.mark.parametrize(("name", "fragment"), [(name, fragment) for name, rows in FRAGMENTS.items() for fragment in rows])
def test_fragment_parses(name: str, fragment: str) -> None:
    assert parses(fragment, name)


@pytest.mark.parametrize(("name", "text"), list(BROKEN.items()))
def test_broken_code_does_not_parse(name: str, text: str) -> None:
    assert not parses(text, name)


@pytest.mark.parametrize("name", LANGUAGES)
def test_query_compiles_and_captures_what_facts_knows(name: str) -> None:
    query = language.facts_query(name)
    known = {"name", "body", "type", "container", "import", "module", "symbol", "package", "parameter", "base", "annotation", "doc"}
    known |= {"reference", "call", "receiver", "comment"}
    captures = {query.capture_name(index) for index in range(query.capture_count)}
    assert {c for c in captures if not c.startswith(("definition.", "_"))} <= known


@pytest.mark.parametrize("name", LANGUAGES)
def test_language_has_sample_roles_and_left_out_marker(name: str) -> None:
    found = language.languages()[name]
    assert any(path.is_relative_to(SAMPLES / name) for path in FILES)
    assert language.roles(name)
    assert all("{}" in wrapper for wrapper in found.wrappers)
    assert found.left_out
    assert len(found.builtin_types) > 10 or name in {"html", "css", "scss"}


@pytest.mark.parametrize("name", LANGUAGES)
def test_roles_agree_with_themselves(name: str) -> None:
    titles: dict[str, set[tuple[str, tuple[str, ...]]]] = {}
    for role in language.roles(name):
        titles.setdefault(role.name, set()).add((role.title, role.extras))
    assert [role for role, variants in titles.items() if len(variants) > 1] == []


def _role_cases() -> Iterator[Any]:
    for file in sorted(SAMPLES.glob("*/roles.toml")):
        for row in load_toml(file)["case"]:
            yield pytest.param(file.parent.name, row, id=f"{file.parent.name}-{row['role']}-{row['path']}")


@pytest.mark.parametrize(("name", "row"), list(_role_cases()))
def test_role_of_file(name: str, row: Mapping[str, str]) -> None:
    assert language.language_of(row["path"]) == name
    assert extract_facts(parse(SourceFile(row["path"], name, row.get("text", ""), "hash"))).role == row["role"]


def test_a_folder_is_all_that_a_language_needs() -> None:
    folders = {path.parent.name for path in FOLDERS.glob("*/facts.scm")}
    assert folders == set(LANGUAGES)
    extensions = [extension for row in language.languages().values() for extension in row.extensions]
    assert len(extensions) == len(set(extensions)) == len(language.extensions())


def _parsed(path: Path) -> ParsedFile:
    name, _, inside = path.relative_to(SAMPLES).as_posix().partition("/")
    assert language.language_of(inside) == name
    return parse(SourceFile(inside, name, path.read_text("utf-8"), "hash"))


def _view(path: Path) -> FileView:
    parsed = _parsed(path)
    return FileView(extract_facts(parsed), parsed.source.text)


def _pieces(view: FileView, symbol: Symbol) -> Iterator[str]:
    """A definition's code and, of a callable, its body, both without the indentation of the line that they begin on."""
    yield view.code(symbol)
    if symbol.kind in CALLABLE_KINDS and symbol.body_start >= 0:
        line = view.slice(view.data.rfind(b"\n", 0, symbol.body_start) + 1, symbol.body_start)
        yield view.slice(symbol.body_start, symbol.body_end).replace("\n" + line[: len(line) - len(line.lstrip())], "\n")


def _described(facts: FileFacts) -> Iterator[str]:
    """The facts of a file as indented text, one definition a line, what belongs to it below."""
    yield f"role {facts.role}"
    yield from (f"{key} {value}" for key, value in (("package", facts.package), ("doc", _one_line(facts.doc))) if value)
    yield from (f"import {row.line} {row.module}{': ' if row.names else ''}{', '.join(row.names)}" for row in facts.imports)
    yield from (f"loose annotation {annotation}" for annotation in facts.annotations)
    depths = {-1: -1}
    for index, symbol in enumerate(facts.symbols):
        depths[index] = depths[symbol.parent] + 1
        yield from ("  " * depths[index] + line for line in _lines_of(symbol))


def _lines_of(symbol: Symbol) -> Iterator[str]:
    parameters = ", ".join(f"{p.name}: {p.type}" if p.type else p.name for p in symbol.parameters)
    yield (
        f"{symbol.kind} {_one_line(symbol.name)}"
        + (f"({parameters})" if parameters or symbol.is_callable else "")
        + (f" -> {symbol.type}" if symbol.type else "")
        + (f" extends {', '.join(symbol.bases)}" if symbol.bases else "")
        + (f" of {symbol.container}" if symbol.container and symbol.parent < 0 else "")
        + f" [{symbol.start_line}-{symbol.end_line}{', body' if symbol.body_start >= 0 else ''}]"
    )
    for key, values in (("annotation", symbol.annotations), ("doc", [symbol.doc] if symbol.doc else [])):
        yield from (f"  | {key} {_one_line(value)}" for value in values)
    if symbol.calls:
        yield "  | calls " + ", ".join(f"{_one_line(c.receiver)}.{c.name}" if c.receiver else c.name for c in symbol.calls)
    if symbol.references:
        yield "  | references " + ", ".join(symbol.references)


def _one_line(text: str) -> str:
    return " ".join(text.split())
