"""What the figures promise; the notebooks store their looks, and nbval compares."""

import matplotlib.pyplot as plt
import numpy as np
import pytest

import rnn_helpers as rnn


@pytest.fixture(autouse=True)
def no_figure_stays_open():
    yield
    plt.close("all")


@pytest.fixture
def ax():
    return plt.figure().subplots()


def test_surface_takes_infinity_as_highest_and_leaves_nan_blank(ax):
    losses = np.array([[np.inf, 0, 1], [np.nan, 1e300, 1], [1, 1, 1]])
    rnn.plot_loss_surface(ax, [0, 1, 2], [0, 1, 2], losses)
    ax.figure.canvas.draw()
    filled = ax.collections[0]
    assert (filled.zmin, filled.zmax) == (rnn.LOSS_LEVELS[0], rnn.LOSS_LEVELS[-1])
    corners = np.concatenate([path.vertices for path in filled.get_paths()])
    assert not (np.abs(corners - [0, 1]) < 0.1).all(axis=1).any()


def test_lines_leave_out_infinity_and_nan(ax):
    rnn.plot_path(ax, [[0, 0], [np.inf, 1], [np.nan, np.nan]])
    rnn.plot_states(ax, [[0, 1, np.inf]], [1])
    ax.figure.canvas.draw()
    assert np.isfinite(ax.dataLim.get_points()).all()


def test_levels_cover_the_largest_loss():
    assert rnn.LOSS_LEVELS[0] <= 0.01
    assert rnn.LOSS_LEVELS[-1] >= 2.1974e9


def test_two_surfaces_share_a_colour_bar():
    grid = np.linspace(0, 2, 3)
    fig = rnn.plot_loss_surfaces(
        (grid, grid, np.ones((3, 3))), (grid[:2], grid[:2], np.ones((2, 2)))
    )
    overview, zoom, bar = fig.axes
    assert (overview.get_title(), zoom.get_title()) == ("overview", "zoom")
    assert (overview.get_xlim(), zoom.get_xlim()) == ((0, 2), (0, 1))
    assert "loss" in bar.get_ylabel()


def test_points_keep_their_look_and_the_limits(ax):
    ax.plot([0, 2], [0, 2])
    limits = ax.get_xlim(), ax.get_ylim()
    rnn.plot_points(ax)
    assert (ax.get_xlim(), ax.get_ylim()) == limits
    drawn = {
        (float(line.get_xdata()[0]), float(line.get_ydata()[0])): line.get_color()
        for line in ax.lines[1:]
    }
    assert drawn == {point: look["color"] for point, look in rnn.POINTS.items()}


def test_points_are_told_apart_without_colour():
    markers = [look["marker"] for look in rnn.POINTS.values()]
    assert len(set(markers)) == len(markers), "give each point a marker of its own"


def test_path_keeps_the_limits(ax):
    ax.plot([0, 2], [0, 2])
    limits = ax.get_xlim(), ax.get_ylim()
    rnn.plot_path(ax, [[-9, 9], [1, 1]])
    assert (ax.get_xlim(), ax.get_ylim()) == limits


def test_gradients_of_either_sign_are_told_apart(ax):
    rnn.plot_gradient_over_time(ax, {(1.0, -2.0): [4.0, -2.0, 1.0]})
    filled, hollow, *_ = ax.lines  # and what the legend names
    np.testing.assert_array_equal(filled.get_xydata(), [[0, 4], [1, 2], [2, 1]])
    np.testing.assert_array_equal(hollow.get_xydata(), [[1, 2]])
    assert hollow.get_markerfacecolor() == "white"


def test_the_cliff_is_cut_along_the_nearest_row():
    errors = np.array([[0, 1], [2, 3], [4, 5]])
    fig = rnn.plot_cliff([0, 1], [-1, 0, 1], errors, b_cut=0.4)
    _, cut, _ = fig.axes
    np.testing.assert_array_equal(cut.lines[0].get_ydata(), [2, 3])
