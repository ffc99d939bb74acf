"""JSON-RPC as pygls speaks it, with exactly one response to each request, also to those that cannot be read or come too late.

It overrides inner methods of pygls 2.1; `tests/server/lsp/test_robustness.py` fails where a newer one has changed them.
"""

from __future__ import annotations

import logging
from concurrent.futures import Future
from typing import Any

from lsprotocol import types
from pygls.exceptions import (
    JsonRpcException,
    JsonRpcInternalError,
    JsonRpcInvalidParams,
    JsonRpcInvalidRequest,
    JsonRpcRequestCancelled,
    JsonRpcServerNotInitialized,
)
from pygls.protocol import LanguageServerProtocol
from pygls.protocol.json_rpc import JsonRPCRequestMessage

from server.protocol import METHODS

MsgId = str | int

logger = logging.getLogger(__name__)


class RequestFailedError(JsonRpcException):
    """A request was right, but could not be fulfilled."""

    CODE = -32803
    MESSAGE = "Request Failed"


class AnsweringProtocol(LanguageServerProtocol):
    """The protocol of the language server."""

    def __init__(self, *args: Any, answered_early: MsgId | None = None, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self._answered_early = answered_early
        self._is_initialized = False

    def structure_message(self, data: dict[str, Any]) -> Any:
        """Leave the custom messages' parameters as they are; answer a request whose parameters are not valid, which pygls only logs."""
        if data.get("method") in METHODS and "id" in data and "jsonrpc" in data:
            return JsonRPCRequestMessage(data["id"], data["method"], data["jsonrpc"], data.get("params"))
        try:
            return super().structure_message(data)
        except (JsonRpcInvalidParams, JsonRpcInternalError):
            if "id" in data and "method" in data:
                error = JsonRpcInvalidParams(f"{data['method']}: its parameters are not valid")
                self._send_response(data["id"], error=error.to_response_error())
            raise

    def handle_message(self, message: Any) -> None:
        """Refuse, rather than leave unanswered, what comes before `initialize` or after `shutdown`."""
        method, message_id = getattr(message, "method", ""), getattr(message, "id", None)
        if method and message_id is not None:
            if self._shutdown:
                self._send_response(message_id, error=JsonRpcInvalidRequest("the server is shutting down").to_response_error())
                return
            if not self._is_initialized and method != types.INITIALIZE:
                self._send_response(message_id, error=JsonRpcServerNotInitialized("initialize comes first").to_response_error())
                return
            self._is_initialized = True
        super().handle_message(message)

    def _send_handler_result(self, future: Future[Any], *, msg_id: MsgId) -> None:
        """Send what a handler gave. What was refused or failed for a known reason is no matter for the log."""
        self._request_futures.pop(msg_id, None)
        if future.cancelled():
            self._send_response(msg_id, error=JsonRpcRequestCancelled("cancelled").to_response_error())
            return
        error = future.exception()
        if error is None:
            self._send_response(msg_id, result=future.result())
        elif isinstance(error, JsonRpcException):
            self._send_response(msg_id, error=error.to_response_error())
        else:
            logger.error("A handler failed", exc_info=error)
            message = f"Something went wrong inside Mothertongue ({type(error).__name__}). The log has the details; please report them."
            self._send_response(msg_id, error=JsonRpcInternalError(message).to_response_error())

    def _send_response(self, msg_id: MsgId, result: Any = None, error: types.ResponseError | None = None) -> None:
        if self._answered_early is not None and msg_id == self._answered_early:
            self._answered_early = None
            return
        super()._send_response(msg_id, result, error)

    def _send_data(self, data: Any) -> None:
        """Nothing to anybody who is gone: the loop ends by itself when the input does."""
        try:
            super()._send_data(data)
        except (BrokenPipeError, ValueError):
            self.writer = None
