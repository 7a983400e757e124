"""How to know that a gradient is right: notebooks 04 and 09."""

import numpy as np

from rnn_core.linear import forward_states, gradient_at, gradient_over_time, loss_at
from rnn_core.optimise import flatten, unflatten
from rnn_core.recurrence import answer_losses, network_gradient, network_outputs


def central_difference(loss, w, eps):
    """Measure the slope of a loss over one weight, from a step to either side.

    Formula: ``(xi(w + eps) - xi(w - eps)) / ((w + eps) - (w - eps))``: the weights w +
    eps and w - eps are rounded, and this divides by the step really taken. Derived in
    notebook 04.

    Parameters
    ----------
    loss : callable
        From the weight to the loss.
    w : number
        The weight.
    eps : float
        The step, positive.

    Returns
    -------
    scalar
        The slope; NaN where eps is too small to change the weight.

    Raises
    ------
    ValueError
        If loss is no function, w is not one number or eps is not positive.
    """
    ahead, behind = w + eps, w - eps
    return (loss(ahead) - loss(behind)) / (ahead - behind)


def numerical_gradient(X, t, w_x, w_rec, *, eps=None):
    """Approximate the gradient by central differences.

    Formula: ``dxi/dw ~ (xi(w + eps) - xi(w - eps)) / (2 eps)``, with an error of the
    order eps^2 until round-off, which grows as 1/eps, takes over; by
    `central_difference`, which divides by the step really taken. Derived in notebook
    04.

    Parameters
    ----------
    X, t, w_x, w_rec
        As for `gradient_at`.
    eps : float, optional
        The step, positive; by default the cube root of the precision of the states:
        6e-6 for float64, 5e-3 for float32.

    Returns
    -------
    (2,) ndarray
        Approximations of dxi/dw_x and dxi/dw_rec; NaN where eps is too small to change
        the weight.

    Raises
    ------
    ValueError
        As `gradient_at`, or if eps is not positive.
    """
    number = np.result_type(X, w_x, w_rec).type
    if eps is None:
        eps = np.cbrt(np.finfo(number).eps)
    w_x, w_rec, eps = number(w_x), number(w_rec), number(eps)
    by_w_x = central_difference(lambda w: loss_at(X, t, w, w_rec), w_x, eps)
    by_w_rec = central_difference(lambda w: loss_at(X, t, w_x, w), w_rec, eps)
    return np.array([by_w_x, by_w_rec])


def complex_step_gradient(X, t, w_x, w_rec, *, eps=1e-20):
    """Compute the gradient by a step along the imaginary axis.

    Formula: ``dxi/dw ~ Im xi(w + i eps) / eps``. No two losses are subtracted: the
    result is as exact as the forward pass. Derived in notebook 04. Source: Squire and
    Trapp 1998, doi:10.1137/S003614459631241X.

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

    Formula: ``|a - b| / size``, a and b the derivatives, for each weight. The size is
    that of the whole gradient: the norm of the one to be checked, or
    `mean_gradient_norm` if that is larger. So nothing fails where one derivative, or
    the sum over the batch, is nothing but rounding. Derived in notebook 04.

    Parameters
    ----------
    X, t, w_x, w_rec
        As for `gradient_at`, and real.
    gradient : callable
        The gradient to be checked, called as ``gradient(X, t, w_x, w_rec)``.
    rtol : float
        The largest error that passes, relative to the whole gradient. 1e-9 suits
        float64.

    Returns
    -------
    (error_w_x, error_w_rec) : tuple of two floats
        The errors, relative to the whole gradient.

    Raises
    ------
    ValueError
        If an error is above rtol or NaN, with both numbers and how far they are apart;
        with the word overflow where float64 cannot hold the gradients of the states; or
        as `gradient_at`.
    """
    if not np.isfinite(gradient_over_time(X, t, w_x, w_rec)).all():
        raise ValueError("overflow: float64 cannot hold the gradients on the way back")
    expected = complex_step_gradient(X, t, w_x, w_rec)
    got = gradient(X, t, w_x, w_rec)
    size = np.fmax(np.hypot(*got), mean_gradient_norm(X, t, w_x, w_rec))
    errors = np.abs(np.subtract(got, expected)) / (size or 1)
    for name, a, b, error in zip(("w_x", "w_rec"), got, expected, errors, strict=True):
        if not error <= rtol:  # NaN does not pass
            raise ValueError(disagreement(name, a, b, error, rtol))
    return tuple(errors.tolist())


