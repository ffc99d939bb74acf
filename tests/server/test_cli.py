"""The command line as its users meet it: results, JSON, help, exit codes, and every example of the README."""

from __future__ import annotations

import re
import shlex
import subprocess
from collections import Counter
from collections.abc import Iterator
from pathlib import Path

import click
import pytest

from server.cli import cli
from tests.fixtures.mother_project import create_mother_project
from tests.server.console import call, run

REPOSITORY = Path(__file__).parents[2]
README = (REPOSITORY / "README.md").read_text("utf-8")


def sh_lines() -> list[str]:
    """The commands of the README's sh blocks, without their comments."""
    blocks = re.findall(r"```sh\n(.*?)```", README, re.DOTALL)
    return [shlex.join(words) for block in blocks for line in block.splitlines() if (words := shlex.split(line, comments=True))]


def commands(group: click.Group, path: tuple[str, ...] = ()) -> Iterator[tuple[tuple[str, ...], click.Command]]:
    """Every command with the words that call it."""
    context = click.Context(group)
    for name in group.list_commands(context):
        command = group.get_command(context, name)
        assert command is not None
        if isinstance(command, click.Group):
            yield from commands(command, (*path, name))
        else:
            yield (*path, name), command


COMMANDS = dict(commands(cli))


@pytest.fixture(scope="module")
def project(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The reference project with a data set of 600 rows, built and exported once."""
    root = create_mother_project(tmp_path_factory.mktemp("cli") / "harbour stay")
    (root / "mothertongue.toml").write_text("target = 600\nmax_commits = 20\n", "utf-8")
    done = call("export", "--project", root)
    assert done.exit_code == 0, done.errors
    return root


# The README


@pytest.mark.parametrize("line", [line for line in sh_lines() if line.startswith("mothertongue ")])
def test_examples_of_the_readme(project: Path, line: str) -> None:
    done = call(*shlex.split(line)[1:], cwd=project)
    assert (done.exit_code, done.errors) == (0, "")
    assert done.output.strip()


def test_the_other_commands_of_the_readme_are_targets_of_make_and_what_they_made() -> None:
    others = [shlex.split(line) for line in sh_lines() if not line.startswith("mothertongue ")]
    targets = [words[1:] for words in others if words[0] == "make"]
    assert {words[0] for words in others} <= {"make", "code"}
    assert targets
    for target in targets:
        subprocess.run(["make", "--dry-run", *target], cwd=REPOSITORY, check=True, capture_output=True)


def test_the_table_of_commands_in_the_readme_is_whole() -> None:
    named = {words.split()[0] for words in re.findall(r"^\| `([a-z][^`]*)`.* \|$", README, re.MULTILINE)}
    assert {path[0] for path in COMMANDS} <= named


# Help


@pytest.mark.parametrize("path", COMMANDS, ids=" ".join)
def test_help_shows_an_example_that_the_command_accepts(path: tuple[str, ...]) -> None:
    done = call(*path, "--help")
    assert done.exit_code == 0
    example = re.search(r"Example: (.*)", done.output, re.DOTALL)
    assert example is not None
    words = shlex.split(" ".join(example[1].partition("\n\n")[0].split()))
    assert tuple(words[: len(path) + 1]) == ("mothertongue", *path)
    COMMANDS[path].make_context(path[-1], words[len(path) + 1 :])  # raises where an option or argument does not exist


@pytest.mark.parametrize("path", COMMANDS, ids=" ".join)
def test_every_command_takes_a_project_and_json(path: tuple[str, ...]) -> None:
    options = {option for parameter in COMMANDS[path].params for option in parameter.opts}
    assert {"--project", "--json"} <= options


def test_the_version_is_the_installed_one() -> None:
    from importlib.metadata import version

    assert version("mothertongue") in run("--version").output


# Results, and the same as JSON


def test_build_says_what_there_is_and_a_second_one_reads_nothing(project: Path) -> None:
    done = call("build", "--project", project)
    (total, files, commits) = re.search(r"([\d,]+) examples from ([\d,]+) files and ([\d,]+) commits", done.output).groups()
    summary = call("build", "--project", project, "--json").json
    assert summary["n_changed"] == 0
    assert f"{sum(summary['n_examples'].values()):,}" == total
    assert (f"{summary['n_files']:,}", f"{summary['n_commits']:,}") == (files, commits)
    assert "were read" not in done.output


@pytest.mark.parametrize(
    ("path", "sentence"),
    [
        ("README.md", "no known language"),
        ("missing.cs", "does not exist"),
        ("../else.cs", "outside the project"),
        ("frontend/angular.json", "not part"),
    ],
)
def test_explain_gives_the_reason(project: Path, path: str, sentence: str) -> None:
    assert sentence in call("build", "--explain", path, cwd=project).output
    assert sentence in call("build", "--project", project, "--explain", project / path, "--json").json["explanation"]


def test_explain_takes_a_path_from_here_or_from_the_project(project: Path) -> None:
    path = next((project / "backend").rglob("*Controller.cs")).relative_to(project)
    outcomes = [
        call("build", "--explain", path, cwd=project),
        call("build", "--project", project, "--explain", path),
        call("build", "--project", "..", "--explain", path.relative_to("backend"), cwd=project / "backend"),
    ]
    assert [done.output for done in outcomes] == [f"{path.as_posix()}: part of the project\n"] * 3


def test_status_counts_what_build_took(project: Path) -> None:
    shown = call("status", "--project", project)
    status = call("status", "--project", project, "--json").json
    summary = status["summary"]
    assert sum(status["languages"].values()) == sum(status["roles"].values()) == summary["n_files"]
    for heading, counts in (
        ("Roles", status["roles"]),
        ("Languages", status["languages"]),
        ("Files left out", summary["skipped"]),
        ("Examples dropped", summary["dropped"]),
    ):
        block = shown.output.partition(f"\n{heading}\n")[2].partition("\n\n")[0]
        table = {name: int(count.replace(",", "")) for count, name in re.findall(r"^ +([\d,]+)  (.*)$", block, re.MULTILINE)}
        rest = sum(count for name, count in table.items() if re.fullmatch(r"in \d+ more kinds", name))
        assert sum(table.values()) == sum(counts.values())
        assert rest or Counter(table) == Counter(counts)


def test_export_tells_the_same_to_people_and_machines(project: Path, tmp_path: Path) -> None:
    arguments = ("export", "--project", project, "--target", "520", "--format", "alpaca", "--output", tmp_path / "rows")
    shown = call(*arguments)
    exported = call(*arguments, "--json").json
    manifest, path = exported["manifest"], Path(exported["path"])
    assert f"{manifest['n_train']:,} training and {manifest['n_validation']:,} validation rows in {path}" in shown.output
    assert f"Rows of the newest commits, held out too: {manifest['n_newest_commits']}" in shown.output
    for family in manifest["families"]:
        figures = rf"{family['family'].replace('_', ' ')} +{family['quota']:,} +{family['available']:,} +{family['taken']:,}"
        assert re.search(figures, shown.output)
    assert all(shortage in shown.output for shortage in manifest["shortages"])
    assert len(path.read_text("utf-8").splitlines()) == manifest["n_train"]
    assert set(path.parent.iterdir()) >= {path, path.with_suffix(".report.html"), path.with_suffix(".manifest.json")}


def test_export_remembers_the_artifact_type(project: Path, tmp_path: Path) -> None:
    arguments = ("export", "--project", project, "--target", "100", "--output", tmp_path, "--json")
    first = call(*arguments, "--artifact-type", "erd").json["manifest"]
    again = call(*arguments).json["manifest"]
    assert call(*arguments, "--artifact-type", "code_prototype").json["manifest"]["artifact_type"] == "code_prototype"
    assert first["artifact_type"] == again["artifact_type"] == "erd"


def test_verify_reads_the_newest_export_or_the_named_one(project: Path) -> None:
    newest = call("export", "--project", project, "--artifact-type", "code_prototype", "--json").json["path"]
    verdict = call("verify", "--project", project, "--json").json
    named = call("verify", newest, cwd=project.parent)
    assert (named.exit_code, verdict["verdict"], verdict["path"]) == (0, "passed", newest)
    for check in verdict["checks"]:
        assert check["name"] in named.output
        assert check["figure"] in named.output


def test_add_counts_examples_and_they_are_exported(project: Path, tmp_path: Path) -> None:
    (tmp_path / "stay.py").write_text("import math\n\n\ndef nights(hours):\n    whole = hours / 24\n    return math.ceil(whole)\n", "utf-8")
    arguments = ("add", tmp_path / "stay.py", "--lines", "4-6", "--prompt", "Count the nights of a stay", "--project", project)
    assert call(*arguments).output == "   1 example from stay.py\n"
    assert call(*arguments, "--json").json == {"added": {"stay.py": 1}}
    manifest = call("export", "--project", project, "--target", "100", "--output", tmp_path, "--json").json["manifest"]
    assert "Count the nights of a stay" in "".join(file.read_text("utf-8") for file in tmp_path.glob("*.jsonl"))
    assert manifest["kinds"]["own.code"] >= 1


def test_the_library_is_listed_and_shown(project: Path) -> None:
    shown = call("library", "list", "--family", "erd", "--domain", "booking", cwd=project)
    listed = call("library", "list", "--family", "erd", "--domain", "booking", "--json", cwd=project).json
    assert listed
    assert f"\n{len(listed)} artifacts" in shown.output
    for row in listed:
        assert re.search(rf"{row['kind']} +{row['domain']} +{row['name']} +{re.escape(row['title'])}", shown.output)
    name = listed[0]["name"]
    text = call("library", "show", name, cwd=project).output
    artifact = call("library", "show", name, "--json", cwd=project).json
    assert artifact["text"] in text
    assert all(value in text for value in (artifact["title"], artifact["kind"], artifact["domain"], *artifact["prompts"]))


def test_library_validate_names_file_and_line(tmp_path: Path) -> None:
    (tmp_path / "a.mmd").write_text("erDiagram\n  A {\n", "utf-8")
    shown = call("library", "validate", tmp_path / "a.mmd")
    problems = call("library", "validate", tmp_path / "a.mmd", "--json").json
    assert shown.exit_code == 1
    assert problems
    assert all(f"{problem['path']}:{problem['line']}: {problem['message']}" in shown.output for problem in problems)


def test_doctor_names_every_finding_with_its_remedy(project: Path) -> None:
    shown = call("doctor", "--project", project)
    findings = call("doctor", "--project", project, "--json").json
    assert {"Python", "git", "Store", "Mermaid parser", "Settings"} <= {finding["what"] for finding in findings}
    for finding in findings:
        assert f"{finding['state']:<8} {finding['what']}: {finding['detail']}" in shown.output
        assert finding["remedy"] in shown.output
    assert shown.exit_code == (1 if "broken" in {finding["state"] for finding in findings} else 0)


def test_clean_removes_the_store_and_the_exports_when_asked(tmp_path: Path) -> None:
    (tmp_path / "a.py").write_text("def twice(number):\n    return number * 2\n", "utf-8")
    (tmp_path / "finetune_datasets").mkdir()
    assert call("build", "--project", tmp_path).exit_code == 0
    assert call("clean", "--yes", "--project", tmp_path).output == f"Removed {tmp_path / '.mothertongue'}\n"
    assert (tmp_path / "finetune_datasets").is_dir()
    assert call("clean", "--yes", "--exports", "--json", "--project", tmp_path).json == {"removed": [str(tmp_path / "finetune_datasets")]}
    assert call("clean", "--yes", "--project", tmp_path).output == "There was nothing to remove.\n"
    assert [path.name for path in tmp_path.iterdir()] == ["a.py"]


def test_clean_removes_nothing_unasked(tmp_path: Path) -> None:
    call("build", "--project", tmp_path)
    assert call("clean", "--project", tmp_path).exit_code == 2
    assert (tmp_path / ".mothertongue").is_dir()


# Exit codes and streams


@pytest.mark.parametrize(
    ("exit_code", "arguments", "message"),
    [
        (2, ("bild",), "No such command"),
        (2, ("export", "--format", "csv"), "'csv' is not one of"),
        (2, ("add", "README.md", "--lines", "9-3"), "write it as 10-24"),
        (2, ("add", "missing.py"), "missing.py does not exist"),
        (2, ("library", "show", "no-such-artifact"), "no-such-artifact"),
        (3, ("build", "--project", "missing"), "missing is not a folder"),
        (3, ("status", "--project", "missing"), "missing is not a folder"),
        (3, ("verify",), "run `mothertongue export` first"),
        (3, ("verify", "missing.jsonl"), "there is no export at missing.jsonl"),
    ],
)
def test_exit_codes_with_the_remedy_on_the_error_stream(tmp_path: Path, exit_code: int, arguments: tuple[str, ...], message: str) -> None:
    (tmp_path / "README.md").write_text("Notes\n", "utf-8")
    done = call(*arguments, cwd=tmp_path)
    assert (done.exit_code, done.output) == (exit_code, "")
    assert message in done.errors
    assert "Traceback" not in done.errors


def test_a_failed_check_exits_with_1(project: Path, tmp_path: Path) -> None:
    exported = call("export", "--project", project, "--target", "600", "--output", tmp_path, "--json").json
    path = Path(exported["path"])
    path.write_bytes(path.read_bytes().replace(b"{", b"(", 1))
    done = call("verify", path)
    assert done.exit_code == 1
    assert done.output.startswith("FAILED")


def test_exit_codes_of_the_readme_are_those_of_the_code() -> None:
    from server.commands import options

    (sentence,) = re.findall(r"^Exit codes: (.*?)\.\n", README, re.DOTALL | re.MULTILINE)
    codes = {int(code) for code in re.findall(r"(?:^|, )(\d+) ", sentence.replace("\n", " "))}
    assert codes == {0, *(value for name, value in vars(options).items() if name.startswith("EXIT_"))}


def test_the_real_console_writes_only_results_to_a_pipe(tmp_path: Path) -> None:
    (tmp_path / "a.py").write_text("def twice(number):\n    return number * 2\n", "utf-8")
    done = run("build", "--project", tmp_path)
    assert (done.exit_code, done.errors) == (0, "")
    assert "\x1b" not in done.output
    assert "\r" not in done.output
    assert run("build", "--json", cwd=tmp_path).json["n_files"] == 1
