import asyncio
import shutil
import subprocess
import sys

import pytest
from lsprotocol import types

from tests.server.lsp.editor import INVOICES, ORDERS, editing, make_project

pytestmark = pytest.mark.asyncio
PARCELS = INVOICES.replace("Invoice", "Parcel").replace("invoice", "parcel")


def git(root, *arguments):
    subprocess.run(["git", "-C", root, "-c", "user.name=A", "-c", "user.email=a@example.com", *arguments], check=True)


async def command_line(command, root, *options):
    process = await asyncio.create_subprocess_exec(
        sys.executable,
        "-m",
        "server.cli",
        command,
        "--project",
        root,
        *options,
        stdout=asyncio.subprocess.DEVNULL,
        stderr=asyncio.subprocess.PIPE,
    )
    _, errors = await process.communicate()
    assert process.returncode == 0, errors.decode()


async def paths(editor) -> set[str]:
    found = set()
    for family in (await editor.request("families", folder=editor.uri)).families:
        found |= {file.path for file in (await editor.request("files", folder=editor.uri, family=family.name)).files}
    return {path for path in found if path.endswith(".py")}


async def test_a_saved_file_changes_the_counts(tmp_path):
    root = make_project(tmp_path)
    async with editing(root) as editor:
        before = (await editor.build()).status.examples
        editor.save(root / "shop/orders.py", ORDERS + "\n\n" + PARCELS.partition('"""\n\n')[2])
        after = await editor.until(lambda status: status.state == "ready" and status.examples > before)
    assert after.files == 2


async def test_a_file_that_was_opened_is_taken_in_if_it_is_news(tmp_path):
    root = make_project(tmp_path)
    async with editing(root) as editor:
        await editor.build()
        path = root / "shop/parcels.py"
        path.write_text(PARCELS, "utf-8")
        document = types.TextDocumentItem(path.as_uri(), "python", 1, PARCELS)
        editor.client.text_document_did_open(types.DidOpenTextDocumentParams(document))
        await editor.until(lambda status: status.files == 3)


async def test_opening_a_file_that_is_known_changes_nothing(tmp_path):
    root = make_project(tmp_path)
    async with editing(root) as editor:
        await editor.build()
        editor.forget()
        document = types.TextDocumentItem((root / "shop/orders.py").as_uri(), "python", 1, ORDERS)
        editor.client.text_document_did_open(types.DidOpenTextDocumentParams(document))
        status = await editor.until(lambda status: status.state == "ready" and status.pendingFiles == 0)
        assert not any(status.contentChanged for status in editor.statuses[editor.uri])
    assert status.files == 2


async def test_created_renamed_and_deleted_files(tmp_path):
    root = make_project(tmp_path)
    async with editing(root) as editor:
        await editor.build()
        new, renamed = root / "shop/parcels.py", root / "shop/boxes.py"
        new.write_text(PARCELS, "utf-8")
        editor.client.workspace_did_create_files(types.CreateFilesParams([types.FileCreate(new.as_uri())]))
        await editor.until(lambda status: status.files == 3)
        editor.forget()
        new.rename(renamed)
        editor.client.workspace_did_rename_files(types.RenameFilesParams([types.FileRename(new.as_uri(), renamed.as_uri())]))
        await editor.until(lambda status: status.contentChanged and status.state == "ready" and status.pendingFiles == 0)
        assert "shop/boxes.py" in await paths(editor)
        assert "shop/parcels.py" not in await paths(editor)
        renamed.unlink()
        editor.client.workspace_did_delete_files(types.DeleteFilesParams([types.FileDelete(renamed.as_uri())]))
        await editor.until(lambda status: status.files == 2)


async def test_a_folder_that_was_renamed_or_removed(tmp_path):
    root = make_project(tmp_path)
    async with editing(root) as editor:
        await editor.build()
        editor.forget()
        (root / "shop").rename(root / "store")
        renamed = types.RenameFilesParams([types.FileRename((root / "shop").as_uri(), (root / "store").as_uri())])
        editor.client.workspace_did_rename_files(renamed)
        await editor.until(lambda status: status.contentChanged and status.state == "ready")
        assert await paths(editor) == {"store/orders.py", "store/invoices.py"}
        shutil.rmtree(root / "store")
        editor.changed_outside(root / "store")
        await editor.until(lambda status: status.files == 0)


