import asyncio
import sys

import psutil
import pytest
from lsprotocol.types import CancelParams
from pygls.exceptions import JsonRpcException

from tests.server.lsp.editor import INVOICES, editing, make_project

pytestmark = pytest.mark.asyncio


async def test_a_folder_that_was_never_built_stays_untouched(tmp_path):
    root = make_project(tmp_path)
    async with editing(root) as editor:
        status = await editor.until(lambda status: status.contentChanged)
        editor.save(root / "shop/orders.py", INVOICES)
        answer = await editor.request("status")
    assert status.state == "notBuilt"
    assert answer.folders[0].state == "notBuilt"
    assert not (root / ".mothertongue").exists()


async def test_build_says_what_it_did_and_shows_progress(tmp_path):
    async with editing(make_project(tmp_path)) as editor:
        editor.client.progress_reports["build"] = []
        result = await editor.build(workDoneToken="build")
        reports = editor.client.progress_reports["build"]
        again = await editor.build()
    assert (result.changed, result.removed, result.status.files, result.status.state) == (2, 0, 2, "ready")
    assert result.status.examples == sum(family.count for family in result.status.families) > 5
    assert (reports[0].title, reports[0].cancellable, reports[-1].kind) == ("Building the data set", True, "end")
    percentages = [report.percentage for report in reports[:-1]]
    assert percentages == sorted(percentages)
    assert any("Reading files" in (report.message or "") for report in reports[1:-1])
    assert (again.changed, again.status.examples) == (0, result.status.examples)


async def test_the_artifact_type_is_remembered(tmp_path):
    async with editing(make_project(tmp_path)) as editor:
        before = await editor.request("artifactTypes", folder=editor.uri)
        await editor.build(artifactType="erd")
        after = await editor.request("artifactTypes", folder=editor.uri)
        with pytest.raises(JsonRpcException, match="artifact_type") as refused:
            await editor.build(artifactType="poem")
    assert (before.chosen, after.chosen) == ("code_prototype", "erd")
    assert [kind.title for kind in after.artifactTypes][:2] == ["Code Prototype", "ERD"]
    assert refused.value.data["kind"] == "settings"


async def test_a_cancelled_build_gets_one_response_and_the_next_one_goes_on(tmp_path):
    root = make_project(tmp_path)
    for number in range(150):
        (root / f"shop/part{number}.py").write_text(INVOICES.replace("Invoice", f"Part{number}Invoice"), "utf-8")
    async with editing(root) as editor:
        request = editor.start("build", "the-build", folder=editor.uri)
        await editor.until(lambda status: status.state == "building")
        editor.client.cancel_request(CancelParams("the-build"))
        with pytest.raises(JsonRpcException) as cancelled:
            await asyncio.wait_for(request, 60)
        result = await editor.build()
    assert cancelled.value.code == -32800
    assert result.status.files == 152


async def test_while_it_builds_the_status_is_what_was_known_last(tmp_path):
    async with editing(make_project(tmp_path)) as editor:
        await editor.request("status")
        (index_process,) = psutil.Process(editor.process_id).children()
        request = editor.start("build", folder=editor.uri)
        await editor.until(lambda status: status.state == "building")
        index_process.suspend()
        status = (await editor.request("status")).folders[0]
        index_process.resume()
        assert (await asyncio.wait_for(request, 60)).status.files == 2
    assert (status.state, status.files, status.artifactType) == ("building", 0, "code_prototype")


async def test_a_build_that_waits_for_another_one_can_be_cancelled(tmp_path):
    async with editing(make_project(tmp_path)) as editor:
        first = editor.start("build", "first", folder=editor.uri)
        second = editor.start("build", "second", folder=editor.uri)
        editor.client.cancel_request(CancelParams("second"))
        with pytest.raises(JsonRpcException):
            await asyncio.wait_for(second, 60)
        assert (await asyncio.wait_for(first, 60)).status.files == 2


async def test_clean_removes_the_data_set(tmp_path):
    root = make_project(tmp_path)
    async with editing(root) as editor:
        await editor.build()
        result = await editor.request("clean", folder=editor.uri, includeExports=True)
        status = (await editor.request("status", folder=editor.uri)).folders[0]
    assert result.removed == [(root / ".mothertongue").as_uri()]
    assert not (root / ".mothertongue").exists()
    assert (status.state, status.files) == ("notBuilt", 0)


async def test_doctor_and_explain(tmp_path):
    root = make_project(tmp_path)
    (root / ".env").write_text("KEY=1\n", "utf-8")
    async with editing(root) as editor:
        findings = (await editor.request("doctor", folder=editor.uri)).findings
        taken = await editor.request("explain", uri=(root / "shop/orders.py").as_uri())
        refused = await editor.request("explain", uri=(root / ".env").as_uri())
    assert {"Python", "SQLite", "Grammars"} <= {finding.what for finding in findings if finding.state == "ok"}
    assert taken.sentence.endswith("part of the project")
    assert "not part" in refused.sentence


@pytest.mark.parametrize(("python", "state"), [(sys.executable, "ok"), ("/no/such/python", "missing")])
async def test_the_doctor_looks_for_torch_and_llama_where_models_run(tmp_path, python, state):
    async with editing(make_project(tmp_path), options={"modelPython": python}) as editor:
        findings = {finding.what: finding for finding in (await editor.request("doctor", folder=editor.uri)).findings}
    assert {findings["torch"].state, findings["llama_cpp"].state} == {state}
    assert ("Set Up Model Environment" in findings["torch"].remedy) is (state == "missing")
    assert findings["Store"].remedy == "build the data set"
