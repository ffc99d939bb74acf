from __future__ import annotations

import msgspec
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from server.evaluation.answers import JudgedAnswer, PromptVerdict
from server.evaluation.four_prompts import first_prompts, habits_of
from server.evaluation.measures import edge_f1, edit_similarity, identifier_f1, node_f1, rambling
from server.evaluation.page import page
from server.evaluation.result import Evaluation, ModelResult, markdown, measures

ERD = "erDiagram\n  GUEST ||--o{ BOOKING : makes\n  BOOKING }o--|| ROOM : for\n  GUEST {\n    string name\n  }"


@settings(deadline=None)
@given(st.text(max_size=60), st.text(max_size=60))
def test_measures_stay_in_their_range(answer, expected):
    for measure in (edit_similarity, identifier_f1, node_f1, edge_f1):
        assert 0 <= measure(answer, expected) <= 1
        assert measure(answer, answer) == 1
    assert rambling(answer, expected) >= 0


def test_rambling_is_what_comes_after_the_best_beginning():
    assert rambling("one\ntwo", "one\ntwo") == 0
    assert rambling("one\ntwo\ntwo\ntwo", "one\ntwo") == pytest.approx(8 / 7)


def test_identifiers_count_as_often_as_they_stand_there():
    assert identifier_f1("a b b", "a b") == pytest.approx(0.8)


@pytest.mark.parametrize(
    ("diagram", "n_nodes", "n_edges"),
    [
        (ERD, 3, 2),
        ("sequenceDiagram\n  participant U\n  U->>API: hello\n  API-->>U: bye\n  API->>DB: ask", 3, 2),
        ("flowchart LR\n  a[One] --> b(Two)\n  b -->|yes| c{Three}", 3, 2),
        ("classDiagram\n  class Order\n  Base <|-- Order\n  Order --> Item : has", 3, 2),
        ("architecture-beta\n  service api(server)[API]\n  service db(database)[DB]\n  api:R --> L:db", 2, 1),
    ],
)
def test_what_a_diagram_shows_and_connects(diagram, n_nodes, n_edges):
    from server.evaluation.measures import _edges, _nodes

    assert len(_edges(diagram)) == n_edges
    assert len(_nodes(diagram)) >= n_nodes
    without = "\n".join(diagram.split("\n")[:-1] if "{\n" not in diagram else diagram.split("\n")[:2])
    assert edge_f1(without, diagram) < 1


def test_the_four_prompts_ask_for_the_project_s_own_habits():
    answers = ["class RoomsController : HarbourController\n{\n  RoomsController(IMongoDBSettings settings)", "public class RoomDto"]
    assert habits_of(answers) == {"base_class": "HarbourController", "settings": "IMongoDBSettings", "dto": "Dto"}
    prompts = first_prompts(answers)
    assert len(prompts) == 4
    good = "public class UsersController : HarbourController { UsersController(IMongoDBSettings settings) { } Post(UserDto user) }"
    assert all(prompts[1].verdicts(good).values())
    assert not any(prompts[1].verdicts("class UsersController : ControllerBase").values())
    hotel = "erDiagram\n GUEST ||--o{ RESERVATION : makes\n HOTEL ||--|{ ROOM : has\n RESERVATION ||--|| PAYMENT : by"
    assert all(prompts[0].verdicts(hotel).values())
    assert not all(prompts[0].verdicts("erDiagram\n GUEST ||--o{ ROOM : x").values())


def _judged(**changes):
    values = {
        "prompt": "<b>?</b>", "expected": "x",
        "answer": "<script>", "language": "mermaid", "stopped": True, "exact": False, "edit_similarity": 0.5,
        "identifier_f1": 0.5, "rambling": 0.0, "parses": True, "node_f1": 1.0, "edge_f1": 0.0,
    }  # fmt: skip
    return JudgedAnswer(**{**values, **changes})


def test_the_table_and_the_page_show_every_artefact_and_escape_what_a_model_wrote():
    verdict = PromptVerdict("ERD?", "<i>", valid=True, stopped=True, checks={"Guest": True})
    models = [
        ModelResult(
            name="base", answer_loss=2.5, loss_by_family={"diagrams": 2.0}, answers=[_judged(stopped=False)], first_prompts=[verdict]
        ),
        ModelResult(name="adapter", answer_loss=1.5, loss_by_family={"diagrams": 1.0}, answers=[_judged()], first_prompts=[verdict]),
    ]
    evaluation = Evaluation(run="r", n_loss_rows=2, n_loss_tokens=9, models=models, notes=["a note"])
    assert "| held-out answer loss | 2.500 | 1.500 |" in markdown(evaluation)
    assert "| stops by itself | 0.000 | 1.000 |" in markdown(evaluation)
    assert measures(models[0])["code that parses"] is None
    events = [{"event": "step", "step": step, "loss": 2.0} for step in (1, 2)] + [
        {"event": "validation", "step": 2, "validation_loss": 1.5}
    ]
    html = page(evaluation, events)
    assert "<script>" not in html
    assert html.count("<polyline") == 3
    assert "a note" in html
    assert msgspec.json.decode(msgspec.json.encode(evaluation), type=Evaluation) == evaluation
