"""Streams of text, and answers that go round in circles."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from server.inference.repetition import RepetitionGuard, period_of, without_last_repeated_lines, without_last_rounds
from server.inference.text_stream import TextStream


def pushed(pieces, stop=()):
    stream = TextStream(stop)
    return [*(stream.push(piece) for piece in pieces), stream.finish()], stream


@given(st.text(), st.lists(st.integers(1, 5)))
def test_nothing_is_lost_however_the_bytes_are_cut(text, sizes):
    data = text.encode()
    pieces, at = [], 0
    for size in [*sizes, len(data) + 1]:
        pieces.append(data[at : at + size])
        at += size
    shown, stream = pushed(pieces, ("\n```",))
    expected = text.partition("\n```")[0]
    assert "".join(shown) == expected
    assert stream.text == expected


def test_what_may_become_a_stop_text_is_held_back():
    shown, stream = pushed([b"a\n", b"``", b"x\n", b"```", b"more"], ("\n```",))
    assert shown == ["a", "", "\n``x", "", "", ""]
    assert stream.is_stopped


def test_half_a_character_is_not_shown():
    assert pushed(["é".encode()[:1], "é".encode()[1:], b"\xff"])[0] == ["", "é", "�", ""]


@pytest.mark.parametrize(("tokens", "period"), [([1] * 61, 1), ([1, 2, 3] * 30, 3), (list(range(100)), 0), ([1, 2] * 20, 0)])
def test_the_period_of_the_last_tokens(tokens, period):
    assert period_of(tokens) == period


def test_a_guard_stops_circles_of_tokens_and_of_lines():
    guard = RepetitionGuard(max_equal_lines=2)
    assert not any(guard.is_going_round(token) for token in range(500))
    assert any(guard.is_going_round(token % 7) for token in range(100))
    assert not guard.has_too_many_equal_lines("    Guest ||--o{ Stay : has\n    Guest ||--o{ Stay : has\n        }\n        }\n        }\n")
    assert guard.has_too_many_equal_lines("    Guest ||--o{ Stay : has\n")


def test_equal_attributes_of_many_entities_are_no_circle_but_an_entity_that_comes_again_and_again_is():
    guard = RepetitionGuard(max_equal_lines=3)
    entities = [f"    Entity{number} {{\n        string id PK\n        string name\n    }}\n" for number in range(12)]
    assert not guard.has_too_many_equal_lines("erDiagram\n" + "".join(entities))
    assert guard.has_too_many_equal_lines(entities[0] * 3)


def test_lines_that_came_before_are_cut_from_the_end():
    text = "erDiagram\n    Guest ||--o{ Stay : has\n    Stay }o--|| Room : in\n    Guest ||--o{ Stay : has\n    Stay }o--|| Room : in"
    assert without_last_repeated_lines(text) == "erDiagram\n    Guest ||--o{ Stay : has\n    Stay }o--|| Room : in"
    assert without_last_repeated_lines("    a {\n    }\n    b {\n    }") == "    a {\n    }\n    b {\n    }"


def test_rounds_are_cut_to_one():
    line = "    Guest ||--o{ Stay : has\n"
    assert without_last_rounds("erDiagram\n" + line * 9 + line[:7]).count("Guest") == 1
    assert without_last_rounds("erDiagram\n    Guest ||--o{ Stay : has") == "erDiagram\n    Guest ||--o{ Stay : has"
