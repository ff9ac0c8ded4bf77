#!/usr/bin/env bash
# A small data centre of real parts on loopback, at two sites, for the runbook beside it.
#
#   datacenter.sh up DIRECTORY        builds the site "east", lets customers order, takes backups
#   datacenter.sh backup DIRECTORY    takes backups of everything at the site that serves now
#   datacenter.sh lose DIRECTORY SITE takes a site's data away while its servers run
#   datacenter.sh runbook DIRECTORY [reprotect]
#                                     prints the runbook with the places and ports of this one
#   datacenter.sh down DIRECTORY      ends everything that was started in it, by whomever, and deletes it
#
# East: PostgreSQL with pgBackRest, uploads with restic, Redis, an API behind nginx. In front of both sites: HAProxy;
# above that: two name servers, of which the second gets the zone from the first. Servers run as an ordinary user
# where this is run by root. PORTS (default 24000) is the first of twenty ports.
set -euo pipefail
here=$(cd "$(dirname "${BASH_SOURCE[0]}")" && pwd)
services=$here/../shop/services
verb=${1:-}
directory=${2:-}
ports=${PORTS:-24000}
orders=${ORDERS:-500}

[ -n "$verb" ] && [ "${directory#/}" != "$directory" ] || { sed -n '2,14p' "$0" >&2; exit 2; }

account=
[ "$(id -u)" -ne 0 ] || account=postgres
run_as=()
[ -z "$account" ] || run_as=(setpriv "--reuid=$account" "--regid=$account" --clear-groups)
as_account() { "${run_as[@]}" "$@"; }

# name of what listens → its port
port_of() {
  local number
  case $1 in
  east-pg) number=0 ;; east-redis) number=1 ;; east-api) number=2 ;; east-web) number=3 ;;
  west-pg) number=5 ;; west-redis) number=6 ;; west-api) number=7 ;; west-web) number=8 ;;
  rehearsal-web) number=18 ;; rehearsal-api) number=17 ;;
  front) number=10 ;; ns1) number=11 ;; ns2) number=12 ;; ns1-control) number=13 ;; ns2-control) number=14 ;;
  *) echo "no port is called $1" >&2; return 1 ;;
  esac
  echo $((ports + number))
}

