"""Whole runs of a tiny model: to the end, stopped, resumed, killed, and everything that may go wrong on the way."""

from __future__ import annotations

import json
import os
import re
import signal
import time

import pytest
import torch
from safetensors import safe_open
from safetensors.torch import load_file, save_file

from server.training import __main__ as process
from server.training import train as training
from server.training.run_folder import ADAPTER, ADAPTER_WEIGHTS, CHECKPOINT, RunFolder, only_training
from tests.server.training.forked import start_training
from tests.server.training.tiny import make_run


@pytest.fixture(autouse=True)
def _signals():
    """A run takes the signals of its process; give them back."""
    before = {number: signal.getsignal(number) for number in (signal.SIGTERM, signal.SIGINT)}
    threads = torch.get_num_threads()
    yield
    torch.set_num_threads(threads)
    for number, handler in before.items():
        signal.signal(number, handler)


def _train(run: RunFolder) -> int:
    return process.main([str(run.path)])


def _losses(run: RunFolder) -> list[float]:
    return [event["loss"] for event in run.events() if event["event"] == "step"]


def _weights(run: RunFolder) -> dict[str, torch.Tensor]:
    with safe_open(run.path / CHECKPOINT, "pt") as file:
        return {name: file.get_tensor(name) for name in file.keys() if name.startswith("weight:")}  # noqa: SIM118


def _same(first: dict[str, torch.Tensor], second: dict[str, torch.Tensor]) -> bool:
    return first.keys() == second.keys() and all(torch.equal(tensor, second[name]) for name, tensor in first.items())


def test_a_run_learns_and_tells(tmp_path, tiny_base):
    run = make_run(tmp_path / "run", tiny_base)
    assert _train(run) == 0
    state, events = run.state(), run.events()
    assert (state.status, state.step, state.planned_steps) == ("finished", 12, 12)
    assert state.best_validation_loss < 0.95 * state.base_validation_loss
    steps = [event for event in events if event["event"] == "step"]
    assert [event["step"] for event in steps] == list(range(1, 13))
    assert all(event["tokens_per_second"] > 0 and event["eta_s"] >= 0 for event in steps)
    assert steps[-1]["learning_rate"] < steps[5]["learning_rate"]
    assert {"prepared", "estimate", "validation", "diagnosis", "finished"} <= {event["event"] for event in events}
    assert json.loads((run.path / ADAPTER / "adapter_config.json").read_text("utf-8"))["r"] == 16
    assert not list(run.path.rglob("*.partial"))


def test_the_saved_adapter_is_the_best_one_and_loads_in_peft(tmp_path, tiny_base):
    from peft import PeftModel
    from transformers import AutoModelForCausalLM

    run = make_run(tmp_path / "run", tiny_base)
    assert _train(run) == 0
    model = PeftModel.from_pretrained(AutoModelForCausalLM.from_pretrained(tiny_base), run.path / ADAPTER)
    saved = load_file(run.path / ADAPTER_WEIGHTS)
    loaded = {name.replace(".default", ""): weight for name, weight in model.state_dict().items() if "lora_" in name}
    assert _same(saved, loaded)
    assert any(tensor.abs().sum() > 0 for name, tensor in saved.items() if "lora_B" in name)


def test_the_seed_decides(tmp_path, tiny_base):
    runs = [make_run(tmp_path / name, tiny_base, steps=3, seed=seed) for name, seed in (("a", 1), ("b", 1), ("c", 2))]
    assert [_train(run) for run in runs] == [0, 0, 0]
    first, same, other = map(_weights, runs)
    assert _same(first, same)
    assert not _same(first, other)


def test_interrupted_and_resumed_equals_uninterrupted(tmp_path, tiny_base, monkeypatch):
    whole = make_run(tmp_path / "whole", tiny_base)
    assert _train(whole) == 0
    parts = make_run(tmp_path / "parts", tiny_base)
    tell = training._tell_step

    def stop_after_five(job, progress, seconds, **figures):
        tell(job, progress, seconds, **figures)
        if progress.step == 5:
            parts.request_stop()

    monkeypatch.setattr(training, "_tell_step", stop_after_five)
    assert _train(parts) == 0
    assert (parts.state().status, parts.state().step) == ("cancelled", 5)
    assert (parts.path / ADAPTER_WEIGHTS).exists()
    parts.withdraw_stop()
    monkeypatch.setattr(training, "_tell_step", tell)
    assert _train(parts) == 0
    assert parts.state().status == "finished"
    assert _losses(parts) == _losses(whole)
    assert _same(_weights(parts), _weights(whole))


