"""Diagrams that a request is shown."""

import os
import subprocess
import sys
from itertools import islice

import pytest

from dataset_core.composer.composer import KINDS
from dataset_core.composer.domain_files import DOMAINS_FOLDER
from dataset_core.composer.examples import composed_examples
from dataset_core.exemplars import MAX_BYTES, drawn_as, exemplar_for, exemplar_of_manner, exemplars, shown_in_row
from dataset_core.quality.filters import reason_to_drop


@pytest.mark.parametrize(
    ("request_", "kind", "domain", "shown"),
    [
        ("Draw an ERD of a hotel booking system", "erd", "booking", "Reservation"),
        ("ERD for three hotels", "erd", "booking", "Reservation"),
        ("ERD for users, roles and permissions", "erd", "software", "Permission"),
        ("class diagram of a shopping cart", "class", "e-commerce", "Cart"),
        ("How does somebody reset a forgotten password? As a sequence", "sequence", "software", "reset"),
        ("flowchart of a refund in a web shop", "flowchart", "e-commerce", "efund"),
        ("states of an insurance claim", "state", "insurance", "-->"),
        ("architecture of a food delivery platform with microservices", "architecture", "food-delivery", "API gateway"),
        ("sequence diagram for booking a hotel room", "sequence", "booking", "choose a room and dates"),
        ("sequence diagram of checkout in a web shop", "sequence", "e-commerce", "confirm the cart"),
        ("flowchart of a loan application", "flowchart", "finance", "pply for a loan"),
        ("state diagram of a support ticket", "state", "crm", "Waiting for customer"),
        ("state diagram of an order", "state", "e-commerce", "Packed"),
        ("ERD for a project management tool", "erd", "project-management", "Sprint"),
        ("state diagram of a task", "state", "project-management", "In review"),
        ("ERD for a library", "erd", "library", "Loan"),
        ("sequence diagram for borrowing a book", "sequence", "library", "scan the card and the book"),
        ("ERD for a chess club", "erd", "clubs", "Team"),
        ("ERD for a dentist's practice", "erd", "healthcare", "Appointment"),
        ("class diagram of a smart home", "class", "iot", "Device"),
        ("state diagram of a tournament", "state", "clubs", "pair the next round"),
        ("ERD for a restaurant", "erd", "restaurant", "DiningTable"),
        ("sequence diagram: reserve a table", "sequence", "restaurant", "choose date, time and number of people"),
        ("architecture of a ticket shop", "architecture", "event-ticketing", "API gateway"),
        ("state diagram of a ticket", "state", "event-ticketing", "Checked in"),
        ("class diagram of a parking lot", "class", "mobility", "Garage"),
        ("sequence diagram for renting a car", "sequence", "mobility", "choose station, days and class"),
        ("ERD for a SaaS billing system", "erd", "subscriptions", "Invoice"),
        ("state diagram of an invoice", "state", "subscriptions", "Written off"),
        ("sequence diagram for submitting a permit application", "sequence", "public-services", "fill in the form"),
        ("state diagram of a permit", "state", "public-services", "lift the suspension"),
        ("ERD for a chat app", "erd", "messaging", "Participant"),
        ("architecture of a chat application", "architecture", "messaging", "API gateway"),
        ("class diagram of a build pipeline", "class", "devops", "Repository"),
        ("sequence diagram for deploying to production", "sequence", "devops", "start the canary"),
        ("ERD of an online shop with customers, orders and products", "erd", "e-commerce", "Customer"),
    ],
)
def test_a_request_is_shown_what_the_product_has_on_its_subject(request_, kind, domain, shown):
    exemplar = exemplar_for(request_, kind)
    assert exemplar is not None
    assert (exemplar.kind, exemplar.domain) == (kind, domain)
    assert shown in exemplar.text
    assert exemplar.block == f"`{exemplar.title}`:\n```mermaid\n{exemplar.text.strip(chr(10))}\n```"


