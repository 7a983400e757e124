"""The loop over time, there and back, for any cell: notebooks 08 to 11."""

import numpy as np

from rnn_core.cells import logistic


def network_states(cell, X, weights):
    """Run a network through its inputs.

    Formula: ``S_k = step(x_k, S_{k-1})`` for k = 1..n, from the cell's own start.
    Derived in notebook 08.

    Parameters
    ----------
    cell : Cell
        `TANH`, `LSTM`, or one of your own.
    X : (N, n, d) array_like
        Inputs: N sequences of n steps with d numbers each.
    weights : named tuple of array_like
        The weights that the cell takes.

    Returns
    -------
    (N, n + 1, m) ndarray
        All states. The last h columns, as many as V has numbers, are the hidden states;
        an LSTM has its h cell states before them.

    Raises
    ------
    ValueError
        If X is not finite, a shape does not fit, or the weights are not those of the
        cell.
    """
    return np.swapaxes(run(cell, X, weights)[0], 0, 1)


def run(cell, X, weights):
    """Give the states, time first, and what each step keeps for the way back."""
    s = cell.start(weights, len(X))
    S, kept = [s], []
    for x in np.swapaxes(X, 0, 1):
        s, keep = cell.step(x, s, weights)
        S.append(s)
        kept.append(keep)
    return np.array(S), kept


def network_outputs(cell, X, weights):
    """Read the outputs off the hidden states.

    Formula: ``z_k = H_k V + c`` for k = 1..n, where H_k are the hidden states. The
    chance that the network gives to a 1 is ``sigma(z_k)``. Derived in notebook 08.

    Parameters
    ----------
    cell, X, weights
        As for `network_states`.

    Returns
    -------
    (N, n) ndarray
        The outputs z, before the logistic function.

    Raises
    ------
    ValueError
        As `network_states`.
    """
    return read_out(network_states(cell, X, weights), weights)


def read_out(S, weights):
    """Weight the hidden states of all steps but the start."""
    return S[:, 1:, -len(weights.V) :] @ weights.V + weights.c


def softplus(z):
    """Bend a line to 0 on its left side.

    Formula: ``log(1 + e^z) = max(z, 0) + log(1 + e^-|z|)``: the second form cannot
    overflow. For a complex z, the real part stands for it in max and in the absolute
    value, so that a complex step passes. Derived in notebook 09.

    Parameters
    ----------
    z : array_like
        Real or complex numbers.

    Returns
    -------
    ndarray
        The bent line, of the same shape.

    Raises
    ------
    ValueError
        If z is not an array of numbers.
    """
    positive = np.real(z) > 0
    return np.where(positive, z, 0) + np.log1p(np.exp(np.where(positive, -z, z)))


def cross_entropy(Z, T):
    """Compare outputs with the right answers, 0 or 1.

    Formula: ``xi = mean(log(1 + e^z) - t z)``, which is the mean of ``-log sigma(z)``
    where t is 1 and of ``-log(1 - sigma(z))`` where it is 0. Derived in notebook 08.

    Parameters
    ----------
    Z : (N, n) array_like
        Outputs of `network_outputs`.
    T : (N, n) or (N,) array_like
        The answers, in [0, 1]: one for each step, or one for the last alone.

    Returns
    -------
    scalar
        The loss; log 2 where every output is 0.

    Raises
    ------
    ValueError
        If the shapes do not fit, or an answer is not in [0, 1].
    """
    return np.mean(answer_losses(Z, T))


def answer_losses(Z, T):
    """Give the loss of each answer that is asked for."""
    z = Z[asked(T)]
    return softplus(z) - T * z


def cross_entropy_gradient(Z, T):
    """Say how the loss changes with each output.

    Formula: ``dxi/dz = (sigma(z) - t) / n_answers``, and 0 where no answer is asked
    for. Derived in notebook 09.

    Parameters
    ----------
    Z, T
        As for `cross_entropy`.

    Returns
    -------
    (N, n) ndarray
        The gradient in the outputs.

    Raises
    ------
    ValueError
        As `cross_entropy`.
    """
    grad_Z = np.zeros_like(Z)
    grad_Z[asked(T)] = (logistic(Z[asked(T)]) - T) / T.size
    return grad_Z


def asked(T):
    """Index the outputs that have an answer: all of them, or the last of each row."""
    return np.s_[:, :] if T.ndim == 2 else np.s_[:, -1]


def network_loss(cell, X, T, weights):
    """Run a network and compare its outputs with the right answers.

    Formula: ``xi = cross_entropy(Z, T)``, Z the outputs. Derived in notebook 08.

    Parameters
    ----------
    cell, X, weights
        As for `network_states`.
    T : (N, n) or (N,) array_like
        As for `cross_entropy`.

    Returns
    -------
    scalar
        The loss.

    Raises
    ------
    ValueError
        As `network_states` and `cross_entropy`.
    """
    return cross_entropy(network_outputs(cell, X, weights), T)


def network_gradient(cell, X, T, weights):
    """Send the blame back through time, for any cell.

    Formulas: ``dxi/dH_k = dxi/dz_k V^T`` enters at every step; the cell's pullback
    sends ``dxi/dS_k`` on to S_{k-1} and to the weights, whose n terms add up. Derived
    in notebook 09. Source: Werbos 1990, doi:10.1109/5.58337.

    Parameters
    ----------
    cell, X, T, weights
        As for `network_loss`.

    Returns
    -------
    named tuple of ndarray
        The gradient in each of the weights, of their type and their shapes.

    Raises
    ------
    ValueError
        As `network_loss`.
    """
    return loss_and_gradient(cell, X, T, weights)[1]


def network_gradient_over_time(cell, X, T, weights):
    """Send the blame back through time, and keep what arrives at each step.

    Formula: as `network_gradient`. Told in notebook 11.

    Parameters
    ----------
    cell, X, T, weights
        As for `network_loss`.

    Returns
    -------
    (N, n + 1, m) ndarray
        The gradient in all states.

    Raises
    ------
    ValueError
        As `network_loss`.
    """
    S, kept = run(cell, X, weights)
    grad_Z = cross_entropy_gradient(read_out(np.swapaxes(S, 0, 1), weights), T)
    return np.swapaxes(run_back(cell, S, kept, grad_Z, weights)[0], 0, 1)


def loss_and_gradient(cell, X, T, weights):
    """Give both from one run, there and back."""
    S, kept = run(cell, X, weights)
    Z = read_out(np.swapaxes(S, 0, 1), weights)
    grad_Z = cross_entropy_gradient(Z, T)
    grads = run_back(cell, S, kept, grad_Z, weights)[1]
    return cross_entropy(Z, T), type(weights)(**grads)


def run_back(cell, S, kept, grad_Z, weights):
    """Give the gradients in the states, time first, and those in the weights."""
    hidden = np.s_[1:, :, -len(weights.V) :]
    grad_S = np.zeros_like(S)
    grad_S[hidden] = np.multiply.outer(grad_Z.T, weights.V)
    grads = {"V": np.tensordot(grad_Z.T, S[hidden], 2), "c": grad_Z.sum()}
    for k in range(len(kept), 0, -1):
        back, terms = cell.pullback(kept[k - 1], grad_S[k], weights)
        grad_S[k - 1] += back
        grads |= {name: grads.get(name, 0) + term for name, term in terms.items()}
    return grad_S, grads | cell.start_pullback(grad_S[0])
