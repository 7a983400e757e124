"""Gradient descent and the rules that mend it: notebooks 04 to 07; any rule at work.

A rule is a pure function ``(state, grad) -> state``. A state is a named tuple whose
first field is ``w``, the weights; the others are what the rule remembers. Arrays of
many starts, (2, ...), go through every rule as (2,) do. Where the weights are a named
tuple of arrays, `flatten` makes one vector of them for the rule, and `unflatten` the
named tuple for the network.
"""

from functools import wraps
from typing import NamedTuple

import numpy as np

# --------------------------------------------------------------------------------------
# Clipping, gradient descent and momentum
# --------------------------------------------------------------------------------------


def clip(grad, threshold=1.0):
    """Shorten a gradient that is too long, and keep its direction.

    Formula: ``g <- threshold g / ||g||`` where ``||g|| > threshold``, else g as it is.
    The norm is over the first axis, so over all numbers of a flat vector, and overflows
    only where a float64 cannot hold it. Told in notebook 05. Source: Pascanu, Mikolov
    and Bengio 2013, arXiv:1211.5063.

    Parameters
    ----------
    grad : (2, ...) array_like
        The gradient; of many starts, a column each.
    threshold : float
        The largest norm that stays, positive; the paper takes half to ten times the
        norm that is usual in training.

    Returns
    -------
    (2, ...) ndarray
        The clipped gradient.

    Raises
    ------
    ValueError
        If grad is complex or has no axis, or threshold is not positive.
    """
    norm = _norm(grad)
    shortened = threshold * (grad / np.maximum(norm, threshold))
    return np.where(norm > threshold, shortened, grad)


def _norm(grad):
    """Root the sum of the squares, without overflow: first scaled by a power of two.

    Machines differ in the last bits of `numpy.hypot`, but not in those of a root.
    """
    _, exponent = np.frexp(np.max(np.abs(grad), axis=0))
    scaled = np.ldexp(grad, -exponent)
    return np.ldexp(np.sqrt(np.sum(scaled**2, axis=0)), exponent)


def clipped(rule, threshold=1.0):
    """Clip each gradient before a rule takes it.

    Formula: ``state <- rule(state, clip(grad, threshold))``. Told in notebook 11.

    Parameters
    ----------
    rule : callable
        From a state and a gradient to the next state.
    threshold : float
        As for `clip`.

    Returns
    -------
    callable
        A rule.

    Raises
    ------
    ValueError
        If rule is no function or threshold is not positive.
    """

    @wraps(rule)
    def clip_first(state, grad):
        return rule(state, clip(grad, threshold))

    return clip_first


class DescentState(NamedTuple):
    """What gradient descent carries from step to step: the weights alone."""

    w: np.ndarray
    """The weights."""


def update_descent(state, grad, *, rate):
    """Take one step of gradient descent.

    Formula: ``w <- w - rate grad``. Derived in notebook 04. Source: Cauchy 1847,
    "Méthode générale pour la résolution des systèmes d'équations simultanées".

    Parameters
    ----------
    state : DescentState
        The weights; left unchanged, as by every rule.
    grad : array_like
        The gradient at ``state.w``, of the same shape.
    rate : float
        The learning rate, positive; near a minimum below 2 / curvature, or the weights
        diverge.

    Returns
    -------
    DescentState
        The state after the step.

    Raises
    ------
    ValueError
        If the shapes differ, a number is complex, or the rate is not positive.
    """
    return DescentState(state.w - rate * grad)


class MomentumState(NamedTuple):
    """What momentum carries from step to step: two arrays of one shape."""

    w: np.ndarray
    """The weights."""
    velocity: np.ndarray
    """What the last step was made of; 0 before the first."""


def update_momentum(state, grad, *, rate, momentum=0.9):
    """Take one step of gradient descent with momentum.

    Formulas: ``v <- momentum v - rate grad``, ``w <- w + v``. Under a steady gradient
    the steps grow to 1 / (1 - momentum) times their length. Near a minimum the rate is
    to be below 2 (1 + momentum) / curvature. Told in notebook 07. Source: Polyak 1964,
    doi:10.1016/0041-5553(64)90137-5.

    Parameters
    ----------
    state : MomentumState
        Weights and velocity.
    grad, rate
        As for `update_descent`.
    momentum : float
        The share of the last step that is kept, in [0, 1); 0.9, the usual one, makes
        steps ten times as long.

    Returns
    -------
    MomentumState
        The state after the step.

    Raises
    ------
    ValueError
        As `update_descent`, or if momentum is not in [0, 1).
    """
    velocity = momentum * state.velocity - rate * grad
    return MomentumState(state.w + velocity, velocity)


