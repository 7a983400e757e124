"""The tests under test: plant a defect in a copy of the project, and see which is red.

Not collected by `make test`: `make planted` runs it. A defect that no test notices, or
that turns another test red, is a gap in the tests.
"""

import os
import re
import shutil
import subprocess
import sys
from pathlib import Path
from typing import NamedTuple

import pytest

ROOT = Path(__file__).parents[1]
HELPER = "tests/test_rnn_helpers.py"
NOTEBOOKS = "tests/test_notebooks.py"
PROJECT = "tests/test_project.py"
DIFFERS = r"Cell outputs differ(?s:.*)image/svg\+xml(?s:.*)`make notebooks` stores it"


class Defect(NamedTuple):
    """A text in a file, what is planted there, the test and what it must say."""

    file: str
    old: str
    new: str
    test: str
    says: str


def in_helper(old, new, test, says):
    return Defect("rnn_helpers.py", old, new, f"{HELPER}::{test}", says)


def in_figure(notebook, old, new, says=DIFFERS):
    return Defect("rnn_helpers.py", old, new, f"notebooks/{notebook}.ipynb", says)


def in_notebook(old, new, test, says, notebook="02_forward"):
    file = f"notebooks/{notebook}.ipynb"
    return Defect(file, old, new, test if "/" in test else f"{NOTEBOOKS}::{test}", says)


def in_project(file, old, new, test, says):
    return Defect(file, old, new, f"{PROJECT}::{test}", says)


def in_kernel(line, says, old="print("):
    test = "tests/kernels.py::test_a_notebook_run_twice_in_one_kernel[01_dataset.ipynb]"
    return Defect(
        "notebooks/01_dataset.ipynb", f'"{old}', f'"{line}; {old}', test, says
    )


