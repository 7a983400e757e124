"""The linear network with one state and two weights: notebooks 02, 03, 05 and 07.

Step, loss, closed form, backward pass, gradient in time, loss surface, polynomials.
"""

import numpy as np


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
        The states S_k, in the common dtype of the arguments; integers become float64.

    Raises
    ------
    ValueError
        If the shapes differ, x_k holds NaN or infinity, or an argument holds no
        numbers.
    """
    return s_prev * w_rec + x_k * w_x


def forward_states(X, w_x, w_rec):
    """Run every sequence through the network and keep every state.

    Formula: ``S_0 = 0``, then ``S_k = S_{k-1} w_rec + x_k w_x`` for k = 1..n. Derived
    in notebook 02. The cost is O(N n), the memory that of S;
    it is fastest where X is in Fortran order.

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
    n_samples, n_steps = X.shape
    S = np.zeros((n_steps + 1, n_samples), np.result_type(X, w_x, w_rec))
    for k, x_k in enumerate(X.T, start=1):
        S[k] = update_state(x_k, S[k - 1], w_x, w_rec)
    return S.T


def loss(y, t):
    """Measure how far the outputs are from the targets.

    Formula: ``xi = (1/N) sum_i (y_i - t_i)^2``, the mean squared error. Derived in
    notebook 01.

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
    return loss(forward_states(X, w_x, w_rec)[:, -1], t)


def closed_form_output(X, w_x, w_rec):
    """Compute the output without a loop over time.

    Formula: ``y = w_x sum_{k=1..n} w_rec^(n-k) x_k``, with 0^0 = 1. Derived in notebook
    02. Where a power overflows, `forward_states` says what the output is.

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
    with np.errstate(over="ignore", invalid="ignore"):
        y = w_x * (X @ w_rec ** steps_left(X))
    return y if np.isfinite(y).all() else forward_states(X, w_x, w_rec)[:, -1]


def steps_left(X):
    """Count the steps from each time step to the last one.

    Formula: ``n - k`` for k = 1..n. Used in notebook 02 and after it.

    Parameters
    ----------
    X : (N, n) array_like
        Input sequences.

    Returns
    -------
    (n,) ndarray
        n - 1, n - 2, ..., 0, in the precision of X.

    Raises
    ------
    ValueError
        If X is not a non-empty matrix of finite numbers.
    """
    n_steps = X.shape[1]
    return np.arange(n_steps - 1, -1, -1, dtype=X.real.dtype)


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
    n_samples, n_steps = X.shape
    grad_S = np.zeros((n_steps + 1, n_samples), np.result_type(X, S, grad_out, w_rec))
    grad_S[n_steps] = grad_out
    grad_w_x = grad_w_rec = 0
    for k in range(n_steps, 0, -1):
        grad_w_x += (grad_S[k] * X[:, k - 1]).sum()
        grad_w_rec += (grad_S[k] * S[:, k - 1]).sum()
        grad_S[k - 1] = grad_S[k] * w_rec
    return (grad_w_x, grad_w_rec), grad_S.T


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
    (2,) ndarray
        dxi/dw_x and dxi/dw_rec. The cost is O(N n).

    Raises
    ------
    ValueError
        As `forward_states` and `loss`.
    """
    S = forward_states(X, w_x, w_rec)
    grads, _ = backward_gradient(X, S, output_gradient(S[:, -1], t), w_rec)
    return np.array(grads)


def closed_form_loss(X, t, w_x, w_rec):
    """Compute the loss at one pair of weights or many, without a loop over time.

    Formula: `loss` of `closed_form_output`, for each pair. Derived in notebook 02.
    Where a power overflows, the loop over time says what the loss is.

    Parameters
    ----------
    X, t : (N, n) and (N,) array_like
        Input sequences and targets.
    w_x, w_rec : number or array_like
        Input weights and recurrent weights, of one shape.

    Returns
    -------
    ndarray or scalar
        The losses, in the shape of the weights.

    Raises
    ------
    ValueError
        As `loss_at`, or if the shapes of the weights differ.
    """
    w_x_column, w_rec_column = np.expand_dims(w_x, -1), np.expand_dims(w_rec, -1)
    with np.errstate(over="ignore", invalid="ignore"):
        y = w_x_column * (w_rec_column ** steps_left(X) @ X.T)  # (..., N)
        losses = np.mean((y - t) ** 2, axis=-1)
    return _finite_or_looped(losses, X, t, w_x, w_rec)


def _finite_or_looped(losses, X, t, w_x, w_rec):
    """Where a loss is not finite, compute it by the loop over time, which decides."""
    lost = ~np.isfinite(losses)
    if not lost.any():
        return losses
    w_x, w_rec = np.broadcast_arrays(w_x, w_rec)
    losses = np.array(losses)
    losses[lost] = looped_loss(X, t, w_x[lost], w_rec[lost])
    return losses


def looped_loss(X, t, w_x, w_rec):
    """Compute the loss at many pairs of weights, (M,) each, in one loop over time."""
    y = np.zeros((len(w_x), len(t)), X.dtype)
    for x_k in X.T:
        y = update_state(x_k, y, w_x[:, np.newaxis], w_rec[:, np.newaxis])
    return np.mean((y - t) ** 2, axis=-1)


def closed_form_gradient(X, t, w_x, w_rec):
    """Differentiate the closed form at one pair of weights or many, all at once.

    Formulas: ``dy/dw_x = sum_{k=1..n} w_rec^(n-k) x_k``, ``dy/dw_rec = w_x
    sum_{k=1..n-1} (n-k) w_rec^(n-k-1) x_k``, each times dxi/dy and summed over the
    batch. Derived in notebook 03. Where a power overflows, the gradient is infinite or
    NaN.

    Parameters
    ----------
    X, t, w_x, w_rec
        As for `closed_form_loss`.

    Returns
    -------
    (2, ...) ndarray
        dxi/dw_x and dxi/dw_rec, each in the shape of the weights.

    Raises
    ------
    ValueError
        As `closed_form_loss`.
    """
    w_x, w_rec = np.expand_dims(w_x, -1), np.expand_dims(w_rec, -1)
    left = steps_left(X)  # (n,)
    powers = w_rec**left  # (..., n)
    dy_dw_x = powers @ X.T  # (..., N)
    dy_dw_rec = w_x * ((left[:-1] * powers[..., 1:]) @ X[:, :-1].T)
    grad_out = output_gradient(w_x * dy_dw_x, t)
    return np.array([np.vecdot(grad_out, dy_dw_x), np.vecdot(grad_out, dy_dw_rec)])


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
    S = forward_states(X, w_x, w_rec)
    _, grad_S = backward_gradient(X, S, output_gradient(S[:, -1], t), w_rec)
    return grad_S.sum(axis=0)


def loss_surface(X, t, w_x_values, w_rec_values):
    """Compute the loss for every pair of weights on a grid.

    Formula: with r the outputs at w_x = 1, the outputs are w_x r, and each row is a
    parabola in w_x, ``xi = a (w_x - b)^2 + c`` with ``a = mean(r^2)``, ``b = mean(t r)
    / a`` and ``c = mean((t - b r)^2)``, means over the batch. Only squares are added,
    so real data give no negative xi; t - b r and w_x - b may cancel, and within 1e-6 of
    a minimum of loss 0 the relative error is about 1e-9. Where a square overflows, the
    loop over time says what the loss is. Derived in notebook 05. The cost is O(R C + R
    N n), the memory that of the result and O(R (N + n)).

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
    w_rec_column = w_rec_values[:, np.newaxis]
    with np.errstate(over="ignore", invalid="ignore", divide="ignore"):
        r = w_rec_column ** steps_left(X) @ X.T  # (R, N): the outputs at w_x = 1
        a = np.mean(r**2, axis=1, keepdims=True)  # (R, 1)
        b = np.mean(r * t, axis=1, keepdims=True) / a
        c = np.mean((t - b * r) ** 2, axis=1, keepdims=True)
        losses = a * (w_x_values - b) ** 2 + c
    return _finite_or_looped(losses, X, t, w_x_values, w_rec_column)


