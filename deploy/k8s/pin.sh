#!/bin/sh
# Tags and pushes the images that were built here to REGISTRY, and prints release/kustomization.yaml with their digests:
#   deploy/k8s/pin.sh registry.example.com/ingestio > pinned.yaml && mv pinned.yaml deploy/k8s/release/kustomization.yaml
set -eu
registry=${1:?Say where the images are pushed to: deploy/k8s/pin.sh registry.example.com/ingestio}
release=$(dirname "$0")/release/kustomization.yaml

sed '/^images:/,$d' "$release"
echo "images:"
for name in ingest classifier extractor aggregator exporter notifier console migrate; do
  docker tag "ingestio/$name" "$registry/$name"
  docker push --quiet "$registry/$name" >&2
  digest=$(docker image inspect --format '{{range .RepoDigests}}{{println .}}{{end}}' "$registry/$name" | sed -n "s|^$registry/$name@||p")
  echo "  - { name: ingestio/$name, newName: $registry/$name, digest: \"${digest:?$name has no digest there}\" }"
done
