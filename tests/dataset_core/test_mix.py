from __future__ import annotations

from collections.abc import Sequence

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from dataset_core.mix import Candidate, artifact_types, choose, composed_kinds, family_of, max_tokens, weights


def candidates(kind: str, count: int, *, path: str = "") -> list[Candidate[str]]:
    return [Candidate(f"{kind}-{n}", f"{kind}-{n:05}", kind, path or f"file{n % 7}", 300, 400) for n in range(count)]


def take_all(items: Sequence[str]) -> list[bool]:
    return [True] * len(items)


def taken(counts: object) -> dict[str, int]:
    return {count.family: count.taken for count in counts}  # type: ignore[attr-defined]


def test_families_with_enough_get_their_share() -> None:
    rows = [row for kind in ("generate", "body", "diagram.erd", "imports", "library.erd") for row in candidates(kind, 2_000)]
    counts = taken(choose(rows, take_all, artifact_type="code_prototype", target=1_000))
    assert sum(counts.values()) == 1_000
    assert counts["variations"] > counts["diagrams"] > 0
    assert counts["library"] < 80


def test_a_shortage_is_passed_on_to_the_projects_own_rows_before_the_library() -> None:
    rows = [*candidates("generate", 5_000), *candidates("library.erd", 5_000)]
    counts = taken(choose(rows, take_all, artifact_type="code_prototype", target=1_000))
    assert counts["variations"] > 900
    assert counts["library"] < 80


def test_what_is_made_on_demand_fills_the_rest() -> None:
    asked: list[int] = []

    def make(count: int) -> list[Candidate[str]]:
        asked.append(count)
        return candidates("composed.erd", count) if len(asked) < 9 else []

    counts = taken(choose(candidates("generate", 50), take_all, artifact_type="erd", target=400, more={"composed": make}))
    assert counts == {**dict.fromkeys(weights("erd"), 0), "variations": 50, "composed": 350}


def test_own_rows_are_all_taken_first() -> None:
    rows = [*candidates("own.code", 40), *candidates("generate", 500)]
    counts = taken(choose(rows, take_all, artifact_type="code_prototype", target=100))
    assert (counts["own"], sum(counts.values())) == (40, 100)


def test_refused_rows_are_replaced_by_others() -> None:
    def every_other(items: Sequence[str]) -> list[bool]:
        return [int(item.rpartition("-")[2]) % 2 == 0 for item in items]

    counts = taken(choose(candidates("generate", 300), every_other, artifact_type="code_prototype", target=150))
    assert counts["variations"] == 150


def test_one_row_of_every_file_before_a_second_of_any() -> None:
    order: list[str] = []

    def record(items: Sequence[str]) -> list[bool]:
        order.extend(items)
        return [True] * len(items)

    rows = [Candidate(f"{path}-{n}", f"{n}{path}", "generate", path, 300, 400) for path in "abcd" for n in range(5)]
    choose(rows, record, artifact_type="code_prototype", target=8)
    assert sorted(item[0] for item in order[:4]) == list("abcd")


@settings(deadline=None)
@given(
    st.integers(1, 3_000),
    st.dictionaries(st.sampled_from(["generate", "body", "diagram.class", "git_change", "library.erd"]), st.integers(0, 400)),
)
def test_never_more_than_the_target_and_never_less_than_there_is(target: int, sizes: dict[str, int]) -> None:
    rows = [row for kind, size in sizes.items() for row in candidates(kind, size)]
    counts = taken(choose(rows, take_all, artifact_type="code_prototype", target=target))
    assert sum(counts.values()) == min(target, len(rows))


@pytest.mark.parametrize("name", artifact_types())
def test_every_artifact_type_is_complete(name: str) -> None:
    assert set(weights(name)) == set(weights("code_prototype"))
    assert composed_kinds(name)
    assert max_tokens(name) >= 1_024


def test_families_are_found_by_the_part_before_the_dot() -> None:
    assert family_of("diagram.sequence") == "diagrams"
    with pytest.raises(KeyError):
        family_of("unheard_of")
