#!/bin/sh
# Writes .env with random passwords for docker compose, and the key file of the object storage. What is there stays; running it
# again adds what a newer release wants besides.
set -eu
umask 077
cd "$(dirname "$0")/.."

random() { od -An -N24 -tx1 /dev/urandom | tr -d ' \n'; }

value() { sed -n "s/^$1=//p" .env; }

{
  echo "# Made by deploy/secrets.sh. Keep it to yourself; it is in .gitignore."
  echo "POSTGRES_PASSWORD=$(random)"
  echo "RABBITMQ_PASSWORD=$(random)"
  echo "GRAFANA_PASSWORD=$(random)"
  echo "S3_KEY=$(random)"
  echo "S3_SECRET=$(random)"
  echo "# The first token: an operator of the tenant \`local\`. The command line reads it by this name too."
  echo "INGESTIO_TOKEN=$(random)"
  for service in INGEST CLASSIFIER EXTRACTOR AGGREGATOR EXPORTER NOTIFIER; do
    for role in OWNER WORKER API BROKER; do
      echo "INGESTIO_${service}_${role}_PASSWORD=$(random)"
    done
    echo "INGESTIO_${service}_S3_SECRET=$(random)"
  done
  echo "INGESTIO_SEALING_KEYS=$(random)"
  echo "# Mail, where it is wanted; webhooks into networks that are not public."
  echo "#INGESTIO_SMTP_URL=smtp+starttls://user:password@mail.example.com:587"
  echo "#INGESTIO_MAIL_FROM=ingestio@example.com"
  echo "#INGESTIO_PUBLIC_URL=https://ingestio.example.com"
  echo "#INGESTIO_WEBHOOK_NETWORKS="
  echo "# A model, where there is one. Without these the local extractor reads."
  echo "#OPENAI_API_KEY="
  echo "#OPENAI_BASE_URL="
  echo "#INGESTIO_MODEL="
} > .env.new

if [ -e .env ]; then
  added=
  while IFS= read -r line; do
    name=${line%%=*}
    case $line in \#*) continue ;; esac
    grep -q "^$name=" .env && continue
    echo "$line" >> .env
    added="$added $name"
  done < .env.new
  rm .env.new
  if [ -z "$added" ] && [ -e deploy/seaweedfs/s3.json ]; then
    echo ".env is there already: nothing changed." >&2
    exit 0
  fi
  echo "Added to .env:${added:- nothing}." >&2
else
  mv .env.new .env
fi

# What each service may read, and change, in the bucket; the same as in ingestio/stack/bucket_rights.py.
identity() { # name, key, secret, actions
  printf '    { "name": "%s", "credentials": [{ "accessKey": "%s", "secretKey": "%s" }], "actions": [%s] }' "$@"
}

service() { # name, folders it reads, folders it changes
  upper=$(echo "$1" | tr a-z A-Z)
  secret=$(value "INGESTIO_${upper}_S3_SECRET")
  actions='"Read:ingestio/.ready*"'
  for folder in $2; do actions="$actions, \"Read:ingestio/$folder/*\""; done
  for folder in $3; do actions="$actions, \"Write:ingestio/$folder/*\", \"List:ingestio/$folder/*\""; done
  echo ","
  identity "ingestio-$1" "ingestio-$1" "$secret" "$actions"
}

mkdir -p deploy/seaweedfs
{
  printf '{ "identities": [\n'
  identity ingestio "$(value S3_KEY)" "$(value S3_SECRET)" '"Admin"'
  service ingest "batches uploads pages" "batches uploads pages results"
  service classifier "batches pages" "pages"
  service extractor "pages results" "results"
  service aggregator "" ""
  service exporter "results exports" "exports"
  service notifier "" ""
  printf '\n] }\n'
} > deploy/seaweedfs/s3.json
chmod 644 deploy/seaweedfs/s3.json # the storage runs under a user of its own
echo "Wrote .env and deploy/seaweedfs/s3.json."
