"""What a notebook needs besides the mathematics: its look, and code to be read."""

import ast
import inspect
import sys
import textwrap

import matplotlib
import matplotlib.pyplot as plt
import seaborn as sns
from matplotlib.axes import Axes
from matplotlib.figure import Figure

from rnn_core.figures import COLORS, STYLE
from rnn_core.svg import stable_svg


def use_style():
    """Set the look of the notebooks: transparent ground, grey ink, reproducible SVG.

    It starts from Matplotlib's own defaults, whatever the reader's settings are. In a
    notebook figures stand below their cell, as SVG, the same on every machine. A figure
    or its axes at the end of a cell are not shown a second time. Nothing else in this
    project touches a setting.
    """
    shell = _notebook_shell()
    if shell:
        _show_as_svg(shell)
    matplotlib.rcdefaults()
    sns.set_theme(style="ticks", palette=COLORS, font_scale=0.95, rc=STYLE)


def _notebook_shell():
    """Give the shell of a kernel; None in a script and in a terminal."""
    if "IPython" not in sys.modules:
        return None
    from IPython import get_ipython

    shell = get_ipython()
    return shell if hasattr(shell, "kernel") else None


def _show_as_svg(shell):
    """Show figures below their cell, even where Matplotlib is told to show none."""
    from matplotlib_inline.backend_inline import set_matplotlib_formats

    shell.enable_matplotlib("inline")
    set_matplotlib_formats("svg")
    shown = shell.display_formatter
    shown.formatters["image/svg+xml"].for_type(Figure, _show_once)
    shown.ipython_display_formatter.for_type(Axes, _quiet)


def _show_once(figure):
    plt.close(figure)  # or the end of the cell would show it again
    return stable_svg(figure)


def _quiet(axes):
    """Show nothing: the figure that holds the axes is shown."""


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
