"""Writes what is derived from `protocol` (`make protocol`): its document, the extension's types, and the answer to `initialize`."""

from __future__ import annotations

import inspect
import json
import re
import sys
import typing
from collections.abc import Iterator, Mapping
from enum import Enum
from pathlib import Path
from types import UnionType
from typing import Any, Literal, get_args, get_origin, get_type_hints

import msgspec
from lsprotocol import types

from server import protocol
from server.lsp.early_answer import RESULT_PATH
from server.lsp.language_server import make_server
from server.lsp.settings import SCOPES
from server.protocol import METHODS, ErrorData, ErrorKind, InitializationOptions, Message, Method
from server.protocol_examples import EXAMPLES

TYPESCRIPT_PATH = Path("extension/src/protocol.ts")
DOCUMENT_PATH = Path("docs/protocol.md")

_SCALARS = {str: "string", int: "number", float: "number", bool: "boolean", type(None): "null"}
_DOCUMENT_START = """\
# Messages between Mothertongue's language server and an editor

Written by `make protocol` from `server/protocol.py`; change that one. Names and types are those of `extension/src/protocol.ts`.

Beside the Language Server Protocol, the server speaks the requests and notifications below. They are JSON-RPC like the others. Whatever
takes long is a request of its own, because editors do not cancel commands: send `$/cancelRequest` to end it, and give a `workDoneToken`
to be told of progress in `$/progress`. What was done until a cancellation is kept, so that the next build goes on from there.

`textDocument/inlineCompletion` answers prompt lines. With a `workDoneToken`, `$/progress` says when the model begins to answer one, and at
its end why no answer came, if none did; `mothertongue/generated` brings the text under the same token.

- Every request gets exactly one response. Parameters that are not valid get the error `-32602` (InvalidParams), which names the field.
- Work that failed gets `-32803` (RequestFailed) with a sentence for people, remedy included, and `data.kind` for programs. Work that was
  cancelled gets `-32800` (RequestCancelled).
- Lines count from 1, the last one included; 0 stands for no span. Folders and files are URIs; `folder` is one of the workspace folders.
- Fields with `?` may be left out.

For clients that know no custom requests, these are commands of `workspace/executeCommand` too, with the same parameters as the one
argument (a string stands for the folder; without an argument, the only workspace folder is meant): {commands}.
Commands that an editor has sent cannot be cancelled.

`initialize` takes these `initializationOptions`:

{options}
Settings are asked for by `workspace/configuration`, section `mothertongue`, for each folder. One that is left out or null is not set: then
`mothertongue.toml` of the folder counts, or the default.

{settings}
"""


def main() -> None:
    """Write the files below the folder given, or here."""
    root = Path(sys.argv[1]) if len(sys.argv) > 1 else Path()
    for path, text in texts().items():
        (root / path).parent.mkdir(parents=True, exist_ok=True)
        (root / path).write_text(text, "utf-8", newline="\n")


def texts() -> Mapping[Path, str]:
    """Path → what must stand there."""
    return {TYPESCRIPT_PATH: typescript(), DOCUMENT_PATH: document(), Path("server/lsp", RESULT_PATH.name): initialize_result()}


def typescript() -> str:
    """The module of types and request objects for the extension."""
    parts = [
        "// Written by `make protocol` from server/protocol.py; change that one.\n",
        'import { NotificationType, RequestType } from "vscode-languageclient/node";\n',
        f"export type ErrorKind = {_typescript_literals(tuple(kind.value for kind in ErrorKind))};\n",
        *(_interface(message) for message in _messages()),
        *(_request_object(name, method) for name, method in METHODS.items()),
    ]
    return "\n".join(parts)


def document() -> str:
    """The document of all methods."""
    commands = ", ".join(f"`{name}`" for name in protocol.COMMANDS)
    start = _DOCUMENT_START.format(commands=commands, options=_field_table(InitializationOptions), settings=_settings_table())
    parts = [start, "## Methods\n", *(_section(name, method) for name, method in METHODS.items()), "## Shared parts\n"]
    shown = {message for method in METHODS.values() for message in (method.params, method.result)} | {InitializationOptions}
    parts += [
        f"### {message.__name__}\n\n{_summary(message)}\n\n{_field_table(message)}" for message in _messages() if message not in shown
    ]
    parts.append("### ErrorKind\n\n" + ", ".join(f"`{kind.value}`" for kind in ErrorKind) + "\n")
    return "\n".join(parts)


def initialize_result() -> str:
    """What the server answers to `initialize`."""
    operations = types.FileOperationClientCapabilities(did_create=True, did_rename=True, did_delete=True)
    client = types.ClientCapabilities(workspace=types.WorkspaceClientCapabilities(file_operations=operations))
    return json.dumps(initialize_result_for(client), indent=2) + "\n"


