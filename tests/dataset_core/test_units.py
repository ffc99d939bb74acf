"""Pieces of a file that fit, and the condensed forms that stand in prompts."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from dataset_core import units
from dataset_core.project_view import FileView
from tests.memory_project import MemoryProject

HEADER = "# Copyright 2026 The authors\n# SPDX-License-Identifier: MIT\n"
SERVICE = '''"""Stays of guests."""

import math
from datetime import (
    date,
    timedelta,
)


class StayService:
    """Counts and prices stays."""

    def __init__(self, rates):
        self.rates = rates

    def nights(self, arrival: date, departure: date) -> int:
        """How many nights lie between two days. None is less than one."""
        between = departure - arrival
        return max(1, between.days)

    def price(self, room: str, nights: int) -> float:
        total = self.rates[room] * nights
        return math.floor(total * 100) / 100


def week(start: date) -> list[date]:
    """The days of a week."""
    return [start + timedelta(days=day) for day in range(7)]
'''
SCRIPT = """import sys

limit = int(sys.argv[1])
total = 0

for number in range(limit):
    total += number

print(total)
"""


def view(text: str, path: str = "src/stays.py") -> FileView:
    found = MemoryProject({path: text}).views[path]
    assert isinstance(found, FileView)
    return found


# Pieces


@pytest.mark.parametrize(
    ("max_bytes", "whole_file", "title"),
    [
        (2_000, True, "the file `stays.py`"),
        (2_000, False, "the class `StayService`"),
        (400, True, "the members `nights` to `price` of `StayService`"),
        (250, False, "`nights` of `StayService`"),
    ],
)
def test_the_largest_piece_that_fits_is_taken(max_bytes: int, whole_file: object, title: str) -> None:
    unit = units.largest_unit(view(SERVICE), max_bytes, whole_file=bool(whole_file))
    assert unit is not None
    assert unit.title == title
    assert len(unit.text.encode()) <= max_bytes


def test_no_piece_of_an_empty_file() -> None:
    assert units.largest_unit(view("\n")) is None
    assert units.file_unit(view("\n\n")) is None


@pytest.mark.parametrize("name", ["StayService", "nights", "price", "week"])
def test_lines_of_a_piece_are_those_of_the_file(name: str) -> None:
    file = view(SERVICE)
    symbol = next(symbol for symbol in file.facts.symbols if symbol.name == name)
    unit = units.symbol_unit(file, symbol)
    lines = SERVICE.split("\n")[unit.start_line - 1 : unit.end_line]
    assert [line.strip() for line in unit.text.split("\n")] == [line.strip() for line in lines]


def test_a_whole_file_stands_without_its_licence() -> None:
    unit = units.file_unit(view(HEADER + SCRIPT))
    assert unit is not None
    assert unit.text == SCRIPT.strip("\n")
    assert (unit.start_line, unit.end_line) == (3, 11)


def test_a_script_is_cut_at_blank_lines_into_runs_that_are_code() -> None:
    runs = units.line_runs(view(SCRIPT), 60)
    assert [(run.start_line, run.end_line) for run in runs] == [(1, 4), (6, 7), (9, 9)]
    for run in runs:
        assert run.text == "\n".join(SCRIPT.split("\n")[run.start_line - 1 : run.end_line])


@given(st.integers(20, 900))
def test_no_piece_is_larger_than_asked_for(max_bytes: int) -> None:
    unit = units.largest_unit(PARSED, max_bytes, whole_file=True)
    assert unit is None or len(unit.text.encode()) <= max_bytes


PARSED = view(SERVICE)


# Prompts


def test_an_outline_has_signatures_and_no_bodies() -> None:
    text = units.outline(PARSED)
    assert "def nights(self, arrival: date, departure: date) -> int:" in text
    assert "between = " not in text
    assert "math.floor" not in text


def test_a_hole_is_left_where_the_body_was() -> None:
    symbol = next(symbol for symbol in PARSED.facts.symbols if symbol.name == "price")
    text = units.with_hole(PARSED, symbol, limit=2_000)
    assert "math.floor" not in text
    assert "max(1, between.days)" in text


def test_other_bodies_make_room_for_a_hole() -> None:
    symbol = next(symbol for symbol in PARSED.facts.symbols if symbol.name == "price")
    text = units.with_hole(PARSED, symbol, limit=420)
    assert len(text.encode()) <= 420
    assert "def price(self, room: str, nights: int) -> float:" in text
    assert "max(1, between.days)" not in text


def test_imports_are_folded_and_chosen_by_use() -> None:
    assert units.imports_text(PARSED) == "import math\nfrom datetime import ( date, timedelta, )"
    assert units.imports_text(PARSED, for_code="math.floor(1)") == "import math"
    assert units.imports_text(PARSED, for_code="nothing") == ""


@pytest.mark.parametrize(
    ("text", "sentence"),
    [
        ("One. Two.", "One."),
        ("Over\nlines! And more", "Over lines!"),
        ("First paragraph\n\nsecond", "First paragraph"),
        ("word " * 60, ""),
        ("", ""),
    ],
)
def test_the_first_sentence(text: str, sentence: str) -> None:
    assert units.first_sentence(text) == sentence


@pytest.mark.parametrize(
    ("text", "limit", "clipped"),
    [("a\nb\nc", 5, "a\nb\nc"), ("aa\nbb\ncc", 6, "aa\nbb\n…"), ("ä\nä\nä", 6, "ä\nä\n…"), ("", 0, "")],
)
def test_a_cut_is_at_the_end_of_a_line_and_marked(text: str, limit: int, clipped: str) -> None:
    assert units.clip(text, limit) == clipped


@pytest.mark.parametrize(
    ("text", "left"),
    [
        ("// Copyright me\ncode", "code"),
        ("/* All rights reserved. */\n\ncode", "code"),
        ("<!-- licence: MIT -->\n<p></p>", "<p></p>"),
        ("// What this does\ncode", "// What this does\ncode"),
        ("#!/usr/bin/env python\n# licence\ncode", "#!/usr/bin/env python\n# licence\ncode"),
        ("#include <licence.h>\n", "#include <licence.h>\n"),
    ],
)
def test_a_licence_header_is_no_code(text: str, left: str) -> None:
    assert units.without_licence_header(text) == left


@pytest.mark.parametrize(("parts", "words"), [([], ""), (["a"], "a"), (["a", "b"], "a and b"), (["a", "b", "c"], "a, b and c")])
def test_an_enumeration_in_words(parts: list[str], words: str) -> None:
    assert units.in_words(parts) == words
