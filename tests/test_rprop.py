"""RProp and its sisters: steps by hand, laws, the published path, PyTorch."""

from functools import partial

import numpy as np
import pytest
from hypothesis import given, settings
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


def start_at(w):
    w = fixed(w)
    return rnn.RPropState(w, np.full(w.shape, 0.001), np.zeros(w.shape))


def remember(state):
    """Give what Rprop+ and iRprop+ carry, before the first step."""
    zero = 0.0 * state.w
    return rnn.RPropPlusState(*state, step=zero, loss=zero, last_loss=zero + np.inf)


# --- The original's rule --------------------------------------------------------------


def test_one_step_of_rprop_by_hand():
    before = rnn.RPropState(
        w=fixed([1, 1, 1]), delta=fixed([0.5, 0.5, 0.5]), sign=fixed([1, -1, 0])
    )
    after = rnn.update_rprop(before, [7.0, 7.0, -7.0], eta_plus=2, eta_minus=0.25)
    equal(after.delta, [1.0, 0.125, 0.125])
    equal(after.w, [0.0, 0.875, 1.125])
    equal(after.sign, [1, 1, -1])


def test_a_step_of_size_zero_stays_where_it_is():
    state = rnn.RPropState(w=fixed([1, 1]), delta=fixed([0, 0]), sign=fixed([1, 1]))
    equal(rnn.update_rprop(state, [1, -1]).w, [1, 1])


signs = arrays(np.float64, 3, elements=st.sampled_from([-1.0, 0.0, 1.0]))
steps = arrays(np.float64, 3, elements=st.floats(1e-6, 50))


@given(signs, signs, steps, st.floats(1.01, 3), st.floats(0.01, 0.99))
def test_rprop_moves_each_weight_by_its_delta_against_the_sign(
    last, now, delta, eta_plus, eta_minus
):
    before = rnn.RPropState(np.zeros(3), delta, last)
    after = rnn.update_rprop(before, 1e9 * now, eta_plus=eta_plus, eta_minus=eta_minus)
    equal(after.w, -now * after.delta)
    equal(after.sign, now)
    for i in np.flatnonzero(now):
        factor = eta_plus if now[i] == last[i] else eta_minus
        assert after.delta[i] == delta[i] * factor


# --- Its sisters ----------------------------------------------------------------------

# A column a case: the sign is that of the last step; it has changed; there was no last
# one; the gradient is 0; Delta would leave its bounds above, and below.
BEFORE = rnn.RPropPlusState(
    w=fixed([0, 0, 0, 0, 0, 0]),
    delta=fixed([1, 1, 1, 1, 40, 2**-19]),
    sign=fixed([1, 1, 0, 1, -1, -1]),
    step=fixed([-1, -1, 0, -1, 40, 2**-19]),
    loss=fixed([2, 2, 2, 2, 2, 2]),
    last_loss=fixed([1, 1, 1, 1, 1, 1]),
)
GRAD = fixed([7, -7, 7, 0, -7, 7])
DELTA = fixed([1.5, 0.5, 1, 1, 50, 1e-6])


@pytest.mark.parametrize(
    ("rule", "change", "w", "sign"),
    [
        (rnn.update_rprop_minus, {}, [-1.5, 0.5, -1, 0, 50, -1e-6], np.sign(GRAD)),
        (rnn.update_irprop_minus, {}, [-1.5, 0, -1, 0, 50, 0], [1, 0, 1, 0, -1, 0]),
        (
            rnn.update_rprop_plus,
            {"loss": 0 * GRAD},  # the loss is not looked at
            [-1.5, 1, -1, 0, 50, -(2**-19)],
            [1, 0, 1, 0, -1, 0],
        ),
        (
            rnn.update_irprop_plus,
            {},
            [-1.5, 1, -1, 0, 50, -(2**-19)],
            [1, 0, 1, 0, -1, 0],
        ),
        (
            rnn.update_irprop_plus,
            {"loss": BEFORE.last_loss},  # no rise: the weight stays
            [-1.5, 0, -1, 0, 50, 0],
            [1, 0, 1, 0, -1, 0],
        ),
    ],
)
def test_one_step_of_a_sister_by_hand(rule, change, w, sign):
    state = BEFORE._replace(**change)
    if rule in (rnn.update_rprop_minus, rnn.update_irprop_minus):
        state = rnn.RPropState(*state[:3])
    for step in (rule, plain(rule)):  # the bounds on Delta are those of the papers
        after = step(state, GRAD, eta_plus=1.5, eta_minus=0.5)
        equal(after.delta, DELTA)
    equal(after.w, w)
    equal(after.sign, sign)
    if isinstance(after, rnn.RPropPlusState):
        equal(after.step, w)
        equal(after.last_loss, state.loss)


