"""The cells: a step by hand, first weights, each pullback against differences."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from shared import close, equal, fixed, plain

import rnn_helpers as rnn
from rnn_core import cells

CELLS = {"tanh": (rnn.TANH, rnn.init_tanh), "lstm": (rnn.LSTM, rnn.init_lstm)}

# --- Bending --------------------------------------------------------------------------


def test_logistic():
    for logistic in (rnn.logistic, plain(rnn.logistic)):
        close(logistic(fixed([0, np.log(3)])), [0.5, 0.75], rtol=1e-15)
        equal(logistic(fixed([-1e4, 1e4])), [0, 1])
    slope = rnn.logistic(np.array(np.log(3) + 1e-20j)).imag / 1e-20
    close(slope, 0.75 * 0.25, rtol=1e-14)


# --- A step by hand -------------------------------------------------------------------


def test_tanh_step_by_hand():
    """Rows are samples, a column of W_rec is the state that is written."""
    weights = rnn.TanhWeights(
        W_x=fixed([[1, 0], [0, 2]]),
        W_rec=fixed([[0, 0.5], [0, 0]]),
        b=fixed([0, -1]),
        S_0=fixed([0.25, 7]),
        V=fixed([1, 1]),
        c=fixed(0),
    )
    s_0 = rnn.TANH.start(weights, 2)
    equal(s_0, [[0.25, 7], [0.25, 7]])
    s, _ = rnn.TANH.step(fixed([[3, 4], [0, 0]]), s_0, weights)
    close(s, np.tanh([[3, 8 + 0.125 - 1], [0, 0.125 - 1]]), rtol=1e-15)


def test_lstm_step_by_hand():
    """One state, and gates that are set by their biases alone."""
    weights = rnn.LSTMWeights(
        W_x=fixed([[0, 0, 0, 2]]),
        W_rec=fixed([[0, 0, 0, 1]]),
        b=fixed(np.log([3, 9, 4, 1])),  # input 3/4, forget 9/10, output 4/5
        V=fixed([1]),
        c=fixed(0),
    )
    equal(rnn.LSTM.start(weights, 3), np.zeros((3, 2)))
    s, _ = rnn.LSTM.step(fixed([[0.5]]), fixed([[10, -0.25]]), weights)
    cell_state = 0.9 * 10 + 0.75 * np.tanh(2 * 0.5 - 0.25)
    close(s, [[cell_state, 0.8 * np.tanh(cell_state)]], rtol=1e-14)


def test_gates_of_many_steps_are_those_of_each():
    weights = rnn.init_lstm(2, 3, seed=4)
    X, _ = rnn.make_flagged_bits(4, 6, seed=0)
    H = rnn.network_states(rnn.LSTM, X, weights)[:, :-1, 3:]
    gates = rnn.lstm_gates(X, H, weights)
    for k in range(6):
        _, (_, _, *of_step, _) = rnn.LSTM.step(
            X[:, k], rnn.network_states(rnn.LSTM, X, weights)[:, k], weights
        )
        close([gate[:, k] for gate in gates], of_step, rtol=1e-12)


# --- Pullbacks ------------------------------------------------------------------------


@pytest.mark.parametrize(("cell", "init"), CELLS.values(), ids=list(CELLS))
@given(d=st.integers(1, 3), h=st.integers(1, 4), n_samples=st.integers(1, 3))
def test_a_pullback_is_the_transposed_derivative_of_its_step(
    cell, init, d, h, n_samples
):
    """Both ways of u . (step'(s) v) are one number, and so for each weight."""
    rng = np.random.RandomState(d + 4 * h)
    weights = rnn.unflatten(
        rng.uniform(-1, 1, len(rnn.flatten(init(d, h)))), init(d, h)
    )
    x = rng.uniform(-1, 1, (n_samples, d))
    s = rng.uniform(-1, 1, cell.start(weights, n_samples).shape)
    _, kept = cell.step(x, s, weights)
    u, v = rng.uniform(-1, 1, (2, *s.shape))
    grad_s, grads = cell.pullback(kept, u, weights)
    moved = cell.step(x, s + 1e-20j * v, weights)[0].imag / 1e-20
    close(np.sum(grad_s * v), np.sum(u * moved), rtol=1e-9, atol=1e-12)
    assert set(grads) == {"W_x", "W_rec", "b"}
    for name, grad in grads.items():
        way = rng.uniform(-1, 1, grad.shape)
        pushed = weights._replace(**{name: getattr(weights, name) + 1e-20j * way})
        moved = cell.step(x, s, pushed)[0].imag / 1e-20
        close(np.sum(grad * way), np.sum(u * moved), rtol=1e-9, atol=1e-12)


def test_the_start_of_tanh_is_a_weight_and_that_of_lstm_is_not():
    assert list(rnn.TANH.start_pullback(fixed([[1, 2], [3, 5]]))) == ["S_0"]
    equal(rnn.TANH.start_pullback(fixed([[1, 2], [3, 5]]))["S_0"], [4, 7])
    assert rnn.LSTM.start_pullback(fixed([[1, 2]])) == {}


# --- First weights --------------------------------------------------------------------


def test_tanh_starts_as_glorot_and_bengio_say():
    w = rnn.init_tanh(50, 100, seed=3)
    for part, n_rows, n_columns in ((w.W_x, 50, 100), (w.W_rec, 100, 100)):
        limit = np.sqrt(6 / (n_rows + n_columns))
        assert part.shape == (n_rows, n_columns)
        assert 0.98 * limit < abs(part).max() <= limit
        close(part.std(), limit / np.sqrt(3), rtol=0.05)
    assert w.V.shape == (100,)
    assert 0.9 * np.sqrt(6 / 101) < abs(w.V).max() <= np.sqrt(6 / 101)
    equal(np.concatenate([w.b, w.S_0, [w.c]]), np.zeros(201))


def test_lstm_starts_so_in_each_block():
    w = rnn.init_lstm(50, 100, seed=3)
    assert (w.W_x.shape, w.W_rec.shape) == ((50, 400), (100, 400))
    for part in (w.W_x, w.W_rec):
        limit = np.sqrt(6 / (part.shape[0] + 100))
        for block in np.split(part, 4, axis=1):
            assert 0.98 * limit < abs(block).max() <= limit
    equal(w.b, np.repeat([0, 1, 0, 0], 100))
    biases = rnn.init_lstm(1, 2, input_bias=-3, forget_bias=3).b
    equal(biases, [-3, -3, 3, 3, 0, 0, 0, 0])


@pytest.mark.parametrize(
    "init", [f for init in (rnn.init_tanh, rnn.init_lstm) for f in (init, plain(init))]
)
def test_a_seed_gives_the_same_weights_for_ever(init):
    equal(rnn.flatten(init(2, 3)), rnn.flatten(init(2, 3, seed=1)))
    assert (init(2, 3, seed=2).W_x != init(2, 3).W_x).any()
    assert {part.dtype for part in init(2, 3)} == {np.dtype(float)}
    n_blocks = init(2, 3).W_x.shape[1] // 3
    drawn = np.random.RandomState(1).uniform(-1, 1, n_blocks * (2 + 3) * 3 + 3)
    close(init(2, 3).W_x[0, 0], drawn[0] * np.sqrt(6 / 5), rtol=1e-15)
    close(init(2, 3).V, drawn[-3:] * np.sqrt(6 / 4), rtol=1e-15)


def test_lstm_starts_with_a_forget_bias_of_1_unless_told_otherwise():
    for init in (rnn.init_lstm, plain(rnn.init_lstm)):
        equal(init(1, 1).b, [0, 1, 0, 0])


def test_halves():
    C, H = cells.halves(fixed([[1, 2, 3, 4]]))
    equal(C, [[1, 2]])
    equal(H, [[3, 4]])
