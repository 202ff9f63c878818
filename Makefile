# Everything from a clean clone: `make demo` or `make test`. Needs Python 3.11 or newer, make and git.
PYTHON ?= python3
VENV := .venv
BIN := $(VENV)/bin
UV := $(BIN)/uv
UV_VERSION := 0.13.9
HOME_DIR ?= var
JOBS ?= 2

.PHONY: setup demo test lint types architecture slow spark browser bench measure-rules docs lock hooks clean

setup: $(VENV)/.installed

$(UV):
	@$(PYTHON) -c 'import sys; sys.exit(sys.version_info < (3, 11))' || \
		{ echo "需要 Python 3.11 以上：make PYTHON=python3.11 … / needs Python 3.11 or newer: make PYTHON=python3.11 …"; exit 1; }
	$(PYTHON) -m venv $(VENV)
	$(BIN)/python -m pip install --quiet uv==$(UV_VERSION)

$(VENV)/.installed: $(UV) requirements.txt pyproject.toml
	$(UV) pip install --quiet --compile-bytecode --python $(BIN)/python --require-hashes -r requirements.txt
	$(UV) pip install --quiet --compile-bytecode --python $(BIN)/python --no-deps --no-build-isolation --editable .
	touch $@

$(VENV)/.spark: $(VENV)/.installed requirements-spark.txt
	$(UV) pip install --quiet --compile-bytecode --python $(BIN)/python --require-hashes -r requirements-spark.txt
	touch $@

$(VENV)/.browser: $(VENV)/.installed requirements-browser.txt
	$(UV) pip install --quiet --compile-bytecode --python $(BIN)/python --require-hashes -r requirements-browser.txt
	touch $@

# Exit code 3 says "done, some input was rejected": the simulated town contains rows that must be rejected.
demo: setup
	@$(BIN)/hedui --home $(HOME_DIR) demo || [ $$? -eq 3 ]

# Two at a time, a file's tests together because they share its fixtures; in order, as a file with few tests may well
# be a long one.
test: setup
	$(BIN)/python -m pytest -n $(JOBS) --dist loadfile --no-loadscope-reorder

lint: setup
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .

types: setup
	$(BIN)/mypy

architecture: setup
	$(BIN)/lint-imports --no-cache

slow: setup
	$(BIN)/python -m pytest -m slow -n $(JOBS) --dist loadgroup

spark: $(VENV)/.spark
	$(BIN)/python -m pytest -m spark -n $(JOBS) --dist worksteal

browser: $(VENV)/.browser
	$(BIN)/python -m pytest -m browser

$(VENV)/.bench: $(VENV)/.installed requirements-bench.txt
	$(UV) pip install --quiet --compile-bytecode --python $(BIN)/python --require-hashes -r requirements-bench.txt
	touch $@

bench: $(VENV)/.bench
	$(BIN)/python -m benchmarks

# How often each rule is right on simulated towns, kept with the rules: a few minutes.
measure-rules: setup
	$(BIN)/python -m benchmarks.rules
	$(BIN)/python -m pipelines.dictionary

# Generated pages: data dictionary and specification. A test fails while they are stale.
docs: setup
	$(BIN)/python -m pipelines.dictionary
	$(BIN)/python -m tests.spec

lock: $(UV)
	$(UV) pip compile --quiet --generate-hashes --no-emit-index-url --no-annotate --extra dev --extra simulate pyproject.toml -o requirements.txt
	$(UV) pip compile --quiet --generate-hashes --no-emit-index-url --no-annotate --extra dev --extra simulate --extra spark pyproject.toml -o requirements-spark.txt
	$(UV) pip compile --quiet --generate-hashes --no-emit-index-url --no-annotate --extra dev --extra simulate --extra browser pyproject.toml -o requirements-browser.txt
	$(UV) pip compile --quiet --generate-hashes --no-emit-index-url --no-annotate --extra dev --extra simulate --extra bench pyproject.toml -o requirements-bench.txt

hooks: setup
	$(BIN)/pre-commit install

clean:
	rm -rf build *.egg-info .pytest_cache .mypy_cache .ruff_cache .hypothesis .import_linter_cache
