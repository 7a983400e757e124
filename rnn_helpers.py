"""A linear recurrent network with one state and two weights, in NumPy.

The network reads a sequence of bits and counts the ones. This module is the only home
of the code that the notebooks share; it stands in the order of their story. It leaves
out biases, non-linear activations, an output weight (it is fixed at 1) and more than
one state: part 2 of the original tutorial has them.

====================  ===================  ==========  =============================
Maths                 Name                 Shape       What it is (all pure numbers)
====================  ===================  ==========  =============================
N                     ``n_samples``        ()          number of sequences
n                     ``n_steps``          ()          number of time steps
x_k                   ``X[:, k - 1]``      (N,)        inputs at step k = 1..n
t                     ``t``                (N,)        targets: the numbers of ones
w_x                   ``w_x``              ()          input weight
w_rec                 ``w_rec``            ()          recurrent weight
S_k                   ``S[:, k]``          (N,)        states after step k = 0..n
y                     ``y``, ``S[:, -1]``  (N,)        outputs: the last states S_n
xi                    ``loss``             ()          mean squared error of y
dxi/dS_k              ``grad_S[:, k]``     (N,)        gradients in the states
dxi/dw_x              ``grad_w_x``         ()          gradient in the input weight
dxi/dw_rec            ``grad_w_rec``       ()          gradient in the rec. weight
Delta                 ``delta``            (2,)        RProp's step sizes
eta+, eta-            ``eta_plus``, ...    ()          RProp's factors for Delta
====================  ===================  ==========  =============================

Sections: data set (notebook 01), forward step (02), backward step (03), gradient check
(04), gradient flow and loss surface (05), RProp (06), figures, the explorer, notebook
helpers, checks of arguments.

Arrays and lists of numbers are accepted. With weights that are Python's own numbers,
float32 stays float32; complex stays complex, and integers become float64. Where the
network diverges, values overflow to infinity as NumPy has it.

Source: P. Roelants, "How to implement a recurrent neural network, part 1"; written
anew, with its defects mended.
"""

import ast
import inspect
import io
import json
import re
import textwrap
import types
from base64 import b64encode
from html import escape
from pathlib import Path
from typing import NamedTuple

import matplotlib
import matplotlib.pyplot as plt
import numpy as np
import seaborn as sns
from matplotlib.axes import Axes
from matplotlib.cm import ScalarMappable
from matplotlib.colors import ListedColormap, LogNorm, to_hex
from matplotlib.figure import Figure

# --------------------------------------------------------------------------------------
# Data set: notebook 01
# --------------------------------------------------------------------------------------


def make_dataset(n_samples=20, n_steps=10, seed=1):
    """Make random bits and the number of ones in each row.

    Formula: ``t = sum_{k=1..n} x_k``, each x_k 0 or 1 with equal chance. Told in
    notebook 01.

    Parameters
    ----------
    n_samples, n_steps : int
        N sequences of n bits, both at least 1.
    seed : int
        Seed of an own `numpy.random.RandomState`, whose stream NumPy has frozen for
        ever (NEP 19). The global random state is left alone.

    Returns
    -------
    X : (N, n) float64 ndarray
        The bits. A time step lies in one piece of memory (Fortran order), as the
        network reads it.
    t : (N,) float64 ndarray
        The targets.

    Raises
    ------
    ValueError
        If a count is not a positive whole number or the seed not a whole number in [0,
        2**32).
    """
    _check_whole(1, n_samples=n_samples, n_steps=n_steps)
    _check_whole(0, 2**32, seed=seed)
    X = np.around(np.random.RandomState(seed).rand(n_samples, n_steps))
    return np.asfortranarray(X), X.sum(axis=1)


# --------------------------------------------------------------------------------------
# Forward step: notebook 02
# --------------------------------------------------------------------------------------


def update_state(x_k, s_prev, w_x, w_rec):
    """Take one time step.

    Formula: ``S_k = S_{k-1} w_rec + x_k w_x``. Derived in notebook 02.

    Parameters
    ----------
    x_k, s_prev : (N,) array_like or number
        Inputs x_k and previous states S_{k-1}, of the same shape.
    w_x, w_rec : number
        Input weight and recurrent weight.

    Returns
    -------
    (N,) ndarray or number
        The states S_k, in the common dtype of the arguments.

    Raises
    ------
    ValueError
        If the shapes differ, x_k holds NaN or infinity, or an argument holds no
        numbers.
    """
    x_k, s_prev = _arrays(x_k=(x_k, "..."), s_prev=(s_prev, "..."))
    _check_numbers(w_x=w_x, w_rec=w_rec)
    return s_prev * w_rec + x_k * w_x


def forward_states(X, w_x, w_rec):
    """Run every sequence through the network and keep every state.

    Formula: ``S_0 = 0``, then ``S_k = S_{k-1} w_rec + x_k w_x`` for k = 1..n. Derived
    in notebook 02. The cost is O(N n), the memory that of S; it is fastest where X is
    in Fortran order.

    Parameters
    ----------
    X : (N, n) array_like
        Input sequences, one a row.
    w_x, w_rec : number
        Input weight and recurrent weight.

    Returns
    -------
    S : (N, n + 1) ndarray
        States S_0..S_n; the output y is the last column, ``S[:, -1]``. Floating-point
        or complex, as X and the weights are.

    Raises
    ------
    ValueError
        If X is not a non-empty matrix of finite numbers or a weight is not one number.
    """
    (X,) = _arrays(X=(X, "N n"))
    _check_numbers(w_x=w_x, w_rec=w_rec)
    n_samples, n_steps = X.shape
    dtype = np.result_type(X, w_x, w_rec)
    S = np.zeros((n_samples, n_steps + 1), dtype, order="F")  # (N, n + 1)
    for k in range(1, n_steps + 1):
        S[:, k] = S[:, k - 1] * w_rec + X[:, k - 1] * w_x
    return S


def loss(y, t):
    """Measure how far the outputs are from the targets.

    Formula: ``xi = (1/N) sum_i (y_i - t_i)^2``, the mean squared error. Derived in
    notebook 02.

    Parameters
    ----------
    y, t : (N,) array_like
        Outputs and targets.

    Returns
    -------
    xi : floating-point or complex scalar
        The loss. Complex outputs give a complex loss: the complex step of notebook 04
        needs it.

    Raises
    ------
    ValueError
        If the lengths differ or are 0, or t holds NaN or infinity.
    """
    y, t = _arrays(y=(y, "N"), t=(t, "N"))
    return np.mean((y - t) ** 2)


def loss_at(X, t, w_x, w_rec):
    """Give the loss at one pair of weights.

    Formula: `loss` of the last column of `forward_states`. Derived in notebook 02.

    Parameters
    ----------
    X, t : (N, n) and (N,) array_like
        Input sequences and targets.
    w_x, w_rec : number
        Input weight and recurrent weight.

    Returns
    -------
    xi : floating-point or complex scalar
        The loss at (w_x, w_rec).

    Raises
    ------
    ValueError
        As `forward_states` and `loss`.
    """
    X, t = _arrays(X=(X, "N n"), t=(t, "N"))
    return loss(forward_states(X, w_x, w_rec)[:, -1], t)


