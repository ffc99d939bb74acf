"""A whole generation with the embedded model: kinds, prompts, and never a diagram that the real parser refuses."""

import re

import pytest

from dataset_core.library.library import load_library
from dataset_core.mermaid.parser import MermaidParser
from dataset_core.prompt_format import render
from dataset_core.tokens import embedded_model
from server.generation.generate import Ask, GenerationError, Model, free_request_of, generate, is_diagram, kind_of, kinds, request_of
from server.inference.protocol import GenerationResult
from server.inference.repetition import RepetitionGuard
from server.processes.inference import InferenceError

MODEL = Model(embedded_model(), max_tokens=160, threads=1, context_tokens=2048)
DIAGRAMS = [kind for kind in kinds() if is_diagram(kind)]


@pytest.fixture(scope="module")
def check():
    with MermaidParser() as parser:
        yield parser.check


@pytest.mark.parametrize(
    ("text", "kind"),
    [
        ("Generate an ERD for a hotel booking system", "erd"),
        ("Create a user registration controller with MongoDB", "code"),
        ("Show the architecture for a microservices e-commerce system", "architecture"),
        ("Sequence diagram for password reset flow", "sequence"),
        ("Draw a state machine of an order", "state"),
        ("A class diagram, please", "class"),
        ("Flow chart of the checkout", "flowchart"),
        ("Prototype the page as HTML", "html"),
        ("Write the API documentation of orders", "api-docs"),
    ],
)
def test_the_kind_is_read_from_the_words(text, kind):
    assert kind_of(text) == kind


def test_the_prompt_is_worded_as_training_rows_are():
    asked = request_of(Ask("Draw it ", "erd"), "erd", MODEL)
    assert asked.turns[0].content == render("artifact", request="Draw it")
    assert asked.answer_prefix == "```mermaid\n"
    block = "`a.cs`:\n```csharp\nclass A {}\n```"
    code = render("diagram_of_code", diagram="an ERD", code=block)
    assert request_of(Ask("Draw an ERD of this code as Mermaid.", "erd", block), "erd", MODEL).turns[0].content == code


def test_what_nothing_binds_is_asked_as_training_rows_are_and_kept_from_going_round():
    free = free_request_of("Draw it ", MODEL)
    assert free.turns == request_of(Ask("Draw it"), "erd", MODEL).turns
    assert (free.grammar, free.answer_prefix, free.stop, free.has_distinct_lines) == ("", "", (), False)
    assert free.longest_repeat > 0


@pytest.mark.parametrize("kind", DIAGRAMS)
def test_an_untrained_model_draws_what_the_real_parser_accepts_or_nothing(process, check, kind):
    model = Model(MODEL.path, max_tokens=100, temperature=1.5, seed=1, threads=1, context_tokens=2048)
    answer = process.generate(request_of(Ask("Password reset with a user, an API and e-mail", kind), kind, model))
    try:
        made = generate(Scripted(answer.text, answer.finish_reason), check, Ask("x", kind), model)
    except GenerationError:
        made = None
    assert made is None or (check([made.text]), made.language) == ([None], "mermaid")


def test_code_comes_without_its_fence(process, check):
    drafts = []
    made = generate(process, check, Ask("Write a Python function that adds two numbers.", "code"), MODEL, drafts.append)
    assert made.text
    assert "".join(drafts).strip().startswith(made.text[:10]) or made.language != "markdown"


class Scripted:
    """Stands for the process and answers what it is told to."""

    def __init__(self, text, reason="stop"):
        self.result = GenerationResult(text=text, finish_reason=reason, n_prompt_tokens=1, n_cached_tokens=0, n_tokens=1)

    def generate(self, _request, _on_text=None):
        return self.result


@pytest.mark.parametrize(
    ("text", "reason", "expected"),
    [
        ("```csharp\nclass A {}\n```", "stop", ("class A {}", "csharp", "complete")),
        ("```csharp\nclass A {", "length", ("class A {", "csharp", "cut")),
        ("Use a class.", "cancelled", ("Use a class.", "markdown", "cancelled")),
    ],
)
def test_fences_are_taken_off_also_where_they_are_not_closed(check, text, reason, expected):
    made = generate(Scripted(text, reason), check, Ask("x", "code"), MODEL)
    assert (made.text, made.language, made.state) == expected


