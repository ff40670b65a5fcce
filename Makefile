# Every target sets up what it needs: a virtual environment in .venv, made with $(PYTHON).
PYTHON ?= python3
VENV := .venv
BIN := $(VENV)/bin

.PHONY: demo test check engines pycaffe zoo-docs zoo-check bench clean

demo: $(VENV)/.installed        ## run the shipped demo: one Caffe network, one tracked run
	$(BIN)/python -m clsbench

test: $(VENV)/.dev              ## pass the tests; those with real pycaffe run where tools/setup_pycaffe.sh finds a Python 3.9
	-tools/setup_pycaffe.sh
	$(BIN)/python -m pytest -n auto --dist loadgroup $(PYTEST)

check: $(VENV)/.dev             ## style, types and import directions
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .
	$(BIN)/mypy
	$(BIN)/lint-imports

engines: $(VENV)/.dev           ## install the engines that are extras
	$(BIN)/python -m pip install --quiet --disable-pip-version-check openvino torch==2.13.0

pycaffe:                        ## make the Python 3.9 environment with a real pycaffe
	tools/setup_pycaffe.sh

zoo-docs: $(VENV)/.installed    ## write docs/zoo.md anew
	$(BIN)/python -m clsbench.zoo --markdown > docs/zoo.md

zoo-check: $(VENV)/.dev pycaffe ## every zoo network on real pycaffe and on the default engine, into docs/zoo-check.md
	$(BIN)/python tools/zoo_check.py

bench: $(VENV)/.dev pycaffe     ## speed, measured side by side in one run
	$(BIN)/python benchmarks/evaluation.py
	$(BIN)/python benchmarks/timing.py

clean:                          ## remove the environment and everything made
	rm -rf $(VENV) .hypothesis .mypy_cache .pytest_cache .ruff_cache

$(VENV)/.installed: pyproject.toml
	$(PYTHON) -c 'import sys; sys.exit("clsbench needs Python 3.11 or newer: make PYTHON=python3.11" if sys.version_info < (3, 11) else 0)'
	$(PYTHON) -m venv $(VENV)
	$(BIN)/python -m pip install --quiet --disable-pip-version-check --editable .
	touch $@

$(VENV)/.dev: $(VENV)/.installed
	$(BIN)/python -m pip install --quiet --disable-pip-version-check --editable '.[dev]'
	touch $@