def closed_form_output(X, w_x, w_rec):
    """Compute the output without a loop over time.

    Formula: ``y = w_x sum_{k=1..n} w_rec^(n-k) x_k``, with 0^0 = 1. Derived in notebook
    02.

    Parameters
    ----------
    X : (N, n) array_like
        Input sequences.
    w_x, w_rec : number
        Input weight and recurrent weight.

    Returns
    -------
    y : (N,) ndarray
        The outputs, equal to ``forward_states(X, w_x, w_rec)[:, -1]`` up to rounding.

    Raises
    ------
    ValueError
        As `forward_states`.
    """
    (X,) = _arrays(X=(X, "N n"))
    _check_numbers(w_x=w_x, w_rec=w_rec)
    return w_x * (X @ w_rec ** _steps_left(X))  # (N,)


def _steps_left(X):
    """Give n - k for k = 1..n, in the precision of X."""
    return np.arange(X.shape[1] - 1, -1, -1, dtype=X.real.dtype)


# --------------------------------------------------------------------------------------
# Backward step: notebook 03
# --------------------------------------------------------------------------------------


def output_gradient(y, t):
    """Differentiate the loss with respect to the outputs.

    Formula: ``dxi/dy_i = 2 (y_i - t_i) / N``. The 1/N of the mean stands here, once,
    and nowhere else. Derived in notebook 03.

    Parameters
    ----------
    y, t : (N,) array_like
        Outputs and targets.

    Returns
    -------
    (N,) ndarray
        dxi/dy = dxi/dS_n.

    Raises
    ------
    ValueError
        As `loss`.
    """
    y, t = _arrays(y=(y, "N"), t=(t, "N"))
    return 2 * (y - t) / len(t)


def backward_gradient(X, S, grad_out, w_rec):
    """Send the gradient back through time and collect the gradients of the weights.

    Formulas: ``dxi/dS_{k-1} = dxi/dS_k w_rec``, starting from dxi/dS_n = ``grad_out``;
    ``dxi/dw_x = sum_{k=1..n} dxi/dS_k x_k`` and ``dxi/dw_rec = sum_{k=1..n} dxi/dS_k
    S_{k-1}``, both also summed over the batch. Derived in notebook 03. The cost is
    O(N n), the memory that of ``grad_S``; it is fastest where X is in Fortran order.

    Parameters
    ----------
    X : (N, n) array_like
        Input sequences.
    S : (N, n + 1) array_like
        Their states, from `forward_states`.
    grad_out : (N,) array_like
        Gradient at the output, from `output_gradient`.
    w_rec : number
        Recurrent weight.

    Returns
    -------
    (grad_w_x, grad_w_rec) : tuple of two scalars
        dxi/dw_x and dxi/dw_rec.
    grad_S : (N, n + 1) ndarray
        dxi/dS_k for k = 0..n.

    Raises
    ------
    ValueError
        If a shape does not fit X, X is not finite, or w_rec is not one number.
    """
    X, grad_out, S = _arrays(X=(X, "N n"), grad_out=(grad_out, "N"), S=(S, "N n+1"))
    _check_numbers(w_rec=w_rec)
    dtype = np.result_type(X, S, grad_out, w_rec)
    grad_S = np.zeros(S.shape, dtype, order="F")  # (N, n + 1)
    grad_S[:, -1] = grad_out
    grad_w_x = grad_w_rec = dtype.type(0)
    for k in range(X.shape[1], 0, -1):
        grad_w_x += (grad_S[:, k] * X[:, k - 1]).sum()
        grad_w_rec += (grad_S[:, k] * S[:, k - 1]).sum()
        grad_S[:, k - 1] = grad_S[:, k] * w_rec
    return (grad_w_x, grad_w_rec), grad_S


def gradient_at(X, t, w_x, w_rec):
    """Differentiate the loss at one pair of weights.

    Formula: `forward_states`, `output_gradient`, `backward_gradient`: backpropagation
    through time. Derived in notebook 03.

    Parameters
    ----------
    X, t : (N, n) and (N,) array_like
        Input sequences and targets.
    w_x, w_rec : number
        Input weight and recurrent weight.

    Returns
    -------
    (grad_w_x, grad_w_rec) : tuple of two scalars
        dxi/dw_x and dxi/dw_rec. The cost is O(N n).

    Raises
    ------
    ValueError
        As `forward_states` and `loss`.
    """
    X, t = _arrays(X=(X, "N n"), t=(t, "N"))
    S = forward_states(X, w_x, w_rec)
    grads, _ = backward_gradient(X, S, output_gradient(S[:, -1], t), w_rec)
    return grads


# --------------------------------------------------------------------------------------
# Gradient check: notebook 04
# --------------------------------------------------------------------------------------


def numerical_gradient(X, t, w_x, w_rec, *, eps=1e-6):
    """Approximate the gradient by central differences.

    Formula: ``dxi/dw ~ (xi(w + eps) - xi(w - eps)) / (2 eps)``, with an error of the
    order eps^2 until round-off, which grows as 1/eps, takes over. Derived in notebook
    04.

    Parameters
    ----------
    X, t, w_x, w_rec
        As for `gradient_at`.
    eps : float
        The step, positive.

    Returns
    -------
    (grad_w_x, grad_w_rec) : tuple of two scalars
        Approximations of dxi/dw_x and dxi/dw_rec.

    Raises
    ------
    ValueError
        As `gradient_at`, or if eps is not positive.
    """
    _check_between(0, np.inf, eps=eps)
    rise_x = loss_at(X, t, w_x + eps, w_rec) - loss_at(X, t, w_x - eps, w_rec)
    rise_rec = loss_at(X, t, w_x, w_rec + eps) - loss_at(X, t, w_x, w_rec - eps)
    return rise_x / (2 * eps), rise_rec / (2 * eps)


def complex_step_gradient(X, t, w_x, w_rec, *, eps=1e-20):
    """Compute the gradient by a step along the imaginary axis.

    Formula: ``dxi/dw ~ Im xi(w + i eps) / eps``. Nothing is subtracted, so nothing
    cancels: the result is exact to machine precision. Derived in notebook 04. Source:
    Squire and Trapp 1998, doi:10.1137/S003614459631241X.

    Parameters
    ----------
    X, t, w_x, w_rec
        As for `gradient_at`, and real.
    eps : float
        The step, positive.

    Returns
    -------
    (grad_w_x, grad_w_rec) : tuple of two scalars
        dxi/dw_x and dxi/dw_rec.

    Raises
    ------
    ValueError
        As `gradient_at`, if an argument is complex, or if eps is not positive.
    """
    X, t = _real_arrays(X=(X, "N n"), t=(t, "N"))
    _check_between(0, np.inf, eps=eps)
    _check_real_numbers(w_x=w_x, w_rec=w_rec)
    return (
        loss_at(X, t, w_x + 1j * eps, w_rec).imag / eps,
        loss_at(X, t, w_x, w_rec + 1j * eps).imag / eps,
    )


