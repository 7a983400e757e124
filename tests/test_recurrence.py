"""The loop for any cell: by hand, laws, SymPy, PyTorch, the check of every weight."""

from typing import NamedTuple

import numpy as np
import pytest
import sympy
from hypothesis import given
from hypothesis import strategies as st
from shared import close, equal, fixed, import_torch, plain

import rnn_helpers as rnn
from rnn_core.check import number_names

CELLS = {"tanh": (rnn.TANH, rnn.init_tanh), "lstm": (rnn.LSTM, rnn.init_lstm)}
EACH_CELL = pytest.mark.parametrize(("cell", "init"), CELLS.values(), ids=list(CELLS))
EACH_KIND_OF_T = pytest.mark.parametrize("last", [False, True], ids=["every", "last"])


def any_weights(init, d, h, seed):
    """Draw all weights, those that start at 0 included."""
    like = init(d, h)
    vector = np.random.RandomState(seed).uniform(-1, 1, len(rnn.flatten(like)))
    return rnn.unflatten(vector, like)


def any_problem(init, shape, seed=0, last=False):
    d, h, n_samples, n_steps = shape
    rng = np.random.RandomState(seed)
    X = rng.uniform(-1, 1, (n_samples, n_steps, d))
    T = np.around(rng.rand(n_samples, n_steps))
    return X, T[:, -1] if last else T, any_weights(init, d, h, seed)


SHAPES = st.tuples(*[st.integers(1, high) for high in (3, 4, 4, 6)])
SHAPE = (2, 3, 4, 5)

# --- Forward --------------------------------------------------------------------------


@EACH_CELL
def test_states_are_the_steps_one_after_the_other(cell, init):
    X, _, weights = any_problem(init, SHAPE)
    S = rnn.network_states(cell, X, weights)
    s = cell.start(weights, 4)
    for k in range(6):
        equal(S[:, k], s)
        if k < 5:
            s, _ = cell.step(X[:, k], s, weights)
    Z = rnn.network_outputs(cell, X, weights)
    close(Z, S[:, 1:, -3:] @ weights.V + weights.c, rtol=1e-14)
    assert Z.shape == (4, 5)


def test_one_nearly_straight_state_is_the_linear_network_of_part_one():
    X = np.random.RandomState(0).rand(3, 8)
    w_x, w_rec = 1e-5, 0.9
    one = np.ones(1)
    weights = rnn.TanhWeights([[w_x]], [[w_rec]], 0 * one, 0 * one, one, 0.0)
    S = rnn.network_states(rnn.TANH, X[..., np.newaxis], weights)[..., 0]
    close(S, rnn.forward_states(X, w_x, w_rec), rtol=1e-8)


def hand_made(B):
    """A thermometer of both bits and the carry: the adder of notebook 08."""
    one_state_is_read = B / 2 * np.array([[0, 0, 0], [1, 1, 1], [0, 0, 0]])
    return rnn.TanhWeights(
        W_x=np.full((2, 3), B),
        W_rec=one_state_is_read,
        b=B * np.array([0.0, -1.0, -2.0]),
        S_0=-np.ones(3),
        V=B * np.array([1.0, -1.0, 1.0]),
        c=0.0,
    )


@pytest.mark.parametrize(("B", "loss"), [(2.0, 0.294), (10.0, 4.547e-5)])
def test_three_states_set_by_hand_add(B, loss):
    short, long = rnn.all_additions(), rnn.make_additions(100, 513, seed=2)
    close(rnn.network_loss(rnn.TANH, *short, hand_made(B)), loss, rtol=1e-3)
    for X, T in (short, long):
        equal(rnn.network_outputs(rnn.TANH, X, hand_made(B)) > 0, T == 1)


# --- The loss -------------------------------------------------------------------------


def test_softplus_neither_overflows_nor_stops_a_complex_number():
    for softplus in (rnn.softplus, plain(rnn.softplus)):
        equal(softplus(fixed([-1e4, 1e4, 0])), [0, 1e4, np.log(2)])
        close(softplus(fixed([-40, 2])), np.log1p(np.exp([-40, 2])), rtol=1e-14)
        z = fixed([-1e3, -2, 0, 2, 1e3])
        slopes = softplus(z + 1e-20j).imag / 1e-20
        close(slopes, rnn.logistic(z), rtol=1e-14, atol=1e-16)


