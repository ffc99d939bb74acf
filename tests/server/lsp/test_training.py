"""Training through the language server: a tiny base, real processes, and an editor that comes and goes."""

import asyncio
import json
import shutil
import time

import psutil
import pytest
from lsprotocol import types
from pygls.exceptions import JsonRpcException

from server.processes.runs import thinned
from server.protocol import LossPoint
from server.training import runs
from tests.server.lsp.editor import PATIENCE_S, editing, make_project
from tests.server.training.tiny import make_base, make_run, write_rows

NAME = "20261122-101500-a1b2"
FOREVER = 1_000


@pytest.fixture(scope="session")
def tiny_base(tmp_path_factory):
    return make_base(tmp_path_factory.mktemp("base") / "tiny")


def export(root, name="code_prototype_20261122", count=520):
    folder = root / "finetune_datasets"
    folder.mkdir(exist_ok=True)
    rows = write_rows(folder / f"{name}.jsonl", count)
    shutil.copy(rows, folder / f"{name}.validation.jsonl")
    (folder / f"{name}.manifest.json").write_text("{}")
    return rows


async def until(editor, run, *statuses):
    """The run once it has one of these states."""
    end = time.monotonic() + PATIENCE_S
    while True:
        found = await editor.request("run", folder=editor.uri, run=run)
        if found.summary.status in statuses:
            return found
        assert time.monotonic() < end, found
        await asyncio.sleep(0.2)


@pytest.mark.asyncio
async def test_it_trains_stops_goes_on_and_is_measured_while_editors_come_and_go(tmp_path, tiny_base):
    root = make_project(tmp_path)
    rows = export(root)
    async with editing(root) as editor:
        choices = await editor.request("trainingChoices", folder=editor.uri)
        assert [(found.name, found.rows, found.newer) for found in choices.exports] == [(rows.name, 520, 0)]
        assert (choices.missing, choices.running, choices.minimumRows) == ([], "", 500)
        wanted = {"folder": editor.uri, "base": str(tiny_base), "minutes": FOREVER, "learningRate": 0.01, "seed": 3}
        started = await editor.request("train", **wanted)
        with pytest.raises(JsonRpcException, match="is training already") as refused:
            await editor.request("train", **wanted)
        assert refused.value.data["kind"] == "training"
        await until(editor, started.run, "training")
        server = psutil.Process(editor.process_id)
        assert not [child for child in server.children(recursive=True) if "server.training" in child.cmdline()]
    async with editing(root) as editor:
        (found,) = (await editor.request("runs", folder=editor.uri)).runs
        assert (found.name, found.status) == (started.run, "training")
        run = await editor.request("run", folder=editor.uri, run=started.run)
        assert (run.rows, run.seed, run.learningRate, run.base) == (520, 3, 0.01, "tiny")
        assert (await editor.request("stopTraining", folder=editor.uri, run=started.run)).name == started.run
        stopped = await until(editor, started.run, "cancelled")
        assert stopped.summary.step > 0
        assert "Stopped as asked" in stopped.summary.message
        assert stopped.diagnosis[0].startswith("The training loss ")
        assert stopped.trainingLoss[-1].step == stopped.summary.step
        assert stopped.heldOutLoss[0].step == 0
        resumed = await editor.request("resumeTraining", folder=editor.uri, run=started.run)
        assert resumed.status in {"starting", "preparing", "training"}
        going = await until(editor, started.run, "training")
        assert going.diagnosis == []
        await editor.request("stopTraining", folder=editor.uri, run=started.run)
        again = await until(editor, started.run, "cancelled")
        assert again.summary.step > stopped.summary.step
        evaluated = await editor.request("evaluate", folder=editor.uri, run=started.run, rows=4)
        assert evaluated.uri == (runs.runs_folder(root) / started.run / "evaluation/index.html").as_uri()
        shown = await editor.request("run", folder=editor.uri, run=started.run)
    assert shown.evaluation.baseLoss > shown.evaluation.loss > 0
    assert shown.samples == []  # a folder of Hugging Face answers nothing in llama.cpp
    assert shown.model is None


@pytest.mark.asyncio
async def test_a_cancelled_evaluation_leaves_no_process(tmp_path, tiny_base):
    root = make_project(tmp_path)
    rows = export(root)
    make_run(runs.runs_folder(root) / NAME, tiny_base, train_file=str(rows), validation_file=str(rows))
    async with editing(root) as editor:
        await editor.request("runs", folder=editor.uri)
        evaluation = editor.start("evaluate", "evaluation", folder=editor.uri, run=NAME)
        server = psutil.Process(editor.process_id)
        trainers = await _trainers(server)
        editor.client.cancel_request(types.CancelParams("evaluation"))
        with pytest.raises(JsonRpcException):
            await asyncio.wait_for(evaluation, PATIENCE_S)
        psutil.wait_procs(trainers, timeout=PATIENCE_S)
        assert not [process for process in trainers if process.is_running()]


async def _trainers(server):
    while True:
        found = [child for child in server.children() if "server.training.trainer" in child.cmdline()]
        if found:
            return found
        await asyncio.sleep(0.02)