DEFECTS = [
    # the mathematics: a few of the many that `make mutants` tries
    in_helper("w_rec + X[", "w_rec - X[", "test_three_steps_by_hand", "Mismatch"),
    in_helper(" / len(t)", "", "test_output_gradient_holds_the_mean", "Mismatch"),
    in_helper(
        "grad_S[:, k] * S[:, k - 1]",
        "grad_S[:, k] * S[:, k]",
        "test_three_steps_back_by_hand",
        r"-1\.5",
    ),
    in_helper(
        "sign == last_sign",
        "sign != last_sign",
        "test_one_step_of_rprop_by_hand",
        "Mismatch",
    ),
    Defect(
        "rnn_helpers.py",
        'dtype, order="F")  # (N',
        "dtype)  # (N",
        "tests/test_growth.py::test_a_time_step_lies_in_one_piece_of_memory",
        "assert",
    ),
    Defect(
        "rnn_helpers.py",
        "    losses += c\n",
        "    losses += c + sum(0 * losses for _ in range(n_samples))\n",
        "tests/test_growth.py::test_cost_of_a_point_on_the_surface_does_not_depend_on_the_batch",
        "assert",
    ),
    Defect(
        "rnn_helpers.py",
        "powers[..., 1:]",
        "powers[..., :-1]",
        "tests/test_oracles.py::test_gradient_of_training_equals_the_loop",
        "Mismatch",
    ),
    # the figures: a wrong value, axis, level, label, and a missing point
    in_figure("01_dataset", ", t, height", ", t[::-1], height"),
    in_figure("01_dataset", '1.2, 0, "$w_{rec}$"', '1.2, 0, "$w_x$"'),
    in_figure("01_dataset", '"#0173b2"', '"#0173b3"'),
    in_figure("02_forward", "ax.plot(n_steps, t[i]", "ax.plot(n_steps - 1, t[i]"),
    in_figure("03_bptt", "for k in range(n_steps + 1)", "for k in range(n_steps)"),
    in_figure("04_gradient_check", "ax.loglog(", "ax.semilogy("),
    in_figure(
        "05_vanishing_exploding",
        'xlabel="$w_x$", ylabel="$w_{rec}$"',
        'ylabel="$w_x$", xlabel="$w_{rec}$"',
    ),
    in_figure("05_vanishing_exploding", "LOSS_LEVELS[4::2]", "LOSS_LEVELS[5::2]"),
    in_figure("05_vanishing_exploding", "(right, *zoom)", "(right, *overview)"),
    in_figure(
        "05_vanishing_exploding", "in points.items()", "in list(points.items())[1:]"
    ),
    in_figure(
        "05_vanishing_exploding", "np.less(gradient, 0)", "np.less(gradient, -1)"
    ),
    in_figure("05_vanishing_exploding", "errors[row],", "errors[row - 1],"),
    in_figure("06_rprop", "ax.plot(*w.T,", "ax.plot(*w.T[::-1],"),
    in_figure("06_rprop", "history.delta.T", "history.delta[1:].T"),
    in_figure(
        "01_dataset",
        "    if inspect.getdoc(function):",
        "    if False:",
        "text/markdown",
    ),
    # the explorer
    Defect(
        "rnn_core/explorer/network.mjs",
        "gradS[k] * wRec",
        "gradS[k] * S[1]",
        "tests/test_explorer.py::test_loss_and_gradients_at_a_thousand_points",
        "Not equal to tolerance",
    ),
    Defect(
        "rnn_core/explorer/network.mjs",
        "etaMinus = 0.5",
        "etaMinus = 0.51",
        "tests/test_explorer.py::test_rprop_takes_the_published_path",
        "Mismatch",
    ),
    Defect(
        "rnn_core/explorer/explorer.mjs",
        "const VIEWS",
        "const views",
        "notebooks/06_rprop.ipynb",
        r"Cell outputs differ(?s:.*)text/html(?s:.*)`make notebooks` stores it",
    ),
    # the notebooks
    in_notebook(
        "loss 16.3960",
        "loss 16.3961",
        "notebooks/02_forward.ipynb",
        r"16\.3961(?s:.*)`make notebooks` stores it",
    ),
    in_notebook(
        '"execution_count": 3,',
        '"execution_count": 4,',
        "test_executed_in_order_on_python3",
        "store by `make notebooks`",
    ),
    in_notebook(
        '"name": "stdout"',
        '"name": "stderr"',
        "test_no_error_and_nothing_on_stderr",
        "mend what warns",
    ),
    in_notebook(
        "import numpy as np",
        "import numpy",
        "test_same_first_code_cell",
        "begin as 01_dataset.ipynb does",
    ),
    in_notebook("## Summary", "## The end", "test_skeleton", "end with the headings"),
    in_notebook(
        "(03_bptt.ipynb)",
        "(04_gradient_check.ipynb)",
        "test_navigation_leads_to_its_neighbours",
        "link to the contents and to both neighbours",
    ),
    in_notebook(
        "[notebook 04](04_gradient_check.ipynb)",
        "[notebook 04](04_gradients.ipynb)",
        "test_links_lead_to_a_file_and_a_heading",
        r"(?s)mend or remove these links.*04_gradients\.ipynb",
    ),
    in_notebook(
        "[notebook 04](04_gradient_check.ipynb)",
        "[notebook 04](04_gradient_check.ipynb#step-into-the-void)",
        "test_links_lead_to_a_file_and_a_heading",
        "(?s)mend or remove these links.*step-into-the-void",
    ),
    in_notebook(
        "(https://en.wikipedia.org/",
        "(https://en wikipedia/",
        "test_links_to_the_world_are_well_formed",
        "mend these addresses|ends with further reading|describe where it leads",
    ),
    in_notebook(
        '"alt": "Four panels',
        '"other": "Four panels',
        "test_every_figure_has_an_alt_text",
        "say what this figure shows, in the cell's metadata",
    ),
    in_notebook(
        '"alt": "Four panels',
        '"alt": "02_forward_files/output_24_0.svg, four panels',
        "test_every_figure_has_an_alt_text",
        "say what the figure shows, not its file",
    ),
    in_notebook(
        "nbval-ignore-output",
        "ignore-nothing",
        "test_only_the_versions_cell_is_exempt_from_comparison",
        "only the cell of the versions may be exempt",
    ),
    in_notebook(
        "hide-cell",
        "hide-nothing",
        "test_answers_are_folded_and_checked",
        "fold the answer on the page",
    ),
    in_notebook(
        "## Summary",
        "/home/me/notes ## Summary",
        "test_no_path_of_a_machine",
        "name files relative to the notebook",
    ),
    in_notebook(
        "single_one = np.zeros(",
        'def fit(x): pass\\n", "single_one = np.zeros(',
        "test_no_two_notebooks_define_the_same_function",
        "move it to rnn_helpers",
    ),
    in_notebook(
        "S_k = S_{k-1}\\\\, w_{rec} + x_k\\\\, w_x",
        "S_k = S_{k1}\\\\, w_{rec} + x_k\\\\, w_x",
        "test_no_index_has_lost_its_minus_sign",
        "write k-1, n-k",
    ),
    in_notebook(
        "w \\\\leftarrow w - \\\\operatorname{sign}(",
        "w \\\\leftarrow w \\\\operatorname{sign}(",
        "test_docstring_and_page_hold_the_same_formula",
        "an index or a sign is lost",
        notebook="06_rprop",
    ),
    # the notebooks' kernels
    in_kernel("np.random.seed(0)", r"(?s)leave these as they were.*np\.random"),
    in_kernel("plt.rcParams['font.size'] = 9", "only use_style"),
    in_kernel("import os; os.system('')", "run offline and start no program"),
    in_kernel("open('new.txt', 'w').close()", "must not write files"),
    in_kernel("n_runs = globals().get('n_runs', 0) + 1; print(n_runs)", "how often"),
    # the files around them
    in_project(
        "requirements.txt",
        "\nseaborn==0.13",
        "\nseaborn==0.12",
        "test_the_lock_fits_pyproject",
        "run `make lock`",
    ),
    in_project(
        "requirements.txt",
        "\nseaborn==",
        "\nnosuch==",
        "test_the_lock_fits_pyproject",
        "seaborn is not locked: run `make lock`",
    ),
    in_project(
        "requirements.txt",
        "# This",
        "--index-url https://example.org # This",
        "test_the_lock_is_hashed_and_has_no_addresses",
        "run `make lock`",
    ),
    in_project(
        "environment.yml",
        "-r requirements.txt",
        "numpy",
        "test_environment_yml_is_python_and_the_lock",
        "let pip install -r requirements.txt",
    ),
    in_project(
        "environment.yml",
        "python>=3.11",
        "python>=3.12",
        "test_environment_yml_is_python_and_the_lock",
        "ask for the Pythons of pyproject.toml",
    ),
    in_project(
        "README.md",
        "1593.243",
        "1593.244",
        "test_readme_shows_what_it_computes",
        "other values",
    ),
    in_project(
        "CONTRIBUTING.md",
        "`make lock`",
        "`make locks`",
        "test_commands_exist",
        "name only targets of the Makefile",
    ),
    Defect(
        "README.md",
        "(notebooks/01_dataset.ipynb)",
        "(notebooks/01_data.ipynb)",
        f"{NOTEBOOKS}::test_links_lead_to_a_file_and_a_heading",
        r"README\.md: mend or remove these links",
    ),
    in_project(
        ".github/workflows/tests.yml",
        '"3.13"',
        '"3.14"',
        "test_ci_runs_the_command_of_the_readme",
        "test every Python that the README names",
    ),
    in_project(
        "notebooks/cover.svg",
        "</svg>",
        "<!-- --></svg>",
        "test_cover_is_the_figure_of_notebook_06",
        "run `make notebooks`",
    ),
]
IDS = [f"{i}-{defect.file}-{defect.test}" for i, defect in enumerate(DEFECTS)]


