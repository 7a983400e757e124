"""Run uv with the mirror and the folders that pip is told of: uv asks only for its own.

The Makefile calls uv so. What uv itself is told, by a variable of its own, comes first.
"""

import ast
import os
import subprocess
import sys

import uv

# uv's variable for each of pip's settings, and what parts its values.
VARIABLES = {
    "index-url": ("UV_DEFAULT_INDEX", " "),
    "extra-index-url": ("UV_INDEX", " "),
    "find-links": ("UV_FIND_LINKS", ","),
}


def as_uv(listed):
    """Turn the lines of `pip config list` into variables of the environment."""
    told = dict(line.split("=", 1) for line in listed.splitlines() if "=" in line)
    environ = {}
    for section in ("global", "install", ":env:"):  # the last one counts, as for pip
        for setting, (variable, between) in VARIABLES.items():
            if f"{section}.{setting}" in told:
                values = ast.literal_eval(told[f"{section}.{setting}"]).split()
                environ[variable] = between.join(values)
    if "UV_INDEX" in environ:  # pip takes the newest release of all
        environ["UV_INDEX_STRATEGY"] = "unsafe-best-match"
    return environ


if __name__ == "__main__":
    command = [sys.executable, "-m", "pip", "config", "list"]
    listed = subprocess.run(command, stdout=subprocess.PIPE, text=True).stdout
    environ = as_uv(listed) | os.environ
    sys.exit(subprocess.call([uv.find_uv_bin(), *sys.argv[1:]], env=environ))
