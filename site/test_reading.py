"""What could hinder a reader: what is cut, lost, or out of the keyboard's reach."""

import pytest
from watch import PARTS

# What is wider than its box, on a phone, and does not fade where it goes on.
CUT = """() => [...document.querySelectorAll("article *")].filter(box => {
  const style = getComputedStyle(box);
  const wide = box.scrollWidth > box.clientWidth + 1 && style.overflowX != "visible";
  return wide && style.maskImage == "none" && !box.closest(".katex-mathml");
}).map(box => box.outerHTML.slice(0, 200))"""

SMALL = """() => [...document.querySelectorAll("article a > img")]
  .filter(image => image.clientWidth < 500).map(image => image.alt)"""


@pytest.fixture
def phone(browser):
    context = browser.new_context(viewport={"width": 390, "height": 844})
    yield context.new_page()
    context.close()


@pytest.mark.parametrize("name", PARTS)
def test_on_a_phone_nothing_is_cut_without_a_sign(phone, address, name):
    phone.goto(address + name)
    phone.evaluate("document.querySelectorAll('details').forEach(d => d.open = true)")
    phone.wait_for_timeout(200)
    assert phone.evaluate(CUT) == []
    assert phone.evaluate(SMALL) == [], "its labels cannot be read"


def test_the_sign_goes_at_the_end(phone, address):
    phone.goto(address + "05_vanishing_exploding.html")
    box = phone.locator("figure > a").first
    for place, wanted in ((0, "more-right"), (80, "more-left more-right")):
        box.evaluate("(box, place) => box.scrollTo(place, 0)", place)
        phone.wait_for_timeout(200)
        classes = box.get_attribute("class").split()
        assert " ".join(sorted(c for c in classes if c.startswith("more"))) == wanted
    box.evaluate("box => box.scrollTo(1000, 0)")
    phone.wait_for_timeout(200)
    assert "more-right" not in box.get_attribute("class")
