"""Adapters are swapped on the loaded base: other logits, those of a fresh load, and no second load."""

import llama_cpp
import numpy as np
import pytest

from dataset_core.tokens import embedded_model
from server.gguf.adapter import write_adapter
from server.inference.engine import Engine
from tests.server.adapters import write_random_adapter

PROMPT = "Name three colours, and say which of them is a stone."
CONTEXT = 512


@pytest.fixture(scope="module")
def adapters(tmp_path_factory):
    folder = tmp_path_factory.mktemp("adapters")
    files = [folder / "one.gguf", folder / "two.gguf"]
    for seed, file in enumerate(files):
        write_adapter(write_random_adapter(folder / f"peft{seed}", seed=seed), embedded_model(), file)
    return files


@pytest.fixture
def loads(monkeypatch):
    """Every path from which llama.cpp is told to load a model."""
    paths, load = [], llama_cpp.llama_cpp.llama_model_load_from_file

    def counted(path, params):
        paths.append(path)
        return load(path, params)

    monkeypatch.setattr(llama_cpp.llama_cpp, "llama_model_load_from_file", counted)
    return paths


@pytest.fixture
def engine(loads):
    del loads  # counts from the first load on
    engine = Engine(embedded_model(), context_tokens=CONTEXT, n_threads=1)
    yield engine
    engine.close()


def logits_of(engine, ask):
    engine.warm(ask(PROMPT))
    return np.array(np.ctypeslib.as_array(llama_cpp.llama_get_logits_ith(engine._context, -1), shape=(engine._llama.n_vocab(),)))


def freshly_loaded(engine, ask, adapter):
    """The logits of a model that was loaded with the adapter from the start, by llama-cpp-python's own `lora_path`."""
    ids = engine.prompt_ids(ask(PROMPT))
    model = llama_cpp.Llama(
        str(embedded_model()),
        lora_path=str(adapter),
        n_ctx=CONTEXT,
        n_batch=256,
        n_ubatch=256,
        n_threads=1,
        n_threads_batch=1,
        verbose=False,
    )
    model.eval(ids)
    logits = np.array(np.ctypeslib.as_array(llama_cpp.llama_get_logits_ith(model.ctx, -1), shape=(model.n_vocab(),)))
    model.close()
    return logits


def test_each_adapter_has_the_logits_of_a_fresh_load_and_the_base_is_loaded_once(engine, ask, adapters, loads):
    first, second = adapters
    plain = logits_of(engine, ask)
    engine.use_adapter(first)
    with_first = logits_of(engine, ask)
    engine.use_adapter(second)
    with_second = logits_of(engine, ask)
    engine.use_adapter(first)
    again = logits_of(engine, ask)
    engine.use_adapter(None)
    assert np.abs(logits_of(engine, ask) - plain).max() < 1e-4
    assert loads == [str(embedded_model()).encode()]
    assert np.abs(with_first - plain).max() > 0.5
    assert np.abs(with_second - with_first).max() > 0.5
    assert np.abs(again - with_first).max() < 1e-4
    assert np.abs(with_first - freshly_loaded(engine, ask, first)).max() < 1e-3
    assert np.abs(with_second - freshly_loaded(engine, ask, second)).max() < 1e-3


def test_what_was_read_under_another_adapter_is_read_again(engine, ask, adapters):
    request = ask(PROMPT)
    assert engine.warm(request).n_cached_tokens == 0
    assert engine.warm(request).n_cached_tokens > 0
    engine.use_adapter(adapters[0])
    assert engine.warm(request).n_cached_tokens == 0
