#!/bin/sh
# Adds a RabbitMQ user who may listen to IngestIO's events and nothing else, and prints the URL it connects with:
#   RABBITMQ_MANAGEMENT_URL=http://user:password@127.0.0.1:15672 deploy/rabbitmq/add-subscriber.sh warehouse
# It may declare queues called subscriber.NAME.…, bind them to the exchange ingestio.events, and read them. A subscriber
# that stays away does not hold up anybody: its queue drops the oldest beyond 1 GB, and goes after a week without a reader.
set -eu
name=$1
url=${RABBITMQ_MANAGEMENT_URL:?where the management API is: http://user:password@host:15672}
vhost=${RABBITMQ_VHOST:-%2F}
broker=${RABBITMQ_ADDRESS:-127.0.0.1:5672}
case $name in *[!a-z0-9_-]* | '') echo "A name is made of a-z, 0-9, _ and -." >&2; exit 1 ;; esac

password=$(od -An -N24 -tx1 /dev/urandom | tr -d ' \n')
put() { curl --silent --show-error --fail-with-body --request PUT --header content-type:application/json --data "$2" "$url/api/$1"; }

put "users/$name" "{\"password\": \"$password\", \"tags\": \"\"}"
own="^subscriber\\\\.$name\\\\.[a-z0-9_-]+\$"
put "permissions/$vhost/$name" "{\"configure\": \"$own\", \"write\": \"$own\", \"read\": \"$own|^ingestio\\\\.events\$\"}"
put "policies/$vhost/ingestio-subscribers" '{"pattern": "^subscriber\\.", "apply-to": "queues", "priority": 10,
  "definition": {"max-length-bytes": 1000000000, "overflow": "drop-head", "expires": 604800000}}'
echo "amqp://$name:$password@$broker/$vhost"
