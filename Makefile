# Everything here starts from a checkout and Python 3.11 or newer; `make` alone lists what there is.

VENV := .venv
PY := $(VENV)/bin/python
JOBS ?= 2
ARGS ?=

# Measured on Linux; other platforms differ by a few MB.
RUN_MB := 65
DEV_MB := 150

# A stamp is good for exactly these contents: it names their checksum.
RUN_STAMP := $(VENV)/.run-$(shell cat requirements.lock pyproject.toml | cksum | tr -d ' ')
DEV_STAMP := $(VENV)/.dev-$(shell cat requirements-dev.lock pyproject.toml | cksum | tr -d ' ')

.DEFAULT_GOAL := help
.PHONY: help setup setup-dev run test test-slow test-postgresql crash bench cover check check-format check-lint check-types \
	check-contracts check-catalogues check-demo format lock clean

help: ## this list
	@sed -n 's/^\([a-z-]*\):.*## /\1	/p' Makefile | expand -t 18

setup: $(RUN_STAMP) ## make .venv and install what the service needs
	@:
setup-dev: $(DEV_STAMP) ## the same and what tests and checks need
	@:

run: setup ## migrate and start everything; with the sandbox when no channel is configured
	@exec $(PY) -m bot run $(ARGS)

test: setup-dev ## run the tests but the slow ones (ARGS="tests/domain -x" for some of them)
	$(PY) -m pytest -n $(JOBS) -m "not slow and not browser" $(ARGS)

test-slow: setup-dev ## run the tests in a browser and those that take more than ten seconds each
	$(PY) -m pytest -n $(JOBS) -m "slow or browser" $(ARGS)

test-postgresql: setup-dev ## play the scenarios and faults on the PostgreSQL at SCANRELAY_TEST_POSTGRES_URL
	@test -n "$$SCANRELAY_TEST_POSTGRES_URL" || { echo "test-postgresql: SCANRELAY_TEST_POSTGRES_URL is not set (CONTRIBUTING.md)" >&2; exit 1; }
	SCANRELAY_TEST_WORLDS=postgresql $(PY) -m pytest -n $(JOBS) tests/scenarios tests/faults -k "not test_killed" $(ARGS)

crash: setup-dev ## kill the running program 1,000 times while cases flow, on PostgreSQL 500 times (CRASH_ROUNDS=n for n and n/2)
	CRASH_ROUNDS=$${CRASH_ROUNDS:-1000} $(PY) -m pytest -q -s --timeout=0 tests/faults/test_kill_9.py $(ARGS)

bench: setup-dev ## measure the goals in numbers against floors taken in the same run (ARGS="accept --json" for some of it)
	$(PY) -m tests.bench $(ARGS)

cover: setup-dev ## run the tests and show what they did not reach
	$(PY) -m pytest -n $(JOBS) --cov --cov-report=term-missing $(ARGS)

check: check-format check-lint check-types check-contracts check-catalogues check-demo ## everything but the tests that must hold before a commit
check-format: setup-dev
	$(PY) -m ruff format --check .
check-lint: setup-dev
	$(PY) -m ruff check .
check-types: setup-dev
	$(PY) -m mypy --strict bot handlers storage tests
check-contracts: setup-dev
	$(VENV)/bin/lint-imports --no-logo
check-catalogues: setup-dev
	$(PY) -m bot.language.check
check-demo: setup-dev
	$(PY) -m bot demo

format: setup-dev ## put the code in its form and mend what can be mended without thinking
	$(PY) -m ruff check --fix .
	$(PY) -m ruff format .

# Compiles both locks anew from pyproject.toml, keeping the versions that still fit (ARGS=--upgrade for new ones).
# Extras stay in the locks: without them pip takes the newest version of a package wanted with an extra, and refuses it.
LOCK = $(PY) -m uv pip compile pyproject.toml --group build --universal --python-version 3.11 --generate-hashes \
	--no-emit-index-url --no-strip-extras --no-annotate --no-header --quiet $(ARGS)
lock: setup-dev ## write both locks from pyproject.toml
	$(PY) -m pip install --quiet uv
	$(LOCK) --output-file requirements.lock
	$(LOCK) --extra dev --output-file requirements-dev.lock

clean: ## remove .venv and the tools' caches; the data folder stays
	rm -rf $(VENV) .pytest_cache .mypy_cache .ruff_cache .import_linter_cache .hypothesis .coverage *.egg-info

# --- how .venv is made -----------------------------------------------------------------------------------------

$(RUN_STAMP): $(PY)
	@lock=requirements.lock; mb=$(RUN_MB); $(INSTALL)

$(DEV_STAMP): $(PY)
	@lock=requirements-dev.lock; mb=$(DEV_MB); $(INSTALL)
	@touch $(RUN_STAMP)

# PYTHON=/path/to/python chooses one; otherwise the first that is new enough.
$(PY):
	@for name in $(PYTHON) python3 python3.14 python3.13 python3.12 python3.11; do \
		if "$$name" -c 'import sys; sys.exit(sys.version_info < (3, 11))' 2>/dev/null; then found="$$name"; break; fi; \
	done; \
	if [ -z "$$found" ]; then \
		echo "setup: ScanRelay needs Python 3.11 or newer; here is $$(python3 --version 2>/dev/null || echo none)." >&2; exit 1; \
	fi; \
	if ! "$$found" -c 'import venv, ensurepip' 2>/dev/null; then \
		echo "setup: $$found lacks its venv module; on Debian and Ubuntu: apt install python3-venv" >&2; exit 1; \
	fi; \
	echo "setup: making $(VENV) with $$("$$found" --version)"; \
	"$$found" -m venv --clear $(VENV)

# pip reports in its own words; the last line says what it means for a person.
define INSTALL
set -e; $(PY) -m pip --version >/dev/null 2>&1 || $(PY) -m ensurepip >/dev/null; count=$$(grep -c '==' $$lock); log=$(VENV)/setup.log; rm -f "$$log"; \
echo "setup: installing up to $$count packages (about $$mb MB if none is there yet)"; \
if ! $(PY) -m pip install --disable-pip-version-check --only-binary :all: --require-hashes --log "$$log" -r $$lock; then \
	missing=$$(sed -n 's/.*No matching distribution found for \([^ ]*\).*/\1/p' "$$log" | head -n 1); \
	if [ -n "$$missing" ]; then \
		echo "setup: there is no ready-made package $$missing for $$($(PY) --version) on $$(uname -sm); 64-bit Linux, macOS or WSL with Python 3.11 to 3.14 has all of them." >&2; \
	else \
		echo "setup: the packages could not be installed; with the network up, 'make setup' goes on where it stopped (details: $$log)." >&2; \
	fi; \
	exit 1; \
fi; \
$(PY) -m pip install --disable-pip-version-check --quiet --no-deps --no-build-isolation -e .; \
rm -f $(VENV)/.run-* "$$log"; [ $$lock = requirements.lock ] || rm -f $(VENV)/.dev-*; touch $@; \
echo "setup: $(VENV) is ready"
endef
