"""What the post offers besides its pages: files, links to hosts, how to cite it."""

import json
import os
import re
import subprocess
import sys
from datetime import datetime
from zipfile import ZipFile

import lxml.html
import offers
import pytest
from lxml import etree
from watch import HTML, NOTEBOOKS, ONE_PAGE, PAGES, ROOT, SITE

OFFERED = ["Notebook (ipynb)", "Helper (zip)"]
HOSTED = ["Open in Colab", "Launch on Binder", "Edit", "Report a mistake"]


def parsed(name):
    return lxml.html.parse(HTML / name).getroot()


@pytest.mark.parametrize("name", NOTEBOOKS)
def test_a_page_leads_to_its_notebook_as_a_file(name):
    links = parsed(name.replace("ipynb", "html")).xpath("//a[@download]")
    offered = {link.text: link.get("href") for link in links}
    assert offered == dict(zip(OFFERED, [name, "rnn_helpers.zip"], strict=True))
    stored = (ROOT / "notebooks" / name).read_bytes()
    assert (HTML / name).read_bytes() == stored


def test_a_click_brings_the_file(plain, address):
    plain.goto(address + NOTEBOOKS[0].replace("ipynb", "html"))
    for link, file in zip(OFFERED, [NOTEBOOKS[0], "rnn_helpers.zip"], strict=True):
        with plain.expect_download() as download:
            plain.get_by_role("link", name=link, exact=True).click()
        assert download.value.suggested_filename == file


def test_notebook_and_helper_run_in_a_folder_of_their_own(tmp_path):
    ZipFile(HTML / "rnn_helpers.zip").extractall(tmp_path)
    cells = json.loads((HTML / NOTEBOOKS[0]).read_bytes())["cells"]
    first = next(cell for cell in cells if cell["cell_type"] == "code")
    code = "".join(first["source"]) + "\nprint(rnn.__file__)\nrnn.show_explorer"
    python = ROOT / ".venv" / "bin" / "python"
    environ = {k: v for k, v in os.environ.items() if k != "PYTHONPATH"}
    options = {"cwd": tmp_path, "env": environ, "encoding": "utf-8"}
    run = subprocess.run([python, "-c", code], stdout=subprocess.PIPE, **options)
    assert run.stdout.strip() == str(tmp_path / "rnn_helpers.py")
    assert (tmp_path / "LICENSE").is_file()


@pytest.mark.parametrize("file", [*NOTEBOOKS, "index.md"])
def test_links_to_hosts_name_a_file_that_is_there(file):
    links = offers.links_of(file, "some/repository")
    wanted = [*OFFERED, *HOSTED]
    if file == "index.md":
        wanted = [OFFERED[1], *HOSTED[2:]]
    assert list(links) == wanted
    for name, link in links.items():
        path = re.search(r"some/repository/(?:.*)(notebooks/[\w.]+)", link)
        assert path or name in (*OFFERED, HOSTED[3])
        assert not path or (ROOT / path[1]).is_file()


def test_without_a_repository_nothing_leads_to_one(monkeypatch):
    monkeypatch.delenv("SITE_REPOSITORY", raising=False)
    assert list(offers.links_of(NOTEBOOKS[0], offers.repository())) == OFFERED
    monkeypatch.setenv("SITE_REPOSITORY", "https://github.com/a/b/")
    assert offers.repository() == "a/b"
    monkeypatch.setenv("SITE_REPOSITORY", "a/b")
    with pytest.raises(ValueError, match=r"must be the address of .*, got 'a/b'"):
        offers.repository()


@pytest.mark.parametrize("name", PAGES)
def test_pages_lead_to_the_repository(name):
    text = (HTML / name).read_text(encoding="utf-8")
    notebook = name[0].isdecimal()
    for link in HOSTED:
        assert (f">{link}</a>" in text) == (notebook or link in HOSTED[2:]), link


def test_without_an_address_there_are_no_canonical_links(tmp_path):
    (tmp_path / "notebooks").mkdir()
    for name in ("index.md", "cover.svg", NOTEBOOKS[0], NOTEBOOKS[5]):
        text = (ROOT / "notebooks" / name).read_text(encoding="utf-8")
        text = re.sub(r"^\| \[(?!01|06).*\n", "", text, flags=re.M)
        (tmp_path / "notebooks" / name).write_text(text, encoding="utf-8")
    built = tmp_path / "html"
    options = ["-Q", "-c", SITE, tmp_path / "notebooks", built]
    environ = {k: v for k, v in os.environ.items() if not k.startswith("SITE_")}
    command = [sys.executable, "-m", "sphinx", *options]
    subprocess.run(command, check=True, env=environ)
    text = "".join(page.read_text(encoding="utf-8") for page in built.glob("*.html"))
    assert "How would you know" not in text, "it takes long"
    for absent in ("canonical", "og:url", "og:image", "localhost", FEED, "colab"):
        assert absent not in text, absent
    files = {file.name for file in built.iterdir()}
    assert {".nojekyll", "404.html", NOTEBOOKS[0]} <= files
    assert not {FEED, "sitemap.xml"} & files