@pytest.mark.parametrize("cross_entropy", [rnn.cross_entropy, plain(rnn.cross_entropy)])
def test_cross_entropy_by_hand(cross_entropy):
    Z = np.log(fixed([[1, 3], [4, 1 / 9]]))  # chances of a 1: 1/2, 3/4, 4/5, 1/10
    chances = np.array([[1 / 2, 3 / 4], [1 / 5, 9 / 10]])
    close(cross_entropy(Z, fixed([[0, 1], [0, 0]])), -np.log(chances).mean(), 1e-14)
    close(cross_entropy(Z, fixed([1, 0])), -np.log([3 / 4, 9 / 10]).mean(), 1e-14)
    assert cross_entropy(fixed([[1e5, -1e5]]), fixed([[1, 0]])) == 0
    assert cross_entropy(fixed([[1e5, -1e5]]), fixed([[0, 1]])) == 1e5


def test_gradient_in_the_outputs():
    Z, T = np.log(fixed([[1, 3], [4, 1 / 9]])), fixed([[0, 1], [0, 0]])
    for one in (rnn.cross_entropy_gradient, plain(rnn.cross_entropy_gradient)):
        close(one(Z, T), np.array([[0.5, -0.25], [0.8, 0.1]]) / 4, rtol=1e-14)
        close(one(Z, T[:, -1]), np.array([[0, -0.25], [0, 0.1]]) / 2, rtol=1e-14)


# --- The gradient ---------------------------------------------------------------------


@EACH_CELL
@EACH_KIND_OF_T
@given(shape=SHAPES, seed=st.integers(0, 5))
def test_every_number_agrees_with_the_complex_step(cell, init, last, shape, seed):
    X, T, weights = any_problem(init, shape, seed, last)
    errors = rnn.check_network_gradient(cell, X, T, weights, rtol=1e-12)
    assert [part.shape for part in errors] == [part.shape for part in weights]


@EACH_CELL
def test_gradient_is_of_the_weights_own_type_and_shapes(cell, init):
    X, T, weights = any_problem(init, SHAPE)
    for one in (rnn.network_gradient, plain(rnn.network_gradient)):
        grads = one(cell, X, T, weights)
        assert type(grads) is type(weights)
        assert [np.shape(g) for g in grads] == [np.shape(w) for w in weights]


@EACH_CELL
@EACH_KIND_OF_T
def test_a_batch_is_the_mean_of_its_samples(cell, init, last):
    X, T, weights = any_problem(init, SHAPE, last=last)
    whole = rnn.flatten(rnn.network_gradient(cell, X, T, weights))
    each = [
        rnn.flatten(rnn.network_gradient(cell, X[[i]], T[[i]], weights))
        for i in range(len(X))
    ]
    close(whole, np.mean(each, axis=0), rtol=1e-10, atol=1e-15)
    losses = [rnn.network_loss(cell, X[[i]], T[[i]], weights) for i in range(len(X))]
    close(rnn.network_loss(cell, X, T, weights), np.mean(losses), rtol=1e-13)


def test_the_order_of_the_states_changes_nothing():
    X, T, w = any_problem(rnn.init_tanh, SHAPE)
    p = [2, 0, 1]
    turned = w._replace(
        W_x=w.W_x[:, p], W_rec=w.W_rec[p][:, p], b=w.b[p], S_0=w.S_0[p], V=w.V[p]
    )
    close(*[rnn.network_loss(rnn.TANH, X, T, one) for one in (w, turned)], rtol=1e-13)
    grads, of_turned = [
        rnn.network_gradient(rnn.TANH, X, T, one) for one in (w, turned)
    ]
    close(of_turned.W_rec, grads.W_rec[p][:, p], rtol=1e-10, atol=1e-15)


@EACH_CELL
def test_gradients_over_time_end_in_those_of_the_weights(cell, init):
    X, t, weights = any_problem(init, SHAPE, last=True)
    grad_S = rnn.network_gradient_over_time(cell, X, t, weights)
    S = rnn.network_states(cell, X, weights)
    assert grad_S.shape == S.shape
    chances = rnn.logistic(rnn.network_outputs(cell, X, weights)[:, -1])
    close(grad_S[:, -1, -3:], np.outer(chances - t, weights.V) / len(t), rtol=1e-12)
    if cell is rnn.TANH:
        sums = rnn.network_gradient(cell, X, t, weights).S_0
        close(grad_S[:, 0].sum(axis=0), sums, rtol=1e-12)


def test_a_tiny_network_agrees_with_sympy():
    X, T, weights = any_problem(rnn.init_tanh, (1, 2, 1, 2), seed=8)
    symbols = sympy.symbols(f"w:{len(rnn.flatten(weights))}")
    w = plain(rnn.unflatten)(np.array(symbols), weights)
    state, losses = list(w.S_0), []
    for k in range(2):
        state = [
            sympy.tanh(
                X[0, k, 0] * w.W_x[0, j]
                + sum(state[i] * w.W_rec[i, j] for i in range(2))
                + w.b[j]
            )
            for j in range(2)
        ]
        z = sum(s * v for s, v in zip(state, w.V, strict=True)) + w.c.item()
        losses.append(sympy.log(1 + sympy.exp(z)) - T[0, k] * z)
    slopes = [sympy.diff(sum(losses) / 2, symbol) for symbol in symbols]
    expected = sympy.lambdify(symbols, slopes, "math")(*rnn.flatten(weights))
    got = rnn.flatten(rnn.network_gradient(rnn.TANH, X, T, weights))
    close(got, expected, rtol=1e-12)


