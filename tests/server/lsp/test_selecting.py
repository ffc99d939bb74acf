"""Choosing the model through the editor's setting, with the real embedded model, and counting what is new since the last training."""

import asyncio
import json
import os

import psutil
import pytest
from lsprotocol.types import DidChangeConfigurationParams
from pygls.exceptions import JsonRpcException

from dataset_core.tokens import embedded_model
from server.gguf.adapter import write_adapter
from tests.server.adapters import write_random_adapter
from tests.server.lsp.editor import editing, make_project

pytestmark = pytest.mark.asyncio

ADAPTER = ".mothertongue/runs/20261122-101500-a1b2/adapter.gguf"


def make_run(root):
    run = (root / ADAPTER).parent
    run.mkdir(parents=True)
    (run / "settings.json").write_text(json.dumps({"base": str(embedded_model()), "train_file": "gone", "validation_file": "", "steps": 1}))
    (run / "state.json").write_text(json.dumps({"status": "finished"}))
    write_adapter(write_random_adapter(root.parent / "peft"), embedded_model(), root / ADAPTER)


async def select(editor, model):
    editor.client.set_configuration({"mothertongue": {"model": model}})
    editor.client.workspace_did_change_configuration(DidChangeConfigurationParams({}))
    listed = await editor.request("models", folder=editor.uri)
    return [found.name for found in listed.models if found.inUse]


def inference_process(editor):
    """The process that holds the model, and nothing else: on Linux its id tells whether it is still the same."""
    return next(p.pid for p in psutil.Process(editor.process_id).children(recursive=True) if "server.inference" in p.cmdline())


async def test_the_chosen_model_answers_and_the_process_stays(tmp_path):
    root = make_project(tmp_path / "shop")
    make_run(root)
    wanted = {"uri": (root / "shop/orders.py").as_uri(), "prompt": "add two numbers", "kind": "code", "maxTokens": 6}
    async with editing(root) as editor:
        assert await select(editor, "") == [ADAPTER]
        newest = await editor.request("generate", **wanted)
        process = inference_process(editor)
        assert await select(editor, "embedded") == ["embedded"]
        embedded = await editor.request("generate", **wanted)
        assert await select(editor, ADAPTER) == [ADAPTER]
        chosen = await editor.request("generate", **wanted)
        assert inference_process(editor) == process
    assert newest.text != embedded.text
    assert chosen.text == newest.text


async def test_a_model_that_is_gone_is_told_of_with_the_remedy(tmp_path):
    root = make_project(tmp_path)
    async with editing(root, settings={"model": "gone.gguf"}) as editor:
        assert "Choose another" in (await editor.request("models", folder=editor.uri)).problem
        with pytest.raises(JsonRpcException, match="choose another") as refused:
            await editor.request("generate", uri=(root / "a.md").as_uri(), prompt="an ERD")
    assert refused.value.data["kind"] == "model"


async def test_without_trust_the_setting_is_not_followed(tmp_path):
    root = make_project(tmp_path)
    (root / "evil.gguf").write_bytes(b"GGUF")
    async with editing(root, settings={"model": "evil.gguf"}, options={"trusted": False}) as editor:
        listed = await editor.request("models", folder=editor.uri)
        made = await editor.request("generate", uri=(root / "shop/orders.py").as_uri(), prompt="x", kind="code", maxTokens=2)
    assert [model.name for model in listed.models] == ["embedded"]
    assert made.tokens == 2


async def test_examples_are_counted_that_came_after_the_newest_finished_training(tmp_path):
    root = make_project(tmp_path)
    wanted = {"language": "python", "text": "def total(lines):\n    return sum(lines)", "verdict": "accepted", "line": 1}
    async with editing(root) as editor:

        async def judged(prompt):
            await editor.request("judge", uri=(root / "shop/orders.py").as_uri(), prompt=prompt, **wanted)
            return await counted()

        async def counted():
            # While something is taken in, the counts of before are told.
            while (status := (await editor.request("status")).folders[0]).state != "ready":  # noqa: ASYNC110 - it is another process's
                await asyncio.sleep(0.05)
            return status.newExamples, status.trained

        await editor.build()
        assert await judged("the total") == (1, False)
        run = (root / ADAPTER).parent
        run.mkdir(parents=True)
        settings = run / "settings.json"
        settings.write_text(json.dumps({"base": "", "train_file": "gone", "validation_file": "", "steps": 1}))
        (run / "state.json").write_text(json.dumps({"status": "finished"}))
        later = settings.stat().st_mtime + 3600
        os.utime(settings, (later, later))
        assert await counted() == (0, True)
        os.utime(settings, (later - 7200, later - 7200))
        assert await judged("another total") == (2, True)
