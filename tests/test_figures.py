"""What the figures promise; the notebooks store their looks, and nbval compares."""

import re
from pathlib import Path

import matplotlib.pyplot as plt
import numpy as np
import pytest
from contourpy import contour_generator
from matplotlib.colors import to_hex
from matplotlib.path import Path as Way
from shared import close

import rnn_helpers as rnn
from rnn_core import figures

ROOT = Path(__file__).parents[1]


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


def texts_of(fig):
    return [text.get_text() for text in fig.findobj(plt.Text)]


@pytest.mark.parametrize("draw", [rnn.plot_network, rnn.plot_network_backward])
def test_indices_of_two_digits_stand_below_as_a_whole(draw):
    texts = texts_of(draw(11))
    assert "$S_{11}$" in texts
    assert "$x_{11}$" in texts
    assert [text for text in texts if re.search(r"_\w\w", text)] == []


def arrows_of(fig):
    return [text.arrow_patch for text in fig.findobj(plt.Annotation)]


def test_the_network_in_numbers_shows_the_steps_of_notebooks_02_and_03():
    x, S, grad_S = [1, 0, 1], [0, 1, 0.5, 1.25], [-0.1875, -0.375, -0.75, -1.5]
    forward = rnn.plot_network_numbers(x, S, 1, 0.5)
    both = rnn.plot_network_numbers(x, S, 1, 0.5, grad_S)
    steps = [f"${number}$" for number in ("0", "1", "1", "0.5", "0", "1.25", "1")]
    weights = [r"$\cdot\, 0.5$"] * 3 + [r"$\cdot\, 1$"] * 3
    names = [f"$S_{{{k}}}$" for k in range(4)] + ["$y$"]
    assert sorted(filter(None, texts_of(forward))) == sorted(steps + weights + names)

    added = [*steps, *weights, "$y$", *weights[:3]]
    added += ["$-0.1875$", "$-0.375$", "$-0.75$", "$-1.5$"]  # dxi/dS_k
    added += ["$0$", "$-0.75$", "$-0.75$"]  # dxi/dS_k S_{k-1}
    added += ["$-0.375$", "$0$", "$-1.5$"]  # dxi/dS_k x_k
    assert sorted(filter(None, texts_of(both))) == sorted(added)

    n_back = len(arrows_of(both)) - len(arrows_of(forward))
    back = [a for a in arrows_of(both) if to_hex(a.get_edgecolor()) == rnn.COLORS[1]]
    assert n_back == len(back) == 10


def test_a_large_data_set_has_few_ticks_and_neither_lines_nor_labels():
    few, many = (rnn.plot_dataset(*rnn.make_dataset(n, n)) for n in (10, 200))
    for fig, n_ticks, n_labels in ((few, 10, 10), (many, 6, 0)):
        grid, bars = fig.axes
        assert len(grid.get_xticks()) == len(grid.get_yticks()) == n_ticks
        assert len(bars.texts) == n_labels
    assert many.axes[0].get_xticks()[[0, -1]].tolist() == [1, 200]
    assert len(few.axes[0].collections) == 1
    assert len(many.axes[0].collections) == 0


def test_long_sequences_have_few_ticks(ax):
    X, t = rnn.make_dataset(3, 300)
    rnn.plot_states(ax, rnn.forward_states(X, 1, 1), t)
    assert len(ax.get_xticks()) <= 12
    other = plt.figure().subplots()
    rnn.plot_gradient_over_time(
        other, {(1.0, 2.0): rnn.gradient_over_time(X[:, :100], t, 1, 2)}
    )
    assert len(other.get_xticks()) <= 12
    assert len(other.get_yticks()) <= 12


def surface(limit, n):
    grid = np.linspace(-limit, limit, n)
    return grid, grid, rnn.loss_surface(*rnn.make_dataset(), grid, grid)


def test_no_label_of_a_line_is_cut(ax):
    rnn.plot_loss_surface(ax, *surface(3, 961))
    ax.figure.canvas.draw()
    left, low, right, high = ax.bbox.extents
    for text in ax.texts:
        a, b, c, d = text.get_window_extent().extents
        inside = left <= a and low <= b and c <= right and d <= high
        assert inside or not text.get_visible()
    assert any(text.get_visible() for text in ax.texts)


