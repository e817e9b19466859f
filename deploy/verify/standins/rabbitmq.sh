#!/bin/sh
# What the rabbitmq image does at its start, as far as IngestIO relies on it.
set -eu
cat > /etc/rabbitmq/rabbitmq.conf << CONFIG
default_user = ${RABBITMQ_DEFAULT_USER:-guest}
default_pass = ${RABBITMQ_DEFAULT_PASS:-guest}
loopback_users = none
listeners.tcp.default = 5672
log.console = true
CONFIG
chown -R rabbitmq: /var/lib/rabbitmq
exec gosu rabbitmq /usr/lib/rabbitmq/bin/rabbitmq-server "$@"