def relative_error(a, b):
    """Compare two numbers by the size of the larger one.

    Formula: ``|a - b| / max(|a|, |b|)``, and 0 where a equals b, even if both are 0.
    Derived in notebook 04.

    Parameters
    ----------
    a, b : number
        The numbers.

    Returns
    -------
    float
        The relative error.

    Raises
    ------
    ValueError
        If a or b is not one number.
    """
    _check_numbers(a=a, b=b)
    return float(abs(a - b) / max(abs(a), abs(b))) if a != b else 0.0


def check_gradient(X, t, w_x, w_rec, *, gradient=gradient_at, rtol=1e-9):
    """Compare a gradient with the complex step and raise where they disagree.

    Formula: `relative_error` of each derivative. Derived in notebook 04.

    Parameters
    ----------
    X, t, w_x, w_rec
        As for `gradient_at`.
    gradient : callable
        The gradient to be checked, called as ``gradient(X, t, w_x, w_rec)``.
    rtol : float
        The largest relative error that passes. 1e-9 suits float64.

    Returns
    -------
    (error_w_x, error_w_rec) : tuple of two floats
        The relative errors.

    Raises
    ------
    ValueError
        If a relative error is above rtol or NaN, with both numbers and the error; or as
        `gradient_at`.
    """
    _check_between(0, np.inf, rtol=rtol)
    if not callable(gradient):
        raise ValueError(f"gradient must be a function, got {gradient!r:.60}")
    expected = complex_step_gradient(X, t, w_x, w_rec)
    got = gradient(X, t, w_x, w_rec)
    if np.shape(got) != (2,):
        raise ValueError(f"gradient must return two numbers, got {got!r:.60}")
    errors = tuple(map(relative_error, got, expected))
    for name, a, b, error in zip(("w_x", "w_rec"), got, expected, errors, strict=True):
        if not error <= rtol:
            both = f"gradient {a:.10g}, complex step {b:.10g}"
            raise ValueError(
                f"dxi/d{name}: {both}, relative error {error:.1e} > {rtol:g}"
            )
    return errors


# --------------------------------------------------------------------------------------
# Gradient flow and loss surface: notebook 05
# --------------------------------------------------------------------------------------


def gradient_over_time(X, t, w_x, w_rec):
    """Follow the gradient back through time.

    Formula: ``dxi/dS_k = dxi/dS_n w_rec^(n-k)``, summed over the batch; the 1/N of the
    loss is in it. Derived in notebook 05.

    Parameters
    ----------
    X, t : (N, n) and (N,) array_like
        Input sequences and targets.
    w_x, w_rec : number
        Input weight and recurrent weight.

    Returns
    -------
    (n + 1,) ndarray
        dxi/dS_k for k = 0..n.

    Raises
    ------
    ValueError
        As `gradient_at`.
    """
    X, t = _arrays(X=(X, "N n"), t=(t, "N"))
    S = forward_states(X, w_x, w_rec)
    _, grad_S = backward_gradient(X, S, output_gradient(S[:, -1], t), w_rec)
    return grad_S.sum(axis=0)


def loss_surface(X, t, w_x_values, w_rec_values):
    """Compute the loss for every pair of weights on a grid.

    Formula: with r the outputs at w_x = 1, the outputs are w_x r, and each row is a
    parabola in w_x, ``xi = a (w_x - b)^2 + c`` with ``a = mean(r^2)``, ``b = mean(t r)
    / a`` and ``c = mean((t - b r)^2)``, means over the batch. Only squares are added:
    xi is never negative, and nothing cancels. Derived in notebook 05. The cost is O(R C
    + R N n), the memory that of the result and O(R (N + n)).

    Parameters
    ----------
    X, t : (N, n) and (N,) array_like
        Input sequences and targets.
    w_x_values, w_rec_values : (C,) and (R,) array_like
        The weights of the columns and of the rows.

    Returns
    -------
    (R, C) ndarray
        ``losses[i, j]`` is the loss at (w_x_values[j], w_rec_values[i]).

    Raises
    ------
    ValueError
        As `loss_at`, or if the values are not vectors of finite numbers.
    """
    grid = {"w_x_values": (w_x_values, "C"), "w_rec_values": (w_rec_values, "R")}
    X, t, w_x_values, w_rec_values = _arrays(X=(X, "N n"), t=(t, "N"), **grid)
    n_samples, n_steps = X.shape
    powers = np.vander(w_rec_values, n_steps).T  # (n, R): w_rec^(n-k)
    r = X @ powers.astype(w_rec_values.dtype)  # (N, R): the outputs at w_x = 1
    a = (r**2).sum(axis=0) / n_samples  # (R,)
    b = t @ r / n_samples / np.where(a == 0, 1, a)  # where all r are 0, any b will do
    c = ((t[:, np.newaxis] - b * r) ** 2).sum(axis=0) / n_samples
    losses = np.subtract.outer(w_x_values, b)  # (C, R)
    losses *= losses  # in place from here on, as this array may be large
    losses *= a
    losses += c
    return losses.T  # (R, C)


# --------------------------------------------------------------------------------------
# RProp: notebook 06
# --------------------------------------------------------------------------------------


class RPropState(NamedTuple):
    """What RProp carries from step to step: three arrays of one shape, here (2,)."""

    w: np.ndarray
    """The weights w_x and w_rec."""
    delta: np.ndarray
    """The step sizes Delta, positive."""
    sign: np.ndarray
    """The signs of the last gradient: -1, 0 or 1; 0 before the first step."""


class RPropHistory(NamedTuple):
    """What `train_rprop` went through, from the start (row 0) to the end (row -1)."""

    w: np.ndarray
    """(n_iterations + 1, 2): the weights w_x and w_rec."""
    losses: np.ndarray
    """(n_iterations + 1,): the loss at these weights."""
    delta: np.ndarray
    """(n_iterations + 1, 2): the step sizes Delta; row i made the step to ``w[i]``."""


def update_rprop(state, grad, *, eta_plus=1.2, eta_minus=0.5):
    """Take one step of RProp: the sign of the gradient says where, Delta says how far.

    Formulas: ``Delta <- Delta eta+`` where the sign is that of the last step, else
    ``Delta eta-``; then ``w <- w - sign(grad) Delta``. This is the original tutorial's
    rule: it halves the first Delta, since no sign equals the 0 that it starts with, and
    sets Delta no bounds. Derived in notebook 06. Source: Riedmiller and Braun 1993,
    doi:10.1109/ICNN.1993.298623.

    Parameters
    ----------
    state : RPropState
        Weights, step sizes and signs; left unchanged.
    grad : array_like
        The gradient at ``state.w``, of the same shape.
    eta_plus, eta_minus : float
        The factors, 0 < eta_minus < 1 < eta_plus.

    Returns
    -------
    RPropState
        The state after the step.

    Raises
    ------
    ValueError
        If an eta is out of range, the shapes differ, a step size is negative, a sign is
        not -1, 0, 1 or NaN, or a number is complex.
    """
    w, delta, last_sign, grad = _check_rprop(state, grad, eta_plus, eta_minus)
    sign = np.sign(grad)
    delta = delta * np.where(sign == last_sign, eta_plus, eta_minus)
    return RPropState(w - sign * delta, delta, sign)