postgres_bin() { ls -d /usr/lib/postgresql/*/bin | sort -V | tail -1; }

main() {
  case $verb in
  up) up ;;
  backup) backup ;;
  lose) lose "${1:?which site: east or west}" ;;
  runbook) runbook "${1:-runbook}" ;;
  down) down ;;
  *) sed -n '2,14p' "$0" >&2; exit 2 ;;
  esac
}

up() {
  [ ! -e "$directory" ] || [ -z "$(ls -A "$directory")" ] || { echo "$directory is not empty" >&2; exit 1; }
  mkdir -p "$directory"/{east,west,rehearsal,backup/{pgbackrest,redis,restic},bin,secrets,logs,run,front,dns/{ns1,ns2},pgbackrest/{log,lock,spool},customers}
  chmod 755 "$directory"
  [ -z "$account" ] || chown -R "$account:" "$directory"
  echo "$ports" >"$directory/ports"
  secrets
  people
  programs
  configure_pgbackrest
  database
  redis
  uploads
  dns
  front
  start_api east
  nginx_at east
  until curl -sf "http://127.0.0.1:$(port_of front)/health" >/dev/null; do sleep 0.1; done
  start customers node "$services/customers.mjs" --front "http://127.0.0.1:$(port_of front)" \
    --ledger "$directory/customers/ledger.jsonl" --rush "$orders" --every 20
  until [ "$(wc -l 2>/dev/null <"$directory/customers/ledger.jsonl" || echo 0)" -ge "$orders" ]; do sleep 0.1; done
  backup
}

# What a runbook's process.stop reads: which process exactly it is.
identified='read -r boot </proc/sys/kernel/random/boot_id; ticks=$(cut -d " " -f 22 "/proc/$$/stat")
printf "{\"pid\":%s,\"startTicks\":%s,\"bootId\":\"%s\"}\n" $$ "$ticks" "$boot" >"$0.tmp"; mv "$0.tmp" "$0"; exec "$@"'

# start NAME COMMAND…: in a session of its own, as the account, its output in logs/NAME.log
start() {
  local name=$1
  shift
  "${run_as[@]}" env DATACENTER="$directory" setsid "$@" </dev/null >>"$directory/logs/$name.log" 2>&1 &
}

secrets() {
  openssl rand -hex 24 >"$directory/secrets/restic"
  openssl rand -hex 24 >"$directory/secrets/pgbackrest"
  openssl rand -base64 32 >"$directory/secrets/tsig"
  chmod 600 "$directory"/secrets/*
  [ -z "$account" ] || chown "$account:" "$directory"/secrets/*
}

# What a runbook calls: as the account of the servers, and with the passphrase, which stands on no command line.
programs() {
  cat >"$directory/bin/as" <<WRAPPER
#!/bin/sh
[ "\$(id -u)" -ne 0 ] || exec ${run_as[*]} "\$@"
exec "\$@"
WRAPPER
  cat >"$directory/bin/pgbackrest" <<WRAPPER
#!/bin/sh
PGBACKREST_REPO1_CIPHER_PASS=\$(cat '$directory/secrets/pgbackrest')
export PGBACKREST_REPO1_CIPHER_PASS
exec '$directory/bin/as' pgbackrest --config='$directory/pgbackrest/pgbackrest.conf' --stanza=orders "\$@"
WRAPPER
  printf '#!/bin/sh\nexec %s %s "$@"\n' "'$directory/bin/as'" "$(postgres_bin)/postgres" >"$directory/bin/postgres"
  chmod 755 "$directory"/bin/*
}

# Two on call, each with a key made here: ada starts a recovery, grace opens its gate.
people() {
  local person
  mkdir -m 700 "$directory/people"
  {
    printf 'muster: v1\nroster: datacenter\npeople:\n'
    for person in ada grace; do
      ssh-keygen -q -t ed25519 -N '' -C $person -f "$directory/people/$person"
      printf '  %s: { roles: [on-call], keys: [%s] }\n' $person "$(cat "$directory/people/$person.pub")"
    done
  } >"$directory/people/roster.yaml"
}

configure_pgbackrest() {
  cat >"$directory/pgbackrest/pgbackrest.conf" <<CONF
[global]
repo1-path=$directory/backup/pgbackrest
repo1-cipher-type=aes-256-cbc
repo1-retention-full=4
start-fast=y
log-path=$directory/pgbackrest/log
lock-path=$directory/pgbackrest/lock
spool-path=$directory/pgbackrest/spool
log-level-console=warn

[orders]
pg1-path=$directory/east/pg
pg1-port=$(port_of east-pg)
pg1-socket-path=$directory/run
pg1-user=shop
CONF
}

pgbackrest_() { "$directory/bin/pgbackrest" "$@"; }

database() {
  local bin data=$directory/east/pg
  bin=$(postgres_bin)
  as_account "$bin/initdb" -D "$data" --username=shop --auth=trust --encoding=UTF8 --locale=C --wal-segsize=1 --no-sync >/dev/null
  # The archiver is a child of the server: it reads the passphrase from a wrapper that only the account may read.
  cat >"$directory/pgbackrest/archive-push" <<WRAPPER
#!/bin/sh
# Run by whichever site's server: its working directory is its data directory.
exec '$directory/bin/pgbackrest' --pg1-path="\$PWD" archive-push "\$1"
WRAPPER
  chmod 755 "$directory/pgbackrest/archive-push"
  cat >>"$data/postgresql.conf" <<CONF
listen_addresses = '127.0.0.1'
port = $(port_of east-pg)
unix_socket_directories = '$directory/run'
shared_buffers = 16MB
wal_level = replica
archive_mode = on
archive_timeout = 2s
archive_command = '$directory/pgbackrest/archive-push "%p"'
CONF
  start east-pg "$bin/postgres" -D "$data"
  until "$bin/pg_isready" -q -h 127.0.0.1 -p "$(port_of east-pg)"; do sleep 0.1; done
  "$bin/createdb" -h 127.0.0.1 -p "$(port_of east-pg)" -U shop shop
  "$bin/psql" -qh 127.0.0.1 -p "$(port_of east-pg)" -U shop shop -c \
    'create table orders (id bigint primary key, item text not null, amount integer not null,
       placed_at timestamptz not null default clock_timestamp())'
  pgbackrest_ stanza-create
}

redis() {
  as_account mkdir -p "$directory/east/redis"
  start east-redis redis-server --bind 127.0.0.1 --port "$(port_of east-redis)" --dir "$directory/east/redis" \
    --save '' --appendonly no --daemonize no
  until redis-cli -p "$(port_of east-redis)" ping >/dev/null 2>&1; do sleep 0.1; done
  local session
  for session in $(seq 1 200); do echo "set session:$session customer-$session"; done |
    redis-cli -p "$(port_of east-redis)" >/dev/null
}

uploads() {
  local number name
  for number in $(seq 1 60); do
    name=$(printf 'picture-%03d' "$number" | sha256sum | cut -c1-16).jpg
    as_account mkdir -p "$directory/east/uploads/${name:0:2}"
    head -c $((4096 + number * 64)) /dev/urandom >"$directory/east/uploads/${name:0:2}/$name"
  done
  [ -z "$account" ] || chown -R "$account:" "$directory/east/uploads"
  restic_ init >/dev/null
}

restic_() {
  as_account env RESTIC_PASSWORD_FILE="$directory/secrets/restic" RESTIC_CACHE_DIR="$directory/run/restic-cache" \
    restic --repo "$directory/backup/restic" --quiet "$@"
}

# The first server takes updates that are signed; the second has the zone from it.
dns() {
  local secret server
  secret=$(cat "$directory/secrets/tsig")
  cat >"$directory/dns/key.conf" <<CONF
key "switch" { algorithm hmac-sha256; secret "$secret"; };
CONF
  cat >"$directory/dns/ns1/shop.test.zone" <<ZONE
\$TTL 5
@ IN SOA ns1.shop.test. hostmaster.shop.test. 1 60 5 3600 5
@ IN NS ns1
@ IN NS ns2
ns1 IN A 127.0.0.1
ns2 IN A 127.0.0.1
www IN A 127.0.0.1
site IN TXT "east"
ZONE
  for server in ns1 ns2; do
    {
      cat <<CONF
include "$directory/dns/key.conf";
options {
  directory "$directory/dns/$server"; pid-file none; session-keyfile "$directory/dns/$server/session.key";
  listen-on port $(port_of $server) { 127.0.0.1; }; listen-on-v6 { none; };
  recursion no; dnssec-validation no; allow-transfer { 127.0.0.1; }; notify explicit;
};
controls {};
CONF
      if [ $server = ns1 ]; then
        echo "zone \"shop.test\" { type primary; file \"shop.test.zone\"; allow-update { key switch; };" \
          "also-notify { 127.0.0.1 port $(port_of ns2); }; };"
      else
        echo "zone \"shop.test\" { type secondary; file \"shop.test.zone\"; masterfile-format text;" \
          "primaries { 127.0.0.1 port $(port_of ns1); }; allow-notify { 127.0.0.1; }; };"
      fi
    } >"$directory/dns/$server/named.conf"
  done
  [ -z "$account" ] || chown -R "$account:" "$directory/dns"
  chmod 640 "$directory/dns/key.conf"
  for server in ns1 ns2; do
    start $server "$(command -v named || echo /usr/sbin/named)" -f -c "$directory/dns/$server/named.conf" -n 1
    until dig +short +time=1 +tries=1 @127.0.0.1 -p "$(port_of $server)" www.shop.test | grep -q .; do sleep 0.1; done
  done
}

front() {
  cat >"$directory/front/haproxy.cfg" <<CONF
global
  stats socket $directory/run/haproxy.sock mode 600 level admin
defaults
  mode http
  timeout connect 1s
  timeout client 10s
  timeout server 10s
frontend shop
  bind 127.0.0.1:$(port_of front)
  default_backend shop
backend shop
  option httpchk GET /health
  server east 127.0.0.1:$(port_of east-web) check inter 500
  server west 127.0.0.1:$(port_of west-web) check inter 500 disabled
CONF
  [ -z "$account" ] || chown -R "$account:" "$directory/front"
  start haproxy "$(command -v haproxy || echo /usr/sbin/haproxy)" -db -f "$directory/front/haproxy.cfg"
}

start_api() {
  local site=$1
  start "$site-api" sh -c "$identified" "$directory/$site/api.id" node "$services/api.mjs" --site "$site" --listen "127.0.0.1:$(port_of "$site-api")" \
    --database "postgres://shop@127.0.0.1:$(port_of "$site-pg")/shop" --uploads "$directory/$site/uploads"
}

# Written for every site; the runbook starts that of the site that it recovers.
nginx_at() {
  local site
  for site in east west rehearsal; do
    as_account mkdir -p "$directory/$site/web"
    cat >"$directory/$site/web/nginx.conf" <<CONF
daemon off;
worker_processes 1;
pid $directory/$site/web/nginx.pid;
error_log $directory/$site/web/error.log;
events { worker_connections 64; }
http {
  access_log off;
  client_body_temp_path $directory/$site/web/body;
  proxy_temp_path $directory/$site/web/proxy;
  fastcgi_temp_path $directory/$site/web/fastcgi;
  uwsgi_temp_path $directory/$site/web/uwsgi;
  scgi_temp_path $directory/$site/web/scgi;
  server {
    listen 127.0.0.1:$(port_of "$site-web");
    location / { proxy_pass http://127.0.0.1:$(port_of "$site-api"); }
  }
}
CONF
  done
  start "$1-web" sh -c "$identified" "$directory/$1/web.id" "$(command -v nginx || echo /usr/sbin/nginx)" -c "$directory/$1/web/nginx.conf" -e "$directory/$1/web/error.log"
}

# Where customers are served now.
serving() { curl -sf "http://127.0.0.1:$(port_of front)/site"; }

backup() {
  ports=$(cat "$directory/ports")
  local site
  site=$(serving)
  pgbackrest_ backup --type=full --pg1-path="$directory/$site/pg" --pg1-port="$(port_of "$site-pg")" \
    --pg1-socket-path="$(socket_of "$site")"
  restic_ backup --tag "$site" --host shop "$directory/$site/uploads"
  redis-cli -p "$(port_of "$site-redis")" --rdb "$directory/backup/redis/$(date -u +%Y%m%dT%H%M%SZ).rdb" >/dev/null 2>&1
  [ -z "$account" ] || chown -R "$account:" "$directory/backup/redis"
}

# A server that was restored listens in its own data directory.
socket_of() {
  if [ -S "$directory/$1/pg/.s.PGSQL.$(port_of "$1-pg")" ]; then echo "$directory/$1/pg"; else echo "$directory/run"; fi
}

runbook() {
  ports=$(cat "$directory/ports")
  local script=() number
  for number in $(seq 0 19); do script+=(-e "s/\\b$((24000 + number))\\b/$((ports + number))/g"); done
  sed "${script[@]}" -e "s#/srv/datacenter\\b#$directory#g" -e "s#/srv/services\\b#$(realpath "$services")#g" "$here/$1.yaml"
}

# The files are gone, the servers do not know it: that is why a recovery fences them.
lose() {
  local part
  for part in pg uploads redis; do
    find "$directory/$1/$part" -mindepth 1 -delete 2>/dev/null || find "$directory/$1/$part" -mindepth 1 -delete
  done
}

# Whatever names the directory in its command line or its environment, and what a recovery has started there.
down() {
  local pid signal quiet until
  for signal in INT KILL; do
    for pid in $(of_us); do kill -s $signal "$pid" 2>/dev/null || true; done
    quiet=0
    until=$((SECONDS + 4))
    while [ $SECONDS -lt $until ]; do
      if [ -z "$(of_us)" ]; then quiet=$((quiet + 1)); else quiet=0; fi
      [ $quiet -lt 3 ] || break 2
      sleep 0.1
    done
  done
  rm -rf "$directory"
}

of_us() {
  local process pid
  for process in /proc/[0-9]*; do
    pid=${process##*/}
    [ "$pid" != "$$" ] && [ "$pid" != "$BASHPID" ] || continue
    case $(readlink "$process/cwd") in "$directory"/*) echo "$pid"; continue ;; esac
    grep -qsaF "$directory/" "$process/cmdline" || grep -qsazxF "DATACENTER=$directory" "$process/environ" || continue
    grep -qsaF datacenter.sh "$process/cmdline" || echo "$pid"
  done
  return 0
}

main "${@:3}"
