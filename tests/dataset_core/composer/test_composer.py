"""The stream of composed artifacts: enough, balanced, unlike each other, the same every time, and valid Mermaid."""

import json
import os
import re
import subprocess
import sys
from collections import Counter, defaultdict
from hashlib import sha256
from itertools import islice, pairwise
from pathlib import Path

import pytest

from dataset_core.composer import words
from dataset_core.composer.architecture_parts import node_id
from dataset_core.composer.composer import KINDS, MAX_CHARACTERS, compose
from dataset_core.composer.domain_files import load_domains
from dataset_core.composer.near_duplicates import THRESHOLD, shingles
from dataset_core.quality.contamination import evaluation_prompts, reason_contaminated
from tests.render.gallery import draw_diagrams

ROOT = Path(__file__).parents[3]
N_ARTIFACTS = 3000
N_PARSED = 400
N_DRAWN = 60
FINGERPRINT = (
    "import sys; from itertools import islice; from hashlib import sha256;"
    "from dataset_core.composer.composer import compose; from dataset_core.composer.domain_files import load_domains;"
    "print(sha256(repr(list(islice(compose(load_domains(), 11), 300))).encode()).hexdigest())"
)


@pytest.fixture(scope="module")
def artifacts():
    return list(islice(compose(load_domains(), 7), N_ARTIFACTS))


def test_there_are_enough_and_no_two_are_near_duplicates(artifacts):
    assert len(artifacts) == N_ARTIFACTS
    assert list(near_duplicate_pairs([artifact.text for artifact in artifacts])) == []


def test_prompts_are_unique_and_keep_clear_of_the_evaluation(artifacts):
    prompts = [artifact.prompt for artifact in artifacts]
    assert len(set(prompts)) == len(prompts)
    assert [prompt for prompt in prompts if reason_contaminated(prompt, evaluation_prompts())] == []


def test_prompts_have_no_open_slot_and_no_doubled_word(artifacts):
    for artifact in artifacts:
        tokens = artifact.prompt.split()
        assert "{" not in artifact.prompt.replace("{id}", "")
        assert "  " not in artifact.prompt
        assert ".." not in artifact.prompt
        assert not [one for one, two in pairwise(tokens) if one == two and one in {"the", "a", "an", "and", "of"}]


def test_every_kind_is_asked_for_briefly_too_with_the_plain_drawing(artifacts):
    brief = [artifact for artifact in artifacts if artifact.rule.endswith("/brief")]
    assert {artifact.kind for artifact in brief} == set(KINDS)
    assert 0.15 < len(brief) / len(artifacts) < 0.3
    assert max(len(artifact.prompt.split()) for artifact in brief) <= 20
    assert not [artifact.text for artifact in brief if artifact.kind == "erd" and "\n    direction " in artifact.text]


def test_a_prompt_about_entities_names_what_the_diagram_shows(artifacts):
    for artifact in artifacts:
        if artifact.rule == "composer:class/structure":
            shown = [line.split()[1] for line in artifact.text.splitlines() if line.startswith("    class ")]
            assert len(shown) >= 4
            assert [name for name in shown if name not in artifact.prompt and words.plural(name) not in artifact.prompt] == []