def train_rprop(
    X,
    t,
    w_x=-1.5,
    w_rec=2.0,
    *,
    delta=0.001,
    n_iterations=500,
    eta_plus=1.2,
    eta_minus=0.5,
):
    """Train the network with RProp on the whole batch.

    Formula: the gradient, then `update_rprop`, n_iterations times. Derived in notebook
    06. The gradient is that of `gradient_at`, but from the closed form, so that many
    starts can be trained at once. The cost of an iteration is O(N n) for each start.

    Parameters
    ----------
    X, t : (N, n) and (N,) array_like
        Input sequences and targets.
    w_x, w_rec : float or array_like
        The weights to start from, or arrays of them, of one shape, for many starts at
        once; the original tutorial's are (-1.5, 2).
    delta : float
        The step size that both weights start with, positive.
    n_iterations : int
        Number of steps, at least 1.
    eta_plus, eta_minus : float
        As for `update_rprop`.

    Returns
    -------
    RPropHistory
        Weights, losses and step sizes of every iteration. The axes of many starts come
        after its own.

    Raises
    ------
    ValueError
        As `gradient_at` and `update_rprop`, if the shapes of w_x and w_rec differ, if
        an argument is complex, or if delta or n_iterations is not positive.
    """
    X, t = _real_arrays(X=(X, "N n"), t=(t, "N"))
    w = np.array(_real_arrays(w_x=(w_x, "..."), w_rec=(w_rec, "...")))
    _check_between(0, np.inf, delta=delta)
    _check_whole(1, n_iterations=n_iterations)
    state = RPropState(w, np.full(w.shape, delta), np.zeros(w.shape))
    rows = []
    for _ in range(n_iterations + 1):  # the step after the last row is not kept
        xi, grad = _loss_and_gradient(X, t, state.w)
        rows.append((state.w, xi, state.delta))
        state = update_rprop(state, grad, eta_plus=eta_plus, eta_minus=eta_minus)
    return RPropHistory(*map(np.array, zip(*rows, strict=True)))


def _loss_and_gradient(X, t, w):
    """Differentiate the closed form at w, (2, ...): a loss and a gradient for each."""
    w_x, w_rec = w[..., np.newaxis]
    steps_left = _steps_left(X)  # (n,)
    powers = w_rec**steps_left  # (..., n)
    r = powers @ X.T  # (..., N): the outputs at w_x = 1
    dr_dw_rec = (steps_left[:-1] * powers[..., 1:]) @ X[:, :-1].T  # (..., N)
    error = w_x * r - t
    grad_out = 2 * error / len(t)
    grad_w_x = np.vecdot(grad_out, r)  # over the batch
    grad_w_rec = np.vecdot(grad_out, w_x * dr_dw_rec)
    return np.vecdot(error, error) / len(t), np.stack([grad_w_x, grad_w_rec])


# --------------------------------------------------------------------------------------
# Figures: one look for every notebook, legible on light and on dark pages
# --------------------------------------------------------------------------------------

INK = "#767676"  # as far from white as from the dark themes' black

# Told apart by the colour-blind, and legible on white and on black.
COLORS = ("#0173b2", "#d55e00", "#029e73", "#b45fa0", "#a6761d", INK)

POINTS = {
    (2.0, 1.0): {"color": COLORS[0], "marker": "o"},
    (1.0, 2.0): {"color": COLORS[1], "marker": "^"},
    (1.0, -2.0): {"color": COLORS[3], "marker": "v"},
    (1.0, 0.0): {"color": COLORS[5], "marker": "X"},
    (1.0, 0.5): {"color": COLORS[2], "marker": "s"},
    (1.0, -0.5): {"color": COLORS[4], "marker": "D"},
}
"""The six points (w_x, w_rec) of notebook 05, each with its look in every figure."""

# Two levels a decade; the largest loss in [-3, 3]^2 is 2.197e9.
LOSS_LEVELS = np.logspace(-2, 10, 25)
LOSS_NORM = LogNorm(LOSS_LEVELS[0], LOSS_LEVELS[-1])

STYLE = {
    "figure.facecolor": "none",
    "axes.facecolor": "none",
    "savefig.facecolor": "none",
    "text.color": INK,
    "axes.labelcolor": INK,
    "axes.edgecolor": INK,
    "xtick.color": INK,
    "ytick.color": INK,
    "axes.spines.top": False,
    "axes.spines.right": False,
    "axes.grid": True,
    "grid.color": INK,
    "grid.alpha": 0.3,
    "legend.frameon": False,
    "lines.linewidth": 1.2,
    "lines.markersize": 5,
    "figure.constrained_layout.use": True,
    "font.sans-serif": ["DejaVu Sans"],
    "svg.fonttype": "path",
    "svg.hashsalt": "rnn-from-scratch",
}


def use_style():
    """Set the look of the notebooks: transparent ground, grey ink, reproducible SVG.

    In a notebook the inline figures become SVG, without a date and with coordinates
    rounded to a tenth of a point, so that they are the same on every machine.
    Nothing else in this module touches a setting.
    """
    sns.set_theme(style="ticks", palette=COLORS, font_scale=0.95, rc=STYLE)
    if "inline" in str(matplotlib.get_backend(auto_select=False)):
        from IPython import get_ipython
        from matplotlib_inline.backend_inline import set_matplotlib_formats

        set_matplotlib_formats("svg")
        formatters = get_ipython().display_formatter.formatters
        formatters["image/svg+xml"].for_type(Figure, _svg)


def _svg(figure):
    buffer = io.StringIO()
    no_dates = {"Date": None, "Creator": None}
    figure.savefig(buffer, format="svg", bbox_inches="tight", metadata=no_dates)
    one_line_paths = re.sub(r'\n(?=[MLQCz"])', "", buffer.getvalue())
    long_number = r'(?<=[ "(])-?\d+\.\d{2,}(?=[ "])'
    short = re.sub(long_number, lambda m: f"{float(m[0]):.1f}", one_line_paths)
    polyline = r'(?<=d=")[-MLz\d. ]+(?=")'  # lines go on after M without an L
    short = re.sub(polyline, lambda m: m[0].replace("L ", ""), short)
    return re.sub(r">\n *<(?!path|g id)", "><", short)  # a line for each path and group