def initialize_result_for(client: types.ClientCapabilities) -> dict[str, Any]:
    """What pygls would answer to a client that can do this."""
    server, _ = make_server()
    generator = server.protocol.lsp_initialize(types.InitializeParams(capabilities=client))
    result = None
    try:
        handler, arguments, _ = next(generator)
        handler(*arguments)
        generator.send(None)
    except StopIteration as stop:
        result = stop.value
    answer: dict[str, Any] = server.protocol._converter.unstructure(result)  # noqa: SLF001 - as pygls sends it
    return answer


def _messages() -> Iterator[type[Message]]:
    for value in vars(protocol).values():
        if isinstance(value, type) and issubclass(value, Message) and value is not Message:
            yield value


def _interface(message: type[Message]) -> str:
    lines = [f"/** {_summary(message)} */", f"export interface {message.__name__} {{"]
    about, hints = _attributes(message), get_type_hints(message)
    for field in msgspec.structs.fields(message):
        optional = "" if field.required else "?"
        lines += [f"  /** {about[field.encode_name]} */", f"  {field.encode_name}{optional}: {_typescript_type(hints[field.name])};"]
    return "\n".join([*lines, "}\n"])


def _typescript_type(hint: Any) -> str:
    origin, arguments = get_origin(hint), get_args(hint)
    if hint in _SCALARS:
        return _SCALARS[hint]
    if origin is Literal:
        return _typescript_literals(arguments)
    if origin is tuple:
        inner = _typescript_type(arguments[0])
        return f"({inner})[]" if "|" in inner else f"{inner}[]"
    if origin in {typing.Union, UnionType}:
        return " | ".join(_typescript_type(argument) for argument in arguments)
    if isinstance(hint, type) and issubclass(hint, Enum):
        return hint.__name__
    return str(hint.__name__)


def _typescript_literals(values: tuple[str, ...]) -> str:
    return " | ".join(f'"{value}"' for value in values)


def _request_object(name: str, method: Method) -> str:
    stem = name.partition("/")[2]
    constant = stem[0].upper() + stem[1:]
    if method.result is None:
        return f'export const {constant}Notification = new NotificationType<{method.params.__name__}>("{name}");\n'
    kinds = f"{method.params.__name__}, {method.result.__name__}, {ErrorData.__name__}"
    return f'export const {constant}Request = new RequestType<{kinds}>("{name}");\n'


def _section(name: str, method: Method) -> str:
    direction = "client → server" if method.from_client else "server → client"
    sort = "notification" if method.result is None else "request"
    lines = [f"### `{name}`\n", f"{method.about}\n", f"{direction}, {sort}" + (", cancellable.\n" if method.cancellable else ".\n")]
    lines += [f"**{method.params.__name__}**: {_summary(method.params)}\n", _field_table(method.params)]
    if method.result is not None:
        lines += [f"**{method.result.__name__}**: {_summary(method.result)}\n", _field_table(method.result)]
        lines.append(f"Errors: {', '.join(['InvalidParams', *(f'`{kind.value}`' for kind in method.errors)])}.\n")
    params, result = EXAMPLES[name]
    lines.append(_json_block({"method": name, "params": params}))
    if result is not None:
        lines.append(_json_block({"result": result}))
    return "\n".join(lines)


def _field_table(message: type[Message]) -> str:
    rows, about, hints = ["| field | type | meaning |", "|---|---|---|"], _attributes(message), get_type_hints(message)
    for field in msgspec.structs.fields(message):
        optional = "" if field.required else "?"
        shown = _typescript_type(hints[field.name]).replace("|", "\\|")
        rows.append(f"| `{field.encode_name}{optional}` | `{shown}` | {about[field.encode_name]} |")
    return "\n".join(rows) + "\n"


def _settings_table() -> str:
    rows = ["| setting | scope | type | meaning |", "|---|---|---|---|"]
    for scope, settings in SCOPES.items():
        about, hints = _attributes(settings), get_type_hints(settings)
        for field in msgspec.structs.fields(settings):
            shown = _typescript_type(hints[field.name]).replace("|", "\\|")
            rows.append(f"| `mothertongue.{field.encode_name}` | {scope} | `{shown}` | {about[field.encode_name]} |")
    return "\n".join(rows) + "\n"


def _json_block(value: object) -> str:
    return f"```json\n{msgspec.json.format(msgspec.json.encode(value), indent=2).decode()}\n```\n"


def _summary(message: type[Message]) -> str:
    return " ".join(inspect.cleandoc(message.__doc__ or "").partition("\n\n")[0].split())


def _attributes(message: type[msgspec.Struct]) -> Mapping[str, str]:
    """Name on the wire → meaning, from the docstring's `Attributes`."""
    section = inspect.cleandoc(message.__doc__ or "").partition("Attributes:\n")[2]
    return dict(re.findall(r"^    (\w+): (.*)$", section, flags=re.MULTILINE))


if __name__ == "__main__":
    main()
