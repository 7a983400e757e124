"""From which of 2,500 starts each rule arrives: what notebook 07 draws and says."""

from functools import cache, partial

import numpy as np
import pytest
from matplotlib.colors import to_rgb
from test_training import begin, gradient, loss, told

import rnn_helpers as rnn
from rnn_core import figures_maps

VALUES = np.linspace(-3, 3, 50)
STARTS = np.array(np.meshgrid(VALUES, VALUES)).reshape(2, -1)


def clipped(rule, **numbers):
    return lambda state, grad: rule(state, rnn.clip(grad), **numbers)


def cooled(state, grad):
    rate = 0.1 * 0.99**state.n_taken
    return rnn.update_adam(state, rnn.clip(grad), rate=rate)


RULES = {
    "descent, 1e-6": partial(rnn.update_descent, rate=1e-6),
    "descent, 1e-4": partial(rnn.update_descent, rate=1e-4),
    "descent, 1e-3": partial(rnn.update_descent, rate=1e-3),
    "descent, clipped": clipped(rnn.update_descent, rate=1e-2),
    "momentum, clipped": clipped(rnn.update_momentum, rate=1e-3),
    "rmsprop": partial(rnn.update_rmsprop, rate=1e-2),
    "adam, 0.05": partial(rnn.update_adam, rate=0.05),
    "adam, 0.1": partial(rnn.update_adam, rate=0.1),
    "adam, 0.3": partial(rnn.update_adam, rate=0.3),
    "adam, short memory": partial(rnn.update_adam, rate=0.1, beta_2=0.9),
    "adam, cooled": cooled,
    "rprop": rnn.update_rprop,
    "rprop_minus": rnn.update_rprop_minus,
    "rprop_plus": rnn.update_rprop_plus,
    "irprop_minus": rnn.update_irprop_minus,
    "irprop_plus": told(rnn.update_irprop_plus),
}


@cache
def run(name, n_iterations=500):
    state, rule = begin(name.split(",")[0], STARTS), RULES[name]
    return rnn.train_many(gradient, loss, state, rule, n_iterations)


@pytest.mark.parametrize(
    ("name", "share", "median"),
    [
        ("descent, 1e-6", 0.00, None),
        ("descent, 1e-4", 0.004, 108),
        ("descent, 1e-3", 0.014, None),
        ("descent, clipped", 0.002, None),
        ("momentum, clipped", 0.39, 337),
        ("rmsprop", 0.03, None),
        ("adam, 0.05", 0.35, 239),
        ("adam, 0.1", 0.39, 156),
        ("adam, 0.3", 0.43, 124),
        ("adam, short memory", 0.94, 195),
        ("adam, cooled", 0.92, 128),
        ("rprop", 0.77, 269),
        ("rprop_minus", 0.77, 268),
        ("rprop_plus", 0.76, 424),
        ("irprop_minus", 0.88, 163),
        ("irprop_plus", 0.87, 161),
    ],
)
def test_share_and_median_after_500_iterations(name, share, median):
    arrived, _ = run(name)
    assert abs(np.mean(arrived >= 0) - share) < 0.01
    if median is not None:
        assert abs(np.median(arrived[arrived >= 0]) - median) <= 3


@pytest.mark.parametrize(
    ("name", "share"),
    [("momentum, clipped", 0.90), ("adam, 0.1", 0.48), ("rprop", 0.86)],
)
def test_share_after_2000_iterations(name, share):
    arrived, _ = run(name, 2000)
    assert abs(np.mean(arrived >= 0) - share) < 0.01
    early, _ = run(name)
    np.testing.assert_array_equal(np.where(arrived > 500, -1, arrived), early)


@pytest.mark.parametrize(
    ("name", "share"),
    [("rmsprop", 0.00), ("adam, short memory", 0.17), ("adam, cooled", 0.92)],
)
def test_who_stays(name, share):
    _, last = run(name)
    assert abs(np.mean(loss(last.w) < 1e-3) - share) < 0.02


@pytest.mark.parametrize("name", ["irprop_minus", "irprop_plus", "adam, cooled"])
def test_the_lost_are_in_the_lower_canyon(name):
    arrived, last = run(name)
    w_x, w_rec = last.w[:, arrived < 0]
    assert np.mean((np.abs(w_x) < 0.1) & (w_rec < -1)) > 0.99


def test_the_floor_of_the_lower_canyon_falls_outwards():
    a, b, c = rnn.loss_polynomials(*rnn.make_dataset())
    w_rec = np.linspace(-3, -1.15, 50)
    floor = c - np.polyval(b, w_rec) ** 2 / np.polyval(a, w_rec)
    assert np.all(np.diff(floor) > 0)


def test_a_sign_leads_astray_on_a_third_of_the_map():
    astray = np.sign(gradient(STARTS)) != np.sign(STARTS - 1)
    assert abs(np.mean(astray.any(axis=0)) - 0.354) < 0.01


# --- The figure -----------------------------------------------------------------------


def test_a_map_fills_the_cells_that_arrive():
    """What is drawn, pixel by pixel, is what was given: also holes and corners."""
    arrived = np.random.RandomState(0).choice([-1, 50, 150, 400, 2001], (9, 9))
    arrived[:, 0] = -1
    fig = rnn.plot_arrivals({"chance": arrived})
    ax = fig.axes[0]
    colors = {}
    for patch in ax.patches:  # from the latest to the soonest, each over the last
        for i, j in np.ndindex(9, 9):
            centre = np.array([j, i]) * 0.75 - 3
            if winding(patch.get_path(), centre):
                colors[i, j] = patch.get_facecolor()
    shades = {value: set() for value in (-1, 50, 150, 400, 2001)}
    for cell in np.ndindex(9, 9):
        shades[arrived[cell]].add(colors.get(cell))
    assert shades[-1] == shades[2001] == {None}
    assert all(len(shade) == 1 for shade in shades.values())
    assert len(set().union(*shades.values())) == 4


def test_what_is_never_is_told_apart_from_each_shade_by_lightness_alone():
    """As a print in grey shows it: in each theme, and whatever a reader's eyes see."""
    shades = [to_rgb(shade) for shade in (*figures_maps.SHADES, figures_maps.NEVER)]
    light = np.where(np.array(shades) > 0.04, np.power(shades, 2.2), 0)
    lightness = np.sort(116 * np.cbrt(light @ [0.2126, 0.7152, 0.0722]) - 16)
    assert np.diff(lightness).min() > 10


def winding(path, point):
    """Count how often the outlines go round a point: 0 is outside."""
    total = 0.0
    for loop in path.to_polygons():
        angles = np.unwrap(np.arctan2(*(loop - point).T[::-1]))
        total += (angles[-1] - angles[0]) / (2 * np.pi)
    return round(total)
