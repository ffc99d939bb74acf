import json
from pathlib import Path

import msgspec
import pytest
from lsprotocol.types import DidChangeConfigurationParams
from pygls.exceptions import JsonRpcException

from server.lsp.settings import SCOPES, MachineSettings, ModelSettings, ResourceSettings, WindowSettings, read_settings
from tests.server.lsp.editor import editing, make_project


@pytest.mark.parametrize(
    ("settings", "given", "problem"),
    [
        (ResourceSettings, {"target": 0}, "mothertongue.target is 0 and cannot be used: expected `int` >= 1"),
        (ResourceSettings, {"target": "many"}, "mothertongue.target is 'many'"),
        (ResourceSettings, {"target": 6_001}, "mothertongue.target is 6001"),
        (ResourceSettings, {"maxTokens": 100}, "mothertongue.maxTokens is 100 and cannot be used: expected 0 or `int` >= 128"),
        (ResourceSettings, {"maxTokens": 40_000}, "mothertongue.maxTokens is 40000"),
        (ResourceSettings, {"fillInMiddle": "no"}, "mothertongue.fillInMiddle is 'no'"),
        (ResourceSettings, {"maxCommits": -1}, "mothertongue.maxCommits is -1"),
        (ResourceSettings, {"libraryFolder": 3}, "mothertongue.libraryFolder is 3"),
        (ResourceSettings, {"format": "csv"}, "mothertongue.format is 'csv'"),
        (ResourceSettings, {"validationFraction": 0.9}, "mothertongue.validationFraction is 0.9"),
        (WindowSettings, {"keepUpToDate": "yes"}, "The default, true, counts until it is mended."),
        (WindowSettings, {"promptLines": 1}, "mothertongue.promptLines is 1"),
        (ModelSettings, {"model": 7}, "mothertongue.model is 7"),
        (MachineSettings, {"workers": 65}, "mothertongue.workers is 65"),
    ],
)
def test_a_bad_value_is_named_and_its_default_kept(settings, given, problem):
    read, (sentence,) = read_settings(given, settings)
    assert read == settings()
    assert problem in sentence


def test_the_editor_declares_the_settings_that_the_server_reads_in_the_same_scopes():
    manifest = json.loads((Path(__file__).parents[3] / "extension/package.json").read_text("utf-8"))
    declared = {name: setting["scope"] for name, setting in manifest["contributes"]["configuration"]["properties"].items()}
    read = {f"mothertongue.{field.encode_name}": scope for scope, settings in SCOPES.items() for field in msgspec.structs.fields(settings)}
    of_the_extension = {
        "mothertongue.python": "machine-overridable",
        "mothertongue.previewWhileGenerating": "window",
        "mothertongue.pauseOnBattery": "machine",
        "mothertongue.modelEnvironment.indexUrl": "machine",
        "mothertongue.trace.server": "window",
    }
    assert declared == read | of_the_extension


def test_good_values_are_kept_beside_bad_ones():
    read, problems = read_settings({"target": 900, "maxCommits": -1, "fillInMiddle": True, "workers": 3}, ResourceSettings)
    assert read == ResourceSettings(target=900, fill_in_middle=True)
    assert len(problems) == 1


@pytest.mark.parametrize("given", [None, [], "text", {"target": None}, {}])
def test_nothing_set_is_nothing_set(given):
    assert read_settings(given, ResourceSettings) == (ResourceSettings(), ())


def test_no_path_of_a_workspace_that_is_not_trusted_is_followed():
    settings = ResourceSettings(library_folder="/elsewhere", target=900)
    assert settings.overrides(is_trusted=True) == {"library_folder": "/elsewhere", "target": 900}
    assert settings.overrides(is_trusted=False) == {"library_folder": "", "target": 900}
    assert ResourceSettings().overrides(is_trusted=False) == {"library_folder": ""}


@pytest.mark.asyncio
async def test_the_editors_settings_count_and_bad_ones_are_told_of_once(tmp_path):
    root = make_project(tmp_path)
    async with editing(root, settings={"format": "alpaca", "target": 30, "workers": -1}) as editor:
        exported = await editor.request("export", folder=editor.uri)
        editor.client.workspace_did_change_configuration(DidChangeConfigurationParams({}))
        await editor.request("status")
        messages = [message.message for message in editor.client.messages]
    assert exported.trainRows + exported.validationRows == 30
    assert next((root / "finetune_datasets").glob("*.dataset_info.json")).is_file()
    assert [message for message in messages if "mothertongue.workers is -1" in message] == messages


@pytest.mark.asyncio
async def test_files_are_left_alone_where_that_is_set(tmp_path):
    root = make_project(tmp_path)
    async with editing(root, settings={"keepUpToDate": False}) as editor:
        await editor.build()
        editor.save(root / "shop/parcels.py", (root / "shop/orders.py").read_text("utf-8"))
        status = (await editor.request("status")).folders[0]
        assert (status.files, status.pendingFiles) == (2, 1)
        assert (await editor.build()).status.files == 3


@pytest.mark.asyncio
async def test_a_bad_settings_file_is_told_of_and_its_mending_is_noticed(tmp_path):
    root = make_project(tmp_path)
    async with editing(root) as editor:
        await editor.build()
        (root / "mothertongue.toml").write_text("target = 'many'\n", "utf-8")
        with pytest.raises(JsonRpcException, match="setting 'target' is 'many'") as refused:
            await editor.build()
        failed = await editor.until(lambda status: status.state == "failed")
        (root / "mothertongue.toml").write_text("target = 600\n", "utf-8")
        editor.changed_outside(root / "mothertongue.toml")
        await editor.until(lambda status: status.state == "ready")
    assert refused.value.data["kind"] == "settings"
    assert "target" in failed.problem
