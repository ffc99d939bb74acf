"""What was made fast gives what the plain network gives."""

from __future__ import annotations

from dataclasses import replace
from itertools import islice

import numpy as np
import pytest
import torch
from peft import LoraConfig, get_peft_model
from torch.nn import functional
from transformers import AutoModelForCausalLM

from server.training.batches import cost_of, flat, in_order, passes, rows_of_step, shares, short_rows
from server.training.lanes import Lanes
from server.training.network import label_losses, trainable, with_adapter
from server.training.tokens import TokenRow
from server.training.train import fill_gradients


def _rows(lengths):
    generator = np.random.default_rng(0)
    return [TokenRow(generator.integers(0, 256, length), length // 2) for length in lengths]


def answer_loss(model, batch):
    return label_losses(model, batch)[0]


def _plain_loss(model, rows):
    """Row by row, all logits, the loss by hand."""
    total = 0
    for row in rows:
        ids = torch.from_numpy(row.ids)[None]
        logits = model(input_ids=ids).logits[0, row.first_label - 1 : -1]
        total = total + functional.cross_entropy(logits.float(), ids[0, row.first_label :], reduction="sum")
    return total


@pytest.fixture
def plain(tiny_base):
    model = AutoModelForCausalLM.from_pretrained(tiny_base, dtype=torch.float32)
    torch.manual_seed(3)
    return get_peft_model(model, LoraConfig(r=4, lora_alpha=8, target_modules="all-linear", init_lora_weights=False))


@pytest.fixture
def fast(plain, tiny_base):
    model = AutoModelForCausalLM.from_pretrained(tiny_base, dtype=torch.float32)
    fast = with_adapter(model, rank=4, alpha=8, seed=0, base="tiny")
    with torch.no_grad():
        for ours, theirs in zip(trainable(fast), trainable(plain), strict=True):
            ours.copy_(theirs)
    return fast


@pytest.mark.parametrize("n_unlabelled", [None, 2])
def test_loss_and_gradients_are_peft_s_also_over_several_chunks(plain, fast, n_unlabelled):
    rows = [replace(row, n_unlabelled=n_unlabelled) for row in _rows([7, 12, 160, 5, 150])]
    expected, ours = _plain_loss(plain, rows), answer_loss(fast, flat(rows))
    torch.testing.assert_close(ours, expected, rtol=1e-5, atol=1e-5)
    expected.backward()
    ours.backward()
    for parameter, reference in zip(trainable(fast), trainable(plain), strict=True):
        torch.testing.assert_close(parameter.grad, reference.grad, rtol=1e-3, atol=1e-5)


def test_losses_of_single_tokens_add_up_to_the_loss(fast):
    batch = flat(_rows([7, 300, 12]))
    with torch.no_grad():
        total, losses = label_losses(fast, batch)
        assert losses.shape == batch.labels.shape
        torch.testing.assert_close(losses.sum(), total)


def test_rows_do_not_see_each_other(fast):
    first, second, other = _rows([9, 11, 14])
    alone = answer_loss(fast, flat([second]))
    for neighbour in (first, other):
        together = answer_loss(fast, flat([neighbour, second])) - answer_loss(fast, flat([neighbour]))
        torch.testing.assert_close(together, alone, rtol=1e-4, atol=1e-4)


def test_bfloat16_comes_near_and_the_adapter_stays_float32(fast, tiny_base):
    rows = _rows([20, 30])
    model = with_adapter(AutoModelForCausalLM.from_pretrained(tiny_base, dtype=torch.bfloat16), rank=4, alpha=8, seed=0, base="tiny")
    with torch.no_grad():
        for ours, theirs in zip(trainable(model), trainable(fast), strict=True):
            ours.copy_(theirs)
    loss = answer_loss(model, flat(rows))
    loss.backward()
    torch.testing.assert_close(loss, answer_loss(fast, flat(rows)), rtol=2e-2, atol=0.1)
    assert {parameter.grad.dtype for parameter in trainable(model)} == {torch.float32}


def test_splitting_a_step_changes_nothing(fast):
    rows = _rows([9, 11, 14, 8])
    whole = answer_loss(fast, flat(rows))
    parts = sum(answer_loss(fast, flat(part)) for part in passes(rows, 20))
    torch.testing.assert_close(parts, whole, rtol=1e-5, atol=1e-4)


def test_adapters_of_one_seed_are_one(tiny_base):
    def weights(seed):
        model = AutoModelForCausalLM.from_pretrained(tiny_base)
        return [parameter.detach() for parameter in trainable(with_adapter(model, rank=4, alpha=8, seed=seed, base="tiny"))]

    first, same, other = weights(1), weights(1), weights(2)
    assert all(torch.equal(*pair) for pair in zip(first, same, strict=True))
    assert not all(torch.equal(*pair) for pair in zip(first, other, strict=True))


def test_no_pass_sees_a_row_twice_and_each_step_is_full():
    rows = _rows(range(4, 14))
    seen = [id(row) for step in range(5) for row in rows_of_step(rows, step, 4, seed=1)]
    assert len(seen) == 20
    assert len(set(seen[:10])) == len(set(seen[10:])) == 10
    assert seen[:10] != seen[10:]


def _own_and_shipped(n_own, n_shipped):
    ids = np.arange(4)
    return [TokenRow(ids, 2) for _ in range(n_own)] + [TokenRow(ids, 2, is_shipped=True) for _ in range(n_shipped)]


def test_a_run_with_a_time_box_sees_little_of_what_ships_with_the_product():
    rows = _own_and_shipped(6, 40)
    seen = [row for step in range(6) for row in rows_of_step(rows, step, 4, seed=1, shipped_every=4)]
    assert [row.is_shipped for row in seen] == ([False] * 6 + [True] * 2) * 3
    assert len({id(row) for row in seen if row.is_shipped}) == 6
    own = [id(row) for row in seen if not row.is_shipped]
    assert len(set(own[:6])) == len(set(own[6:12])) == len(set(own[12:])) == 6
    ordered = in_order(rows, 1, first=6, shipped_every=4, cost=cost_of)
    assert [id(row) for row in seen[6:12]] == [id(row) for row in islice(ordered, 6)]


def _of_kind(kind, lengths, *, is_shipped=False):
    return [TokenRow(np.arange(length), 2, kind, is_shipped) for length in lengths]


def test_a_time_box_takes_the_rows_with_shorter_answers_and_the_same_share_of_every_kind():
    long, short = _of_kind("generate", range(300, 400)), _of_kind("body", range(100, 200))
    shipped = _of_kind("composed.erd", range(200, 600), is_shipped=True)
    taken = short_rows([*long, *short, *shipped], 40_000, shipped_every=2)
    own = [row for row in taken if not row.is_shipped]
    for kind, shortest in (("generate", 300), ("body", 100), ("composed.erd", 200)):
        lengths = sorted(len(row.ids) for row in taken if row.kind == kind)
        assert lengths == list(range(shortest, shortest + len(lengths)))
    assert abs(sum(row.kind == "body" for row in own) - len(own) / 2) <= 1
    assert 19_000 < sum(len(row.ids) for row in own) <= 20_000


def test_what_a_row_shows_beside_its_request_does_not_keep_it_out_of_a_time_box():
    with_exemplar = [TokenRow(np.arange(300 + length), 300, "composed.erd", is_shipped=True) for length in range(50, 100)]
    without = [TokenRow(np.arange(100 + length), 2, "composed.erd", is_shipped=True) for length in range(50, 100)]
    taken = short_rows([*without, *with_exemplar], 10, shipped_every=1)
    assert len(taken) == 25
    assert all(len(row.ids) >= 350 for row in taken), "their answers are the shorter ones"


def test_a_time_box_that_is_long_enough_takes_all_rows_and_a_tiny_one_still_some_of_every_kind():
    rows = [*_of_kind("generate", range(30, 70)), *_of_kind("composed.erd", range(30, 70), is_shipped=True)]
    assert {id(row) for row in short_rows(rows, 10_000, shipped_every=2)} == {id(row) for row in rows}
    tiny = short_rows(rows, 10, shipped_every=2)
    assert [sum(row.kind == kind for row in tiny) for kind in ("generate", "composed.erd")] == [10, 10]


@pytest.mark.parametrize("is_shipped", [False, True])
def test_a_time_box_over_rows_of_one_source_takes_its_shorter_ones(is_shipped):
    rows = _of_kind("a", range(100, 200), is_shipped=is_shipped)
    assert [len(row.ids) for row in short_rows(rows, 6_000, shipped_every=4)] == list(range(100, 148))


@pytest.mark.parametrize("counts", [(40, 5), (30, 10), (0, 9), (9, 0)])
def test_rows_keep_the_plain_order_where_few_or_all_ship_with_the_product(counts):
    rows = _own_and_shipped(*counts)
    for step in range(4):
        plain, kept = rows_of_step(rows, step, 4, seed=1), rows_of_step(rows, step, 4, seed=1, shipped_every=4)
        assert [id(row) for row in plain] == [id(row) for row in kept]


def test_a_batch_labels_answers_by_position():
    batch = flat([TokenRow(np.array([5, 6, 2, 2]), 2), TokenRow(np.array([7, 2]), 1)])
    assert batch.ids.tolist() == [5, 6, 2, 2, 7, 2]
    assert batch.positions.tolist() == [0, 1, 2, 3, 0, 1]
    assert batch.row_ends == (4, 6)
    assert batch.predicting.tolist() == [1, 2, 4]
    assert batch.labels.tolist() == [2, 2, 2]
    assert batch.is_answer.all()


def test_a_batch_may_label_prompts_too_and_knows_them_from_answers():
    batch = flat([TokenRow(np.array([5, 6, 2, 2]), 2, n_unlabelled=1), TokenRow(np.array([7, 8, 2]), 2, n_unlabelled=1)])
    assert batch.predicting.tolist() == [0, 1, 2, 4, 5]
    assert batch.labels.tolist() == [6, 2, 2, 8, 2]
    assert batch.is_answer.tolist() == [False, True, True, False, True]


def test_the_loss_that_is_told_is_that_of_answers_also_where_prompts_are_learnt(fast):
    rows = _rows([9, 30])
    learning = [replace(row, n_unlabelled=1) for row in rows]
    told = fill_gradients(fast, learning, sum(row.n_labels for row in learning), Lanes())
    assert told == pytest.approx(answer_loss(fast, flat(rows)).item(), rel=1e-5)


def test_passes_hold_long_rows_alone():
    lengths = [[len(row.ids) for row in part] for part in passes(_rows([4, 5, 50, 3]), 10)]
    assert lengths == [[4, 5], [50], [3]]


def test_shares_of_a_pass_cost_about_the_same_and_hold_every_row():
    rows = _rows([40, 10, 12, 9, 11])
    parts = shares(rows, 2)
    assert [sorted(len(row.ids) for row in part) for part in parts] == [[40], [9, 10, 11, 12]]
    assert [len(part) for part in shares(rows[:1], 8)] == [1]


@pytest.mark.parametrize("n_threads", [2, 3, 8])
def test_lanes_give_the_loss_and_the_gradients_of_one_pass(fast, n_threads):
    rows = _rows([9, 11, 14, 8, 30])
    wanted = _filled(fast, rows, Lanes())
    found = _filled(fast, rows, Lanes(n_threads))
    torch.testing.assert_close(found, wanted, rtol=1e-4, atol=1e-5)
    again = _filled(fast, rows, Lanes(n_threads))
    assert all(torch.equal(*pair) for pair in zip(found, again, strict=True)), "the sum has always the same order"


def _filled(model, rows, lanes):
    for parameter in trainable(model):
        parameter.grad = None
    losses = [fill_gradients(model, part, 70, lanes) for part in passes(rows, 45)]
    return [torch.tensor(sum(losses)), *(parameter.grad.clone() for parameter in trainable(model))]


def test_lanes_leave_the_threads_of_others_alone_and_raise_when_all_have_ended():
    n_threads, ended, rows = torch.get_num_threads(), [], _rows([5, 50])

    def compute(part):
        ended.append(torch.get_num_threads())
        if len(part[0].ids) == 50:
            raise MemoryError
        return part

    with pytest.raises(MemoryError):
        Lanes(2).run(rows, compute)
    assert ended == [1, 1]
    assert torch.get_num_threads() == n_threads


@pytest.mark.parametrize("shipped_every", [0, 2])
def test_the_rows_of_a_pair_cost_about_the_same(shipped_every):
    lengths = np.random.default_rng(0).integers(20, 900, 200)
    rows = [TokenRow(np.arange(length), 10, is_shipped=index % 4 > 0) for index, length in enumerate(lengths)]
    steps = [rows_of_step(rows, step, 2, seed=1, shipped_every=shipped_every) for step in range(50)]
    dearer, both = (sum(choose(len(row.ids) for row in step) for step in steps) for choose in (max, sum))
    assert both / (2 * dearer) > 0.9
    assert len({id(row) for step in steps for row in step}) == 100
    if shipped_every:
        assert [step[0].is_shipped for step in steps] == [False, True] * 25
