"""A figure as SVG: the same on every machine, legible on light and on dark pages.

Machines differ in the last bits of what they compute. So coordinates are rounded to a
tenth of a point, points that a line does not need are left out by whole numbers, and
whatever Matplotlib names by a hash gets its name from what is left.
"""

import contextlib
import io
import re
from hashlib import sha256

import numpy as np
from matplotlib.transforms import Bbox

INK = "#767676"  # as far from white as from black: the ink where no page has its own

# In points, what JupyterLab shows of a figure on a screen of 1100 pixels, beside its
# list of files: it cuts what is wider.
COLUMN = 498

# As an image, the SVG takes the ink of the page's theme: each is 4.5 : 1 on the grounds
# of its theme and 3 : 1 on the other's, for viewers that take the wrong one. As a part
# of the page it is no root, and takes the ink of the text around it.
THEMES = (
    "svg:root{color:#707070}@media (prefers-color-scheme:dark){svg:root{color:#8a8a8a}}"
)


def stable_svg(figure):
    """Give the SVG of a figure, the same on every machine and in every theme.

    Parameters
    ----------
    figure : matplotlib.figure.Figure
        Its ink, where it is `INK`, follows the theme.

    Returns
    -------
    str
        From ``<svg`` to ``</svg>`` and a line feed.
    """
    svg = _drawn(figure)
    svg = re.sub(r'="([^"]*)"', lambda m: f'="{_rounded(m[1])}"', svg)
    svg = re.sub(r'(?<= d=")M [-MLz\d. ]+(?=")', lambda m: _thinned(m[0]), svg)
    svg = re.sub(r'<path (?:clip-path="[^"]*" )?style="[^"]*"/>', "", svg)  # no way
    svg = svg.replace(INK, "currentColor").replace("</style>", f"{THEMES}</style>")
    svg = _fitted(_named(svg))
    return re.sub(r">\n *<(?!path|g id)", "><", svg)  # a line for each path and group


def _drawn(figure):
    """Draw with a layout that has settled, and a frame of whole tenths of a point."""
    for _ in range(3):
        figure.draw_without_rendering()
    with _frozen(figure):
        buffer, no_metadata = io.StringIO(), dict.fromkeys(_METADATA)
        options = {"bbox_inches": _frame(figure), "metadata": no_metadata}
        figure.savefig(buffer, format="svg", **options)
    svg = buffer.getvalue()
    return re.sub(r'\n(?=[MLQCz"])', "", svg[svg.index("<svg") :])


_METADATA = ("Creator", "Date", "Format", "Type")


@contextlib.contextmanager
def _frozen(figure):
    """Keep the layout as it is: one more draw would move it, if little."""
    engine = figure.get_layout_engine()
    figure.set_layout_engine("none")
    yield
    figure.set_layout_engine(engine)


def _frame(figure):
    """Give what `bbox_inches="tight"` would, in whole points."""
    tight = figure.get_tightbbox().padded(0.1).extents * 72
    return Bbox.from_extents(*np.round(tight) / 72)


def _fitted(svg):
    """Show what is wider than `COLUMN` smaller, as a whole."""
    size = re.search(r'width="([\d.]+)pt" height="([\d.]+)pt"', svg)
    width, height = map(float, size.groups())
    scale = min(1, COLUMN / width)
    fitted = f'width="{width * scale:g}pt" height="{round(height * scale, 1):g}pt"'
    return svg.replace(size[0], fitted, 1)


def _rounded(attribute):
    """Round numbers to a tenth, but for a scale; what lies between goes up."""
    number = r"scale\([^)]*\)|(?<![\w.#-])-?\d+\.\d+|(?<![\w.#-])-0(?![\d.])"
    return re.sub(number, lambda m: _tenth(m[0]), attribute)


def _tenth(text):
    if text.startswith("scale"):
        return text
    return f"{round(float(text) + 1e-3, 1) + 0.0:g}"  # + 0.0 turns -0 into 0


def _thinned(way):
    """Leave out the points of polylines that lie on the line between their neighbours.

    Lines go on after M without an L.
    """
    parts = re.findall(r"M ([^Mz]*)(z?)", way.replace("L ", ""))
    return "".join(f"M {_thin(points)} {end}" for points, end in parts)


def _thin(text):
    points = np.rint(np.array(text.split(), float) * 10).astype(int).reshape(-1, 2)
    kept = points[_needed(points)] / 10
    return " ".join(f"{number:g}" for number in kept.ravel())


def _needed(points):
    """Choose by Douglas and Peucker's rule, in whole numbers, to a tenth of a point."""
    needed = np.zeros(len(points), bool)
    needed[[0, -1]] = True
    spans = [(0, len(points) - 1)]
    while spans:
        first, last = spans.pop()
        away, limit = _distances(points[first : last + 1])
        if away.max() > limit:
            middle = first + int(away.argmax())
            needed[middle] = True
            spans += [(first, middle), (middle, last)]
    return needed


def _distances(points):
    """Give squared distances from the line between the ends, and the limit for them."""
    from_first = points - points[0]
    x, y = from_first[-1]
    if x == y == 0:
        return np.sum(from_first**2, axis=1), 1
    return (from_first[:, 0] * y - from_first[:, 1] * x) ** 2, x * x + y * y


def _named(svg):
    """Name clips and markers by their place and by what they are, once it is rounded.

    By both, so that figures can stand on one page, each with its own.
    """
    definition = r'<(?:path|clipPath) id="(\w+)"((?s:.*?)(?:/>|</clipPath>))'
    for i, (name, content) in enumerate(re.findall(definition, svg)):
        digest = sha256(content.encode()).hexdigest()[:8]
        svg = svg.replace(name, f"{name[0]}{i}-{digest}")
    return svg
