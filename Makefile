# Everything runs in .venv, which the first target sets up; `make` alone lists the targets.
PYTHON ?= python3
BIN := .venv/bin

help:      ## list the targets
	@grep -E '^[a-z]+: .*##|^[a-z]+:  *##' $(MAKEFILE_LIST) | sed 's/:.*##/ /'

demo: .venv/ready   ## the whole way once: build, release, eight hand-ins, grades, feedback, report
	$(BIN)/tito demo

test: .venv/ready   ## every test
	$(BIN)/python -m pytest

oracles: .venv/ready   ## PyTorch, for the tests that compare with it; they are skipped without
	$(BIN)/python -m pip install --quiet --disable-pip-version-check --no-build-isolation --editable '.[oracle]'

build: .venv/ready   ## notebooks and the exported package, from the sources
	$(BIN)/tito build && $(BIN)/tito export

release: .venv/ready   ## what learners get, once the guarantees hold
	$(BIN)/tito release

goldens: .venv/ready   ## write the goldens anew; read the diff before you commit it
	$(BIN)/python -m pytest --snapshot-update

lock: .venv/ready   ## resolve the pinned versions anew
	$(BIN)/python -m uv pip compile --universal --extra test --extra check --python-version 3.11 --no-annotate --no-header -q pyproject.toml -o requirements.lock

clean:     ## remove what was generated, but no hand-in and no gradebook
	rm -rf .venv demo .pytest_cache .hypothesis

.venv/ready: pyproject.toml requirements.lock
	$(PYTHON) -m venv .venv && $(BIN)/python -m pip install --quiet --disable-pip-version-check uv==0.13.9 && $(BIN)/python -m uv pip install --compile-bytecode --python $(BIN)/python --no-deps -r requirements.lock && $(BIN)/python -m uv pip install --python $(BIN)/python --no-deps --no-build-isolation --editable . && touch $@

.PHONY: help demo test oracles build release goldens lock clean
