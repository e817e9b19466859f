#!/bin/sh
# What the postgres image does on its first start, as far as IngestIO relies on it.
set -eu
data=/var/lib/postgresql/18/docker
user=${POSTGRES_USER:-postgres}
if [ ! -s "$data/PG_VERSION" ]; then
  install -d -o postgres "$data" /var/lib/postgresql
  password=$(mktemp) && printf %s "$POSTGRES_PASSWORD" > "$password" && chown postgres "$password"
  gosu postgres initdb --pgdata "$data" --username "$user" --pwfile "$password" --auth scram-sha-256 --encoding UTF8
  rm "$password"
  echo "host all all all scram-sha-256" >> "$data/pg_hba.conf"
  if [ "${POSTGRES_DB:-postgres}" != postgres ]; then
    echo "CREATE DATABASE \"$POSTGRES_DB\"" | gosu postgres postgres --single -D "$data" postgres
  fi
fi
exec gosu postgres postgres -D "$data" -c listen_addresses='*' -c unix_socket_directories=/tmp "$@"
