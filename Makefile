# Two commands: `make build` and `make test`. All they need is Python 3.11 or later, pip and make.

PYTHON ?= python3
BIN := .venv/bin
export PIP_CONSTRAINT := $(CURDIR)/constraints.txt
export PIP_DISABLE_PIP_VERSION_CHECK := 1

.PHONY: help build test lint format notebook bench bench-large constraints clean

help: ## Show the targets
	@grep -E '^[a-z-]+:.*## ' $(MAKEFILE_LIST) | sed 's/:.*## /\t/'

.venv/installed: pyproject.toml constraints.txt
	$(PYTHON) -c 'import sys; sys.exit(sys.version_info < (3, 11) and "Python 3.11 or later is needed: make PYTHON=python3.11 ...")'
	$(PYTHON) -m venv .venv
	$(BIN)/python -m pip install --quiet --editable '.[dev]'
	@touch $@

build: .venv/installed ## Build the graph into build/ and the pages into visualizations/
	$(BIN)/sandbox-kg build --pages

test: .venv/installed lint build ## Lint, types, build and every test
	@sh tests/system-packages.sh
	$(BIN)/pytest -n auto

lint: .venv/installed
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .
	$(BIN)/mypy

format: .venv/installed ## Format the code
	$(BIN)/ruff check --fix .
	$(BIN)/ruff format .

notebook: .venv/installed ## Run the notebook of the study anew
	$(BIN)/python tests/notebook.py

.venv/bench: .venv/installed
	$(BIN)/python -m pip install --quiet --editable '.[bench]'
	@touch $@

bench: .venv/bench ## Measure the parts beside their peers, to 10,000 pilots; CHECK=--check compares ratios with those recorded
	$(BIN)/python benchmarks/scale/run.py $(CHECK)

bench-large: .venv/bench ## Measure 10,000 pilots on servers, 100,000 and 1,000,000 embedded (12 GB of memory, 60 GB of disk)
	$(BIN)/python benchmarks/scale/run.py --large

constraints: ## Pin the newest versions that pyproject.toml allows
	rm -rf .venv
	$(PYTHON) -m venv .venv
	PIP_CONSTRAINT= $(BIN)/python -m pip install --quiet --editable '.[dev,bench]' hatchling
	{ echo '# Pinned versions of everything that `make build` and `make test` install. Made by: make constraints'; \
	  $(BIN)/python -m pip freeze --exclude-editable; } > constraints.txt

clean: ## Remove what was built and installed
	rm -rf .venv build dist .pytest_cache .mypy_cache .ruff_cache .hypothesis
