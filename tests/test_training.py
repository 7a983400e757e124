"""What every rule keeps to, whatever it trains: bounds, scales, any kind of weights."""

from functools import partial
from typing import NamedTuple

import numpy as np
import pytest

import rnn_helpers as rnn

X, T = rnn.make_dataset()
POLYNOMIALS = rnn.loss_polynomials(X, T)
START = np.array([-1.5, 2.0])
RPROPS = {
    "rprop": rnn.update_rprop,
    "rprop_minus": rnn.update_rprop_minus,
    "rprop_plus": rnn.update_rprop_plus,
    "irprop_minus": rnn.update_irprop_minus,
    "irprop_plus": rnn.update_irprop_plus,
}
RULES = {
    "descent": partial(rnn.update_descent, rate=1e-7),
    "momentum": partial(rnn.update_momentum, rate=1e-8),
    "nesterov": partial(rnn.update_nesterov, rate=1e-8),
    "rmsprop": partial(rnn.update_rmsprop, rate=1e-2),
    "adam": partial(rnn.update_adam, rate=0.1),
    **RPROPS,
}


def gradient(w):
    return rnn.polynomial_gradient(POLYNOMIALS, *w)


def loss(w):
    return rnn.polynomial_loss(POLYNOMIALS, *w)


def begin(name, w, delta=0.001):
    zero = np.zeros_like(w)
    if name == "descent":
        return rnn.DescentState(w)
    if name == "rmsprop":
        return rnn.RMSPropState(w, zero)
    if name == "adam":
        return rnn.AdamState(w, zero, zero, 0)
    if name in ("momentum", "nesterov"):
        return rnn.MomentumState(w, zero)
    if name.endswith("plus"):
        return rnn.RPropPlusState(w, zero + delta, zero, zero, 0.0, np.inf)
    return rnn.RPropState(w, zero + delta, zero)


def told(rule):
    """A rule that is told the loss before each step, if it asks for it."""

    def with_loss(state, grad):
        if "loss" in state._fields:
            state = state._replace(loss=loss(state.w))
        return rule(state, grad)

    return with_loss


@pytest.fixture(params=RULES)
def name(request):
    return request.param


@pytest.fixture(params=RPROPS)
def rprop(request):
    return request.param


# --- The loss as polynomials ----------------------------------------------------------


@pytest.mark.parametrize("point", [(1, 1), (1.2, 0.9), (-1.5, 2), (0, -3), (3, -3)])
def test_polynomials_are_the_closed_form(point):
    closed = rnn.closed_form_loss(X, T, *point)
    assert np.isclose(loss(point), closed, rtol=1e-12, atol=1e-12)
    closed = rnn.closed_form_gradient(X, T, *point)
    assert np.allclose(gradient(point), closed, rtol=1e-11, atol=1e-11)


def test_polynomials_keep_the_type_and_take_a_complex_step():
    sideways = [
        rnn.polynomial_loss(POLYNOMIALS, *(np.array([1.2, 0.9]) + nudge)).imag / 1e-20
        for nudge in 1e-20j * np.eye(2)
    ]
    exact = rnn.polynomial_gradient(POLYNOMIALS, 1.2, 0.9)
    np.testing.assert_allclose(sideways, exact, rtol=1e-12)
    w = np.float32([1.2, 0.9])
    assert rnn.polynomial_gradient(POLYNOMIALS, *w).dtype == np.float64
    short = rnn.loss_polynomials(np.float32(X), np.float32(T))
    assert rnn.polynomial_loss(short, *w).dtype == np.float32


def test_polynomials_of_real_inputs_and_of_one_time_step():
    random = np.random.RandomState(0)
    for n_steps in (1, 2, 7):
        inputs, targets = random.normal(size=(5, n_steps)), random.normal(size=5)
        polynomials = rnn.loss_polynomials(inputs, targets)
        w = random.normal(size=(2, 3))
        closed = rnn.closed_form_loss(inputs, targets, *w)
        assert np.allclose(rnn.polynomial_loss(polynomials, *w), closed)
        closed = rnn.closed_form_gradient(inputs, targets, *w)
        assert np.allclose(rnn.polynomial_gradient(polynomials, *w), closed)


def test_coefficients_count_pairs_of_bits():
    a, b, c = rnn.loss_polynomials([[1, 1, 0], [0, 1, 1]], [2.0, 2.0])
    assert a.tolist() == [0.5, 1.0, 1.0, 1.0, 0.5]
    assert (b.tolist(), c) == ([1.0, 2.0, 1.0], 4.0)


# --- Many starts, and weights of any shape --------------------------------------------


