from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from dataset_core.split import TRAIN, VALIDATION, side_of, side_of_row

PATHS = st.text(st.characters(blacklist_categories=("Cs",)), min_size=1, max_size=40)


@given(PATHS, st.floats(0, 0.5), st.floats(0, 0.5))
def test_a_larger_fraction_never_takes_a_file_out_of_validation(path: str, one: float, other: float) -> None:
    smaller, larger = sorted((one, other))
    if side_of(path, smaller) == VALIDATION:
        assert side_of(path, larger) == VALIDATION


def test_the_fraction_is_about_what_was_asked_for() -> None:
    held_out = sum(side_of(f"src/module{number}/file.cs", 0.1) == VALIDATION for number in range(4_000))
    assert 320 <= held_out <= 480


@pytest.mark.parametrize("path", ["app/orders/order-list.component.ts", "src/Order.cs"])
def test_files_of_one_stem_stay_together(path: str) -> None:
    stem = path.split(".", maxsplit=1)[0]
    sides = {
        side_of(f"{stem}{suffix}", 0.5) for suffix in (".component.ts", ".component.html", ".component.scss", ".component.spec.ts", ".cs")
    }
    assert len(sides) == 1


def test_hidden_files_do_not_all_go_together() -> None:
    assert len({side_of(f".{name}", 0.5) for name in ("a.ts", "b.ts", "c.ts", "d.ts", "e.ts", "f.ts")}) == 2


@pytest.mark.parametrize(
    ("paths", "expected"),
    [(("a",), TRAIN), (("b",), VALIDATION), (("a", "b"), None), ((), TRAIN), (("unknown",), TRAIN), (("b", "unknown"), VALIDATION)],
)
def test_a_row_that_shows_files_of_both_sides_is_in_neither(paths: tuple[str, ...], expected: str | None) -> None:
    assert side_of_row(paths, {"a": TRAIN, "b": VALIDATION}) == expected
