# Every command makes .venv first, once, from the hashed lock: there is no other step.
#   make test PYTHON=python3.13   uses another Python; .venv is then made anew with it.
#   make lab ARGS="--no-browser"  passes options on to JupyterLab.

PYTHON ?= python3
VENV := .venv
BIN := $(VENV)/bin
VERSION := $(shell $(PYTHON) -c 'import sys; print("%d.%d" % sys.version_info[:2])')
READY := $(VENV)/ready-$(VERSION)
NOTEBOOKS := $(sort $(wildcard notebooks/*.ipynb))

.DEFAULT_GOAL := help
.PHONY: help lab test notebooks lint format lock clean

help:  ## show this list
	@awk -F ':.*## ' '/^[a-z-]+:.*## / {printf "  make %-10s %s\n", $$1, $$2}' Makefile

lab: $(READY)  ## open the notebooks in JupyterLab
	@$(BIN)/jupyter trust $(NOTEBOOKS) >/dev/null  # or JupyterLab would hide the stored figures
	$(BIN)/jupyter lab --LabApp.default_url=/lab/tree/notebooks/01_dataset.ipynb $(ARGS)

test: $(READY)  ## run the tests and re-execute every notebook, comparing every stored output
	$(BIN)/python -m pytest $(ARGS)

notebooks: $(READY)  ## re-execute every notebook and store its outputs
	$(BIN)/jupyter nbconvert --to notebook --inplace --execute \
	    --ExecutePreprocessor.record_timing=False $(NOTEBOOKS)
	$(BIN)/jupyter nbconvert --to notebook --inplace --coalesce-streams \
	    --ClearMetadataPreprocessor.enabled=True \
	    --ClearMetadataPreprocessor.clear_cell_metadata=False \
	    --ClearMetadataPreprocessor.preserve_nb_metadata_mask='{"kernelspec", ("language_info", "name")}' \
	    $(NOTEBOOKS)
	$(BIN)/python notebooks/cover.py > notebooks/cover.svg

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
