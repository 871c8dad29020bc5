# The two commands: `make serve` and `make test`. Everything they need is set up in .venv on first use.
# Without make (on Windows, say): see "Without make" in README.md.

PYTHON ?= $(shell command -v python3.11 || command -v python3.12 || command -v python3.13 || command -v python3)
BIN := .venv/bin
PIP := $(BIN)/python -m pip --disable-pip-version-check

.PHONY: help serve test browser long lint coverage bench bench-quick campaign verify conformance mutants lock clean

help:
	@echo "make serve      start the fake backend on http://127.0.0.1:8000 (options: make serve ARGS='--port 0')"
	@echo "make test       run the tests"
	@echo "make browser    run the tests of the console's pages in Chromium"
	@echo "make long       run the tests that take long: crashes, crowds, broken servers, guides"
	@echo "make lint       check style, and the contract"
	@echo "make coverage   run the tests and show which lines they miss"
	@echo "make campaign   stock Schemathesis with all phases over five seeds and both contracts"
	@echo "make verify     verify whether a backend keeps the contract (make verify ARGS='https://… --html report.html')"
	@echo "make conformance  the conformance suite against our own server, over twenty seeds"
	@echo "make mutants    what the conformance suite notices of broken servers; writes docs/quality.md (an hour)"
	@echo "make clean      remove what was set up"
	@echo "make bench      measure against other servers (wants wrk, npm and Java); writes docs/performance.md (25 minutes)"
	@echo "make bench-quick  the most important of these figures, in two minutes; writes nothing"

serve: .venv/run.ready
	@$(BIN)/understudy serve $(ARGS)

test: .venv/test.ready
	$(BIN)/python -m pytest $(if $(ARGS),$(ARGS),-n 2 -m "not browser and not long")

browser: .venv/test.ready
	$(BIN)/python -m pytest -n 2 -m browser $(if $(ARGS),$(ARGS),tests/console)

long: .venv/test.ready
	$(BIN)/python -m pytest -n 2 --dist worksteal -m long $(if $(ARGS),$(ARGS),tests)

lint: .venv/test.ready
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .
	$(BIN)/mypy
	$(BIN)/understudy contract lint
	$(BIN)/understudy contract lint --contract control

coverage: .venv/test.ready
	$(BIN)/python -m pytest -n 2 -m "not browser and not long" --cov=understudy --cov-branch --cov-report=term:skip-covered $(ARGS)

verify: .venv/test.ready
	@$(BIN)/understudy verify $(ARGS)

conformance: .venv/test.ready
	$(BIN)/python tests/campaign/conformance.py $(ARGS)

mutants: .venv/test.ready
	$(BIN)/python -m tests.mutants $(if $(ARGS),$(ARGS),--all)

campaign: .venv/test.ready
	$(BIN)/python tests/campaign/run.py $(ARGS)

bench: .venv/test.ready
	$(BIN)/python -m benchmarks $(if $(ARGS),$(ARGS),--write)

bench-quick: .venv/test.ready
	$(BIN)/python -m benchmarks --quick $(ARGS)

lock: .venv/test.ready
	$(PIP) install --quiet uv
	$(BIN)/uv pip compile pyproject.toml requirements/build.in --universal --python-version 3.11 \
	    --generate-hashes --no-emit-index-url --no-header --quiet --output-file requirements/run.lock
	$(BIN)/uv pip compile pyproject.toml requirements/build.in --extra test --universal --python-version 3.11 \
	    --generate-hashes --no-emit-index-url --no-header --quiet --output-file requirements/test.lock

.venv/bin/python:
	@$(PYTHON) -c 'import sys; sys.exit(sys.version_info < (3, 11) and \
	    "Understudy needs Python 3.11 to 3.13; this is %d.%d. Try: make PYTHON=python3.11" % sys.version_info[:2])'
	@$(PYTHON) -m venv .venv

.venv/run.ready: requirements/run.lock pyproject.toml | .venv/bin/python
	@echo "Setting up .venv (once, a minute or two) …"
	@$(PIP) install -qq --require-hashes -r requirements/run.lock
	@$(PIP) install -qq --no-build-isolation --no-deps --editable .
	@touch $@

.venv/test.ready: requirements/test.lock pyproject.toml | .venv/bin/python
	@echo "Setting up .venv for the tests (once, a minute or two) …"
	@$(PIP) install -qq --require-hashes -r requirements/test.lock
	@$(PIP) install -qq --no-build-isolation --no-deps --editable .
	@touch $@ .venv/run.ready

clean:
	rm -rf .venv build dist *.egg-info src/*.egg-info .pytest_cache .mypy_cache .ruff_cache .hypothesis
