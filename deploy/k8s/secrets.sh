#!/bin/sh
# Writes the Secrets of an overlay from the passwords that deploy/secrets.sh made. Running it again gives the same files.
#   deploy/k8s/secrets.sh small        then `kubectl apply -k deploy/k8s/overlays/small` takes them in
#   deploy/k8s/secrets.sh production   then `kubectl -n ingestio apply -k deploy/k8s/overlays/production/secrets`
# Outside of `small` the bucket is your provider's: .env says where (S3_ENDPOINT=https://s3.example.com, S3_BUCKET=ingestio), and
# each service's key there (INGESTIO_INGEST_S3_KEY and _SECRET, and so on); S3_KEY and S3_SECRET may make the bucket.
set -eu
umask 077
overlay=${1:?Say for which overlay: small, staging or production}
cd "$(dirname "$0")"
root=../..
"$root/deploy/secrets.sh"
. "$root/.env"
target=overlays/$overlay/secrets
mkdir -p "$target"

if [ "$overlay" = small ]; then
  database=postgres scheme=http store=seaweedfs:8333 bucket=ingestio
else
  : "${S3_ENDPOINT:?Say in .env where the bucket is: S3_ENDPOINT=https://s3.example.com}"
  database=postgres-rw scheme=${S3_ENDPOINT%%://*} store=${S3_ENDPOINT#*://} bucket=${S3_BUCKET:-ingestio}
  case $store in *:*) ;; *) store=$store:443 ;; esac
fi

for service in ingest classifier extractor aggregator exporter notifier; do
  upper=$(echo "$service" | tr a-z A-Z)
  eval worker="\$INGESTIO_${upper}_WORKER_PASSWORD" api="\$INGESTIO_${upper}_API_PASSWORD"
  eval broker="\$INGESTIO_${upper}_BROKER_PASSWORD" secret="\$INGESTIO_${upper}_S3_SECRET"
  eval key="\${INGESTIO_${upper}_S3_KEY:-ingestio-$service}"
  {
    echo "INGESTIO_RABBITMQ_URL=amqp://ingestio-$service:$broker@rabbitmq:5672/"
    echo "INGESTIO_S3_URL=$scheme://$key:$secret@$store/$bucket"
    echo "INGESTIO_DATABASE_URL=postgresql://${service}_worker:$worker@$database:5432/ingestio_$service"
    echo "INGESTIO_API_DATABASE_URL=postgresql://${service}_api:$api@$database:5432/ingestio_$service"
  } > "$target/$service.env"
done
chosen() { grep -E "^($1)=." "$root/.env" >> "$target/$2.env" || true; }
chosen 'INGESTIO_(OIDC|CLAMD|SUBSCRIPTION_WEBHOOK_SECRET|UPGRADE_HINT|KEEP_BATCHES|MAX_FILE_SIZE|MAX_FILES|PAGE_COST)' ingest
chosen 'OPENAI_(API_KEY|BASE_URL)|INGESTIO_MODEL' classifier
chosen 'OPENAI_(API_KEY|BASE_URL)|INGESTIO_MODEL(_CALLS_AT_ONCE|_REQUESTS_PER_MINUTE|_TOKENS_PER_MINUTE)?' extractor
chosen 'INGESTIO_(SEALING_KEYS|SMTP_URL|MAIL_FROM|PUBLIC_URL|WEBHOOK_NETWORKS|WEBHOOK_SLOTS)' notifier
for service in ingest classifier extractor aggregator exporter notifier; do
  chosen 'OTEL_(EXPORTER_OTLP_ENDPOINT|EXPORTER_OTLP_HEADERS|TRACES_SAMPLER|TRACES_SAMPLER_ARG)|INGESTIO_SLOW_QUERY_SECONDS' $service
done
{
  echo "INGESTIO_RABBITMQ_URL=amqp://ingestio:$RABBITMQ_PASSWORD@rabbitmq:5672/"
  echo "INGESTIO_RABBITMQ_MANAGEMENT_URL=http://ingestio:$RABBITMQ_PASSWORD@rabbitmq:15672"
  echo "INGESTIO_S3_URL=$scheme://$S3_KEY:$S3_SECRET@$store/$bucket"
  echo "INGESTIO_ADMIN_DATABASE_URL=postgresql://postgres:$POSTGRES_PASSWORD@$database:5432/postgres"
  grep -E '^INGESTIO_(TOKEN|[A-Z]+_(OWNER|WORKER|API|BROKER)_PASSWORD)=' "$root/.env"
} > "$target/migrate.env"

if [ "$overlay" = small ]; then
  grep -E '^(POSTGRES|RABBITMQ)_PASSWORD=' "$root/.env" > "$target/stores.env"
  cp "$root/deploy/seaweedfs/s3.json" "$target/s3.json"
  exit 0
fi
printf 'username=postgres\npassword=%s\n' "$POSTGRES_PASSWORD" > "$target/postgres-superuser.env"
printf 'ACCESS_KEY_ID=%s\nACCESS_SECRET_KEY=%s\n' "${BACKUP_S3_KEY:-}" "${BACKUP_S3_SECRET:-}" > "$target/postgres-backup.env"
printf 'default_user = ingestio\ndefault_pass = %s\n' "$RABBITMQ_PASSWORD" > "$target/default_user.conf"
printf 'host=rabbitmq\nport=5672\nprovider=rabbitmq\ntype=rabbitmq\nusername=ingestio\npassword=%s\n' "$RABBITMQ_PASSWORD" > "$target/rabbitmq.env"
{
  printf 'apiVersion: kustomize.config.k8s.io/v1beta1\nkind: Kustomization\ngeneratorOptions: { disableNameSuffixHash: true }\nsecretGenerator:\n'
  for name in ingest classifier extractor aggregator exporter notifier migrate postgres-backup; do
    echo "  - { name: $name, envs: [$name.env] }"
  done
  echo "  - { name: postgres-superuser, type: kubernetes.io/basic-auth, envs: [postgres-superuser.env] }"
  echo "  - { name: rabbitmq-administrator, envs: [rabbitmq.env], files: [default_user.conf] }"
} > "$target/kustomization.yaml"