def disagreement(name, got, expected, error, rtol):
    """Say which derivative is how wrong."""
    both = f"gradient {got:.10g}, complex step {expected:.10g}"
    apart = f"relative error {relative_error(got, expected):.1e}"
    whole = f"{error:.1e} of the whole gradient > {rtol:g}"
    return f"dxi/d{name}: {both}, {apart}, {whole}"


def mean_gradient_norm(X, t, w_x, w_rec, *, eps=1e-20):
    """Measure the gradients of single sequences, which may cancel in the batch.

    Formula: the mean over the sequences of ``||dxi_i/dw||``, by the complex step, where
    ``xi_i = (y_i - t_i)^2``. Told in notebook 04.

    Parameters
    ----------
    X, t, w_x, w_rec, eps
        As for `complex_step_gradient`.

    Returns
    -------
    scalar
        The mean norm.

    Raises
    ------
    ValueError
        As `complex_step_gradient`.
    """
    by_w_x = (forward_states(X, w_x + 1j * eps, w_rec)[:, -1] - t) ** 2
    by_w_rec = (forward_states(X, w_x, w_rec + 1j * eps)[:, -1] - t) ** 2
    return np.mean(np.hypot(by_w_x.imag, by_w_rec.imag)) / eps


def check_network_gradient(
    cell, X, T, weights, *, gradient=network_gradient, rtol=1e-9
):
    """Compare every number of a gradient with the complex step.

    Formula: ``|a - b| / size`` for each number of the weights. The size is, as in
    `check_gradient`, the norm of the whole gradient or the mean norm over the
    sequences, whichever is larger. Derived in notebook 09.

    Parameters
    ----------
    cell, X, T, weights
        As for `network_loss`, and real.
    gradient : callable
        The gradient to be checked, called as ``gradient(cell, X, T, weights)``.
    rtol : float
        The largest error that passes, relative to the whole gradient.

    Returns
    -------
    named tuple of ndarray
        The errors, of the weights' own type.

    Raises
    ------
    ValueError
        If an error is above rtol or NaN, for the largest: the weight, its index, both
        numbers and how far they are apart; or as `network_loss`.
    """
    slopes = sequence_gradients(cell, X, T, weights)
    expected = slopes.mean(axis=0)
    got = flatten(gradient(cell, X, T, weights))
    size = np.fmax(np.linalg.norm(got), np.linalg.norm(slopes, axis=1).mean())
    errors = np.abs(got - expected) / (size or 1)
    worst = np.argmax(errors)  # NaN counts as the largest
    if not errors[worst] <= rtol:  # NaN does not pass
        name = number_names(weights)[worst]
        numbers = got[worst], expected[worst], errors[worst]
        raise ValueError(disagreement(name, *numbers, rtol))
    return unflatten(errors, weights)


def sequence_gradients(cell, X, T, weights, *, eps=1e-20):
    """Compute the gradient of each sequence's own loss, by the complex step.

    Formula: ``dxi_i/dw ~ Im xi_i(w + i eps) / eps``, a forward pass for each number w
    of the weights. Derived in notebook 09.

    Parameters
    ----------
    cell, X, T, weights
        As for `network_loss`, and real.
    eps : float
        The step, positive.

    Returns
    -------
    (N, K) ndarray
        A row for each sequence, a column for each number, in the order of `flatten`.

    Raises
    ------
    ValueError
        As `network_loss`, or if eps is not positive.
    """
    vector = flatten(weights)
    columns = []
    for nudge in 1j * eps * np.eye(len(vector)):
        Z = network_outputs(cell, X, unflatten(vector + nudge, weights))
        losses = answer_losses(Z, T).reshape(len(X), -1)
        columns.append(losses.imag.mean(axis=1) / eps)
    return np.stack(columns, axis=1)


def number_names(weights):
    """Name each number of the weights, as W_rec[1, 2], in the order of `flatten`."""
    return [
        name + str(list(index)) * (len(index) > 0)
        for name, part in zip(weights._fields, weights, strict=True)
        for index in np.ndindex(np.shape(part))
    ]
