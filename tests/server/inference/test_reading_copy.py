"""A copy of a model that is read sooner."""

import pytest

from dataset_core.tokens import embedded_model
from server.gguf.header import read_gguf_header
from server.inference.engine import Engine
from server.inference.protocol import GenerationRequest, Turn
from server.inference.reading_copy import read_sooner


@pytest.fixture
def cache(tmp_path, monkeypatch):
    folder = tmp_path / "cache"
    monkeypatch.setattr("platformdirs.user_cache_dir", lambda _: str(folder))
    return folder


def test_the_copy_is_made_once_and_answers_as_the_model_does(cache):
    model = embedded_model()
    copy = read_sooner(model, read_gguf_header(model))
    assert copy.is_relative_to(cache)
    assert read_gguf_header(copy).values["general.file_type"] == 7, "Q8_0"
    made_at = copy.stat().st_mtime_ns
    assert read_sooner(model, read_gguf_header(model)) == copy
    assert copy.stat().st_mtime_ns == made_at
    assert read_sooner(copy, read_gguf_header(copy)) == copy, "it is read soon enough as it is"
    request = GenerationRequest(
        model=str(model), turns=(Turn("user", "Name the days of the week."),), max_tokens=12, temperature=0.0, threads=1
    )
    answers = []
    for reads_sooner in (False, True):
        engine = Engine(model, n_threads=1, reads_sooner=reads_sooner)
        answers.append(engine.generate(request).text)
        engine.close()
    assert answers[0] == answers[1] != ""


def test_where_it_cannot_be_written_the_model_is_read_itself(cache, capsys):
    cache.write_text("a file where the folder would be")
    assert read_sooner(embedded_model(), read_gguf_header(embedded_model())) == embedded_model()
    assert "is read as it is, which takes longer" in capsys.readouterr().err
