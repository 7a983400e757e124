"""The browser, the served post, pages that are watched, and JupyterLab."""

import os
import re
import shutil
import subprocess
import threading
import time
from contextlib import suppress
from functools import partial
from http.server import SimpleHTTPRequestHandler, ThreadingHTTPServer
from urllib.error import URLError
from urllib.request import urlopen

import pytest
from playwright.sync_api import expect

pytest.register_assert_rewrite("watch")  # before it is imported

from watch import BROWSERS, HTML, ROOT, SHIFTS  # noqa: E402

expect.set_options(timeout=30_000)  # a busy machine takes longer than the usual 5 s


@pytest.fixture(scope="session")
def browser_type_launch_args():
    """Take the browser of the system, so that nothing has to be downloaded."""
    path = next(filter(None, map(shutil.which, BROWSERS)), None)
    assert path, (
        "install Chromium or Google Chrome; on Debian: apt-get install chromium"
    )
    return {"executable_path": path}


class Server(SimpleHTTPRequestHandler):
    """Serve files below /some/path/, as a host with a sub-path does."""

    protocol_version = "HTTP/1.1"  # one connection for many figures

    def translate_path(self, path):
        return super().translate_path(path.removeprefix("/some/path"))

    def copyfile(self, *files):
        with suppress(BrokenPipeError):  # the browser has gone to another page
            super().copyfile(*files)

    def log_message(self, *arguments):
        pass


@pytest.fixture(scope="session")
def address():
    server = ThreadingHTTPServer(("127.0.0.1", 0), partial(Server, directory=HTML))
    threading.Thread(target=server.serve_forever, daemon=True).start()
    yield f"http://127.0.0.1:{server.server_port}/some/path/"
    server.shutdown()


@pytest.fixture
def page(new_context, setting):
    width, scheme = setting
    size = {"width": width, "height": 844}
    context = new_context(viewport=size, color_scheme=scheme)
    context.add_init_script(SHIFTS)
    return context.new_page()


@pytest.fixture
def plain(new_context):
    """Open pages at the usual size of a desk."""
    return new_context().new_page()


# All cells are in the page, not only those in view; the theme is the system's.
LAB_SETTINGS = {
    "notebook-extension/tracker": '{"windowingMode": "none"}',
    "apputils-extension/themes": '{"adaptive-theme": true}',
}


def wait_until_it_listens(address):
    """Wait for a server that says its address before it opens the port."""
    for _ in range(300):
        with suppress(URLError):
            urlopen(f"{address}api").close()
            return
        time.sleep(0.1)
    raise TimeoutError(f"nothing listens at {address}")


@pytest.fixture(scope="session")
def lab(tmp_path_factory):
    """Start JupyterLab on a copy of the notebooks; return its address and the copy."""
    folder = tmp_path_factory.mktemp("lab")
    shutil.copytree(ROOT / "notebooks", folder / "notebooks")
    shutil.copytree(ROOT / "rnn_core", folder / "rnn_core")
    shutil.copy(ROOT / "rnn_helpers.py", folder)
    for name, settings in LAB_SETTINGS.items():
        file = folder / "settings" / "@jupyterlab" / f"{name}.jupyterlab-settings"
        file.parent.mkdir(parents=True)
        file.write_text(settings)
    jupyter = ROOT / ".venv" / "bin" / "jupyter"
    copies = folder.glob("notebooks/*.ipynb")
    subprocess.run([jupyter, "trust", *copies], check=True, stdout=subprocess.DEVNULL)
    options = ["--no-browser", "--allow-root", "--ip=127.0.0.1"]
    options += ["--expose-app-in-browser"]
    options += ["--IdentityProvider.token=", f"--ServerApp.root_dir={folder}"]
    process = subprocess.Popen(
        [jupyter, "lab", *options],
        env=os.environ | {"JUPYTERLAB_SETTINGS_DIR": str(folder / "settings")},
        stderr=subprocess.PIPE,
        text=True,
    )
    found = (re.search(r"http://127\.0\.0\.1:\d+/", line) for line in process.stderr)
    address = next((match[0] for match in found if match), None)
    assert address, "JupyterLab did not start: see what `make lab` says"
    wait_until_it_listens(address)
    threading.Thread(target=process.stderr.read, daemon=True).start()
    yield address, folder / "notebooks"
    process.terminate()
    process.wait()


LAPTOP = {"width": 1100, "height": 800}


@pytest.fixture(scope="session")
def workspace(browser, lab):
    """Open JupyterLab once; return its page and the errors that come up there."""
    address, _ = lab
    page, errors = browser.new_page(viewport=LAPTOP), []
    page.on("pageerror", lambda error: errors.append(str(error)))
    page.goto(f"{address}lab?reset")
    page.wait_for_function("window.jupyterapp")
    page.evaluate("jupyterapp.restored")
    yield page, errors
    page.close()