@pytest.mark.parametrize(
    ("request_", "kind"),
    [("ERD for a zoo", "erd"), ("ERD of our project", "erd"), ("sequence diagram", "sequence"), ("a thing", "no kind")],
)
def test_nothing_known_is_about_another_subject(request_, kind):
    assert exemplar_for(request_, kind) is None


@pytest.mark.parametrize("notation", ["architecture-beta", "C4Context", "C4Container"])
def test_who_asks_for_a_notation_is_shown_that_one(notation):
    shown = (exemplar_for("containers of an insurance company, as C4", notation), exemplar_of_manner("a zoo", notation))
    assert {drawn_as("architecture", one.text) for one in shown if one is not None} == {notation}
    assert drawn_as("architecture", "flowchart TB\n    a --> b\n") == "architecture"
    rows = [row for row in islice(composed_examples(("architecture",), 0), 300) if row.completion.startswith(notation)]
    assert rows
    assert all(f"```mermaid\n{notation}\n" in row.prompt for row in rows)


@pytest.mark.parametrize("kind", KINDS)
def test_every_kind_has_exemplars_of_every_domain_with_what_everybody_expects_of_it(kind):
    known = exemplars(kind)
    assert {one.domain for one in known} == {path.stem for path in DOMAINS_FOLDER.glob("*.toml")}
    assert len({one.text for one in known}) == len(known)
    assert all(len(one.text.encode()) <= MAX_BYTES for one in known)
    if kind == "erd":
        assert all(max(one.n_expected for one in known if one.domain == domain) >= 4 for domain in {one.domain for one in known})


@pytest.mark.parametrize("kind", KINDS)
def test_three_in_four_rows_show_diagrams_of_their_domain_the_others_short_ones_of_another(kind):
    of_insurance = [one for one in exemplars(kind) if one.domain == "insurance"]
    blocks, manners = {one.block for one in of_insurance}, {one.manner for one in exemplars(kind) if one.domain != "insurance"}
    shown = [shown_in_row(kind, "insurance", f"Draw the {of_insurance[0].title}", draw) for draw in range(40)]
    own = [some for some in shown if some[0] in blocks]
    assert len(own) == 30
    assert len({some[0] for some in own}) > 1
    assert all(set(some) <= blocks | manners and len(set(some)) == len(some) for some in own)
    assert all(some[-1] in manners for some in own), "where those of the domain hold the answer, one of another is left"
    others = [some for some in shown if some not in own]
    assert all(set(some) <= manners for some in others)
    lengths = sorted(len(one.manner) - len(one.title) for one in exemplars(kind))
    assert max(len(some[0]) for some in others) <= lengths[len(lengths) // 2] + 80


def test_composed_rows_show_a_diagram_that_does_not_hold_their_answer():
    rows = list(islice(composed_examples(tuple(KINDS), 0), 300))
    showing = [row for row in rows if "\n```mermaid\n" in row.prompt]
    assert len(showing) / len(rows) > 0.99
    assert not [row.prompt for row in rows if reason_to_drop(row) is not None]
    assert {row.kind for row in showing} == {f"composed.{kind}" for kind in KINDS}


def test_a_request_about_nothing_known_is_shown_a_short_diagram_for_its_manner():
    shown = exemplar_of_manner("ERD for a zoo", "erd")
    assert shown is not None
    assert shown.kind == "erd"
    assert len(shown.text) < 1_000
    assert shown.manner == f"In the manner of this one, which is about something else:\n\n{shown.block}"
    assert exemplar_of_manner("a thing", "no kind") is None


def test_every_process_shows_the_same():
    script = (
        "from dataset_core.exemplars import exemplar_for, shown_in_row\n"
        "print(exemplar_for('order, customer and payment in a shop', 'erd').text)\n"
        "print([shown_in_row('class', 'booking', 'guests and their stays in rooms', draw)[0] for draw in range(1, 13, 2)])"
    )
    runs = [
        subprocess.run(
            [sys.executable, "-c", script], env={**os.environ, "PYTHONHASHSEED": seed}, capture_output=True, text=True, check=True
        ).stdout
        for seed in ("1", "2")
    ]
    assert runs[0] == runs[1]
