"""`process` takes any text of any language and never raises; what it gives for sound code is sound."""

from __future__ import annotations

from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from dataset_core import language, parse, pipeline
from dataset_core.quality.filters import reason_to_drop
from dataset_core.source_file import SourceFile
from tests.fixtures.mother_project import list_files
from tests.memory_project import made_alone

FIXTURE = Path(__file__).parent.parent / "fixtures" / "mother_project"
SOURCES = [path for path in list_files() if language.language_of(str(path)) is not None]


def source_of(path: str) -> SourceFile:
    return SourceFile(path, language.language_of(path) or "", (FIXTURE / path).read_text("utf-8"), "hash")


@settings(max_examples=60, deadline=None)
@given(st.sampled_from(sorted(language.languages())), st.text(max_size=400))
def test_no_text_makes_it_raise(name: str, text: str) -> None:
    clean = text.encode("utf-8", "replace").decode("utf-8").replace("\r", "")
    source = SourceFile(f"a{language.languages()[name].extensions[0]}", name, clean, "hash")
    assert pipeline.process(source).facts.language == name
    assert all(reason_to_drop(example) is None for example in made_alone(source))


@settings(max_examples=60, deadline=None)
@given(st.sampled_from(SOURCES), st.integers(0, 9_000), st.integers(0, 400), st.text(max_size=6))
def test_no_broken_code_makes_it_raise(path: object, start: int, length: int, put: str) -> None:
    source = source_of(str(path))
    broken = source.text[:start] + put.encode("utf-8", "replace").decode("utf-8").replace("\r", "") + source.text[start + length :]
    assert all(reason_to_drop(example) is None for example in made_alone(SourceFile(source.path, source.language, broken, "hash")))


@pytest.mark.parametrize("path", [str(path) for path in SOURCES])
def test_every_answer_of_sound_code_parses(path: str) -> None:
    for example in made_alone(source_of(path)):
        is_piece = example.kind == "fill_in_middle"
        assert is_piece or parse.parses(example.completion, example.language), (example.kind, example.completion)


def test_the_version_follows_the_code_and_the_data_but_not_the_library() -> None:
    assert pipeline.version() == pipeline.version()
    assert len(pipeline.version()) == 16


def test_declared_names_hide_private_members() -> None:
    text = (
        "public class Basket\n{\n    private int secret;\n    public int Count { get; set; }\n    private void Hide() { secret = 1; }\n}\n"
    )
    (declared,) = pipeline.process(SourceFile("Basket.cs", "csharp", text, "hash")).declared
    assert "Count" in declared.outline
    assert "secret" not in declared.outline
    assert "Hide" not in declared.outline