def plot_network(n_steps=3):
    """Draw the network folded, as a loop, and unfolded over n_steps time steps.

    Parameters
    ----------
    n_steps : int
        Number of time steps to unfold, at least 1.

    Returns
    -------
    matplotlib.figure.Figure

    Raises
    ------
    ValueError
        If n_steps is not a positive whole number.
    """
    _check_whole(1, n_steps=n_steps)
    widths = [2.6, 2 * n_steps + 2.2]
    size = (0.78 * sum(widths), 2.7)
    fig, (folded, unfolded) = plt.subplots(1, 2, figsize=size, width_ratios=widths)
    folded.set(title="folded", xlim=(-1.0, 1.6), ylim=(-2.1, 1.1))
    _draw_step(folded, 0, "k")
    _draw_arrow(folded, (0.28, 0.33), (0.28, -0.33), curve=-1.9)
    _draw_text(folded, 1.2, 0, "$w_{rec}$")
    unfolded.set(title="unfolded", ylim=(-2.1, 1.1))
    _draw_chain(unfolded, n_steps)
    return fig


def plot_network_backward(n_steps=3):
    """Draw the network unfolded, with the way of the gradient from y back to S_0.

    Parameters
    ----------
    n_steps : int
        Number of time steps to unfold, at least 1.

    Returns
    -------
    matplotlib.figure.Figure

    Raises
    ------
    ValueError
        If n_steps is not a positive whole number.
    """
    _check_whole(1, n_steps=n_steps)
    fig, ax = plt.subplots(figsize=(1.8 + 1.8 * n_steps, 3.6))
    ax.set(ylim=(-2.1, 1.8))
    _draw_chain(ax, n_steps)
    for k in range(n_steps + 1):
        _draw_text(ax, 2 * k, 0.65, rf"$\partial\xi/\partial S_{k}$", COLORS[1])
        _draw_arrow(ax, (2 * k + 1.6, 0.9), (2 * k + 0.1, 0.9), COLORS[1], 0.3)
        label = r"$\cdot\, w_{rec}$" if k < n_steps else r"$\partial\xi/\partial y$"
        _draw_text(ax, 2 * k + 0.9, 1.4, label, COLORS[1])
    return fig


def _draw_chain(ax, n_steps):
    ax.set(xlim=(-0.5, 2 * n_steps + 1.7))
    _draw_node(ax, 0, 0, "$S_0$", filled=True)
    for k in range(1, n_steps + 1):
        _draw_step(ax, 2 * k, k)
        _draw_arrow(ax, (2 * k - 1.55, 0), (2 * k - 0.45, 0))
        _draw_text(ax, 2 * k - 1, 0.25, "$w_{rec}$")
    _draw_arrow(ax, (2 * n_steps + 0.45, 0), (2 * n_steps + 1.3, 0))
    _draw_text(ax, 2 * n_steps + 1.5, 0, "$y$")


def _draw_step(ax, x, k):
    ax.set_aspect("equal")
    ax.axis("off")
    _draw_node(ax, x, 0, f"$S_{k}$", filled=True)
    _draw_node(ax, x, -1.7, f"$x_{k}$", filled=False)
    _draw_arrow(ax, (x, -1.25), (x, -0.45))
    _draw_text(ax, x + 0.3, -0.85, "$w_x$")


def _draw_node(ax, x, y, text, *, filled):
    edge, face, ink = (COLORS[0], COLORS[0], "white") if filled else (INK, "none", INK)
    ax.add_patch(plt.Circle((x, y), 0.4, facecolor=face, edgecolor=edge))
    _draw_text(ax, x, y, text, ink)


def _draw_arrow(ax, start, end, color=INK, curve=0.0):
    look = {"arrowstyle": "-|>", "mutation_scale": 14, "shrinkA": 0, "shrinkB": 0}
    look |= {"color": color, "connectionstyle": f"arc3,rad={curve}"}
    ax.annotate("", end, start, arrowprops=look)


def _draw_text(ax, x, y, text, color=INK):
    ax.text(x, y, text, color=color, ha="center", va="center")


def plot_dataset(X, t):
    """Draw the bits as a grid and the targets as bars beside it.

    Parameters
    ----------
    X, t : (N, n) and (N,) array_like
        Bits and targets.

    Returns
    -------
    matplotlib.figure.Figure

    Raises
    ------
    ValueError
        If the shapes do not fit or the data are not finite.
    """
    X, t = _real_arrays(X=(X, "N n"), t=(t, "N"))
    names = {
        "xticklabels": range(1, X.shape[1] + 1),
        "yticklabels": range(1, len(t) + 1),
    }
    look = {
        "cmap": ListedColormap(["none", COLORS[0]]),
        "cbar": False,
        "linecolor": INK,
    }
    fig, (grid, bars) = plt.subplots(1, 2, figsize=(7, 4.6), width_ratios=[3, 2])
    sns.heatmap(X, ax=grid, vmin=0, vmax=1, linewidths=0.8, **look, **names)
    grid.set(xlabel="time step $k$", ylabel="sequence $i$")
    grid.set_title("bits $x_k$ (filled: 1, empty: 0)")
    grid.tick_params(axis="y", rotation=0)
    grid.grid(visible=False)
    bars.bar_label(bars.barh(np.arange(len(t)) + 0.5, t, height=0.7), padding=3)
    bars.set(title="target $t$", xlabel="number of ones", yticks=[], ylim=(len(t), 0))
    bars.spines["left"].set_visible(False)
    return fig


def plot_states(ax, S, t):
    """Draw states over time, a line a sequence, with the targets as open circles.

    Parameters
    ----------
    ax : matplotlib.axes.Axes
        Where to draw.
    S : (N, n + 1) array_like
        States, from `forward_states`; values that are not finite are left out.
    t : (N,) array_like
        Targets.

    Returns
    -------
    matplotlib.axes.Axes

    Raises
    ------
    ValueError
        If the shapes do not fit.
    """
    _check_type(Axes, ax=ax)
    S, t = _real_arrays(S=(S, "N n+1"), t=(t, "N"))
    n_steps = S.shape[1] - 1
    ring = {"markersize": 10, "markerfacecolor": "none", "clip_on": False}
    for i, look in enumerate(_looks(len(S))):
        ax.plot(S[i], **look, label=f"sequence {i + 1}")
        name = "target" if i == len(S) - 1 else None
        ax.plot(n_steps, t[i], "o", color=look["color"], label=name, **ring)
    ax.set(xlabel="time step $k$", ylabel="state $S_k$")
    ax.set_xticks(range(0, n_steps + 1, 2))
    return ax


def _looks(count):
    """Colours and markers for `count` lines, repeated when they run out."""
    looks = [{"color": c, "marker": m} for c, m in zip(COLORS, "os^DvX", strict=True)]
    return [looks[i % len(looks)] for i in range(count)]