def test_code_whose_beginning_is_known_goes_on_from_there(check):
    ask = Ask("a room service", "code", "", "csharp", "public class RoomService : Service\n{\n")
    assert request_of(ask, "code", MODEL).answer_prefix == "```csharp\npublic class RoomService : Service\n{\n"
    shown = []
    made = generate(Scripted("    public int Count;\n}"), check, ask, MODEL, shown.append)
    assert made.text == "public class RoomService : Service\n{\n    public int Count;\n}"
    assert shown[0] == ask.beginning
    with pytest.raises(GenerationError, match="empty answer"):
        generate(Scripted(""), check, ask, MODEL)


@pytest.mark.parametrize(
    ("beginning", "stop", "text", "expected"),
    [
        ("class A : B\n{", ("\n```", "\n}\n"), "\n    int b;", "class A : B\n{\n    int b;\n}"),
        ("  export class A {\n", ("\n```", "\n  }\n"), "    b = 1;\n  }", "  export class A {\n    b = 1;\n  }"),
        ("class A(B):\n", ("\n```",), "    b = 1", "class A(B):\n    b = 1"),
    ],
)
def test_code_ends_with_what_was_begun(check, beginning, stop, text, expected):
    ask = Ask("an A", "code", "", "csharp", beginning)
    assert request_of(ask, "code", MODEL).stop == stop
    assert generate(Scripted(text), check, ask, MODEL).text == expected
    assert generate(Scripted(text, "length"), check, ask, MODEL).text == beginning + text, "what was cut off has no end"


@pytest.mark.parametrize(("text", "reason"), [("", "stop"), ("", "cancelled"), ("erDiagram\n  ((", "stop"), ("Sure!", "cancelled")])
def test_nothing_broken_is_shown(check, text, reason):
    with pytest.raises(GenerationError):
        generate(Scripted(text, reason), check, Ask("x", "erd"), MODEL)


def test_no_diagram_of_the_library_is_taken_for_a_circle():
    limit = request_of(Ask("x", "erd"), "erd", MODEL).max_equal_lines
    diagrams = [artifact for artifact in load_library() if artifact.language == "mermaid"]
    assert len(diagrams) > 100
    assert not [artifact.path for artifact in diagrams if RepetitionGuard(limit).has_too_many_equal_lines(artifact.text + "\n")]


def takes(sampler, llama, text):
    """Whether the grammar lets a text through, token by token, when it knows the names that each whole line declares."""
    tokens = llama.tokenize(text.encode(), add_bos=False, special=False)
    for number, token in enumerate(tokens, start=1):
        if not sampler.take(token):
            return False
        if sampler.learns_from(llama.detokenize(tokens[:number]).decode("utf-8", "replace")):
            sampler.stand_after(tokens[:number])
    return True


def test_the_grammars_take_nearly_all_diagrams_of_the_library():
    """What a model learnt must not be refused: at least nine in ten of the library's own diagrams obey the grammar of their kind."""
    import llama_cpp

    from server.inference.sampling import Sampler

    llama = llama_cpp.Llama(str(embedded_model()), vocab_only=True, verbose=False)
    vocabulary = llama_cpp.llama_model_get_vocab(llama.model)
    taken, total = 0, 0
    starts = {
        "erDiagram": "erd",
        "sequenceDiagram": "sequence",
        "classDiagram": "class",
        "stateDiagram-v2": "state",
        "architecture-beta": "architecture",
    }
    for artifact in load_library():
        text = re.sub(r"\A---\n.*?\n---\n", "", artifact.text, flags=re.DOTALL)
        kind = starts.get(text.split("\n")[0].strip(), "flowchart" if text.startswith("flowchart") else "")
        if not kind:
            continue
        with Sampler(vocabulary, request_of(Ask("x", kind), kind, MODEL)) as sampler:
            taken += takes(sampler, llama, text.strip("\n") + "\n```")
            total += 1
    llama.close()
    assert total > 140
    assert taken / total > 0.9


@pytest.mark.parametrize(
    ("text", "is_taken"),
    [
        (
            'flowchart TB\n    a["A"]\n    subgraph s ["S"]\n        b[("B")]\n    end\n    a --> b\n    b -->|"x"| s\n    a & b -.-> s\n',
            True,
        ),
        ('flowchart TB\n    a["A"]\n    b["B"]\n    a --> b\n    b --> c["C"]\n    c --> a\n', True),
        ('flowchart TB\n    a["A"]\n    b["B"]\n    a --> b\n    b --> c\n', False),
        ("flowchart TB\n    a --> b --> c\n    d[D]\n    b --> d\n    c --> a\n", True),
    ],
)
def test_after_an_exemplar_links_lead_to_what_has_a_shape(text, is_taken):
    """A name that Mermaid never saw would be a box that says its name; without an exemplar it may be drawn so."""
    import llama_cpp

    from server.inference.sampling import Sampler

    llama = llama_cpp.Llama(str(embedded_model()), vocab_only=True, verbose=False)
    vocabulary = llama_cpp.llama_model_get_vocab(llama.model)
    with Sampler(vocabulary, request_of(Ask("x", "flowchart", keyword="flowchart"), "flowchart", MODEL)) as sampler:
        assert takes(sampler, llama, text + "```") == is_taken
    with Sampler(vocabulary, request_of(Ask("x", "flowchart"), "flowchart", MODEL)) as sampler:
        assert takes(sampler, llama, text + "```")
    llama.close()


