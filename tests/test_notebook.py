"""What a notebook calls for itself: the style, and the source of a function."""

import matplotlib

import rnn_helpers as rnn


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
