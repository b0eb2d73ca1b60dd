#!/usr/bin/env bash
# A private clamd on a Unix socket, with a test signature of our own beside whatever official ones lie in /var/lib/clamav.
#   clamav.sh start|stop|env|wipe      CLAM_DIR: where it lives (short: a Unix socket lies in it)
# It never fetches signatures: what is in /var/lib/clamav is the administrator's business, and a test machine has none.
# shellcheck source=common.sh
source "$(dirname "${BASH_SOURCE[0]}")/common.sh"
CLAM_DIR=${CLAM_DIR:?set CLAM_DIR to the folder of clamd}
CONF=$CLAM_DIR/clamd.conf
SOCKET=$CLAM_DIR/run/clamd.sock
PID_FILE=$CLAM_DIR/run/clamd.pid
WINDOW_BYTES=$((24 * 1024 * 1024))

# clamd refuses to serve as root; root hands it to the account of Debian's package.
as_scanner() { if (( EUID == 0 )); then runuser -u clamav -- "$@"; else "$@"; fi; }

# The test string is put together here, so that no file of this repository is taken for a virus.
test_string() { printf '%s%s' 'X5O!P%@AP[4\PZX54(P^)7CC)7}$EICAR-STAND' 'ARD-ANTIVIRUS-TEST-FILE!$H+H*'; }

write_database() {
  rm -rf "$CLAM_DIR/db"; mkdir -p "$CLAM_DIR/db"
  printf 'Preservation.Test.EICAR:0:*:%s\n' "$(test_string | od -An -v -tx1 | tr -d ' \n')" > "$CLAM_DIR/db/preservation.ndb"
  local file
  for file in /var/lib/clamav/*.c[vl]d /var/lib/clamav/*.cud; do
    [[ ! -r $file ]] || ln -s "$file" "$CLAM_DIR/db/"
  done
}

write_configuration() {
  cat > "$CONF" <<C
LogFile $CLAM_DIR/log/clamd.log
LogTime yes
PidFile $PID_FILE
DatabaseDirectory $CLAM_DIR/db
TemporaryDirectory $CLAM_DIR/tmp
LocalSocket $SOCKET
LocalSocketMode 666
FixStaleSocket yes
SelfCheck 0
Foreground yes
StreamMaxLength 100M
MaxFileSize 200M
MaxScanSize 400M
MaxThreads 4
MaxConnectionQueueLength 50
CommandReadTimeout 60
ReadTimeout 300
C
}

running() { # the process that wrote the pid file still is the clamd of this folder
  [[ -s $PID_FILE ]] && tr '\0' ' ' 2>/dev/null < "/proc/$(<"$PID_FILE")/cmdline" | grep -qF -- "$CONF"
}

answers() { # a PING over the socket; curl speaks Unix sockets and nothing else need be installed
  [[ -S $SOCKET ]] && [[ $(printf 'zPING\0' | timeout 5 curl -s --max-time 4 --unix-socket "$SOCKET" telnet://clamd 2>/dev/null | tr -d '\0') == PONG ]]
}

STARTED=
decided() { answers || { [[ -n $STARTED ]] && ! kill -0 "$STARTED" 2>/dev/null; }; } # it serves, or has ended without ever doing so

start() {
  command -v clamd >/dev/null || [[ -x /usr/sbin/clamd ]] || die "clamd is not installed (Debian package clamav-daemon)"
  (( ${#SOCKET} < 105 )) || die "CLAM_DIR is too long for a Unix socket: $SOCKET"
  if ! running; then
    mkdir -p "$CLAM_DIR"/{run,log,tmp}
    write_database; write_configuration
    (( EUID != 0 )) || chown -R clamav: "$CLAM_DIR"
    chmod 711 "$CLAM_DIR"; chmod 755 "$CLAM_DIR/run"
    # In the foreground: one that puts itself into the background waits for a signal of its child, which it can miss on a busy machine.
    as_scanner setsid "$(command -v clamd || echo /usr/sbin/clamd)" -c "$CONF" >"$CLAM_DIR/log/start.log" 2>&1 </dev/null 9>&- &
    STARTED=$!
  fi
  wait_for 180 clamd decided
  answers || { tail -n 20 "$CLAM_DIR/log/start.log" >&2; die "clamd did not start"; }
  settings
}

settings() {
  printf 'Preservation__VirusScan__Socket=%s\n' "$SOCKET"
  printf 'Preservation__VirusScan__WindowBytes=%s\n' "$WINDOW_BYTES"
}

stop() {
  if running; then
    local pid; pid=$(<"$PID_FILE")
    kill "$pid" 2>/dev/null || true
    for _ in {1..100}; do running || break; sleep 0.1; done
    if running; then kill -9 "$pid" 2>/dev/null || true; fi
  fi
  rm -f "$PID_FILE" "$SOCKET"
}

case ${1:-} in
  start) start ;;
  stop)  stop ;;
  env)   settings ;;
  wipe)  stop; rm -rf "$CLAM_DIR" ;;
  *)     sed -n '2,4s/^# //p' "$0"; exit 64 ;;
esac
