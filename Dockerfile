# Stockbell in one container; docs/production.md says how to run it.
FROM python:3.13-slim

ENV PYTHONDONTWRITEBYTECODE=1 \
    PYTHONUNBUFFERED=1 \
    PIP_DISABLE_PIP_VERSION_CHECK=1 \
    PIP_NO_CACHE_DIR=1 \
    PIP_ONLY_BINARY=:all: \
    PIP_ROOT_USER_ACTION=ignore

WORKDIR /opt/stockbell
COPY . .
# As dev.py does it: the pinned build tool first, then everything in the pinned versions, ready-made.
RUN pip install --constraint constraints.txt setuptools \
    && pip install --constraint constraints.txt --no-build-isolation --editable . \
    && useradd --system --uid 10001 --home-dir /var/lib/stockbell --shell /usr/sbin/nologin stockbell \
    && install --directory --owner=stockbell --group=stockbell --mode=0700 /var/lib/stockbell

ENV ENVIRONMENT=production \
    HOST=0.0.0.0 \
    PORT=8080 \
    DATA_DIR=/var/lib/stockbell \
    DATABASE_URL=sqlite:////var/lib/stockbell/stockbell.db

USER stockbell
VOLUME /var/lib/stockbell
EXPOSE 8080
HEALTHCHECK --interval=30s --timeout=10s --start-period=60s --retries=2 \
    CMD ["python", "-c", "import os, urllib.request as r; r.urlopen('http://127.0.0.1:' + os.environ['PORT'] + '/health/ready', timeout=8)"]
CMD ["python", "-m", "stockbell", "run"]
