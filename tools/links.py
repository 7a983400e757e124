"""List the external links of the documents, and check them where there is a network.

`make links` runs this. It fails on a link that is gone (404 or 410). A site that turns
away programs or does not answer is named and does not fail it: look at it yourself.
"""

import http.client
import sys
import urllib.error
import urllib.request
from concurrent.futures import ThreadPoolExecutor

from test_notebooks import DOCUMENTS, links_of


def answer_of(link):
    """Return the HTTP status of a request, or the reason why there is none."""
    request = urllib.request.Request(link, headers={"User-Agent": "Mozilla/5.0"})
    try:
        with urllib.request.urlopen(request, timeout=20) as response:
            return response.status
    except urllib.error.HTTPError as error:
        return error.code
    except (OSError, http.client.HTTPException) as error:
        return getattr(error, "reason", None) or type(error).__name__


def check_links():
    """Print every link with its answer; return a message if one is gone."""
    links = {}
    for document in DOCUMENTS:
        for link in filter(lambda link: "://" in link, links_of(document)):
            links.setdefault(link, []).append(document.name)
    with ThreadPoolExecutor(8) as pool:
        answers = list(pool.map(answer_of, links))
    for (link, documents), answer in zip(links.items(), answers, strict=True):
        print(f"{answer}  {link}  ({', '.join(documents)})")
    if not any(isinstance(answer, int) for answer in answers):
        print(f"no network here: {len(links)} links are listed, none is checked")
    gone = sum(answer in (404, 410) for answer in answers)
    print(f"{len(links)} links, {gone} gone")
    return "replace the links that are gone: 404 or 410" if gone else None


if __name__ == "__main__":
    sys.exit(check_links())