# --- The check ------------------------------------------------------------------------


def wrong_by(**parts):
    def gradient(*given):
        grads = rnn.network_gradient(*given)
        return grads._replace(**{k: f(getattr(grads, k)) for k, f in parts.items()})

    return gradient


BUGS = {
    "a missing transpose": ("W_rec", {"W_rec": np.transpose}),
    "S_0 forgotten": ("S_0", {"S_0": np.zeros_like}),
    "a sign": ("c", {"c": np.negative}),
    "a NaN": ("b", {"b": lambda grad: grad * np.nan}),
    "one number of many": ("W_x", {"W_x": lambda grad: grad + 1e-6 * np.eye(2, 3)}),
}


@pytest.mark.parametrize(("name", "parts"), BUGS.values(), ids=list(BUGS))
def test_the_check_names_the_weight_that_is_wrong(name, parts):
    X, T, weights = any_problem(rnn.init_tanh, SHAPE)
    with pytest.raises(ValueError, match=rf"^dxi/d{name}(\[|:)"):
        rnn.check_network_gradient(rnn.TANH, X, T, weights, gradient=wrong_by(**parts))


def test_the_check_names_the_index_and_both_numbers():
    X, T, weights = any_problem(rnn.init_tanh, SHAPE)
    right = rnn.network_gradient(rnn.TANH, X, T, weights).W_rec[2, 1]
    shift = np.zeros((3, 3))
    shift[2, 1] = 0.125
    wrong = wrong_by(W_rec=lambda grad: grad + shift)
    with pytest.raises(ValueError, match=r"^dxi/dW_rec\[2, 1\]: gradient ") as raised:
        rnn.check_network_gradient(rnn.TANH, X, T, weights, gradient=wrong)
    assert f"gradient {right + 0.125:.6g}"[:-1] in str(raised.value)
    assert f"complex step {right:.6g}"[:-1] in str(raised.value)


def test_the_check_passes_up_to_rtol():
    X, T, weights = any_problem(rnn.init_tanh, SHAPE)
    size = np.linalg.norm(rnn.flatten(rnn.network_gradient(rnn.TANH, X, T, weights)))
    wrong = wrong_by(c=lambda grad: grad + 1e-3 * size)
    given = rnn.TANH, X, T, weights
    errors = rnn.check_network_gradient(*given, gradient=wrong, rtol=2e-3)
    assert 0 < errors.c < 1.1e-3
    with pytest.raises(ValueError, match=r"of the whole gradient > 0\.0001"):
        rnn.check_network_gradient(*given, gradient=wrong, rtol=1e-4)


@pytest.mark.parametrize(
    "check", [rnn.check_network_gradient, plain(rnn.check_network_gradient)]
)
def test_an_error_is_measured_by_the_whole_gradient_or_that_of_a_sequence(check):
    X, T, weights = any_problem(rnn.init_tanh, SHAPE)
    each = [
        rnn.flatten(rnn.network_gradient(rnn.TANH, X[[i]], T[[i]], weights))
        for i in range(len(X))
    ]
    size = np.mean([np.linalg.norm(grad) for grad in each])
    shift = 1e-6 * size
    wrong = wrong_by(c=lambda grad: grad + shift)
    given = rnn.TANH, X, T, weights
    errors = check(*given, gradient=wrong, rtol=1e-3)
    close(errors.c, 1e-6, rtol=1e-6)
    check(*given, gradient=wrong, rtol=errors.c)
    with pytest.raises(ValueError, match=r"^dxi/dc: .* > 1e-09$"):
        check(*given, gradient=wrong)
    double = wrong_by(**{name: lambda grad: 1e3 * grad for name in weights._fields})
    errors = rnn.flatten(check(*given, gradient=double, rtol=9))
    close(np.linalg.norm(errors), 0.999, rtol=1e-9)


def test_each_number_has_its_name():
    names = number_names(rnn.init_tanh(1, 2))
    each = ["W_x[0, 0]", "W_x[0, 1]"] + [f"W_rec[{i}, {j}]" for i in "01" for j in "01"]
    assert names == [*each, "b[0]", "b[1]", "S_0[0]", "S_0[1]", "V[0]", "V[1]", "c"]


