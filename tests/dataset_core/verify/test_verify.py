"""Every check fails for what it is there to find, and for nothing else."""

from __future__ import annotations

import json
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

import pytest

from dataset_core.example import Example
from dataset_core.mermaid.parser import MermaidParser
from dataset_core.quality.contamination import evaluation_prompts
from dataset_core.settings import FORMATS
from dataset_core.verify import Verification, VerifyError, report_text, to_json, verify
from dataset_core.verify.diagrams import diagram_errors
from dataset_core.verify.patterns import known_patterns
from tests.dataset_core.exports import CONTROLLER, DTO, METHOD, NAME, SERVICE, FakeParser, example, sound_examples, write_export

Rows = tuple[list[Example], list[Example]]


def verified(path: Path, **options: object) -> Verification:
    return verify(path, **{"minimum": 3, "target": 5, "mermaid": FakeParser, **options})


def failed(verification: Verification) -> set[str]:
    return {check.id for check in verification.checks if check.passed is False}


@pytest.mark.parametrize("format_name", FORMATS)
def test_a_sound_export_passes(format_name: str, tmp_path: Path) -> None:
    found = verified(write_export(tmp_path, *sound_examples(), format_name))
    assert (found.verdict, failed(found), found.format) == ("passed", set(), format_name)
    assert (found.count, found.n_train, found.n_validation, found.warnings) == (9, 7, 2, ())


def test_what_is_there_is_counted(tmp_path: Path) -> None:
    found = verified(write_export(tmp_path, *sound_examples()))
    assert found.families == {"variations": 3, "symbols": 2, "diagrams": 1, "fill_in_middle": 1, "library": 1, "notes": 1}
    assert found.languages["csharp"] == 3
    assert found.domains == {"booking": 1}
    assert len(found.first_examples) == 9
    patterns = {(row.framework, row.name): row for row in found.patterns}
    assert patterns["ASP.NET Core", "controller base class"].example == "public class RoomsController : ApiControllerBase"
    wanted = {"settings injection", "DTO suffix", "collection access", "HttpClient", "Observable", "inject()", "HTTP verb attribute"}
    assert wanted <= {name for _, name in patterns}


def _train(*added: Example) -> Callable[[Rows], Rows]:
    return lambda rows: ([*rows[0], *added], rows[1])


def _hold_out(*added: Example) -> Callable[[Rows], Rows]:
    return lambda rows: (rows[0], [*rows[1], *added])


def code(prompt: str, answer: str, path: str = "src/Other.cs", language: str = "csharp", **options: object) -> Example:
    return example("body", prompt, answer, language, path, **options)


def words(n: int, offset: int = 0) -> str:
    return " ".join(f"word{offset + number}" for number in range(n))


