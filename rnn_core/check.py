"""How to know that a gradient is right: notebook 04."""

import numpy as np

from rnn_core.linear import gradient_at, loss_at


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
    (2,) ndarray
        Approximations of dxi/dw_x and dxi/dw_rec.

    Raises
    ------
    ValueError
        As `gradient_at`, or if eps is not positive.
    """
    rise_x = loss_at(X, t, w_x + eps, w_rec) - loss_at(X, t, w_x - eps, w_rec)
    rise_rec = loss_at(X, t, w_x, w_rec + eps) - loss_at(X, t, w_x, w_rec - eps)
    return np.array([rise_x, rise_rec]) / (2 * eps)


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
    (2,) ndarray
        dxi/dw_x and dxi/dw_rec.

    Raises
    ------
    ValueError
        As `gradient_at`, if an argument is complex, or if eps is not positive.
    """
    sideways_x = loss_at(X, t, w_x + 1j * eps, w_rec)
    sideways_rec = loss_at(X, t, w_x, w_rec + 1j * eps)
    return np.array([sideways_x.imag, sideways_rec.imag]) / eps


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
    expected = complex_step_gradient(X, t, w_x, w_rec)
    got = gradient(X, t, w_x, w_rec)
    errors = tuple(map(relative_error, got, expected))
    for name, a, b, error in zip(("w_x", "w_rec"), got, expected, errors, strict=True):
        if not error <= rtol:
            both = f"gradient {a:.10g}, complex step {b:.10g}"
            raise ValueError(
                f"dxi/d{name}: {both}, relative error {error:.1e} > {rtol:g}"
            )
    return errors
