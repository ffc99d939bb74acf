"""A small, sound export, and the same with one thing wrong: what the tests of formats, verification, card and report look at."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Sequence
from hashlib import sha256
from pathlib import Path

import msgspec

from dataset_core.example import Example, Provenance
from dataset_core.formats import dataset_info, row_of
from dataset_core.manifest import ExportedFile, Manifest, metadata_of
from dataset_core.mix import FamilyCount
from dataset_core.prompt_format import code_block

NAME = "code_prototype_20261122"

DTO = """public sealed class RoomDto
{
    [Required]
    public string Number { get; set; } = "";

    public decimal BaseRate { get; set; }

    public Room ToEntity() => new() { Number = Number.Trim(), BaseRate = BaseRate };
}"""
CONTROLLER = """[Route("api/rooms")]
public class RoomsController : ApiControllerBase
{
    private readonly IMongoCollection<Room> _rooms;

    public RoomsController(IMongoClient client, IMongoDBSettings settings)
    {
        _rooms = client.GetDatabase(settings.DatabaseName).GetCollection<Room>(settings.RoomsCollection);
    }

    [HttpGet("{id}")]
    public async Task<ActionResult<RoomDto>> GetRoom(string id, CancellationToken cancellationToken)
    {
        var room = await _rooms.Find(Builders<Room>.Filter.Eq(r => r.Id, id)).FirstOrDefaultAsync(cancellationToken);
        return room is null ? ProblemNotFound("room", id) : Ok(RoomDto.FromEntity(room));
    }
}"""
SERVICE = """@Injectable({ providedIn: 'root' })
export class RoomService {
  private readonly http = inject(HttpClient);