def plot_loss_surface(ax, w_x_values, w_rec_values, losses):
    """Draw a loss surface as filled contours on a logarithmic scale, 1e-2 to 1e10.

    Thin white lines stand at 1, 10, 100 and so on.

    Parameters
    ----------
    ax : matplotlib.axes.Axes
        Where to draw.
    w_x_values, w_rec_values : (C,) and (R,) array_like
        The weights of the columns and of the rows.
    losses : (R, C) array_like
        From `loss_surface`. Losses below the scale take its lowest colour, losses above
        it, infinity too, its highest; NaN stays blank.

    Returns
    -------
    matplotlib.axes.Axes

    Raises
    ------
    ValueError
        If the shapes do not fit.
    """
    _check_type(Axes, ax=ax)
    w_x_values, w_rec_values, losses = _contour_grid(
        w_x_values=w_x_values, w_rec_values=w_rec_values, losses=losses
    )
    grid = w_x_values, w_rec_values, _within_levels(losses)
    ax.set_facecolor("#287c8e")  # inside viridis, so that no seam shows between bands
    ax.contourf(*grid, levels=LOSS_LEVELS, norm=LOSS_NORM, cmap="viridis")
    ax.contour(*grid, levels=LOSS_LEVELS[4::2], colors="white", linewidths=0.3)
    ax.set(xlabel="$w_x$", ylabel="$w_{rec}$")
    ax.grid(visible=False)
    return ax


def _within_levels(losses):
    # Machines differ in the last bits of float64; float32 is rounded to fewer.
    losses = np.minimum(losses, LOSS_LEVELS[-1]).astype(np.float32)
    return np.ma.masked_invalid(np.clip(losses, LOSS_LEVELS[0], LOSS_LEVELS[-1]))


def plot_loss_surfaces(overview, zoom):
    """Draw two loss surfaces side by side, with one colour bar for both.

    Parameters
    ----------
    overview, zoom : tuple
        Each ``(w_x_values, w_rec_values, losses)``, as for `plot_loss_surface`.

    Returns
    -------
    matplotlib.figure.Figure
        Its first two axes are the surfaces.

    Raises
    ------
    ValueError
        As `plot_loss_surface`.
    """
    _check_triples(overview=overview, zoom=zoom)
    fig, (left, right) = plt.subplots(1, 2, figsize=(7.9, 3.5))
    plot_loss_surface(left, *overview).set(title="overview", aspect="equal")
    plot_loss_surface(right, *zoom).set(title="zoom", aspect="equal")
    scale = ScalarMappable(LOSS_NORM, "viridis")
    bar = fig.colorbar(scale, ax=[left, right], extend="min", ticks=LOSS_LEVELS[::4])
    bar.set_label(r"loss $\xi$ (logarithmic)")
    bar.minorticks_off()
    return fig


def plot_points(ax, points=POINTS):
    """Mark points (w_x, w_rec), each with its own colour and marker.

    Parameters
    ----------
    ax : matplotlib.axes.Axes
        Where to draw; its limits stay as they are, so points outside are left out.
    points : dict
        From (w_x, w_rec) to keywords of `matplotlib.axes.Axes.plot`; by default the six
        points.

    Returns
    -------
    matplotlib.axes.Axes

    Raises
    ------
    ValueError
        If a key is not a pair of numbers.
    """
    _check_type(Axes, ax=ax)
    _check_type(dict, points=points)
    _real_arrays(points=(list(points), "points 2"))
    limits = {"xlim": ax.get_xlim(), "ylim": ax.get_ylim()}
    rim = {"markersize": 9, "markeredgecolor": "white", "markeredgewidth": 1.2}
    for (w_x, w_rec), look in points.items():
        ax.plot(w_x, w_rec, linestyle="none", **look, **rim)
    ax.set(**limits)
    return ax


def plot_gradient_over_time(ax, gradients):
    """Draw the size of dxi/dS_k on its way back in time, from left to right.

    Parameters
    ----------
    ax : matplotlib.axes.Axes
        Where to draw, on a logarithmic scale with 0 at its foot.
    gradients : dict
        From (w_x, w_rec), a key of `POINTS`, to the (n + 1,) array of
        `gradient_over_time`. Filled markers are positive gradients, open ones negative.

    Returns
    -------
    matplotlib.axes.Axes

    Raises
    ------
    ValueError
        If a key is not in `POINTS` or the arrays differ in length.
    """
    _check_type(Axes, ax=ax)
    _check_gradients(gradients)
    for (w_x, w_rec), gradient in gradients.items():
        look, k = POINTS[w_x, w_rec], np.arange(len(gradient))
        size, negative = np.abs(gradient), np.less(gradient, 0)
        ax.plot(k, size, **look, label=f"({w_x:g}, {w_rec:g})", clip_on=False)
        open_marker = look | {"markerfacecolor": "white", "linestyle": "none"}
        ax.plot(k[negative], size[negative], **open_marker, clip_on=False, zorder=3)
    ax.set_yscale("symlog", linthresh=1e-3)
    ax.set(xlim=(k[-1], 0), xticks=k, ylim=(0, None))
    ax.set_yticks([0, 1e-2, 1, 1e2, 1e4, 1e6])
    ax.set_xlabel("time step $k$ (back in time: left to right)")
    ax.set_ylabel(r"$|\partial\xi/\partial S_k|$ (logarithmic)")
    _put_legend_beside(ax, title="$(w_x, w_{rec})$")
    return ax


def _put_legend_beside(ax, **options):
    ax.legend(loc="center left", bbox_to_anchor=(1.02, 0.5), **options)


def plot_v_curve(ax, eps, errors):
    """Draw the relative errors of numerical gradients over the step eps.

    Parameters
    ----------
    ax : matplotlib.axes.Axes
        Where to draw, on two logarithmic scales.
    eps : (M,) array_like
        The steps.
    errors : dict
        From the name of a method to its (M,) relative errors; an error of exactly 0
        cannot be drawn.

    Returns
    -------
    matplotlib.axes.Axes

    Raises
    ------
    ValueError
        If the lengths differ.
    """
    _check_type(Axes, ax=ax)
    _check_type(dict, errors=errors)
    if not errors:
        raise ValueError("errors must hold at least one method, got none")
    for (name, values), look in zip(errors.items(), _looks(len(errors)), strict=True):
        steps, values = _real_arrays(eps=(eps, "M"), errors=(values, "M"))
        ax.loglog(steps, values, **look, label=name)
    ax.set_xlabel(r"step $\epsilon$ (logarithmic)")
    ax.set_ylabel("relative error (logarithmic)")
    _put_legend_beside(ax)
    return ax


def plot_cliff(w_values, b_values, errors, b_cut):
    """Draw the error of Pascanu et al.'s network from above and in a cut along w.

    Parameters
    ----------
    w_values, b_values : (C,) and (R,) array_like
        Weights and biases of the grid.
    errors : (R, C) array_like
        The error E at each of them.
    b_cut : float
        The cut is along the row whose bias is nearest to this.

    Returns
    -------
    matplotlib.figure.Figure

    Raises
    ------
    ValueError
        If the shapes do not fit or b_cut is not one number.
    """
    w_values, b_values, errors = _contour_grid(
        w_values=w_values, b_values=b_values, errors=errors
    )
    _check_real_numbers(b_cut=b_cut)
    row = np.argmin(np.abs(b_values - b_cut))
    fig, (above, cut) = plt.subplots(1, 2, figsize=(7.9, 3.2))
    filled = above.contourf(w_values, b_values, errors, levels=5, cmap="viridis")
    above.axhline(b_values[row], color="white", linestyle="--")
    above.set(xlabel="$w$", ylabel="$b$", title="from above (dashed: the cut)")
    above.grid(visible=False)
    fig.colorbar(filled, ax=above, label="error $E$")
    cut.plot(w_values, errors[row], color=COLORS[1])
    cut.set(xlabel="$w$", ylabel="error $E$", title=f"cut at $b$ = {b_values[row]:g}")
    return fig


