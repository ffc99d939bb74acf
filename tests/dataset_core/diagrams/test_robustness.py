"""Whatever facts hold, drawing them never raises, and what is drawn keeps to its limits."""

from __future__ import annotations

from hypothesis import given, settings
from hypothesis import strategies as st

from dataset_core.diagrams import of_file, of_folder
from dataset_core.diagrams.asking import MAX_BYTES, MIN_BYTES
from dataset_core.diagrams.blocks import blocks_of, in_order
from dataset_core.diagrams.type_text import outer_type, read_type, tilde
from dataset_core.facts import Call, FileFacts, Import, Parameter, Symbol
from dataset_core.project_view import FileView
from tests.memory_project import MemoryProject

NAMES = st.one_of(st.sampled_from(["end", "Order", "orderId", "id", "Größe", "a b", "", "T", "class", '"', "<x>"]), st.text(max_size=12))
TYPES = st.one_of(
    st.sampled_from(
        ["List<Order>", "Order[]", "Task<Order?>", "string", "dict[str, Order]", "[]*Order", "", "Map<string, Order", "'a' | 'b'"]
    ),
    st.text(alphabet="OrderTask<>[]{}|?*&'\" ,.:()=", max_size=24),
)
LANGUAGES = ["csharp", "typescript", "python", "java", "sql", "go"]
KINDS = [
    "class",
    "interface",
    "enum",
    "record",
    "table",
    "property",
    "field",
    "column",
    "method",
    "constructor",
    "function",
    "member",
    "impl",
]


@st.composite
def symbols(draw: st.DrawFn, count: int, n_bytes: int) -> tuple[Symbol, ...]:
    rows: list[Symbol] = []
    for index in range(count):
        start = draw(st.integers(0, n_bytes))
        end = draw(st.integers(start, n_bytes))
        body = draw(st.sampled_from([-1, start]))
        rows.append(
            Symbol(
                kind=draw(st.sampled_from(KINDS)),
                name=draw(NAMES),
                start=start,
                header=start,
                body_start=body,
                body_end=end if body >= 0 else -1,
                end=end,
                start_line=1,
                end_line=2,
                parent=draw(st.integers(-1, index - 1)),
                container=draw(NAMES),
                signature=draw(st.text(max_size=30)),
                doc="",
                type=draw(TYPES),
                bases=tuple(draw(st.lists(TYPES, max_size=2))),
                annotations=tuple(draw(st.lists(st.sampled_from(["HttpGet", '@Get("/a")', "[Key]", "@ManyToOne", "Route("]), max_size=2))),
                parameters=tuple(Parameter(draw(NAMES), draw(TYPES)) for _ in range(draw(st.integers(0, 2)))),
                calls=tuple(Call(draw(NAMES), draw(NAMES)) for _ in range(draw(st.integers(0, 3)))),
                references=tuple(draw(st.lists(NAMES, max_size=2))),
            )
        )
    return tuple(rows)


@st.composite
def views(draw: st.DrawFn) -> FileView:
    text = draw(st.text(max_size=80))
    facts = FileFacts(
        path="src/Größe/end.file",
        language=draw(st.sampled_from(LANGUAGES)),
        role=draw(st.sampled_from(["dotnet-controller", "dotnet-entity", "angular-component", "python"])),
        content_hash="0",
        licence="MIT",
        package="",
        doc="",
        imports=(Import("x", (draw(NAMES),), 1),),
        symbols=draw(symbols(draw(st.integers(0, 8)), len(text.encode()))),
        annotations=(),
        n_lines=3,
        has_errors=False,
    )
    return FileView(facts, text)


@given(view=views())
@settings(deadline=None, max_examples=150)
def test_any_facts_are_drawn_or_left(view: FileView) -> None:
    project = MemoryProject({})
    project.views[view.path] = view
    for example in (*of_file.examples(view, project), *of_folder.examples("src/Größe", project)):
        assert MIN_BYTES <= len(example.completion.encode()) <= MAX_BYTES
        assert example.prompt


@given(text=TYPES)
def test_any_type_is_read(text: str) -> None:
    assert "\n" not in read_type(text).readable
    assert "<" not in read_type(text).readable
    assert "<" not in tilde(text)
    outer_type(text)


@given(text=st.text(alphabet="if(){} for\n:else catch\t;=>.x", max_size=80))
def test_any_body_has_blocks_within_it(text: str) -> None:
    for language in LANGUAGES:
        blocks = blocks_of(text, language)
        assert all(block.start >= 0 and block.end <= len(text) for block in blocks)
        assert {call for call, _ in in_order((Call("x", "x"), Call("", "x")), text, language)} == {Call("x", "x"), Call("", "x")}
