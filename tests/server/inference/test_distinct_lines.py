"""A line that is there already is taken back, and the writing goes on from where the model was least sure."""

import re
from collections import Counter
from itertools import islice

import numpy as np
import pytest

from dataset_core.composer.composer import compose
from dataset_core.composer.domain_files import load_domains
from dataset_core.library.library import load_library
from dataset_core.tokens import embedded_model
from server.generation.generate import Ask, Model, request_of
from server.inference.distinct_lines import DistinctLines, Drawn
from server.inference.engine import Engine
from server.inference.protocol import GenerationRequest, Turn
from server.inference.said_lines import ENTITIES, MOST_RELATIONS
from server.inference.sampling import Sampler

N_TOKENS = 40


def written(pieces, likelier=None):
    """Feed pieces, each a token of its own; what has become part of the answer, and every return.

    Args:
        pieces: Text of the tokens, in order.
        likelier: Piece that had a close second.
    """
    lines, ids, text, returns = DistinctLines(), {}, "", []
    for piece in pieces:
        token = ids.setdefault(piece, len(ids) % N_TOKENS)
        logits = np.zeros(N_TOKENS, np.single)
        logits[token], logits[(token + 1) % N_TOKENS] = 9, 8 if piece == likelier else 7
        passed, back = lines.add(Drawn(token, piece.encode(), logits))
        text += b"".join(drawn.piece for drawn in passed).decode()
        if back is not None:
            returns.append((back.n_dropped, sorted(back.banned)))
            return text, returns, lines
    return text + b"".join(drawn.piece for drawn in lines.rest()).decode(), returns, lines


LINE = ["\n    ", "Guest", " ||--o{", " Stay", " : has"]


def test_a_line_that_comes_again_goes_back_to_the_token_of_least_certainty():
    text, returns, _ = written(["erDiagram", *LINE, *LINE, "\n    "], likelier=" Stay")
    assert text == "erDiagram\n    Guest ||--o{ Stay : has"
    assert returns == [(2, [4])], "the entity and the label are taken back, and the entity is not drawn again"


def test_it_may_go_back_before_the_line_so_that_a_diagram_can_end():
    text, returns, lines = written(["erDiagram", *LINE, *LINE, "\n    "], likelier="\n    ")
    assert text == "erDiagram\n    Guest ||--o{ Stay : has"
    assert returns == [(5, [1])]
    assert [drawn.piece for drawn in lines.add(Drawn(30, b"\n", np.zeros(N_TOKENS, np.single)))[0]] == []


@pytest.mark.parametrize(
    "pieces",
    [
        ["erDiagram", *LINE, *LINE[:4], " : books", "\n"],
        ["erDiagram", "\n", "A {", "\n  ", "string id PK", "\n", "}", "\n", "B {", "\n  ", "string id PK", "\n", "}", "\n"],
        ["sequenceDiagram", *["\n  ", "Page->>Service: ", "load"] * 3, "\n"],
        ["sequenceDiagram", "\n  ", "loop each guest", *["\n  ", "end"] * 4, "\n"],
        ["flowchart TB", "\n  ", 'a["Pay"]', "\n  ", 'b["Cancel"]', "\n  ", 'c("Pay")', "\n"],
    ],
)
def test_honest_lines_are_left_alone(pieces):
    text, returns, _ = written(pieces)
    assert returns == []
    assert text == "".join(pieces)


def test_a_line_is_begun_otherwise_where_the_diagram_must_not_end_yet():
    lines = DistinctLines()
    certain = [np.eye(1, N_TOKENS, number, dtype=np.single)[0] * 30 for number in range(len(LINE))]
    drawn = {piece: Drawn(number, piece.encode(), certain[number]) for number, piece in enumerate(LINE)}
    for piece in [*LINE, *LINE[:4]]:
        lines.add(drawn[piece])
    lines.add(drawn[LINE[4]])
    assert lines.add(Drawn(30, b"\n", drawn["\n    "].logits)) == ([], None)
    assert lines.is_stuck, "no other token had a chance"
    back = lines.insist()
    assert (back.n_dropped, back.banned, lines.is_stuck) == (len(LINE) - 1, frozenset([1]), False), "the first word is another one"
    for _ in range(20):
        lines.insist()
    assert lines.insist() is None, "not for ever"


@pytest.mark.parametrize("kind", ["architecture", "erd", "sequence"])
def test_an_untrained_model_does_not_end_a_diagram_before_it_is_one(engine, kind):
    """Always the likeliest token: there it has soonest nothing new to say."""
    request = request_of(Ask("shop", kind), kind, Model(embedded_model(), max_tokens=400, temperature=0))
    result = engine.generate(request)
    lines = [line for line in result.text.split("\n") if line.strip()]
    assert result.finish_reason != "stop" or len(lines) > 3, result.text


