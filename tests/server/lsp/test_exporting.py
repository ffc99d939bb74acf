import asyncio
from pathlib import Path

import msgspec
import pytest
from lsprotocol.types import CancelParams, ExecuteCommandParams
from pygls.exceptions import JsonRpcException
from pygls.uris import to_fs_path

from server.protocol import COMMANDS, METHODS
from tests.server.lsp.editor import PATIENCE_S, editing, make_project

pytestmark = pytest.mark.asyncio


def lines_of(uri):
    return Path(to_fs_path(uri)).read_text("utf-8").splitlines()


async def test_export_verify_and_report(tmp_path):
    root = make_project(tmp_path)
    async with editing(root, settings={"maxCommits": 0}) as editor:
        none = await editor.request("report", folder=editor.uri)
        with pytest.raises(JsonRpcException, match="Export the data set first") as refused:
            await editor.request("verify", folder=editor.uri)
        exported = await editor.request("export", folder=editor.uri, target=40, format="messages")
        verified = await editor.request("verify", folder=editor.uri, uri=exported.uri)
        report = await editor.request("report", folder=editor.uri)
        status = (await editor.request("status")).folders[0]
    assert (none.uri, refused.value.data["kind"]) == (None, "noExport")
    rows = lines_of(exported.uri)
    assert len(rows) == exported.trainRows
    assert '"messages"' in rows[0]
    assert sum(family.taken for family in exported.families) == exported.trainRows + exported.validationRows == verified.rows
    assert (verified.uri, verified.reportUri) == (exported.uri, exported.reportUri)
    assert {check.passed for check in verified.checks if check.id == "count"} <= {False}
    assert (report.uri, report.exportUri, status.newestExport) == (exported.reportUri, exported.uri, exported.uri)


async def test_a_cancelled_export_and_a_cancelled_verification_leave_no_half_files(tmp_path):
    root = make_project(tmp_path)
    async with editing(root) as editor:
        for method, stage in (("export", "Choosing rows"), ("verify", "Parsing diagrams")):
            request = editor.start(method, method, folder=editor.uri)
            await editor.until(lambda status, stage=stage: status.activity is not None and status.activity.stage == stage)
            editor.client.cancel_request(CancelParams(method))
            with pytest.raises(JsonRpcException) as cancelled:
                await asyncio.wait_for(request, 60)
            assert cancelled.value.code == -32800
            if method == "export":
                assert not list((root / "finetune_datasets").glob("*"))
                await editor.request("export", folder=editor.uri, target=300)


async def test_commands_do_the_same_for_clients_without_custom_requests(tmp_path):
    async with editing(make_project(tmp_path)) as editor:

        async def execute(command, *arguments):
            params = ExecuteCommandParams(f"mothertongue.server.{command}", list(arguments))
            return await asyncio.wait_for(editor.send("workspace/executeCommand", params), 60)

        built = await execute("build")
        exported = await execute("export", {"folder": editor.uri, "target": 30})
        status = await execute("status", editor.uri)
        with pytest.raises(JsonRpcException, match="nowhere"):
            await execute("build", "file:///nowhere")
    assert built["status"]["files"] == 2
    assert exported["trainRows"] > 0
    assert status["folders"][0]["newestExport"] == exported["uri"]


async def test_what_is_added_after_an_export_is_said_where_rows_are_chosen_to_train_on(tmp_path):
    root = make_project(tmp_path)
    async with editing(root) as editor:

        async def newer():
            return [found.newer for found in (await editor.request("trainingChoices", folder=editor.uri)).exports]

        await editor.request("build", folder=editor.uri)
        await editor.request("export", folder=editor.uri, target=30)
        assert await newer() == [0]
        added = await editor.request("addExamples", uris=[(root / "shop/orders.py").as_uri()])
        assert await newer() == [added.examples] != [0]
        await editor.request("export", folder=editor.uri, target=30)
        assert await newer() == [0]


async def test_each_command_answers_as_its_request_does(tmp_path):
    root = make_project(tmp_path)
    uri = (root / "shop/orders.py").as_uri()
    arguments = {
        "build": {"artifactType": "erd"},
        "export": {"target": 30},
        "verify": {},
        "addExamples": {"uris": [uri]},
        "status": {},
        "artifactTypes": {},
        "explain": {"uri": uri},
        "judge": {"uri": uri, "line": 3, "prompt": "an order", "text": "class Order: ...", "language": "python", "verdict": "rejected"},
        "models": {},
        "runs": {},
        "trainingChoices": {},
        "diagram": {"uri": uri},
        "report": {},
        "doctor": {},
        "pause": {"reason": "user"},
        "resume": {"reason": "user"},
        "clean": {"includeExports": True},
    }
    refused = {
        "train": {"base": "/no/such/base.gguf"},
        "run": {"run": "none"},
        "stopTraining": {"run": "none"},
        "resumeTraining": {"run": "none"},
    }
    assert {f"mothertongue.server.{name}" for name in (*arguments, *refused)} == set(COMMANDS)
    async with editing(root) as editor:

        async def execute(name, argument):
            params = ExecuteCommandParams(f"mothertongue.server.{name}", [argument])
            return await asyncio.wait_for(editor.send("workspace/executeCommand", params), PATIENCE_S)

        for name, argument in refused.items():
            with pytest.raises(JsonRpcException) as as_command:
                await execute(name, argument)
            with pytest.raises(JsonRpcException) as as_request:
                await editor.request(name, folder=editor.uri, **argument)
            assert (as_command.value.code, as_command.value.message) == (as_request.value.code, as_request.value.message)
        for name, argument in arguments.items():
            assert msgspec.convert(await execute(name, argument), METHODS[f"mothertongue/{name}"].result)
    assert not (root / ".mothertongue").exists()
