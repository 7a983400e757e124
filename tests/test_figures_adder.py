"""The drawings of notebook 08: what is written where."""

import matplotlib.pyplot as plt
import pytest

import rnn_helpers as rnn


@pytest.fixture(autouse=True)
def _no_figure_stays_open():
    yield
    plt.close("all")


def row(ax, texts):
    """Give the digits on one height, from left to right."""
    digits = [text for text in texts if text.get_text().isdigit()]
    rows = {}
    for text in sorted(digits, key=lambda text: text.get_position()[0]):
        rows.setdefault(text.get_position()[1], []).append(text.get_text())
    return ["".join(rows[y]) for y in sorted(rows, reverse=True)]


def test_a_sum_stands_as_on_paper():
    """7 + 5 = 12: each carry above the column it goes to, the steps from the right."""
    X = [[[1, 1], [1, 0], [1, 1], [0, 0]]]
    T, carries = rnn.add_bits(X)
    (ax,) = rnn.plot_sums(X, T, carries).axes
    assert row(ax, ax.texts) == ["111", "0111", "0101", "1100", "4321"]
    carried = [t.get_position() for t in ax.texts if t.get_position()[1] > 0.5]
    assert sorted(x for x, _ in carried)[1:] == [-3, -2, -1]


def test_nothing_is_carried_where_nothing_was():
    X = [[[1, 0], [0, 1], [0, 0]], [[1, 1], [0, 0], [0, 0]]]
    fig = rnn.plot_sums(X, *rnn.add_bits(X))
    assert [len(row(ax, ax.texts)) for ax in fig.axes] == [4, 5]


def test_the_tensors_have_their_shapes_and_one_slice_is_picked():
    (ax,) = rnn.plot_tensors(5).axes
    texts = [text.get_text() for text in ax.texts]
    for shape in ("$(N, d)$", "$(d, h)$", "$(N, h)$", "$(h, h)$", "$(h,)$", "tanh"):
        assert shape in texts
    slices = [p for p in ax.patches if p.get_height() == 2.2 and p.get_y() >= -1]
    assert len([p for p in slices if p.get_facecolor()[3] == 0]) == 5
    assert len([p for p in slices if p.get_facecolor()[3] > 0]) == 1


def test_the_network_has_an_input_a_state_and_an_output_a_step():
    (ax,) = rnn.plot_network_vectors(2).axes
    names = {text.get_text() for text in ax.texts}
    nodes = ["$S_{1}$", "$S_{2}$", "$x_{1}$", "$x_{2}$", "$z_{1}$", "$z_{2}$", "$S_0$"]
    assert names >= set(nodes)
    assert len(ax.patches) == 7
    assert [t.get_text() for t in ax.texts].count("$W_{rec}$") == 2
