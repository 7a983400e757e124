"""The notebooks as documents; nbval executes them and compares their outputs.

Each failure says what to do: `make test` prints it below the name of the test.
"""

import inspect
import json
import os
import re
import subprocess
import sys
from pathlib import Path
from xml.etree import ElementTree

import pytest

import rnn_helpers as rnn

FOLDER = Path(__file__).parents[1] / "notebooks"
PATHS = sorted(FOLDER.glob("*.ipynb"))
NAMES = [path.name for path in PATHS]
DOCUMENTS = [
    *PATHS,
    FOLDER / "index.md",
    FOLDER.parent / "README.md",
    FOLDER.parent / "CONTRIBUTING.md",
    FOLDER.parent / "benchmarks" / "README.md",
]


def cells_of(path):
    return json.loads(path.read_text(encoding="utf-8"))["cells"]


def source(cell):
    return "".join(cell["source"])


def text_of(path):
    """Return all the Markdown of a notebook, or the text of a Markdown file."""
    if path.suffix == ".md":
        return path.read_text(encoding="utf-8")
    return "\n".join(source(c) for c in cells_of(path) if c["cell_type"] == "markdown")


def links_of(path):
    return re.findall(r"\]\(((?:[^()\s]|\([^()\s]*\))+)\)", text_of(path))


def outputs_of(path):
    return [o for c in cells_of(path) if c["cell_type"] == "code" for o in c["outputs"]]


@pytest.fixture(params=PATHS, ids=NAMES)
def path(request):
    return request.param


def test_they_are_numbered_without_a_gap():
    numbers = [name[:2] for name in NAMES]
    wanted = [f"{i:02}" for i in range(1, len(NAMES) + 1)]
    assert numbers == wanted, "number the notebooks from 01 on, without a gap"


def test_executed_in_order_on_python3(path):
    metadata = json.loads(path.read_text(encoding="utf-8"))["metadata"]
    assert metadata["kernelspec"]["name"] == "python3", "store by `make notebooks`"
    language = {"name": "python", "file_extension": ".py", "mimetype": "text/x-python"}
    assert metadata["language_info"] == language, "store by `make notebooks`"
    code = [c for c in cells_of(path) if c["cell_type"] == "code"]
    counts = [c["execution_count"] for c in code]
    assert counts == list(range(1, len(code) + 1)), "store by `make notebooks`"
    assert all(source(c).strip() for c in cells_of(path)), "delete the empty cell"


def test_no_error_and_nothing_on_stderr(path):
    errors = [o for o in outputs_of(path) if o["output_type"] == "error"]
    assert errors == [], "mend the cell, then `make notebooks`"
    warned = [o["text"] for o in outputs_of(path) if o.get("name") == "stderr"]
    assert warned == [], "mend what warns, then `make notebooks`"


def test_same_first_code_cell(path):
    first = [next(c for c in cells_of(p) if c["cell_type"] == "code") for p in PATHS]
    here, wanted = source(first[PATHS.index(path)]), source(first[0])
    assert here == wanted, f"begin as {NAMES[0]} does"


def test_first_cell_says_what_to_do_where_the_helper_is_not(tmp_path):
    first = next(c for c in cells_of(PATHS[0]) if c["cell_type"] == "code")
    environ = {k: v for k, v in os.environ.items() if k != "PYTHONPATH"}
    (tmp_path / "elsewhere").mkdir()
    options = {"cwd": tmp_path / "elsewhere", "env": environ, "encoding": "utf-8"}
    command = [sys.executable, "-c", source(first)]
    shown = subprocess.run(command, capture_output=True, **options).stderr
    assert "No module named 'rnn_helpers'" in shown
    last = shown.splitlines()[-1]
    assert last.startswith("ModuleNotFoundError: This notebook needs"), shown
    assert "`make lab`" in last


