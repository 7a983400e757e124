"""The figures of notebook 10: how many find the adder, and what one of them does."""

import matplotlib.pyplot as plt
import numpy as np

from rnn_core.figures import COLORS, INK


def plot_success(shares):
    """Draw the share of sums that networks have right, from many first weights.

    A panel for each kind of network, a marker for each network, the worst first; filled
    where it has every sum right.

    Parameters
    ----------
    shares : dict
        From the title of a panel to the shares (R,) of its networks, from 0 to 1.

    Returns
    -------
    matplotlib.figure.Figure

    Raises
    ------
    ValueError
        If there is no panel, or a share is not from 0 to 1.
    """
    n_rows = -(-len(shares) // 2)
    size = (7.4, 0.3 + 2.2 * n_rows)
    fig, axes = plt.subplots(n_rows, 2, figsize=size, sharey=True, squeeze=False)
    for ax, (title, panel) in zip(axes.flat, shares.items(), strict=False):
        places = np.arange(1, len(panel) + 1)
        found = np.sort(panel) == 1
        look = {"linestyle": "none", "marker": "o", "color": COLORS[0]}
        ax.plot(places[found], 100 * np.sort(panel)[found], **look, clip_on=False)
        look |= {"color": COLORS[1], "markerfacecolor": "none"}
        ax.plot(places[~found], 100 * np.sort(panel)[~found], **look, clip_on=False)
        ax.set_title(f"{title}: {found.sum()} of {len(panel)}", fontsize=10)
        ax.set(xticks=[1, len(panel)], ylim=(0, 105), yticks=range(0, 101, 25))
    for ax in axes.flat[len(shares) :]:
        ax.set_axis_off()
    plt.setp(axes[-1], xlabel="networks, the worst first")
    plt.setp(axes[:, 0], ylabel="sums right (%)")
    return fig


def plot_states_by_carry(ax, scores, outputs, totals):
    """Draw states of an adder along two directions, told apart by what was to be added.

    Filled where a 1 is carried on, open where not. The vertical line parts them, the
    horizontal one parts answers of 1, above, from answers of 0.

    Parameters
    ----------
    ax : matplotlib.axes.Axes
        Where to draw.
    scores, outputs : (M,) array_like
        Of each state the weighted sum for the carry, and the output z.
    totals : (M,) array_like
        The sums of both bits and the carry that led to it: 0, 1, 2 or 3.

    Returns
    -------
    matplotlib.axes.Axes

    Raises
    ------
    ValueError
        If the shapes differ, or a total is not 0, 1, 2 or 3.
    """
    looks = zip("osD^", (COLORS[0], COLORS[2], COLORS[1], COLORS[3]), strict=True)
    for total, (marker, color) in enumerate(looks):
        here = totals == total
        look = {"marker": marker, "color": color, "linestyle": "none"}
        look["markerfacecolor"] = color if total >= 2 else "none"
        ax.plot(scores[here], outputs[here], **look, label=f"{total} = {total:02b}")
    ax.axvline(0, color=INK, linewidth=0.8, linestyle="--")
    ax.axhline(0, color=INK, linewidth=0.8, linestyle="--")
    ax.set(xlabel="weighted sum for the carry", ylabel="output $z$")
    place = {"loc": "center left", "bbox_to_anchor": (1, 0.5)}
    ax.legend(title="both bits and carry", **place)
    return ax
