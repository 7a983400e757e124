"""The data sets: notebook 01."""

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
