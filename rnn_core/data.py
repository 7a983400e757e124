"""The data sets: notebooks 01, 08 and 11."""

import numpy as np


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
        The bits.
    t : (N,) float64 ndarray
        The targets.

    Raises
    ------
    ValueError
        If a count is not a positive whole number or the seed not a whole number in [0,
        2**32).
    """
    X = np.around(np.random.RandomState(seed).rand(n_samples, n_steps))
    return X, X.sum(axis=1)


def make_additions(n_samples=2000, n_steps=7, seed=1):
    """Make random sums of two numbers, in bits, the least significant first.

    Formula: ``x_k`` holds bit k of both numbers, ``t_k`` bit k of their sum. The
    numbers have n - 1 bits, and a 0 after them, where the last carry goes. Told in
    notebook 08.

    Parameters
    ----------
    n_samples, n_steps : int
        N sums of n bits; n is at least 2.
    seed : int
        As for `make_dataset`.

    Returns
    -------
    X : (N, n, 2) float64 ndarray
        The bits of both numbers.
    T : (N, n) float64 ndarray
        The bits of their sums.

    Raises
    ------
    ValueError
        If n_samples is not a positive whole number, n_steps not one from 2 on, or the
        seed not a whole number in [0, 2**32).
    """
    rng = np.random.RandomState(seed)
    X = np.around(rng.rand(n_samples, n_steps, 2))
    X[:, -1] = 0
    return X, add_bits(X)[0]


def all_additions(n_steps=7):
    """Make all sums of two numbers, as `make_additions` makes some.

    Told in notebook 08.

    Parameters
    ----------
    n_steps : int
        n, the bits of a sum, from 2 to 11: there are 4^(n - 1) sums.

    Returns
    -------
    X : (N, n, 2) float64 ndarray
        The bits of both numbers.
    T : (N, n) float64 ndarray
        The bits of their sums.

    Raises
    ------
    ValueError
        If n_steps is not a whole number from 2 to 11.
    """
    numbers = np.arange(2 ** (n_steps - 1))
    bits = (numbers[:, np.newaxis] >> np.arange(n_steps)) % 2.0
    first, second = np.repeat(bits, len(bits), axis=0), np.tile(bits, (len(bits), 1))
    X = np.stack([first, second], axis=2)
    return X, add_bits(X)[0]


def add_bits(X):
    """Add numbers as on paper, bit by bit.

    Formulas: ``x_k1 + x_k2 + carry = t_k + 2 carry'``, from a carry of 0. Told in
    notebook 08.

    Parameters
    ----------
    X : (N, n, 2) array_like
        The bits of two numbers, 0 or 1, the least significant first.

    Returns
    -------
    T : (N, n) float64 ndarray
        The first n bits of their sums.
    carries : (N, n) float64 ndarray
        The carry that each step hands on.

    Raises
    ------
    ValueError
        If X is not of this shape, or holds anything but 0 and 1.
    """
    T, carries = np.zeros((2, *X.shape[:2]))
    carry = np.zeros(len(X))
    for k, x in enumerate(np.swapaxes(X, 0, 1)):
        total = x.sum(axis=1) + carry
        carry = (total >= 2).astype(float)
        T[:, k], carries[:, k] = total % 2, carry
    return T, carries


def make_flagged_bits(n_samples, n_steps, seed):
    """Make sequences in which one early bit is flagged: that one is to be kept.

    Formula: ``x_k = (bit, flag)``, each bit -1 or 1, the flag 1 at one of the first
    five steps and 0 elsewhere; ``t`` is 1 where the flagged bit is 1, and 0 where it is
    -1. Told in notebook 11.

    Parameters
    ----------
    n_samples, n_steps : int
        N sequences of n steps; n is at least 5.
    seed : int
        As for `make_dataset`.

    Returns
    -------
    X : (N, n, 2) float64 ndarray
        Bits and flags.
    t : (N,) float64 ndarray
        The targets.

    Raises
    ------
    ValueError
        If n_samples is not a positive whole number, n_steps not one from 5 on, or the
        seed not a whole number in [0, 2**32).
    """
    rng = np.random.RandomState(seed)
    samples = np.arange(n_samples)
    ones = np.around(rng.rand(n_samples, n_steps))
    flagged = np.floor(5 * rng.rand(n_samples)).astype(int)
    flags = np.zeros_like(ones)
    flags[samples, flagged] = 1
    return np.stack([2 * ones - 1, flags], axis=2), ones[samples, flagged]
