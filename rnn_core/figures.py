"""The figures: one look for every notebook, legible on light and on dark pages.

A figure draws what it is given, and computes nothing that a notebook would check.
"""

import matplotlib.pyplot as plt
import numpy as np
from matplotlib.cm import ScalarMappable
from matplotlib.colors import BoundaryNorm, ListedColormap
from matplotlib.path import Path
from matplotlib.ticker import LogFormatterMathtext

from rnn_core.svg import INK

# Told apart by the colour-blind, and legible on white and on black.
COLORS = ("#0173b2", "#d55e00", "#029e73", "#b45fa0", "#a6761d", INK)

POINTS = {
    (2.0, 1.0): {"color": COLORS[0], "marker": "o"},
    (1.0, 2.0): {"color": COLORS[1], "marker": "^"},
    (1.0, -2.0): {"color": COLORS[3], "marker": "v"},
    (1.0, 0.0): {"color": COLORS[5], "marker": "X"},
    (1.0, 0.5): {"color": COLORS[2], "marker": "s"},
    (1.0, -0.5): {"color": COLORS[4], "marker": "D"},
}
"""The six points (w_x, w_rec) of notebook 05, each with its look in every figure."""

STAR = {"color": "white", "marker": "*", "markeredgecolor": "black", "markersize": 15}

MINIMUM = {(1.0, 1.0): STAR}
"""The point with loss 0, with the star that ends each path."""

# Two levels a decade; the largest loss in [-3, 3]^2 is 2.197e9. Written out, they are
# the same on every machine; a colour for each band falls between no two of viridis's.
LOSS_LEVELS = np.array(
    [float(f"{digits}e{k}") for k in range(-2, 10) for digits in ("1", "3.16")] + [1e10]
)
LOSS_NORM = BoundaryNorm(LOSS_LEVELS, 256)

STYLE = {
    "figure.facecolor": "none",
    "axes.facecolor": "none",
    "savefig.facecolor": "none",
    "text.color": INK,
    "axes.labelcolor": INK,
    "axes.edgecolor": INK,
    "xtick.color": INK,
    "ytick.color": INK,
    "axes.spines.top": False,
    "axes.spines.right": False,
    "axes.grid": True,
    "grid.color": INK,
    "grid.alpha": 0.3,
    "legend.frameon": False,
    "lines.linewidth": 1.2,
    "lines.markersize": 5,
    "path.simplify": False,  # last bits decide what it leaves out; `svg` does it
    "figure.constrained_layout.use": True,
    "font.sans-serif": ["DejaVu Sans"],
    "svg.fonttype": "path",
    "svg.hashsalt": "rnn-from-scratch",
}


def plot_dataset(X, t):
    """Draw the bits as a grid and the targets as bars beside it.

    Parameters
    ----------
    X, t : (N, n) and (N,) array_like
        Bits and targets.

    Returns
    -------
    matplotlib.figure.Figure

    Raises
    ------
    ValueError
        If the shapes do not fit or the data are not finite.
    """
    few = max(X.shape) <= 30
    rows, columns = (np.arange(1, count + 1) for count in X.shape)
    fig, (grid, bars) = plt.subplots(1, 2, figsize=(7, 4.6), width_ratios=[3, 2])
    _draw_bits(grid, X, lines=few)
    grid.set(xlabel="time step $k$", ylabel="sequence $i$")
    grid.set(xticks=_sparse(columns), yticks=_sparse(rows))
    grid.set_title("bits $x_k$ (filled: 1, empty: 0)")
    drawn = bars.barh(rows, t, height=0.7, linewidth=0)
    if few:
        bars.bar_label(drawn, padding=3)
    bars.set(title="target $t$", xlabel="number of ones", yticks=[])
    bars.set_ylim(len(t) + 0.5, 0.5)
    bars.spines["left"].set_visible(False)
    return fig


def _draw_bits(ax, X, *, lines):
    n_samples, n_steps = X.shape
    look = {"cmap": ListedColormap(["none", COLORS[0]]), "vmin": 0, "vmax": 1}
    if lines:
        edges = np.arange(n_steps + 1) + 0.5, np.arange(n_samples + 1) + 0.5
        ax.pcolormesh(*edges, X, edgecolors=INK, linewidth=0.8, **look)
    else:
        sides = (0.5, n_steps + 0.5, n_samples + 0.5, 0.5)
        ax.imshow(X, aspect="auto", interpolation="none", extent=sides, **look)
    ax.set(ylim=(n_samples + 0.5, 0.5))
    ax.grid(visible=False)
    ax.tick_params(left=False, bottom=False)
    ax.spines[:].set_visible(False)