def test_a_flowchart_has_each_node_and_each_subgraph_once():
    node = ["\n  ", "shop", '["', "Shop", '"]']
    assert written(["flowchart TB", *node, "\n  ", "shop", '["', "Store", '"]', "\n"])[1], "one name is one node"
    part = ["\n  ", "subgraph ", "outside", '["', "Outside", '"]', *node, "\n  ", "end"]
    assert written(["flowchart TB", *part, *part[:6], "\n"])[1]
    honest = ["flowchart TB", *part, "\n  ", "shop", " --> ", "bank", "\n  ", "shop", " --> ", "post", "\n"]
    assert written(honest)[:2] == ("".join(honest), [])


@pytest.mark.parametrize("link", [" --> ", " -.-> ", ' -->|"calls"| '])
def test_a_link_from_a_node_to_itself_says_nothing(link):
    text, returns, _ = written(["flowchart TB", "\n  ", "shop", link, "shop", "\n"])
    assert (text, bool(returns)) == ("flowchart TB", True)
    honest = ["flowchart TB", "\n  ", "shop", link, "sho", "pfront", "\n  ", "shop", link, "bank", "\n"]
    assert written(honest)[:2] == ("".join(honest), [])


def test_an_entity_is_described_once():
    block = ["\n  ", "Club", " {", "\n    ", "uuid id PK", "\n  ", "}"]
    assert written(["erDiagram", *block, "\n  ", "Club", " {", "\n"])[1]


def test_participants_have_a_name_and_a_label_each():
    first = ["\n  ", "participant ", "Api", " as ", "Stay", " service"]
    text, returns, _ = written(["sequenceDiagram", *first, "\n  ", "participant ", "Api", " as", " Guest service", "\n"])
    assert returns, "one name is declared once"
    text, returns, _ = written(["sequenceDiagram", *first, "\n  ", "participant ", "Other", " as ", "Stay", " service", "\n"])
    assert returns
    assert text.count("Stay service") == 1, "the second one is not shown"
    honest = ["sequenceDiagram", *first, "\n  ", "participant ", "Other", " as ", "Stay", " store", "\n  ", "actor ", "Guest", "\n"]
    text, returns, _ = written(honest)
    assert (text, returns) == ("".join(honest), [])


def test_attributes_of_one_entity_and_nodes_that_differ_in_their_names_alone_are_circles():
    assert written(["erDiagram", "\n", "A {", *["\n  ", "string name"] * 2, "\n"])[1]
    nodes = [["\n  ", name, '["', "Enter the score", '"]'] for name in ("step1", "step2")]
    assert written(["flowchart TB", *nodes[0], *nodes[1], "\n"])[1]


@pytest.mark.parametrize(
    ("first", "second", "is_circle"),
    [
        (" ||--o{", " |o..|{", True),
        (' "1" -->', ' "0..1" -->', True),
        (' "1" -->', ' "1" *--', False),
    ],
)
def test_a_relation_that_differs_in_its_cardinalities_alone_is_a_circle(first, second, is_circle):
    pieces = ["classDiagram", "\n    ", "Guest", first, " Stay", " : has", "\n    ", "Guest", second, " Stay", " : has", "\n"]
    assert bool(written(pieces)[1]) == is_circle


@pytest.mark.parametrize(
    ("relations", "n_written"),
    [
        (["Guest Stay has", "Guest Stay pays", "Guest Stay ends"], 2),
        (["Guest Stay has", "Stay Guest is", "Guest Stay ends"], 2),
        (["Guest Stay has", "Stay Guest is", "Stay Guest of"], 2),
        (["Stay Stay follows", "Stay Stay ends"], 1),
        (["Stay Stay follows", "Stay Room in", "Stay Guest of"], 3),
    ],
)
def test_two_entities_are_related_twice_at_most_and_one_to_itself_once(relations, n_written):
    pieces = ["erDiagram"]
    for first, second, label in map(str.split, relations):
        pieces += ["\n    ", first, " ||--o{", f" {second}", " :", f" {label}"]
    text, returns, _ = written([*pieces, "\n"])
    assert text.count("||--o{") == n_written
    assert bool(returns) == (n_written < len(relations))


def test_what_is_taken_back_before_its_line_ends_was_read_by_the_model():
    relation = ["\n    ", "Stay", " ||--o{", " Stay", " :"]
    _, returns, _ = written(["erDiagram", *relation, " follows", *relation], likelier=" ||--o{")
    assert returns == [(2, [3])], "the colon was drawn, and not read yet"
    service = ["\n    ", "service ", "api", "(server)[API]", "\n    ", "service ", "api", "(database)[DB]"]
    text, returns, _ = written(["architecture-beta", *service], likelier="api")
    assert returns == [(1, [3])], "only the name is taken back"
    assert text.count("service") == 1


def test_a_circle_at_the_end_is_left_out():
    assert written(["erDiagram", *LINE, *LINE])[0] == "erDiagram\n    Guest ||--o{ Stay : has"
    assert written(["erDiagram", *LINE, *LINE[:4]])[0] == "erDiagram\n    Guest ||--o{ Stay : has", "half a line is none"
    assert written(["sequenceDiagram", "\n", "loop", "\n", "end the stay", "\n", "end"])[0].endswith("\nend")


