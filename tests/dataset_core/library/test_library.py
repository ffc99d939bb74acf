"""The library is as large, as wide and as sound as it is said to be; every count is taken from the files."""

from __future__ import annotations

import json
import re
from collections import Counter

import pytest

from dataset_core.library.artifact import Artifact, kinds
from dataset_core.library.library import UnknownArtifactError, list_rows, load_library, show
from dataset_core.library.problems import domains
from dataset_core.library.validation import all_problems
from dataset_core.mermaid.parser import MermaidParser
from dataset_core.quality.duplicates import clusters
from tests.render.gallery import draw

AT_LEAST = {"erd": 50, "architecture": 30, "sequence": 30, "code": 30, "basics": 88}
NAMED_DOMAINS = {"e-commerce", "healthcare", "education", "social-media", "crm", "booking", "inventory"}
MOST_ALIKE = 0.7
LIBRARY = load_library()
PAGES = [artifact for artifact in LIBRARY if artifact.kind == "html"]
DOCUMENTS = [artifact for artifact in LIBRARY if artifact.kind == "api_docs"]


@pytest.mark.parametrize("family", AT_LEAST)
def test_families_are_large_enough(family: str) -> None:
    assert len([one for one in LIBRARY if one.family == family]) >= AT_LEAST[family]


def test_every_kind_is_there() -> None:
    assert {one.kind for one in LIBRARY} == set(kinds())


def test_domains_are_enough_and_those_of_the_specification_among_them() -> None:
    assert len(domains()) >= 12
    assert domains() >= NAMED_DOMAINS


@pytest.mark.parametrize("kind", ["erd", "architecture", "sequence"])
def test_every_domain_has_diagrams_of_the_main_kinds(kind: str) -> None:
    assert {one.domain for one in LIBRARY if one.kind == kind} == domains()


def test_nothing_is_wrong_with_any_artifact() -> None:
    with MermaidParser() as mermaid:
        assert [str(problem) for problem in all_problems(LIBRARY, mermaid.check)] == []


def test_no_two_artifacts_are_nearly_the_same() -> None:
    groups = clusters({artifact.path: artifact.text for artifact in LIBRARY}, MOST_ALIKE)
    assert [sorted(group) for group in groups if len(group) > 1] == []


def test_every_diagram_and_page_is_a_picture_that_can_be_read() -> None:
    pictures = draw(LIBRARY)
    assert len(pictures) == len([one for one in LIBRARY if one.language == "mermaid" or one.kind == "html"])
    assert {picture.path: picture.defects for picture in pictures if picture.defects} == {}


def test_file_names_are_unique_and_begin_with_the_domain() -> None:
    assert [name for name, count in Counter(one.name for one in LIBRARY).items() if count > 1] == []
    assert [one.path for one in LIBRARY if not one.name.startswith(f"{one.domain}-")] == []


@pytest.mark.parametrize("page", PAGES, ids=lambda page: page.name)
def test_pages_load_nothing_from_elsewhere(page: Artifact) -> None:
    assert re.findall(r"""(?:src|href)\s*=\s*["']\s*(?:https?:)?//|@import|url\(\s*["']?https?:""", page.text) == []


@pytest.mark.parametrize("document", DOCUMENTS, ids=lambda document: document.name)
def test_json_in_documents_is_json(document: Artifact) -> None:
    for block in re.findall(r"(?ms)^```json\n(.*?)^```", document.text):
        json.loads(block)


def test_show_finds_by_name_with_or_without_suffix_and_folder() -> None:
    artifact = next(one for one in LIBRARY if one.kind == "class")
    for name in (artifact.name, artifact.name.removesuffix(".mmd"), f"class/{artifact.name}", artifact.path):
        assert show(name, LIBRARY) is artifact


def test_show_says_what_comes_near() -> None:
    with pytest.raises(UnknownArtifactError, match=r"several artifacts .*component\.html"):
        show("travel-flight-results.component", LIBRARY)
    with pytest.raises(UnknownArtifactError, match="no artifact is called 'password-reset': library/sequence/"):
        show("password-reset", LIBRARY)


def test_list_is_narrowed_by_family_or_kind_and_domain() -> None:
    assert len(list_rows(LIBRARY)) == len(LIBRARY)
    assert {row[0] for row in list_rows(LIBRARY, family="basics")} == {one.kind for one in LIBRARY if one.family == "basics"}
    assert {row[:2] for row in list_rows(LIBRARY, family="class", domain="booking")} == {("class", "booking")}