def plot_path(ax, w):
    """Draw the path of an optimiser: a dot an iteration, a star at the end.

    Dots that would hide one another are left out; the line goes through all of them.

    Parameters
    ----------
    ax : matplotlib.axes.Axes
        Where to draw; its limits stay as they are.
    w : (M, 2) array_like
        The weights (w_x, w_rec) at each iteration; values that are not finite are left
        out.

    Returns
    -------
    matplotlib.axes.Axes

    Raises
    ------
    ValueError
        If w does not have two columns.
    """
    _check_type(Axes, ax=ax)
    (w,) = _real_arrays(w=(w, "M 2"))
    limits = {"xlim": ax.get_xlim(), "ylim": ax.get_ylim()}
    look = {"color": "white", "markeredgecolor": "black"}
    thin = {"linewidth": 0.6, "markersize": 3, "markeredgewidth": 0.4}
    ax.plot(*w.T, "o-", **look, **thin, markevery=0.004, label="iterations")
    ax.plot(*w[0], "s", **look, markersize=8, label="start")
    ax.plot(*w[-1], "*", **look, markersize=15, label="end")
    ax.set(**limits)
    return ax


def plot_training(history):
    """Draw the loss and the step sizes of a training run over its iterations.

    Parameters
    ----------
    history : RPropHistory
        From `train_rprop`.

    Returns
    -------
    matplotlib.figure.Figure

    Raises
    ------
    ValueError
        If it is not an `RPropHistory`.
    """
    _check_type(RPropHistory, history=history)
    fig, (top, bottom) = plt.subplots(2, 1, figsize=(7, 4.6), sharex=True)
    top.semilogy(history.losses)
    top.set(ylabel=r"loss $\xi$ (logarithmic)")
    for name, delta, look in zip(
        ("w_x", "w_{rec}"), history.delta.T, "-:", strict=True
    ):
        bottom.semilogy(delta, look, label=rf"$\Delta$ of ${name}$")
    bottom.set(xlabel="iteration", ylabel=r"step size $\Delta$ (logarithmic)")
    bottom.legend(loc="upper right")
    return fig


# --------------------------------------------------------------------------------------
# The explorer: notebooks 05 and 06
# --------------------------------------------------------------------------------------

_STARTS = {
    (-1.5, 2.0): "The original's start: high on a slope, on the wrong side of w_x = 0. "
    "Run each rule from here.",
    (2.0, 1.0): "w_rec = 1: the gradient comes through all steps as it is.",
    (1.0, 2.0): "The gradient explodes: ten steps back it is 1024 times as large.",
    (1.0, -2.0): "It explodes too, and its sign alternates from step to step.",
    (1.0, 0.0): "The gradient is gone after one step: this network has no memory.",
    (1.0, 0.5): "The gradient vanishes: the first bits have next to no say.",
    (1.0, -0.5): "It vanishes, with a sign that alternates.",
}
"""The places to start from, each with what to notice there."""


def show_explorer(X, t, w_x=1.0, w_rec=0.5):
    """Show a loss surface with a point to be moved, and its gradient through time.

    It runs RProp, gradient descent and gradient clipping from any point, in JavaScript
    that is part of the output and equals the functions of this module. Where scripts do
    not run there is a picture instead. Told in notebooks 05 and 06.

    Parameters
    ----------
    X, t : (N, n) and (N,) array_like
        Input sequences and targets.
    w_x, w_rec : float
        The weights at which the point lies at first, in [-3, 3].

    Returns
    -------
    IPython.display.HTML

    Raises
    ------
    ValueError
        If an array is not real and finite, the shapes differ, or a weight is not a
        number in [-3, 3].
    """
    from IPython.display import HTML

    X, t = _real_arrays(X=(X, "N n"), t=(t, "N"))
    _check_real_numbers(w_x=w_x, w_rec=w_rec)
    if not max(abs(w_x), abs(w_rec)) <= 3:
        raise ValueError(f"w_x and w_rec must be in [-3, 3], got ({w_x}, {w_rec})")
    folder = Path(__file__).parent
    script, style = (
        (folder / f"rnn_explorer.{kind}").read_text(encoding="utf-8")
        for kind in ("js", "css")
    )
    alt = (
        "Left: a map of the loss over w_x and w_rec from -3 to 3, with a point at "
        f"({w_x:g}, {w_rec:g}). Right: the size of the gradient at this point on its "
        "way back through time."
    )
    return HTML(
        f"<style>\n{style}</style>\n"
        '<div class="rnn-explorer" data-lm-suppress-shortcuts="true">\n'
        f'<div data-explorer="{_explorer_data(X, t, w_x, w_rec)}">\n'
        f'<img alt="{alt}" src="{_explorer_picture(X, t, w_x, w_rec)}">\n'
        "</div>\n</div>\n"
        f'<script type="module">\n{script}</script>'
    )


def _explorer_data(X, t, w_x, w_rec):
    """Give what the script has to know, as the value of an attribute."""
    middles = (LOSS_LEVELS[:-1] + LOSS_LEVELS[1:]) / 2
    data = {
        "X": X.tolist(),
        "t": t.tolist(),
        "start": [float(w_x), float(w_rec)],
        "levels": [LOSS_LEVELS[0], LOSS_LEVELS[1]],
        "colors": [
            to_hex(c) for c in matplotlib.colormaps["viridis"](LOSS_NORM(middles))
        ],
        "presets": [
            {"name": f"({w[0]:g}, {w[1]:g})", "w": w, "note": note}
            for w, note in _STARTS.items()
        ],
        "lost": "It says how steep the slope is, not how far it is to the valley.",
    }
    return escape(json.dumps(data))


def _explorer_picture(X, t, w_x, w_rec):
    """Draw what is seen where no script runs, small, as the address of an image."""
    grid = np.linspace(-3, 3, 21)
    losses = _within_levels(loss_surface(X, t, grid, grid))
    with plt.rc_context(STYLE | _SMALL):
        fig, (left, right) = plt.subplots(1, 2, figsize=(7.2, 3.4))
        decades = {"levels": LOSS_LEVELS[::2], "norm": LOSS_NORM, "cmap": "viridis"}
        left.contourf(grid, grid, losses, **decades)
        left.plot(w_x, w_rec, "o", color=COLORS[1], markeredgecolor="white")
        left.set(xlabel="w_x", ylabel="w_rec")
        gradient = gradient_over_time(X, t, w_x, w_rec)
        right.plot(np.abs(gradient), "o-", color=COLORS[0], clip_on=False)
        right.set(xlim=(len(gradient) - 1, 0), xlabel="time step k (back in time)")
        right.set_yscale("symlog", linthresh=1e-3)
        right.set(ylim=(0, 1e8), yticks=[0, 1, 1e4, 1e8], ylabel="|∂ξ/∂S_k|")
        plt.close(fig)
        return "data:image/svg+xml;base64," + b64encode(_svg(fig).encode()).decode()


