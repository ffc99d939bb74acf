"""The server with OpenAI's own client: answers, streams, the token, bad requests, a client that goes away."""

import socket
import threading
import time

import httpx
import openai
import pytest
import uvicorn

from dataset_core.tokens import embedded_model
from server.generation.models import ChosenModel
from server.generation.openai_server import create_app

TOKEN = "a-token-of-the-tests"
ASK = [{"role": "user", "content": "Name the days of the week."}]


@pytest.fixture(scope="module")
def url(process):
    app = create_app(process, ChosenModel(embedded_model(), None), TOKEN, threads=1)
    with socket.socket() as listener:
        listener.bind(("127.0.0.1", 0))
        server = uvicorn.Server(uvicorn.Config(app, log_level="error"))
        thread = threading.Thread(target=server.run, kwargs={"sockets": [listener]})
        thread.start()
        while not server.started:
            time.sleep(0.01)
        yield f"http://127.0.0.1:{listener.getsockname()[1]}/v1"
        server.should_exit = True
        thread.join()


@pytest.fixture(scope="module")
def client(url):
    with openai.OpenAI(base_url=url, api_key=TOKEN, max_retries=0) as made:
        yield made


def test_the_list_of_models(client):
    assert [model.id for model in client.models.list()] == ["mothertongue"]
    with pytest.raises(openai.NotFoundError):
        client.models.retrieve("gpt-4")


def test_an_answer_and_the_same_as_a_stream(client):
    whole = client.chat.completions.create(model="mothertongue", messages=ASK, max_tokens=12, temperature=0)
    assert whole.usage.completion_tokens == 12
    assert whole.choices[0].finish_reason == "length"
    stream = client.chat.completions.create(
        model="mothertongue", messages=ASK, max_tokens=12, temperature=0, stream=True, stream_options={"include_usage": True}
    )
    chunks = list(stream)
    assert "".join(chunk.choices[0].delta.content or "" for chunk in chunks if chunk.choices) == whole.choices[0].message.content
    assert chunks[-1].usage.total_tokens == whole.usage.total_tokens
    assert [chunk.choices[0].finish_reason for chunk in chunks if chunk.choices][-1] == "length"


def test_stop_texts_and_messages_in_parts(client):
    messages = [
        {"role": "developer", "content": "Be brief."},
        {"role": "user", "content": [{"type": "text", "text": "Count to nine: 1, 2,"}]},
    ]
    answer = client.chat.completions.create(model="mothertongue", messages=messages, max_tokens=30, temperature=0, stop=["."])
    assert "." not in answer.choices[0].message.content


def test_a_grammar_as_an_extra(client):
    extra = {"grammar": 'root ::= "yes" | "no"'}
    answer = client.chat.completions.create(model="mothertongue", messages=ASK, max_tokens=8, extra_body=extra)
    assert answer.choices[0].message.content in {"yes", "no"}
    with pytest.raises(openai.BadRequestError, match="grammar cannot be read"):
        client.chat.completions.create(model="mothertongue", messages=ASK, extra_body={"grammar": "("}, stream=True)


@pytest.mark.parametrize(
    "header", [{}, {"Authorization": "Bearer wrong"}, {"Authorization": f"Basic {TOKEN}"}, {"Authorization": "Bearer ä".encode()}]
)
def test_without_the_token_nothing(url, header):
    for method, path in (("GET", "/models"), ("POST", "/chat/completions")):
        answer = httpx.request(method, url + path, headers=header)
        assert answer.status_code == 401
        assert "token" in answer.json()["error"]["message"]


def test_another_host_name_is_refused(url):
    answer = httpx.get(f"{url}/models", headers={"Host": "evil.example", "Authorization": f"Bearer {TOKEN}"})
    assert answer.status_code == 400


@pytest.mark.parametrize(
    "body", [b"", b"{", b"[]", b'{"messages": []}', b'{"messages": [{"role": "wizard", "content": "x"}]}', b'{"messages": "x"}']
)
def test_bad_requests_are_answered(url, body):
    answer = httpx.post(f"{url}/chat/completions", content=body, headers={"Authorization": f"Bearer {TOKEN}"})
    assert answer.status_code == 400
    assert answer.json()["error"]["type"] == "invalid_request_error"


def test_too_much_is_refused(url):
    answer = httpx.post(f"{url}/chat/completions", content=b"x" * 5_000_000, headers={"Authorization": f"Bearer {TOKEN}"})
    assert answer.status_code == 413


def test_a_prompt_that_does_not_fit_is_a_bad_request(client):
    with pytest.raises(openai.BadRequestError, match="reads at most"):
        client.chat.completions.create(model="mothertongue", messages=[{"role": "user", "content": "alpha beta " * 4000}])


def test_a_client_that_goes_away_frees_the_model(client):
    stream = client.chat.completions.create(
        model="mothertongue", messages=ASK, max_tokens=3000, stream=True, extra_body={"grammar": "root ::= [a-z ]+"}
    )
    next(stream)
    stream.close()
    assert client.chat.completions.create(model="mothertongue", messages=ASK, max_tokens=2).usage.completion_tokens == 2