def _sparse(numbers):
    """Give all numbers if they are few, or else some from the first to the last."""
    if len(numbers) <= 20:
        return numbers
    return numbers[np.linspace(0, len(numbers) - 1, 6).astype(int)]


def plot_states(ax, S, t):
    """Draw states over time, a line a sequence, with the targets as open circles.

    Parameters
    ----------
    ax : matplotlib.axes.Axes
        Where to draw.
    S : (N, n + 1) array_like
        States, from `forward_states`; values that are not finite are left out.
    t : (N,) array_like
        Targets.

    Returns
    -------
    matplotlib.axes.Axes

    Raises
    ------
    ValueError
        If the shapes do not fit.
    """
    n_steps = S.shape[1] - 1
    ring = {"marker": "o", "markersize": 10, "markerfacecolor": "none"}
    for i, look in enumerate(_looks(len(S))):
        ax.plot(S[i], **look, label=f"sequence {i + 1}")
        ax.plot(n_steps, t[i], color=look["color"], clip_on=False, **ring)
    ax.plot([], [], color=INK, linestyle="none", label="target", **ring)
    ax.set(xlabel="time step $k$", ylabel="state $S_k$")
    ax.set_xticks(_sparse(np.arange(0, n_steps + 1, 2)))
    return ax


def _looks(count):
    """Colours and markers for `count` lines, repeated when they run out."""
    looks = [{"color": c, "marker": m} for c, m in zip(COLORS, "os^DvX", strict=True)]
    return [looks[i % len(looks)] for i in range(count)]


def plot_loss_surface(ax, w_x_values, w_rec_values, losses):
    """Draw a loss surface as filled contours on a logarithmic scale, 1e-2 to 1e10.

    Thin white lines stand at 1, 10, 100 and so on.

    Parameters
    ----------
    ax : matplotlib.axes.Axes
        Where to draw.
    w_x_values, w_rec_values : (C,) and (R,) array_like
        The weights of the columns and of the rows.
    losses : (R, C) array_like
        From `loss_surface`. Losses below the scale take its lowest colour, losses above
        it, infinity too, its highest; NaN stays blank.

    Returns
    -------
    matplotlib.axes.Axes

    Raises
    ------
    ValueError
        If the shapes do not fit.
    """
    grid = w_x_values, w_rec_values, within_levels(losses)
    ax.set_facecolor("#287c8e")  # inside viridis, so that no seam shows between bands
    ax.contourf(*grid, levels=LOSS_LEVELS, norm=LOSS_NORM, cmap="viridis")
    lines = ax.contour(*grid, levels=LOSS_LEVELS[4::2], colors="white", linewidths=0.3)
    lines.set_paths(
        [_as_open(path) if len(path) else path for path in lines.get_paths()]
    )
    places = _label_places(lines, *grid[:2])
    ax.clabel(lines, lines.levels[:3], fmt="%d", fontsize="x-small", manual=places)
    ax.set(xlabel="$w_x$", ylabel="$w_{rec}$")
    ax.locator_params(nbins=7)  # 8 steps of 1/4 or 4 of 1/2: last bits would decide
    ax.grid(visible=False)
    return ax


def _as_open(path):
    """Let a loop end where it began: last bits decide whether it is called closed.

    A label cuts a closed loop at another point.
    """
    codes = np.where(path.codes == Path.CLOSEPOLY, Path.LINETO, path.codes)
    return Path(path.vertices, codes)


def _label_places(lines, x_values, y_values):
    """Place a label on each of the first lines, to the right, where it is lowest.

    There it hides no marker of the notebooks and no path. A place at an edge is none.
    Each lies between two vertices: on one, last bits decide where the line is cut. And
    no bound lies on a line of the grid, where the vertices are.
    """
    corner = np.array([x_values[0], y_values[0]])
    size = np.array([x_values[-1], y_values[-1]]) - corner
    places = []
    for path in lines.get_paths()[:3]:
        x, y = ((path.vertices - corner) / size).T
        fits = (abs(x - 0.87) < 0.0199) & (abs(y - 0.5) < 0.4499)
        lowest = np.flatnonzero(fits)[np.argsort(y[fits])][:1]
        places += [path.vertices[i : i + 2].mean(axis=0) for i in lowest]
    return places


