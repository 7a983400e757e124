"""Store the figure that notebook 06 tags "cover" as the picture of the README."""

import json
from pathlib import Path

NOTEBOOKS = Path(__file__).parents[1] / "notebooks"


def cover_svg():
    """Return the stored SVG of the cell that is tagged "cover"."""
    notebook = NOTEBOOKS / "06_rprop.ipynb"
    for cell in json.loads(notebook.read_text(encoding="utf-8"))["cells"]:
        if "cover" in cell["metadata"].get("tags", []):
            return "".join(cell["outputs"][0]["data"]["image/svg+xml"])
    raise LookupError('no cell of 06_rprop.ipynb has the tag "cover"')


if __name__ == "__main__":
    (NOTEBOOKS / "cover.svg").write_text(cover_svg(), encoding="utf-8")
