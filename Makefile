# Everything is in dev.py; these are its commands under the names that some fingers know.
PYTHON ?= python3

.PHONY: setup run test

setup run test:
	@$(PYTHON) dev.py $@