@pytest.fixture(scope="module")
def copy(tmp_path_factory):
    """Copy the project without what tools keep for themselves."""
    folder = tmp_path_factory.mktemp("planted") / "project"
    own = (
        ".git",
        ".venv*",
        ".*_cache",
        "__pycache__",
        "mutants",
        "_build",
        "node_modules",
    )
    return shutil.copytree(ROOT, folder, ignore=shutil.ignore_patterns(*own))


@pytest.mark.parametrize("defect", DEFECTS, ids=IDS)
def test_a_planted_defect_turns_its_test_red(copy, defect):
    path = copy / defect.file
    text = path.read_text(encoding="utf-8")
    assert defect.old in text, "plant it elsewhere: this text is gone"
    path.write_text(text.replace(defect.old, defect.new), encoding="utf-8")
    notebook = defect.test.split("::")[0].endswith(".ipynb")
    hint = [f"{NOTEBOOKS}::test_there_are_six"] * notebook  # loads tests/conftest.py
    command = [sys.executable, "-m", "pytest", "-x", "-q", "--color=no", defect.test]
    environ = os.environ | {"PYTHONDONTWRITEBYTECODE": "1"}  # no stale byte code
    run = subprocess.run(
        command + hint, cwd=copy, env=environ, capture_output=True, text=True
    )
    path.write_text(text, encoding="utf-8")
    (copy / "notebooks" / "new.txt").unlink(missing_ok=True)
    assert run.returncode == 1, f"no test is red:\n{run.stdout}{run.stderr}"
    assert re.search(defect.says, run.stdout), f"it says something else:\n{run.stdout}"
