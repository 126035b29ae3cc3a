# Everything a fresh checkout needs: Python 3.11 or newer and make.
PYTHON ?= python3
VENV := .venv
BIN := $(VENV)/bin

.PHONY: demo test lint check-types unit fuzz fuzz-guided goldens bench clean

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
# The table in README.md and tests/benchmarks/last.json are those of the last run. TORCH_PYTHON, if
# given, is an interpreter that has torch, torchvision and torchinfo.
bench: $(VENV)/.bench
	$(BIN)/python -m tests.benchmarks

# Write the expected outputs anew, after looking at what changed in them.
goldens: $(VENV)/.dev
	CNNAUDIT_OVERWRITE_GOLDENS=1 $(BIN)/python -m pytest -q tests/golden tests/render tests/test_readme.py tests/cli/test_zoo.py

$(VENV)/.runtime: pyproject.toml
	$(PYTHON) -m venv --clear $(VENV)
	$(BIN)/python -m pip install --quiet --upgrade 'pip>=25.1'
	$(BIN)/python -m pip install --quiet --editable .
	@touch $@

$(VENV)/.dev: $(VENV)/.runtime
	$(BIN)/python -m pip install --quiet --group dev
	@touch $@

$(VENV)/.bench: $(VENV)/.dev
	$(BIN)/python -m pip install --quiet --group bench
	@touch $@

clean:
	rm -rf $(VENV) .mypy_cache .pytest_cache .ruff_cache .hypothesis .fuzz build dist
