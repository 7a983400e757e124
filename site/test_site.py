"""The post in a real browser: `make check-site`.

The browser is the system's Chromium or Chrome. Every page is opened at the width of a
desk, light, and of a phone, dark; the one page of all parts, which are checked one by
one, is opened once.
"""

import re
import subprocess
from urllib.parse import unquote, urldefrag, urljoin, urlsplit

import pytest
from playwright.sync_api import expect
from watch import (
    AXE,
    AXE_RUN,
    BROKEN,
    BUILD,
    CUT,
    DESK,
    FADES_END,
    HTML,
    IMAGES,
    LOOKS,
    NOTEBOOKS,
    ONE_PAGE,
    PAGES,
    PARTS,
    PHONE,
    PROSE,
    RAW_TEX,
    REACH,
    SITE,
    SMALL,
    Watch,
)


def load_figures(page):
    """Load the figures that wait until a reader comes near."""
    images = "[...document.images]"
    page.evaluate(f"{images}.forEach(image => image.loading = 'eager')")
    page.wait_for_function(f"{images}.every(image => image.complete)", polling=100)


def check_access(page, name, rules):
    page.evaluate(FADES_END)  # a folded cell that opens is pale at first
    page.add_script_tag(path=AXE)  # what KaTeX hides from it looks like the prose
    found = page.evaluate(AXE_RUN, rules)["violations"]
    for rule in found:
        print(f"\n{name}: {rule['impact']}: {rule['id']}, {len(rule['nodes'])} times")
    grave = [rule for rule in found if rule["impact"] in ("serious", "critical")]
    assert [(rule["id"], rule["nodes"][0]["html"]) for rule in grave] == []


def check_budget(page, watch, name, width):
    page.mouse.wheel(0, 10_000)
    page.wait_for_timeout(200)
    shift = page.evaluate("window.shift")
    load_figures(page)
    requests, size = len(watch.responses), watch.kilobytes()
    print(
        f"\n{name} at {width} px: {size:.0f} kB compressed, {requests} requests, "
        f"layout shift {shift:.3f}"
    )
    assert size <= (1000 if name == ONE_PAGE else 300)
    assert requests <= 30 or name == ONE_PAGE  # it has the figures of all
    assert shift < 0.05


def check_content(page, width):
    folds = page.locator("details.hide")
    folds.evaluate_all("folds => folds.forEach(fold => fold.open = true)")
    assert page.evaluate(REACH) <= width

    assert page.locator(".katex-error").count() == 0
    assert RAW_TEX.findall(page.evaluate(PROSE)) == []
    assert page.locator(".katex").count() == page.locator(".katex math").count()

    load_figures(page)
    for image in page.evaluate(IMAGES):
        assert image["loaded"], image["file"]
        assert len(image["alt"]) > 60, image
        assert not re.search(r"\.(svg|png|ipynb)", image["alt"]), image


def check_what_is_narrow(page):
    for fault in (CUT, SMALL, BROKEN):
        assert page.evaluate(fault) == []


VISITS = [(name, setting) for name in PARTS for setting in (DESK, PHONE)]


@pytest.mark.parametrize(("name", "setting"), [*VISITS, (ONE_PAGE, DESK)], ids=str)
def test_page(page, address, name, setting):
    width, _ = setting
    watch = Watch(page)
    page.goto(address + name, wait_until="networkidle")
    check_budget(page, watch, name, width)
    check_content(page, width)
    watch.check(address)
    if name == ONE_PAGE:  # its parts are looked at one by one
        return
    # What only a phone shows, the theme's menus, is the same on every page.
    known = setting == PHONE and name != "index.html"
    check_access(page, name, LOOKS if known else {})
    if setting == PHONE:
        check_what_is_narrow(page)


# The addresses that a text of HTML links to, and its anchors.
LINKS = """text => {
  const all = new DOMParser().parseFromString(text, "text/html");
  const links = [...all.querySelectorAll("a[href], link[href]")];
  const named = [...all.querySelectorAll("[id]")];
  return [links.map(link => link.getAttribute("href")), named.map(e => e.id)];
}"""


def test_links_and_anchors_lead_somewhere(plain):
    links = {}
    for name in [*PAGES, "search.html"]:
        text = (HTML / name).read_text(encoding="utf-8")
        links[name] = plain.evaluate(LINKS, text)
    for name, (hrefs, ids) in links.items():
        assert len(ids) == len(set(ids)), name
        for href in hrefs:
            if urlsplit(href).scheme in ("http", "https"):
                continue
            file, anchor = urldefrag(urljoin(name, unquote(href.split("?")[0])))
            file = file or name
            assert (HTML / file).is_file(), f"{name}: {href}"
            if anchor and file.endswith(".html"):
                assert anchor in links[file][1], f"{name}: {href}"


