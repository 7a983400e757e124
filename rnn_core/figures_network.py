"""The drawings of the network: folded, unfolded, with the way back, in numbers."""

import matplotlib.pyplot as plt

from rnn_core.figures import COLORS
from rnn_core.svg import INK


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
    widths = [2.6, 2 * n_steps + 2.2]
    size = (0.78 * sum(widths), 2.7)
    fig, (folded, unfolded) = plt.subplots(1, 2, figsize=size, width_ratios=widths)
    folded.set(title="folded", xlim=(-1.0, 1.6), ylim=(-2.2, 1.1))
    _draw_step(folded, 0, "$S_k$", "$x_k$", "$w_x$")
    _draw_arrow(folded, (0.28, 0.33), (0.28, -0.33), curve=-1.9)
    _draw_text(folded, 1.2, 0, "$w_{rec}$")
    unfolded.set(title="unfolded")
    _draw_chain(unfolded, *_letters(n_steps))
    return fig


def plot_network_backward(n_steps=3):
    """Draw the network unfolded, with the way of the gradient from y back to S_0.

    From each state a branch leads to the two weights that made it.

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
    letters = _letters(n_steps)
    fig, ax = plt.subplots(figsize=(1.8 + 1.8 * n_steps, 3.6))
    _draw_chain(ax, *letters)
    grads = [rf"$\partial\xi/\partial S_{{{k}}}$" for k in range(n_steps + 1)]
    terms = ([rf"$\cdot\,${name}" for name in row] for row in letters)
    _draw_way_back(ax, grads, r"$\cdot\, w_{rec}$", *terms)
    _draw_text(ax, 2 * n_steps + 1.2, 1.05, r"$\partial\xi/\partial y$")
    return fig


def plot_network_numbers(x, S, w_x, w_rec, grad_S=None):
    """Draw the unfolded network for one sequence, with numbers in place of letters.

    Each state stands in its circle. With grad_S the way back is drawn too: dxi/dS_k
    above the state, and at the branches to the weights the terms of their sums.

    Parameters
    ----------
    x : (n,) array_like
        Inputs of one sequence.
    S : (n + 1,) array_like
        Its states.
    w_x, w_rec : number
        Input weight and recurrent weight.
    grad_S : (n + 1,) array_like, optional
        Its gradients dxi/dS_k.

    Returns
    -------
    matplotlib.figure.Figure

    Raises
    ------
    ValueError
        If the lengths do not fit, or a number is complex or not finite.
    """
    height = 2.6 if grad_S is None else 3.6
    fig, ax = plt.subplots(figsize=(1.8 + 1.8 * len(x), height))
    numbers = _written(S), _written(x)
    by_w_x, by_w_rec = (rf"$\cdot\, {w:g}$" for w in (w_x, w_rec))
    _draw_chain(ax, *numbers, by_w_x, by_w_rec)
    if grad_S is None:
        _name_states(ax, len(S))
    else:
        terms = _written(grad_S[1:] * S[:-1]), _written(grad_S[1:] * x)
        _draw_way_back(ax, _written(grad_S), by_w_rec, *terms)
    return fig


def _letters(n_steps):
    """Name the states and the inputs."""
    states = [f"$S_{{{k}}}$" for k in range(n_steps + 1)]
    return states, [f"$x_{{{k}}}$" for k in range(1, n_steps + 1)]


def _written(numbers):
    return [f"${number + 0.0:.4g}$" for number in numbers]  # + 0.0 turns -0 into 0


def _name_states(ax, count):
    for k in range(count):
        _draw_text(ax, 2 * k, 0.65, f"$S_{{{k}}}$")


def _draw_way_back(ax, grads, w_rec, to_w_rec, to_w_x):
    """Draw the gradients above the states, and arrows to the states and weights."""
    ax.set(ylim=(-2.2, 1.8))
    for k, grad in enumerate(grads):
        _draw_text(ax, 2 * k, 0.65, grad)
    for k, (by_state, by_input) in enumerate(zip(to_w_rec, to_w_x, strict=False), 1):
        x = 2 * k
        _draw_arrow(ax, (x - 0.1, 0.9), (x - 1.9, 0.9), COLORS[1], 0.3)
        _draw_text(ax, x - 1, 1.4, w_rec)
        _draw_arrow(ax, (x - 0.4, -0.25), (x - 1.1, -0.25), COLORS[1], -0.3)
        _draw_text(ax, x - 0.8, -0.62, by_state)
        _draw_arrow(ax, (x + 0.3, -0.3), (x + 0.06, -0.95), COLORS[1], -0.6)
        _draw_text(ax, x + 0.65, -1.0, by_input)
    _draw_arrow(ax, (x + 1.5, 0.35), (x + 0.1, 0.9), COLORS[1], 0.3)


def _draw_chain(ax, states, inputs, w_x="$w_x$", w_rec="$w_{rec}$"):
    end = 2 * len(inputs)
    ax.set(xlim=(-0.5, end + 1.7), ylim=(-2.2, 1.1))
    _draw_node(ax, 0, 0, states[0], filled=True)
    for k, x_k in enumerate(inputs, start=1):
        _draw_step(ax, 2 * k, states[k], x_k, w_x)
        _draw_arrow(ax, (2 * k - 1.55, 0), (2 * k - 0.45, 0))
        _draw_text(ax, 2 * k - 1, 0.25, w_rec)
    _draw_arrow(ax, (end + 0.45, 0), (end + 1.3, 0))
    _draw_text(ax, end + 1.5, 0, "$y$")


def _draw_step(ax, x, state, x_k, w_x):
    ax.set_aspect("equal")
    ax.axis("off")
    _draw_node(ax, x, 0, state, filled=True)
    _draw_node(ax, x, -1.7, x_k, filled=False)
    _draw_arrow(ax, (x, -1.25), (x, -0.45))
    _draw_text(ax, x - 0.3, -1.0, w_x)


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
