"""One generating process for all tests of this folder, with the embedded model."""

import pytest

from dataset_core.tokens import embedded_model
from server.inference.protocol import GenerationRequest, Turn
from server.processes.inference import InferenceProcess


@pytest.fixture(scope="session")
def process():
    with InferenceProcess() as running:
        yield running


@pytest.fixture
def ask():
    """A request to the embedded model, on one thread: tests may run beside others."""

    def make(text="Name the days of the week.", **changes):
        values = {"max_tokens": 16, "temperature": 0.0, "context_tokens": 2048, "threads": 1, **changes}
        return GenerationRequest(**{"model": str(embedded_model()), "turns": (Turn("user", text),), **values})

    return make