def update_nesterov(state, grad, *, rate, momentum=0.9):
    """Take one step of Nesterov's momentum: the gradient is that of the point ahead.

    Formulas: ``v <- momentum v - rate grad``, ``w <- w + momentum v - rate grad``. Here
    w is the point ahead, to which momentum alone would lead: with ``u = w - momentum
    v`` this is ``v <- momentum v - rate grad(u + momentum v)``, ``u <- u + v``, as
    Sutskever et al. 2013 have it ("On the importance of initialization and momentum in
    deep learning"). Source: Nesterov 1983; in this form Bengio, Boulanger-Lewandowski
    and Pascanu 2012, arXiv:1212.0901.

    Parameters
    ----------
    state, grad, rate, momentum
        As for `update_momentum`.

    Returns
    -------
    MomentumState
        The state after the step.

    Raises
    ------
    ValueError
        As `update_momentum`.
    """
    velocity = momentum * state.velocity - rate * grad
    return MomentumState(state.w + momentum * velocity - rate * grad, velocity)


# --------------------------------------------------------------------------------------
# A step length for each weight, from the size of its gradients
# --------------------------------------------------------------------------------------


class RMSPropState(NamedTuple):
    """What RMSProp carries from step to step: two arrays of one shape."""

    w: np.ndarray
    """The weights."""
    square: np.ndarray
    """The running mean of the squared gradient; 0 before the first step."""


def update_rmsprop(state, grad, *, rate, decay=0.9, eps=1e-8):
    """Take one step of RMSProp: the gradient over its own recent size.

    Formulas: ``s <- decay s + (1 - decay) grad^2``, ``w <- w - rate grad / (sqrt(s) +
    eps)``. Steps have about the length of the rate, however large the gradient is, up
    to the last: it does not settle unless the rate is lowered. Told in notebook 07.
    Source: Tieleman and Hinton 2012, lecture 6.5 of "Neural Networks for Machine
    Learning".

    Parameters
    ----------
    state : RMSPropState
        Weights and mean square.
    grad, rate
        As for `update_descent`.
    decay : float
        The share of the mean that is kept, in [0, 1); it is a memory of about 1 / (1 -
        decay) steps, ten with the lecture's 0.9.
    eps : float
        What keeps the quotient finite, positive; not in the lecture. Gradients of its
        size and smaller make shorter steps.

    Returns
    -------
    RMSPropState
        The state after the step.

    Raises
    ------
    ValueError
        As `update_descent`, or if decay or eps is out of range.
    """
    square = decay * state.square + (1 - decay) * grad**2
    return RMSPropState(state.w - rate * grad / (np.sqrt(square) + eps), square)


class AdamState(NamedTuple):
    """What Adam carries from step to step."""

    w: np.ndarray
    """The weights."""
    mean: np.ndarray
    """The running mean of the gradient; 0 before the first step."""
    square: np.ndarray
    """The running mean of the squared gradient; 0 before the first step."""
    n_taken: int
    """The number of steps taken."""


def update_adam(state, grad, *, rate, beta_1=0.9, beta_2=0.999, eps=1e-8):
    """Take one step of Adam: momentum over the recent size, each mean made unbiased.

    Formulas: ``m <- beta_1 m + (1 - beta_1) grad``, ``s <- beta_2 s + (1 - beta_2)
    grad^2``; after i steps ``w <- w - rate m / (1 - beta_1^i) / (sqrt(s / (1 -
    beta_2^i)) + eps)``. Told in notebook 07. Source: Kingma and Ba 2015,
    arXiv:1412.6980, algorithm 1; the defaults are theirs.

    Parameters
    ----------
    state : AdamState
        Weights, both means and the number of steps.
    grad, rate, eps
        As for `update_rmsprop`.
    beta_1, beta_2 : float
        The shares of the means that are kept, in [0, 1): memories of about ten and of
        about a thousand steps.

    Returns
    -------
    AdamState
        The state after the step.

    Raises
    ------
    ValueError
        As `update_descent`, or if a beta or eps is out of range.
    """
    n_taken = state.n_taken + 1
    mean = beta_1 * state.mean + (1 - beta_1) * grad
    square = beta_2 * state.square + (1 - beta_2) * grad**2
    size = np.sqrt(square / (1 - beta_2**n_taken)) + eps
    w = state.w - rate * mean / (1 - beta_1**n_taken) / size
    return AdamState(w, mean, square, n_taken)