OTHER = "public int Beds(Room room)\n{\n    return room.Beds.Count(bed => bed.IsMade);\n}"
# Something wrong with the examples, and the checks that must fail for it: no others.
WRONG: dict[str, tuple[Callable[[Rows], Rows], set[str]]] = {
    "the same row twice": (
        lambda rows: ([*rows[0], rows[0][0]], rows[1]),
        {"unique_rows", "unique_prompts", "no_rewording", "no_near_duplicates"},
    ),
    "one prompt, two answers": (
        _train(code("How many beds are made?", OTHER), code("How  many beds\nare made?", "return room.Beds.Count(bed => !bed.IsMade);")),
        {"unique_prompts"},
    ),
    "one answer in four rows": (_train(*(code(f"Beds {words(30, n * 100)}", OTHER) for n in range(4))), {"answers_seldom_repeat"}),
    "a prompt reworded": (_train(code("Generate a bed counter", OTHER), code("Please write me the bed counter.", OTHER)), {"no_rewording"}),
    "near-duplicates": (
        _train(code(f"Do {words(60)}", f'var text = "{words(60)}";'), code(f"Do {words(60)} now", f'var text = "{words(60)} last";')),
        {"no_near_duplicates"},
    ),
    "a placeholder": (_train(code("Count the beds.", "int Beds()\n{\n    // TODO: count\n    return 0;\n}")), {"no_placeholders"}),
    "a trivial answer": (_train(code("Count the beds.", "return _beds;")), {"no_boilerplate"}),
    "an answer in its prompt": (_train(code(f"Repeat:\n{OTHER}", OTHER)), {"no_boilerplate"}),
    "talk": (
        _train(example("question_about_notes", "And the rates?", "Sure, here are the rates of the season.", "markdown", "docs/b.md")),
        {"no_boilerplate"},
    ),
    "a field left open": (_train(code("Write {component} for beds.", OTHER)), {"no_open_fields"}),
    "an evaluation prompt": (_train(code(f"{evaluation_prompts()[0]}, please", OTHER)), {"not_contaminated"}),
    "a key in an answer": (
        _train(code("Connect to storage.", 'var key = "AKIAZ7QXJ4M2NPLW3RTV";\nvar region = "eu-west-1";')),
        {"no_secrets"},
    ),
    "an address in a prompt": (_train(code("Write to maria.lindqvist@nordhotels.se about beds.", OTHER)), {"no_secrets"}),
    "code that does not parse": (_train(code("Count the beds.", "public int Beds(Room room { return room.Beds.Count( }")), {"code_parses"}),
    "an unknown language": (_train(code("Count the beds.", "10 PRINT BEDS 20 GOTO 10 30 END", language="basic")), {"code_parses"}),
    "a bad diagram": (
        _train(example("diagram.erd", "Draw beds.", "erDiagram\n  broken -x- arrow of a bed", "mermaid", "src/Bed.cs")),
        {"diagrams_parse"},
    ),
    "a row too long": (
        _train(code("Say much.", "\n".join(f'Say("{"a bed and a chair " * 12}", {n});' for n in range(60)))),
        {"token_budget"},
    ),
    "a file on both sides": (_hold_out(code("Count the beds.", OTHER, "src/RoomDto.cs")), {"no_shared_file"}),
    "a quoted file on both sides": (_hold_out(code("Count the beds.", OTHER, context=("src/Room.cs",))), {"no_shared_file"}),
    "a quoted file on both sides of which the sidecar does not tell": (
        _hold_out(code("Count the beds.\n\n`src/RoomDto.cs`:\n```csharp\nclass RoomDto;\n```", OTHER, "src/Bed.cs")),
        {"no_shared_file"},
    ),
    "a note in lower case": (_train(code("Count the beds.", "int Beds()\n{\n    // todo: count\n    return 0;\n}")), {"no_placeholders"}),
    "a body left out": (_train(code("Count the beds.", "int Beds(Room room)\n{ /* left out */ }\nint Chairs = 4;")), {"no_placeholders"}),
    "a generic template": (
        _train(code("Count the beds.", "public class MyClass\n{\n    public string Name { get; set; }\n}")),
        {"no_placeholders"},
    ),
    "a password in code": (
        _train(code("Connect to storage.", 'var settings = new Settings { Password = "Hk7#pQ9z!Lm2" };\nConnect(settings);')),
        {"no_secrets"},
    ),
    "an answer on both sides": (
        _hold_out(code("Something else about rooms.", SERVICE, "web/copy.ts", "typescript")),
        {"no_answer_on_both_sides"},
    ),
}


@pytest.mark.parametrize(("change", "expected"), WRONG.values(), ids=WRONG)
def test_what_is_wrong_with_rows_is_found(change: Callable[[Rows], Rows], expected: set[str], tmp_path: Path) -> None:
    found = verified(write_export(tmp_path, *change(sound_examples())))
    assert failed(found) == expected
    assert found.verdict == "failed"
    assert all(check.details for check in found.checks if check.id in expected)


def test_different_tasks_over_one_answer_are_no_rewording(tmp_path: Path) -> None:
    rows = _train(code("Write the bed counter of a room.", OTHER), code("Which code counts made beds, for housekeeping?", OTHER))(
        sound_examples()
    )
    assert failed(verified(write_export(tmp_path, *rows))) == set()


def _edit(file: str, change: Callable[[str], str]) -> Callable[[Path], None]:
    def edit(path: Path) -> None:
        target = path.with_name(f"{NAME}{file}")
        target.write_text(change(target.read_text("utf-8")), encoding="utf-8")

    return edit


def _delete(file: str) -> Callable[[Path], None]:
    return lambda path: path.with_name(f"{NAME}{file}").unlink()


def _swap_lines(text: str) -> str:
    first, second, *rest = text.splitlines(keepends=True)
    return "".join([second, first, *rest])


