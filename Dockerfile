# One recipe for every image:
#   docker build --build-arg SERVICE=ingest -t ingestio/ingest .
#   docker build --build-arg SERVICE=aggregator --target migrate -t ingestio/migrate .
#   docker build --target console -t ingestio/console .
ARG PYTHON=python:3.11-slim-bookworm
ARG CADDY=caddy:2.11-alpine

# The page and the one door. A plain cp drops the file capability of the binary, which a container without any
# capabilities could not start.
FROM ${CADDY} AS console
RUN cp /usr/bin/caddy /usr/local/bin/door
COPY deploy/caddy/Caddyfile /etc/caddy/Caddyfile
COPY services/console/static /srv
ENV XDG_CONFIG_HOME=/tmp XDG_DATA_HOME=/tmp
USER 10001:10001
EXPOSE 8080
HEALTHCHECK --interval=10s --timeout=3s --start-period=5s \
  CMD ["wget", "-q", "-O", "/dev/null", "http://127.0.0.1:8080/healthz"]
CMD ["door", "run", "--config", "/etc/caddy/Caddyfile"]

FROM ${PYTHON} AS packages
COPY locks/uv.txt /locks/
RUN python -m venv /installer && /installer/bin/pip install --quiet --no-cache-dir --require-hashes -r /locks/uv.txt
ARG SERVICE
COPY locks/${SERVICE}.txt /locks/
# Compiled here: a container's files are read-only, it would compile them again at every start.
RUN python -m venv --without-pip /venv && /installer/bin/uv pip install --quiet --no-cache --compile-bytecode \
  --python /venv/bin/python --require-hashes -r /locks/${SERVICE}.txt
# What no service runs: packages' tests of themselves, and of onnxruntime what makes models and what C programs link to.
RUN cd /venv/lib/python*/site-packages \
  && find . -depth -type d \( -name tests -o -name SelfTest \) -exec rm -r {} + \
  && rm -rf onnxruntime/transformers onnxruntime/tools onnxruntime/quantization onnxruntime/datasets \
    onnxruntime/capi/libonnxruntime.so.*

FROM ${PYTHON} AS runtime
RUN groupadd --gid 10001 ingestio \
  && useradd --uid 10001 --gid 10001 --no-create-home --home-dir /nonexistent ingestio \
  && install -d -o 10001 -g 10001 /scratch
COPY --from=packages /venv /venv
WORKDIR /app
COPY shared shared
ENV PATH=/venv/bin:$PATH PYTHONDONTWRITEBYTECODE=1 PYTHONUNBUFFERED=1 TMPDIR=/scratch
USER 10001:10001

# Databases, roles and tables of all services. SERVICE names any lock: all of them hold what migrations need.
FROM runtime AS migrate
COPY ingestio ingestio
COPY services services
CMD ["python", "-m", "ingestio.migrate"]

FROM runtime AS service
ARG SERVICE
ENV SERVICE=${SERVICE} INGESTIO_HOST=0.0.0.0 INGESTIO_PORT=8000
COPY services/${SERVICE} services/${SERVICE}
EXPOSE 8000
HEALTHCHECK --interval=10s --timeout=10s --start-period=60s --retries=5 \
  CMD ["python", "-c", "import urllib.request as r; r.urlopen('http://127.0.0.1:8000/healthz', timeout=8)"]
CMD ["sh", "-c", "exec python -m services.$SERVICE"]
