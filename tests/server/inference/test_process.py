"""The generating process with the real embedded model: answers, cancellation, warm prompts, adapters, bad input."""

import os
import signal
import threading
import time
from itertools import groupby

import llama_cpp
import msgspec
import pytest

from dataset_core.tokens import embedded_model
from server.chat_template import of_gguf
from server.gguf.adapter import write_adapter
from server.gguf.header import read_gguf_header
from server.processes.inference import InferenceError, InferenceProcess
from tests.server.adapters import write_random_adapter

BASE = embedded_model()


@pytest.fixture(scope="module")
def adapter(tmp_path_factory):
    folder = tmp_path_factory.mktemp("adapter")
    write_adapter(write_random_adapter(folder / "peft"), BASE, folder / "adapter.gguf")
    return folder / "adapter.gguf"


def test_the_text_comes_in_pieces_and_again_the_same(process, ask):
    pieces = []
    first = process.generate(ask(), pieces.append)
    assert "".join(pieces) == first.text
    assert len(pieces) > 3
    assert first.n_tokens == 16
    assert first.finish_reason == "length"
    again = process.generate(ask())
    assert again.text == first.text
    assert again.n_cached_tokens == again.n_prompt_tokens - 1


def test_the_same_answer_as_bare_llama_cpp_python(process, ask):
    llama = llama_cpp.Llama(str(BASE), n_ctx=256, n_threads=1, verbose=False)
    bare = llama.create_chat_completion([{"role": "user", "content": "Name the days of the week."}], max_tokens=16, temperature=0.0)
    llama.close()
    assert process.generate(ask()).text == bare["choices"][0]["message"]["content"]


def test_a_long_repetition_becomes_unlikely_and_an_answer_without_one_stays_as_it_is(process, ask):
    again = ask("Write the word hotel a hundred times.", answer_prefix="hotel hotel hotel hotel hotel hotel", max_tokens=64)
    bound = msgspec.structs.replace(again, longest_repeat=8)
    assert process.generate(again).finish_reason == "repetition"
    assert longest_run(process.generate(bound).text) <= 16
    assert process.generate(ask(longest_repeat=8)).text == process.generate(ask()).text


def longest_run(text):
    """Words in a row that are equal."""
    return max((len(list(group)) for _, group in groupby(text.split())), default=0)


def test_the_prompt_ids_are_those_of_the_template(process, ask):
    llama = llama_cpp.Llama(str(BASE), vocab_only=True, verbose=False)
    text = of_gguf(read_gguf_header(BASE).values).prompt_text("Use `a < b` … été\n\n    if (x) {}")
    assert process.prompt_ids(ask("Use `a < b` … été\n\n    if (x) {}")) == llama.tokenize(text.encode(), add_bos=False, special=True)
    llama.close()


def test_the_answer_goes_on_from_its_prefix_and_ends_at_a_stop_text(process, ask):
    answer = process.generate(ask("Count from one to nine.", answer_prefix="1, 2, 3, 4,", stop=("8",), max_tokens=40))
    assert answer.text.strip().startswith("5")
    assert answer.finish_reason == "stop"
    assert "8" not in answer.text


def test_a_grammar_is_obeyed(process, ask):
    answer = process.generate(ask("Is water wet?", grammar='root ::= ("no" | "yes") "!"'))
    assert answer.text in {"no!", "yes!"}
    assert answer.n_refused_tokens > 0
    assert answer.finish_reason == "stop"


@pytest.mark.parametrize("grammar", ["nonsense", 'root ::= "a', 'rot ::= "a"', "root ::= other"])
def test_a_broken_grammar_is_an_error_and_nothing_dies(process, ask, grammar):
    with pytest.raises(InferenceError, match="grammar cannot be read"):
        process.generate(ask(grammar=grammar))
    assert process.generate(ask(max_tokens=1)).n_tokens == 1


def test_adapters_are_swapped_without_loading_the_base_again(process, ask, adapter):
    plain = process.generate(ask()).text
    process_id = process._process.pid
    adapted = process.generate(ask(adapter=str(adapter))).text
    assert adapted != plain
    assert process.generate(ask()).text == plain
    assert process.generate(ask(adapter=str(adapter))).text == adapted
    assert process._process.pid == process_id


def test_a_warm_prompt_is_not_read_again(process, ask):
    request = ask("Tell me of the sea. " * 20)
    assert process.warm(request).text == ""
    answer = process.generate(request)
    assert answer.n_cached_tokens == answer.n_prompt_tokens - 1


def test_cancelling_while_writing_keeps_what_there_is(process, ask):
    pieces = []

    def on_text(text):
        pieces.append(text)
        if len(pieces) == 3:
            process.cancel()

    answer = process.generate(ask("Tell me a long story.", max_tokens=1000), on_text)
    assert answer.finish_reason == "cancelled"
    assert answer.text.startswith("".join(pieces[:3]))
    assert answer.n_tokens < 200
    assert process.generate(ask(max_tokens=1)).n_tokens == 1


def test_cancelling_while_reading_the_prompt(process, ask):
    process.generate(ask(max_tokens=1))
    threading.Timer(0.1, process.cancel).start()
    answer = process.generate(ask("alpha beta gamma delta " * 400))
    assert (answer.finish_reason, answer.text) == ("cancelled", "")
    assert process.generate(ask(max_tokens=1)).n_tokens == 1


def test_a_process_that_does_not_react_is_killed_and_started_anew(ask):
    with InferenceProcess() as process:
        process.generate(ask(max_tokens=1))
        stuck = process._process
        os.kill(stuck.pid, signal.SIGSTOP)
        threading.Timer(0.1, process.cancel).start()
        started = time.monotonic()
        assert process.generate(ask(max_tokens=100)).finish_reason == "cancelled"
        assert time.monotonic() - started < 5
        assert stuck.poll() is not None
        assert process.generate(ask(max_tokens=1)).n_tokens == 1


def test_a_process_that_is_killed_is_an_error_and_started_anew(ask):
    with InferenceProcess() as process:
        process.generate(ask(max_tokens=1))
        threading.Timer(0.2, process._process.kill).start()
        with pytest.raises(InferenceError, match="the generating process ended"):
            process.generate(ask("Tell me a long story.", max_tokens=1900, grammar="root ::= [a-z ]+"))
        assert process.generate(ask(max_tokens=1)).n_tokens == 1


def test_without_llama_cpp_the_remedy_is_said(ask):
    remedy = pytest.raises(InferenceError, match=r"pip install 'mothertongue\[inference\]'")
    with InferenceProcess(module="tests.server.inference.no_llama") as process, remedy:
        process.generate(ask())


def test_models_and_adapters_that_cannot_be_used(process, ask, tmp_path, adapter):
    (tmp_path / "no.gguf").write_bytes(b"not a model")
    with pytest.raises(InferenceError, match=r"no.gguf is not a GGUF file"):
        process.generate(ask(model=str(tmp_path / "no.gguf")))
    with pytest.raises(InferenceError, match="there is no file"):
        process.generate(ask(model=str(tmp_path / "none.gguf")))
    with pytest.raises(InferenceError, match="is no model but of the type 'adapter'"):
        process.generate(ask(model=str(adapter)))
    with pytest.raises(InferenceError, match="there is no file"):
        process.generate(ask(adapter=str(tmp_path / "none.gguf")))
    with pytest.raises(InferenceError, match="is no LoRA adapter"):
        process.generate(ask(adapter=str(BASE)))


def test_a_prompt_that_does_not_fit(process, ask):
    with pytest.raises(InferenceError, match="reads at most 2,048"):
        process.generate(ask("alpha beta gamma delta " * 2000))