  listRooms(hotelId: string): Observable<RoomDto[]> {
    return this.http.get<RoomDto[]>(`/api/hotels/${hotelId}/rooms`).pipe(retry(1));
  }
}"""
METHOD = """async cancel(reservation: Reservation): Promise<void> {
  const fee = this.feeOf(reservation, new Date());
  await this.payments.refund(reservation.paymentId, reservation.total - fee);
  this.events.emit({ kind: 'cancelled', reservationId: reservation.id, fee });
}"""
FUNCTION = '''def nights_between(arrival: date, departure: date) -> int:
    """Count the nights of a stay; a stay of one day has none."""
    if departure < arrival:
        raise ValueError(f"departure {departure} before arrival {arrival}")
    return (departure - arrival).days'''
DIAGRAM = """erDiagram
    GUEST ||--o{ RESERVATION : makes
    ROOM ||--o{ RESERVATION : "is reserved by"
    RESERVATION {
        string id PK
        date arrival
    }"""
SEQUENCE = """sequenceDiagram
    participant Guest
    participant Kitchen
    Guest->>Kitchen: orders breakfast
    Kitchen-->>Guest: confirms the time"""
NOTES = "- Rates change on the first day of a season.\n- A reservation keeps the rate of the day on which it was made."


class FakeParser:
    """Refuses diagrams that say so, without Node.js."""

    def __enter__(self):
        return self

    def __exit__(self, *_: object) -> None:
        pass

    def check(self, texts: Sequence[str], on_progress: Callable[[int], None] = lambda _: None) -> list[str | None]:
        on_progress(len(texts))
        return ["line 2: unknown arrow" if "broken" in text else None for text in texts]


def example(  # noqa: PLR0913 - a row is that much
    kind: str, prompt: str, answer: str, language: str, path: str, *, domain: str = "", context: tuple[str, ...] = ()
) -> Example:
    """An example of a file of an invented project."""
    source = Provenance(path, kind, "0" * 32, 3, 12, context_paths=context, licence="Apache-2.0", domain=domain)
    return Example(kind, prompt, answer, language, source)


def sound_examples() -> tuple[list[Example], list[Example]]:
    """Training and validation examples that nothing speaks against."""
    whole = "public int Nights(Stay stay)\n{\n<FILL>\n    return nights;\n}"
    training = [
        example(
            "generate", "Generate the class `RoomDto` for `src/RoomDto.cs`. Rooms are sold by number.", DTO, "csharp", "src/RoomDto.cs"
        ),
        example("standards", "Write the controller of rooms. It reads from MongoDB.", CONTROLLER, "csharp", "src/RoomsController.cs"),
        example("body", "Write the service that lists the rooms of a hotel.", SERVICE, "typescript", "web/room.service.ts"),
        example(
            "fill_in_middle",
            f"Fill in what is missing at `<FILL>` in `src/Stays.cs`.\n\n{code_block('csharp', whole)}",
            "    var nights = (stay.Departure - stay.Arrival).Days;\n    if (nights < 0) {\n        nights = 0;\n    }",
            "csharp",
            "src/Stays.cs",
        ),
        example(
            "diagram.erd", "Draw the entities of `src/Stays.cs` as Mermaid.", DIAGRAM, "mermaid", "src/Stays.cs", context=("src/Room.cs",)
        ),
        example("library.sequence", "breakfast by phone, as a sequence", SEQUENCE, "mermaid", "artifacts/sequence/b.mmd", domain="booking"),
        example("question_about_notes", "What was agreed about rates on 19 March?", NOTES, "markdown", "docs/rates.md"),
    ]
    validation = [
        example("body", "Write the method `cancel`, which refunds all but the fee.", METHOD, "typescript", "web/cancel.ts"),
        example("implement", "Count the nights of a stay.", FUNCTION, "python", "tools/stays.py"),
    ]
    return training, validation


def write_export(
    folder: Path,
    training: Sequence[Example],
    validation: Sequence[Example],
    format_name: str = "trl",
    newest: Sequence[Example] = (),
    **changes: object,
) -> Path:
    """Write an export whose sidecar and manifest tell the truth of these examples, but for `changes` of the manifest."""
    sides = (("train", training), ("validation", validation), ("newest_commits", newest))
    data = {
        f"{NAME}.jsonl": _lines([row_of(row, format_name) for row in training]),
        f"{NAME}.validation.jsonl": _lines([row_of(row, format_name) for row in validation]),
        f"{NAME}.newest_commits.jsonl": _lines([row_of(row, format_name) for row in newest]),
        f"{NAME}.metadata.jsonl": _lines([metadata_of(row, split) for split, rows in sides for row in rows]),
    }
    files = tuple(ExportedFile(name, sha256(text).hexdigest(), text.count(b"\n")) for name, text in data.items())
    manifest = msgspec.structs.replace(manifest_of(training, validation, format_name, files), n_newest_commits=len(newest))
    data[f"{NAME}.manifest.json"] = msgspec.json.encode(msgspec.structs.replace(manifest, **changes))
    info = dataset_info(NAME, format_name)
    if info is not None:
        data["dataset_info.json"] = msgspec.json.encode(info)
    folder.mkdir(parents=True, exist_ok=True)
    for name, text in data.items():
        (folder / name).write_bytes(text)
    return folder / f"{NAME}.jsonl"


def manifest_of(
    training: Sequence[Example], validation: Sequence[Example], format_name: str = "trl", files: tuple[ExportedFile, ...] = ()
) -> Manifest:
    """The manifest of such an export."""
    rows = [*training, *validation]
    return Manifest(
        name=NAME,
        product_version="1.0.0",
        pipeline_version="0123456789abcdef",
        project="harbour-stay",
        head="3f6c1d2a9b",
        licence="Apache-2.0",
        artifact_type="code_prototype",
        format=format_name,
        settings={"max_tokens": 1_024},
        counted_with="an estimate",
        files=files,
        n_train=len(training),
        n_validation=len(validation),
        n_source_files=8,
        families=(FamilyCount("variations", 6, 9, 4), FamilyCount("library", 1, 1, 1)),
        kinds=dict(Counter(row.kind for row in rows)),
        languages=dict(Counter(row.language for row in rows)),
        roles={"dotnet-controller": 1},
        domains={"booking": 1},
        dropped={"trivial answer: nothing but brackets": 2},
        skipped={"no known language": 3},
        shortages=("9 rows, fewer than the target of 5,000: raise `max_commits`.",),
    )


def _lines(rows: Sequence[object]) -> bytes:
    return b"".join(msgspec.json.encode(row) + b"\n" for row in rows)
