"""What a notebook needs besides the mathematics: its look, and code to be read."""

import ast
import inspect
import io
import re
import textwrap

import matplotlib
import matplotlib.pyplot as plt
import seaborn as sns
from matplotlib.axes import Axes
from matplotlib.figure import Figure

from rnn_core.figures import COLORS, STYLE


def use_style():
    """Set the look of the notebooks: transparent ground, grey ink, reproducible SVG.

    In a notebook the inline figures become SVG, without a date and with coordinates
    rounded to a tenth of a point, so that they are the same on every machine. A figure
    or its axes at the end of a cell are not shown a second time. Nothing else in this
    project touches a setting.
    """
    sns.set_theme(style="ticks", palette=COLORS, font_scale=0.95, rc=STYLE)
    if "inline" in str(matplotlib.get_backend(auto_select=False)):
        from IPython import get_ipython
        from matplotlib_inline.backend_inline import set_matplotlib_formats

        set_matplotlib_formats("svg")
        formatters = get_ipython().display_formatter.formatters
        formatters["image/svg+xml"].for_type(Figure, _show_once)
        get_ipython().display_formatter.ipython_display_formatter.for_type(Axes, _quiet)


def _show_once(figure):
    plt.close(figure)  # or the end of the cell would show it again
    return stable_svg(figure)


def _quiet(axes):
    """Show nothing: the figure that holds the axes is shown."""


def stable_svg(figure):
    """Give the SVG of a figure, the same on every machine."""
    for _ in range(3):  # the layout settles: whoever shows the figure, it is the same
        figure.draw_without_rendering()
    buffer = io.StringIO()
    no_dates = {"Date": None, "Creator": None}
    figure.savefig(buffer, format="svg", bbox_inches="tight", metadata=no_dates)
    one_line_paths = re.sub(r'\n(?=[MLQCz"])', "", buffer.getvalue())
    long_number = r'(?<=[ "(])-?\d+\.\d{2,}(?=[ "])'
    short = re.sub(long_number, lambda m: f"{float(m[0]):.1f}", one_line_paths)
    polyline = r'(?<=d=")[-MLz\d. ]+(?=")'  # lines go on after M without an L
    short = re.sub(polyline, lambda m: m[0].replace("L ", ""), short)
    return re.sub(r">\n *<(?!path|g id)", "><", short)  # a line for each path and group


class Markdown(str):
    """Text that a notebook shows as Markdown."""

    __repr__ = str.__str__

    def _repr_markdown_(self):
        return str(self)


def show_source(function):
    """Show a function's source, without its docstring, as Markdown.

    Parameters
    ----------
    function : function
        A function that is defined in a file.

    Returns
    -------
    Markdown
        A fenced block of Python.

    Raises
    ------
    ValueError
        If it is not a function whose source is in a file.
    """
    source = textwrap.dedent(inspect.getsource(function))
    body = ast.parse(source).body[0].body
    lines = source.rstrip().splitlines()
    if ast.get_docstring(ast.parse(source).body[0]):
        del lines[body[0].lineno - 1 : body[0].end_lineno]
    return Markdown("```python\n" + "\n".join(lines) + "\n```")
