"""Which language code for a request is written in."""

from pathlib import Path

import pytest

from dataset_core import project as projects
from server.generation.generate import Ask, Model, request_of
from server.generation.project_context import ProjectContext, asked_in, context_for, language_for

MODEL = Model(Path("none.gguf"))


@pytest.mark.parametrize(
    ("request_", "language"),
    [
        ("A Python function that sorts guests", "python"),
        ("Create a controller in C#, please", "csharp"),
        ("Store it in PostgreSQL, written in Go", "go"),
        ("a TypeScript service that renders HTML", "typescript"),
        ("a service for guests", "java"),
        ("let it go on", "java"),
    ],
)
def test_the_language_that_is_named_comes_before_that_of_the_project(request_, language):
    assert language_for(request_, ProjectContext("", "java")) == language


def test_the_project_s_language_is_that_of_the_code_that_fits_best(tmp_path):
    assert context_for(tmp_path, "cancel reservations", "code") == ProjectContext()
    text = "export class ReservationService {\n  cancel(id: string): void { this.http.delete(`/api/${id}`); }\n}\n"
    (tmp_path / "reservation.service.ts").write_text(text)
    with projects.open_remembering(tmp_path) as project:
        projects.build(project)
    found = context_for(tmp_path, "cancel reservations", "code")
    assert found.language == language_for("cancel reservations", found) == "typescript"
    assert "ReservationService" in found.blocks
    assert context_for(tmp_path, "the weather on Mars", "code") == ProjectContext()
    assert context_for(tmp_path, "sequence of a cancelled reservation", "sequence") == ProjectContext(), "it is about no class of that name"
    for named in ("the classes of ReservationService", "class diagram of the reservation service"):
        assert "ReservationService" in context_for(tmp_path, named, "class").blocks


SERVICE = """import {{ Http }} from './http';

export class {name}Service extends ApiService {{
  constructor(private readonly http: Http) {{}}

  find{name}(id: string): {name} {{ return this.http.get(`/{name}s/${{id}}`); }}
}}
"""


def _build_services(root, *names):
    for name in names:
        (root / f"{name.lower()}.service.ts").write_text(SERVICE.format(name=name))
    with projects.open_remembering(root) as project:
        projects.build(project)


def test_a_new_thing_begins_as_the_project_s_own_do(tmp_path):
    _build_services(tmp_path, "Guest", "Room")
    asked = asked_in(tmp_path, "create a service for invoices", "code")
    assert (asked.language, asked.beginning) == ("typescript", "export class InvoiceService extends ApiService {")
    assert "findInvoice(id: string): Invoice" in asked.context
    in_python = asked_in(tmp_path, "create a service for invoices", "code", "python")
    assert (in_python.language, in_python.beginning) == ("python", ""), "it begins so in the project's language alone"
    assert asked_in(None, "create a service for invoices", "code").context == ""


def test_a_diagram_on_a_subject_that_the_product_knows_is_drawn_after_an_exemplar_in_its_notation():
    asked = asked_in(None, "Show the architecture for a microservices e-commerce system", "architecture")
    assert asked.keyword == "flowchart"
    assert asked.context.count("```mermaid\nflowchart TB\n") == 1
    assert request_of(asked, "architecture", MODEL).grammar == request_of(Ask("x"), "flowchart", MODEL).grammar
    with_icons = asked_in(None, "architecture of an e-commerce system with icons", "architecture")
    assert with_icons.context.count("```mermaid\narchitecture-beta\n") == 1
    assert with_icons.keyword == "architecture-beta", "the request says in which notation"
    assert request_of(with_icons, "architecture", MODEL).grammar == request_of(Ask("x"), "architecture", MODEL).grammar
    of_manner = asked_in(None, "ERD for a zoo", "erd")
    assert of_manner.context.count("```mermaid\nerDiagram\n") == 1, "how one is drawn, where nothing is about it"
    assert of_manner.keyword == "erDiagram"


def test_a_diagram_of_what_the_project_has_is_drawn_after_its_code(tmp_path):
    _build_services(tmp_path, "Guest", "Hotel")
    named = asked_in(tmp_path, "class diagram of the hotel service and the guest service", "class")
    assert "class HotelService" in named.context
    assert named.keyword == ""
    beyond = asked_in(tmp_path, "class diagram of a hotel service with reservations, payments and invoices", "class")
    assert "Reservation" in beyond.context
    assert "HotelService" not in beyond.context
