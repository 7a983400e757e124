"""What a notebook calls for itself: the style, and the source of a function."""

from pathlib import Path

import matplotlib
from nbclient import NotebookClient
from nbformat.v4 import new_code_cell, new_notebook

import rnn_helpers as rnn
from rnn_core.svg import stable_svg

NOTEBOOKS = Path(__file__).parents[1] / "notebooks"


def test_style_is_set_by_use_style_alone():
    with matplotlib.rc_context():
        matplotlib.rcdefaults()
        before = dict(matplotlib.rcParams)
        rnn.plot_dataset([[0, 1], [1, 1]], [1, 2])
        assert dict(matplotlib.rcParams) == before
        rnn.use_style()
        assert {key: matplotlib.rcParams[key] for key in rnn.STYLE} == rnn.STYLE
        cycle = matplotlib.rcParams["axes.prop_cycle"].by_key()["color"]
        assert [matplotlib.colors.to_hex(color) for color in cycle] == [*rnn.COLORS]
    matplotlib.pyplot.close("all")


# A reader's own settings, and one that is set before the style.
SETTINGS = """figure.dpi: 150
font.size: 20
lines.linewidth: 5
savefig.bbox: standard
"""
DRAW = """
import sys
sys.path.insert(0, "..")
import matplotlib.pyplot as plt
import rnn_helpers as rnn
plt.rcParams["axes.titlepad"] = 40
rnn.use_style()
rnn.plot_network()
plt.show()
"""


def test_a_figure_does_not_hang_on_settings_or_backend(tmp_path, monkeypatch):
    with matplotlib.rc_context():
        rnn.use_style()
        wanted = stable_svg(rnn.plot_network())
    matplotlib.pyplot.close("all")
    (tmp_path / "matplotlibrc").write_text(SETTINGS, encoding="utf-8")
    monkeypatch.setenv("MATPLOTLIBRC", str(tmp_path / "matplotlibrc"))
    monkeypatch.setenv("MPLBACKEND", "Agg")
    notebook = new_notebook(cells=[new_code_cell(DRAW)])
    NotebookClient(notebook, resources={"metadata": {"path": NOTEBOOKS}}).execute()
    [output] = notebook.cells[0].outputs
    assert output.data["image/svg+xml"] == wanted


def test_source_is_the_body_without_its_docstring():
    text = str(rnn.show_source(rnn.loss))
    assert text == ("```python\ndef loss(y, t):\n    return np.mean((y - t) ** 2)\n```")


def test_source_without_a_docstring_is_whole_and_moved_to_the_margin():
    def double(x):
        # twice as much
        return 2 * x

    text = "```python\ndef double(x):\n    # twice as much\n    return 2 * x\n```"
    assert str(rnn.show_source(double)) == text


def test_source_is_shown_as_markdown():
    shown = rnn.show_source(rnn.loss)
    assert shown._repr_markdown_() == repr(shown) == str(shown)