def test_skeleton(path):
    text = text_of(path)
    for part in (
        "**What you'll do.**",
        "**What you'll learn.**",
        "**What you'll need.**",
    ):
        assert part in text, f"say below the title {part}"
    headings = re.findall(r"^## (.+)$", text, flags=re.M)
    ending = ["Summary", "On your own", "Further reading", "Answers", "Versions"]
    kept = [heading for heading in headings if heading in ending]
    assert kept == ending, f"end with the headings {ending}; others may stand between"
    assert headings.index("Summary") > 1, "tell the story in sections, then sum it up"
    title = re.search(rf"^# {path.name[:2]}\. [A-Z]", text, flags=re.M)
    assert title, f"write a title, # {path.name[:2]}. and a verb"


def test_navigation_leads_to_its_neighbours(path):
    place = NAMES.index(path.name)
    neighbours = {*NAMES[max(place - 1, 0) : place + 2], "index.md"} - {path.name}
    cells = cells_of(path)
    for cell in (cells[0], cells[-1]):
        links = set(re.findall(r"\]\(([^)]+)\)", source(cell)))
        assert links == neighbours, "link to the contents and to both neighbours"
        tags = cell["metadata"].get("tags", [])
        assert tags == ["remove-cell"], "tag it remove-cell: the post has its own links"


def anchors_of(path):
    """Name the headings as links do: as JupyterLab does, in lower case elsewhere."""
    headings = re.findall(r"^#+ (.+)$", text_of(path), flags=re.M)
    if path.suffix == ".ipynb":
        return {heading.replace(" ", "-") for heading in headings}
    return {re.sub(r"[^\w -]", "", h.lower()).replace(" ", "-") for h in headings}


@pytest.mark.parametrize("document", DOCUMENTS, ids=[d.name for d in DOCUMENTS])
def test_links_lead_to_a_file_and_a_heading(document):
    dead = []
    for link in [link for link in links_of(document) if "://" not in link]:
        file, _, anchor = link.partition("#")
        target = document.parent / file if file else document
        if not target.exists() or (anchor and anchor not in anchors_of(target)):
            dead.append(link)
    assert dead == [], f"{document.name}: mend or remove these links"


def test_every_figure_has_an_alt_text(path):
    for cell in cells_of(path):
        for output in cell.get("outputs", []):
            if any(kind.startswith("image/") for kind in output.get("data", {})):
                alt = cell["metadata"].get("mystnb", {}).get("image", {}).get("alt", "")
                place = "in the cell's metadata, mystnb.image.alt"
                wanted = f"say what this figure shows, {place}: {source(cell)}"
                assert len(alt) > 60, wanted
                file = re.search(r"\.(svg|png|jpe?g|ipynb)\b", alt)
                assert not file, f"say what the figure shows, not its file: {alt}"


def svgs_of(cell):
    outputs = [output.get("data", {}) for output in cell.get("outputs", [])]
    return ["".join(d["image/svg+xml"]) for d in outputs if "image/svg+xml" in d]


def test_figures_carry_the_alt_text_of_their_cell(path):
    for cell in cells_of(path):
        for svg in svgs_of(cell):
            alt = cell["metadata"]["mystnb"]["image"]["alt"]
            root = ElementTree.fromstring(svg)
            carried = root.get("role"), root.get("aria-label")
            assert carried == ("img", alt), "store by `make notebooks`"


def test_only_the_versions_cell_is_exempt_from_comparison(path):
    exempt = [
        source(c)
        for c in cells_of(path)
        if any(tag.startswith("nbval") for tag in c["metadata"].get("tags", []))
        or "NBVAL" in source(c)
    ]
    watermark = [cell.startswith("%load_ext watermark") for cell in exempt]
    assert watermark == [True], "only the cell of the versions may be exempt"


def is_answer(cell):
    return "hide-cell" in cell["metadata"].get("tags", [])


def test_each_exercise_leads_to_its_answer(path):
    questions, _, answers = text_of(path).partition("## Answers")
    _, _, end = questions.partition("## On your own")
    exercises, *_ = end.partition("\n## ")
    numbers = re.findall(r"^(\d+)\. ", exercises, flags=re.M)
    assert numbers, "give exercises, numbered from 1 on"
    links = re.findall(r"\[Answer\]\(#Answer-(\d+)\)", exercises)
    assert links == numbers, "end each exercise with [Answer](#Answer-1) and so on"
    links = re.findall(r"\[Answer\]\(#([\w-]+)\)", questions)
    headings = re.findall(r"^### (.+)$", answers, flags=re.M)
    wanted = [link.replace("-", " ") for link in links]
    assert headings == wanted, f"give these answers, in this order: {wanted}"


