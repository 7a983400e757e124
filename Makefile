# Every command makes .venv first, once, from the hashed lock: there is no other step.

PYTHON ?= python3
VENV := .venv
BIN := $(VENV)/bin
UV := $(BIN)/python tools/uv_as_pip.py
VERSION := $(shell $(PYTHON) -c 'import sys; print("%d.%d" % sys.version_info[:2])')
READY := $(VENV)/ready-$(VERSION)
SITE_READY := .venv-site/ready-$(VERSION)
RIVALS_READY := .venv-rivals/ready-$(VERSION)
NOTEBOOKS := $(sort $(wildcard notebooks/*.ipynb))

unexport PYTHONOPTIMIZE  # it drops every assert
unexport PYTHONDEVMODE PYTHONASYNCIODEBUG  # under them ipykernel complains of itself

# A reader's own settings, of IPython and of Matplotlib, stay out of what is compared.
export IPYTHONDIR := $(CURDIR)/$(VENV)/ipython
export MATPLOTLIBRC := /dev/null
unexport MPLBACKEND

.DEFAULT_GOAL := help
.PHONY: help lab test test-slow test-kernels test-no-simd test-torch test-oldest test-latest \
    planted mutants bench bench-all links notebooks site check-site lint format lock clean

help:  ## show this list
	@awk -F ':.*## ' '/^[a-z-]+:.*## / {printf "  make %-12s %s\n", $$1, $$2}' Makefile
	@echo 'make test PYTHON=python3.13   makes .venv anew with another Python'
	@echo 'make lab ARGS="--no-browser"  hands options on to JupyterLab'
	@echo 'make test ARGS="-x -k rprop"  hands options on to pytest'

lab: $(READY)  ## open the notebooks in JupyterLab
	@$(BIN)/jupyter trust $(NOTEBOOKS) >/dev/null  # or JupyterLab would hide the stored figures
	$(BIN)/jupyter lab --LabApp.default_url=/lab/tree/notebooks/01_dataset.ipynb $(ARGS)

test: $(READY)  ## run the tests and re-execute every notebook, comparing every stored output
	$(BIN)/python -m pytest $(or $(ARGS),--numprocesses auto --dist loadfile)

test-slow: $(READY)  ## run what takes minutes: the kernels, the planted defects, all of tests/slow
	$(BIN)/python -m pytest tests/slow $(ARGS)

test-kernels: $(READY)  ## run every notebook twice in one kernel: nothing leaks, nothing goes online
	$(BIN)/python -m pytest tests/slow/test_kernels.py $(ARGS)

test-no-simd: $(READY)  ## run the tests without the fast paths of NumPy and OpenBLAS: the same outputs
	NPY_DISABLE_CPU_FEATURES="$$($(BIN)/python -c "$$FAST_PATHS")" OPENBLAS_CORETYPE=Sandybridge \
	    $(BIN)/python -m pytest $(ARGS)

define FAST_PATHS
import numpy._core._multiarray_umath as m
print(*(name for name in m.__cpu_dispatch__ if m.__cpu_features__[name]))
endef
export FAST_PATHS

test-torch: $(RIVALS_READY)  ## compare gradients and rules with PyTorch's, in an environment of its own (large)
	.venv-rivals/bin/python -m pytest tests -k pytorch $(ARGS)

test-oldest: $(READY)  ## run all tests on the lower bounds of pyproject.toml; figures may differ
	$(call test-on,lowest-direct)

test-latest: $(READY)  ## run all tests on the newest releases; figures may differ
	$(call test-on,highest)

define test-on
$(PYTHON) -m venv --clear .venv-$(1)
$(UV) pip install --quiet --compile-bytecode --python .venv-$(1)/bin/python \
    --resolution $(1) --requirement pyproject.toml --group dev
.venv-$(1)/bin/python -m pytest -W default --nbval-sanitize-with tests/any_figure.cfg $(ARGS)
.venv-$(1)/bin/python -m pytest -W default tests/slow/test_kernels.py $(ARGS)
endef

planted: $(READY)  ## plant a defect in each kind of file of a copy: the right test must be red
	$(BIN)/python -m pytest tests/slow/test_planted.py $(ARGS)

mutants: $(READY)  ## change the mathematics in hundreds of ways; the tests must notice 97 % of them
	$(BIN)/python tools/mutants.py

bench: $(READY)  ## time the helper beside the plain way and the limits of the machine
	OPENBLAS_NUM_THREADS=1 PYTHONPATH=. $(BIN)/python benchmarks/bench.py $(ARGS)

bench-all: $(RIVALS_READY)  ## the same, with PyTorch and JAX
	OPENBLAS_NUM_THREADS=1 PYTHONPATH=. .venv-rivals/bin/python benchmarks/bench.py $(ARGS)

links: $(READY)  ## list the external links, and check them where there is a network
	PYTHONPATH=.:tests $(BIN)/python tools/links.py

notebooks: $(READY)  ## re-execute every notebook and, if all succeed, store their outputs
	rm -rf $(VENV)/executed
	$(BIN)/jupyter nbconvert --to notebook --execute --output-dir $(VENV)/executed \
	    --ExecutePreprocessor.record_timing=False $(NOTEBOOKS)
	$(BIN)/python tools/store.py $(VENV)/executed/*.ipynb
	$(BIN)/python tools/cover.py

site: $(SITE_READY)  ## render the notebooks as a static post into site/_build/html
	rm -rf site/_build
	mkdir -p site/_build/katex/fonts
	cp site/node_modules/katex/dist/katex.min.css site/_build/katex/
	cp site/node_modules/katex/dist/fonts/*.woff2 site/_build/katex/fonts/
	$(call sphinx,html,site/_build/html)
	$(call sphinx,singlehtml,site/_build/one-page,--tag one_page)
	mv site/_build/one-page site/_build/html/
	@echo 'open site/_build/html/index.html'

define sphinx
.venv-site/bin/python -m sphinx --quiet --fail-on-warning --keep-going --conf-dir site $(3) \
    --doctree-dir site/_build/doctrees/$(1) --builder $(1) notebooks $(2)
endef

check-site: export SITE_URL = https://example.org/some/path
check-site: export SITE_REPOSITORY = https://github.com/some/repository
check-site: site $(READY)  ## check the post and the notebooks in a real browser: errors, links, access, budgets
	.venv-site/bin/python -m pytest -o addopts= -o filterwarnings= -o pythonpath=site site \
	    -n auto --dist loadfile -rP --output site/_build/screenshots $(ARGS)

lint: $(READY)  ## check style and format of every .py and .ipynb
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .

format: $(READY)  ## mend style and format
	$(BIN)/ruff check --fix .
	$(BIN)/ruff format .

lock: $(READY)  ## take the newest releases that pyproject.toml allows into the lock files
	$(call compile,--group dev pyproject.toml,requirements.txt)
	$(call compile,--group site,site/requirements.txt)
	cd site && npm install --package-lock-only --omit-lockfile-registry-resolved

define compile
$(UV) pip compile --quiet --upgrade --universal --python-version 3.11 $(1) --output-file $(2) \
    --generate-hashes --no-annotate --custom-compile-command "make lock"
endef

clean:  ## remove .venv and everything else that git does not keep
	git clean -fdX

$(READY): requirements.txt
	@$(PYTHON) -c 'import sys; sys.exit(sys.version_info < (3, 11) and "This series needs Python 3.11 or newer: make PYTHON=python3.12 ...")'
	$(PYTHON) -m venv --clear $(VENV)
	$(BIN)/python -m pip install --quiet "$$(grep -o '^uv==[0-9.]*' requirements.txt)"
	$(UV) pip install --quiet --compile-bytecode --python $(BIN)/python --require-hashes --requirement requirements.txt
	@$(BIN)/python -c 'import matplotlib.font_manager'  # builds the font cache here, so that no notebook has to say so
	@touch $@

$(RIVALS_READY): $(READY)
	$(PYTHON) -m venv --clear .venv-rivals
	$(UV) pip install --quiet --compile-bytecode --python .venv-rivals/bin/python --require-hashes --requirement requirements.txt
	.venv-rivals/bin/python -m pip install --quiet torch==2.13.0 jax==0.10.2
	@touch $@

$(SITE_READY): site/requirements.txt site/package-lock.json $(READY)
	@command -v npm >/dev/null || { echo 'The post needs Node.js and npm: see nodejs.org, or apt-get install npm'; exit 1; }
	$(PYTHON) -m venv --clear .venv-site
	$(UV) pip install --quiet --compile-bytecode --python .venv-site/bin/python --require-hashes --requirement site/requirements.txt
	cd site && npm ci --no-audit --no-fund
	@touch $@
