# Everything is in dev.py; these are its commands under the names that some fingers know.
PYTHON ?= python3

.PHONY: setup run test

setup run test:
	@$(PYTHON) dev.py $@

# Needs the environment of `make test`. Takes about a quarter of an hour.
.PHONY: chaos
chaos:
	.venv/bin/python -m tests.chaos.report docs/reliability.md
	STOCKBELL_CHAOS=full .venv/bin/python -m pytest tests/bot/alerts/test_texts.py tests/bot/alerts/test_storm.py tests/core/delivery/test_breaker.py tests/probes/test_hearing.py
