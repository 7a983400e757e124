"""The explorer in the post, in a real browser: `make check-site`."""

import re
import subprocess
from contextlib import contextmanager

import pytest
from playwright.sync_api import expect
from watch import DESK, ONE_PAGE, PARTS, PHONE, REACH, ROOT, Explorer, Watch


@pytest.mark.parametrize("setting", [DESK, PHONE], ids=str)
def test_explorer(page, address, setting):
    width, _ = setting
    watch = Watch(page)
    page.goto(address + "05_vanishing_exploding.html", wait_until="networkidle")
    Explorer(page).check_everything()
    assert page.evaluate(REACH) <= width
    watch.check(address)


def test_explorer_by_touch(new_context, address):
    size = {"width": 390, "height": 844}
    context = new_context(viewport=size, has_touch=True, is_mobile=True)
    page = context.new_page()
    page.goto(address + "05_vanishing_exploding.html", wait_until="networkidle")
    explorer = Explorer(page)
    page.touchscreen.tap(*explorer.place_of(-1, 1))
    explorer.is_at(-1, 1)
    devtools = context.new_cdp_session(page)
    points = [explorer.place_of(w, 1) for w in (-1, -0.5, 0.5, 2)]
    for kind, place in zip(
        ["touchStart", "touchMove", "touchMove", "touchMove"], points, strict=True
    ):
        touch = {"type": kind, "touchPoints": [dict(zip("xy", place, strict=True))]}
        devtools.send("Input.dispatchTouchEvent", touch)
    devtools.send("Input.dispatchTouchEvent", {"type": "touchEnd", "touchPoints": []})
    explorer.is_at(2, 1)


def test_explorer_with_reduced_motion(new_context, address):
    page = new_context(reduced_motion="reduce").new_page()
    page.goto(address + "06_rprop.html")
    explorer = Explorer(page)
    explorer.press("Run")
    assert "step 500" in explorer.numbers.inner_text()


@pytest.mark.parametrize("setting", [DESK, PHONE], ids=str)
def test_the_post_opens_with_the_explorer(page, address, setting):
    page.goto(address)
    explorer = Explorer(page)
    first = page.locator("article section :is(svg, img):visible").first
    assert first.evaluate("picture => picture.dataset.part") == "map"
    page.evaluate("scrollTo(0, 0)")
    expect(explorer.map).to_be_in_viewport(ratio=0.9)
    page.get_by_role("link", name="from (-1.5, 2)").click()
    explorer.says("step 500")
    expect(explorer.note).to_contain_text("Arrived")
    page.get_by_role("link", name="from (0.5, -2)").click()
    explorer.says("step 500")
    expect(explorer.note).not_to_contain_text("Arrived")


@pytest.mark.parametrize("name", [n for n in PARTS if n[:2] in ("05", "06", "07")])
def test_sentences_set_the_explorer(new_context, address, name):
    page = new_context(reduced_motion="reduce").new_page()
    watch = Watch(page)
    page.goto(address + name, wait_until="networkidle")
    explorer = Explorer(page)
    links = page.locator("[data-explore] > a").all()
    assert len(links) >= 10
    for link in links:
        asked = link.locator("..").evaluate("span => ({...span.dataset})")
        link.click()
        expect(explorer.map).to_be_in_viewport()
        if "rule" in asked:
            expect(explorer.list_of("Rule")).to_have_value(asked["rule"])
        expect(explorer.list_of("Show")).to_have_value(asked.get("show", "loss"))
        if "steps" in asked:
            explorer.says(f"step {asked['steps']}")
        else:
            explorer.is_at(*map(float, asked["explore"].split(",")))
    watch.check(address)


def test_on_one_page_each_sentence_leads_to_the_figure_of_its_part(plain, address):
    plain.goto(address + ONE_PAGE, wait_until="networkidle")
    figures = plain.locator("[data-ready]")
    expect(figures).to_have_count(3)
    for i, figure in enumerate(figures.all(), start=1):
        expect(figure).to_have_id(f"explorer-{i}")
    leads = """links => links.map(link => {
      const part = link.closest(":has([data-ready])");
      return part.querySelector("[data-ready]").id === link.hash.slice(1);
    })"""
    right = plain.locator("[data-explore] > a").evaluate_all(leads)
    assert len(right) > 30
    assert all(right)


