"""Clipping, and the rules that train: steps by hand, known ends, PyTorch.

RProp and its sisters have a file of their own, `test_rprop.py`.
"""

from functools import partial

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from hypothesis.extra.numpy import arrays
from shared import (
    DATA,
    START,
    assert_columns_go_alone,
    assert_pytorch_takes_the_same_path,
    close,
    equal,
    fixed,
    gradient,
    import_torch,
    plain,
)

import rnn_helpers as rnn

ZERO = fixed([0, 0])

# --- Clipping -------------------------------------------------------------------------


def test_clip_by_hand():
    for clip in (rnn.clip, plain(rnn.clip)):
        equal(clip(fixed([3, 4])), [0.6, 0.8])
    equal(rnn.clip([3.0, -4.0], threshold=2.5), [1.5, -2])
    equal(rnn.clip([2.0, 3.0, 6.0], threshold=3.5), [1, 1.5, 3])
    for threshold in (5, 7):
        equal(rnn.clip([3.0, 4.0], threshold), [3, 4])
    equal(rnn.clip([0.0, 0.0]), [0, 0])


def test_clip_takes_every_column_alone():
    grads = [[3.0, 0.3, 0.0], [4.0, 0.4, 0.0]]
    equal(rnn.clip(grads), [[0.6, 0.3, 0], [0.8, 0.4, 0]])
    far_apart = [[3e150, 3e-150], [4e150, 4e-150]]
    close(rnn.clip(far_apart, 1e-155), [[0.6e-155] * 2, [0.8e-155] * 2], rtol=1e-14)


def test_the_norm_of_a_huge_gradient_does_not_overflow():
    close(rnn.clip([3e200, 4e200]), [0.6, 0.8], rtol=1e-15)
    equal(rnn.clip([1.5e308, 0.0]), [1, 0])
    close(rnn.clip([3e307, 4e307], 0.01), [0.006, 0.008], rtol=1e-15)


def test_the_norm_of_a_tiny_gradient_does_not_underflow():
    close(rnn.clip([3e-300, 4e-300], 1e-300), [0.6e-300, 0.8e-300], rtol=1e-15)
    equal(rnn.clip([5e-324, 0.0]), [5e-324, 0])


def test_an_infinite_gradient_has_no_direction():
    with np.errstate(invalid="ignore"):
        equal(rnn.clip([np.inf, 1.0]), [np.nan, 0])
        equal(rnn.clip([[np.inf, 3.0], [1.0, 4.0]]), [[np.nan, 0.6], [0, 0.8]])


pairs = arrays(np.float64, 2, elements=st.floats(-1e6, 1e6))


@given(pairs, st.floats(1e-3, 1e3))
def test_clip_keeps_the_direction_and_never_lengthens(grad, threshold):
    got = rnn.clip(grad, threshold)
    size = np.hypot(*grad)
    assert np.hypot(*got) <= min(size, threshold) * (1 + 1e-15)
    close(got * max(size, threshold), grad * threshold, rtol=1e-15, atol=1e-300)


# --- Steps by hand: powers of two, so that nothing is rounded -------------------------


def test_two_steps_of_descent():
    state = rnn.DescentState(fixed([1, 2]))
    state = rnn.update_descent(state, [4, -8], rate=0.25)
    equal(state.w, [0, 4])
    equal(rnn.update_descent(state, [1, 0], rate=0.5).w, [-0.5, 4])


@pytest.mark.parametrize(
    ("rule", "after_one", "after_two"),
    [(rnn.update_momentum, [-1, 2], [-1, 4]), (rnn.update_nesterov, [-2, 2], [-1, 5])],
)
def test_two_steps_of_momentum(rule, after_one, after_two):
    state = rnn.MomentumState(fixed([1, 2]), ZERO)
    state = rule(state, [4, 0], rate=0.5, momentum=0.5)
    equal(state.w, after_one)
    equal(state.velocity, [-2, 0])
    state = rule(state, [-2, -4], rate=0.5, momentum=0.5)
    equal(state.w, after_two)
    equal(state.velocity, [0, 2])


def test_two_steps_of_rmsprop():
    state = rnn.RMSPropState(fixed([1, 2]), ZERO)
    state = rnn.update_rmsprop(state, [4, 0], rate=0.5, decay=0.75, eps=2)
    equal(state.square, [4, 0])
    equal(state.w, [0.5, 2])
    state = rnn.update_rmsprop(state, [-2, 4], rate=0.5, decay=0.75, eps=2)
    equal(state.square, [4, 4])
    equal(state.w, [0.75, 1.5])