def test_search_finds_a_word(plain, address):
    watch = Watch(plain)
    plain.goto(address)
    plain.get_by_role("textbox", name="Search").fill("exploding")
    plain.keyboard.press("Enter")
    results = plain.locator("ul.search")
    expect(results).to_contain_text("05. Vanishing and exploding gradients")
    watch.check(address)


def test_search_shows_each_formula_once(plain, address):
    plain.goto(address + "search.html?q=exploding")
    for name in NOTEBOOKS:
        page = name.replace("ipynb", "html")
        asked = f"fetch('{page}').then(r => r.text()).then(t => Search.htmlToText(t))"
        text = plain.evaluate(asked)
        assert "What you" in text
        for other in (r"\frac{\partial", r"\, w_{rec}", "\u200b", "Show the"):
            assert other not in text, name


def test_theme_switch_works_and_stays(plain, address):
    plain.goto(address)
    theme = plain.locator("body")
    for _ in range(3):
        if theme.get_attribute("data-theme") == "dark":
            break
        plain.locator(".theme-toggle:visible").first.click()
    expect(theme).to_have_attribute("data-theme", "dark")
    plain.goto(address + "03_bptt.html")
    expect(theme).to_have_attribute("data-theme", "dark")


def test_from_the_disk(plain):
    watch = Watch(plain)
    plain.goto((HTML / "index.html").as_uri())
    plain.get_by_role(
        "link", name="05. Vanishing and exploding gradients"
    ).first.click()
    expect(plain.locator("h1")).to_contain_text("05. Vanishing and exploding gradients")
    expect(plain.locator(".katex math").nth(20)).to_be_attached()
    plain.wait_for_load_state("networkidle")
    assert watch.complaints == []


def test_without_scripts_and_in_print(new_context, address):
    page = new_context(java_script_enabled=False).new_page()
    page.emulate_media(media="print")
    page.goto(address + "03_bptt.html")
    expect(page.locator("article .katex-html").first).to_be_visible()
    expect(page.locator(".sidebar-drawer")).to_be_hidden()
    expect(page.get_by_text("# Answer 1")).to_be_visible()


def test_a_question_leads_to_its_answer_and_one_click_opens_it(plain, address):
    plain.goto(address + "06_rprop.html")
    source = plain.get_by_text("# Answer 3")
    expect(source).to_be_hidden()
    plain.get_by_role("link", name="Answer", exact=True).last.click()
    answer = plain.locator("section:target")
    expect(answer).to_be_in_viewport()
    answer.locator("summary").click()
    expect(source).to_be_visible()
    expect(answer.locator(".cell_output")).to_be_visible()


def test_nothing_superfluous_is_built():
    seconds = (HTML / ONE_PAGE).stat().st_mtime - (BUILD / "katex").stat().st_mtime
    print(
        f"\nbuilt in {seconds:.0f} s (on a machine with nothing else to do: under 30)"
    )
    assert seconds > 0
    assert not (HTML / "jupyter_execute").exists(), "it would be published"


def test_html_is_valid():
    validate = SITE / "node_modules" / ".bin" / "html-validate"
    files = [HTML / name for name in [*PAGES, "search.html", "404.html"]]
    command = [validate, "--formatter=text", "--config", SITE / "html-validate.cjs"]
    done = subprocess.run([*command, *files], capture_output=True, encoding="utf-8")
    assert done.returncode == 0, done.stdout + done.stderr


@pytest.mark.parametrize("name", PAGES)
def test_head(name):
    text = (HTML / name).read_text(encoding="utf-8")
    for part in ('property="og:image"', 'property="og:description"', 'rel="canonical"'):
        assert part in text, part
    assert re.findall(r'description" content="[^"]*[\\{$]', text) == []
    assert 'type="application/atom+xml"' in text
    addresses = re.findall(r'(?:og:image"|og:url") content="([^"]*)"', text)
    addresses += re.findall(r'rel="canonical" href="([^"]*)"', text)
    assert len(addresses) == 3
    for address in addresses:
        path = address.removeprefix("https://example.org/some/path/")
        assert (HTML / path).exists(), address


def test_feed_sitemap_and_cover():
    for file in ("feed.xml", "sitemap.xml"):
        listed = (HTML / file).read_text(encoding="utf-8")
        assert all(name.replace(".ipynb", ".html") in listed for name in NOTEBOOKS)
    png = (HTML / "_static" / "cover.png").read_bytes()
    assert int.from_bytes(png[16:20], "big") == 1200