@pytest.mark.parametrize("n_first", [60, 500, N_ARTIFACTS])
def test_every_beginning_is_a_balanced_mix(artifacts, n_first):
    first = artifacts[:n_first]
    assert {artifact.kind for artifact in first} == set(KINDS)
    domains = Counter(artifact.domain for artifact in first)
    assert max(domains.values()) - min(domains[domain.slug] for domain in load_domains()) <= max(4, n_first // 50)


def test_texts_fit_into_a_training_row(artifacts):
    assert max(len(artifact.text) for artifact in artifacts) <= MAX_CHARACTERS


def test_equal_seeds_give_equal_streams_and_other_seeds_other_streams():
    one, two, other = (list(islice(compose(load_domains(), seed), 200)) for seed in (5, 5, 6))
    assert one == two
    assert one != other


def test_the_order_of_domains_does_not_matter():
    domains = load_domains()
    assert list(islice(compose(domains[::-1], 5), 100)) == list(islice(compose(domains, 5), 100))


def test_another_process_with_another_hash_seed_gives_the_same_stream():
    here = sha256(repr(list(islice(compose(load_domains(), 11), 300))).encode()).hexdigest()
    for hash_seed in ("0", "4242"):
        environment = {**os.environ, "PYTHONHASHSEED": hash_seed, "PYTHONPATH": str(ROOT)}
        done = subprocess.run(
            [sys.executable, "-c", FINGERPRINT],
            capture_output=True,
            text=True,
            check=True,
            env=environment,
            cwd=ROOT,
        )
        assert done.stdout.strip() == here


def test_the_stream_of_one_domain_comes_to_its_end():
    assert len(list(compose(load_domains()[:1], 3))) > 100 * (len(KINDS) - 2)


def test_the_real_parser_accepts_every_style(artifacts):
    sample = sample_over_rules(artifacts, N_PARSED)
    lines = "\n".join(json.dumps({"id": str(index), "text": one.text}) for index, one in enumerate(sample))
    done = subprocess.run(
        ["node", "dataset_core/mermaid/parse.mjs"],
        input=lines,
        capture_output=True,
        text=True,
        check=True,
        cwd=ROOT,
    )
    answers = [json.loads(line) for line in done.stdout.splitlines()]
    assert len(answers) == len(sample)
    assert [(sample[int(answer["id"])].rule, answer["error"]) for answer in answers if "error" in answer] == []


def test_every_style_gives_a_picture_that_can_be_read(artifacts):
    texts = {f"{number} {one.rule}": one.text for number, one in enumerate(sample_over_rules(artifacts, N_DRAWN))}
    pictures = draw_diagrams(texts)
    assert {picture.path for picture in pictures} == set(texts)
    # Labels of neighbouring lines may touch in a layout that nobody arranged by hand.
    unreadable = [(one.path, defect) for one in pictures for defect in one.defects if not defect.startswith("texts lie on one another")]
    assert unreadable == []


def test_classes_have_no_more_attributes_than_asked_for(artifacts):
    n_judged = 0
    for artifact in artifacts:
        asked = re.search(r"([1-9]) attributes", artifact.prompt)
        if asked and artifact.rule in {"composer:class/typed", "composer:class/enums", "composer:class/namespaces"}:
            bodies = re.findall(r"(?ms)^ *class \w+ \{\n(?! *<<)(.*?)^ *\}", artifact.text)
            n_judged += len(bodies)
            assert max(sum("(" not in line for line in body.splitlines()) for body in bodies) <= int(asked[1]), artifact
    assert n_judged > 100


def test_no_service_stands_alone_in_a_picture_of_calls(artifacts):
    stores = {node_id(service.store_label) for domain in load_domains() for service in domain.services}
    for artifact in artifacts:
        if artifact.rule in {"composer:architecture/microservices", "composer:architecture/monolith", "composer:architecture/layered"}:
            services = set(re.findall(r"(?m)^ +(\w+Service)\[", artifact.text))
            pairs = re.findall(r"(?m)^ +(\w+) (?:-->|-\.->)(?:\|.*\|)? (\w+)$", artifact.text)
            calls = [pair for pair in pairs if not any(end in stores or end.endswith("Schema") for end in pair)]
            assert services <= {end for pair in calls for end in pair}, artifact.text


def test_links_of_architectures_come_after_what_they_link(artifacts):
    """As the grammar asks of who is shown one: a link leads to what has a shape already."""
    declaring = re.compile(r"^ *subgraph (\w+)|^ *(\w+)[\[({]")
    n_judged = 0
    for artifact in artifacts:
        if artifact.kind == "architecture" and artifact.text.startswith("flowchart"):
            lines = artifact.text.splitlines()[1:]
            links = [number for number, line in enumerate(lines) if "-->" in line or "-.->" in line]
            declared = {name for line in lines[: links[0]] for found in declaring.findall(line) for name in found if name}
            linked = {name for number in links for name in re.findall(r"^ *(\w+) .*?(\w+)$", lines[number])[0]}
            assert linked <= declared, artifact.text
            n_judged += 1
    assert n_judged > 200


def sample_over_rules(artifacts, n_wanted):
    """Artifacts of every rule by turns."""
    by_rule = defaultdict(list)
    for artifact in artifacts:
        by_rule[artifact.rule].append(artifact)
    rounds = (group[turn] for turn in range(n_wanted) for group in by_rule.values() if turn < len(group))
    return list(islice(rounds, n_wanted))


def near_duplicate_pairs(texts):
    """Pairs at or above the threshold over all texts, through an inverted index: exact, and not the composer's own way."""
    sets = [shingles(text) for text in texts]
    index = defaultdict(list)
    for number, marks in enumerate(sets):
        shared = Counter(other for mark in marks for other in index[mark])
        for other, n_shared in shared.items():
            if n_shared / (len(marks) + len(sets[other]) - n_shared) >= THRESHOLD:
                yield other, number
        for mark in marks:
            index[mark].append(number)