# Text as text, and no marks at the ticks.
_SMALL = {"svg.fonttype": "none", "axes.grid": False, "xtick.minor.visible": False}
_SMALL |= {"xtick.bottom": False, "ytick.left": False, "ytick.minor.left": False}


# --------------------------------------------------------------------------------------
# Notebook helpers
# --------------------------------------------------------------------------------------


class Markdown(str):
    """Text that a notebook shows as Markdown."""

    __repr__ = str.__str__

    def _repr_markdown_(self):
        return str(self)


def show_source(function):
    """Show a function's source, without its docstring, as Markdown.

    Parameters
    ----------
    function : function
        A function that is defined in a file.

    Returns
    -------
    Markdown
        A fenced block of Python.

    Raises
    ------
    ValueError
        If it is not a function whose source is in a file.
    """
    _check_type(types.FunctionType, function=function)
    try:
        source = textwrap.dedent(inspect.getsource(function))
    except OSError:
        wanted = "a function whose source is in a file"
        raise ValueError(f"function must be {wanted}, got {function!r}") from None
    body = ast.parse(source).body[0].body
    lines = source.rstrip().splitlines()
    if inspect.getdoc(function):
        del lines[body[0].lineno - 1 : body[0].end_lineno]
    return Markdown("```python\n" + "\n".join(lines) + "\n```")


# --------------------------------------------------------------------------------------
# Checks of arguments: each error names the argument, what was expected and what came
# --------------------------------------------------------------------------------------

# Data must be finite. What the network computes may not be: divergence is shown.
_DATA = {"X", "t", "x_k", "eps", "w_x_values", "w_rec_values", "w_values", "b_values"}


def _arrays(**arguments):
    """Turn the arguments, pairs (value, shape), into floating-point or complex arrays.

    A shape is a word for each axis: a number, or a letter that stands for one length,
    at least 1, wherever it occurs; "n+1" is one more than "n", and "..." is any shape,
    one for all.
    """
    lengths = {"2": 2}
    return [_array(name, *pair, lengths) for name, pair in arguments.items()]


def _real_arrays(**arguments):
    """Do as `_arrays`, and refuse complex numbers."""
    arrays = _arrays(**arguments)
    for name, array in zip(arguments, arrays, strict=True):
        if array.dtype.kind == "c":
            raise ValueError(f"{name} must be real, got {array.dtype}")
    return arrays


def _contour_grid(**arguments):
    """Check the columns, the rows and the values of a figure with contours."""
    shapes = zip(arguments.items(), ("C", "R", "R C"), strict=True)
    grid = _real_arrays(**{name: (value, shape) for (name, value), shape in shapes})
    if min(grid[-1].shape) < 2:
        name, wanted = list(arguments)[-1], "at least two rows and two columns"
        raise ValueError(f"{name} must have {wanted}, got shape {grid[-1].shape}")
    return grid


def _array(name, value, shape, lengths):
    if np.ma.is_masked(value):
        raise ValueError(f"{name} must not be masked, got {value!r:.60}")
    try:
        array = np.asarray(value)
    except ValueError:
        wanted = "an array of numbers, got rows that differ in length"
        raise ValueError(f"{name} must be {wanted}") from None
    if array.dtype.kind not in "biufc":
        raise ValueError(f"{name} must be an array of numbers, got {value!r:.60}")
    wanted = _expected_shape(array.shape, shape, lengths)
    if array.shape != wanted:
        wanted = str(wanted).replace("'", "")
        raise ValueError(
            f"{name} must have shape {wanted} and no empty axis, got {array.shape}"
        )
    if name in _DATA and not np.isfinite(array).all():
        raise ValueError(f"{name} must be finite, got {array[~np.isfinite(array)][0]}")
    return array if array.dtype.kind in "fc" else array.astype(float)


def _expected_shape(got, shape, lengths):
    if shape == "...":
        return lengths.setdefault(shape, got)
    letters = shape.split()
    if len(got) == len(letters) and 0 not in got:
        for letter, length in zip(letters, got, strict=True):
            if letter not in lengths:
                lengths |= {letter: length, f"{letter}+1": length + 1}
    return tuple([lengths.get(letter, letter) for letter in letters])


def _is_number(value, kinds):
    return np.isscalar(value) and np.asarray(value).dtype.kind in kinds


def _check_numbers(**values):
    for name, value in values.items():
        if not _is_number(value, "biufc"):
            raise ValueError(f"{name} must be one number, got {value!r:.60}")


def _check_real_numbers(**values):
    for name, value in values.items():
        if not _is_number(value, "biuf"):
            raise ValueError(f"{name} must be one real number, got {value!r:.60}")


def _check_between(low, high, /, **values):
    for name, value in values.items():
        if not (_is_number(value, "iuf") and low < value < high):
            wanted = f"a number above {low}" + f" and below {high}" * (high < np.inf)
            raise ValueError(f"{name} must be {wanted}, got {value!r:.60}")


def _check_whole(low, high=np.inf, /, **values):
    for name, value in values.items():
        whole = isinstance(value, (int, np.integer)) and not isinstance(value, bool)
        if not (whole and low <= value < high):
            wanted = f"a whole number from {low} on" + f", below {high}" * (
                high < np.inf
            )
            raise ValueError(f"{name} must be {wanted}, got {value!r:.60}")


def _check_type(kind, /, **values):
    for name, value in values.items():
        if not isinstance(value, kind):
            raise ValueError(
                f"{name} must be of type {kind.__name__}, got {value!r:.60}"
            )


def _check_rprop(state, grad, eta_plus, eta_minus):
    _check_type(RPropState, state=state)
    _check_between(0, 1, eta_minus=eta_minus)
    _check_between(1, np.inf, eta_plus=eta_plus)
    pairs = {name: (value, "...") for name, value in state._asdict().items()}
    arrays = _real_arrays(**pairs, grad=(grad, "..."))
    _, delta, sign, _ = arrays
    if (delta < 0).any():
        raise ValueError(f"delta must not be negative, got {delta!r:.60}")
    if not ((sign == np.sign(sign)) | np.isnan(sign)).all():
        raise ValueError(f"sign must hold -1, 0 or 1, got {sign!r:.60}")
    return arrays


def _check_gradients(gradients):
    _check_type(dict, gradients=gradients)
    if unknown := set(gradients) - set(POINTS):
        raise ValueError(f"gradients must have keys of POINTS only, got {unknown}")
    _real_arrays(gradients=(list(gradients.values()), "points n"))


def _check_triples(**values):
    for name, value in values.items():
        if not isinstance(value, tuple) or len(value) != 3:
            wanted = "a tuple (w_x_values, w_rec_values, losses)"
            raise ValueError(f"{name} must be {wanted}, got {value!r:.60}")
