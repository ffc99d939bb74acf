import pytest
from pygls.exceptions import JsonRpcException

from tests.server.lsp.editor import editing, make_project

pytestmark = pytest.mark.asyncio


async def test_the_tree_leads_from_families_to_an_example(tmp_path):
    root = make_project(tmp_path)
    async with editing(root) as editor:
        status = (await editor.build()).status
        families = (await editor.request("families", folder=editor.uri)).families
        first = await editor.request("files", folder=editor.uri, family="variations", limit=1)
        second = await editor.request("files", folder=editor.uri, family="variations", offset=1, limit=1)
        (file,) = second.files
        heads = (await editor.request("examples", folder=editor.uri, family="variations", path=file.path)).examples
        full = [await editor.request("example", folder=editor.uri, id=head.id) for head in heads]
        with pytest.raises(JsonRpcException, match="Refresh") as unknown:
            await editor.request("example", folder=editor.uri, id="0" * 24)
    assert [(family.name, family.examples) for family in families] == [(row.name, row.count) for row in status.families]
    assert (first.total, first.files[0].path, file.path) == (2, "shop/invoices.py", "shop/orders.py")
    assert file.uri == (root / "shop/orders.py").as_uri()
    assert len(heads) == file.examples
    lines = (root / "shop/orders.py").read_text("utf-8").splitlines()
    for head, example in zip(heads, full, strict=True):
        assert (example.id, example.kind, example.family) == (head.id, head.kind, "variations")
        assert example.prompt.startswith(head.promptHead)
        assert 0 <= head.startLine <= head.endLine <= len(lines)
    implemented = next(example for example in full if example.kind == "implement")
    span = "\n".join(line.strip() for line in lines[implemented.startLine - 1 : implemented.endLine])
    assert implemented.completion.splitlines()[0].strip() in span
    assert unknown.value.data["kind"] == "unknownExample"


async def test_files_folders_and_lines_are_added(tmp_path):
    root = make_project(tmp_path)
    async with editing(root) as editor:
        file = (root / "shop/orders.py").as_uri()
        whole = await editor.request("addExamples", uris=[file])
        lines = await editor.request("addExamples", uris=[file], lines={"start": 12, "end": 16}, prompt="Place an order")
        folder = await editor.request("addExamples", uris=[(root / "shop").as_uri()])
        heads = (await editor.request("examples", folder=editor.uri, family="own", path="shop/orders.py")).examples
    assert whole.examples == sum(row.count for row in whole.added) > 0
    assert [row.name for row in folder.added] == ["shop/invoices.py", "shop/orders.py"]
    assert lines.examples == 1
    assert any(head.promptHead.startswith("Place an order") and (head.startLine, head.endLine) == (12, 16) for head in heads)


@pytest.mark.parametrize(
    ("uris", "lines", "kind"),
    [
        ([], None, "addition"),
        (["outside"], None, "noFolder"),
        (["shop/nothing.py"], None, "addition"),
        (["shop/orders.py"], {"start": 900, "end": 901}, "addition"),
        (["shop/orders.py"], {"start": 9, "end": 3}, "addition"),
        (["shop"], {"start": 1, "end": 3}, "addition"),
    ],
)
async def test_what_cannot_be_added_is_refused_in_words(tmp_path, uris, lines, kind):
    root = make_project(tmp_path)
    given = ["untitled:Untitled-1" if uri == "outside" else (root / uri).as_uri() for uri in uris]
    async with editing(root) as editor:
        with pytest.raises(JsonRpcException) as refused:
            await editor.request("addExamples", uris=given, lines=lines)
    assert refused.value.code == -32803
    assert refused.value.data["kind"] == kind
    assert len(str(refused.value)) > 20