@pytest.mark.parametrize(("name", "is_taken"), [("subscription", True), ("sub", True), ("s", True), ("subgraph", False), ("end", False)])
def test_no_node_is_called_what_begins_or_ends_a_subgraph(name, is_taken):
    import llama_cpp

    from server.inference.sampling import Sampler

    llama = llama_cpp.Llama(str(embedded_model()), vocab_only=True, verbose=False)
    text = f'flowchart TB\n    a["A"]\n    b["B"]\n    {name}["C"]\n    a --> b\n```'
    with Sampler(llama_cpp.llama_model_get_vocab(llama.model), request_of(Ask("x", "flowchart"), "flowchart", MODEL)) as sampler:
        assert takes(sampler, llama, text) == is_taken
    llama.close()


def test_a_model_that_is_none(process, check, tmp_path):
    with pytest.raises(InferenceError, match="there is no file"):
        generate(process, check, Ask("x", "code"), Model(tmp_path / "none.gguf"))


@pytest.mark.parametrize("text", ["erDiagram", "erDiagram\n%% a remark\n\n"])
def test_a_diagram_of_nothing_is_refused(check, text):
    with pytest.raises(GenerationError, match="drew nothing"):
        generate(Scripted(text), check, Ask("x", "erd"), MODEL)


class Trying:
    """Answers one after the other, and remembers what it was asked."""

    def __init__(self, *answers):
        self.answers, self.asked = list(answers), []

    def generate(self, request, _on_text=None):
        self.asked.append(request)
        text, reason = self.answers[len(self.asked) - 1]
        return GenerationResult(text=text, finish_reason=reason, n_prompt_tokens=1, n_cached_tokens=0, n_tokens=1)


OTHER = "erDiagram\n    SHIPPER ||--o{ FREIGHT_ORDER : books\n    TOUR ||--o{ TOUR_STOP : visits"
GOOD = "erDiagram\n    HOTEL ||--o{ ROOM : has\n    GUEST ||--o{ ROOM : books"
CIRCLE = "erDiagram\n    GUEST ||--o{ GUEST : is\n    GUEST ||--o{ GUEST : is"


def test_what_repeats_an_example_about_something_else_is_no_answer(check):
    ask = Ask("ERD of a zoo", "erd", other=OTHER)
    repeated = OTHER + "\n    TOUR ||--o{ SHIPPER : has"
    assert generate(Trying((repeated, "stop"), (GOOD, "stop")), check, ask, MODEL).text == GOOD
    with pytest.raises(GenerationError, match="only repeated the example"):
        generate(Trying(*[(repeated, "stop")] * 3), check, ask, MODEL)
    assert generate(Trying((repeated, "cancelled")), check, ask, MODEL).text == repeated, "who stops it sees what there is"
    assert generate(Trying((repeated, "stop")), check, Ask("ERD of freight", "erd"), MODEL).text == repeated


@pytest.mark.parametrize(
    ("answers", "n_asked", "expected"),
    [
        ([(GOOD, "stop")], 1, (GOOD, "complete")),
        ([(GOOD, "length")], 1, (GOOD, "cut")),
        ([("nothing of it", "stop"), (GOOD, "stop")], 2, (GOOD, "complete")),
        ([(CIRCLE, "repetition"), ("no", "stop"), (GOOD, "stop")], 3, (GOOD, "complete")),
        ([(CIRCLE, "repetition"), (GOOD, "repetition"), ("no", "stop")], 3, (CIRCLE, "cut")),
        ([(CIRCLE, "cancelled")], 1, (CIRCLE, "cancelled")),
    ],
)
def test_a_diagram_that_cannot_be_shown_or_went_in_circles_is_asked_for_again(check, answers, n_asked, expected):
    process = Trying(*answers)
    made = generate(process, check, Ask("x", "erd"), MODEL)
    assert (made.text, made.state) == expected
    assert len(process.asked) == n_asked
    assert len({(request.seed, request.turns) for request in process.asked}) == n_asked
    assert len({request.turns for request in process.asked}) == 1