def test_the_citation_is_on_the_opening_page(plain, address):
    plain.goto(address)
    entry = plain.locator("#cite-this-series pre").inner_text()
    assert entry.startswith("@misc{")
    cited = (ROOT / "CITATION.cff").read_text(encoding="utf-8")
    fields = dict(re.findall(r"^  (\w+) = \{+(.*?)\}+,$", entry, flags=re.M))
    assert fields["title"] in cited
    assert fields["author"] in cited
    assert f"date-released: {fields['year']}-" in cited
    assert fields["url"] == "https://example.org/some/path/"
    assert entry.count("{") == entry.count("}")


def test_the_byline_names_no_author(plain, address):
    plain.goto(address + NOTEBOOKS[0].replace("ipynb", "html"))
    line = plain.locator(".byline").first.inner_text()
    assert re.match(r"\d{4}-\d\d-\d\d · \d+ min read\n", line), line


@pytest.mark.parametrize("name", PAGES)
def test_figures_are_numbered_and_say_what_they_show(name):
    page = parsed(name)
    figures = page.xpath("//article//figure")
    captions = [c.text_content().strip() for c in page.xpath("//article//figcaption")]
    assert len(captions) == len(figures)
    numbers = [re.match(r"Figure (\d+)\.(\d+)\. [A-Z].{15,}\.", c) for c in captions]
    assert all(numbers), captions
    pairs = [tuple(map(int, found.groups())) for found in numbers]
    assert pairs == sorted(set(pairs))
    outputs = "//article//*[contains(@class, 'cell_output')]"
    images = page.xpath(f"{outputs}//img[not(ancestor::*[@data-explorer])]")
    assert len(images) == len(captions)
    if name[0].isdecimal():
        assert [pair[0] for pair in pairs] == [int(name[:2])] * len(pairs)


def test_a_missing_page_leads_on_from_any_depth(plain, address):
    folder = address.removesuffix("/")
    page = (HTML / "404.html").read_text(encoding="utf-8")
    plain.route("**/deep/er", lambda route: route.fulfill(body=page, status=404))
    plain.goto(f"{folder}/no/such/deep/er")
    assert plain.locator("h1").inner_text() == "There is no such page"
    assert "canonical" not in page
    plain.get_by_role("link", name="contents", exact=True).click()
    assert plain.url == f"{folder}/index.html"
    assert (HTML / ".nojekyll").is_file()


FEED = "feed.xml"
ATOM = {"a": "http://www.w3.org/2005/Atom"}


def test_the_feed_holds_what_atom_asks_for():
    """RFC 4287, 4.1.1 and 4.1.2: what a feed and each entry must have, and once."""
    feed = etree.parse(HTML / FEED).getroot()
    entries = feed.findall("a:entry", ATOM)
    assert len(entries) == len(NOTEBOOKS)
    assert feed.find("a:author/a:name", ATOM).text == offers.AUTHOR
    for element in [feed, *entries]:
        for name in ("id", "title", "updated"):
            found = element.findall(f"a:{name}", ATOM)
            assert len(found) == 1
            assert found[0].text.strip()
        assert datetime.fromisoformat(element.find("a:updated", ATOM).text).tzinfo
        rels = [e.get("rel", "alternate") for e in element.findall("a:link", ATOM)]
        assert rels.count("alternate") == 1
        for link in element.findall("a:link", ATOM):
            path = link.get("href").removeprefix("https://example.org/some/path/")
            assert (HTML / (path or "index.html")).is_file(), link.get("href")
    ids = [element.find("a:id", ATOM).text for element in [feed, *entries]]
    assert len(set(ids)) == len(ids)
    assert all(address.startswith("https://example.org/") for address in ids)
    summaries = [entry.find("a:summary", ATOM).text for entry in entries]
    assert not [text for text in summaries if re.search(r"[\\${]", text)]
    assert ONE_PAGE not in ids
