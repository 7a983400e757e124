"""The notebooks as documents; nbval executes them and compares their outputs."""

import json
import re
from pathlib import Path

import pytest

FOLDER = Path(__file__).parents[1] / "notebooks"
PATHS = sorted(FOLDER.glob("*.ipynb"))
NAMES = [path.name for path in PATHS]


def cells_of(path):
    return json.loads(path.read_text(encoding="utf-8"))["cells"]


def source(cell):
    return "".join(cell["source"])


def outputs_of(path):
    return [o for c in cells_of(path) if c["cell_type"] == "code" for o in c["outputs"]]


@pytest.fixture(params=PATHS, ids=NAMES)
def path(request):
    return request.param


def test_there_are_six():
    assert [name[:2] for name in NAMES] == ["01", "02", "03", "04", "05", "06"]


def test_executed_in_order_on_python3(path):
    metadata = json.loads(path.read_text(encoding="utf-8"))["metadata"]
    assert metadata["kernelspec"]["name"] == "python3"
    assert metadata["language_info"] == {"name": "python"}, "store by `make notebooks`"
    code = [c for c in cells_of(path) if c["cell_type"] == "code"]
    counts = [c["execution_count"] for c in code]
    assert counts == list(range(1, len(code) + 1)), "store by `make notebooks`"
    assert all(source(c).strip() for c in cells_of(path)), "there is an empty cell"


def test_no_error_and_nothing_on_stderr(path):
    assert [o for o in outputs_of(path) if o["output_type"] == "error"] == []
    assert [o for o in outputs_of(path) if o.get("name") == "stderr"] == []


def test_same_first_code_cell(path):
    first = [next(c for c in cells_of(p) if c["cell_type"] == "code") for p in PATHS]
    assert source(first[PATHS.index(path)]) == source(first[0])


def test_skeleton(path):
    text = "\n".join(source(c) for c in cells_of(path) if c["cell_type"] == "markdown")
    for part in (
        "**What you'll do.**",
        "**What you'll learn.**",
        "**What you'll need.**",
    ):
        assert part in text
    headings = re.findall(r"^## (.+)$", text, flags=re.M)
    assert headings[-3:] == ["Summary", "On your own", "Further reading"]
    assert 3 <= len(headings) - 3 <= 6
    assert re.search(rf"^# {path.name[:2]}\. [A-Z]", text, flags=re.M)


def test_navigation_leads_to_its_neighbours(path):
    place = NAMES.index(path.name)
    neighbours = {*NAMES[max(place - 1, 0) : place + 2], "index.md"} - {path.name}
    cells = cells_of(path)
    for line in (source(cells[0]), source(cells[-1])):
        links = set(re.findall(r"\]\(([^)]+)\)", line))
        assert links == neighbours


def test_links_to_files_lead_somewhere(path):
    text = "\n".join(source(c) for c in cells_of(path) if c["cell_type"] == "markdown")
    links = re.findall(r"\]\(([^)]+)\)", text)
    relative = [link for link in links if "://" not in link]
    assert [link for link in relative if not (FOLDER / link).exists()] == []


def test_every_figure_has_an_alt_text(path):
    for cell in cells_of(path):
        shown = [
            o for o in cell.get("outputs", []) if "image/svg+xml" in o.get("data", {})
        ]
        if shown:
            alt = cell["metadata"]["mystnb"]["image"]["alt"]
            assert len(alt) > 60, f"{cell['id']}: say what the figure shows"


def test_figures_carry_no_date(path):
    for output in outputs_of(path):
        svg = "".join(output.get("data", {}).get("image/svg+xml", ""))
        assert "dc:date" not in svg


def test_only_the_versions_cell_is_exempt_from_comparison(path):
    exempt = [
        source(c)
        for c in cells_of(path)
        if any(tag.startswith("nbval") for tag in c["metadata"].get("tags", []))
        or "NBVAL" in source(c)
    ]
    assert len(exempt) == 1
    assert exempt[0].startswith("%load_ext watermark")


def test_answers_are_folded_and_checked(path):
    code = [c for c in cells_of(path) if c["cell_type"] == "code"]
    answers = [c for c in code if source(c).startswith("# Answer")]
    assert 2 <= len(answers) <= 4
    for answer in answers:
        assert answer["metadata"]["jupyter"] == {
            "source_hidden": True,
            "outputs_hidden": True,
        }
        assert "hide-cell" in answer["metadata"]["tags"]
        assert "assert" in source(answer)


def test_stored_size(path):
    # Diffs and pages stay light; fewer contour levels or points make a figure smaller.
    assert path.stat().st_size <= 400 * 1024, (
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
    assert re.findall(r"(?:/(?:home|Users|root|tmp)/|[A-Z]:\\\\)\S*", text) == []


def test_links_to_the_world_are_well_formed(path):
    text = "\n".join(source(c) for c in cells_of(path) if c["cell_type"] == "markdown")
    links = [link for link in re.findall(r"\]\(([^)]+\)?)\)", text) if "://" in link]
    assert len(links) >= 2, "a notebook ends with further reading"
    assert [x for x in links if not re.fullmatch(r"https?://[\w.-]+(/\S*)?", x)] == []


def test_indices_and_minus_signs_are_in_the_mathematics():
    bptt = "\n".join(source(cell) for cell in cells_of(PATHS[2]))
    forward = "\n".join(source(cell) for cell in cells_of(PATHS[1]))
    rprop = "\n".join(source(cell) for cell in cells_of(PATHS[5]))
    assert r"S_k = S_{k-1}\, w_{rec} + x_k\, w_x" in forward
    assert r"\sum_{k=1}^{n} w_{rec}^{\,n-k}\, x_k" in forward
    assert (
        r"\frac{\partial \xi}{\partial S_{k-1}} = \frac{\partial \xi}{\partial S_k}"
        in bptt
    )
    assert r"\partial \xi / \partial w_x = \sum_{k=1}^{n}" in bptt
    assert r"(\partial \xi / \partial S_k)_i\, (S_{k-1})_i" in bptt
    assert r"w \leftarrow w - \operatorname{sign}" in rprop
