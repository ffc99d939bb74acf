import json
import re
from pathlib import Path

import msgspec
import pytest
from pytest_lsp import client_capabilities

from server.protocol import COMMANDS, METHODS
from server.protocol_examples import EXAMPLES
from server.protocol_texts import initialize_result_for, texts

ROOT = Path(__file__).parents[2]


@pytest.mark.parametrize("path", texts(), ids=str)
def test_document_and_typescript_are_those_of_the_protocol(path):
    assert (ROOT / path).read_text("utf-8") == texts()[path], "run `make protocol`"


@pytest.mark.parametrize("name", METHODS)
def test_each_example_is_valid(name):
    params, result = EXAMPLES[name]
    method = METHODS[name]
    assert msgspec.json.decode(msgspec.json.encode(params), type=method.params) == params
    assert result is None or msgspec.json.decode(msgspec.json.encode(result), type=method.result) == result


def test_each_method_has_an_example_and_each_command_a_request():
    assert set(EXAMPLES) == set(METHODS)
    assert set(COMMANDS.values()) <= set(METHODS)


def test_each_method_is_asked_for_by_a_test():
    tests = "".join(path.read_text("utf-8") for path in (ROOT / "tests/server/lsp").glob("test_*.py"))
    asked = {f"mothertongue/{name}" for name in re.findall(r'\b(?:request|start)\(\s*"(\w+)"', tests)}
    assert {name for name, method in METHODS.items() if method.from_client} - asked == set()


@pytest.mark.parametrize("client", ["visual-studio-code", "neovim@v0.7.0", "neovim@v0.11.0", "emacs"])
def test_the_early_answer_is_the_one_that_pygls_gives_to_every_client(client):
    early = json.loads((ROOT / "server/lsp/initialize_result.json").read_text("utf-8"))
    late = initialize_result_for(client_capabilities(client))
    for answer in (early, late):
        # Not told to clients that have no files of their own to tell of; and positions are never spoken of here.
        del answer["capabilities"]["workspace"]["fileOperations"], answer["capabilities"]["positionEncoding"]
    assert offered(early) == offered(late)


def offered(answer):
    """Without what is said not to be offered, which means the same as nothing."""
    if isinstance(answer, dict):
        return {key: offered(value) for key, value in answer.items() if value is not False and value is not None}
    return answer