# Something done to the files after the export, and the checks that must fail for it.
TAMPERED: dict[str, tuple[Callable[[Path], None], set[str]]] = {
    "a line that is no JSON": (
        _edit(".jsonl", lambda text: text + "{not json\n"),
        {"rows_readable", "manifest_matches", "sidecar_matches"},
    ),
    "a key too many": (
        _edit(".jsonl", lambda text: text.replace('{"prompt"', '{"id":1,"prompt"', 1)),
        {"rows_readable", "manifest_matches"},
    ),
    "a row of another format": (
        _edit(".validation.jsonl", lambda text: text + '{"text":"a"}\n'),
        {"rows_readable", "manifest_matches", "sidecar_matches"},
    ),
    "an answer changed": (_edit(".jsonl", lambda text: text.replace("BaseRate", "BestRate")), {"manifest_matches", "sidecar_matches"}),
    "a row removed": (_edit(".jsonl", lambda text: text.partition("\n")[2]), {"manifest_matches", "sidecar_matches"}),
    "rows in another order": (_edit(".jsonl", _swap_lines), {"manifest_matches", "sidecar_matches"}),
    "an id changed": (_edit(".metadata.jsonl", lambda text: text.replace('"id":"', '"id":"0', 1)), {"manifest_matches", "sidecar_matches"}),
    "a split changed": (
        _edit(".metadata.jsonl", lambda text: text.replace('"split":"validation"', '"split":"train"', 1)),
        {"manifest_matches", "sidecar_matches"},
    ),
    "an unknown kind": (
        _edit(".metadata.jsonl", lambda text: text.replace('"kind":"body"', '"kind":"poem"', 1)),
        {"manifest_matches", "sidecar_matches"},
    ),
    "no sidecar": (_delete(".metadata.jsonl"), {"sidecar_matches", "manifest_matches"}),
    "a sidecar of something else": (_edit(".metadata.jsonl", lambda _: "{}\n"), {"sidecar_matches", "manifest_matches"}),
    "no manifest": (_delete(".manifest.json"), {"manifest_matches"}),
    "a manifest cut off": (_edit(".manifest.json", lambda text: text[:100]), {"manifest_matches"}),
    "another checksum": (_edit(".manifest.json", lambda text: text.replace('"sha256":"', '"sha256":"f', 1)), {"manifest_matches"}),
    "another count": (_edit(".manifest.json", lambda text: text.replace('"n_train":7', '"n_train":8')), {"manifest_matches"}),
    "another format": (_edit(".manifest.json", lambda text: text.replace('"format":"trl"', '"format":"text"')), {"manifest_matches"}),
    "no validation rows": (_delete(".validation.jsonl"), {"manifest_matches", "sidecar_matches"}),
}


@pytest.mark.parametrize(("tamper", "expected"), TAMPERED.values(), ids=TAMPERED)
def test_files_that_were_changed_are_found(tamper: Callable[[Path], None], expected: set[str], tmp_path: Path) -> None:
    path = write_export(tmp_path, *sound_examples())
    tamper(path)
    assert failed(verified(path)) == expected


def test_without_a_sidecar_the_split_is_not_called_sound(tmp_path: Path) -> None:
    path = write_export(tmp_path, *sound_examples())
    _delete(".metadata.jsonl")(path)
    checks = {check.id: check for check in verified(path).checks}
    assert checks["no_shared_file"].passed is None
    assert checks["no_shared_file"].figure.startswith("not run")


def test_an_empty_export_fails(tmp_path: Path) -> None:
    path = tmp_path / f"{NAME}.jsonl"
    path.write_bytes(b"")
    assert {"rows_readable", "enough_rows"} <= failed(verified(path))


def test_too_few_rows_fail_and_few_warn(tmp_path: Path) -> None:
    path = write_export(tmp_path, *sound_examples())
    assert failed(verified(path, minimum=10)) == {"enough_rows"}
    warned = verified(path, minimum=9, target=10)
    assert (failed(warned), len(warned.warnings)) == (set(), 1)


def test_the_budget_is_that_of_the_manifest_unless_given(tmp_path: Path) -> None:
    path = write_export(tmp_path, *sound_examples(), settings={"max_tokens": 128})
    assert failed(verified(path)) == {"token_budget"}
    assert failed(verified(path, max_tokens=1_024)) == set()


def test_a_missing_export_says_what_to_do(tmp_path: Path) -> None:
    with pytest.raises(VerifyError, match="mothertongue export"):
        verified(tmp_path / "none.jsonl")


def test_without_node_the_diagrams_are_not_run_and_the_verdict_is_incomplete(tmp_path: Path) -> None:
    path = write_export(tmp_path, *sound_examples())
    found = verified(path, mermaid=lambda: MermaidParser(node="no-such-node"))
    (check,) = (check for check in found.checks if check.passed is None)
    assert (check.id, found.verdict, found.passed) == ("diagrams_parse", "incomplete", False)
    assert check.figure == "not run: 2 diagrams"
    assert "Node.js" in check.details[0]


