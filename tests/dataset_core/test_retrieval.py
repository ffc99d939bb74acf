"""Finding what a request is about, in a small store."""

import sqlite3

import pytest

from dataset_core import project as projects
from dataset_core.retrieval import FILE_NAME, MAX_TOTAL_BYTES, RetrievalError, blocks, retrieve

FILES = {
    "src/Hotel.cs": "public class Hotel\n{\n    public string Name { get; set; }\n    public List<Room> Rooms { get; set; }\n}\n",
    "src/GuestsController.cs": (
        "public class GuestsController : BaseController\n{\n    public Guest Find(string id) { return guests.Find(id); }\n}\n"
    ),
    "web/reservation.service.ts": "export class ReservationService {\n  cancel(id: string): void { this.http.delete(`/api/${id}`); }\n}\n",
}


@pytest.fixture
def project(tmp_path):
    for path, text in FILES.items():
        (tmp_path / path).parent.mkdir(exist_ok=True)
        (tmp_path / path).write_text(text)
    with projects.open_remembering(tmp_path) as opened:
        projects.build(opened)
        yield opened


def paths(project, request, **options):
    return [passage.path for passage in retrieve(project.store, request, **options)]


@pytest.mark.parametrize(
    ("request_", "expected"),
    [
        ("Generate an ERD for a hotel booking system", ["src/Hotel.cs"]),
        ("a controller for guests", ["src/GuestsController.cs"]),
        ("cancel reservations", ["web/reservation.service.ts"]),
        ("Draw a diagram", []),
        ("the weather on Mars", []),
        ('"; DROP TABLE passages; -- hotel*', ["src/Hotel.cs"]),
        ("", []),
    ],
)
def test_what_a_request_is_about(project, request_, expected):
    assert paths(project, request_) == expected


def test_a_kind_of_thing_that_the_project_has_several_of_is_shown_by_the_nearest_one(project):
    for name, word in (("Rooms", "bed"), ("Orders", "registration")):
        text = f"/// <summary>All about {word}.</summary>\npublic class {name}Controller : BaseController\n{{\n    public int Count;\n}}\n"
        (project.root / f"src/{name}Controller.cs").write_text(text)
        projects.update_file(project, f"src/{name}Controller.cs")
    assert paths(project, "which controller has the registration of a hotel")[:2] == ["src/OrdersController.cs", "src/Hotel.cs"]
    assert paths(project, "the RoomsController and its beds")[0] == "src/RoomsController.cs"
    assert paths(project, "a reservation service") == ["web/reservation.service.ts"], "one service is no habit"


HOTELS = """/// <summary>All about hotels.</summary>
[ApiController]
public class HotelsController : BaseController
{
    private readonly IHotels _hotels;

    public HotelsController(IHotels hotels)
    {
        _hotels = hotels;
    }

    /// <summary>Closes a hotel.</summary>
    public void CloseHotel(string id)
    {
        _hotels.Close(id);
    }

    public void LongHotelStory(string id)
    {
STORY    }
}
""".replace("STORY", "        _hotels.Tell(id); // and so on and on, as such code goes\n" * 40)


def test_a_new_thing_of_a_kind_is_shown_as_it_would_look_in_the_project(project):
    (project.root / "src/HotelsController.cs").write_text(HOTELS)
    projects.update_file(project, "src/HotelsController.cs")
    passage = retrieve(project.store, "create a hostel controller that can close hotels")[0]
    assert (passage.path, passage.name) == ("src/HostelsController.cs", "hostels controller")
    assert passage.beginning == "[ApiController]\npublic class HostelsController : BaseController\n{"
    assert "_hostels = hostels;" in passage.code, "the constructor shows what is injected"
    assert "public void CloseHostel(string id)\n    {\n        _hostels.Close(id);" in passage.code, (
        "what the request is about is quoted whole"
    )
    assert "Story" not in passage.code, "what does not fit is not mentioned"
    assert "otel" not in passage.code.replace("ostel", "")


def test_what_is_there_already_is_shown_as_it_is(project):
    (project.root / "src/HotelsController.cs").write_text(HOTELS)
    projects.update_file(project, "src/HotelsController.cs")
    passage = retrieve(project.store, "add an endpoint to the hotels controller")[0]
    assert (passage.path, passage.beginning) == ("src/HotelsController.cs", "")
    assert "class HotelsController" in passage.code


def test_a_changed_file_is_found_by_its_new_name_and_a_removed_one_not_at_all(project):
    assert paths(project, "hotel") == ["src/Hotel.cs"]
    (project.root / "src/Hotel.cs").write_text(FILES["src/Hotel.cs"].replace("Hotel", "Hostel"))
    projects.update_file(project, "src/Hotel.cs")
    assert [passage.name for passage in retrieve(project.store, "hostel")] == ["hostel"]
    projects.remove_file(project, "src/Hotel.cs")
    assert paths(project, "hostel hotel") == []


def test_blocks_are_laid_out_as_in_training_rows(project):
    passages = retrieve(project.store, "hotel")
    assert blocks(passages) == f"`src/Hotel.cs`:\n```csharp\n{FILES['src/Hotel.cs'].strip()}\n```"


def test_together_they_keep_to_the_budget(project):
    for number in range(20):
        (project.root / f"src/Hotel{number}.cs").write_text(
            f"public class Hotel{number}\n{{\n" + "    public string A { get; set; }\n" * 25 + "}\n"
        )
    projects.build(project)
    passages = retrieve(project.store, "hotel")
    assert passages
    assert sum(len(passage.code.encode()) for passage in passages) <= MAX_TOTAL_BYTES


def test_a_damaged_index_is_made_anew(project):
    (project.store.folder / FILE_NAME).write_bytes(b"no database " * 100)
    assert paths(project, "hotel") == ["src/Hotel.cs"]


def test_an_index_that_cannot_be_written(project, monkeypatch):
    def refuse(*_args, **_options):
        raise sqlite3.OperationalError("disk I/O error")

    monkeypatch.setattr("dataset_core.retrieval.sqlite3.connect", refuse)
    with pytest.raises(RetrievalError, match="goes without it"):
        retrieve(project.store, "hotel")
