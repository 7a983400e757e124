"""What could hinder a reader: what is cut, lost, or out of the keyboard's reach."""

import pytest
from watch import NOTEBOOKS, ONE_PAGE


@pytest.fixture
def phone(new_context):
    return new_context(viewport={"width": 390, "height": 844}).new_page()


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


AT_ONCE = "* { scroll-behavior: auto !important; transition: none !important }"

# Where the keyboard is: seen (a box behind its icon by that), and on screen.
PLACE = """() => {
  const box = document.activeElement;
  const {left, top, right, bottom} = box.getBoundingClientRect();
  const icon = box.matches(".sidebar-toggle");
  const marked = icon
    ? [...document.querySelectorAll(`[for=${box.id}]`)].some(
        label => label.offsetWidth && getComputedStyle(label).outlineStyle != "none")
    : box.checkVisibility({opacityProperty: true, visibilityProperty: true});
  const there = right > 0 && bottom > 0 && left < innerWidth && top < innerHeight;
  if (box == document.body) return "end";
  return marked && there ? "" : box.outerHTML.slice(0, 150);
}"""


@pytest.mark.parametrize("width", [390, 1100, 1600])
def test_the_keyboards_place_is_always_seen(plain, address, width):
    plain.set_viewport_size({"width": width, "height": 844})
    plain.goto(address + "05_vanishing_exploding.html")
    plain.add_style_tag(content=AT_ONCE)
    places = []
    while "end" not in places and len(places) < 200:
        plain.keyboard.press("Tab")
        places.append(plain.evaluate(PLACE))
    assert len(places) > 40
    assert set(places) == {"", "end"}


def test_the_keyboard_opens_the_menus(phone, address):
    phone.goto(address + "05_vanishing_exploding.html")
    phone.add_style_tag(content=AT_ONCE)
    for name, drawer in (
        ("Toggle site navigation sidebar", ".sidebar-drawer"),
        ("Toggle table of contents sidebar", ".toc-drawer"),
    ):
        menu = phone.get_by_role("checkbox", name=name)
        menu.focus()
        phone.keyboard.press("Space")
        link = phone.locator(f"{drawer} a:visible").first
        link.focus()
        assert link.evaluate("link => link == document.activeElement"), drawer
        menu.focus()
        phone.keyboard.press("Space")


def test_answers_have_the_size_of_other_code(plain, address):
    plain.goto(address + "05_vanishing_exploding.html")
    for medium in ("screen", "print"):
        plain.emulate_media(media=medium)
        sizes = plain.locator(".cell_input pre").evaluate_all(
            "boxes => boxes.map(box => getComputedStyle(box).fontSize)"
        )
        assert len(sizes) > 10
        assert len(set(sizes)) == 1


def test_on_one_page_parts_begin_on_a_sheet(plain, address):
    plain.goto(address + ONE_PAGE)
    plain.emulate_media(media="print")
    sections = plain.locator("article section:has(> .math-wrapper > .math[id$='-1'])")
    breaks = sections.evaluate_all("s => s.map(s => getComputedStyle(s).breakBefore)")
    assert breaks == ["page"] * len(NOTEBOOKS)


def test_an_excerpt_begins_with_the_text(plain, address):
    plain.goto(address + "search.html?q=exploding")
    excerpt = plain.locator("ul.search > li p.context").first
    excerpt.wait_for()
    found = plain.locator("ul.search > li").first.inner_text()
    assert "You have a gradient" in found
    for other in ("min read", "Colab", "(5.1)", "sys.path"):
        assert other not in found
