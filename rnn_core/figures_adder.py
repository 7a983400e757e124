"""The drawings of notebook 08: sums on paper, tensors, and the network of vectors."""

import matplotlib.pyplot as plt

from rnn_core.figures import COLORS
from rnn_core.figures_network import _draw_arrow, _draw_node, _draw_text
from rnn_core.svg import INK


def plot_sums(X, T, carries):
    """Draw sums as on paper, a panel each, the least significant bit on the right.

    Parameters
    ----------
    X : (N, n, 2) array_like
        The bits of both numbers, the least significant first.
    T, carries : (N, n) array_like
        The bits of the sums, and what each step carries on, both from `add_bits`.

    Returns
    -------
    matplotlib.figure.Figure

    Raises
    ------
    ValueError
        If the shapes do not fit, or anything but 0 and 1 is to be drawn.
    """
    n_samples, n_steps = T.shape
    size = (0.34 * (n_steps + 2) * n_samples, 1.9)
    fig, axes = plt.subplots(1, n_samples, figsize=size, squeeze=False)
    for ax, x, t, carry in zip(axes.flat, X, T, carries, strict=True):
        ax.set(xlim=(-n_steps - 1.4, 0.2), ylim=(-4.6, 1.5))
        ax.axis("off")
        for k in range(n_steps):
            rows = (x[k, 0], x[k, 1], t[k])
            for y, bit in zip((0, -1, -2.4), rows, strict=True):
                _draw_text(ax, -k, y, f"{bit:.0f}")
            _draw_small(ax, -k, -3.5, f"{k + 1}", INK)
            if k + 1 < n_steps and carry[k]:
                _draw_small(ax, -k - 1, 0.9, "1", COLORS[1])
        _draw_text(ax, -n_steps, -1, "+")
        ax.plot([-n_steps - 0.3, 0.4], [-1.7, -1.7], color=INK, linewidth=1)
        _draw_small(ax, -n_steps - 0.4, 0.9, "carry", COLORS[1])
        _draw_small(ax, -n_steps - 0.4, -3.5, "step", INK)
        ax.annotate("", (-n_steps + 1, -4.2), (0, -4.2), arrowprops=_READING)
    return fig


_READING = {"arrowstyle": "->", "color": INK, "linewidth": 0.8}


def _draw_small(ax, x, y, text, color):
    ax.text(x, y, text, color=color, ha="center", va="center", fontsize=8)


def plot_tensors(n_steps=7):
    """Draw one step of the network as blocks of numbers, with their shapes.

    Above the inputs X, a slice for each step, one of them picked; below the products
    that make the states of this step.

    Parameters
    ----------
    n_steps : int
        Number of slices of X, at least 1.

    Returns
    -------
    matplotlib.figure.Figure

    Raises
    ------
    ValueError
        If n_steps is not a positive whole number.
    """
    fig, ax = plt.subplots(figsize=(7.4, 3.9))
    ax.set(xlim=(0, 14.8), ylim=(-5.3, 2.9))
    ax.set_aspect("equal")
    ax.axis("off")
    for k in reversed(range(n_steps)):  # the farthest slice first
        x, y = 1.2 + 2.1 * k / n_steps, -1.0 + 1.5 * k / n_steps
        _draw_block(ax, x, y, 0.8, 2.2, picked=k == n_steps // 2)
    ax.text(5.3, 1.2, "$X$: shape $(N, n, d)$, a slice for each step", va="center")
    ax.text(5.3, 0.4, "$x_k$: a row for each sequence,", va="center")
    ax.text(5.3, -0.3, "a column for each input", va="center")
    for x, y, name in ((0.8, 0.1, "$N$"), (1.6, -1.4, "$d$"), (3.5, -0.6, "$n$")):
        _draw_text(ax, x, y, name)
    _draw_products(ax)
    return fig


def _draw_products(ax):
    x, y = 0.6, -3.4
    for name, shape, width, height, picked, after in _PRODUCTS:
        _draw_block(ax, x, y - height / 2, width, height, picked=picked)
        _draw_text(ax, x + width / 2, y, name)
        _draw_small(ax, x + width / 2, -5.0, shape, INK)
        x += width
        if after == "tanh":
            _draw_arrow(ax, (x + 0.2, y), (x + 1.5, y))
            _draw_text(ax, x + 0.75, y + 0.35, after)
            x += 1.7
        else:
            _draw_text(ax, x + 0.45, y, after)
            x += 0.9


# Name, shape, width and height of each block, whether it is picked, what stands behind.
_PRODUCTS = [
    ("$x_k$", "$(N, d)$", 0.8, 2.2, True, r"$\cdot$"),
    ("$W_x$", "$(d, h)$", 1.2, 0.8, False, "+"),
    ("$S_{k-1}$", "$(N, h)$", 1.2, 2.2, False, r"$\cdot$"),
    ("$W_{rec}$", "$(h, h)$", 1.2, 1.2, False, "+"),
    ("$b$", "$(h,)$", 1.2, 0.5, False, "tanh"),
    ("$S_k$", "$(N, h)$", 1.2, 2.2, True, ""),
]


def _draw_block(ax, x, y, width, height, *, picked):
    color = COLORS[0] if picked else INK
    look = {"edgecolor": color, "linewidth": 1.0}
    ax.add_patch(plt.Rectangle((x, y), width, height, facecolor="none", **look))
    if picked:
        ax.add_patch(plt.Rectangle((x, y), width, height, color=color, alpha=0.25))


def plot_network_vectors(n_steps=3):
    """Draw a network unfolded whose inputs and states are vectors, with its outputs.

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
    fig, ax = plt.subplots(figsize=(1.2 + 1.6 * n_steps, 3.5))
    ax.set(xlim=(-0.6, 2 * n_steps + 0.8), ylim=(-2.2, 2.2))
    ax.set_aspect("equal")
    ax.axis("off")
    _draw_node(ax, 0, 0, "$S_0$", filled=True)
    for k in range(1, n_steps + 1):
        x = 2 * k
        _draw_node(ax, x, 0, f"$S_{{{k}}}$", filled=True)
        _draw_node(ax, x, -1.7, f"$x_{{{k}}}$", filled=False)
        _draw_node(ax, x, 1.7, f"$z_{{{k}}}$", filled=False)
        _draw_arrow(ax, (x, -1.25), (x, -0.45))
        _draw_arrow(ax, (x, 0.45), (x, 1.25))
        _draw_arrow(ax, (x - 1.55, 0), (x - 0.45, 0))
        _draw_text(ax, x - 0.35, -0.9, "$W_x$")
        _draw_text(ax, x - 0.25, 0.85, "$V$")
        _draw_text(ax, x - 1, 0.25, "$W_{rec}$")
    return fig
