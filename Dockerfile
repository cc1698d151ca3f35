# Keyline's server. Give it the KEYLINE_ variables of docs/operate.md; with SQLite, a volume at /data.
FROM python:3.11-slim

ENV PYTHONUNBUFFERED=1 PYTHONDONTWRITEBYTECODE=1 \
    KEYLINE_WEB_HOST=0.0.0.0 KEYLINE_DATABASE_URL=sqlite:////data/keyline.db

WORKDIR /app
COPY requirements.txt .
RUN pip install --no-cache-dir --disable-pip-version-check --require-hashes --only-binary :all: -r requirements.txt

COPY app.yaml ./
COPY bot bot
COPY handlers handlers
COPY schedules schedules
COPY storage storage

RUN useradd --system --home-dir /data --create-home --shell /usr/sbin/nologin keyline
USER keyline
VOLUME /data
EXPOSE 8700

HEALTHCHECK --interval=30s --timeout=5s --start-period=20s \
    CMD ["python", "-c", "import urllib.request; urllib.request.urlopen('http://127.0.0.1:8700/healthz', timeout=4)"]

CMD ["sh", "-c", "python -m bot migrate && exec python -m bot serve --port 8700"]