def test_two_steps_of_adam():
    hyper = {"rate": 0.5, "beta_1": 0.5, "beta_2": 0.75, "eps": 4}
    state = rnn.AdamState(fixed([1, 2]), ZERO, ZERO, 0)
    state = rnn.update_adam(state, [4, 0], **hyper)
    equal(state.w, [0.75, 2])
    equal([state.mean, state.square], [[2, 0], [4, 0]])
    assert state.n_taken == 1
    state = rnn.update_adam(state, [-4, 0], **hyper)
    close(state.w, [0.75 + 0.5 * (4 / 3) / (4 + 4), 2], rtol=1e-15)
    equal([state.mean, state.square], [[-1, 0], [7, 0]])
    assert state.n_taken == 2


def test_adam_takes_half_a_step_where_the_gradient_is_as_small_as_its_eps():
    state = rnn.AdamState(ZERO, ZERO, ZERO, 0)
    after = plain(rnn.update_adam)(state, fixed([1e-8, 0]), rate=1)
    close(after.w, [-0.5, 0], rtol=1e-12)


# --- Training -------------------------------------------------------------------------


def halve(state, grad):
    return rnn.DescentState(state.w - grad / 4)


def test_train_keeps_every_state_and_asks_for_the_gradient_at_each():
    start = rnn.DescentState(8.0)
    states = rnn.train(lambda w: 2 * w, start, halve, n_iterations=3)
    assert [state.w for state in states] == [8, 4, 2, 1]
    assert states[0] is start


def test_train_takes_five_hundred_steps_unless_told_otherwise():
    for train in (rnn.train, plain(rnn.train)):
        assert len(train(lambda w: 2 * w, rnn.DescentState(8.0), halve)) == 501


# --- From the original's start: every rule ends where it is known to ------------------


def clipped(w):
    return rnn.clip(gradient(w))


@pytest.mark.parametrize(
    ("grad", "rule", "rate", "memory", "n_iterations", "expected"),
    [
        (gradient, rnn.update_descent, 1e-7, rnn.DescentState, 500, 329),
        (clipped, rnn.update_descent, 1e-2, rnn.DescentState, 500, 0.074),
        (clipped, rnn.update_momentum, 1e-3, rnn.MomentumState, 781, 9.7e-5),
        (clipped, rnn.update_nesterov, 1e-3, rnn.MomentumState, 781, 3.26e-5),
        (gradient, rnn.update_rmsprop, 1e-2, rnn.RMSPropState, 500, 0.035),
        (gradient, rnn.update_adam, 1e-1, rnn.AdamState, 500, 65.9),
    ],
)
def test_rules_end_where_they_should(grad, rule, rate, memory, n_iterations, expected):
    start = memory(START, *[0.0 * START for _ in memory._fields[1:]])
    if memory is rnn.AdamState:
        start = start._replace(n_taken=0)
    states = rnn.train(grad, start, partial(plain(rule), rate=rate), n_iterations)
    assert rnn.loss_at(*DATA, *states[-1].w) == pytest.approx(expected, rel=0.02)


# --- Many starts at once, and PyTorch where it is installed ---------------------------

BLOCK = fixed([[1, 2, 3], [-1, 0.5, 0.25]])
SQUARE = fixed([[1, 0, 4], [0, 2, 9]])
RULES = [
    (rnn.update_descent, "SGD", {}, 3e-4, rnn.DescentState(BLOCK)),
    (
        rnn.update_momentum,
        "SGD",
        {"momentum": 0.9},
        3e-4,
        rnn.MomentumState(BLOCK, SQUARE),
    ),
    (
        rnn.update_nesterov,
        "SGD",
        {"momentum": 0.9, "nesterov": True},
        3e-4,
        rnn.MomentumState(BLOCK, SQUARE),
    ),
    (
        rnn.update_rmsprop,
        "RMSprop",
        {"alpha": 0.9},
        1e-3,
        rnn.RMSPropState(BLOCK, SQUARE),
    ),
    (rnn.update_adam, "Adam", {}, 1e-1, rnn.AdamState(BLOCK, SQUARE, SQUARE, 0)),
]
NAMES = [rule.__name__ for rule, *_ in RULES]


@pytest.mark.parametrize(("rule", "_", "__", "rate", "state"), RULES, ids=NAMES)
def test_many_starts_go_through_a_rule_as_single_ones(rule, _, __, rate, state):
    assert_columns_go_alone(partial(rule, rate=rate), state)


@pytest.mark.parametrize(("rule", "name", "options", "rate", "state"), RULES, ids=NAMES)
def test_a_rule_takes_the_path_of_pytorch(rule, name, options, rate, state):
    optimizer = getattr(import_torch().optim, name)
    state = type(state)(*[ZERO if np.ndim(field) else 0 for field in state])
    assert_pytorch_takes_the_same_path(
        partial(optimizer, lr=rate, **options),
        partial(rule, rate=rate),
        state._replace(w=fixed([0.5, 0.7])),
    )
