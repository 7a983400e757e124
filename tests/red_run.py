"""The order of the tests, and what to do when one is red: a plugin of pytest.

Also what pytest cannot know of notebooks: asserts are their tests, and the cells of one
notebook need one another.

pyproject.toml loads it, so that it also speaks when a single notebook is run.
"""

import os
from pathlib import Path, PurePosixPath

import pytest

# What is built on a file comes after it, so that the first red test is the one that is
# nearest to the fault. Files that are not named here follow, and last the notebooks.
ORDER = [
    "test_data",
    "test_linear",
    "test_check",
    "test_optimise",
    "test_rprop",
    "test_arguments",
    "test_shell",
]


def is_notebook(nodeid):
    return nodeid.split("::")[0].endswith(".ipynb")


def place(item):
    """Give the place of a test, or of its report, by what it is built on."""
    stem = PurePosixPath(item.nodeid.split("::")[0]).stem
    named = ORDER.index(stem) if stem in ORDER else len(ORDER)
    return is_notebook(item.nodeid), named


def pytest_configure(config):
    if not __debug__:
        raise pytest.UsageError("PYTHONOPTIMIZE or -O drops every assert: unset it")
    if not getattr(
        config.option, "nbval_sanitize_with", True
    ):  # figures compare without their alt text
        config.option.nbval_sanitize_with = Path(__file__).with_name("alt_text.cfg")
    for name in ("PYTHONDEVMODE", "PYTHONASYNCIODEBUG"):
        os.environ.pop(name, None)  # ipykernel's own threads are too slow for them
    if config.getoption("dist", "no") == "load":  # -n auto, by pytest-xdist
        config.option.dist = "loadfile"


def pytest_collection_modifyitems(items):
    items.sort(key=place)  # stable: the order within a file stays
    for item in items:
        if is_notebook(item.nodeid):
            line = next((line for line in item.cell.source.splitlines() if line), "")
            item.user_properties.append(("cell", (item.cell_num, line)))


@pytest.hookimpl(wrapper=True, tryfirst=True)
def pytest_terminal_summary(terminalreporter):
    """Speak last: after pytest's own list of what is red."""
    yield
    stats = terminalreporter.stats
    red = sorted([*stats.get("error", []), *stats.get("failed", [])], key=place)
    tests = [report for report in red if not is_notebook(report.nodeid)]
    cells = [report for report in red if is_notebook(report.nodeid)]
    if not red:
        return
    terminalreporter.section("what to do")
    for line in [*about_tests(tests), *about_cells(cells, tests)]:
        terminalreporter.line(line)


def by_file(reports):
    files = {}
    for report in reports:
        files.setdefault(report.nodeid.split("::")[0], []).append(report)
    return files


def about_tests(tests):
    if not tests:
        return
    for file, reports in by_file(tests).items():
        yield f"{len(reports):4} red in {file}"
    first = tests[0].nodeid.split("[")[0]
    yield "Begin with the first one; others may be red for the same reason:"
    yield f"    make test ARGS={first}"


def about_cells(cells, tests):
    if not cells:
        return
    if tests:
        yield "Then see which cells are still red:"
    for file, reports in by_file(cells).items():
        yield f"{len(reports):4} red in {file}, the first is {named(reports[0])}"
    yield "Where such a cell gave another output than its notebook stores:"
    yield "    -  is the new output"
    yield "    +  is the stored one"
    yield "If the new one is right, `make notebooks` stores it."
    yield "If not, mend the cell or rnn_helpers.py."


def named(report):
    """Name a cell by its number, which nbval counts from 0, and its first line."""
    cell = dict(report.user_properties).get("cell")
    if cell is None:  # the notebook could not be read
        return report.nodeid
    number, line = cell
    return f"Cell {number} ([{number + 1}] in JupyterLab): {line}"
