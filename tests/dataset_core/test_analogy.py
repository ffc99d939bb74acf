"""What the project has already, told of what a request is about."""

import pytest

from dataset_core.analogy import subject_of, told_of
from dataset_core.parse import parses

CONTROLLER = """public class GuestsController : ApiControllerBase
{
    private readonly IMongoCollection<Guest> _guests;

    public ActionResult<GuestDto> GetGuest(string id) => Respond(GuestDto.FromEntity(_guests.Find(id)));
}"""


@pytest.mark.parametrize(
    ("request_", "kind", "expected"),
    [
        ("Create a user registration controller with MongoDB", "controller", "UserRegistration"),
        ("Generate UserController using our existing service and DTO style", "controller", "User"),
        ("a controller for room types", "controller", "RoomType"),
        ("a simple CRUD controller for the invoices of a guest", "controller", "Invoice"),
        ("Implement the payments controller", "controller", "Payment"),
        ("create a new Angular service for loyalty points", "service", "LoyaltyPoint"),
        ("Add a cancel endpoint to the ReservationsController", "controller", "Reservation"),
        ("add a REST controller", "controller", ""),
        ("Write a service that sends mails", "service", ""),
        ("a list of uncontrollerables", "controller", ""),
    ],
)
def test_what_a_thing_is_to_be_about(request_, kind, expected):
    assert subject_of(request_, kind) == expected


def test_the_entity_takes_the_subject_in_every_form():
    entity, code = told_of("RoomType", CONTROLLER, "GuestsController", "csharp")
    assert entity == "Guest"
    assert "class RoomTypesController : ApiControllerBase" in code
    assert "IMongoCollection<RoomType> _roomTypes;" in code
    assert "RoomTypeDto.FromEntity(_roomTypes.Find(id))" in code
    assert "uest" not in code
    assert parses(code, "csharp")


@pytest.mark.parametrize(("subject", "name"), [("", "GuestsController"), ("Guest", "GuestsController"), ("Room", "Controller")])
def test_what_is_about_nothing_or_about_the_same_stays(subject, name):
    assert told_of(subject, CONTROLLER, name, "csharp") is None


def test_what_would_no_longer_parse_stays():
    assert told_of("Room", CONTROLLER[:-1], "GuestsController", "csharp") is None
