"""The explorer, a loss surface with a point to be moved: notebooks 05 to 07."""

import re
from base64 import b64encode

import matplotlib.pyplot as plt
import numpy as np

from rnn_core.explorer.markup import explorer_data, text_of
from rnn_core.figures import COLORS, LOSS_LEVELS, LOSS_NORM, STAR, STYLE, within_levels
from rnn_core.linear import gradient_over_time, loss_surface
from rnn_core.notebook import stable_svg


def show_explorer(X, t, w_x=1.0, w_rec=0.5, rule="gradient descent, rate 1e-6"):
    """Show a loss surface with a point to be moved, and its gradient through time.

    It runs ten rules of training from any point, and maps from which starts they
    arrive, in JavaScript that is part of the output and equals the functions of this
    module. Where scripts do not run there is a picture instead. Told in notebooks 05 to
    07.

    On a page that keeps it, ``<span data-explore="1, 2">`` in the text around becomes a
    link that moves the point to (1, 2). It may add ``data-rule``, the name of a rule,
    ``data-steps``, how many to take, and ``data-show``, a map: loss, near or starts.

    Parameters
    ----------
    X, t : (N, n) and (N,) array_like
        Input sequences and targets.
    w_x, w_rec : float
        The weights at which the point lies at first, in [-3, 3].
    rule : str
        The rule that is chosen at first, by its name in the list.

    Returns
    -------
    IPython.display.HTML

    Raises
    ------
    ValueError
        If an array is not real and finite, the shapes differ, a weight is not a number
        in [-3, 3], or the rule is not in the list.
    """
    from IPython.display import HTML

    names = ("network.mjs", "explorer.mjs", "explorer.css")
    network, figure, style = map(text_of, names)
    alt = (
        "Left: a map of the loss over w_x and w_rec from -3 to 3, with a point at "
        f"({w_x:g}, {w_rec:g}). Right: the size of the gradient at this point on its "
        "way back through time."
    )
    return HTML(
        f"<style>\n{style}</style>\n"
        '<div class="rnn-explorer">\n'
        f'<div data-explorer="{explorer_data(X, t, w_x, w_rec, rule)}">\n'
        f"<script>{_WAIT}</script>\n"
        f'<img alt="{alt}" src="{_explorer_picture(X, t, w_x, w_rec)}">\n'
        "</div>\n</div>\n"
        f'<script type="module">\n{_joined(network, figure)}</script>'
    )


# Keep room for the figure, unless the page allows no script.
_WAIT = 'document.currentScript?.parentElement.setAttribute("data-wait", "")'


def _joined(*modules):
    """Make one script of modules that import from each other only, for no reader."""
    text = re.sub(
        r"^import .*\n|^export |^ *//.*\n", "", "\n".join(modules), flags=re.M
    )
    return re.sub(r"^\s+", "", text, flags=re.M)


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
        left.plot(1, 1, **STAR | {"markersize": 11})
        left.set(xlabel="$w_x$", ylabel="$w_{rec}$")
        right.plot(np.minimum(sizes, 1e8), "o-", color=COLORS[0], clip_on=False)
        right.set(xlim=(len(sizes) - 1, 0), xlabel="time step k (back in time)")
        right.set_yscale("symlog", linthresh=1e-3)
        right.set(
            ylim=(0, 1e8),
            yticks=[0, 1, 1e4, 1e8],
            ylabel=r"$|\partial \xi / \partial S_k|$",
        )
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
