# Every target sets up what it needs: a virtual environment in .venv, made with $(PYTHON).
PYTHON ?= python3
VENV := .venv
BIN := $(VENV)/bin

.PHONY: demo test check docs engines pycaffe zoo-docs zoo-check weights-check screenshots bench fuzz fuzz-guided storm clean

demo: $(VENV)/.installed        ## run the shipped demo: one Caffe network, one tracked run
	$(BIN)/python -m clsbench

# The engines that are extras have test processes of their own: their thread pools and OpenMP runtimes do not meet.
test: $(VENV)/.dev              ## pass the tests; those with real pycaffe run where tools/setup_pycaffe.sh finds a Python 3.9
	-tools/setup_pycaffe.sh
	-tools/setup_browser.sh
	-tools/setup_servers.sh
	-tools/setup_shells.sh
	$(BIN)/python -m pytest -n auto --dist loadgroup -m "not openvino and not torch" --durations=10 $(PYTEST)
	$(BIN)/python -m pytest -n auto --dist loadgroup -m openvino $(PYTEST)
	$(BIN)/python -m pytest -n auto --dist loadgroup -m torch $(PYTEST)

check: $(VENV)/.dev             ## style, types and import directions
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .
	$(BIN)/mypy
	$(BIN)/lint-imports

engines: $(VENV)/.dev           ## install the engines that are extras
	$(BIN)/python -m pip install --quiet --disable-pip-version-check openvino nncf torch==2.13.0

pycaffe:                        ## make the Python 3.9 environment with a real pycaffe
	tools/setup_pycaffe.sh

docs: $(VENV)/.dev              ## build the documentation as a site in build/site; a broken link fails
	NO_MKDOCS_2_WARNING=1 $(BIN)/python -m mkdocs build --strict --quiet

zoo-docs: $(VENV)/.installed    ## write docs/zoo.md and the figures that it shows anew
	$(BIN)/python -m clsbench.zoo --csv > $(VENV)/figures.csv && mv $(VENV)/figures.csv src/clsbench/zoo/figures.csv
	$(BIN)/python -m clsbench.zoo --markdown > docs/zoo.md

zoo-check: $(VENV)/.dev pycaffe ## every zoo network on real pycaffe and on the default engine, into docs/zoo-check.md
	$(BIN)/python tools/zoo_check.py

weights-check:                  ## every conversion of hub weights against timm and torchvision, into docs/weights-check.md
	tools/setup_weights_check.sh
	$${CLSBENCH_WEIGHTS_CHECK:-$$HOME/.cache/clsbench/weights-check}/bin/python tools/weights_check.py

screenshots: $(VENV)/.dev       ## take the pictures of the MLflow UI in docs/images anew
	tools/setup_browser.sh
	CLSBENCH_SCREENSHOTS=docs/images $(BIN)/python -m pytest tests/ui

bench: $(VENV)/.dev pycaffe     ## speed, measured side by side in one run
	$(BIN)/python benchmarks/evaluation.py
	$(BIN)/python benchmarks/timing.py
	$(BIN)/python benchmarks/loop.py
	$(BIN)/python benchmarks/prepared.py

fuzz: $(VENV)/.dev              ## a million damaged files over all readers: does anything but their own errors come of one?
	$(BIN)/python tools/fuzz.py

fuzz-guided: $(VENV)/.dev       ## an hour of damaged files that are chosen by what they reach; installs atheris
	$(BIN)/python -m pip install --quiet --disable-pip-version-check atheris
	$(BIN)/python tools/fuzz_guided.py

storm: $(VENV)/.dev             ## signals at random moments over evaluations and sweeps on every engine: is anything lost?
	$(BIN)/python tools/storm.py

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