async def test_ignored_and_secret_files_stay_out(tmp_path):
    root = make_project(tmp_path)
    (root / ".gitignore").write_text("generated/\n", "utf-8")
    git(root, "init", "-q")
    async with editing(root) as editor:
        await editor.build()
        editor.save(root / "generated/parcels.py", PARCELS)
        editor.save(root / "node_modules/parcels/index.js", "export const parcels = 1;\n")
        editor.save(root / "shop/parcels.py", PARCELS)
        await editor.until(lambda status: status.files == 3)
        assert await paths(editor) == {"shop/orders.py", "shop/invoices.py", "shop/parcels.py"}


async def test_another_branch_is_another_data_set(tmp_path):
    root = make_project(tmp_path)
    git(root, "init", "-q", "-b", "main")
    git(root, "add", ".")
    git(root, "commit", "-q", "-m", "Orders and invoices of the shop")
    git(root, "switch", "-q", "-c", "parcels")
    (root / "shop/parcels.py").write_text(PARCELS, "utf-8")
    git(root, "add", ".")
    git(root, "commit", "-q", "-m", "Parcels of the shop")
    async with editing(root) as editor:
        assert (await editor.build()).status.files == 3
        git(root, "switch", "-q", "main")
        editor.changed_outside(root / ".git/HEAD")
        await editor.until(lambda status: status.files == 2)


async def test_changes_from_outside_are_asked_for(tmp_path):
    async with editing(make_project(tmp_path)) as editor:
        await editor.build()
        (registration,) = editor.registrations
    assert registration.method == "workspace/didChangeWatchedFiles"


async def test_what_changed_while_nobody_looked_is_caught_up_with(tmp_path):
    root = make_project(tmp_path)
    async with editing(root) as editor:
        await editor.build()
    (root / "shop/parcels.py").write_text(PARCELS, "utf-8")
    async with editing(root) as editor:
        await editor.until(lambda status: status.files == 3)


async def test_a_data_set_that_comes_and_goes_from_outside_is_seen(tmp_path):
    root = make_project(tmp_path)
    async with editing(root) as editor:
        assert (await editor.until(lambda status: status.state == "notBuilt")).files == 0
        await command_line("build", root)
        editor.changed_outside(root / ".mothertongue/store.sqlite3")
        await editor.until(lambda status: status.files == 2 and status.contentChanged and status.state == "ready")
        editor.save(root / "shop/parcels.py", PARCELS)
        await editor.until(lambda status: status.files == 3)
        editor.forget()
        await command_line("export", root)
        editor.changed_outside(next((root / "finetune_datasets").glob("*.manifest.json")))
        await editor.until(lambda status: status.contentChanged)
        assert (await editor.request("status")).folders[0].newestExport is not None
        await command_line("clean", root, "--yes")
        editor.changed_outside(root / ".mothertongue")
        await editor.until(lambda status: status.state == "notBuilt")


async def test_pausing_keeps_changes_for_later(tmp_path):
    root = make_project(tmp_path)
    async with editing(root) as editor:
        await editor.build()
        assert (await editor.request("pause", reason="battery")).pauseReasons == ["battery"]
        assert (await editor.request("pause", reason="user")).pauseReasons == ["user", "battery"]
        editor.save(root / "shop/parcels.py", PARCELS)
        await editor.request("resume", reason="user")
        paused = (await editor.request("status", folder=editor.uri)).folders[0]
        assert (paused.state, paused.files, paused.pendingFiles) == ("paused", 2, 1)
        await editor.request("resume", reason="battery")
        resumed = await editor.until(lambda status: status.files == 3 and status.state == "ready")
    assert resumed.pendingFiles == 0


async def test_a_build_that_was_asked_for_is_done_while_paused(tmp_path):
    async with editing(make_project(tmp_path)) as editor:
        await editor.request("pause", reason="user")
        assert (await editor.build()).status.files == 2
