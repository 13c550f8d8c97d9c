#!/bin/sh
# Makes what must be there before PostgreSQL and the collector start, each readable by the one who needs it; what is there already stays.
# Run by compose.yaml as root in PostgreSQL's image. The cluster's own secrets are made after it, by 'prepare'.
set -eu
umask 077
cd /secrets

mkdir -p postgres cluster collector trust

if [ ! -e postgres/password ]; then
  od -An -N24 -tx1 /dev/urandom | tr -d ' \n' >postgres/password
fi
if [ ! -e cluster/database.connection ]; then
  printf 'Host=postgres;Database=fheorleans;Username=fheorleans;Password=%s;SSL Mode=VerifyFull;Root Certificate=/secrets/postgres.pem' \
    "$(cat postgres/password)" >cluster/database.connection
fi
# Keys, ciphertexts and the password's proof are encrypted on their way to the database, too.
if [ ! -e postgres/key.pem ]; then
  openssl req -x509 -newkey ec -pkeyopt ec_paramgen_curve:prime256v1 -nodes -days 3650 \
    -subj /CN=postgres -addext subjectAltName=DNS:postgres -keyout postgres/key.pem -out postgres/certificate.pem
fi
cp postgres/certificate.pem cluster/postgres.pem
# The collector has TLS since metrics and traces name tenants. Processes trust this one certificate for it and for nothing else.
if [ ! -e collector/key.pem ]; then
  openssl req -x509 -newkey ec -pkeyopt ec_paramgen_curve:prime256v1 -nodes -days 3650 \
    -subj /CN=collector -addext subjectAltName=DNS:collector -keyout collector/key.pem -out collector/certificate.pem
fi
cp collector/certificate.pem trust/collector.pem

chown -R 999:999 postgres
chown -R 1654:1654 cluster trust
chown -R 10001:10001 collector
