"""Diagrams of the code through the language server: the request, the warning that the code has moved on, and its quick fix."""

import asyncio

import pytest
from lsprotocol import types
from pygls.exceptions import JsonRpcException

from tests.server.lsp.editor import PATIENCE_S, editing

pytestmark = pytest.mark.asyncio

GUEST = "public class Guest\n{\n    public string Id { get; set; }\n    public string Name { get; set; }\n}\n"
STAY = GUEST.replace("Guest", "Stay").replace("string Name", "int Nights { get; set; }\n    public string GuestId")


def make_hotel(root):
    (root / "Models").mkdir(parents=True)
    (root / "Models/Guest.cs").write_text(GUEST, "utf-8")
    (root / "Models/Stay.cs").write_text(STAY, "utf-8")
    return root


async def test_an_entity_is_drawn_with_its_source(tmp_path):
    root = make_hotel(tmp_path)
    async with editing(root) as editor:
        await editor.build()
        result = await editor.request("diagram", uri=(root / "Models/Stay.cs").as_uri(), line=3, kind="erd")
    assert result.name == "Stay.cs"
    (erd,) = result.diagrams
    first, second, *_ = erd.text.splitlines()
    assert first.startswith("%% mothertongue: source=Models/Stay.cs#Stay kind=erd hash=")
    assert second == "erDiagram"
    assert "Guest ||--o{ Stay : GuestId" in erd.text
    assert "int Nights" in erd.text
    assert sorted(erd.sources) == ["Models/Guest.cs", "Models/Stay.cs"]


async def test_a_folder_and_the_project_are_drawn(tmp_path):
    root = make_hotel(tmp_path)
    async with editing(root) as editor:
        await editor.build()
        folder = await editor.request("diagram", uri=(root / "Models").as_uri())
        project = await editor.request("diagram", uri=root.as_uri())
    assert [diagram.kind for diagram in folder.diagrams] == ["erd"]
    assert "source=Models kind=erd" in folder.diagrams[0].text
    assert project.name == root.name
    assert project.diagrams[0].kind == "erd"


async def test_what_was_just_saved_is_drawn(tmp_path):
    root = make_hotel(tmp_path)
    async with editing(root) as editor:
        await editor.build()
        editor.save(root / "Models/Stay.cs", STAY.replace("Nights", "Days"))
        result = await editor.request("diagram", uri=(root / "Models/Stay.cs").as_uri(), kind="erd")
    assert "int Days" in result.diagrams[0].text


async def test_what_cannot_be_drawn_is_refused_in_words(tmp_path):
    root = make_hotel(tmp_path)
    (root / "logo.bin").write_bytes(b"\0")
    async with editing(root) as editor:
        stay = (root / "Models/Stay.cs").as_uri()
        for uri, kind in [(stay, "notBuilt"), ("file:///elsewhere/a.cs", "noFolder"), ("untitled:Untitled-1", "noFolder")]:
            with pytest.raises(JsonRpcException) as refused:
                await editor.request("diagram", uri=uri)
            assert refused.value.data["kind"] == kind
        await editor.build()
        with pytest.raises(JsonRpcException, match="not part") as refused:
            await editor.request("diagram", uri=(root / "logo.bin").as_uri())
        assert refused.value.data["kind"] == "nothingToDraw"


