#!/usr/bin/env bash
# A private PostgreSQL cluster on a free port, with its own socket folder; never Debian's own cluster.
#   postgres.sh start|stop|env|wipe      PG_DIR: where it lives (short: a Unix socket lies in it)
# Prints PGPORT and the three connection strings (owner, application, read-only).
source "$(dirname "${BASH_SOURCE[0]}")/common.sh"
PG_DIR=${PG_DIR:?set PG_DIR to the folder of the cluster}
BIN=$(ls -d /usr/lib/postgresql/*/bin 2>/dev/null | sort -V | tail -1 || true)

secret() { od -An -N18 -tx1 /dev/urandom | tr -d ' \n'; }

bootstrap() {
  [[ -e $PG_DIR/ready ]] && return
  rm -rf "$PG_DIR"; mkdir -p "$PG_DIR/run"
  (( EUID != 0 )) || chown -R postgres "$PG_DIR"
  chmod 700 "$PG_DIR"; [[ $EUID -ne 0 ]] || chmod 711 "$PG_DIR"
  as_service_user "$BIN/initdb" -D "$PG_DIR/data" -E UTF8 --locale=C.UTF-8 \
    --auth-local=trust --auth-host=scram-sha-256 -U postgres --no-instructions >/dev/null 2>"$PG_DIR/initdb.log" || { cat "$PG_DIR/initdb.log" >&2; exit 1; }
  printf 'local all postgres trust\nhost all all 127.0.0.1/32 scram-sha-256\n' > "$PG_DIR/data/pg_hba.conf"
  chmod 700 "$PG_DIR/run"; (( EUID != 0 )) || chown postgres "$PG_DIR/run"
  local owner app read; owner=$(secret) app=$(secret) read=$(secret)
  (umask 077; printf 'OWNER_SECRET=%s\nAPP_SECRET=%s\nREAD_SECRET=%s\nPGPORT=%s\n' "$owner" "$app" "$read" "$(free_port)" > "$PG_DIR/settings")
  run_server
  psql_super <<SQL
CREATE ROLE preservation_app NOLOGIN;
CREATE ROLE preservation_read NOLOGIN;
CREATE ROLE preservation_owner LOGIN CREATEDB CREATEROLE PASSWORD '$owner';
GRANT pg_signal_backend TO preservation_owner; -- only here: dropping a test's database ends the vacuum worker in it
CREATE ROLE preservation_server LOGIN IN ROLE preservation_app PASSWORD '$app';
CREATE ROLE preservation_report LOGIN IN ROLE preservation_read PASSWORD '$read';
CREATE DATABASE preservation OWNER preservation_owner;
SQL
  touch "$PG_DIR/ready"
}

psql_super() { as_service_user psql -qX -v ON_ERROR_STOP=1 -h "$PG_DIR/run" -p "$PGPORT" -U postgres postgres; }

run_server() {
  source "$PG_DIR/settings"
  if as_service_user "$BIN/pg_ctl" -D "$PG_DIR/data" status >/dev/null 2>&1; then return; fi
  if (exec 3<>"/dev/tcp/127.0.0.1/$PGPORT") 2>/dev/null; then   # somebody took our port while we were away
    PGPORT=$(free_port); sed -i "s/^PGPORT=.*/PGPORT=$PGPORT/" "$PG_DIR/settings"
  fi
  as_service_user "$BIN/pg_ctl" -D "$PG_DIR/data" -w -t 60 -l "$PG_DIR/data/server.log" \
    -o "-p $PGPORT -c listen_addresses=127.0.0.1 -c unix_socket_directories='$PG_DIR/run' -c max_connections=200 ${PG_OPTIONS:-}" start >/dev/null 9>&- \
    || { tail -20 "$PG_DIR/data/server.log" >&2; die "PostgreSQL did not start"; }
}

settings() {
  source "$PG_DIR/settings"
  local host="Host=127.0.0.1;Port=$PGPORT;Database=preservation"
  printf 'PGPORT=%s\n' "$PGPORT"
  printf 'Preservation__Database__Owner="%s;Username=preservation_owner;Password=%s"\n' "$host" "$OWNER_SECRET"
  printf 'Preservation__Database__Application="%s;Username=preservation_server;Password=%s;Maximum Pool Size=60"\n' "$host" "$APP_SECRET"
  printf 'Preservation__Database__ReadOnly="%s;Username=preservation_report;Password=%s"\n' "$host" "$READ_SECRET"
}

stop() {
  [[ -d $PG_DIR/data ]] || return 0
  as_service_user "$BIN/pg_ctl" -D "$PG_DIR/data" -m fast -w stop >/dev/null 2>&1 || true
}

case ${1:-} in
  start) [[ -n $BIN ]] || die "PostgreSQL is not installed (Debian package postgresql-15)"; bootstrap; run_server; settings ;;
  stop)  stop ;;
  env)   settings ;;
  wipe)  stop; rm -rf "$PG_DIR" ;;
  *)     sed -n '2,4s/^# //p' "$0"; exit 64 ;;
esac
