"""Training of networks whose weights are a named tuple: notebooks 10 and 11."""

from itertools import cycle, islice
from typing import NamedTuple

import numpy as np

from rnn_core import optimise, rprop
from rnn_core.optimise import flatten, unflatten
from rnn_core.recurrence import loss_and_gradient


class Trained(NamedTuple):
    """What training leaves."""

    weights: NamedTuple
    """The weights after the last step."""
    losses: np.ndarray
    """The loss of each batch before its step: n_iterations, or up to one ``below``."""


def train_network(cell, weights, batches, rule, n_iterations=500, *, below=0):
    """Train a network, a batch a step.

    Formula: as `train`, on the numbers of all weights in one vector, with the gradient
    of one batch after the other. Told in notebook 10.

    Parameters
    ----------
    cell, weights
        As for `network_states`.
    batches : iterable
        Pairs (X, T) as for `network_loss`; at its end it begins anew. ``[(X, T)]`` is
        the whole batch at every step.
    rule : callable
        From a state and a gradient to the next state: one of this module's rules, where
        it takes more by `functools.partial`, as ``partial(update_adam, rate=0.02)``, or
        such a rule in `clipped`. It starts from `first_state`. iRprop+ is left out: it
        has to be told the loss.
    n_iterations : int
        Number of steps, at least 1.
    below : float
        A loss, at least 0: the first batch with a smaller one is the last, and it makes
        no step.

    Returns
    -------
    Trained
        The weights after the last step, and the loss of each batch before its step.

    Raises
    ------
    ValueError
        As `network_loss`, for every batch; or if batches is empty or no iterable, rule
        is no function, n_iterations is not positive, or below is negative.
    """
    state = first_state(rule, flatten(weights))
    losses = []
    for X, T in islice(cycle(batches), n_iterations):
        loss, grads = loss_and_gradient(cell, X, T, unflatten(state.w, weights))
        losses.append(loss)
        if loss < below:
            break
        state = rule(state, flatten(grads))
    return Trained(unflatten(state.w, weights), np.array(losses))


def first_state(rule, w):
    """Give what a rule starts from: the weights, and nothing remembered.

    Parameters
    ----------
    rule : callable
        A rule as for `train_network`. A rule of your own starts from a `DescentState`.
    w : array_like
        The weights.

    Returns
    -------
    named tuple
        The first state: means, velocities and signs are 0, step lengths 0.001.

    Raises
    ------
    ValueError
        If rule is no function, or w is no array of real numbers.
    """
    zeros, small = np.zeros_like(w), np.full_like(w, 1e-3)
    minus = rprop.RPropState(w, small, zeros)
    momentum = optimise.MomentumState(w, zeros)
    states = {
        optimise.update_momentum: momentum,
        optimise.update_nesterov: momentum,
        optimise.update_rmsprop: optimise.RMSPropState(w, zeros),
        optimise.update_adam: optimise.AdamState(w, zeros, zeros, 0),
        rprop.update_rprop: minus,
        rprop.update_rprop_minus: minus,
        rprop.update_irprop_minus: minus,
        rprop.update_rprop_plus: rprop.RPropPlusState(*minus, zeros, np.inf, np.inf),
    }
    known = (states[layer] for layer in layers(rule) if layer in states)
    return next(known, optimise.DescentState(w))


def layers(rule):
    """Yield a rule, and what it stands around: after `partial`, checks, `clipped`."""
    while rule:
        yield rule
        rule = getattr(rule, "func", None) or getattr(rule, "__wrapped__", None)