SISTERS = [
    rnn.update_rprop_minus,
    rnn.update_rprop_plus,
    rnn.update_irprop_minus,
    rnn.update_irprop_plus,
]
PLUS = {rnn.update_rprop_plus, rnn.update_irprop_plus}


def remembered(rule, state):
    return remember(state) if rule in PLUS else state


@pytest.mark.parametrize("rule", SISTERS)
def test_bounds_on_delta_can_be_chosen(rule):
    state = rnn.RPropState(fixed([0, 0]), fixed([1, 1]), fixed([1, -1]))
    state = remembered(rule, state)
    after = rule(state, [1, 1], delta_min=0.75, delta_max=1.125)
    equal(after.delta, [1.125, 0.75])
    free = rule(after._replace(sign=fixed([1, -1])), [1, 1], delta_min=0, delta_max=1e9)
    equal(free.delta, [1.125 * 1.2, 0.75 * 0.5])


# --- Laws of the whole family ---------------------------------------------------------

FAMILY = [rnn.update_rprop, *SISTERS]


@pytest.mark.parametrize("rule", FAMILY)
@given(st.floats(1e-3, 1e6))
@settings(max_examples=10)
def test_a_rule_does_not_see_the_size_of_the_gradient(rule, scale):
    plain = scaled = remembered(rule, start_at([0.4, 0.3]))
    for _ in range(30):
        plain = rule(plain, gradient(plain.w))
        scaled = rule(scaled, scale * gradient(scaled.w))
        equal(scaled.w, plain.w)


@pytest.mark.parametrize("rule", FAMILY)
def test_many_starts_go_through_a_rule_as_single_ones(rule):
    state = start_at([[1, 2, 3], [-1, 0.5, 0.25]])
    assert_columns_go_alone(rule, remembered(rule, state))


# --- Training -------------------------------------------------------------------------


@pytest.mark.parametrize("train_rprop", [rnn.train_rprop, plain(rnn.train_rprop)])
def test_published_weights_to_the_last_bit(train_rprop):
    history = train_rprop(*DATA)
    assert history.w[-1].tolist() == [1.001355547207059, 0.9996744737846419]
    assert history.losses[-1] == pytest.approx(1.8008530879581043e-06, rel=1e-9)


def test_published_test_sequence():
    w = rnn.train_rprop(*DATA).w[-1]
    sequence = [[0, 1, 1, 0, 0, 0, 0, 1, 0, 0, 1, 1]]
    output = rnn.forward_states(sequence, *w)[0, -1]
    assert output == pytest.approx(4.998963741, rel=1e-9)


def test_history_is_whole():
    history = rnn.train_rprop(*DATA, 0.5, 0.7, delta=0.01, n_iterations=3)
    assert history.w.shape == history.delta.shape == (4, 2)
    equal(history.w[0], [0.5, 0.7])
    equal(history.delta[:2], [[0.01, 0.01], [0.005, 0.005]])
    sizes = np.abs(np.diff(history.w, axis=0))
    close(sizes, history.delta[1:], rtol=1e-12)
    close(history.losses, [rnn.loss_at(*DATA, *w) for w in history.w], rtol=1e-13)


def test_training_hands_the_etas_on():
    history = rnn.train_rprop(
        *DATA, delta=0.01, n_iterations=3, eta_plus=2, eta_minus=0.25
    )
    equal(history.delta[:, 0], [0.01, 0.0025, 0.005, 0.01])


def test_one_iteration_is_enough():
    assert rnn.train_rprop(*DATA, n_iterations=1).w.shape == (2, 2)


