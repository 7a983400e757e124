"""Maps of many starts: from where a rule of training arrives, and how soon."""

from itertools import pairwise

import matplotlib.pyplot as plt
import numpy as np
from matplotlib.patches import Patch, PathPatch
from matplotlib.path import Path

from rnn_core.figures import INK

LATEST = (100, 200, 300, 500, 1000, 2000)
SHADES = plt.get_cmap("inferno")([0.08, 0.22, 0.38, 0.51, 0.81, 1.0])
NEVER = "#9b9b9b"  # as far from every shade, in lightness too, as the shades are


def plot_arrivals(arrived, limit=3.0):
    """Draw maps of starts side by side, coloured by the iteration of their arrival.

    The darker, the sooner; grey is never, or after iteration 2000. A star stands at
    (1, 1).

    Parameters
    ----------
    arrived : dict
        From the title of a map to its (C, C) iterations, from `train_many`: a row for
        each w_rec, a column for each w_x, -1 for never.
    limit : float
        The weights of the starts run evenly from -limit to limit, both included.

    Returns
    -------
    matplotlib.figure.Figure

    Raises
    ------
    ValueError
        If there is no map, the shapes do not fit, or limit is not positive.
    """
    n_columns = min(4, len(arrived))
    n_rows = -(-len(arrived) // n_columns)
    size = (7.8, 1.35 + min(2.6, 7.2 / n_columns) * n_rows)
    fig, axes = plt.subplots(
        n_rows, n_columns, figsize=size, squeeze=False, layout="none"
    )
    fig.subplots_adjust(0.08, 1.1 / size[1], 0.99, 1 - 0.25 / size[1], 0.1, 0.2)
    for ax, (title, iterations) in zip(axes.flat, arrived.items(), strict=False):
        _draw_map(ax, iterations, limit)
        ax.set_title(title, fontsize=9)
    for ax in axes.flat[len(arrived) :]:
        ax.set_axis_off()
    for ax in axes.flat:
        ax.label_outer()
    plt.setp(axes[-1], xlabel="$w_x$ at the start")
    plt.setp(axes[:, 0], ylabel="$w_{rec}$ at the start")
    _put_legend_below(fig, max(iterations.max() for iterations in arrived.values()))
    return fig


def _put_legend_below(fig, last):
    rim = {"edgecolor": INK, "linewidth": 0.5}
    keys = [
        Patch(facecolor=shade, label=f"up to {latest}", **rim)
        for latest, shade in zip(LATEST, SHADES, strict=True)
    ][: np.searchsorted(LATEST, last) + 1]
    keys.append(Patch(facecolor=NEVER, label="never", **rim))
    look = {"handlelength": 1.0, "columnspacing": 1.2, "ncols": len(keys)}
    look["title"] = "iterations until the loss is below the threshold"
    fig.legend(handles=keys, loc="lower center", **look)


def _draw_map(ax, iterations, limit):
    n_cells = len(iterations)
    reach = limit * n_cells / max(n_cells - 1, 1)  # half a cell beyond the last start
    edges = np.linspace(-reach, reach, n_cells + 1)
    ax.set_facecolor(NEVER)
    never = len(LATEST)
    bands = np.where(iterations < 0, never, np.searchsorted(LATEST, iterations))
    for band in np.unique(bands[bands < never])[::-1]:  # each over the later ones
        outline = _outline(edges, bands <= band)
        ax.add_artist(PathPatch(outline, facecolor=SHADES[band], linewidth=0))
    ax.plot(1, 1, "*", color="white", markeredgecolor="black", markersize=8)
    ax.set(aspect="equal", xticks=(-2, 0, 2), yticks=(-2, 0, 2))
    ax.set(xlim=(-reach, reach), ylim=(-reach, reach))
    ax.grid(visible=False)


_BEYOND = ((1, 0), (0, -1), (-1, 0), (0, 1))  # what brings a side's neighbour here


def _outline(edges, cells):
    """Make one path around all cells that are True, with a vertex at each corner."""
    corners = [(0, 0), (0, 1), (1, 1), (1, 0), (0, 0)]
    ways = {}  # from a corner of a cell to the next ones; the cell is to the left
    for beyond, ((i, j), (k, m)) in zip(_BEYOND, pairwise(corners), strict=True):
        neighbours = np.roll(np.pad(cells, 1), beyond, axis=(0, 1))[1:-1, 1:-1]
        for row, column in np.argwhere(cells & ~neighbours).tolist():
            ends = ways.setdefault((row + i, column + j), [])
            ends.append((row + k, column + m))
    loops = []
    while ways:
        loop = [next(iter(ways))]
        while loop[-1] in ways:
            start = loop[-1]
            loop.append(ways[start].pop())
            if not ways[start]:
                del ways[start]
        rows, columns = np.transpose(loop)
        turns = np.diff(rows) != np.roll(np.diff(rows), 1)
        turns |= np.diff(columns) != np.roll(np.diff(columns), 1)
        corners = np.column_stack([edges[columns], edges[rows]])[:-1][turns]
        loops.append(Path([*corners, corners[0]], closed=True))
    return Path.make_compound_path(*loops)