def test_a_model_that_insists_is_stuck():
    lines, logits = DistinctLines(), np.zeros(N_TOKENS, np.single)

    def fed(pieces):
        return [lines.add(Drawn(token, piece.encode(), logits))[1] for token, piece in enumerate(pieces)]

    fed(["erDiagram", *LINE])
    n_returns = 0
    while not lines.is_stuck:
        n_returns += sum(back is not None for back in fed([*LINE, "\n"]))
        assert n_returns < 100
    assert n_returns > 2


@pytest.mark.parametrize("n_insisted", range(1, 9))
def test_who_has_insisted_is_stuck_again_and_returns_no_more_often(n_insisted):
    """Whichever of the limits is reached by insisting rather than by a line that was there already."""
    lines, logits = DistinctLines(), np.zeros(N_TOKENS, np.single)

    def n_returns_of(pieces):
        return sum(lines.add(Drawn(token, piece.encode(), logits))[1] is not None for token, piece in enumerate(pieces))

    n_returns = n_returns_of(["erDiagram", *LINE])
    for _ in range(n_insisted):
        while not lines.is_stuck:
            n_returns += n_returns_of([*LINE, "\n"])
            assert n_returns < 100
        lines.insist()
    while not lines.is_stuck:
        n_returns += n_returns_of([*LINE, "\n"])
        assert n_returns < 100


def test_a_block_that_nothing_new_comes_for_is_closed_and_others_may_follow():
    lines, logits = DistinctLines(), np.full(N_TOKENS, -30, np.single)

    def fed(pieces):
        return [lines.add(Drawn(0, piece.encode(), logits))[1] for piece in pieces]

    logits[0] = 9
    assert not any(fed(["classDiagram", "\n    ", "class Guest {", "\n        ", "+string name", "\n        ", "+string name"]))
    (closed,) = fed(["\n"])
    assert (closed.n_dropped, closed.closing) == (2, "\n    }"), "newline and attribute are taken back"
    fed(["\n    ", "}", "\n    ", "class Room {", "\n        "])
    assert not any(fed(["+string name", "\n    ", "}", "\n"])), "another class has it too"
    assert not lines.is_stuck


def test_no_erd_of_library_or_composer_relates_two_entities_more_often():
    composed = (artifact.text for artifact in islice(compose(load_domains(), 0, ["erd"]), 500))
    erds = [text for text in (*(artifact.text for artifact in load_library()), *composed) if "erDiagram" in text]
    assert len(erds) > 500
    for text in erds:
        related = Counter(frozenset(found.groups()) for line in text.split("\n") if (found := ENTITIES.match(line)))
        assert all(n <= min(MOST_RELATIONS, len(entities)) for entities, n in related.items()), text


def test_diagrams_of_the_library_have_no_circles():
    kinds = ("erDiagram", "sequenceDiagram", "classDiagram", "stateDiagram", "flowchart", "architecture")
    diagrams = [re.sub(r"\A---\n.*?\n---\n", "", artifact.text, flags=re.DOTALL) for artifact in load_library()]
    diagrams = [text for text in diagrams if text.startswith(kinds)]
    assert len(diagrams) > 100
    circles = [text for text in diagrams if written(re.findall(r"\n\s*|[^\n]+", text + "\n"))[1]]
    assert len(circles) <= len(diagrams) // 50, circles[:3]


@pytest.fixture(scope="module")
def engine():
    opened = Engine(embedded_model(), context_tokens=1024, n_threads=1)
    yield opened
    opened.close()


def test_where_no_other_token_may_follow_the_answer_ends(engine):
    request = GenerationRequest(model="", turns=(Turn("user", "Count"),), temperature=0, max_tokens=20, grammar='root ::= "one" "\\n"')
    assert engine.generate(request).text == "one\n"
    with Sampler(engine._vocabulary, request) as sampler:
        allowed = [token for token in range(49_152) if b"one".startswith(engine._bytes_of(token)) and engine._bytes_of(token)]
        logits = np.zeros(49_152, np.single)
        assert sampler.draw_another(logits, allowed) is None
        assert sampler.draw_another(logits, allowed[1:]) == allowed[0]


@pytest.mark.parametrize("kind", ["erd", "class", "flowchart"])
def test_an_untrained_model_that_goes_round_writes_other_lines(engine, kind):
    model = Model(embedded_model(), max_tokens=150, temperature=0, threads=1, context_tokens=1024)
    request = request_of(Ask("hotel: guests, rooms, stays"), kind, model)
    shown = []
    found = engine.generate(request, shown.append)
    assert "".join(shown).startswith(found.text[:20])
    lines = [line.strip() for line in found.text.split("\n") if len(line.strip()) >= 8]
    assert "{" in found.text or len(set(lines)) == len(lines)
    # Both have read the prompt before: a prompt that is read in other pieces gives logits that differ in their last digits.
    again, once_more = engine.generate(request), engine.generate(request)
    assert again.text == once_more.text, "what was taken back left nothing behind"