def within_levels(losses):
    """Keep losses within the levels, in float32: machines differ in float64's bits."""
    losses = np.minimum(losses, LOSS_LEVELS[-1]).astype(np.float32)
    return np.ma.masked_invalid(np.clip(losses, LOSS_LEVELS[0], LOSS_LEVELS[-1]))


def plot_loss_surfaces(overview, zoom):
    """Draw two loss surfaces side by side, with one colour bar for both.

    Parameters
    ----------
    overview, zoom : tuple
        Each ``(w_x_values, w_rec_values, losses)``, as for `plot_loss_surface`.

    Returns
    -------
    matplotlib.figure.Figure
        Its first two axes are the surfaces.

    Raises
    ------
    ValueError
        As `plot_loss_surface`.
    """
    fig, (left, right) = plt.subplots(1, 2, figsize=(7.9, 3.5))
    plot_loss_surface(left, *overview).set(title="overview", aspect="equal")
    plot_loss_surface(right, *zoom).set(title="zoom", aspect="equal")
    scale = ScalarMappable(LOSS_NORM, "viridis")
    powers = {"ticks": LOSS_LEVELS[::4], "format": LogFormatterMathtext()}
    bar = fig.colorbar(scale, ax=[left, right], extend="min", **powers)
    bar.set_label(r"loss $\xi$ (logarithmic)")
    bar.minorticks_off()
    return fig


def plot_points(ax, points=POINTS):
    """Mark points (w_x, w_rec), each with its own colour and marker.

    Parameters
    ----------
    ax : matplotlib.axes.Axes
        Where to draw; its limits stay as they are, so points outside are left out.
    points : dict
        From (w_x, w_rec) to keywords of `matplotlib.axes.Axes.plot`; by default the six
        points.

    Returns
    -------
    matplotlib.axes.Axes

    Raises
    ------
    ValueError
        If a key is not a pair of numbers.
    """
    limits = {"xlim": ax.get_xlim(), "ylim": ax.get_ylim()}
    rim = {"markersize": 9, "markeredgecolor": "white", "markeredgewidth": 1.2}
    rim |= {"linestyle": "none"}
    for (w_x, w_rec), look in points.items():
        name = f"({w_x:g}, {w_rec:g})"
        ax.plot(w_x, w_rec, label=name, **(rim | look))
    ax.set(**limits)
    return ax


def plot_gradient_over_time(ax, gradients):
    """Draw the size of dxi/dS_k on its way back in time, from left to right.

    Parameters
    ----------
    ax : matplotlib.axes.Axes
        Where to draw, on a logarithmic scale with 0 at its foot.
    gradients : dict
        From (w_x, w_rec), a key of `POINTS`, to the (n + 1,) array of
        `gradient_over_time`. Filled markers are positive gradients, open ones negative.

    Returns
    -------
    matplotlib.axes.Axes

    Raises
    ------
    ValueError
        If a key is not in `POINTS` or the arrays differ in length.
    """
    for (w_x, w_rec), gradient in gradients.items():
        look, k = POINTS[w_x, w_rec], np.arange(len(gradient))
        size, negative = np.abs(gradient), np.less(gradient, 0)
        ax.plot(k, size, **look, label=f"({w_x:g}, {w_rec:g})", clip_on=False)
        open_marker = look | {"markerfacecolor": "white", "linestyle": "none"}
        ax.plot(k[negative], size[negative], **open_marker, clip_on=False, zorder=3)
    ax.plot([], [], "o", color=INK, label="positive")
    ax.plot([], [], "o", color=INK, markerfacecolor="none", label="negative")
    ax.set_yscale("symlog", linthresh=1e-3)
    ax.set(xlim=(k[-1], 0), xticks=_sparse(k), ylim=(0, None))
    top = max(np.max(np.abs(gradient)) for gradient in gradients.values())
    powers = 10.0 ** _sparse(np.arange(-2, max(np.log10(top), 6) + 1, 2))
    ax.set_yticks([0, *powers])
    ax.set_yticks([], minor=True)
    ax.set_xlabel("time step $k$ (back in time: left to right)")
    ax.set_ylabel(r"$|\partial\xi/\partial S_k|$ (logarithmic)")
    _put_legend_beside(ax, title="$(w_x, w_{rec})$")
    return ax


