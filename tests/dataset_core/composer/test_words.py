"""English forms of names."""

import pytest

from dataset_core.composer import words


@pytest.mark.parametrize(
    ("name", "expected"),
    [
        ("RatePlan", "rate plans"),
        ("Category", "categories"),
        ("Address", "addresses"),
        ("BillOfMaterial", "bills of material"),
        ("Person", "people"),
    ],
)
def test_plural(name, expected):
    assert words.plural(name) == expected


@pytest.mark.parametrize(
    ("text", "expected"),
    [("insurance system", "an insurance system"), ("unit", "a unit"), ("hospital", "a hospital"), ("online shop", "an online shop")],
)
def test_article(text, expected):
    assert words.article(text) == expected


@pytest.mark.parametrize(
    ("statement", "expected"),
    [("the card is accepted", "Card accepted?"), ("a room is free", "Room free?"), ("the portal answers", "Portal answers?")],
)
def test_question(statement, expected):
    assert words.question(statement) == expected


@pytest.mark.parametrize(
    ("case", "expected"),
    [
        ("book a room", "books a room"),
        ("apply for a loan", "applies for a loan"),
        ("pay a claim", "pays a claim"),
        ("watch a lesson", "watches a lesson"),
    ],
)
def test_third_person(case, expected):
    assert words.third_person(case) == expected


@pytest.mark.parametrize(
    ("case", "expected"),
    [
        ("book a room", ["booking"]),
        ("move a card", ["moving"]),
        ("plan a sprint", ["planning"]),
        ("pay a fine", ["paying"]),
        ("see a copy", ["seeing"]),
        ("register", ["registering"]),
        ("apply for a loan", ["applying", "application"]),
        ("check out a cart", ["checking", "checkout"]),
        ("", []),
    ],
)
def test_nouns_of(case, expected):
    assert words.nouns_of(case) == expected


def test_clauses_set_a_comma_where_a_command_has_an_and_itself():
    assert words.clauses(["show keys", "number the messages"]) == "show keys and number the messages"
    assert words.clauses(["use tables and keys", "number them"]) == "use tables and keys, and number them"
