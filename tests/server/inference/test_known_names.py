"""Only names that a diagram has declared are used in it: the grammar learns them line by line."""

import re

import msgspec
import pytest

from dataset_core.mermaid.parser import MermaidParser
from dataset_core.tokens import embedded_model
from server.generation.generate import Ask, Model, request_of
from server.inference.engine import Engine
from server.inference.known_names import KnownNames
from server.inference.sampling import GrammarError, Sampler

GRAMMAR = 'root ::= line+\nline ::= known "\\n"\nknown ::= [a-z]+'


def test_before_a_name_is_declared_the_grammar_is_as_it_was():
    names = KnownNames(GRAMMAR, {"known": r"^use (\w+)"})
    assert names.grammar_after("") is None
    assert names.grammar_after("use a") is None, "a line that goes on may declare another name"


def test_each_declared_name_is_let_through_once_and_nothing_else():
    names = KnownNames(GRAMMAR, {"known": r"^use (\w+)(?: with (\w+))?"})
    grammar = names.grammar_after("use guest with room\nuse room\n")
    assert grammar == GRAMMAR.replace("[a-z]+", '"guest" | "room"')
    assert names.grammar_after("use guest with room\nuse room\nsomething\n") is None


def test_a_declaration_that_is_taken_back_is_forgotten():
    names = KnownNames(GRAMMAR, {"known": r"^use (\w+)"})
    assert names.grammar_after("use a\nuse b\n")
    assert names.grammar_after("use a\nuse") == GRAMMAR.replace("[a-z]+", '"a"')
    assert names.grammar_after("") == GRAMMAR


@pytest.fixture(scope="module")
def engine():
    loaded = Engine(embedded_model(), context_tokens=1024)
    yield loaded
    loaded.close()


PATTERNS = {
    "erd": (r"([\w-]+) [|}o]+(?:--|\.\.)[|{o]+ ([\w-]+) :", r"([\w-]+)(?:\[.*\])? \{$"),
    "sequence": (r"^ *(?:create )?(?:participant|actor) (\w+)", r"^ *(\w+)(?:<<)?-{1,2}(?:>>|>|x|\))[+-]?(\w+):"),
    "architecture": (r"^ *(?:service|junction) (\w+)", r"^ *(\w+)(?:\{group\})?:[LRTB] \S+ [LRTB]:(\w+)"),
}


@pytest.mark.parametrize("kind", PATTERNS)
@pytest.mark.parametrize("seed", [1, 2])
def test_a_model_that_was_never_trained_uses_only_what_it_declared(engine, kind, seed):
    """It draws with much chance, so that without the names it would use others."""
    request = request_of(Ask("a hotel with guests", kind), kind, Model(embedded_model(), max_tokens=300, temperature=1.5, seed=seed))
    # Of the two ways to draw an architecture the one with declarations.
    grammar = request.grammar.replace("(architecture | flowchart)", "architecture")
    text = engine.generate(msgspec.structs.replace(request, grammar=grammar)).text
    declared, used = ({name for found in re.findall(p, text, re.MULTILINE) for name in flat(found)} for p in PATTERNS[kind])
    assert declared, text
    assert used <= declared, text


def flat(found):
    return (found,) if isinstance(found, str) else found


def test_a_grammar_that_would_not_let_the_answer_begin_so_is_an_error_and_no_crash(engine):
    request = request_of(Ask("x", "sequence"), "sequence", Model(embedded_model()))
    tokens = engine.prompt_ids(request)[:3]
    with Sampler(engine._vocabulary, request) as sampler, pytest.raises(GrammarError, match="go on"):
        sampler.stand_after(tokens)


@pytest.mark.parametrize("kind", ["sequence", "flowchart", "state"])
def test_what_was_cut_off_ends_as_the_grammar_wants_it(engine, kind):
    """In the midst of a line or of a block: the real parser takes what is left."""
    with MermaidParser() as parser:
        for seed, max_tokens in ((1, 150), (2, 220), (3, 260)):
            model = Model(embedded_model(), max_tokens=max_tokens, temperature=0.5, seed=seed)
            result = engine.generate(request_of(Ask("a hotel with guests", kind), kind, model))
            assert parser.check([result.text]) == [None], (result.finish_reason, result.text)
