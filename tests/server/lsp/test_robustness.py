import asyncio
import json
import subprocess
import sys
from contextlib import contextmanager

import psutil
import pytest
from pygls.exceptions import JsonRpcException

from dataset_core.settings import load_settings
from dataset_core.store import FOLDER_NAME, Store
from server.protocol import METHODS
from tests.server.lsp.editor import COMMAND, PATIENCE_S, editing, make_project

WRONG_TYPES = {"folder": 3, "uris": 3, "uri": 3, "reason": "tired"}


@pytest.mark.asyncio
async def test_bad_parameters_get_an_error(tmp_path):
    async with editing(make_project(tmp_path)) as editor:
        for method in (name for name, method in METHODS.items() if method.from_client):
            for params in (WRONG_TYPES, [], "text"):
                with pytest.raises(JsonRpcException, match=f"{method}: ") as refused:
                    await asyncio.wait_for(editor.send(method, params), PATIENCE_S)
                assert refused.value.code == -32602


@pytest.mark.asyncio
async def test_a_crash_is_one_error_and_the_next_build_works(tmp_path):
    async with editing(make_project(tmp_path)) as editor:
        await editor.request("status")
        (child,) = psutil.Process(editor.process_id).children()
        request = editor.start("build", folder=editor.uri)
        await editor.until(lambda status: status.state == "building")
        child.kill()
        with pytest.raises(JsonRpcException, match="ended unexpectedly") as crashed:
            await asyncio.wait_for(request, PATIENCE_S)
        failed = await editor.until(lambda status: status.state == "failed")
        assert (await editor.build()).status.files == 2
        assert editor.client.messages == []
    assert crashed.value.data["kind"] == "crashed"
    assert failed.problem == str(crashed.value)


@pytest.mark.asyncio
async def test_a_second_server_waits_for_the_first_one(tmp_path):
    root = make_project(tmp_path)
    async with editing(root) as one, editing(root) as two:
        await one.build()
        with Store(root / FOLDER_NAME) as store, store.held():
            waiting = two.start("build", "waits", folder=two.uri)
            await two.until(lambda status: status.state == "building")
            status = (await two.request("status")).folders[0]  # readers need not wait
        assert status.files == 2
        assert (await asyncio.wait_for(waiting, PATIENCE_S)).status.files == 2
    assert load_settings(root).target == 5_000


@contextmanager
def raw_server():
    process = subprocess.Popen(COMMAND, stdin=subprocess.PIPE, stdout=subprocess.PIPE, stderr=subprocess.PIPE)
    try:
        yield process
    finally:
        process.kill()
        process.wait()
        for stream in (process.stdin, process.stdout, process.stderr):
            stream.close()


def send(process, method, message_id=None, **params):
    message = {"jsonrpc": "2.0", "method": method, "params": params} | ({"id": message_id} if message_id is not None else {})
    body = json.dumps(message).encode()
    process.stdin.write(b"Content-Length: %d\r\n\r\n%b" % (len(body), body))
    process.stdin.flush()


def receive(process):
    length = 0
    while (line := process.stdout.readline().strip()) != b"":
        name, _, value = line.partition(b":")
        length = int(value) if name == b"Content-Length" else length
    return json.loads(process.stdout.read(length)) if length else None


def response_to(process, message_id):
    while (message := receive(process)) is not None:
        if message.get("id") == message_id and "method" not in message:
            return message
    return None


def initialize(process, root):
    folders = [{"uri": root.as_uri(), "name": root.name}]
    send(process, "initialize", 1, processId=None, capabilities={}, workspaceFolders=folders, rootUri=None)
    response = response_to(process, 1)
    send(process, "initialized")
    return response


@pytest.mark.parametrize(
    ("method", "params", "code"),
    [
        ("mothertongue/sing", {}, -32601),
        ("workspace/executeCommand", {"command": 3, "arguments": 3}, -32602),
        ("workspace/executeCommand", {"command": "mothertongue.server.sing"}, -32602),
        ("workspace/executeCommand", {"command": "mothertongue.server.build", "arguments": [3]}, -32602),
        ("workspace/executeCommand", {"command": "mothertongue.server.explain", "arguments": [{}]}, -32602),
    ],
)
def test_requests_that_are_not_ours_or_not_valid_get_an_error(tmp_path, method, params, code):
    with raw_server() as process:
        initialize(process, make_project(tmp_path))
        send(process, method, 2, **params)
        assert response_to(process, 2)["error"]["code"] == code


def test_a_client_that_goes_without_a_word_leaves_no_process_behind(tmp_path):
    with raw_server() as process:
        initialize(process, make_project(tmp_path))
        send(process, "mothertongue/status", 2)
        response_to(process, 2)
        children = psutil.Process(process.pid).children(recursive=True)
        send(process, "mothertongue/build", 3, folder=tmp_path.as_uri())
        process.stdin.close()
        process.stdout.close()
        process.wait(PATIENCE_S)
        gone, alive = psutil.wait_procs(children, PATIENCE_S)
        errors = process.stderr.read().decode()
    assert children
    assert (len(gone), alive) == (len(children), [])
    assert "RecursionError" not in errors
    assert len(errors.splitlines()) < 60


def test_every_request_gets_exactly_one_response_before_initialize_and_after_shutdown(tmp_path):
    with raw_server() as process:
        send(process, "mothertongue/status", "early")
        early = response_to(process, "early")
        initialize(process, make_project(tmp_path))
        send(process, "shutdown", 2)
        shutdown = response_to(process, 2)
        send(process, "mothertongue/status", "late")
        late = response_to(process, "late")
        send(process, "exit")
        code = process.wait(PATIENCE_S)
        rest = process.stdout.read()
    assert (early["error"]["code"], late["error"]["code"]) == (-32002, -32600)
    assert shutdown["result"] is None
    assert code == 0
    assert rest == b""


def test_nothing_but_messages_is_written_to_standard_output(tmp_path):
    program = (
        "import sys; from server import __main__; from server.lsp import json_rpc; from server.processes import index\n"
        "handle = json_rpc.AnsweringProtocol.handle_message\n"
        "def noisy(self, message): print('noise', flush=True); sys.stdout.write('noise'); handle(self, message)\n"
        "json_rpc.AnsweringProtocol.handle_message = noisy\n"
        "__main__.main()"
    )
    process = subprocess.Popen(
        [sys.executable, "-c", program], stdin=subprocess.PIPE, stdout=subprocess.PIPE, stderr=subprocess.PIPE, bufsize=-1
    )
    initialize(process, make_project(tmp_path))
    send(process, "shutdown", 2)
    assert response_to(process, 2)["result"] is None
    send(process, "exit")
    output, errors = process.communicate(timeout=PATIENCE_S)
    assert b"noise" not in output
    assert b"noise" in errors


@pytest.mark.parametrize(
    "program",
    [
        "from server.lsp.language_server import make_server; make_server()",
        "import server.processes.index, server.processes.jobs, server.processes.questions",
    ],
)
def test_neither_process_loads_torch_or_llama(program):
    check = f"{program}; import sys; print(sorted({{'torch', 'llama_cpp', 'transformers', 'peft'}} & set(sys.modules)))"
    assert subprocess.run([sys.executable, "-c", check], check=True, capture_output=True, text=True).stdout == "[]\n"


def test_the_server_process_loads_no_data_set_core():
    check = "from server.lsp.language_server import make_server; make_server(); import sys; print('dataset_core' in sys.modules)"
    assert subprocess.run([sys.executable, "-c", check], check=True, capture_output=True, text=True).stdout == "False\n"
