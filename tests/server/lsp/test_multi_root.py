import asyncio

import pytest
from lsprotocol import types

from tests.server.lsp.editor import INVOICES, editing, make_project

pytestmark = pytest.mark.asyncio


async def test_each_folder_has_its_own_data_set(tmp_path):
    one, two = make_project(tmp_path / "one"), make_project(tmp_path / "two")
    async with editing(one, two) as editor:
        await editor.build()
        await editor.request("build", folder=two.as_uri())
        editor.save(two / "shop/parcels.py", INVOICES.replace("Invoice", "Parcel"))
        await editor.until(lambda status: status.files == 3, two.as_uri())
        added = await editor.request("addExamples", uris=[(one / "shop/orders.py").as_uri(), (two / "shop/orders.py").as_uri()])
        first, second = (await editor.request("status")).folders
    assert (first.name, first.files, second.name, second.files) == ("one", 2, "two", 3)
    assert len(added.added) == 2


async def test_folders_come_and_go(tmp_path):
    one, two = make_project(tmp_path / "one"), make_project(tmp_path / "two")
    async with editing(one) as editor:
        added, removed = ([types.WorkspaceFolder(root.as_uri(), root.name)] for root in (two, one))
        event = types.WorkspaceFoldersChangeEvent(added=added, removed=removed)
        editor.client.workspace_did_change_workspace_folders(types.DidChangeWorkspaceFoldersParams(event))
        await editor.until(lambda status: status.state == "notBuilt", two.as_uri())
        (status,) = (await editor.request("status")).folders
    assert status.folder == two.as_uri()


async def test_a_folder_that_is_on_no_disk_is_refused_politely(tmp_path):
    async with editing(make_project(tmp_path)) as editor:
        added = [types.WorkspaceFolder("vscode-vfs://github/shop", "shop")]
        event = types.WorkspaceFoldersChangeEvent(added=added, removed=[])
        editor.client.workspace_did_change_workspace_folders(types.DidChangeWorkspaceFoldersParams(event))
        folders = (await editor.request("status")).folders
        (message,) = editor.client.messages
    assert len(folders) == 1
    assert "local folders only" in message.message


async def test_folders_build_at_the_same_time_when_asked(tmp_path):
    roots = [make_project(tmp_path / name) for name in ("one", "two", "three")]
    async with editing(*roots) as editor:
        results = await asyncio.gather(*(editor.request("build", folder=root.as_uri()) for root in roots))
    assert [result.status.files for result in results] == [2, 2, 2]
