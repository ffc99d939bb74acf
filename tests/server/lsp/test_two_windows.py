"""Two windows on one workspace: two servers share its store, take turns where they write, and see what the other one did."""

import asyncio

import pytest

from tests.server.lsp.editor import editing, make_project

pytestmark = pytest.mark.asyncio


async def status_of(editor):
    return (await editor.request("status")).folders[0]


async def test_both_build_at_once_and_come_to_the_same(tmp_path):
    root = make_project(tmp_path)
    async with editing(root) as first, editing(root) as second:
        results = await asyncio.gather(first.build(), second.build())
        assert {result.status.examples for result in results} == {(await status_of(first)).examples}
        assert (await status_of(second)).files == 2
        assert [status.problem for editor in (first, second) for status in editor.statuses[editor.uri] if status.problem] == []


async def test_what_one_saves_and_accepts_the_other_one_sees(tmp_path):
    root = make_project(tmp_path)
    async with editing(root) as first, editing(root) as second:
        await first.build()
        before = await status_of(second)
        parcels = (root / "shop/orders.py").read_text("utf-8").replace("Order", "Parcel")
        first.save(root / "shop/parcels.py", parcels)
        second.save(root / "shop/routes.py", parcels.replace("Parcel", "Route"))
        await first.until(lambda status: status.pendingFiles == 0 and status.files > before.files)
        await second.until(lambda status: status.pendingFiles == 0 and status.files > before.files)
        document = {"uri": (root / "shop/orders.py").as_uri(), "line": 1, "language": "python", "verdict": "accepted"}
        await asyncio.gather(
            first.request("judge", **document, prompt="the total", text="def total(lines):\n    return sum(lines)"),
            second.request("judge", **document, prompt="the mean", text="def mean(lines):\n    return sum(lines) / len(lines)"),
        )
        seen = [await status_of(editor) for editor in (first, second)]
        assert [(status.files, status.newExamples, status.problem) for status in seen] == [(4, 2, ""), (4, 2, "")]
        assert seen[0].examples == seen[1].examples


async def test_both_generate_at_once(tmp_path):
    root = make_project(tmp_path)
    wanted = {"uri": (root / "shop/orders.py").as_uri(), "prompt": "add two numbers", "kind": "code", "maxTokens": 4}
    async with editing(root) as first, editing(root) as second:
        made = await asyncio.gather(first.request("generate", **wanted), second.request("generate", **wanted))
    assert made[0].text == made[1].text
    assert made[0].tokens == 4
