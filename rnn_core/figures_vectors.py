"""The way back through a network whose states are vectors: notebook 09."""

import matplotlib.pyplot as plt

from rnn_core.figures import COLORS
from rnn_core.figures_network import _draw_arrow, _draw_node, _draw_text
from rnn_core.svg import INK


def plot_step_both_ways(W_rec, states, gradients):
    """Draw one step from state to state, forward on the left and back on the right.

    Arrows of one weight lie in the same place on both sides, and point to where the
    sums are made.

    Parameters
    ----------
    W_rec : (h, h) array_like
        Recurrent weights: a row for the state that is read, a column for the one that
        is written.
    states, gradients : (2, h) array_like
        What stands in the circles, before the step and after it.

    Returns
    -------
    matplotlib.figure.Figure

    Raises
    ------
    ValueError
        If the shapes do not fit or a number is not finite.
    """
    h = len(W_rec)
    fig, axes = plt.subplots(1, 2, figsize=(7.6, 1.1 + 1.1 * h))
    titles = r"forward: states $S_k$", r"back: gradients $\partial\xi/\partial S_k$"
    looks = (INK, 1), (COLORS[1], -1)
    for ax, title, look, numbers in zip(
        axes, titles, looks, (states, gradients), strict=True
    ):
        ax.set(title=title, xlim=(-0.9, 3.9), ylim=(0.5 - 1.6 * h, 0.6))
        ax.set_aspect("equal")
        ax.axis("off")
        _draw_weights(ax, W_rec, *look)
        for x, name, column in zip((0, 3), ("before", "after"), numbers, strict=True):
            _draw_text(ax, x, 0.75 - 1.6 * h, name)
            for j, number in enumerate(column):
                _draw_disc(ax, x, -1.6 * j, number, filled=look[0] == INK)
    return fig


def _draw_weights(ax, W_rec, color, direction):
    """Draw an arrow for each weight, its number at the side of the state before."""
    for i, row in enumerate(W_rec):
        for j, weight in enumerate(row):
            slope = -1.6 * (j - i) / 3
            ends = [(x, -1.6 * i + slope * x) for x in (0.5, 2.5)]
            _draw_arrow(ax, *ends[::direction], color)
            _draw_text(ax, 0.95, -1.6 * i + slope * 0.95 + 0.17, f"${weight:g}$")


def _draw_disc(ax, x, y, number, *, filled):
    edge, face = (COLORS[0], COLORS[0]) if filled else (COLORS[1], "none")
    ax.add_patch(plt.Circle((x, y), 0.46, facecolor=face, edgecolor=edge))
    _draw_text(ax, x, y, f"${number:g}$", "white" if filled else INK)


def plot_vectors_backward(n_steps=3):
    """Draw a network with an answer at every step, and the way of its gradient.

    At each step it enters from the output, beside what comes from the step after.

    Parameters
    ----------
    n_steps : int
        Number of time steps, at least 1.

    Returns
    -------
    matplotlib.figure.Figure

    Raises
    ------
    ValueError
        If n_steps is not a positive whole number.
    """
    fig, ax = plt.subplots(figsize=(1.6 + 1.9 * n_steps, 3.7))
    ax.set(xlim=(-0.6, 2.4 * n_steps + 0.9), ylim=(-2.2, 2.2))
    ax.set_aspect("equal")
    ax.axis("off")
    _draw_node(ax, 0, 0, "$S_0$", filled=True)
    for k in range(1, n_steps + 1):
        x = 2.4 * k
        _draw_node(ax, x, 0, f"$S_{{{k}}}$", filled=True)
        _draw_node(ax, x, -1.7, f"$x_{{{k}}}$", filled=False)
        _draw_node(ax, x, 1.7, f"$z_{{{k}}}$", filled=False)
        _draw_arrow(ax, (x - 1.95, 0), (x - 0.45, 0))
        _draw_arrow(ax, (x, -1.25), (x, -0.45))
        _draw_arrow(ax, (x, 0.45), (x, 1.25))
        _draw_arrow(ax, (x + 0.3, 1.35), (x + 0.3, 0.35), COLORS[1], -0.4)
        _draw_text(ax, x + 0.8, 0.85, r"$\cdot\, V^T$")
        _draw_arrow(ax, (x - 0.4, -0.22), (x - 2.0, -0.22), COLORS[1], -0.3)
        _draw_text(ax, x - 1.2, -0.82, rf"$\odot\, (1 - S_{{{k}}}^2)$")
        _draw_text(ax, x - 1.2, -1.3, r"$\cdot\, W_{rec}^T$")
    return fig