def test_training_takes_the_path_of_the_rule_to_the_last_bit():
    states = rnn.train(gradient, start_at(START), plain(rnn.update_rprop))
    equal(rnn.train_rprop(*DATA).w, [state.w for state in states])


def test_many_starts_take_the_paths_of_single_ones():
    X, t = rnn.make_dataset(n_samples=7, n_steps=5)
    w_x, w_rec = np.meshgrid([-1.5, 0.25, 2.0], [-0.5, 1.75])
    many = rnn.train_rprop(X, t, w_x, w_rec, n_iterations=40)
    assert [array.shape for array in many] == [(41, 2, 2, 3), (41, 2, 3), (41, 2, 2, 3)]
    for i, j in np.ndindex(2, 3):
        one = rnn.train_rprop(X, t, w_x[i, j], w_rec[i, j], n_iterations=40)
        for all_of_them, single in zip(many, one, strict=True):
            close(all_of_them[..., i, j], single, rtol=1e-10)


@pytest.mark.parametrize(
    ("rule", "state", "expected"),
    [
        (rnn.update_rprop_minus, start_at(START), 2.34e-6),
        (rnn.update_rprop_plus, remember(start_at(START)), 1.08e-4),
        (rnn.update_irprop_minus, start_at(START), 9.2e-9),
        (rnn.update_irprop_plus, remember(start_at(START)), 5.4e-9),
    ],
)
def test_sisters_end_where_they_should(rule, state, expected):
    def step(state, grad):
        if rule is rnn.update_irprop_plus:  # it has to be told the loss
            loss = rnn.loss_at(*DATA, *state.w)
            state = state._replace(loss=np.full(2, loss))
        return plain(rule)(state, grad)

    w = rnn.train(gradient, state, step)[-1].w
    assert rnn.loss_at(*DATA, *w) == pytest.approx(expected, rel=0.02)


# --- PyTorch, where it is installed ---------------------------------------------------


def test_irprop_minus_takes_the_path_of_pytorch():
    rprop = import_torch().optim.Rprop
    options = {"lr": 0.001, "etas": (0.5, 1.2), "step_sizes": (1e-6, 50)}
    assert_pytorch_takes_the_same_path(
        partial(rprop, **options), rnn.update_irprop_minus, start_at(START)
    )


# --- A gradient of 0 ------------------------------------------------------------------

FAMILY = [
    (rnn.update_rprop, rnn.RPropState(np.ones(2), np.full(2, 0.1), np.ones(2))),
    (rnn.update_rprop_minus, rnn.RPropState(np.ones(2), np.full(2, 0.1), np.ones(2))),
    (rnn.update_irprop_minus, rnn.RPropState(np.ones(2), np.full(2, 0.1), np.ones(2))),
    (
        rnn.update_rprop_plus,
        rnn.RPropPlusState(
            np.ones(2), np.full(2, 0.1), np.ones(2), np.zeros(2), 0.0, np.inf
        ),
    ),
    (
        rnn.update_irprop_plus,
        rnn.RPropPlusState(
            np.ones(2), np.full(2, 0.1), np.ones(2), np.zeros(2), 0.0, np.inf
        ),
    ),
]


@pytest.mark.parametrize(("rule", "state"), FAMILY)
def test_a_gradient_of_0_leaves_weight_and_delta_alone(rule, state):
    for _ in range(5000):
        state = rule(state, np.zeros(2))
    np.testing.assert_array_equal(state.w, [1, 1])
    np.testing.assert_array_equal(state.delta, [0.1, 0.1])


def test_training_past_an_exact_minimum_stays_there():
    history = rnn.train_rprop(*DATA, 3.0, 3.0, n_iterations=5000)
    arrived = np.argmax(history.losses == 0)
    assert 0 < arrived < 500
    assert (history.w[arrived:] == 1).all()
    assert np.isfinite(history.delta).all()


def test_clipping_a_gradient_whose_square_overflows():
    np.testing.assert_allclose(rnn.clip([3e200, 4e200]), [0.6, 0.8], rtol=1e-15)


def test_clipping_a_gradient_of_one_weight():
    np.testing.assert_array_equal(rnn.clip([-5.0]), [-1.0])