def test_answers_stand_at_the_end_folded_and_checked(path):
    cells = cells_of(path)
    texts = [source(cell) for cell in cells]
    assert "## Answers" in texts, "give the answers a heading, in a cell of its own"
    first, end = texts.index("## Answers") + 1, texts.index("## Versions")
    answers = cells[first + 1 : end : 2]
    folded = [cell for cell in cells if is_answer(cell)]
    assert answers == folded, "put headings, each with its hide-cell, here"
    for heading, answer in zip(cells[first:end:2], answers, strict=True):
        name = source(answer).splitlines()[0].removeprefix("# ")
        wanted = f"name the answer in its heading and in its first line: {name}"
        assert source(heading) == f"### {name}", wanted
        collapsed = {"jp-MarkdownHeadingCollapsed": True}
        assert heading["metadata"] == collapsed, "store by `make notebooks`"
        assert "jupyter" not in answer["metadata"], "it would need a second click"
        if name.startswith("Answer"):
            assert "assert" in source(answer), "let the answer check itself"


def test_stored_size(path):
    # Diffs and pages stay light; fewer contour levels or points make a figure smaller.
    assert path.stat().st_size <= 600 * 1024, (
        "draw its largest figure with fewer points"
    )


def test_no_two_notebooks_define_the_same_function():
    defined = [
        name
        for path in PATHS
        for cell in cells_of(path)
        if cell["cell_type"] == "code"
        for name in set(re.findall(r"^def (\w+)", source(cell), flags=re.M))
    ]
    twice = {name for name in defined if defined.count(name) > 1}
    assert twice == set(), "move it to rnn_helpers.py"


def test_no_path_of_a_machine(path):
    text = path.read_text(encoding="utf-8")
    found = re.findall(r"(?:/(?:home|Users|root|tmp)/|[A-Z]:\\\\)\S*", text)
    assert found == [], "name files relative to the notebook"


def test_links_to_the_world_are_well_formed(path):
    links = [link for link in links_of(path) if "://" in link]
    reading = text_of(path).partition("## Further reading")[2]
    assert "](http" in reading, "a notebook ends with further reading"
    odd = [x for x in links if not re.fullmatch(r"https?://[\w.-]+\.\w+(/\S*)?", x)]
    assert odd == [], "mend these addresses"
    bare = re.findall(r"(?<!\()\bhttps?://\S+", text_of(path))
    assert bare == [], "describe where it leads: [text](address)"


