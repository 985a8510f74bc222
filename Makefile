# make run       the main job: the raid of 1 October 2024, without and with a THAAD battery
# make test      lint, documentation and the fast tests; test-all has the long ones too
# make install   everything that running, testing and documenting needs, in .venv
# make lint      style, types, floors, sizes, time of the first compilation
# make coverage  lines of the kernels that tests reach, uncompiled
# make docs      the manual, in docs/_build/html
# make bench     the program against its peers
# make web       the page of the web application, in keepout/assets/web (needs Node 20)
# make clean     takes away what make made, runs excepted
#
# PYTHON=python3.12 chooses an interpreter, VENV=.venv-3.12 a folder, JOBS=1 the test processes.

SHELL := /bin/bash
VENV ?= .venv
JOBS ?= 2
TRIALS ?= 500
BIN := $(VENV)/bin
UNCOMPILED := tests/battle tests/earth tests/effects tests/engine/test_rng.py \
  tests/engine/test_addresses.py tests/flight/test_coast.py tests/intercept tests/sensing \
  -k "not ledger_is_exact and not battery_without_rounds"
KERNELS := keepout/battle/*,keepout/earth/*,keepout/effects/*,keepout/engine/*,$\
  keepout/flight/*,keepout/intercept/*,keepout/sensing/*
KEEPOUT := $(BIN)/keepout
PAGE := keepout/assets/web/index.html
export PYTHON

.PHONY: help install core run test test-all coverage bench web page docs lint clean

help:
	@sed -n 's/^# \{0,1\}//p;/^$$/q' Makefile

install:
	@requirements/install.sh test $(VENV)

core:
	@requirements/install.sh core $(VENV)

run: core
	@$(KEEPOUT) run october-2024 --trials $(TRIALS) --seed 0 -o runs/october-2024 --resume
	@$(KEEPOUT) run october-2024-thaad --trials $(TRIALS) --seed 0 -o runs/october-2024-thaad --resume
	@$(KEEPOUT) compare runs/october-2024 runs/october-2024-thaad
	@echo "Reports:" && ls runs/october-2024/report.html runs/october-2024-thaad/report.html

lint: install
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .
	$(BIN)/mypy
	$(BIN)/lint-imports
	$(BIN)/python checks/size.py
	$(BIN)/python -m checks.compile_time

docs: install
	$(BIN)/sphinx-build -W --keep-going -q -b html docs docs/_build/html
	@echo "docs/_build/html/index.html"

test: lint docs page
	$(BIN)/pytest -m "not slow" -n $(JOBS) --dist loadfile --no-loadscope-reorder

test-all: lint docs page
	$(BIN)/pytest -n $(JOBS) --dist loadfile --no-loadscope-reorder

# Kernels run uncompiled here, so that their lines are seen.
coverage: install
	NUMBA_DISABLE_JIT=1 $(BIN)/coverage run -m pytest -q -m "not slow" $(UNCOMPILED)
	$(BIN)/coverage report --skip-empty --include='$(KERNELS)'

# The peers are large, so they are installed only here. RECORD=docs/benchmarks.json keeps the result.
bench: core
	@requirements/install.sh bench $(VENV)
	$(KEEPOUT) bench $(if $(RECORD),--record $(RECORD))

# For the browser tests: where there is npm the page is built; in CI there has to be.
page:
	@if command -v npm >/dev/null || [ -n "$$CI" ]; then $(MAKE) --no-print-directory web; fi

# Needs Node 20 and npm, here and nowhere else: a wheel brings the built page along.
web: $(PAGE)

$(PAGE): $(wildcard web/*.json web/*.ts web/*.html web/bake/* web/src/* web/src/*/*)
	@command -v npm >/dev/null || { \
	  echo "make web needs Node 20 with npm; install it, or use a wheel, which has the page." >&2; exit 1; }
	cd web && npm ci --no-audit --no-fund --loglevel=error && npm run --silent build

clean:
	rm -rf $(VENV) .venv-3.12 docs/_build docs/_course docs/_generated docs/_shown build dist web/node_modules keepout/assets/web .mypy_cache .ruff_cache .pytest_cache
