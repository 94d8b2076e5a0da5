# Everything runs in .venv, which the first target sets up; `make` alone lists the targets.
# Another Python: make quick PYTHON=python3.12 VENV=.venv-3.12
PYTHON ?= python3
VENV ?= .venv
BIN := $(VENV)/bin
unexport PYTHONDONTWRITEBYTECODE  # compiled tests are kept from run to run: ten seconds of each

help:      ## list the targets
	@grep -E '^[a-z]+:.*##' $(MAKEFILE_LIST) | sed 's/:.*##/ /'

demo: $(VENV)/ready   ## the whole way once: build, release, eight hand-ins, grades, feedback, report
	$(BIN)/tito demo

check: $(VENV)/ready   ## format, lint, types and the order of imports: seconds
	$(BIN)/ruff format --check --quiet
	$(BIN)/ruff check --quiet
	$(BIN)/mypy --no-error-summary
	$(BIN)/lint-imports --no-cache

quick: $(VENV)/ready   ## the fast tests: two minutes
	$(BIN)/python -m pytest -m "not slow"

test: $(VENV)/ready   ## every test
	$(BIN)/python -m pytest

format: $(VENV)/ready   ## format the code, and mend what ruff can mend
	$(BIN)/ruff check --quiet --fix-only
	$(BIN)/ruff format

types: $(VENV)/ready   ## the type checker alone
	$(BIN)/mypy

oracles: $(VENV)/ready   ## PyTorch, for the tests that compare with it; they are skipped without
	$(BIN)/python -m pip install --quiet --disable-pip-version-check --no-build-isolation --editable '.[oracle]'

build: $(VENV)/ready   ## notebooks and the exported package, from the sources
	$(BIN)/tito build && $(BIN)/tito export

release: $(VENV)/ready   ## what learners get, once the guarantees hold
	$(BIN)/tito release

goldens: $(VENV)/ready   ## write the goldens anew; read the diff before you commit it
	$(BIN)/python -m pytest --snapshot-update

book: $(VENV)/book   ## the site: a chapter for each module, and the pages; REPOSITORY=URL for Binder and Colab
	$(BIN)/python -m tito.book --repository "$(REPOSITORY)"

browser: book playwright $(VENV)/axe/ready   ## go through every page of ours in Chromium, with axe-core
	$(BIN)/python -m pytest tests/book tests/classroom/test_pages_in_browser.py

$(VENV)/axe/ready: tests/support/npm/package-lock.json
	npm ci --silent --prefix tests/support/npm && mkdir -p $(@D) && rm -rf $(@D)/node_modules && mv tests/support/npm/node_modules $(@D)/ && touch $@

lab: playwright   ## a learner's day in JupyterLab, in Chromium; its pictures are in tests/shots
	$(BIN)/python -m pytest tests/workspace/test_day_in_lab.py

pictures: playwright   ## draw the pictures of README anew, into docs/pictures
	$(BIN)/python -m tests.support.pictures

playwright: $(VENV)/ready   # drives the Chromium that the machine has
	$(BIN)/python -m uv pip install --quiet --python $(BIN)/python --constraint requirements.lock --no-build-isolation --editable '.[browser]'

lock: $(VENV)/ready   ## resolve the pinned versions anew
	$(BIN)/python -m uv pip compile --universal --extra test --extra check --python-version 3.11 --no-annotate --no-header -q pyproject.toml -o requirements.lock
	$(BIN)/python -m uv pip compile --universal --extra book --constraint requirements.lock --python-version 3.11 --no-annotate --no-header -q pyproject.toml -o requirements-book.lock

clean:     ## remove what was generated, but no hand-in and no gradebook
	rm -rf .venv .venv-* demo .pytest_cache .hypothesis .mypy_cache .ruff_cache .import_linter_cache

$(VENV)/ready: pyproject.toml requirements.lock
	$(PYTHON) -m venv $(VENV) && $(BIN)/python -m pip install --quiet --disable-pip-version-check uv==0.13.9 && $(BIN)/python -m uv pip install --compile-bytecode --python $(BIN)/python --no-deps -r requirements.lock && $(BIN)/python -m uv pip install --python $(BIN)/python --no-deps --no-build-isolation --editable . && touch $@

# what the site needs and nothing else does: Sphinx and JupyterLite, the fonts and styles of the formulas, and Python for
# the browser with the wheels of its kernel
$(VENV)/book: $(VENV)/ready requirements-book.lock tito/book/npm/package-lock.json tito/book/lite/wheels.txt
	$(BIN)/python -m uv pip install --quiet --python $(BIN)/python --no-deps -r requirements-book.lock && rm -rf $(VENV)/lab && $(BIN)/python -m pip download --quiet --disable-pip-version-check --no-deps --only-binary :all: --python-version 3.14 --dest $(VENV)/lab/wheels --requirement tito/book/lite/wheels.txt && npm ci --silent --prefix tito/book/npm && mkdir -p $(VENV)/npm && rm -rf $(VENV)/npm/node_modules && mv tito/book/npm/node_modules $(VENV)/npm/ && touch $@

.PHONY: help demo check quick test format types oracles build release goldens book browser lab pictures playwright lock clean