def _put_legend_beside(ax, **options):
    ax.legend(loc="center left", bbox_to_anchor=(1.02, 0.5), **options)


def plot_v_curve(ax, eps, errors):
    """Draw the relative errors of numerical gradients over the step eps.

    Parameters
    ----------
    ax : matplotlib.axes.Axes
        Where to draw, on two logarithmic scales.
    eps : (M,) array_like
        The steps.
    errors : dict
        From the name of a method to its (M,) relative errors; an error of exactly 0
        cannot be drawn.

    Returns
    -------
    matplotlib.axes.Axes

    Raises
    ------
    ValueError
        If the lengths differ.
    """
    for (name, values), look in zip(errors.items(), _looks(len(errors)), strict=True):
        ax.loglog(eps, values, **look, label=name)
    ax.set_xlabel(r"nudge $\epsilon$ (logarithmic)")
    ax.set_ylabel("relative error (logarithmic)")
    _put_legend_beside(ax)
    return ax


def plot_cliff(w_values, b_values, errors, b_cut):
    """Draw the loss of Pascanu et al.'s network from above and in a cut along w.

    Parameters
    ----------
    w_values, b_values : (C,) and (R,) array_like
        Weights and biases of the grid.
    errors : (R, C) array_like
        The loss, a squared error, at each of them.
    b_cut : float
        The cut is along the row whose bias is nearest to this.

    Returns
    -------
    matplotlib.figure.Figure

    Raises
    ------
    ValueError
        If the shapes do not fit or b_cut is not one number.
    """
    row = np.argmin(np.abs(b_values - b_cut))
    fig, (above, cut) = plt.subplots(1, 2, figsize=(7.9, 3.2))
    filled = above.contourf(w_values, b_values, errors, levels=5, cmap="viridis")
    above.axhline(b_values[row], color="white", linestyle="--")
    above.set(xlabel="$w$", ylabel="$b$", title="from above (dashed: the cut)")
    above.grid(visible=False)
    fig.colorbar(filled, ax=above, label=r"loss $\xi$")
    cut.plot(w_values, errors[row], color=COLORS[1])
    cut.set(xlabel="$w$", ylabel=r"loss $\xi$", title=f"cut at $b$ = {b_values[row]:g}")
    return fig


def plot_path(ax, w):
    """Draw the path of an optimiser: a dot an iteration, a star at the end.

    Dots that would hide one another are left out; the line goes through all of them.

    Parameters
    ----------
    ax : matplotlib.axes.Axes
        Where to draw; its limits stay as they are.
    w : (M, 2) array_like
        The weights (w_x, w_rec) at each iteration; values that are not finite are left
        out.

    Returns
    -------
    matplotlib.axes.Axes

    Raises
    ------
    ValueError
        If w does not have two columns.
    """
    limits = {"xlim": ax.get_xlim(), "ylim": ax.get_ylim()}
    look = {"color": "white", "markeredgecolor": "black"}
    thin = {"linewidth": 0.6, "markersize": 3, "markeredgewidth": 0.4}
    ax.plot(*w.T, "o-", **look, **thin, markevery=0.004, label="iterations")
    ax.plot(*w[0], "s", **look, markersize=8, label="start")
    ax.plot(*w[-1], linestyle="none", **STAR, label="end")
    ax.set(**limits)
    return ax


def plot_training(history):
    """Draw the loss and the step sizes of a training run over its iterations.

    Parameters
    ----------
    history : RPropHistory
        From `train_rprop`.

    Returns
    -------
    matplotlib.figure.Figure

    Raises
    ------
    ValueError
        If it is not an `RPropHistory`.
    """
    fig, (top, bottom) = plt.subplots(2, 1, figsize=(7, 4.6), sharex=True)
    top.semilogy(history.losses)
    top.set(ylabel=r"loss $\xi$ (logarithmic)")
    for name, delta, look in zip(
        ("w_x", "w_{rec}"), history.delta.T, "-:", strict=True
    ):
        bottom.semilogy(delta, look, label=rf"$\Delta$ of ${name}$")
    bottom.set(xlabel="iteration", ylabel=r"step size $\Delta$ (logarithmic)")
    bottom.legend(loc="upper right")
    return fig
