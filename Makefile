# `make app` and `make test` do all the set-up on a fresh machine. README.md has the plain commands.
PYTHON ?= python3
BIN := .venv/bin
# Processes for the tests: one more than the cores of a small machine, as browser tests mostly wait.
WORKERS ?= 3

.PHONY: app test check clean

app: .venv/app
	$(BIN)/streamlit run streamlit_app.py --server.address 127.0.0.1

test: check
	$(BIN)/python -m pytest --numprocesses $(WORKERS) --dist worksteal

check: .venv/dev
	$(BIN)/ruff check
	$(BIN)/ruff format --check
	$(BIN)/mypy

clean:
	rm -rf .venv .mypy_cache .pytest_cache .ruff_cache .hypothesis

.venv/bin/python:
	$(PYTHON) -m venv .venv

.venv/app: .venv/bin/python requirements.txt
	$(BIN)/python -m pip install --quiet --disable-pip-version-check -r requirements.txt
	touch $@

.venv/dev: .venv/app requirements-dev.txt
	$(BIN)/python -m pip install --quiet --disable-pip-version-check -r requirements-dev.txt
	touch $@
