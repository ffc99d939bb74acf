"""The report is one file that needs nothing else, holds every example, and works in a browser."""

from __future__ import annotations

import json
import re
import shutil
import subprocess
from html.parser import HTMLParser
from pathlib import Path

import pytest

from dataset_core.example import Example
from dataset_core.manifest import metadata_of
from dataset_core.report import report_html
from dataset_core.report.charts import bars, histogram
from dataset_core.verify import Check, verify
from tests.dataset_core.exports import FakeParser, example, manifest_of, sound_examples, write_export

HOSTILE = (
    "</script><script>globalThis.injected = true</script><!-- {{title}}"
    '<img src="http://example.invalid/x" onerror="globalThis.injected=true">'
)
VOID = {"meta", "link", "br", "input", "img", "hr"}
OPENER = Path(__file__).with_name("open_report.mjs")


class Elements(HTMLParser):
    """Collects elements, and checks that each one that is opened is closed."""

    def __init__(self) -> None:
        super().__init__()
        self.elements: list[tuple[str, dict[str, str | None]]] = []
        self.open: list[str] = []
        self.data: dict[str, str] = {}

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.elements.append((tag, dict(attrs)))
        if tag not in VOID:
            self.open.append(tag)

    def handle_startendtag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.elements.append((tag, dict(attrs)))

    def handle_endtag(self, tag: str) -> None:
        assert self.open.pop() == tag

    def handle_data(self, data: str) -> None:
        attributes = self.elements[-1][1] if self.elements else {}
        if attributes.get("type") == "application/json":
            self.data[attributes["id"]] = self.data.get(attributes["id"], "") + data


def examples_with(*added: Example) -> tuple[list[Example], list[Example]]:
    training, validation = sound_examples()
    return [*training, *added], validation


def html_of(training: list[Example], validation: list[Example], tmp_path: Path, *, is_verified: bool = True) -> str:
    rows = [
        (metadata_of(row, split), row.prompt, row.completion)
        for split, part in (("train", training), ("validation", validation))
        for row in part
    ]
    found = verify(write_export(tmp_path, training, validation), minimum=3, target=5, mermaid=FakeParser) if is_verified else None
    return report_html(manifest_of(training, validation), found, rows, {"web/logo.svg": "no known language", HOSTILE: "too large: 2 bytes"})


def parsed(html: str) -> Elements:
    elements = Elements()
    elements.feed(html)
    elements.close()
    assert elements.open == []
    return elements


def test_the_report_is_well_formed_and_loads_nothing(tmp_path: Path) -> None:
    html = html_of(*examples_with(), tmp_path)
    elements = parsed(html).elements
    assert not [attributes for tag, attributes in elements if tag in {"link", "img", "iframe", "object", "embed"} or "src" in attributes]
    assert not [attributes for _, attributes in elements if (attributes.get("href") or "#")[0] != "#"]
    assert not re.search(r"url\(|@import|fetch\(|XMLHttpRequest|importScripts|sendBeacon|WebSocket", html)
    (policy,) = (attributes["content"] for _, attributes in elements if "http-equiv" in attributes)
    assert policy == "default-src 'none'; style-src 'unsafe-inline'; script-src 'unsafe-inline'"


def test_every_example_is_in_it_as_it_is(tmp_path: Path) -> None:
    training, validation = examples_with(example("body", HOSTILE, HOSTILE, "html", "web/evil.html"))
    blocks = parsed(html_of(training, validation, tmp_path)).data
    assert json.loads(blocks["texts"]) == [[row.prompt, row.completion] for row in [*training, *validation]]
    assert [row[0] for row in json.loads(blocks["rows"])] == [row.id for row in [*training, *validation]]


def test_text_of_the_project_is_never_markup(tmp_path: Path) -> None:
    html = html_of(*examples_with(example("body", HOSTILE, HOSTILE, "html", HOSTILE)), tmp_path)
    assert [attributes.get("id") for tag, attributes in parsed(html).elements if tag == "script"] == ["rows", "texts", None]
    assert "<img" not in html


def test_verdict_shortages_and_defects_are_shown(tmp_path: Path) -> None:
    good = html_of(*examples_with(), tmp_path / "good")
    assert "<strong>Verified</strong>" in good
    assert "fewer than the target of 5,000: raise <code>max_commits</code>." in good
    bad = html_of(*examples_with(example("body", "Do it.", "return _x;", "csharp", "src/X.cs")), tmp_path / "bad")
    assert "<strong>Defects found</strong>" in bad
    assert "trivial answer" in bad
    assert "<strong>Not verified yet</strong>" in html_of(*examples_with(), tmp_path, is_verified=False)


def test_a_report_without_examples_is_a_page_too(tmp_path: Path) -> None:
    manifest = manifest_of([], [])
    html = report_html(manifest, None, [], {})
    parsed(html)
    assert "Every file of the project was read." in html
    assert tmp_path.exists()


def test_charts_show_all_that_is_counted() -> None:
    assert bars({}) == ""
    assert histogram([]) == ""
    assert bars({f"kind {number}": number + 1 for number in range(20)}).count("<li") == 13
    assert "8 others" in bars({f"kind {number}": number + 1 for number in range(20)})
    shown = re.findall(r": ([\d,]+)</title>", histogram([*range(1_000), 50_000]))
    assert sum(int(count.replace(",", "")) for count in shown) == 1_001
    assert "<rect" in histogram([7])


def test_marks_have_words_for_who_does_not_see_them(tmp_path: Path) -> None:
    elements = parsed(html_of(*examples_with(), tmp_path)).elements
    marks = [attributes for _, attributes in elements if attributes.get("class") == "mark"]
    assert len(marks) == 20
    assert {attributes["aria-label"] for attributes in marks} == {"holds"}
    assert Check("a", "b", None, "c").passed is None


@pytest.mark.skipif(not (shutil.which("node") and Path("/usr/bin/chromium").exists()), reason="needs Node.js and Chromium")
def test_the_report_works_in_a_browser(tmp_path: Path) -> None:
    many = [
        example(
            "body",
            f"Write part {number} of the stay. {HOSTILE}",
            f"int part{number}() {{ return {number}; }}",
            "csharp",
            f"src/{number}.cs",
        )
        for number in range(2_000)
    ]
    page = tmp_path / "report.html"
    page.write_text(html_of(*examples_with(*many), tmp_path, is_verified=False), encoding="utf-8")
    result = subprocess.run(["node", str(OPENER), str(page)], check=True, capture_output=True, text=True, timeout=120)
    seen = json.loads(result.stdout)
    assert (seen["errors"], seen["requests"], seen["injected"]) == ([], [], False)
    assert all(pixels <= 0 for pixels in seen["overflow"])
    assert seen["background"]["light"] != seen["background"]["dark"]
    assert (seen["all"], seen["last"], seen["mermaid"], seen["searched"]) == ("2,009 of 2,009", "2009", "2 of 2,009", "1 of 2,009")
    assert seen["n_options"] < 60
    assert seen["first"] != seen["second"]
    assert "No example matches" in seen["none"]
