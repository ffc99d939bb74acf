"""Artifacts become examples that are labelled, limited in number and free of what models are evaluated on."""

from __future__ import annotations

from collections import Counter

from dataset_core import mix
from dataset_core.library.artifact import read_artifact
from dataset_core.library.library import LICENCE, load_library
from dataset_core.library.rows import examples
from dataset_core.quality.contamination import evaluation_prompts, reason_contaminated
from dataset_core.quality.filters import reason_to_drop

ROWS = tuple(examples(load_library()))


def test_no_answer_has_more_than_three_prompts() -> None:
    assert max(Counter(row.answer_id for row in ROWS).values()) == 3
    assert len({row.answer_id for row in ROWS}) == len(load_library())


def test_rows_say_where_they_come_from() -> None:
    for row in ROWS:
        assert row.kind.startswith("library.")
        assert mix.family_of(row.kind) == "library"
        assert row.provenance.rule.startswith("library:")
        assert row.provenance.path.startswith("library/")
        assert row.provenance.licence == LICENCE
        assert row.provenance.content_hash


def test_no_row_gives_an_evaluation_prompt_away() -> None:
    assert [row.prompt for row in ROWS if reason_contaminated(row.prompt, evaluation_prompts())] == []


def test_every_row_passes_the_filters_of_all_examples() -> None:
    assert {row.provenance.path: reason_to_drop(row) for row in ROWS if reason_to_drop(row)} == {}


def test_the_prompts_that_differ_most_in_length_are_taken() -> None:
    header = "\n".join(f"// prompt: {'x' * length}" for length in (5, 50, 6, 20, 49, 7))
    artifact = read_artifact(f"// title: A\n// domain: b\n{header}\nlet a = 1;\n".encode(), "mine/a.ts", licence="MIT", is_own=True)
    rows = list(examples([artifact]))
    assert [len(row.prompt) for row in rows] == [5, 50, 20]
    assert [(row.kind, row.completion, row.language) for row in rows] == [("own.code", "let a = 1;", "typescript")] * 3


def test_a_request_for_a_diagram_shows_what_a_person_is_shown_who_asks_so() -> None:
    drawn = [row for row in ROWS if row.kind in {"library.erd", "library.sequence", "library.state"}]
    assert len(drawn) > 200
    keywords = {row.completion.split(maxsplit=1)[0] for row in drawn}
    assert all(any(f"```mermaid\n{keyword}\n" in row.prompt for keyword in keywords) for row in drawn)
    others = [row for row in ROWS if row.kind in {"library.gantt", "library.code", "library.html"}]
    assert others
    assert not [row for row in others if "```mermaid" in row.prompt]
