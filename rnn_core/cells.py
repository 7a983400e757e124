"""Cells for the loop of `recurrence`, a step and its pullback each: notebooks 08 to 11.

A step gives the state after it, and what its pullback will need. The pullback takes
that and the gradient in the state after the step, and gives the gradient in the state
before it, and those in the weights, by name. A cell knows nothing of the loop.
"""

from collections.abc import Callable
from typing import NamedTuple

import numpy as np


class Cell(NamedTuple):
    """What the loop over time needs to know of a network: its weights, four functions.

    The hidden states are the last h columns of a state, h the length of the weights V.
    """

    weights: type
    """The named tuple of its weights; the readout's are its fields V (h,) and c ()."""
    start: Callable
    """From the weights and N to the first states (N, m)."""
    start_pullback: Callable
    """From the gradient in the first states to a dictionary of those in weights."""
    step: Callable
    """From x (N, d), the states before and the weights to the states after, and a tuple
    of what the pullback will need."""
    pullback: Callable
    """From that tuple, the gradient in the states after the step and the weights to the
    gradient in the states before it, and a dictionary of those in weights."""


def logistic(z):
    """Squeeze a number into (0, 1).

    Formula: ``sigma(z) = 1 / (1 + e^-z) = (1 + tanh(z / 2)) / 2``; the second form
    cannot overflow. Told in notebook 08.

    Parameters
    ----------
    z : array_like
        Real or complex numbers.

    Returns
    -------
    ndarray
        The squeezed numbers, of the same shape.

    Raises
    ------
    ValueError
        If z is not an array of numbers.
    """
    return (1 + np.tanh(z / 2)) / 2


# --------------------------------------------------------------------------------------
# The simple recurrent network: notebooks 08 to 10
# --------------------------------------------------------------------------------------


class TanhWeights(NamedTuple):
    """The weights of a simple recurrent network: d inputs, h states, one output."""

    W_x: np.ndarray
    """Input weights (d, h)."""
    W_rec: np.ndarray
    """Recurrent weights (h, h): a row for the state that is read, a column for the one
    that is written."""
    b: np.ndarray
    """Biases (h,)."""
    S_0: np.ndarray
    """The states before the first step (h,), learnt as the others are."""
    V: np.ndarray
    """Output weights (h,)."""
    c: np.ndarray
    """Output bias ()."""


def init_tanh(n_inputs, n_states, seed=1):
    """Draw first weights of a simple recurrent network.

    Formula: W_x, W_rec and V, of a rows and b columns, uniform in ``+-sqrt(6 / (a +
    b))``; b, S_0 and c are 0. Told in notebook 10. Source: Glorot and Bengio 2010,
    "Understanding the difficulty of training deep feedforward neural networks",
    equation 16.

    Parameters
    ----------
    n_inputs, n_states : int
        d and h, both at least 1.
    seed : int
        As for `make_dataset`.

    Returns
    -------
    TanhWeights
        The weights, float64.

    Raises
    ------
    ValueError
        If a count is not a positive whole number or the seed not a whole number in [0,
        2**32).
    """
    rng = np.random.RandomState(seed)
    return TanhWeights(
        W_x=glorot(rng, n_inputs, n_states),
        W_rec=glorot(rng, n_states, n_states),
        b=np.zeros(n_states),
        S_0=np.zeros(n_states),
        V=glorot(rng, n_states, 1)[:, 0],
        c=np.zeros(()),
    )


def glorot(rng, n_rows, n_columns):
    """Draw a matrix whose numbers suit the number of its rows and columns."""
    limit = np.sqrt(6 / (n_rows + n_columns))
    return rng.uniform(-limit, limit, (n_rows, n_columns))


def start_tanh(weights, n_samples):
    """Begin each sequence with the same states.

    Formula: ``S_0`` of the weights, N times. Told in notebook 08.

    Parameters
    ----------
    weights : TanhWeights
        The weights.
    n_samples : int
        N, the number of sequences.

    Returns
    -------
    (N, h) ndarray
        The first states.
    """
    return np.tile(weights.S_0, (n_samples, 1))


def pull_back_start_tanh(grad_s):
    """Add up the gradients of the first states, which all sequences share.

    Formula: ``dxi/dS_0 = sum_i dxi/dS_i0``. Derived in notebook 09.

    Parameters
    ----------
    grad_s : (N, h) ndarray
        The gradients in the first states.

    Returns
    -------
    dict
        The gradient (h,) in S_0.
    """
    return {"S_0": grad_s.sum(axis=0)}


