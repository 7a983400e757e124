# Every command makes .venv first, once, from the hashed lock: there is no other step.

PYTHON ?= python3
VENV := .venv
BIN := $(VENV)/bin
VERSION := $(shell $(PYTHON) -c 'import sys; print("%d.%d" % sys.version_info[:2])')
READY := $(VENV)/ready-$(VERSION)
NOTEBOOKS := $(sort $(wildcard notebooks/*.ipynb))

MATHEMATICS := make update forward loss closed _steps output backward gradient numerical \
    complex relative check train _check _array _expected

.DEFAULT_GOAL := help
.PHONY: help lab test test-oldest test-latest mutants notebooks lint format lock clean

help:  ## show this list
	@awk -F ':.*## ' '/^[a-z-]+:.*## / {printf "  make %-12s %s\n", $$1, $$2}' Makefile
	@echo 'make test PYTHON=python3.13   makes .venv anew with another Python'
	@echo 'make lab ARGS="--no-browser"  hands options on to JupyterLab'
	@echo 'make test ARGS="-x -k rprop"  hands options on to pytest'

lab: $(READY)  ## open the notebooks in JupyterLab
	@$(BIN)/jupyter trust $(NOTEBOOKS) >/dev/null  # or JupyterLab would hide the stored figures
	$(BIN)/jupyter lab --LabApp.default_url=/lab/tree/notebooks/01_dataset.ipynb $(ARGS)

test: $(READY)  ## run the tests and re-execute every notebook, comparing every stored output
	$(BIN)/python -m pytest $(ARGS)

test-oldest: $(READY)  ## run all tests on the lower bounds of pyproject.toml; figures may differ
	$(call test-on,lowest-direct)

test-latest: $(READY)  ## run all tests on the newest releases; figures may differ
	$(call test-on,highest)

define test-on
$(PYTHON) -m venv --clear .venv-$(1)
$(BIN)/uv pip install --quiet --compile-bytecode --python .venv-$(1)/bin/python \
    --resolution $(1) --requirement pyproject.toml --group dev
.venv-$(1)/bin/python -m pytest -W default --nbval-sanitize-with tests/any_figure.cfg $(ARGS)
endef

mutants: $(READY)  ## change the mathematics in hundreds of ways; the tests must notice 95 % of them
	rm -rf mutants
	$(BIN)/mutmut run $(addprefix rnn_helpers.x_,$(addsuffix *,$(MATHEMATICS)))
	@$(BIN)/mutmut results --all true | awk '/: killed/ {k++} /: survived/ {s++; print} \
	    END {print k + 0 " killed, " s + 0 " survived"; exit !k || k < 95 / 100 * (k + s)}'

notebooks: $(READY)  ## re-execute every notebook and, if all succeed, store their outputs
	rm -rf $(VENV)/executed
	$(BIN)/jupyter nbconvert --to notebook --execute --output-dir $(VENV)/executed \
	    --ExecutePreprocessor.record_timing=False $(NOTEBOOKS)
	$(BIN)/jupyter nbconvert --to notebook --inplace --coalesce-streams \
	    --ClearMetadataPreprocessor.enabled=True \
	    --ClearMetadataPreprocessor.clear_cell_metadata=False \
	    --ClearMetadataPreprocessor.preserve_nb_metadata_mask='{"kernelspec", ("language_info", "name")}' \
	    $(VENV)/executed/*.ipynb
	mv $(VENV)/executed/*.ipynb notebooks/
	$(BIN)/python notebooks/cover.py

lint: $(READY)  ## check style and format of every .py and .ipynb
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .

format: $(READY)  ## mend style and format
	$(BIN)/ruff check --fix .
	$(BIN)/ruff format .

lock: $(READY)  ## take the newest releases that pyproject.toml allows into requirements.txt
	$(BIN)/uv pip compile --quiet --upgrade --universal --python-version 3.11 --group dev \
	    --generate-hashes --no-annotate --custom-compile-command "make lock" \
	    --output-file requirements.txt pyproject.toml

clean:  ## remove .venv and everything else that git does not keep
	git clean -fdX

$(READY): requirements.txt
	@$(PYTHON) -c 'import sys; sys.exit(sys.version_info < (3, 11) and "This series needs Python 3.11 or newer: make PYTHON=python3.12 ...")'
	$(PYTHON) -m venv --clear $(VENV)
	$(BIN)/python -m pip install --quiet "$$(grep -o '^uv==[0-9.]*' requirements.txt)"
	$(BIN)/uv pip install --quiet --compile-bytecode --python $(BIN)/python --require-hashes --requirement requirements.txt
	@$(BIN)/python -c 'import matplotlib.font_manager'  # builds the font cache here, so that no notebook has to say so
	@touch $@