def test_explorer_is_a_picture_in_print_and_without_scripts(new_context, address):
    for scripts, media in [(False, "screen"), (True, "print")]:
        page = new_context(java_script_enabled=scripts).new_page()
        page.emulate_media(media=media)
        page.goto(address + "05_vanishing_exploding.html")
        picture = page.get_by_role("img", name="Left: a map of the loss over w_x")
        expect(picture).to_be_visible()
        assert picture.bounding_box()["width"] > 400
        expect(page.locator(".rnn-explorer button")).to_have_count(3 * scripts)
        expect(page.locator(".rnn-explorer .live")).to_be_hidden()
        assert page.locator("[data-explore]").count() >= 10
        assert bool(page.locator("[data-explore] > a").count()) == scripts


def no_room_is_left(page):
    box, picture = (
        page.locator("[data-explorer]"),
        page.locator("[data-explorer] > img"),
    )
    expect(picture).to_be_visible()
    left = box.bounding_box()["height"] - picture.bounding_box()["height"]
    return left < 20


@contextmanager
def under(policy, page):
    """Serve all that a page asks for under a Content-Security-Policy."""

    def answer(route):
        response = route.fetch()
        headers = response.headers | {"content-security-policy": policy}
        route.fulfill(response=response, headers=headers)

    page.route("**/*", answer)
    yield
    page.unroute_all(behavior="wait")


def test_under_the_policy_that_is_documented(plain, address):
    text = (ROOT / "CONTRIBUTING.md").read_text(encoding="utf-8")
    policy = re.search(r"Content-Security-Policy: (.*)", text)[1]
    watch = Watch(plain)
    with under(policy, plain):
        plain.goto(address + "05_vanishing_exploding.html", wait_until="networkidle")
        Explorer(plain).press("Step")
        plain.goto(address + "search.html?q=exploding", wait_until="networkidle")
        expect(plain.locator("ul.search")).to_contain_text("05.")
    watch.check(address)


@pytest.mark.parametrize("setting", [DESK, PHONE], ids=str)
def test_the_picture_is_all_where_a_policy_forbids_scripts(page, address, setting):
    with under("default-src 'self'; style-src 'unsafe-inline'; img-src data:", page):
        page.goto(address + "05_vanishing_exploding.html", wait_until="networkidle")
        assert no_room_is_left(page)


# Losses and gradients of these data overflow wherever |w_rec| is above 1.4.
OVERFLOWS = """
import rnn_helpers as rnn
print(rnn.show_explorer(*rnn.make_dataset(5, 1000), 1, 3).data)
"""


def test_explorer_survives_data_that_overflow(plain):
    python = ROOT / ".venv" / "bin" / "python"
    run = subprocess.run([python, "-c", OVERFLOWS], cwd=ROOT, stdout=subprocess.PIPE)
    html, watch = run.stdout.decode(), Watch(plain)
    plain.set_content(html)
    explorer = Explorer(plain)
    explorer.says("= (1, 3); loss or gradient overflows")
    for rule in explorer.list_of("Rule").locator("option").all_inner_texts():
        explorer.choose("Rule", rule)
        explorer.press("Step")
        explorer.press("Run")
        told = re.compile(r"Overflowed after \d+ step|; step \d")
        expect(explorer.numbers).to_contain_text(told)
        assert not re.search("NaN|Infinity", explorer.live.inner_text())
    explorer.choose("Show", "near")
    assert explorer.map.locator("image").count() == 1
    assert watch.complaints == []

    plain.set_content(html.replace("&quot;decades", "&quot;others"))
    assert no_room_is_left(plain)
    assert watch.complaints, "the script had nothing to stumble over"
    assert plain.locator(".rnn-explorer .live").count() == 0