def test_nothing_is_wrong_where_sequences_cancel():
    """One sequence with both answers: the gradient is rounding, and passes."""
    X, _, weights = any_problem(rnn.init_tanh, (2, 3, 1, 4))
    weights = weights._replace(V=np.zeros(3), c=0.0)
    both = np.concatenate([X, X]), np.array([0.0, 1.0])
    grads = rnn.flatten(rnn.network_gradient(rnn.TANH, *both, weights))
    assert abs(grads).max() < 1e-15
    rnn.check_network_gradient(rnn.TANH, *both, weights)


# --- A cell of a reader's own ---------------------------------------------------------


class LeakyWeights(NamedTuple):
    w: np.ndarray
    V: np.ndarray
    c: np.ndarray


LEAKY = rnn.Cell(
    LeakyWeights,
    lambda weights, n_samples: np.zeros((n_samples, 1)),
    lambda grad_s: {},
    lambda x, s, weights: (x * weights.w + s / 2, x),
    lambda x, grad_s, weights: (grad_s / 2, {"w": (x * grad_s).sum(axis=0)}),
)


def test_the_loop_takes_a_cell_of_ones_own():
    X, T, _ = any_problem(rnn.init_tanh, (1, 1, 3, 4))
    weights = LeakyWeights([0.5], [2.0], 0.25)
    rnn.check_network_gradient(LEAKY, X, T, weights)
    S = rnn.network_states(LEAKY, X, weights)
    close(S[..., 0], rnn.forward_states(X[..., 0], 0.5, 0.5), rtol=1e-14)
    with pytest.raises(ValueError, match="of type LeakyWeights for this cell, got Ta"):
        rnn.network_states(LEAKY, X, rnn.init_tanh(1, 1))


# --- PyTorch --------------------------------------------------------------------------


def pytorch_loss_and_gradient(cell, X, T, weights):
    """By nn.RNN or nn.LSTM, whose gates stand in another order: i, f, g, o."""
    torch = import_torch()
    d, h = len(weights.W_x), len(weights.V)
    network = {rnn.TANH: torch.nn.RNN, rnn.LSTM: torch.nn.LSTM}[cell]
    network = network(d, h, batch_first=True, dtype=torch.float64)
    readout = torch.nn.Linear(h, 1, dtype=torch.float64)
    order = np.arange(weights.W_x.shape[1])
    if cell is rnn.LSTM:
        order = order.reshape(4, h)[[0, 1, 3, 2]].ravel()
    tensors = {
        "weight_ih_l0": weights.W_x.T[order],
        "weight_hh_l0": weights.W_rec.T[order],
        "bias_ih_l0": weights.b[order],
        "bias_hh_l0": 0 * weights.b,
    }
    network.load_state_dict({k: torch.tensor(v) for k, v in tensors.items()})
    readout.load_state_dict(
        {
            "weight": torch.tensor(weights.V[np.newaxis]),
            "bias": torch.tensor(np.reshape(weights.c, 1)),
        }
    )
    first = torch.zeros(1, len(X), h, dtype=torch.float64)
    if cell is rnn.TANH:
        first = torch.tensor(np.tile(weights.S_0, (1, len(X), 1)))
    first.requires_grad_()
    H, _ = network(torch.tensor(X), first if cell is rnn.TANH else None)
    Z = readout(H)[..., 0]
    loss = torch.nn.functional.binary_cross_entropy_with_logits(
        Z if T.ndim == 2 else Z[:, -1], torch.tensor(T)
    )
    loss.backward()
    back = np.argsort(order)
    grads = {
        "W_x": network.weight_ih_l0.grad.numpy()[back].T,
        "W_rec": network.weight_hh_l0.grad.numpy()[back].T,
        "b": network.bias_ih_l0.grad.numpy()[back],
        "V": readout.weight.grad.numpy()[0],
        "c": readout.bias.grad.numpy()[0],
    }
    if cell is rnn.TANH:
        grads["S_0"] = first.grad.numpy()[0].sum(axis=0)
    return loss.item(), type(weights)(**grads)


@EACH_CELL
@EACH_KIND_OF_T
@pytest.mark.parametrize("shape", [(1, 1, 1, 1), (2, 8, 10, 7), (3, 5, 4, 30)])
def test_pytorch_has_the_same_loss_and_gradient(cell, init, last, shape):
    X, T, weights = any_problem(init, shape, last=last)
    loss, grads = pytorch_loss_and_gradient(cell, X, T, weights)
    close(rnn.network_loss(cell, X, T, weights), loss, rtol=1e-12)
    for got, wanted in zip(
        rnn.network_gradient(cell, X, T, weights), grads, strict=True
    ):
        close(got, wanted, rtol=1e-9, atol=1e-14)