def step_tanh(x, s_prev, weights):
    """Go on by one step, with states that bend.

    Formula: ``S_k = tanh(x_k W_x + S_{k-1} W_rec + b)``. Derived in notebook 08.
    Source: Elman 1990, doi:10.1207/s15516709cog1402_1.

    Parameters
    ----------
    x : (N, d) ndarray
        The inputs of this step.
    s_prev : (N, h) ndarray
        The states before it.
    weights : TanhWeights
        The weights.

    Returns
    -------
    s : (N, h) ndarray
        The states after it, in [-1, 1].
    kept : tuple
        What the pullback needs: x, s_prev and s.
    """
    s = np.tanh(x @ weights.W_x + s_prev @ weights.W_rec + weights.b)
    return s, (x, s_prev, s)


def pull_back_tanh(kept, grad_s, weights):
    """Send a gradient back through one step.

    Formulas: ``grad_a = grad_s * (1 - S_k^2)``; back to the states ``grad_a W_rec^T``,
    to the weights ``x_k^T grad_a``, ``S_{k-1}^T grad_a`` and the sum over the sequences
    of grad_a. Derived in notebook 09. Source: Werbos 1990, doi:10.1109/5.58337.

    Parameters
    ----------
    kept : tuple
        x, s_prev and s of `step_tanh`.
    grad_s : (N, h) ndarray
        The gradient in the states after the step.
    weights : TanhWeights
        The weights.

    Returns
    -------
    grad_s_prev : (N, h) ndarray
        The gradient in the states before the step.
    grads : dict
        What this step adds to the gradients in W_x, W_rec and b.
    """
    x, s_prev, s = kept
    grad_a = grad_s * (1 - s**2)
    grads = {"W_x": x.T @ grad_a, "W_rec": s_prev.T @ grad_a, "b": grad_a.sum(axis=0)}
    return grad_a @ weights.W_rec.T, grads


TANH = Cell(TanhWeights, start_tanh, pull_back_start_tanh, step_tanh, pull_back_tanh)
"""The cell of the simple recurrent network."""

# --------------------------------------------------------------------------------------
# Long short-term memory: notebook 11
# --------------------------------------------------------------------------------------


class LSTMWeights(NamedTuple):
    """The weights of an LSTM: d inputs, h states, one output.

    Columns stand in four blocks of h: input gate, forget gate, output gate, candidate.
    """

    W_x: np.ndarray
    """Input weights (d, 4h)."""
    W_rec: np.ndarray
    """Recurrent weights (h, 4h)."""
    b: np.ndarray
    """Biases (4h,)."""
    V: np.ndarray
    """Output weights (h,)."""
    c: np.ndarray
    """Output bias ()."""


def init_lstm(n_inputs, n_states, seed=1, *, input_bias=0, forget_bias=1):
    """Draw first weights of an LSTM.

    Formula: W_x, W_rec and V as in `init_tanh`, each of the four blocks as a matrix of
    its own; b is input_bias, forget_bias, 0 and 0 in its blocks, and c is 0. A gate
    whose inputs are 0 lets ``sigma(bias)`` through: with a forget bias of ln(n - 1) a
    share 1 - 1/n is kept at each step. Told in notebook 11. Sources: Glorot and Bengio
    2010; for the forget bias 1 Jozefowicz, Zaremba and Sutskever 2015; for ln(n - 1)
    and its opposite Tallec and Ollivier 2018, arXiv:1804.11188.

    Parameters
    ----------
    n_inputs, n_states, seed
        As for `init_tanh`.
    input_bias, forget_bias : float
        The first biases of these gates.

    Returns
    -------
    LSTMWeights
        The weights, float64.

    Raises
    ------
    ValueError
        As `init_tanh`, or if a bias is not one real number.
    """
    rng = np.random.RandomState(seed)
    blocks = [glorot(rng, n_inputs, n_states) for _ in range(4)]
    blocks_rec = [glorot(rng, n_states, n_states) for _ in range(4)]
    return LSTMWeights(
        W_x=np.hstack(blocks),
        W_rec=np.hstack(blocks_rec),
        b=np.repeat([float(input_bias), float(forget_bias), 0.0, 0.0], n_states),
        V=glorot(rng, n_states, 1)[:, 0],
        c=np.zeros(()),
    )


def start_lstm(weights, n_samples):
    """Begin each sequence with nothing remembered.

    Formula: ``C_0 = 0, H_0 = 0``. Told in notebook 11.

    Parameters
    ----------
    weights : LSTMWeights
        The weights.
    n_samples : int
        N, the number of sequences.

    Returns
    -------
    (N, 2h) ndarray
        The first states, cell states before hidden states.
    """
    return np.zeros((n_samples, 2 * len(weights.V)))