def test_many_starts_are_single_starts(name):
    starts = np.random.RandomState(0).uniform(-2, 2, (2, 6))
    rule = told(RULES[name])
    arrived, last = rnn.train_many(gradient, loss, begin(name, starts), rule, 60, 8.0)
    for i, start in enumerate(starts.T):
        states = rnn.train(gradient, begin(name, start), rule, 60)
        below = np.flatnonzero([loss(state.w) < 8.0 for state in states])
        assert arrived[i] == (below[0] if len(below) else -1)
        np.testing.assert_array_equal(last.w[:, i], states[-1].w)


def test_a_start_at_home_arrives_at_0_and_a_lost_one_never():
    state = rnn.DescentState(np.array([[1.0, 3.0], [1.0, 3.0]]))
    rule = partial(rnn.update_descent, rate=1.0)  # overflows, and must not warn
    arrived, last = rnn.train_many(gradient, loss, state, rule, 20)
    assert arrived.tolist() == [0, -1]
    assert not np.isfinite(last.w[:, 1]).any()


class Weights(NamedTuple):
    matrix: np.ndarray
    bias: np.ndarray
    scale: float


LIKE = Weights(np.arange(6.0).reshape(2, 3), np.array([7.0, -8.0]), 0.5)


def test_flat_and_back():
    flat = rnn.flatten(LIKE)
    assert flat.tolist() == [0, 1, 2, 3, 4, 5, 7, -8, 0.5]
    back = rnn.unflatten(flat, LIKE)
    assert type(back) is Weights
    for part, old in zip(back, LIKE, strict=True):
        np.testing.assert_array_equal(part, old)
        assert np.shape(part) == np.shape(old)


@pytest.mark.parametrize("n_numbers", [8, 10])
def test_a_vector_of_another_length_is_refused(n_numbers):
    with pytest.raises(
        ValueError, match=f"^vector must hold 9 numbers, got {n_numbers}"
    ):
        rnn.unflatten(np.ones(n_numbers), LIKE)


def test_named_arrays_train_as_one_vector_does(name):
    """A bowl: its gradient is taken field by field, or of the vector at once."""
    bowl = np.linspace(0.5, 4, 9)
    parts = rnn.unflatten(bowl, LIKE)

    def by_field(flat):
        weights = rnn.unflatten(flat, LIKE)
        return rnn.flatten(
            Weights(*[c * w for c, w in zip(parts, weights, strict=True)])
        )

    state = begin(name, rnn.flatten(LIKE))
    field = rnn.train(by_field, state, RULES[name], 50)[-1]
    whole = rnn.train(lambda w: bowl * w, state, RULES[name], 50)[-1]
    np.testing.assert_array_equal(field.w, whole.w)


def test_clipping_takes_the_norm_over_all_numbers():
    flat = rnn.flatten(LIKE)
    clipped = rnn.clip(flat, threshold=2.0)
    assert np.isclose(np.sqrt(np.sum(clipped**2)), 2.0)
    assert np.allclose(clipped / clipped[-1], flat / flat[-1])


# --- Momentum -------------------------------------------------------------------------


def test_nesterov_is_sutskevers_at_the_point_ahead():
    rate, momentum, n = 1e-3, 0.9, 100
    u, v, near = np.array([1.1, 0.98]), np.zeros(2), np.array([1.1, 0.98])
    rule = partial(rnn.update_nesterov, rate=rate, momentum=momentum)
    states = rnn.train(gradient, begin("nesterov", near), rule, n)
    for state in states[1:]:
        v = momentum * v - rate * gradient(u + momentum * v)
        u = u + v
        assert np.allclose(state.w, u + momentum * v, rtol=1e-12)


@pytest.mark.parametrize(("momentum", "limit"), [(0.0, 2.0), (0.5, 3.0), (0.9, 3.8)])
def test_the_largest_rate(momentum, limit):
    for part in (0.99, 1.01):
        rule = partial(rnn.update_momentum, rate=part * limit, momentum=momentum)
        w = rnn.train(lambda w: w, begin("momentum", np.ones(1)), rule, 2000)[-1].w
        assert (abs(w[0]) < 1) == (part < 1)


def test_a_steady_gradient_makes_the_steps_ten_times_as_long():
    rule = partial(rnn.update_momentum, rate=0.1, momentum=0.9)
    states = rnn.train(np.ones_like, begin("momentum", np.zeros(1)), rule, 300)
    assert np.isclose((states[-1].w - states[-2].w)[0], -1.0)


# --- The RProps -----------------------------------------------------------------------


