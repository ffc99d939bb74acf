"""The project's model under OpenAI's API, so that other tools on this machine can use it: chat completions and the list of models.

Loopback only, with a token. Knows no llama.cpp: requests go to the generating process, one after the other.
API: <https://platform.openai.com/docs/api-reference/chat>.
"""

from __future__ import annotations

import asyncio
import secrets
import time
from collections.abc import AsyncIterator
from contextlib import suppress
from typing import Any, Literal

import msgspec
from starlette.applications import Starlette
from starlette.middleware import Middleware
from starlette.middleware.trustedhost import TrustedHostMiddleware
from starlette.requests import ClientDisconnect, Request
from starlette.responses import Response, StreamingResponse
from starlette.routing import Route

from server.generation.models import ChosenModel
from server.inference.protocol import GenerationRequest, GenerationResult, Turn
from server.processes.inference import InferenceError, InferenceProcess

MODEL_NAME = "mothertongue"
LOOPBACK = "127.0.0.1"
_MAX_BODY_BYTES = 4_000_000
_ENCODER = msgspec.json.Encoder()


class _ContentPart(msgspec.Struct):
    """Part of a message: only text can be read."""

    type: Literal["text"]
    text: str


class _Message(msgspec.Struct):
    """One turn of a conversation."""

    role: Literal["system", "developer", "user", "assistant"]
    content: str | list[_ContentPart]


class _StreamOptions(msgspec.Struct):
    """What a stream ends with."""

    include_usage: bool = False


class _ChatRequest(msgspec.Struct):
    """The parameters that are read; others are accepted and have no effect. `grammar` (GBNF) goes beyond OpenAI's."""

    messages: list[_Message]
    model: str = MODEL_NAME
    max_tokens: int | None = None
    max_completion_tokens: int | None = None
    temperature: float | None = None
    top_p: float | None = None
    seed: int | None = None
    stop: str | list[str] | None = None
    stream: bool | None = False
    stream_options: _StreamOptions | None = None
    grammar: str = ""


class _ApiError(Exception):
    """A request that cannot be answered, with its HTTP status."""

    def __init__(self, status: int, message: str) -> None:
        super().__init__(message)
        self.status = status


def create_app(process: InferenceProcess, model: ChosenModel, token: str, *, threads: int = 0) -> Starlette:
    """The web application.

    Args:
        process: Answers all requests.
        model: That it answers with.
        token: That every request must bear.
        threads: Of the processor; as in `GenerationRequest`.
    """
    service = _Service(process, model, token, threads)
    routes = [
        Route("/v1/models", service.models),
        Route("/v1/models/{name}", service.model),
        Route("/v1/chat/completions", service.chat, methods=["POST"]),
    ]
    # A web page that a browser was tricked into reading from this address (DNS rebinding) names another host.
    hosts = Middleware(TrustedHostMiddleware, allowed_hosts=[LOOPBACK, "localhost", "[::1]"])
    return Starlette(routes=routes, middleware=[hosts], exception_handlers={_ApiError: _on_error, InferenceError: _on_error})


class _Service:
    """What the routes share: the process, and the turn to use it."""

    def __init__(self, process: InferenceProcess, model: ChosenModel, token: str, threads: int) -> None:
        self._process, self._model, self._token, self._threads = process, model, token, threads
        self._turn = asyncio.Lock()

    async def models(self, request: Request) -> Response:
        self._admit(request)
        return _json({"object": "list", "data": [_model_row()]})

    async def model(self, request: Request) -> Response:
        self._admit(request)
        if request.path_params["name"] != MODEL_NAME:
            raise _ApiError(404, f"there is one model, {MODEL_NAME!r}")
        return _json(_model_row())

    async def chat(self, request: Request) -> Response:
        self._admit(request)
        asked = await _read(request)
        work = self._generation_request(asked)
        number = f"chatcmpl-{secrets.token_hex(12)}"
        if asked.stream:
            wants_usage = asked.stream_options is not None and asked.stream_options.include_usage
            # The first piece is awaited here: an error before it still has its HTTP status.
            pieces = self._pieces(work)
            first = await anext(pieces)
            return StreamingResponse(_events(number, first, pieces, wants_usage=wants_usage), media_type="text/event-stream")
        text, result = "", None
        async for piece in self._pieces(work):
            if isinstance(piece, str):
                text += piece
            else:
                result = piece
            if await request.is_disconnected():
                self._process.cancel()
        assert result is not None  # noqa: S101 - the pieces end with it
        return _json(_completion(number, text, result))

    def _admit(self, request: Request) -> None:
        scheme, _, given = request.headers.get("authorization", "").partition(" ")
        if scheme.lower() != "bearer" or not secrets.compare_digest(given.encode(), self._token.encode()):
            raise _ApiError(401, "give the token that `mothertongue serve` printed as the API key")

    def _generation_request(self, asked: _ChatRequest) -> GenerationRequest:
        stop = [asked.stop] if isinstance(asked.stop, str) else asked.stop or []
        return GenerationRequest(
            model=str(self._model.path),
            adapter=str(self._model.adapter or ""),
            turns=tuple(Turn("system" if row.role == "developer" else row.role, _text_of(row)) for row in asked.messages),
            grammar=asked.grammar,
            stop=tuple(stop),
            max_tokens=asked.max_completion_tokens or asked.max_tokens or 1024,
            temperature=0.2 if asked.temperature is None else asked.temperature,
            top_p=0.95 if asked.top_p is None else asked.top_p,
            seed=asked.seed or 0,
            threads=self._threads,
        )

    async def _pieces(self, work: GenerationRequest) -> AsyncIterator[str | GenerationResult]:
        """The text piece by piece, then the result. Leaving early cancels the generation."""
        async with self._turn:
            loop = asyncio.get_running_loop()
            queue: asyncio.Queue[str | None] = asyncio.Queue()

            def show(text: str) -> None:
                loop.call_soon_threadsafe(queue.put_nowait, text)

            running = loop.run_in_executor(None, self._process.generate, work, show)
            running.add_done_callback(lambda _: queue.put_nowait(None))
            try:
                while (piece := await queue.get()) is not None:
                    yield piece
                yield await running
            finally:
                if not running.done():
                    self._process.cancel()
                    with suppress(InferenceError):
                        await asyncio.shield(running)