def test_a_time_box_trains_on_the_rows_that_it_chose_also_when_it_goes_on(tmp_path, tiny_base, monkeypatch):
    whole, parts = (make_run(tmp_path / name, tiny_base, minutes=60, steps=12) for name in ("whole", "parts"))
    monkeypatch.setattr(process, "tokens_in_box", lambda *_: 400)
    assert _train(whole) == 0
    (note,) = [event["text"] for event in whole.events() if "the shorter answers" in event.get("text", "")]
    n_rows = int(re.search(r"400 tokens can be expected: (\d+) of the rows", note)[1])
    assert 10 <= n_rows < 30
    assert any("The data set has 40 rows" in event["text"] for event in whole.events() if event["event"] == "diagnosis")
    tell = training._tell_step

    def stop_at_once(job, progress, seconds, **figures):
        tell(job, progress, seconds, **figures)
        parts.request_stop()

    monkeypatch.setattr(training, "_tell_step", stop_at_once)
    assert _train(parts) == 0
    assert parts.state().status == "cancelled"
    parts.withdraw_stop()
    monkeypatch.setattr(training, "_tell_step", tell)
    monkeypatch.setattr(process, "tokens_in_box", lambda *_: 1_000_000)
    assert _train(parts) == 0
    assert _losses(parts) == _losses(whole)


@pytest.fixture(scope="module")
def whole(tmp_path_factory, tiny_base):
    """A run that nothing happened to."""
    run = make_run(tmp_path_factory.mktemp("whole") / "run", tiny_base, steps=30)
    process = start_training(run)
    process.join()
    assert process.exitcode == 0
    return run


MOMENTS = {
    "while it prepares": lambda run: run.state().status == "preparing",
    "before its first step": lambda run: any(event["event"] == "prepared" for event in run.events()),
    "while it saves a checkpoint": lambda run: (run.path / f"{CHECKPOINT}.partial").exists(),
    "between steps": lambda run: run.state().step >= 4,
    "while it saves an adapter": lambda run: (run.path / f"{ADAPTER_WEIGHTS}.partial").exists(),
    "after its last step": lambda run: run.state().step == 30,
}


@pytest.mark.parametrize("has_come", MOMENTS.values(), ids=MOMENTS)
def test_killed_at_any_moment_it_goes_on_to_the_same_end(tmp_path, tiny_base, whole, has_come):
    run = make_run(tmp_path / "killed", tiny_base, steps=30, checkpoint_minutes=1e-4)
    child = start_training(run)
    try:
        while not has_come(run) and child.is_alive():
            time.sleep(0.001)
    finally:
        child.kill()
        child.join()
    assert not run.is_alive()
    if run.state().status != "finished":
        assert _train(run) == 0
    assert _same(_weights(run), _weights(whole))
    assert _losses(run) == _losses(whole)
    assert not list(run.path.rglob("*.partial"))


def test_a_time_box_ends_and_decays(tmp_path, tiny_base):
    run = make_run(tmp_path / "run", tiny_base, steps=0, minutes=0.04, patience=0)
    assert _train(run) == 0
    rates = [event["learning_rate"] for event in run.events() if event["event"] == "step"]
    assert run.state().status == "finished"
    assert rates[-1] < max(rates)


def test_the_matrices_that_start_at_zero_move_as_many_times_faster_as_the_settings_say(tmp_path, tiny_base):
    runs = [make_run(tmp_path / str(ratio), tiny_base, steps=1, loraplus_ratio=ratio) for ratio in (1, 4)]
    assert [_train(run) for run in runs] == [0, 0]
    plain, faster = ({name: weight for name, weight in _weights(run).items() if "lora_B" in name} for run in runs)
    assert all(torch.allclose(faster[name], 4 * weight) for name, weight in plain.items())
    assert any(weight.abs().max() > 0 for weight in plain.values())


def test_it_ends_early_when_nothing_gets_better(tmp_path, tiny_base):
    run = make_run(tmp_path / "run", tiny_base, learning_rate=1e-7, patience=2, steps=40, validations=20)
    assert _train(run) == 0
    assert run.state().step < 40
    assert "no longer got better" in run.state().message
    assert any("does not fall" in event["text"] for event in run.events() if event["event"] == "diagnosis")


def test_two_at_once_are_refused(tmp_path, tiny_base, capsys):
    first, second = make_run(tmp_path / "first", tiny_base), make_run(tmp_path / "second", tiny_base)
    with only_training(first):
        assert first.is_alive()
        assert _train(second) == 1
    assert "another training is running" in capsys.readouterr().err
    assert _train(second) == 0