def test_without_node_a_text_that_is_no_diagram_still_fails(tmp_path: Path) -> None:
    prose = example("diagram.erd", "Draw beds.", "A bed belongs to a room, and a room has beds.", "mermaid", "src/Bed.cs")
    path = write_export(tmp_path, *_train(prose)(sound_examples()))
    assert failed(verified(path, mermaid=lambda: MermaidParser(node="no-such-node"))) == {"diagrams_parse"}


def test_the_real_parser_judges_the_diagrams(tmp_path: Path) -> None:
    broken = example("diagram.erd", "Draw beds.", "erDiagram\n    BED {", "mermaid", "src/Bed.cs")
    found = verified(write_export(tmp_path, *_train(broken)(sound_examples())), mermaid=MermaidParser)
    assert failed(found) == {"diagrams_parse"}


def test_many_diagrams_are_shared_among_parsers_and_each_error_stays_with_its_diagram(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("os.cpu_count", lambda: 8)
    texts = [f"pie {'broken' if number % 5 == 0 else ''} {number}" for number in range(450)]
    made: list[FakeParser] = []
    told: list[int] = []

    def make() -> FakeParser:
        made.append(FakeParser())
        return made[-1]

    errors = diagram_errors(texts, make, told.append)
    assert len(made) == 4
    assert max(told) == 450
    assert set(errors.by_text) == set(texts[::5])


def test_progress_is_told_and_can_stop_the_checks(tmp_path: Path) -> None:
    path = write_export(tmp_path, *sound_examples())
    told: set[str] = set()
    verified(path, on_progress=lambda _done, _total, what: told.add(what))
    assert {"Looking for secrets", "Parsing code", "Comparing answers"} <= told

    def stop(*_: object) -> None:
        raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        verified(path, on_progress=stop)


def test_the_report_for_the_terminal_shows_checks_figures_and_examples(tmp_path: Path) -> None:
    good = report_text(verified(write_export(tmp_path / "good", *sound_examples())))
    assert good.startswith("PASSED: 20 of 20 checks hold")
    assert "✓ No secrets and no personal data" in good
    assert "First 9 examples" in good
    assert "ASP.NET Core: controller base class" in good
    training, validation = sound_examples()
    bad = report_text(verified(write_export(tmp_path / "bad", [*training, replace(training[0], completion="return 1;")], validation)))
    assert bad.startswith("FAILED")
    assert "✗ No two rows have one prompt" in bad


def test_the_json_for_machines_holds_all_of_it(tmp_path: Path) -> None:
    found = json.loads(to_json(verified(write_export(tmp_path, *sound_examples()))))
    assert found["verdict"] == "passed"
    assert {check["id"] for check in found["checks"]} >= {"no_secrets", "code_parses", "diagrams_parse", "token_budget"}
    assert found["first_examples"][0]["answer"] == DTO


SEEN_IN = {
    ("ASP.NET Core", "constructor injection"): CONTROLLER,
    ("MongoDB driver", "filter builder"): CONTROLLER,
    ("MongoDB driver", "BSON attributes"): '[BsonElement("number")]\npublic string Number { get; set; }',
    ("Angular", "signals"): "readonly rooms = signal<Room[]>([]);",
    ("Angular template", "control flow"): "@for (room of rooms(); track room.id) {",
    ("Spring", "request mapping"): '@GetMapping("/rooms")',
    ("Django", "model"): "class Room(models.Model):\n    number = models.CharField(max_length=5)",
    ("FastAPI", "path operation"): '@router.get("/rooms")\nasync def rooms(): ...',
    ("Go", "HTTP handler"): "func (s *Server) rooms(w http.ResponseWriter, r *http.Request) {",
    ("Rust", "derive"): "#[derive(Debug, Clone)]\nstruct Room;",
    ("Rust", "Result"): "fn room(id: u64) -> Result<Room, Error> {",
    ("React", "state hook"): "const [rooms, setRooms] = useState<Room[]>([]);",
}


@pytest.mark.parametrize(("name", "text"), SEEN_IN.items(), ids=[" ".join(name) for name in SEEN_IN])
def test_patterns_of_frameworks_are_found(name: tuple[str, str], text: str) -> None:
    (pattern,) = (pattern for pattern in known_patterns() if (pattern.framework, pattern.name) == name)
    assert pattern.expression.search(text)
    assert not pattern.expression.search(METHOD)
