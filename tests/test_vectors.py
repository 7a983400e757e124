"""What the figures of notebook 09 promise."""

import matplotlib.pyplot as plt
import numpy as np
import pytest

import rnn_helpers as rnn
from rnn_core.figures import COLORS, INK

W_REC = np.array([[0.5, 1], [-1, 0.25]])
STATES, GRADIENTS = np.array([[3, 4], [5, 6]]), np.array([[-3, -4], [-5, -6]])


@pytest.fixture(autouse=True)
def no_figure_stays_open():
    yield
    plt.close("all")


def arrows_of(ax):
    """Give the ways of all arrows, each with its colour."""
    arrows = [text for text in ax.texts if getattr(text, "arrow_patch", None)]
    colors = [arrow.arrowprops["color"] for arrow in arrows]
    ways = [[*arrow.xyann, *arrow.xy] for arrow in arrows]  # from, to
    return np.array(ways), colors


def text_at(ax, place):
    near = [t for t in ax.texts if np.allclose(t.get_position(), place, atol=0.3)]
    return [text.get_text() for text in near if text.get_text()]


def test_the_way_back_is_the_way_forward_turned_round():
    forward, back = rnn.plot_step_both_ways(W_REC, STATES, GRADIENTS).axes
    (there, colors), (turned, colors_back) = arrows_of(forward), arrows_of(back)
    np.testing.assert_array_equal(turned, there[:, [2, 3, 0, 1]])
    assert (there[:, 0] < there[:, 2]).all()
    assert (set(colors), set(colors_back)) == ({INK}, {COLORS[1]})


def test_numbers_stand_at_their_states_and_weights_at_their_arrows():
    figure = rnn.plot_step_both_ways(W_REC, STATES, GRADIENTS)
    for ax, numbers in zip(figure.axes, (STATES, GRADIENTS), strict=True):
        for x, column in zip((0, 3), numbers, strict=True):
            for disc, number in zip((0, 1), column, strict=True):
                assert text_at(ax, (x, -1.6 * disc)) == [f"${number}$"]
        ways, _ = arrows_of(ax)
        places = zip(ways, np.ndindex(2, 2), strict=True)
        for (x, y, x_end, y_end), (i, j) in places:
            heights = y + (y_end - y) * (np.array([0, 0.95, 3]) - x) / (x_end - x)
            np.testing.assert_allclose(
                heights[[0, 2]], [-1.6 * i, -1.6 * j], atol=1e-12
            )
            assert f"${W_REC[i, j]:g}$" in text_at(ax, (0.95, heights[1]))


def test_blame_enters_at_every_step_and_goes_on_to_the_one_before():
    (ax,) = rnn.plot_vectors_backward(11).axes
    texts = {text.get_text() for text in ax.texts}
    assert {"$S_0$", "$S_{11}$", "$z_{11}$", "$x_{11}$"} <= texts
    ways, colors = arrows_of(ax)
    back = ways[np.array(colors) == COLORS[1]]
    assert len(back) == 2 * 11
    down = back[:, 3] < back[:, 1] - 0.5
    left = back[:, 2] < back[:, 0] - 1
    assert (down.sum(), left.sum(), (down & left).sum()) == (11, 11, 0)
