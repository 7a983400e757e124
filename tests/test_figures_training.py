"""The figures of notebook 10: what they draw of what they are given."""

import matplotlib.pyplot as plt
import numpy as np
import pytest

import rnn_helpers as rnn


@pytest.fixture(autouse=True)
def _no_figure_stays_open():
    yield
    plt.close("all")


def drawn(line):
    return line.get_xdata().tolist(), line.get_ydata().tolist()


def test_success_is_sorted_counted_and_filled_where_all_is_right():
    fig = rnn.plot_success({"two": [1, 0.25], "ten": [0.5, 1], "sum": [1, 1]})
    first, second, third, empty = fig.axes
    found, others = first.lines
    assert drawn(others) == ([1], [25])
    assert drawn(found) == ([2], [100])
    assert found.get_markerfacecolor() != "none" == others.get_markerfacecolor()
    titles = [ax.get_title() for ax in (first, second, third)]
    assert titles == ["two: 1 of 2", "ten: 1 of 2", "sum: 2 of 2"]
    assert not empty.axison


def test_states_are_told_apart_by_total_and_filled_where_a_1_is_carried():
    ax = plt.figure().subplots()
    rnn.plot_states_by_carry(ax, [-1, -2, 1, 2], [-3.0, 4, -5, 6], [0, 1, 2, 3])
    groups = ax.lines[:4]
    assert [drawn(line) for line in groups] == [
        ([-1], [-3]),
        ([-2], [4]),
        ([1], [-5]),
        ([2], [6]),
    ]
    filled = [line.get_markerfacecolor() != "none" for line in groups]
    assert filled == [False, False, True, True]
    assert len({line.get_marker() for line in groups}) == 4
    labels = [text.get_text() for text in ax.get_legend().get_texts()]
    assert labels == ["0 = 00", "1 = 01", "2 = 10", "3 = 11"]


def test_every_state_is_drawn_once():
    ax = plt.figure().subplots()
    totals = np.array([3, 0, 3, 1])
    rnn.plot_states_by_carry(ax, np.arange(4), np.arange(4), totals)
    places = [place for line in ax.lines[:4] for place in drawn(line)[0]]
    assert sorted(places) == [0, 1, 2, 3]