def loss_polynomials(X, t):
    """Write the loss as a polynomial in both weights.

    Formula: ``xi = A(w_rec) w_x^2 - 2 B(w_rec) w_x + C``, means over the batch. The
    outputs at w_x = 1 are the polynomials r_i in w_rec whose coefficients are the bits;
    A is the mean of r_i^2, B of t_i r_i, C of t_i^2. Derived in notebook 07.

    Parameters
    ----------
    X, t : (N, n) and (N,) array_like
        Input sequences and targets.

    Returns
    -------
    A, B, C : (2 n - 1,) ndarray, (n,) ndarray and scalar
        Coefficients, the highest power first, as `numpy.polyval` takes them.

    Raises
    ------
    ValueError
        As `loss_at`.
    """
    a = np.mean([np.convolve(bits, bits) for bits in X], axis=0)
    return a, t @ X / len(t), np.mean(t**2)


def polynomial_loss(polynomials, w_x, w_rec):
    """Compute the loss at one pair of weights or many from its polynomials.

    Formula: as `loss_polynomials`. It takes only sums and products, so that the result
    is the same on every machine. Terms cancel where the loss is small: its absolute
    error is about 1e-14 times the largest of them. Where a power overflows, the loss is
    infinite or NaN. The cost is O(n) for each pair, whatever N is.

    Parameters
    ----------
    polynomials : tuple
        From `loss_polynomials`.
    w_x, w_rec : number or array_like
        Input weights and recurrent weights, of one shape.

    Returns
    -------
    ndarray or scalar
        The losses, in the shape of the weights.

    Raises
    ------
    ValueError
        If polynomials is not a tuple of two vectors and a number, or the shapes of the
        weights differ.
    """
    a, b, c = polynomials
    return w_x * (w_x * _polyval(a, w_rec) - 2 * _polyval(b, w_rec)) + c


def polynomial_gradient(polynomials, w_x, w_rec):
    """Differentiate the loss at one pair of weights or many from its polynomials.

    Formulas: ``dxi/dw_x = 2 (A w_x - B)``, ``dxi/dw_rec = A' w_x^2 - 2 B' w_x``, with
    `loss_polynomials`. What is said of `polynomial_loss` holds here too.

    Parameters
    ----------
    polynomials, w_x, w_rec
        As for `polynomial_loss`.

    Returns
    -------
    (2, ...) ndarray
        dxi/dw_x and dxi/dw_rec, each in the shape of the weights.

    Raises
    ------
    ValueError
        As `polynomial_loss`.
    """
    a, b, _ = polynomials
    grad_w_x = 2 * (w_x * _polyval(a, w_rec) - _polyval(b, w_rec))
    a, b = np.polyder(a), np.polyder(b)
    grad_w_rec = w_x * (w_x * _polyval(a, w_rec) - 2 * _polyval(b, w_rec))
    return np.array([grad_w_x, grad_w_rec])


def _polyval(coefficients, x):
    """Evaluate as `numpy.polyval` does, to the last bit, in two thirds of the time."""
    value = np.zeros(np.shape(x), np.result_type(coefficients, x))
    for coefficient in coefficients:
        value *= x
        value += coefficient
    return value