async def test_a_kept_diagram_is_renewed_when_its_code_has_moved_on(tmp_path):
    root = make_hotel(tmp_path)
    page = root / "notes.md"
    async with editing(root) as editor:
        await editor.build()
        (erd,) = (await editor.request("diagram", uri=(root / "Models/Stay.cs").as_uri(), kind="erd")).diagrams
        page.write_text(f"# Stays\n\n```mermaid\n{erd.text}\n```\n\nThe end.\n", "utf-8")
        _open(editor, page)
        editor.save(root / "Models/Stay.cs", STAY.replace("Nights", "Days"))
        (warning,) = await _diagnostics(editor, page, lambda found: found)
        # What counts is the document as it stands in the editor.
        text = f"<!-- typed since -->\n{page.read_text('utf-8')}"
        _type(editor, page, text)
        moved = types.Diagnostic(_at(4), warning.message, code=warning.code)
        (action,) = await _actions(editor, page, moved)
        (edit,) = action.edit.changes[page.as_uri()]
        lines = text.splitlines(keepends=True)
        renewed = "".join([*lines[: edit.range.start.line], edit.new_text, *lines[edit.range.end.line :]])
        page.write_text(renewed, "utf-8")
        _type(editor, page, renewed)
        editor.save(page, renewed)
        await _diagnostics(editor, page, lambda found: not found)
        assert not await _actions(editor, page, moved)
    assert "moved on" in warning.message
    assert warning.range.start.line == 3
    assert action.title == "Draw Stay anew"
    assert action.kind == types.CodeActionKind.QuickFix
    assert renewed.startswith("<!-- typed since -->\n# Stays\n\n```mermaid\n%% mothertongue: source=Models/Stay.cs#Stay kind=erd hash=")
    assert renewed.endswith("}\n```\n\nThe end.\n")
    assert "int Days" in renewed
    assert "Nights" not in renewed


async def test_a_diagram_of_what_is_gone_is_said_without_a_remedy(tmp_path):
    root = make_hotel(tmp_path)
    picture = root / "stay.mmd"
    picture.write_text("%% mothertongue: source=Models/Stay.cs#Visit kind=erd hash=000000000000\nerDiagram\n    A\n", "utf-8")
    async with editing(root) as editor:
        await editor.build()
        _open(editor, picture)
        (warning,) = await _diagnostics(editor, picture, lambda found: found)
        assert not await _actions(editor, picture, warning)
        document = types.TextDocumentIdentifier(picture.as_uri())
        editor.client.text_document_did_close(types.DidCloseTextDocumentParams(document))
        await _diagnostics(editor, picture, lambda found: not found)
    assert "any more" in warning.message


async def test_a_diagram_that_was_changed_by_hand_is_left_alone(tmp_path):
    root = make_hotel(tmp_path)
    picture = root / "stay.mmd"
    async with editing(root) as editor:
        await editor.build()
        (erd,) = (await editor.request("diagram", uri=(root / "Models/Stay.cs").as_uri(), kind="erd")).diagrams
        picture.write_text(f"{erd.text}\n    Guest ||--o{{ Bill : pays\n", "utf-8")
        warning = types.Diagnostic(_at(0), "as if", code="diagramOutdated")
        _open(editor, picture)
        assert not await _actions(editor, picture, warning)
        assert picture.as_uri() not in editor.client.diagnostics


def _at(line):
    return types.Range(types.Position(line, 0), types.Position(line + 1, 0))


def _open(editor, path):
    item = types.TextDocumentItem(path.as_uri(), "markdown", 1, path.read_text("utf-8"))
    editor.client.text_document_did_open(types.DidOpenTextDocumentParams(item))


def _type(editor, path, text):
    document = types.VersionedTextDocumentIdentifier(version=2, uri=path.as_uri())
    change = types.TextDocumentContentChangeWholeDocument(text)
    editor.client.text_document_did_change(types.DidChangeTextDocumentParams(document, [change]))


async def _actions(editor, path, warning):
    document = types.TextDocumentIdentifier(path.as_uri())
    params = types.CodeActionParams(document, warning.range, types.CodeActionContext([warning]))
    return await asyncio.wait_for(editor.client.text_document_code_action_async(params), PATIENCE_S)


async def _diagnostics(editor, path, holds):
    async def wait():
        while path.as_uri() not in editor.client.diagnostics or not holds(editor.client.diagnostics[path.as_uri()]):
            await editor.client.wait_for_notification(types.TEXT_DOCUMENT_PUBLISH_DIAGNOSTICS)
        return editor.client.diagnostics[path.as_uri()]

    return await asyncio.wait_for(wait(), PATIENCE_S)