async def _read(request: Request) -> _ChatRequest:
    body = bytearray()
    try:
        async for chunk in request.stream():
            body += chunk
            if len(body) > _MAX_BODY_BYTES:
                raise _ApiError(413, f"a request has at most {_MAX_BODY_BYTES:,} bytes")
        asked = msgspec.json.decode(body, type=_ChatRequest)
    except ClientDisconnect as error:
        raise _ApiError(499, "the client went away") from error
    except msgspec.MsgspecError as error:
        raise _ApiError(400, str(error)) from error
    if not asked.messages:
        raise _ApiError(400, "there are no messages to answer")
    return asked


async def _events(
    number: str, first: str | GenerationResult, pieces: AsyncIterator[str | GenerationResult], *, wants_usage: bool
) -> AsyncIterator[bytes]:
    """Server-sent events, as OpenAI's clients expect them."""
    yield _event(_chunk(number, {"role": "assistant", "content": ""}))
    piece: str | GenerationResult | None = first
    while piece is not None:
        if isinstance(piece, str):
            yield _event(_chunk(number, {"content": piece}))
        else:
            yield _event(_chunk(number, {}, _finish_reason(piece)))
            if wants_usage:
                yield _event({**_chunk(number, {}), "choices": [], "usage": _usage(piece)})
        piece = await anext(pieces, None)
    yield b"data: [DONE]\n\n"


def _chunk(number: str, delta: dict[str, str], finish_reason: str | None = None) -> dict[str, Any]:
    choice = {"index": 0, "delta": delta, "finish_reason": finish_reason}
    return {"id": number, "object": "chat.completion.chunk", "created": int(time.time()), "model": MODEL_NAME, "choices": [choice]}


def _completion(number: str, text: str, result: GenerationResult) -> dict[str, Any]:
    choice = {"index": 0, "message": {"role": "assistant", "content": text}, "finish_reason": _finish_reason(result), "logprobs": None}
    return {
        "id": number, "object": "chat.completion", "created": int(time.time()), "model": MODEL_NAME, "choices": [choice],
        "usage": _usage(result),
    }  # fmt: skip


def _finish_reason(result: GenerationResult) -> str:
    """OpenAI knows no other reasons that fit."""
    return "stop" if result.finish_reason == "stop" else "length"


def _usage(result: GenerationResult) -> dict[str, Any]:
    return {
        "prompt_tokens": result.n_prompt_tokens,
        "completion_tokens": result.n_tokens,
        "total_tokens": result.n_prompt_tokens + result.n_tokens,
        "prompt_tokens_details": {"cached_tokens": result.n_cached_tokens},
    }


def _model_row() -> dict[str, Any]:
    return {"id": MODEL_NAME, "object": "model", "created": 0, "owned_by": "this project"}


def _text_of(message: _Message) -> str:
    return message.content if isinstance(message.content, str) else "".join(part.text for part in message.content)


async def _on_error(_request: Request, error: Exception) -> Response:
    status = error.status if isinstance(error, _ApiError) else 400
    kind = "authentication_error" if status == 401 else "invalid_request_error"  # noqa: PLR2004 - the HTTP status
    return _json({"error": {"message": str(error), "type": kind, "param": None, "code": None}}, status)


def _event(value: object) -> bytes:
    return b"data: " + _ENCODER.encode(value) + b"\n\n"


def _json(value: object, status: int = 200) -> Response:
    return Response(_ENCODER.encode(value), status, media_type="application/json")