# Each formula of a docstring, and what stands on a page for it, in the page's letters.
FORMULAS = [
    (
        rnn.update_state,
        "S_k = S_{k-1} w_rec + x_k w_x",
        [r"S_k = S_{k-1}\, w_{rec} + x_k\, w_x"],
    ),
    (
        rnn.forward_states,
        "S_k = S_{k-1} w_rec + x_k w_x",
        [r"S_k = S_{k-1}\, w_{rec} + x_k\, w_x"],
    ),
    (
        rnn.loss,
        "xi = (1/N) sum_i (y_i - t_i)^2",
        [r"\xi = \frac{1}{N} \sum_i (y_i - t_i)^2"],
    ),
    (
        rnn.closed_form_output,
        "y = w_x sum_{k=1..n} w_rec^(n-k) x_k",
        [r"w_x \sum_{k=1}^{n} w_{rec}^{\,n-k}\, x_k"],
    ),
    (
        rnn.output_gradient,
        "dxi/dy_i = 2 (y_i - t_i) / N",
        [r"\frac{\partial \xi}{\partial y_i} = \frac{2}{N}\,(y_i - t_i)"],
    ),
    (
        rnn.backward_gradient,
        "dxi/dS_{k-1} = dxi/dS_k w_rec",
        [
            r"\frac{\partial \xi}{\partial S_{k-1}} = \frac{\partial \xi}{\partial S_k}"
            r"\, w_{rec}"
        ],
    ),
    (
        rnn.backward_gradient,
        "dxi/dw_x = sum_{k=1..n} dxi/dS_k x_k",
        [
            r"\partial \xi / \partial w_x = \sum_{k=1}^{n} "
            r"\sum_i (\partial \xi / \partial S_k)_i\, (x_k)_i",
            r"\sum_{k=1}^{n} (\partial \xi / \partial S_k)\, x_k",
        ],
    ),
    (
        rnn.backward_gradient,
        "dxi/dw_rec = sum_{k=1..n} dxi/dS_k S_{k-1}",
        [
            r"\partial \xi / \partial w_{rec} = \sum_{k=1}^{n} "
            r"\sum_i (\partial \xi / \partial S_k)_i\, (S_{k-1})_i",
            r"\sum_{k=1}^{n} (\partial \xi / \partial S_k)\, S_{k-1}",
        ],
    ),
    (rnn.gradient_over_time, "dxi/dS_k = dxi/dS_n w_rec^(n-k)", [r"w_{rec}^{\,n-k}"]),
    (
        rnn.numerical_gradient,
        "dxi/dw ~ (xi(w + eps) - xi(w - eps)) / (2 eps)",
        [
            r"\frac{\partial \xi}{\partial w} \approx "
            r"\frac{\xi(w + \epsilon) - \xi(w - \epsilon)}{2\,\epsilon}"
        ],
    ),
    (
        rnn.complex_step_gradient,
        "dxi/dw ~ Im xi(w + i eps) / eps",
        [
            r"\frac{\partial \xi}{\partial w} \approx "
            r"\frac{\operatorname{Im}\, \xi(w + i \epsilon)}{\epsilon}"
        ],
    ),
    (
        rnn.relative_error,
        "|a - b| / max(|a|, |b|)",
        [r"\frac{|a - b|}{\max(|a|, |b|)}"],
    ),
    (
        rnn.update_rprop,
        "w <- w - sign(grad) Delta",
        [r"w \leftarrow w - \operatorname{sign}(\partial \xi / \partial w)\, \Delta"],
    ),
    (
        rnn.update_momentum,
        "v <- momentum v - rate grad",
        [r"v \leftarrow \beta\, v - \mu\, \frac{\partial \xi}{\partial w}"],
    ),
    (
        rnn.loss_polynomials,
        "xi = A(w_rec) w_x^2 - 2 B(w_rec) w_x + C",
        [r"\xi = A\, w_x^2 - 2\, B\, w_x + C"],
    ),
    (
        rnn.TANH.step,
        "S_k = tanh(x_k W_x + S_{k-1} W_rec + b)",
        [r"S_k = \tanh(x_k W_x + S_{k-1} W_{rec} + b)"],
    ),
    (
        rnn.cross_entropy,
        "xi = mean(log(1 + e^z) - t z)",
        [r"\xi = \text{mean}\big(\log(1 + e^z) - t\, z\big)"],
    ),
    (
        rnn.LSTM.step,
        "C_k = f * C_{k-1} + i * g",
        [r"C_k = f \odot C_{k-1} + i \odot g"],
    ),
]


@pytest.mark.parametrize(("function", "formula", "on_a_page"), FORMULAS)
def test_docstring_and_page_hold_the_same_formula(function, formula, on_a_page):
    docstring = " ".join(inspect.getdoc(function).split())
    assert formula in docstring, "mend the docstring: an index or a sign is lost"
    pages = "\n".join(map(text_of, PATHS))
    lost = [latex for latex in on_a_page if latex not in pages]
    assert lost == [], "mend the page: an index or a sign is lost"


def test_no_index_has_lost_its_minus_sign(path):
    lost = re.findall(r"[_^]\{[^{}]*(?:\b[kn] ?[1m]\b|n k)[^{}]*\}", text_of(path))
    assert lost == [], "write k-1, n-k and the like"
