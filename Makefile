# Every target works on a fresh machine with Python 3.11+, make and a network.
PYTHON ?= python3
VENV := .venv
BIN := $(VENV)/bin
# Two processes at most: the suite is sized for two cores, and each one starts its own servers.
TEST_PROCESSES ?= 2

# Where the environment forbids bytecode, each process that is started would compile a thousand modules anew.
unexport PYTHONDONTWRITEBYTECODE

.DEFAULT_GOAL := help
.PHONY: help setup run web test check bench bench-matching faults schema lock clean

help: ## Show what can be made
	@grep -E '^[a-z-]+:.*##' $(MAKEFILE_LIST) | sed -E 's/:.*## /\t/' | expand -t 12

setup: $(VENV)/.ready ## Make .venv from the hashed lock

$(VENV)/.ready: requirements/dev.lock pyproject.toml
	$(PYTHON) -m venv $(VENV)
	$(BIN)/python -m pip install --quiet --disable-pip-version-check --require-hashes -r requirements/dev.lock
	$(BIN)/python -m pip install --quiet --disable-pip-version-check --no-deps --no-build-isolation --editable .
	@touch $@

run: setup web ## Serve on port 8000 with its own PostgreSQL and Valkey, a demo community and the web client
	@if [ -f web/dist/index.html ]; then export ALONGSIDE_WEB_PATH=web/dist; fi; exec $(BIN)/alongside serve --demo

web: setup ## Build the web client into web/dist, if anything changed
	@sh web/build.sh $(abspath $(BIN)) || echo "the pages could not be built: the API is served without them"

test: setup web ## Run the checks and the whole test suite
	@# The engine's loops are compiled beside the checks: tests that need them would wait, two processes for one.
	@$(BIN)/python -m server.services.matching_warmup &
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .
	$(BIN)/lint-imports
	$(BIN)/mypy
	@sh web/check.sh $(abspath $(BIN))
	$(BIN)/pytest -n $(TEST_PROCESSES) --dist loadfile -m "not slow"

check: setup ## Lint, types, import contracts and house rules, without the long tests
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .
	$(BIN)/lint-imports
	$(BIN)/mypy
	$(BIN)/pytest -q tests/test_house.py

bench: setup ## Print ratios against baselines taken in the same run
	$(BIN)/python -m benchmarks

bench-matching: setup ## Measure matching alone, and print the table of what it is to reach
	$(BIN)/python -m benchmarks matching

faults: setup ## Run the long fault tests
	ALONGSIDE_TEST_SEED=$${ALONGSIDE_TEST_SEED-random} $(BIN)/pytest -m slow

schema: setup ## Write docs/schema.graphql and migrations/baseline.sql from the code
	$(BIN)/alongside schema > docs/schema.graphql
	$(BIN)/python -m server.models.baseline > migrations/baseline.sql

lock: ## Pin requirements/*.lock again (needs uv)
	uv pip compile --universal --python-version 3.11 --generate-hashes --no-emit-index-url --no-emit-find-links --no-header -q pyproject.toml -o requirements/run.lock
	uv pip compile --universal --python-version 3.11 --generate-hashes --no-emit-index-url --no-emit-find-links --no-header -q --extra dev pyproject.toml -o requirements/dev.lock

clean: ## Remove what was made, but not var/
	rm -rf $(VENV) build dist *.egg-info .mypy_cache .ruff_cache .pytest_cache
