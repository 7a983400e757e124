"""The explorer, a loss surface with a point to be moved: notebooks 05 and 06."""

import json
import re
from base64 import b64encode
from html import escape
from pathlib import Path

import matplotlib
import matplotlib.pyplot as plt
import numpy as np
from matplotlib.colors import to_hex

from rnn_core.figures import COLORS, LOSS_LEVELS, LOSS_NORM, STYLE, within_levels
from rnn_core.linear import gradient_over_time, loss_surface
from rnn_core.notebook import stable_svg

_STARTS = {
    (-1.5, 2.0): "The original's start: high on a slope, on the wrong side of w_x = 0. "
    "Run each rule from here.",
    (2.0, 1.0): "w_rec = 1: the gradient comes through all steps as it is.",
    (1.0, 2.0): "The gradient explodes: ten steps back it is 1024 times as large.",
    (1.0, -2.0): "It explodes too, and its sign alternates from step to step.",
    (1.0, 0.0): "The gradient is gone after one step: this network has no memory.",
    (1.0, 0.5): "The gradient vanishes: the first bits have next to no say.",
    (1.0, -0.5): "It vanishes, with a sign that alternates.",
}
"""The places to start from, each with what to notice there."""


def show_explorer(X, t, w_x=1.0, w_rec=0.5):
    """Show a loss surface with a point to be moved, and its gradient through time.

    It runs RProp, gradient descent and gradient clipping from any point, in JavaScript
    that is part of the output and equals the functions of this module. Where scripts do
    not run there is a picture instead. Told in notebooks 05 and 06.

    Parameters
    ----------
    X, t : (N, n) and (N,) array_like
        Input sequences and targets.
    w_x, w_rec : float
        The weights at which the point lies at first, in [-3, 3].

    Returns
    -------
    IPython.display.HTML

    Raises
    ------
    ValueError
        If an array is not real and finite, the shapes differ, or a weight is not a
        number in [-3, 3].
    """
    from IPython.display import HTML

    network, figure, style = (
        Path(__file__).with_name(name).read_text(encoding="utf-8")
        for name in ("network.mjs", "explorer.mjs", "explorer.css")
    )
    alt = (
        "Left: a map of the loss over w_x and w_rec from -3 to 3, with a point at "
        f"({w_x:g}, {w_rec:g}). Right: the size of the gradient at this point on its "
        "way back through time."
    )
    return HTML(
        f"<style>\n{style}</style>\n"
        '<div class="rnn-explorer" data-lm-suppress-shortcuts="true">\n'
        f'<div data-explorer="{_explorer_data(X, t, w_x, w_rec)}">\n'
        f"<script>{_WAIT}</script>\n"
        f'<img alt="{alt}" src="{_explorer_picture(X, t, w_x, w_rec)}">\n'
        "</div>\n</div>\n"
        f'<script type="module">\n{_joined(network, figure)}</script>'
    )


# Keep room for the figure, unless the page allows no script.
_WAIT = 'document.currentScript?.parentElement.setAttribute("data-wait", "")'


def _joined(*modules):
    """Make one script of modules that import from each other only."""
    return re.sub(r"^import .*\n|^export ", "", "\n".join(modules), flags=re.M)


def _explorer_data(X, t, w_x, w_rec):
    """Give what the script has to know, as the value of an attribute."""
    middles = (LOSS_LEVELS[:-1] + LOSS_LEVELS[1:]) / 2
    data = {
        "X": X.tolist(),
        "t": t.tolist(),
        "start": [float(w_x), float(w_rec)],
        "decades": np.log10(LOSS_LEVELS[[0, -1]]).round(6).tolist(),
        "colors": [
            to_hex(c) for c in matplotlib.colormaps["viridis"](LOSS_NORM(middles))
        ],
        "presets": [
            {"name": f"({w[0]:g}, {w[1]:g})", "w": w, "note": note}
            for w, note in _STARTS.items()
        ],
        "lost": "It says how steep the slope is, not how far it is to the valley.",
    }
    return escape(json.dumps(data))


def _explorer_picture(X, t, w_x, w_rec):
    """Draw what is seen where no script runs, small, as the address of an image."""
    grid = np.linspace(-3, 3, 21)
    with np.errstate(over="ignore", invalid="ignore"):
        losses = within_levels(loss_surface(X, t, grid, grid))
        sizes = np.abs(gradient_over_time(X, t, w_x, w_rec))
    with plt.rc_context(STYLE | _SMALL):
        fig, (left, right) = plt.subplots(1, 2, figsize=(7.2, 3.4))
        decades = {"levels": LOSS_LEVELS[::2], "norm": LOSS_NORM, "cmap": "viridis"}
        left.contourf(grid, grid, losses, **decades)
        left.plot(w_x, w_rec, "o", color=COLORS[1], markeredgecolor="white")
        left.set(xlabel="w_x", ylabel="w_rec")
        right.plot(np.minimum(sizes, 1e8), "o-", color=COLORS[0], clip_on=False)
        right.set(xlim=(len(sizes) - 1, 0), xlabel="time step k (back in time)")
        right.set_yscale("symlog", linthresh=1e-3)
        right.set(ylim=(0, 1e8), yticks=[0, 1, 1e4, 1e8], ylabel="|∂ξ/∂S_k|")
        plt.close(fig)
        return (
            "data:image/svg+xml;base64," + b64encode(stable_svg(fig).encode()).decode()
        )


# Text as text, and no marks at the ticks.
_SMALL = {"svg.fonttype": "none", "axes.grid": False, "xtick.minor.visible": False}
_SMALL |= {"xtick.bottom": False, "ytick.left": False, "ytick.minor.left": False}


def inside_the_map(w_x, w_rec, **others):
    """Raise an error if the point is not on the map."""
    if not (abs(w_x) <= 3 and abs(w_rec) <= 3):
        raise ValueError(f"w_x and w_rec must be in [-3, 3], got ({w_x:g}, {w_rec:g})")
