"""Store executed notebooks in notebooks/, as the tests want them: `make notebooks`.

What running and saving by hand changes is set right: an answer is folded again, and
metadata that say nothing to a reader are dropped. Each SVG gets the alt text of its
cell, so that it also has one where it stands on a page without Sphinx.
"""

import html
import re
import sys
from pathlib import Path

import nbformat
from nbconvert.preprocessors import CoalesceStreamsPreprocessor

FOLDER = Path(__file__).parents[1] / "notebooks"
LANGUAGE = ("name", "file_extension", "mimetype")  # nbconvert names a script by them
FOLDED = {"source_hidden": True, "outputs_hidden": True}


def cleaned(notebook):
    """Set right what a kernel and an editor leave in a notebook."""
    notebook, _ = CoalesceStreamsPreprocessor(enabled=True).preprocess(notebook, {})
    language = {key: notebook.metadata.language_info[key] for key in LANGUAGE}
    kernel = notebook.metadata.kernelspec
    notebook.metadata = {"kernelspec": kernel, "language_info": language}
    for cell in notebook.cells:
        kept = {k: v for k, v in cell.metadata.items() if k in ("tags", "mystnb")}
        if cell.cell_type == "code":
            if is_answer(cell):
                kept["jupyter"] = FOLDED
            name_figures(cell)
        cell.metadata = kept
    return notebook


def is_answer(cell):
    """Tell whether a cell is folded: it is an answer to an exercise."""
    tagged = "hide-cell" in cell.metadata.get("tags", [])
    return tagged or cell.source.startswith("# Answer")


def name_figures(cell):
    """Give each SVG of a cell the alt text of the cell's metadata."""
    alt = cell.metadata.get("mystnb", {}).get("image", {}).get("alt")
    for output in cell.outputs:
        if alt and "image/svg+xml" in output.get("data", {}):
            svg = output.data["image/svg+xml"]
            bare = re.sub(r'<svg role="img" aria-label="[^"]*" ', "<svg ", svg)
            label = f'<svg role="img" aria-label="{html.escape(alt)}" '
            output.data["image/svg+xml"] = bare.replace("<svg ", label, 1)


if __name__ == "__main__":
    for path in map(Path, sys.argv[1:]):
        nbformat.write(cleaned(nbformat.read(path, 4)), FOLDER / path.name)
