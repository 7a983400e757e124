"""Resilient backpropagation: notebooks 06 and 07.

The rules of the family, each ``(state, grad) -> state`` as in `optimise`, and the
training of the linear network by the first of them.
"""

from functools import partial
from typing import NamedTuple

import numpy as np

from rnn_core.linear import (
    closed_form_gradient,
    closed_form_loss,
    gradient_at,
    looped_loss,
)
from rnn_core.optimise import train


class RPropState(NamedTuple):
    """What RProp carries from step to step: three arrays of one shape, here (2,)."""

    w: np.ndarray
    """The weights w_x and w_rec."""
    delta: np.ndarray
    """The step sizes Delta, positive; a weight whose Delta is 0 stays where it is."""
    sign: np.ndarray
    """The signs of the last gradient: -1, 0 or 1; 0 before the first step."""


def update_rprop(state, grad, *, eta_plus=1.2, eta_minus=0.5):
    """Take one step of RProp: the sign of the gradient says where, Delta says how far.

    Formulas: ``Delta <- Delta eta+`` where the sign is that of the last step, Delta
    where the gradient is 0, else ``Delta eta-``; then ``w <- w - sign(grad) Delta``.
    Derived in notebook 06. Where no sign changes for about 3900 steps, Delta overflows.

    This is the original tutorial's rule. It differs from the published one without
    weight-backtracking, `update_rprop_minus`, in three points: it halves the first
    Delta, since no sign equals the 0 that it starts with; it halves Delta after a
    gradient of 0 too; and it sets Delta no bounds. Source: Riedmiller 1994,
    doi:10.1016/0920-5489(94)90017-5; the first RProp, Riedmiller and Braun 1993,
    doi:10.1109/ICNN.1993.298623, takes the last step back: `update_rprop_plus`.

    Parameters
    ----------
    state : RPropState
        Weights, step sizes and signs; left unchanged.
    grad : array_like
        The gradient at ``state.w``, of the same shape.
    eta_plus, eta_minus : float
        The factors, 0 < eta_minus < 1 < eta_plus. Where a sign has changed, the minimum
        was passed, and half the way back is the best guess; 1.2 was found by trial. One
        halving undoes ln 2 / ln 1.2 = 3.8 growths.

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
    sign = np.sign(grad)
    growth = np.where(sign == state.sign, eta_plus, eta_minus)
    delta = state.delta * np.where(sign == 0, 1, growth)
    return RPropState(state.w - sign * delta, delta, sign)


def update_rprop_minus(
    state, grad, *, eta_plus=1.2, eta_minus=0.5, delta_min=1e-6, delta_max=50.0
):
    """Take one step of Rprop-: Delta has bounds, and its first value is left alone.

    Formulas: ``Delta <- Delta eta+`` where the sign is that of the last step, ``Delta
    eta-`` where it is the opposite, Delta where one of them is 0, kept in [delta_min,
    delta_max]; then ``w <- w - sign(grad) Delta``. Source: Riedmiller 1994,
    doi:10.1016/0920-5489(94)90017-5; the name is that of Igel and Huesken 2003.

    Parameters
    ----------
    state, grad, eta_plus, eta_minus
        As for `update_rprop`.
    delta_min, delta_max : float
        The bounds on Delta; 0 and infinity for none. These are the 1993 paper's; a
        weight that still moves makes no shorter step than 1e-6, and stops near that.

    Returns
    -------
    RPropState
        The state after the step.

    Raises
    ------
    ValueError
        As `update_rprop`, or if a bound is negative or NaN.
    """
    sign = np.sign(grad)
    growth = _growth(sign * state.sign, eta_plus, eta_minus)
    delta = np.clip(state.delta * growth, delta_min, delta_max)
    return RPropState(state.w - sign * delta, delta, sign)


def update_irprop_minus(
    state, grad, *, eta_plus=1.2, eta_minus=0.5, delta_min=1e-6, delta_max=50.0
):
    """Take one step of iRprop-: a weight whose sign has changed stays for one step.

    Formulas: Delta as in `update_rprop_minus`; where the sign has changed, the weight
    stays and the sign is forgotten, else ``w <- w - sign(grad) Delta``. It is the rule
    of ``torch.optim.Rprop``. Source: Igel and Huesken 2003,
    doi:10.1016/S0925-2312(01)00700-7.

    Parameters
    ----------
    state, grad, eta_plus, eta_minus, delta_min, delta_max
        As for `update_rprop_minus`.

    Returns
    -------
    RPropState
        The state after the step; the sign is 0 where it has changed.

    Raises
    ------
    ValueError
        As `update_rprop_minus`.
    """
    sign = np.sign(grad)
    agreement = sign * state.sign
    growth = _growth(agreement, eta_plus, eta_minus)
    delta = np.clip(state.delta * growth, delta_min, delta_max)
    sign = np.where(agreement < 0, 0, sign)
    return RPropState(state.w - sign * delta, delta, sign)


class RPropPlusState(NamedTuple):
    """What Rprop+ and iRprop+ carry from step to step."""

    w: np.ndarray
    """The weights."""
    delta: np.ndarray
    """The step sizes Delta, positive."""
    sign: np.ndarray
    """The signs of the last gradient; 0 before the first step and after a step back."""
    step: np.ndarray
    """The last step; 0 before the first."""
    loss: np.ndarray
    """The loss at ``w``, for iRprop+ alone, which has to be told: see there."""
    last_loss: np.ndarray
    """The loss before the last step; infinity before the first."""


def update_rprop_plus(
    state, grad, *, eta_plus=1.2, eta_minus=0.5, delta_min=1e-6, delta_max=50.0
):
    """Take one step of Rprop+: where the sign has changed, the last step is taken back.

    Formulas: Delta as in `update_rprop_minus`; where the sign has changed, ``w <- w -
    step`` with the last step, and the sign is forgotten, else ``w <- w - sign(grad)
    Delta``. Source: Riedmiller and Braun 1993, doi:10.1109/ICNN.1993.298623; the name
    is that of Igel and Huesken 2003.

    Parameters
    ----------
    state : RPropPlusState
        Weights, step sizes, signs and steps; the losses are not looked at.
    grad, eta_plus, eta_minus, delta_min, delta_max
        As for `update_rprop_minus`.

    Returns
    -------
    RPropPlusState
        The state after the step.

    Raises
    ------
    ValueError
        As `update_rprop_minus`.
    """
    return _step_or_back(state, grad, 1, eta_plus, eta_minus, delta_min, delta_max)


def update_irprop_plus(
    state, grad, *, eta_plus=1.2, eta_minus=0.5, delta_min=1e-6, delta_max=50.0
):
    """Take one step of iRprop+: a step is taken back only if the loss has risen.

    Formulas: as `update_rprop_plus` where the loss is above the last one; elsewhere a
    weight whose sign has changed stays. Before each step the state is to be told the
    loss: ``state._replace(loss=...)``. Source: Igel and Huesken 2003,
    doi:10.1016/S0925-2312(01)00700-7.

    Parameters
    ----------
    state : RPropPlusState
        All of it.
    grad, eta_plus, eta_minus, delta_min, delta_max
        As for `update_rprop_minus`.

    Returns
    -------
    RPropPlusState
        The state after the step.

    Raises
    ------
    ValueError
        As `update_rprop_minus`.
    """
    rose = state.loss > state.last_loss
    return _step_or_back(state, grad, rose, eta_plus, eta_minus, delta_min, delta_max)


def _step_or_back(state, grad, rose, eta_plus, eta_minus, delta_min, delta_max):
    sign = np.sign(grad)
    agreement = sign * state.sign
    growth = _growth(agreement, eta_plus, eta_minus)
    delta = np.clip(state.delta * growth, delta_min, delta_max)
    step = np.where(agreement < 0, -state.step * rose, -sign * delta)
    sign = np.where(agreement < 0, 0, sign)
    return RPropPlusState(state.w + step, delta, sign, step, state.loss, state.loss)


def _growth(agreement, eta_plus, eta_minus):
    return np.where(agreement > 0, eta_plus, np.where(agreement < 0, eta_minus, 1))


class RPropHistory(NamedTuple):
    """What `train_rprop` went through, from the start (row 0) to the end (row -1)."""

    w: np.ndarray
    """(n_iterations + 1, 2): the weights w_x and w_rec."""
    losses: np.ndarray
    """(n_iterations + 1,): the loss at these weights."""
    delta: np.ndarray
    """(n_iterations + 1, 2): the step sizes Delta; row i made the step to ``w[i]``."""


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

    Formula: `train` by `gradient_at` and `update_rprop`. Derived in notebook 06. The
    gradients of many starts come from `closed_form_gradient`, all at once. The cost of
    an iteration is O(N n) for each start.

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
    w = np.array([w_x, w_rec])
    gradient = closed_form_gradient if np.ndim(w_x) else gradient_at
    start = RPropState(w, np.full(w.shape, delta), np.zeros(w.shape))
    rule = partial(update_rprop, eta_plus=eta_plus, eta_minus=eta_minus)
    states = train(lambda w: gradient(X, t, *w), start, rule, n_iterations)
    weights, deltas, _ = map(np.array, zip(*states, strict=True))
    if np.ndim(w_x):
        losses = np.array([closed_form_loss(X, t, *w) for w in weights])
    else:
        losses = looped_loss(X, t, *weights.T)
    return RPropHistory(weights, losses, deltas)
