"""The post in Firefox, by WebDriver BiDi: what differs from browser to browser."""

import json
import re
import shutil
import subprocess

import pytest
from watch import BROKEN, CUT, DESK, IMAGES, PARTS, PHONE, REACH, SITE

# Figures wait until a reader comes near; here all of them are asked for.
LOADED = f"""async () => {{
  const images = [...document.images];
  images.forEach(image => image.loading = "eager");
  await Promise.allSettled(images.map(image => image.decode()));
  return ({IMAGES})();
}}"""
PROBES = {
    "reach": f"() => {REACH}",
    "colour": "() => getComputedStyle(document.body).backgroundColor",
    "images": LOADED,
    "cut": CUT,
    "broken": BROKEN,
    "formulas": "() => document.querySelectorAll('.katex').length",
    "errors": "() => document.querySelectorAll('.katex-error').length",
}


@pytest.fixture(scope="module")
def visits(address):
    path = shutil.which("firefox-esr") or shutil.which("firefox")
    if not path:
        pytest.skip("no Firefox here; on Debian: apt-get install firefox-esr")
    task = {"executablePath": path, "address": address, "names": PARTS}
    task |= {"probes": PROBES, "settings": [DESK, PHONE]}
    done = subprocess.run(
        ["node", SITE / "firefox.mjs"],
        input=json.dumps(task),
        capture_output=True,
        encoding="utf-8",
    )
    assert done.returncode == 0, done.stderr
    return json.loads(done.stdout)


def test_every_page_is_whole(visits):
    assert [(v["name"], v["width"]) for v in visits] == [
        (name, width) for width, _ in (DESK, PHONE) for name in PARTS
    ]
    for visit in visits:
        where = visit["name"], visit["width"]
        assert visit["complaints"] == [], where
        assert visit["reach"] <= visit["width"], where
        assert (visit["colour"] == "rgb(255, 255, 255)") == (where[1] == DESK[0]), where
        assert all(image["loaded"] for image in visit["images"]), where
        assert visit["cut"] == visit["broken"] == [], where
        assert visit["errors"] == 0, where
        assert visit["formulas"] > 5 or visit["name"] == "index.html", where


def test_the_explorer_answers_lists_buttons_keys_and_mouse(visits):
    told = [visit["explorer"] for visit in visits if "explorer" in visit]
    assert len(told) == 8  # on four pages, in two settings
    for lines in told:
        arrived, moved, dragged = (
            line.replace("\N{MINUS SIGN}", "-") for line in lines
        )
        assert "= (1.001, 0.9997); loss 1.8e-6" in arrived
        assert "= (-1.45, 2); loss" in moved
        place = re.search(r"= \((.*?), (.*?)\)", dragged)
        assert [float(w) for w in place.groups()] == pytest.approx([0, 0], abs=0.03)
