# The chat and the command `rag`. Models and state are in volumes: /cache (3 GB) and /state.
FROM python:3.11-slim

ENV PYTHONUNBUFFERED=1 PIP_NO_CACHE_DIR=1 PIP_DISABLE_PIP_VERSION_CHECK=1
WORKDIR /app
COPY requirements/embedded.lock requirements/
RUN pip install --only-binary :all: --no-deps --require-hashes --requirement requirements/embedded.lock
# As in the Makefile, which says how to get another build: --build-arg TORCH="torch==2.13.0 --index-url ADDRESS".
ARG TORCH="torch==2.13.0"
RUN pip install ${TORCH}
COPY pyproject.toml README.md LICENSE ./
COPY rag rag
COPY evals evals
RUN pip install --no-deps --no-build-isolation .

RUN useradd --uid 10001 --create-home news && install -d -o news -g news /cache /state
USER news
ENV RAG_CACHE=/cache XDG_DATA_HOME=/state HOST=0.0.0.0 PORT=7860
EXPOSE 7860
HEALTHCHECK --interval=10s --timeout=5s --start-period=120s \
    CMD ["python", "-c", "from urllib.request import urlopen; urlopen('http://127.0.0.1:7860/health', timeout=4)"]
CMD ["rag", "chat"]