# --------------------------------------------------------------------------------------
# Training
# --------------------------------------------------------------------------------------


def train(gradient, state, rule, n_iterations=500):
    """Step by step, follow a rule.

    Formula: ``state <- rule(state, gradient(state.w))``, n_iterations times.

    Parameters
    ----------
    gradient : callable
        From the weights to the gradient.
    state : named tuple
        What the rule starts from; its first field is ``w``.
    rule : callable
        From a state and a gradient to the next state.
    n_iterations : int
        Number of steps, at least 1.

    Returns
    -------
    list
        The n_iterations + 1 states, the first included.

    Raises
    ------
    ValueError
        If gradient or rule is no function, state has no ``w``, or n_iterations is not
        positive.
    """
    states = [state]
    for _ in range(n_iterations):
        state = rule(state, gradient(state.w))
        states.append(state)
    return states


def train_many(gradient, loss, state, rule, n_iterations=500, below=1e-3):
    """Train from many starts at once, and note when each of them arrives.

    Formula: as `train`; a start arrives at the first iteration at which its loss is
    below a threshold. It may leave again: the last state tells. No state is kept but
    the last. Told in notebook 07.

    Parameters
    ----------
    gradient, loss : callable
        From the weights of all starts to the gradients, of the same shape, and to the
        losses, one for each start.
    state : named tuple
        What the rule starts from; its ``w`` has a column for each start.
    rule : callable
        From a state and a gradient to the next state.
    n_iterations : int
        Number of steps, at least 1.
    below : float
        The threshold, positive.

    Returns
    -------
    arrived : ndarray of int
        For each start the first iteration, 0 at the start, with a loss below the
        threshold; -1 where there is none.
    state : named tuple
        The last state.

    Raises
    ------
    ValueError
        As `train`, or if loss is no function or below is not positive.
    """
    with np.errstate(over="ignore", invalid="ignore"):
        arrived = np.where(loss(state.w) < below, 0, -1)
        for i in range(1, n_iterations + 1):
            state = rule(state, gradient(state.w))
            first = (arrived < 0) & (loss(state.w) < below)
            arrived = np.where(first, i, arrived)
    return arrived, state


# --------------------------------------------------------------------------------------
# Weights that are a named tuple of arrays
# --------------------------------------------------------------------------------------


def flatten(weights):
    """Put all numbers of a named tuple of arrays into one vector, for a rule.

    The rules treat each number alike, and `clip` takes the norm over all of them.

    Parameters
    ----------
    weights : named tuple of array_like
        The weights, or their gradients, of whatever shapes.

    Returns
    -------
    (K,) ndarray
        Their K numbers, field by field.

    Raises
    ------
    ValueError
        If weights is not a named tuple of arrays of numbers.
    """
    return np.concatenate([np.ravel(part) for part in weights])


def unflatten(vector, like):
    """Cut a vector into a named tuple of arrays: the way back from `flatten`.

    Parameters
    ----------
    vector : (K,) array_like
        The numbers.
    like : named tuple of array_like
        What it shall be like: of this type, with arrays of these shapes, of K numbers
        in all.

    Returns
    -------
    named tuple
        The numbers in the arrays of their shapes.

    Raises
    ------
    ValueError
        If vector is not a vector, like is not a named tuple of arrays, or the number of
        numbers differs.
    """
    ends = np.cumsum([np.size(part) for part in like])
    parts = zip(np.split(vector, ends[:-1]), like, strict=True)
    return type(like)(*[part.reshape(np.shape(old)) for part, old in parts])


def as_many_numbers(vector, like):
    """Raise an error if the vector does not fit the arrays."""
    wanted = sum(np.size(part) for part in like)
    if len(vector) != wanted:
        raise ValueError(f"vector must hold {wanted} numbers, got {len(vector)}")
