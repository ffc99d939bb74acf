from pathlib import Path

import msgspec
import pytest

from server.protocol import COMMANDS, METHODS
from server.protocol_examples import EXAMPLES
from server.protocol_texts import texts

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
