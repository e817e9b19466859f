#!/bin/sh
# Writes the files of secrets/ from the passwords that deploy/secrets.sh made. Running it again gives the same files.
set -eu
umask 077
cd "$(dirname "$0")"
root=../../../..
"$root/deploy/secrets.sh"
. "$root/.env"
mkdir -p secrets

for service in ingest classifier extractor aggregator exporter notifier; do
  upper=$(echo "$service" | tr a-z A-Z)
  eval worker="\$INGESTIO_${upper}_WORKER_PASSWORD" api="\$INGESTIO_${upper}_API_PASSWORD"
  eval broker="\$INGESTIO_${upper}_BROKER_PASSWORD" bucket="\$INGESTIO_${upper}_S3_SECRET"
  {
    echo "INGESTIO_RABBITMQ_URL=amqp://ingestio-$service:$broker@rabbitmq:5672/"
    echo "INGESTIO_S3_URL=http://ingestio-$service:$bucket@seaweedfs:8333/ingestio"
    echo "INGESTIO_DATABASE_URL=postgresql://${service}_worker:$worker@postgres:5432/ingestio_$service"
    echo "INGESTIO_API_DATABASE_URL=postgresql://${service}_api:$api@postgres:5432/ingestio_$service"
  } > "secrets/$service.env"
done
grep -E '^INGESTIO_(SEALING_KEYS|SMTP_URL|MAIL_FROM|PUBLIC_URL|WEBHOOK_NETWORKS)=' "$root/.env" >> secrets/notifier.env
{
  echo "INGESTIO_RABBITMQ_URL=amqp://ingestio:$RABBITMQ_PASSWORD@rabbitmq:5672/"
  echo "INGESTIO_RABBITMQ_MANAGEMENT_URL=http://ingestio:$RABBITMQ_PASSWORD@rabbitmq:15672"
  echo "INGESTIO_S3_URL=http://$S3_KEY:$S3_SECRET@seaweedfs:8333/ingestio"
  echo "INGESTIO_ADMIN_DATABASE_URL=postgresql://postgres:$POSTGRES_PASSWORD@postgres:5432/postgres"
  grep -E '^INGESTIO_(TOKEN|[A-Z]+_(OWNER|WORKER|API|BROKER)_PASSWORD)=' "$root/.env"
} > secrets/migrate.env
grep -E '^(POSTGRES|RABBITMQ)_PASSWORD=' "$root/.env" > secrets/stores.env
cp "$root/deploy/seaweedfs/s3.json" secrets/s3.json
