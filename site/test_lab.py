"""The notebooks in JupyterLab, in a real browser: `make check-site`."""

import json
import string

import pytest
from playwright.sync_api import expect
from watch import NOTEBOOKS, RAW_TEX, Explorer

LAB_PROSE = """notebook => {
  const texts = [...notebook.querySelectorAll(".jp-RenderedMarkdown")].map(cell => {
    const copy = cell.cloneNode(true);
    copy.querySelectorAll("pre, code, mjx-container").forEach(e => e.remove());
    return copy.textContent;
  });
  return texts.join(" ");
}"""


def wait_for_kernel(page, address, name):
    """Wait until server and page call the kernel idle, or it restarts too soon."""
    for _ in range(300):
        sessions = page.request.get(f"{address}api/sessions").json()
        kernels = [s["kernel"] for s in sessions if s["path"].endswith(name)]
        if any(k["execution_state"] == "idle" and k["connections"] for k in kernels):
            break
        page.wait_for_timeout(200)
    expect(page.locator("#jp-main-statusbar")).to_contain_text("| Idle", timeout=60_000)
    page.wait_for_load_state("networkidle")


OPEN = """async name => {
  const asked = { path: `notebooks/${name}` };
  const panel = await jupyterapp.commands.execute("docmanager:open", asked);
  panel.node.id = name;
}"""


def open_in_lab(page, name):
    """Open a notebook as it is stored, before the others; return its panel."""
    page.evaluate(OPEN, name)
    panel = page.locator(f"[id='{name}']")
    expect(panel.locator(".jp-CodeCell").last).to_contain_text(
        "matplotlib", timeout=60_000
    )
    expect(panel.locator("mjx-container").first).to_be_visible()
    page.wait_for_load_state("networkidle")
    return panel


# Figures and formulas that are cut beside the list of files.
CUT = """notebook =>
  [...notebook.querySelectorAll(".jp-OutputArea-output, mjx-container")]
  .filter(box => box.clientWidth && box.scrollWidth > box.clientWidth)
  .map(box => box.outerHTML.slice(0, 200))"""


@pytest.mark.parametrize("name", NOTEBOOKS)
def test_notebook_in_jupyterlab(workspace, name):
    page, errors = workspace
    panel = open_in_lab(page, name)
    assert panel.locator("mjx-merror").count() == 0
    assert RAW_TEX.findall(panel.evaluate(LAB_PROSE)) == []
    assert panel.locator(".jp-RenderedSVG img").count() > 0
    assert panel.evaluate(CUT) == []
    assert errors == []


def test_run_all_in_jupyterlab(workspace, lab):
    """One notebook does, since `make test` has run them all."""
    address, folder = lab
    name = "03_bptt.ipynb"
    page, errors = workspace
    cells = open_in_lab(page, name).locator(".jp-CodeCell")
    wait_for_kernel(page, address, name)
    page.get_by_role("menuitem", name="Kernel", exact=True).click()
    page.get_by_text("Restart Kernel and Run All Cells…").click()
    page.locator(".jp-Dialog button.jp-mod-accept").click()
    n_cells = cells.count()
    prompt = cells.last.locator(".jp-InputPrompt")
    expect(prompt).to_have_text("[*]:", timeout=60_000)  # it waits for its turn
    expect(prompt).to_have_text(f"[{n_cells}]:", timeout=90_000)
    assert errors == []

    answers = cells.filter(has_text="# Answer")
    assert answers.count() >= 3
    assert not any(answer.is_visible() for answer in answers.all()), "the run shows it"
    page.locator(".jp-showHiddenCellsButton:visible").first.click()
    expect(answers.first.locator(".jp-InputArea")).to_be_visible()
    expect(answers.first.locator(".jp-OutputArea-output").first).to_be_visible()

    page.keyboard.press("ControlOrMeta+s")
    saved = page.locator(".lm-mod-current.jp-mod-dirty")
    expect(saved).to_have_count(0)
    stored = json.loads((folder / name).read_text(encoding="utf-8"))["cells"]
    code = [cell for cell in stored if cell["cell_type"] == "code"]
    assert [c["execution_count"] for c in code] == list(range(1, n_cells + 1))
    outputs = [output for cell in code for output in cell["outputs"]]
    assert [o for o in outputs if o["output_type"] == "error"] == []
    assert [o for o in outputs if o.get("name") == "stderr"] == []


def open_the_explorer(page, lab):
    """Open a notebook alone, without the lab around it; return its explorer."""
    address, _ = lab
    page.goto(f"{address}doc/tree/notebooks/06_rprop.ipynb?reset")
    return Explorer(page)


def test_explorer_in_jupyterlab(plain, lab):
    open_the_explorer(plain, lab).check_everything()


# What cuts the outline, which reaches 4 px beyond what has the focus.
CUTS_THE_OUTLINE = """stop => {
  const cutters = [], inner = stop.getBoundingClientRect();
  for (let box = stop.parentElement; box; box = box.parentElement) {
    const outer = box.getBoundingClientRect();
    const room = Math.min(inner.left - outer.left, outer.right - inner.right);
    const cuts = getComputedStyle(box).overflowX != "visible";
    if (cuts && room < 4) cutters.push(box.className);
  }
  return cutters;
}"""


def test_the_outline_of_what_has_the_focus_is_whole(plain, lab):
    explorer = open_the_explorer(plain, lab)
    explorer.says("loss")
    for stop in explorer.live.locator("button, select, [tabindex]").all():
        assert stop.evaluate(CUTS_THE_OUTLINE) == []


# What each cell is, and which one is chosen.
CELLS = """() => [...document.querySelectorAll(".jp-Cell")].map(cell =>
  cell.className.match(/jp-(Code|Markdown|Raw)Cell|jp-mod-active/g)
    + (cell.querySelector(".cm-content")?.textContent.slice(0, 100) ?? "")
)"""


def test_no_letter_typed_in_the_explorer_reaches_the_notebook(plain, lab):
    explorer = open_the_explorer(plain, lab)
    explorer.says("loss")
    stops = explorer.live.locator("button, select, [tabindex]").all()
    assert len(stops) == 7
    explorer.note.click()
    chosen = plain.locator(".jp-Cell.jp-mod-active")
    expect(chosen).to_contain_text("show_explorer")
    before = plain.evaluate(CELLS)
    for stop in stops:
        stop.focus()
        for key in string.ascii_letters:
            plain.keyboard.press(key)
            plain.keyboard.press(key)  # as in d, d
        plain.wait_for_timeout(100)
        assert plain.evaluate(CELLS) == before
        expect(stop).to_be_focused()