def test_memory_that_runs_out_halves_the_passes_then_computes_twice(tmp_path, tiny_base, monkeypatch):
    real, limit = training.label_losses, {"tokens": 130}

    def scarce(model, batch):
        checkpointing = model.base_model.model.is_activation_checkpointing
        if len(batch.ids) > limit["tokens"] and torch.is_grad_enabled() and not checkpointing:
            raise torch.OutOfMemoryError("CUDA out of memory")
        return real(model, batch)

    monkeypatch.setattr(training, "label_losses", scarce)
    plenty, run = make_run(tmp_path / "plenty", tiny_base, steps=3), make_run(tmp_path / "run", tiny_base, steps=3)
    assert _train(run) == 0
    notes = [event["text"] for event in run.events() if event["event"] == "note"]
    assert any("tokens at once instead of" in note for note in notes)
    limit["tokens"] = 10
    run = make_run(tmp_path / "less", tiny_base, steps=3)
    assert _train(run) == 0
    notes = [event["text"] for event in run.events() if event["event"] == "note"]
    assert any("computed twice" in note for note in notes)
    monkeypatch.setattr(training, "label_losses", real)
    assert _train(plenty) == 0
    assert _losses(run) == pytest.approx(_losses(plenty), rel=1e-4)


def test_a_loss_that_is_no_number_stops_with_advice(tmp_path, tiny_base):
    broken = tmp_path / "broken"
    broken.mkdir()
    for file in tiny_base.iterdir():
        (broken / file.name).write_bytes(file.read_bytes())
    weights = load_file(broken / "model.safetensors")
    weights["model.norm.weight"][0] = float("nan")
    save_file(weights, broken / "model.safetensors", {"format": "pt"})
    run = make_run(tmp_path / "run", broken)
    assert _train(run) == 1
    assert run.state().status == "failed"
    assert "no number" in run.state().message


def test_a_full_disk_stops_it_and_loses_nothing(tmp_path, tiny_base, monkeypatch):
    run = make_run(tmp_path / "run", tiny_base)
    real = os.fsync

    def full(descriptor):
        if run.state().step >= 6:
            raise OSError(28, "No space left on device")
        real(descriptor)

    monkeypatch.setattr(os, "fsync", full)
    assert _train(run) == 1
    assert "no space left" in run.events()[-1]["text"]
    monkeypatch.setattr(os, "fsync", real)
    assert not list(run.path.rglob("*.partial"))
    assert load_file(run.path / ADAPTER_WEIGHTS)
    assert _train(run) == 0
    assert run.state().status == "finished"


@pytest.mark.parametrize(
    ("changes", "words"),
    [
        ({"minimum_rows": 500}, "40 rows; training needs at least 500"),
        ({"base": "missing.gguf"}, "cannot be read"),
        ({"train_file": "missing.jsonl"}, "cannot be read"),
        ({"max_tokens": 5}, "none of 40 rows has at most 5 tokens"),
        ({"quantize_base": True}, "holding the base in 4 bits needs"),
    ],
)
def test_what_cannot_be_trained_is_refused_in_words(tmp_path, tiny_base, changes, words):
    run = make_run(tmp_path / "run", tiny_base, **changes)
    assert _train(run) == 1
    assert words in run.state().message
    assert run.state().status == "failed"


def test_a_damaged_checkpoint_is_named(tmp_path, tiny_base):
    run = make_run(tmp_path / "run", tiny_base, steps=2)
    assert _train(run) == 0
    data = (run.path / CHECKPOINT).read_bytes()
    (run.path / CHECKPOINT).write_bytes(data[: len(data) // 2])
    assert _train(run) == 1
    assert "is damaged" in run.state().message


def test_settings_that_are_none(tmp_path):
    (tmp_path / "settings.json").write_text("{", "utf-8")
    assert _train(RunFolder(tmp_path)) == 1
    assert "no folder of a run" in RunFolder(tmp_path).state().message


def test_more_than_one_pass_over_the_rows(tmp_path, tiny_base):
    run = make_run(tmp_path / "run", tiny_base, steps=0, epochs=1.5)
    assert _train(run) == 0
    assert run.state().step == 15


def test_rows_that_are_too_long_are_counted(tmp_path, tiny_base):
    run = make_run(tmp_path / "run", tiny_base, steps=1, max_tokens=70)
    assert _train(run) == 0
    assert any("training rows have more than 70 tokens" in event["text"] for event in run.events() if event["event"] == "note")
