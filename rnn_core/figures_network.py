"""The drawings of the network: folded, unfolded, and with the way back."""

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
    _draw_step(folded, 0, "k")
    _draw_arrow(folded, (0.28, 0.33), (0.28, -0.33), curve=-1.9)
    _draw_text(folded, 1.2, 0, "$w_{rec}$")
    unfolded.set(title="unfolded", ylim=(-2.2, 1.1))
    _draw_chain(unfolded, n_steps)
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
    fig, ax = plt.subplots(figsize=(1.8 + 1.8 * n_steps, 3.6))
    ax.set(ylim=(-2.2, 1.8))
    _draw_chain(ax, n_steps)
    for k in range(n_steps + 1):
        _draw_text(ax, 2 * k, 0.65, rf"$\partial\xi/\partial S_{{{k}}}$")
    for k in range(1, n_steps + 1):
        x = 2 * k
        _draw_arrow(ax, (x - 0.1, 0.9), (x - 1.9, 0.9), COLORS[1], 0.3)
        _draw_text(ax, x - 1, 1.4, r"$\cdot\, w_{rec}$")
        _draw_arrow(ax, (x - 0.4, -0.25), (x - 1.1, -0.25), COLORS[1], -0.3)
        _draw_text(ax, x - 0.8, -0.62, rf"$\cdot\, S_{{{k - 1}}}$")
        _draw_arrow(ax, (x + 0.3, -0.3), (x + 0.06, -0.95), COLORS[1], -0.6)
        _draw_text(ax, x + 0.6, -0.75, rf"$\cdot\, x_{{{k}}}$")
    _draw_arrow(ax, (x + 1.5, 0.35), (x + 0.1, 0.9), COLORS[1], 0.3)
    _draw_text(ax, x + 1.2, 1.05, r"$\partial\xi/\partial y$")
    return fig


def _draw_chain(ax, n_steps):
    ax.set(xlim=(-0.5, 2 * n_steps + 1.7))
    _draw_node(ax, 0, 0, "$S_0$", filled=True)
    for k in range(1, n_steps + 1):
        _draw_step(ax, 2 * k, k)
        _draw_arrow(ax, (2 * k - 1.55, 0), (2 * k - 0.45, 0))
        _draw_text(ax, 2 * k - 1, 0.25, "$w_{rec}$")
    _draw_arrow(ax, (2 * n_steps + 0.45, 0), (2 * n_steps + 1.3, 0))
    _draw_text(ax, 2 * n_steps + 1.5, 0, "$y$")


def _draw_step(ax, x, k):
    ax.set_aspect("equal")
    ax.axis("off")
    _draw_node(ax, x, 0, f"$S_{{{k}}}$", filled=True)
    _draw_node(ax, x, -1.7, f"$x_{{{k}}}$", filled=False)
    _draw_arrow(ax, (x, -1.25), (x, -0.45))
    _draw_text(ax, x - 0.3, -1.0, "$w_x$")


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