def pull_back_start_lstm(grad_s):
    """Let the gradient in the first states go: they are no weights.

    Parameters
    ----------
    grad_s : (N, 2h) ndarray
        The gradients in the first states.

    Returns
    -------
    dict
        Nothing.
    """
    return {}


def lstm_gates(x, H_prev, weights):
    """Open the gates, as far as the input and the hidden states say.

    Formulas: ``i, f, o = sigma(a)`` and ``g = tanh(a)``, each from its own block of ``a
    = x_k W_x + H_{k-1} W_rec + b``. Derived in notebook 11.

    Parameters
    ----------
    x : (N, n, d) array_like
        The inputs, of many steps or, as in `step_lstm`, (N, d) of one.
    H_prev : (N, n, h) array_like
        The hidden states before each.
    weights : LSTMWeights
        The weights.

    Returns
    -------
    i, f, o, g : (N, n, h) ndarray
        Input gate, forget gate and output gate in (0, 1); candidate in (-1, 1).

    Raises
    ------
    ValueError
        If the shapes do not fit, or a number is not finite.
    """
    h = len(weights.V)
    a = x @ weights.W_x + H_prev @ weights.W_rec + weights.b
    i, f, o, g = (a[..., k * h : (k + 1) * h] for k in range(4))
    return logistic(i), logistic(f), logistic(o), np.tanh(g)


def step_lstm(x, s_prev, weights):
    """Go on by one step, along a path that a gate keeps open.

    Formulas: the gates of `lstm_gates`, then ``C_k = f * C_{k-1} + i * g`` and ``H_k =
    o * tanh(C_k)``. Derived in notebook 11. Sources: Hochreiter and Schmidhuber 1997,
    doi:10.1162/neco.1997.9.8.1735; with the forget gate Gers, Schmidhuber and Cummins
    2000, doi:10.1162/089976600300015015.

    Parameters
    ----------
    x : (N, d) ndarray
        The inputs of this step.
    s_prev : (N, 2h) ndarray
        The states before it, cell states before hidden states.
    weights : LSTMWeights
        The weights.

    Returns
    -------
    s : (N, 2h) ndarray
        The states after it.
    kept : tuple
        What the pullback needs: x, s_prev, the gates and tanh(C_k).
    """
    C_prev, H_prev = halves(s_prev)
    i, f, o, g = lstm_gates(x, H_prev, weights)
    C = f * C_prev + i * g
    bent = np.tanh(C)
    return np.concatenate([C, o * bent], axis=1), (x, s_prev, i, f, o, g, bent)


def pull_back_lstm(kept, grad_s, weights):
    """Send a gradient back through one step.

    Formulas: ``grad_C += grad_H * o * (1 - tanh(C_k)^2)``, then through the slope of
    each gate to its block of grad_a; back to the states ``grad_C * f`` and ``grad_a
    W_rec^T``, to the weights as in `pull_back_tanh`. Derived in notebook 11.

    Parameters
    ----------
    kept : tuple
        What `step_lstm` kept.
    grad_s : (N, 2h) ndarray
        The gradient in the states after the step.
    weights : LSTMWeights
        The weights.

    Returns
    -------
    grad_s_prev : (N, 2h) ndarray
        The gradient in the states before the step.
    grads : dict
        What this step adds to the gradients in W_x, W_rec and b.
    """
    x, s_prev, i, f, o, g, bent = kept
    C_prev, H_prev = halves(s_prev)
    grad_C, grad_H = halves(grad_s)
    grad_C = grad_C + grad_H * o * (1 - bent**2)
    grad_i = grad_C * g * i * (1 - i)
    grad_f = grad_C * C_prev * f * (1 - f)
    grad_o = grad_H * bent * o * (1 - o)
    grad_g = grad_C * i * (1 - g**2)
    grad_a = np.concatenate([grad_i, grad_f, grad_o, grad_g], axis=1)
    grads = {"W_x": x.T @ grad_a, "W_rec": H_prev.T @ grad_a, "b": grad_a.sum(axis=0)}
    return np.concatenate([grad_C * f, grad_a @ weights.W_rec.T], axis=1), grads


def halves(s):
    """Part the states of an LSTM into cell states and hidden states."""
    h = s.shape[1] // 2
    return s[:, :h], s[:, h:]


LSTM = Cell(LSTMWeights, start_lstm, pull_back_start_lstm, step_lstm, pull_back_lstm)
"""The cell of the long short-term memory."""


def fits_the_cell(cell, weights, **others):
    """Raise an error if the weights are those of another cell."""
    if not isinstance(weights, cell.weights):
        wanted, got = cell.weights.__name__, type(weights).__name__
        raise ValueError(f"weights must be of type {wanted} for this cell, got {got}")
