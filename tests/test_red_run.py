"""What a red run says, and in which order: small projects, run by our settings."""

import subprocess
import sys
from pathlib import Path

import nbformat
import pytest
from nbformat.v4 import new_code_cell, new_notebook, new_output

ROOT = Path(__file__).parents[1]
RED = "def test_sum():\n    assert 1 + 1 == 3\n"


def run(folder, *arguments):
    """Run pytest in a folder with the settings of this project."""
    command = [sys.executable, "-m", "pytest", "--color=no", f"--rootdir={folder}"]
    command += ["-c", str(ROOT / "pyproject.toml"), *arguments]
    done = subprocess.run(command, cwd=folder, capture_output=True, encoding="utf-8")
    return done.returncode, done.stdout


def foot(shown):
    """Return what stands below pytest's list of all that is red."""
    return shown.rpartition("\nFAILED ")[2].partition("\n")[2]


@pytest.fixture
def project(tmp_path):
    """Write red tests, and a notebook whose second cell gives 2 and stores 3."""
    for name in ("test_explorer.py", "test_linear.py"):
        (tmp_path / name).write_text(RED, encoding="utf-8")
    cells = [
        new_code_cell("one = 1", execution_count=1),
        new_code_cell(
            "\n# the sum\nprint(one + 1)",
            execution_count=2,
            outputs=[new_output("stream", name="stdout", text="3\n")],
        ),
    ]
    nbformat.write(new_notebook(cells=cells), tmp_path / "01_sum.ipynb")
    return tmp_path


def test_a_red_cell_is_named_and_its_signs_are_explained(project):
    code, shown = run(project, "01_sum.ipynb")
    assert code == 1, shown
    lines = [line.strip() for line in shown.splitlines()]
    assert {"- 2", "+ 3"} <= set(lines), "nbval's signs are others now: mend red_run.py"
    told = foot(shown)
    assert "# the sum" in told, "name the cell by its first line"
    assert "[2]" in told, "name the cell by its number in JupyterLab"
    new, stored = told.index("-  is the new"), told.index("+  is the stored")
    assert new < stored < told.index("`make notebooks` stores it")


def test_the_mathematics_comes_first_and_the_notebooks_last(project):
    code, shown = run(project, "01_sum.ipynb", "test_explorer.py", "test_linear.py")
    assert code == 1, shown
    order = [line.split()[1] for line in shown.splitlines() if line[:6] == "FAILED"]
    assert order == [
        "test_linear.py::test_sum",
        "test_explorer.py::test_sum",
        "01_sum.ipynb::Cell",
    ]
    told = foot(shown)
    assert "make test ARGS=test_linear.py::test_sum" in told, "say where to begin"
    assert told.index("test_linear.py") < told.index("01_sum.ipynb")


def test_a_folder_without_a_cache_is_green_and_silent(tmp_path):
    (tmp_path / "test_linear.py").write_text("def test_sum(): pass", encoding="utf-8")
    no_folder = tmp_path / "cache"
    no_folder.write_text("as little writable as a read-only clone", encoding="utf-8")
    code, shown = run(tmp_path, "-o", f"cache_dir={no_folder}", "test_linear.py")
    assert code == 0, shown
    for word in ("Warning", "make test", "make notebooks"):
        assert word not in shown
