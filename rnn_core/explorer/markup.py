"""The data, the frames and the controls that the script of the explorer finds."""

import json
import re
from html import escape
from pathlib import Path
from string import Template

import matplotlib
import numpy as np
from matplotlib.colors import to_hex

from rnn_core.figures import LOSS_LEVELS, LOSS_NORM
from rnn_core.figures_maps import LATEST, NEVER, SHADES
from rnn_core.linear import loss_polynomials

STARTS = ["-1.5,2", "2,1", "1,2", "1,-2", "1,0", "1,0.5", "1,-0.5"]
"""The original's start, and the six points of notebook 05."""

_MIDDLES = (LOSS_LEVELS[:-1] + LOSS_LEVELS[1:]) / 2
_LOSSES = [*map(to_hex, matplotlib.colormaps["viridis"](LOSS_NORM(_MIDDLES)))]
_LATEST = [i for i in LATEST if i <= 500]
_ARRIVALS = [*map(to_hex, SHADES[: len(_LATEST)]), NEVER]


def explorer_data(X, t, w_x, w_rec, rule):
    """Give all of it as the value of an attribute."""
    decades = np.log10(LOSS_LEVELS[[0, -1]]).round().astype(int).tolist()
    data = {
        "X": X.tolist(),
        "t": t.tolist(),
        "polynomials": [np.atleast_1d(p).tolist() for p in loss_polynomials(X, t)],
        "start": [float(w_x), float(w_rec)],
        "decades": decades,
        "inks": [*map(_ink, _LOSSES)],
        "arrivals": {"latest": _LATEST, "inks": [*map(_ink, _ARRIVALS)]},
        "html": _explorer_html(X.shape[1], *decades, rule),
    }
    return escape(json.dumps(data, ensure_ascii=False))


def text_of(name):
    """Read a file of this room."""
    return Path(__file__).with_name(name).read_text(encoding="utf-8")


def rules():
    """Give the names of the rules of the script."""
    return tuple(re.findall(r'^  "(.+)": ', text_of("network.mjs"), flags=re.M))


def _ink(color):
    """Give a colour as a canvas keeps it: the number of its bytes, red the lowest."""
    return int.from_bytes(bytes.fromhex(color[1:] + "ff"), "little")


def _explorer_html(n_steps, low, high, rule):
    """Fill explorer.html: ticks, bars of colours, lists."""
    wide = [((w + 3) / 6, f"{w}") for w in range(-3, 4)]
    near = [(w / 2, f"{w:g}") for w in (0, 0.5, 1, 1.5, 2)]
    losses = [((k - low) / (high - low), _power(k)) for k in range(low, high + 1, 2)]
    names = [*(f"\N{LESS-THAN OR EQUAL TO} {i}" for i in _LATEST), "never"]
    arrivals = [((i + 0.5) / len(names), name) for i, name in enumerate(names)]
    every = -(-n_steps // 10)
    steps = [(0.96 - 0.92 * k / n_steps, f"{k}") for k in range(0, n_steps + 1, every)]
    sizes = [(0, "0"), *(((4 + k) / 12, _power(k)) for k in range(-2, 9, 2))]
    return Template(text_of("explorer.html")).substitute(
        wide=_ticks(wide, wide),
        near=_ticks(near, near),
        losses=_bar(_LOSSES, losses),
        arrivals=_bar(_ARRIVALS, arrivals),
        panel=_ticks(steps, sizes),
        presets=_options({start: f"({start.replace(',', ', ')})" for start in STARTS}),
        rules=_options({name: name for name in rules()}, rule),
    )


# A tick is a share of the length of its side, 300, and a label.
def _ticks(x_ticks, y_ticks):
    below = [_label(46 + 300 * x, 324, label, "x") for x, label in x_ticks]
    left = [_label(41, 312 - 300 * y, label, "y") for y, label in y_ticks]
    return "".join(below + left)


def _bar(colors, ticks):
    height = 300 / len(colors)
    size = f'x="356" width="12" height="{height + 0.3:g}"'  # no gaps between them
    return "".join(
        [
            f'<rect {size} y="{308 - height * i:g}" fill="{color}" />'
            for i, color in enumerate(colors, start=1)
        ]
        + [_label(372, 312 - 300 * y, label) for y, label in ticks]
    )


def _label(x, y, label, side="bar"):
    return f'<text class="{side}" x="{x:g}" y="{y:g}">{_minus(label)}</text>'


def _minus(label):
    return label.replace("-", "\N{MINUS SIGN}")


def _power(k):
    raised = str.maketrans("-0123456789", "⁻⁰¹²³⁴⁵⁶⁷⁸⁹")
    return "10" + str(k).translate(raised) if k else "1"


def _options(labels, chosen=None):
    def option(value, label):
        marked = " selected" * (value == chosen)
        return f'<option value="{value}"{marked}>{_minus(label)}</option>'

    return "".join(option(*item) for item in labels.items())
