# Keyline's front door. `make play` is the place to start; README.md says the rest.

PORT ?= 8700
BENCH ?=
FRESH ?=
PYTEST ?=

BIN := .venv/bin
PIP := $(BIN)/python -m pip --disable-pip-version-check --no-input -qq

# A checkout whose interpreter was removed or upgraded away builds its environment again.
ifneq ($(wildcard .venv/built),)
ifneq ($(shell $(BIN)/python -c 'print(1)' 2>/dev/null),1)
$(shell rm -f .venv/built .venv/built-test)
endif
endif

.NOTPARALLEL:
.PHONY: help env page play lint test bench picture

help:
	@echo 'make play      the whole product on this machine, with demo companies (PORT=8700 FRESH=1)'
	@echo 'make test      style, types, import contracts and every test (PYTEST="-k words" chooses tests)'
	@echo 'make lint      the same without the tests'
	@echo 'make bench     every benchmark (BENCH=name for one)'
	@echo 'make env       only builds .venv, from the locked set'
	@echo 'make picture   takes the pictures in docs/ again'

env: .venv/built page

.venv/built: requirements.txt
	@sh tools/venv.sh
	@$(PIP) install --require-hashes -r requirements.txt
	@rm -f .venv/built-test && touch $@

.venv/built-test: requirements-test.txt .venv/built
	@echo 'Adding what the tests need ...'
	@$(PIP) install --require-hashes -r requirements-test.txt
	@touch $@

# The playground draws Adaptive Cards with Microsoft's own renderer where npm can fetch it, else with a plain one.
page:
	@sh tools/npm.sh . 'The playground draws Adaptive Cards with a plain renderer of its own.'

play: env
	@$(BIN)/python -m bot play --port $(PORT) $(if $(FRESH),--fresh)

lint: .venv/built-test
	@failed=0; \
	$(BIN)/python -m ruff check || failed=1; \
	$(BIN)/python -m ruff format --check || failed=1; \
	$(BIN)/python -m mypy || failed=1; \
	$(BIN)/python -c 'from importlinter.cli import lint_imports_command; lint_imports_command()' || failed=1; \
	exit $$failed

# Twice as many processes as the small machine has cores: some tests wait for servers and browsers while others compute.
# They start the bot again and again, so byte code is kept even where the environment says otherwise. Tests of one
# xdist_group share what is dear to make, so they go to one process; all keep the order that tests/conftest.py gives them.
test: export PYTHONDONTWRITEBYTECODE =
test: lint page
	@sh tools/npm.sh tests/judges 'Slack cards are not judged by the types that Slack publishes.'
	@$(BIN)/python -m pytest -n 4 --dist loadgroup --no-loadscope-reorder -q $(PYTEST)

bench: .venv/built-test
	@if ls bench/*.py >/dev/null 2>&1; then $(BIN)/python -m bench $(BENCH); \
	else echo 'There is no benchmark yet: each will be one file in bench/, run by `python -m bench NAME`.'; fi

picture: .venv/built-test page
	@$(BIN)/python docs/picture.py
