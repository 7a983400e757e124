"""Training of networks: a step by hand, every rule, batches in their turn."""

from functools import partial

import numpy as np
import pytest
from shared import close, equal, plain

import rnn_helpers as rnn
from rnn_core.training import first_state

X, T = rnn.make_additions(60, 5)
WEIGHTS = rnn.init_tanh(2, 3)
RULES = {
    "descent": partial(rnn.update_descent, rate=0.1),
    "momentum": partial(rnn.update_momentum, rate=0.1),
    "Nesterov": partial(rnn.update_nesterov, rate=0.1),
    "RMSProp": partial(rnn.update_rmsprop, rate=0.01),
    "Adam": partial(rnn.update_adam, rate=0.02),
    "RProp": rnn.update_rprop,
    "Rprop-": rnn.update_rprop_minus,
    "iRprop-": rnn.update_irprop_minus,
    "Rprop+": rnn.update_rprop_plus,
}


@pytest.mark.parametrize("train", [rnn.train_network, plain(rnn.train_network)])
def test_two_steps_of_descent_by_hand(train):
    rule = RULES["descent"]
    got = train(rnn.TANH, WEIGHTS, [(X[:20], T[:20]), (X[20:], T[20:])], rule, 2)
    w = rnn.flatten(WEIGHTS)
    losses = []
    for batch in ((X[:20], T[:20]), (X[20:], T[20:])):
        weights = rnn.unflatten(w, WEIGHTS)
        losses.append(rnn.network_loss(rnn.TANH, *batch, weights))
        w = w - 0.1 * rnn.flatten(rnn.network_gradient(rnn.TANH, *batch, weights))
    close(got.losses, losses, rtol=1e-14)
    close(rnn.flatten(got.weights), w, rtol=1e-14)
    assert type(got.weights) is rnn.TanhWeights


@pytest.mark.parametrize("rule", RULES.values(), ids=list(RULES))
def test_every_rule_trains_any_cell(rule):
    for cell, weights in ((rnn.TANH, WEIGHTS), (rnn.LSTM, rnn.init_lstm(2, 3))):
        losses = rnn.train_network(cell, weights, [(X, T)], rule, 60).losses
        assert losses[-1] < losses[0]


@pytest.mark.parametrize("rule", RULES.values(), ids=list(RULES))
def test_it_is_what_train_does_from_the_first_state(rule):
    def gradient(w):
        weights = rnn.unflatten(w, WEIGHTS)
        return rnn.flatten(rnn.network_gradient(rnn.TANH, X, T, weights))

    states = rnn.train(gradient, first_state(rule, rnn.flatten(WEIGHTS)), rule, 20)
    got = rnn.train_network(rnn.TANH, WEIGHTS, [(X, T)], rule, 20).weights
    equal(rnn.flatten(got), states[-1].w)


def test_batches_begin_anew_at_their_end():
    pair = [(X[:20], T[:20]), (X[20:], T[20:])]
    once, often = (
        rnn.train_network(rnn.TANH, WEIGHTS, batches, RULES["Adam"], 6)
        for batches in (pair, pair * 3)
    )
    equal(rnn.flatten(once.weights), rnn.flatten(often.weights))
    drawn = rnn.train_network(rnn.TANH, WEIGHTS, iter(pair), RULES["Adam"], 6)
    equal(drawn.losses, often.losses)


@pytest.mark.parametrize("train", [rnn.train_network, plain(rnn.train_network)])
def test_nothing_is_changed_and_the_default_is_500_steps(train):
    before = rnn.flatten(WEIGHTS)
    got = train(rnn.TANH, WEIGHTS, [(X, T)], RULES["Adam"])
    assert got.losses.shape == (500,)
    equal(rnn.flatten(WEIGHTS), before)


@pytest.mark.parametrize("train", [rnn.train_network, plain(rnn.train_network)])
def test_a_small_loss_ends_the_training_without_a_step(train):
    whole = train(rnn.TANH, WEIGHTS, [(X, T)], RULES["Adam"], 60)
    at = 20
    assert np.argmin(whole.losses[: at + 1]) == at
    below = np.nextafter(whole.losses[at], 1)
    short = train(rnn.TANH, WEIGHTS, [(X, T)], RULES["Adam"], 60, below=below)
    equal(short.losses, whole.losses[: at + 1])
    before = train(rnn.TANH, WEIGHTS, [(X, T)], RULES["Adam"], at)
    equal(rnn.flatten(short.weights), rnn.flatten(before.weights))
    on = train(rnn.TANH, WEIGHTS, [(X, T)], RULES["Adam"], 60, below=whole.losses[-1])
    equal(on.losses, whole.losses)
    equal(rnn.flatten(on.weights), rnn.flatten(whole.weights))


def test_clipped_clips_over_all_weights_at_once():
    rule = rnn.clipped(RULES["descent"], 0.01)
    got = rnn.train_network(rnn.TANH, WEIGHTS, [(X, T)], rule, 1).weights
    step = rnn.flatten(got) - rnn.flatten(WEIGHTS)
    close(np.linalg.norm(step), 0.1 * 0.01, rtol=1e-10)
    state = rnn.clipped(RULES["Adam"])(
        first_state(RULES["Adam"], np.zeros(2)), np.array([30.0, 40.0])
    )
    close(state.mean, [0.06, 0.08], rtol=1e-14)


def test_a_rule_is_known_through_what_stands_around_it():
    zero = np.zeros(2)
    for rule in (rnn.clipped(RULES["Adam"]), partial(rnn.clipped(RULES["Adam"]))):
        assert isinstance(first_state(rule, zero), rnn.AdamState)
    assert isinstance(first_state(lambda state, grad: state, zero), rnn.DescentState)


def test_the_first_state_remembers_nothing():
    w, zero = np.array([3.0, 4.0]), np.zeros(2)
    minus = rnn.RPropState(w, zero + 0.001, zero)
    for name, wanted in {
        "Adam": rnn.AdamState(w, zero, zero, 0),
        "momentum": rnn.MomentumState(w, zero),
        "RMSProp": rnn.RMSPropState(w, zero),
        "RProp": minus,
        "Rprop-": minus,
        "iRprop-": minus,
        "Rprop+": rnn.RPropPlusState(*minus, zero, np.inf, np.inf),
    }.items():
        got = first_state(RULES[name], w)
        assert type(got) is type(wanted)
        equal(np.hstack(got), np.hstack(wanted))


@pytest.mark.parametrize(
    ("second", "words"),
    [
        ((X * np.nan, T), "X must be finite, got nan"),
        ((X, T[:3]), r"T must have shape \(60, 5\)"),
        ((X[..., :1], T), r"X must have shape \(60, 5, 2\)|X must have shape"),
        ((X, 2 + T), "T must hold numbers from 0 to 1"),
        (X, r"batches must hold pairs \(X, T\)"),
    ],
)
def test_a_wrong_batch_is_refused_when_its_turn_comes(second, words):
    batches = [(X, T), second]
    rnn.train_network(rnn.TANH, WEIGHTS, batches, RULES["Adam"], 1)
    with pytest.raises(ValueError, match=f"^{words}"):
        rnn.train_network(rnn.TANH, WEIGHTS, batches, RULES["Adam"], 2)
