from __future__ import annotations

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from server.training.diagnosis import diagnose
from server.training.errors import TrainingError
from server.training.schedule import (
    affordable_rows,
    expected_steps,
    is_time_to_validate,
    learning_rate_at,
    plan_of,
    time_to_decay,
    tokens_in_box,
)
from server.training.settings import learning_rate_for, settings_of

FILES = {"base": "b", "train_file": "t", "validation_file": "v"}


@settings(deadline=None)
@given(steps=st.integers(1, 500), warm_up=st.floats(0, 0.5), decay=st.floats(0, 0.5))
def test_the_rate_rises_stays_and_falls_but_never_reaches_zero_before_the_end(steps, warm_up, decay):
    plan = plan_of(settings_of("quick", **FILES, steps=steps, warm_up=warm_up, decay=decay), 5_000, 1)
    rates = [learning_rate_at(plan, step, 1.0) for step in range(plan.end)]
    assert plan.end == plan.steps == steps
    assert all(0 < rate <= 1 for rate in rates)
    peak = rates.index(max(rates))
    assert rates[: peak + 1] == sorted(rates[: peak + 1])
    assert rates[peak:] == sorted(rates[peak:], reverse=True)


@settings(deadline=None)
@given(seconds=st.floats(0.05, 5), minutes=st.floats(1, 60))
def test_a_time_box_is_filled_and_ends_decayed(seconds, minutes):
    chosen = settings_of("quick", **FILES, minutes=minutes)
    plan, step, elapsed = plan_of(chosen, 5_000, 1 / seconds), 0, 0.0
    while (plan.end < 0 or step < plan.end) and elapsed < minutes * 60:
        plan = time_to_decay(plan, step, elapsed, chosen)
        step, elapsed = step + 1, elapsed + seconds
    assert elapsed >= minutes * 60 * 0.95 - 3 * seconds
    assert step < 5 or learning_rate_at(plan, step - 1, 1.0) < 0.5


@settings(deadline=None)
@given(seconds=st.floats(0.05, 5), guessed=st.floats(0.05, 5), minutes=st.floats(2, 60))
def test_a_time_box_expects_what_its_speed_gives_and_validates_as_often_as_asked_whatever_was_guessed(seconds, guessed, minutes):
    chosen = settings_of("quick", **FILES, minutes=minutes)
    plan, step, elapsed, validated = plan_of(chosen, 5_000, 1 / guessed), 0, 0.0, 0
    while elapsed + seconds < minutes * 60 * (1 - chosen.decay):
        # Not `elapsed - seconds` below: rounding could put a step's begin past the moment at which it is time, and no step would meet it.
        step, before, elapsed = step + 1, elapsed, elapsed + seconds
        plan = expected_steps(plan, step, elapsed, chosen)
        validated += is_time_to_validate(plan, step, before, elapsed, chosen)
    assert abs(plan.steps - minutes * 60 / seconds) <= 1
    assert validated <= chosen.validations
    assert validated >= min(step, int(chosen.validations * (1 - chosen.decay))) - 1


def test_a_box_that_turns_out_to_be_long_enough_ends_with_the_steps_that_were_asked_for():
    chosen = settings_of("quick", **FILES, steps=50, minutes=10)
    plan = plan_of(chosen, 5_000, 0.02)
    assert (plan.steps, plan.end) == (12, -1)
    plan = expected_steps(plan, 5, 10.0, chosen)
    assert (plan.steps, plan.end) == (50, 50)
    assert 5 < plan.decay_from < 50


def test_whichever_limit_is_over_first_ends_the_run():
    chosen = settings_of("quick", **FILES, steps=50, epochs=1, minutes=10)
    assert plan_of(chosen, 5_000, 1).steps == 50
    assert plan_of(chosen, 40, 1).steps == 20
    assert plan_of(chosen, 5_000, 0.02).steps == 12


