"""The real Mermaid parser accepts every diagram: of the cases beside this file, of the reference project, and of awkward names."""

from __future__ import annotations

import json
import re
import shutil
import subprocess
from pathlib import Path

import pytest

from dataset_core.diagrams import of_file, of_folder
from dataset_core.diagrams.architecture import architecture, layers
from dataset_core.diagrams.calls import Step
from dataset_core.diagrams.class_diagram import Box, Tie, class_diagram
from dataset_core.diagrams.erd import Attribute, Entity, Link, erd, relations_between
from dataset_core.diagrams.flowchart import Use, dependency_flowchart
from dataset_core.diagrams.sequence import Start, sequence_diagram
from tests.dataset_core.diagrams.test_golden import CASES, examples_of
from tests.fixtures.mother_project import FILES, list_files
from tests.memory_project import MemoryProject

ROOT = Path(__file__).parents[3]
AWKWARD = [
    "end", "class", "Größe", "日本", "a-b", "a b", 'quo"te', "List<Order>", "default", "graph", "x;y", "#35;", "%% no", "{curly}",
    "[square]", "`tick`", "back\\slash", "o", "x", "1st", "constructor", "__proto__", "style", "subgraph", "note", "(round)", "a:b",
    "direction", "XmlReader",
]  # fmt: skip

pytestmark = pytest.mark.skipif(
    shutil.which("node") is None or not (ROOT / "node_modules/mermaid").is_dir(), reason="needs node and the packages of package.json"
)


def test_real_parser_accepts_all_diagrams() -> None:
    texts = [example.completion for case in CASES for example in examples_of(case)]
    texts += _of_reference_project()
    texts += _of_awkward_names()
    assert all(texts)
    assert _refused(texts) == []


def _of_reference_project() -> list[str]:
    files = {name: (FILES / name).read_text("utf-8") for name in list_files()}
    project = MemoryProject(files)
    folders = sorted({"", *(folder for folder, _ in project.folders())})
    found = [example for view in project.views.values() for example in of_file.examples(view, project)]
    found += [example for folder in folders for example in of_folder.examples(folder, project)]
    kinds = {example.kind for example in found}
    assert kinds == {"diagram.erd", "diagram.class", "diagram.sequence", "diagram.flowchart", "diagram.architecture"}
    assert len({example.prompt for example in found}) == len(found)
    return [example.completion for example in found]


def test_no_two_boxes_of_an_architecture_have_one_label() -> None:
    code = {("csharp", "dotnet-service"): 2}
    roles = {f"{top}/{part}": code for top, part in [("back", "src"), ("back", "Services"), ("front", "src"), ("front", "services")]}
    uses = [("back/src", "back/Services", 3), ("front/src", "front/services", 2), ("front/src", "back/src", 1)]
    for text in (architecture(roles, uses), layers({**roles, "back/models": code}, [*uses, ("back/Services", "back/models", 1)])):
        labels = [found.lower() for found in re.findall(r'\["([^"<]*)<br/>', text)]
        assert len(labels) == len(set(labels)) > 1


def _of_awkward_names() -> list[str]:
    attributes = tuple(Attribute(name, name, "PK, FK", name) for name in AWKWARD)
    first = "Order"
    texts = []
    for name in AWKWARD:
        entities = [Entity(first, "", attributes[:6], (Link(name, True, False, False, name),), True), Entity(name, "", attributes[-6:])]
        steps = (Step(first, name, f"{name}({name})", name, (Step(name, name, name, "", (Step(name, first, name, name),)),)),)
        roles = {f"src/{name}": {("csharp", "dotnet-controller"): 2}, f"lib/{name}": {("csharp", "dotnet-entity"): 1}}
        uses = [(f"src/{name}", f"lib/{name}", 3)]
        texts += [
            erd(entities, relations_between(entities)),
            class_diagram(
                [Box(first, "", ((0, "+a: int"),)), Box(name)], [Tie(first, name, "-->", name, many=True), Tie(name, first, "<|--")]
            ),
            sequence_diagram(first, steps, Start(name, name, name)),
            dependency_flowchart([Use(f"{name}/{name}", f"b/{name}", (name, "x")), Use(f"b/{name}", "c/d")], f"b/{name}"),
            architecture(roles, uses),
        ]
        # A folder that is called like a layer belongs to it, and one layer alone is not drawn.
        texts += [text for text in [layers(roles, uses)] if text]
    return texts


def _refused(texts: list[str]) -> list[str]:
    lines = "\n".join(json.dumps({"id": number, "text": text}) for number, text in enumerate(texts))
    node = shutil.which("node") or "node"
    script = ROOT / "dataset_core/mermaid/parse.mjs"
    done = subprocess.run([node, str(script)], input=lines, capture_output=True, text=True, check=True, encoding="utf-8", timeout=300)
    answers = [json.loads(line) for line in done.stdout.splitlines()]
    assert len(answers) == len(texts)
    return [f"{answer['error']}\n{texts[answer['id']]}" for answer in answers if "error" in answer]
