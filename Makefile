# Everything a fresh checkout needs: Python 3.11 or newer and make.
PYTHON ?= python3
VENV ?= .venv
BIN := $(VENV)/bin
# The versions that are installed, pip and the build backend included.
CONSTRAINTS ?= tests/constraints.txt
PIP_INSTALL = $(BIN)/python -m pip install --quiet --constraint $(CONSTRAINTS)

.DELETE_ON_ERROR:
.PHONY: demo test test-latest test-oldest lock lint check-types unit fuzz fuzz-guided goldens bench clean

# The stock AlexNet against its two adaptations: a larger input, and widths that follow the classes.
demo: $(VENV)/.runtime
	@$(BIN)/cnnaudit diff configs/alexnet/alexnet.yaml configs/alexnet/alexnet-270x480.yaml
	@echo
	@$(BIN)/cnnaudit diff configs/alexnet/alexnet.yaml configs/alexnet/alexnet-adapted.yaml

test: lint check-types unit

lint: $(VENV)/.dev
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .

check-types: $(VENV)/.dev
	$(BIN)/mypy

unit: $(VENV)/.dev
	$(BIN)/python -m pytest -n auto

# The tests with the newest versions that pyproject.toml allows, and with the lowest.
test-latest:
	rm -rf .venv-latest
	$(MAKE) unit VENV=.venv-latest CONSTRAINTS=/dev/null

test-oldest: .venv-oldest.txt
	$(MAKE) unit VENV=.venv-oldest CONSTRAINTS=.venv-oldest.txt

.venv-oldest.txt: pyproject.toml tests/oldest.py
	$(PYTHON) tests/oldest.py pyproject.toml > $@

# Write tests/constraints.txt anew, with the newest versions. Those for the oldest Python serve all:
# `make lock PYTHON=python3.11`.
lock:
	$(PYTHON) tests/lock.py > tests/constraints.new
	mv tests/constraints.new tests/constraints.txt

# Mutated files and models through every command: `make fuzz N=100000 SEED=7`. What fails is kept
# below .fuzz, with how to repeat it.
N ?= 10000
SEED ?= 1
fuzz: $(VENV)/.dev
	$(BIN)/python -m tests.fuzz -n $(N) --seed $(SEED)

# The same inputs, steered by the lines that they reach.
RUNS ?= 10000
fuzz-guided: $(VENV)/.dev
	$(BIN)/python -m pip install --quiet atheris
	$(BIN)/python -m tests.fuzz.guided -runs=$(RUNS) -max_len=4096 -artifact_prefix=.fuzz/

# What is measured in one run, as ratios: it says the same on a slow machine and on a fast one.
# The tables in README.md and tests/benchmarks/, and last.json there, are those of the last run.
# TORCH_PYTHON, if given, is an interpreter that has torch, torchvision and torchinfo.
bench: $(VENV)/.bench
	$(BIN)/python -m tests.benchmarks

# Write the expected outputs anew, after looking at what changed in them.
goldens: $(VENV)/.dev
	CNNAUDIT_OVERWRITE_GOLDENS=1 $(BIN)/python -m pytest -q tests/golden tests/render tests/test_readme.py tests/cli/test_zoo.py

$(VENV)/.runtime: pyproject.toml $(CONSTRAINTS)
	$(PYTHON) -m venv --clear $(VENV)
	$(PIP_INSTALL) --upgrade 'pip>=25.3'
	$(PIP_INSTALL) --build-constraint $(CONSTRAINTS) --editable .
	@touch $@

$(VENV)/.dev: $(VENV)/.runtime
	$(PIP_INSTALL) --group dev
	@touch $@

$(VENV)/.bench: $(VENV)/.dev
	$(PIP_INSTALL) --group bench
	@touch $@

clean:
	rm -rf $(VENV) .venv-latest .venv-oldest .venv-oldest.txt .mypy_cache .pytest_cache .ruff_cache .hypothesis .fuzz build dist