def test_a_label_stands_between_two_vertices_of_its_line(ax):
    grid = surface(3, 961)
    lines = ax.contour(*grid, levels=rnn.LOSS_LEVELS[4::2])
    places = figures._label_places(lines, *grid[:2])
    assert len(places) == 3
    for place, path in zip(places, lines.get_paths(), strict=False):
        sides = np.diff(path.vertices, axis=0)
        to_place = place - path.vertices[:-1]
        share = np.sum(to_place * sides, axis=1) / np.sum(sides**2, axis=1)
        off = np.abs(sides[:, 0] * to_place[:, 1] - sides[:, 1] * to_place[:, 0])
        on_it = (off < 1e-9) & (share > 0) & (share < 1)
        assert 0.3 < share[on_it].item() < 0.7


@pytest.mark.parametrize(("low", "high", "n"), [(-3, 3, 961), (0, 2, 401)])
def test_last_bits_of_a_line_move_no_label(ax, low, high, n):
    grid = np.linspace(low, high, n)
    losses = rnn.loss_surface(*rnn.make_dataset(), grid, grid)
    lines = ax.contour(grid, grid, losses, levels=rnn.LOSS_LEVELS[4::2])
    places = figures._label_places(lines, grid, grid)
    stored = lines.get_paths()
    for shift in (-1e-13, 1e-13):
        lines.set_paths([Way(path.vertices + shift, path.codes) for path in stored])
        close(figures._label_places(lines, grid, grid), places, rtol=0, atol=1e-12)


def test_no_loop_is_called_closed_since_last_bits_would_decide_it(ax):
    x = np.linspace(-3, 3, 61)
    rnn.plot_loss_surface(ax, x, x, x**2 + x[:, np.newaxis] ** 2)
    (loop, *_) = ax.collections[1].get_paths()
    assert Way.CLOSEPOLY not in loop.codes
    assert loop.vertices[0].tolist() == loop.vertices[-1].tolist()


def test_no_label_of_a_line_touches_a_marker():
    near = np.linspace(-0.1, 2.1, 441)
    losses = rnn.loss_surface(*rnn.make_dataset(), near, near)
    fig = rnn.plot_loss_surfaces(surface(3, 961), (near, near, losses))
    for ax in fig.axes[:2]:
        rnn.plot_points(ax, rnn.POINTS | rnn.MINIMUM)
    fig.canvas.draw()
    for ax in fig.axes[:2]:
        assert [text.get_text() for text in ax.texts] == ["1", "10", "100"]
        for label in (text.get_window_extent() for text in ax.texts):
            for line in ax.lines:
                (marker,) = ax.transData.transform(line.get_xydata())
                nearest = np.clip(marker, label.min, label.max)
                radius = line.get_markersize() / 2 * fig.dpi / 72
                assert np.hypot(*(marker - nearest)) > radius


GRIDS = re.compile(r"far, near = np.linspace\((.*?)\), np.linspace\((.*?)\)")


@pytest.mark.parametrize("name", ["05_vanishing_exploding", "06_rprop"])
def test_the_valley_of_the_loss_is_drawn_in_one_piece(name):
    # Each of its parts would be taken for a minimum, and there is one.
    text = (ROOT / "notebooks" / f"{name}.ipynb").read_text(encoding="utf-8")
    for ends in GRIDS.search(text).groups():
        low, high, n = map(float, ends.split(","))
        grid = np.linspace(low, high, int(n))
        losses = rnn.loss_surface(*rnn.make_dataset(), grid, grid)
        lines = contour_generator(grid, grid, losses).lines
        pieces = [len(lines(level)) for level in rnn.LOSS_LEVELS[1:5]]
        assert pieces == [1, 1, 1, 1], "draw it on a finer grid"


def test_levels_have_few_digits_and_a_colour_for_each_band():
    assert [float(f"{level:.3g}") for level in rnn.LOSS_LEVELS] == [*rnn.LOSS_LEVELS]
    inside = np.sqrt(rnn.LOSS_LEVELS[1:] * rnn.LOSS_LEVELS[:-1])
    shades = rnn.LOSS_NORM(inside)
    assert shades.dtype.kind == "i"  # a number of a colour, and no place between two
    assert len(set(shades.tolist())) == len(rnn.LOSS_LEVELS) - 1


def test_the_minimum_is_marked_as_the_end_of_a_path(ax):
    rnn.plot_points(ax, rnn.POINTS | rnn.MINIMUM)
    rnn.plot_path(ax, [[0, 0], [1, 1]])
    point, end = ax.lines[6], ax.lines[-1]
    assert point.get_label() == "(1, 1)"
    assert point.get_marker() == end.get_marker() == "*"
    assert point.get_markeredgecolor() == end.get_markeredgecolor() == "black"
