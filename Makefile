# One word for each thing that is done often. `make help` lists them.
PYTHON ?= python3
VENV := .venv
BIN := $(VENV)/bin
LOCK := $(BIN)/python -m uv pip compile --quiet --generate-hashes --universal --python-version 3.11 --no-emit-index-url --no-header
CATALOGUES := volunteer/translations/en/LC_MESSAGES/messages.po volunteer/translations/zh_Hant/LC_MESSAGES/messages.po
STYLE := static/css/app.css
COMPILED := $(CATALOGUES:.po=.mo) $(STYLE)

.DEFAULT_GOAL := help
.PHONY: help run test test-fast browser proof sure lint types contracts catalogues bench css words lock clean setup setup-run

help: ## list these words
	@grep -hE '^[a-z-]+:.*## ' $(MAKEFILE_LIST) | sed -E 's/:.*## /\t/' | expand -t 14

run: $(VENV)/.run $(COMPILED) ## serve the product on http://127.0.0.1:5000 with demo data, doing first what is missing
	@$(BIN)/python -m demo.start

test: setup ## the suite in ten minutes: SQLite, PostgreSQL, and the journey in a real browser
	@$(BIN)/python -m tests.run

test-fast: setup ## only SQLite, no browser
	@$(BIN)/python -m pytest -n 2 -m "not proof and not browser"

proof: setup ## the long proofs: races, kills, property tests at full length
	@$(BIN)/python -m tests.run --proof

sure: lint types contracts catalogues ## everything that CI asks: also the thorough tests, and all on both databases
	@$(BIN)/python -m tests.run --whole

lint: setup ## style of code and templates
	@$(BIN)/ruff check .
	@$(BIN)/ruff format --check --quiet .
	@$(BIN)/djlint --lint --quiet templates

types: setup ## static types
	@$(BIN)/mypy

contracts: setup ## who may import whom
	@$(BIN)/lint-imports

catalogues: setup ## nothing untranslated, nothing fuzzy
	@$(BIN)/python -m volunteer.translations check

css: $(STYLE) ## join the parts of the style sheet into static/css/app.css

words: setup ## collect new sentences into the catalogues
	@$(BIN)/python -m volunteer.translations update

bench: setup ## measure speed against bare applications; results in bench/results and docs/benchmarks.md
	@$(BIN)/python -m bench.run

lock: setup ## lock dependencies anew, with hashes
	@$(BIN)/python -m pip install --quiet uv
	@$(LOCK) pyproject.toml -o requirements.txt
	@$(LOCK) --extra dev pyproject.toml -o requirements-dev.txt

clean: ## remove what was built (not instance/)
	rm -rf $(VENV) test-results .mypy_cache .ruff_cache .hypothesis

setup: $(VENV)/.dev $(COMPILED)

setup-run: $(VENV)/.run $(COMPILED) ## only what running needs, without tests and tools

$(BIN)/python:
	@$(PYTHON) -c 'import sys; sys.exit("Linli needs Python 3.11 or later") if sys.version_info < (3, 11) else None'
	@$(PYTHON) -m venv $(VENV)

$(VENV)/.run: requirements.txt | $(BIN)/python
	@echo "installing what is needed (about a minute)"
	@$(BIN)/python -m pip install --quiet --disable-pip-version-check --require-hashes -r requirements.txt
	@touch $@

$(VENV)/.dev: requirements-dev.txt | $(BIN)/python
	@echo "installing what is needed for development (about two minutes)"
	@$(BIN)/python -m pip install --quiet --disable-pip-version-check --require-hashes -r requirements-dev.txt
	@touch $@ $(VENV)/.run

$(STYLE): $(wildcard static/css/parts/*.css) volunteer/core/stylesheet.py | $(BIN)/python
	@[ -f $(VENV)/.run ] || $(MAKE) --no-print-directory $(VENV)/.run
	@$(BIN)/python -m volunteer.core.stylesheet

%.mo: %.po | $(BIN)/python
	@[ -f $(VENV)/.run ] || $(MAKE) --no-print-directory $(VENV)/.run
	@$(BIN)/pybabel --quiet compile -i $< -o $@