def test_a_limit_of_the_person_replaces_those_of_the_preset():
    chosen = settings_of("standard", **FILES, minutes=3)
    assert (chosen.minutes, chosen.epochs, chosen.rows_per_step) == (3, 0, 8)


@pytest.mark.parametrize(
    "wrong", [{"steps": 0, "minutes": 0, "epochs": 0}, {"rank": 0, "steps": 1}, {"steps": -1}, {"steps": 1, "warm_up": 0.9}]
)
def test_settings_that_cannot_be_meant_are_refused(wrong):
    with pytest.raises(TrainingError):
        settings_of("quick", **{**FILES, "minutes": 0, **wrong})


def test_small_bases_get_a_higher_rate():
    assert learning_rate_for(135_000_000) == 1e-3 > learning_rate_for(7_000_000_000) == 2e-4


def test_a_time_box_has_room_for_what_its_speed_gives_beside_validations():
    assert tokens_in_box(settings_of("quick", **FILES, minutes=30), 0.01) == 162_000
    assert tokens_in_box(settings_of("standard", **FILES), 0.01) == 0


def test_validation_takes_a_small_part_of_a_time_box():
    chosen = settings_of("quick", **FILES, minutes=5)
    assert affordable_rows(chosen, [300] * 128, 1e-4) == 128
    assert affordable_rows(chosen, [300] * 128, 1e-2) == 4
    assert affordable_rows(chosen, [300] * 2, 1.0) == 2


def _events(losses, validations, notes=()):
    steps = [{"event": "step", "loss": loss} for loss in losses]
    return [
        *steps,
        *({"event": "validation", "validation_loss": loss} for loss in validations),
        *({"event": "note", "text": n} for n in notes),
    ]


@pytest.mark.parametrize(
    ("events", "n_rows", "words"),
    [
        (_events([2.0, 0.8] * 1 + [0.8] * 40, [2.0, 0.9]), 5_000, "the range that a well-trained run ends in"),
        (_events([2.0] * 50, [2.0, 2.0]), 5_000, "The loss does not fall"),
        (_events([2.0] * 5 + [0.1] * 45, [2.0, 1.0, 1.2, 1.4, 1.6]), 5_000, "learnt by heart"),
        (_events([2.0, 1.8], [2.0, 1.9]), 5_000, "Only 2 steps were taken"),
        (_events([2.0], [2.0, 1.9]), 5_000, "Only 1 step was taken"),
        (_events([2.0], [2.0, 1.9]), 5_000, "The training loss was 2.00"),
        (_events([2.0] * 5 + [0.7] * 45, [2.0, 1.0]), 900, "fewer than 5,000"),
        (_events([2.0] * 5 + [0.7] * 45, [2.0, 1.0], ["memory ran out: halved"]), 5_000, "memory ran out: halved"),
        (_events([2.0] * 5 + [1.9] * 45, [2.0, 1.95]), 5_000, "generic"),
        ([], 5_000, "before its first step"),
    ],
)
def test_trouble_is_said_in_words(events, n_rows, words):
    assert any(words in sentence for sentence in diagnose(events, n_rows=n_rows, ending="finished"))


def test_a_few_steps_are_no_reason_to_change_the_learning_rate():
    assert not any("does not fall" in sentence for sentence in diagnose(_events([2.0] * 7, [2.0, 2.0]), n_rows=5_000, ending="finished"))


def test_what_the_held_out_loss_tells_is_not_outvoted_by_the_rows_of_single_steps():
    losses = [1.6, 2.9, 2.1, 3.0, 1.9, 2.6, 2.0, 2.4, 2.3]
    assert not any("does not fall" in sentence for sentence in diagnose(_events(losses, [2.95, 2.6]), n_rows=5_000, ending="finished"))
    assert any("does not fall" in sentence for sentence in diagnose(_events(losses, [2.95, 2.94]), n_rows=5_000, ending="finished"))
