"""A stored SVG: the same on every machine, legible on every ground."""

import re
from xml.etree import ElementTree

import matplotlib
import matplotlib.pyplot as plt
import numpy as np
import pytest

import rnn_helpers as rnn
from rnn_core import svg

LIGHT = ("#ffffff", "#f8f9fb")  # the notebook, the post
DARK = ("#111111", "#1e1e1e", "#131416")  # JupyterLab, VS Code, the post


@pytest.fixture(autouse=True)
def style():
    with matplotlib.rc_context():
        rnn.use_style()
        yield
    plt.close("all")


def curve(nudge=0.0):
    """Draw a bit of all that has numbers, each off by a share of itself."""
    fig, ax = plt.subplots()
    x = np.linspace(-3, 3, 61) * (1 + nudge)
    ax.plot(x, np.sin(x), "D-", markevery=20, label=r"$\xi_{10}$")
    ax.contourf(x, x / 3, np.abs(np.sin(x[:, np.newaxis]) * x))
    ax.text(0.3, 0.5, "turned", rotation=33 * (1 + nudge))
    fig.set_size_inches(6 * (1 + nudge), 4 * (1 - nudge))
    ax.legend()
    return fig


def test_no_figure_is_wider_than_a_small_screen_leaves():
    for inches in (4, 7, 9):
        fig, ax = plt.subplots(figsize=(inches, 3))
        ax.plot([0, 1])
        root = ElementTree.fromstring(svg.stable_svg(fig))
        drawn = [float(number) for number in root.get("viewBox").split()[2:]]
        shown = [
            float(root.get(side).removesuffix("pt")) for side in ("width", "height")
        ]
        assert shown[0] == min(drawn[0], 498)
        assert shown[1] == pytest.approx(drawn[1] * shown[0] / drawn[0], abs=0.06)
    assert drawn[0] > 600


def test_last_bits_do_not_reach_it():
    assert svg.stable_svg(curve(2e-16)) == svg.stable_svg(curve())


def test_what_lies_between_two_tenths_goes_up_on_every_machine():
    noisy = ["0.05", "0.0499999", "0.0500001", "-0.05", "-0.049999", "-0.050001"]
    rounded = [svg._rounded(f"M {number} 7") for number in noisy]
    assert rounded == ["M 0.1 7"] * 3 + ["M 0 7"] * 3


def test_ids_are_unique_and_each_reference_has_its_own():
    text = svg.stable_svg(curve())
    ids = re.findall(r' id="([^"]*)"', text)
    assert len(set(ids)) == len(ids)
    assert set(re.findall(r'(?:url\(|href=")#([^")]*)', text)) <= set(ids)


def test_figures_on_one_page_keep_their_own_clips():
    fig, ax = plt.subplots(figsize=(3, 2))
    ax.plot([0, 1])
    clips = [re.findall(r"url\(#([^)]*)", svg.stable_svg(f)) for f in (fig, curve())]
    assert not set(clips[0]) & set(clips[1])


def test_letters_are_as_wide_as_they_are_high():
    scales = re.findall(r"scale\(([\d.]+) -([\d.]+)\)", svg.stable_svg(curve()))
    assert scales
    assert all(across == up for across, up in scales)


def points_of(path):
    return np.array(re.findall(r"-?[\d.]+", path), float).reshape(-1, 2)


def test_only_points_that_a_line_does_not_need_are_left_out():
    x = np.linspace(0, 300, 3001).round(1)
    y = (50 * np.sin(x / 50)).round(1)
    whole = "M " + " L ".join(f"{a} {b}" for a, b in zip(x, y, strict=True)) + " "
    kept = points_of(svg._thinned(whole))
    assert len(kept) < 100
    assert np.abs(np.interp(x, *kept.T) - y).max() < 0.2
    assert svg._thinned("M 0 0 L 5 0 L 9 0 L 9 4 L 0 0 z") == "M 0 0 9 0 9 4 0 0 z"


def luminance(color):
    channels = np.array(matplotlib.colors.to_rgb(color))
    linear = np.where(
        channels > 0.04045, ((channels + 0.055) / 1.055) ** 2.4, channels / 12.92
    )
    return linear @ [0.2126, 0.7152, 0.0722]


def contrast(one, other):
    low, high = sorted(map(luminance, (one, other)))
    return (high + 0.05) / (low + 0.05)


def test_the_ink_is_legible_on_every_ground():
    light, dark = re.findall(r"color:(#\w+)", svg.THEMES)
    assert min(contrast(light, ground) for ground in LIGHT) >= 4.5
    assert min(contrast(dark, ground) for ground in DARK) >= 4.5
    assert min(contrast(light, ground) for ground in DARK) >= 3
    assert min(contrast(dark, ground) for ground in LIGHT) >= 3


@pytest.mark.parametrize("color", rnn.COLORS)
def test_lines_are_seen_on_every_ground(color):
    assert min(contrast(color, ground) for ground in LIGHT + DARK) >= 3


def test_all_ink_follows_the_theme():
    text = svg.stable_svg(curve())
    assert svg.INK not in text
    assert svg.THEMES in ElementTree.fromstring(text)[0][0].text


def test_the_layout_is_free_again():
    fig = curve()
    engine = fig.get_layout_engine()
    svg.stable_svg(fig)
    assert fig.get_layout_engine() is engine