@pytest.mark.asyncio
async def test_what_cannot_be_trained_is_refused_in_words(tmp_path, tiny_base):
    root = make_project(tmp_path)
    async with editing(root) as editor:

        async def refused(method="estimateTraining", **params):
            with pytest.raises(JsonRpcException) as error:
                await editor.request(method, folder=editor.uri, **params)
            return error.value.data["kind"], str(error.value)

        assert (await refused())[0] == "noExport"
        few = export(root, "erd_20261122", 20)
        kind, words = await refused(export=few.as_uri(), base=str(tiny_base))
        assert (kind, "20 rows; training needs at least 500" in words) == ("training", True)
        export(root)
        assert "cannot be read" in (await refused(base=str(tmp_path / "gone.gguf")))[1]
        assert "no preset 'endless'" in (await refused(preset="endless", base=str(tiny_base)))[1]
        assert "no training runs yet" in (await refused("stopTraining", run=NAME))[1]
        make_run(runs.runs_folder(root) / NAME, tiny_base)
        kind, words = await refused("evaluate", run=NAME)
        assert (kind, "has no adapter yet" in words) == ("training", True)
        assert "is not running" in (await refused("stopTraining", run=NAME))[1]
        assert "no run 'other'" in (await refused("run", run="other"))[1]


@pytest.mark.asyncio
async def test_without_trust_nothing_is_trained(tmp_path):
    root = make_project(tmp_path)
    export(root)
    async with editing(root, options={"trusted": False}) as editor:
        for method, params in (("train", {}), ("estimateTraining", {}), ("resumeTraining", {"run": NAME}), ("evaluate", {"run": NAME})):
            with pytest.raises(JsonRpcException, match="Trust the workspace first") as refused:
                await editor.request(method, folder=editor.uri, **params)
            assert refused.value.data["kind"] == "restricted"
        assert (await editor.request("runs", folder=editor.uri)).runs == []


@pytest.mark.asyncio
async def test_how_long_it_takes_is_said_before_it_starts(tmp_path, tiny_base):
    root = make_project(tmp_path)
    rows = export(root)
    async with editing(root) as editor:

        async def estimate(**params):
            return await editor.request("estimateTraining", folder=editor.uri, base=str(tiny_base), **params)

        box = await estimate()
        assert (box.seconds, box.basis) == (600, "timeBox")
        measured = await estimate(preset="standard")
        assert (measured.seconds > 0, measured.basis) == (True, "machine")
        earlier = make_run(runs.runs_folder(root) / NAME, tiny_base.resolve())
        for step in (1, 2, 3):
            earlier.append("step", step=step, tokens_per_second=100.0)
        known = await estimate(preset="standard")
    assert known.basis == "earlierRun"
    assert known.seconds == pytest.approx(3 * rows.stat().st_size / 3.8 / 100)


@pytest.mark.asyncio
async def test_an_interpreter_without_torch_is_told_of(tmp_path):
    root = make_project(tmp_path)
    export(root)
    async with editing(root, options={"modelPython": str(tmp_path / "no/python")}) as editor:
        with pytest.raises(JsonRpcException, match="Set Up Model Environment") as refused:
            await editor.request("train", folder=editor.uri)
    assert refused.value.data["kind"] == "notInstalled"


@pytest.mark.asyncio
async def test_the_first_prompts_are_shown_before_and_after(tmp_path, tiny_base):
    root = make_project(tmp_path)
    run = make_run(runs.runs_folder(root) / NAME, tiny_base)
    run.update(status="finished", step=12, planned_steps=12, base_validation_loss=2.0, best_validation_loss=1.5)
    verdict = {"prompt": "An ERD", "stopped": True}
    diagram = "```mermaid\nerDiagram\n  A ||--o{ B : has\n```"
    answers = {
        "base": {"answer": "Sure!", "valid": False, "checks": {"A": False}},
        "adapter": {"answer": diagram, "valid": True, "checks": {"A": True}},
    }
    models = [{"name": name, "answer_loss": 1.0, "first_prompts": [{**verdict, **answer}]} for name, answer in answers.items()]
    (run.path / "evaluation").mkdir()
    (run.path / "evaluation/evaluation.json").write_text(json.dumps({"models": models}))
    async with editing(root) as editor:
        (sample,) = (await editor.request("run", folder=editor.uri, run=NAME)).samples
    assert (sample.prompt, sample.before.text, sample.before.language) == ("An ERD", "Sure!", "markdown")
    assert (sample.after.text, sample.after.language, sample.after.valid) == ("erDiagram\n  A ||--o{ B : has", "mermaid", True)
    assert [(check.name, check.passed) for check in sample.after.checks] == [("A", True)]


def test_a_long_curve_is_thinned_to_means():
    points = [LossPoint(step=step, loss=float(step % 2)) for step in range(1, 1_001)]
    shown = thinned(points)
    assert len(shown) <= 240
    assert shown[-1].step == 1_000
    assert all(0 < point.loss < 1 for point in shown)
    assert thinned(points[:3]) == tuple(points[:3])
    assert thinned([]) == ()