def test_the_scale_of_the_loss_is_nothing_to_rprop(rprop):
    def run(scale):
        rule = told(RPROPS[rprop])
        states = rnn.train(
            lambda w: scale * gradient(w), begin(rprop, START), rule, 200
        )
        return np.array([state.w for state in states])

    np.testing.assert_array_equal(run(1.0), run(1024.0))


def test_a_scaled_weight_walks_the_scaled_path(rprop):
    """Measure w_x in another unit, its Delta too: the same path in that unit."""
    unit = np.array([8.0, 1.0])

    def run(unit):
        state = begin(rprop, START * unit)
        state = state._replace(delta=state.delta * unit)
        bounds = {} if rprop == "rprop" else {"delta_min": 0.0, "delta_max": np.inf}

        def rule(state, grad):
            if "loss" in state._fields:
                state = state._replace(loss=loss(state.w / unit))
            return RPROPS[rprop](state, grad, **bounds)

        return rnn.train(lambda w: gradient(w / unit) / unit, state, rule, 200)[-1].w

    np.testing.assert_array_equal(run(unit), run(np.ones(2)) * unit)


@pytest.mark.parametrize("bound", [1e-3, 1e-4])
@pytest.mark.parametrize("rprop", [name for name in RPROPS if name != "rprop"])
def test_no_step_is_outside_its_bounds(rprop, bound):
    rule = told(partial(RPROPS[rprop], delta_min=bound, delta_max=0.05))
    states = rnn.train(gradient, begin(rprop, START, 0.01), rule, 500)
    deltas = np.array([state.delta for state in states])
    assert (deltas.min(), deltas.max()) == (bound, 0.05)
    steps = np.abs(np.diff([state.w for state in states], axis=0))
    moved = steps[steps > 0]
    assert moved.min() > bound - 1e-12
    assert moved.max() < 0.05 + 1e-12


@pytest.mark.parametrize(
    ("rprop", "rose", "expected"),
    [
        ("rprop", True, 0.55),
        ("rprop_minus", True, 0.55),
        ("rprop_plus", True, 0.5),
        ("rprop_plus", False, 0.5),
        ("irprop_minus", True, 0.6),
        ("irprop_plus", True, 0.5),
        ("irprop_plus", False, 0.6),
    ],
)
def test_what_a_weight_does_when_its_sign_changes(rprop, rose, expected):
    """From 0.5 to 0.6, and there the derivative is positive: Delta 0.1 is halved."""
    state = begin(rprop, np.array([0.6]), 0.1)._replace(sign=np.array([-1.0]))
    if rprop.endswith("plus"):
        losses = (2.0, 1.0) if rose else (1.0, 2.0)
        now, before = losses
        state = state._replace(step=np.array([0.1]), loss=now, last_loss=before)
    after = RPROPS[rprop](state, np.array([3.0]))
    assert np.isclose(after.w[0], expected)
    assert np.isclose(after.delta[0], 0.05)
    forgets = rprop not in ("rprop", "rprop_minus")
    assert after.sign[0] == (0 if forgets else 1)
    again = RPROPS[rprop](after, np.array([3.0]))
    assert np.isclose(again.delta[0], 0.05 if forgets else 0.06)


def test_a_zero_gradient_leaves_all_as_it_is(rprop):
    state = begin(rprop, np.array([0.6, 0.2]), 0.1)._replace(sign=np.array([1.0, -1]))
    after = RPROPS[rprop](state, np.zeros(2))
    np.testing.assert_array_equal(after.w, state.w)
    np.testing.assert_array_equal(after.delta, state.delta)


@pytest.mark.parametrize("train", [rnn.train_many, rnn.train_many.__wrapped__])
def test_a_start_arrives_below_a_thousandth_and_not_on_it(train):
    starts = rnn.DescentState(np.array([[1e-3, 0.9e-3, 3.0, 3.0]]))

    def halve(state, grad):
        return rnn.DescentState(state.w / [1, 1, 2, 1])

    arrived, last = train(lambda w: w, lambda w: w[0], starts, halve)
    np.testing.assert_array_equal(arrived, [-1, 0, 12, -1])
    assert last.w[0, 2] == 3.0 / 2**500


def test_a_gradient_is_clipped_to_1_unless_told_otherwise():
    state, grad = rnn.DescentState(np.zeros(2)), np.array([3.0, 4.0])
    for clipped in (rnn.clipped, rnn.clipped.__wrapped__):
        rule = clipped(partial(rnn.update_descent, rate=1.0))
        np.testing.assert_allclose(rule(state, grad).w, [-0.6, -0.8], rtol=1e-15)
