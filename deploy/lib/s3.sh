#!/usr/bin/env bash
# A private S3 server on 127.0.0.1 for development and tests, made of Debian's ceph packages
# (one monitor, one disk daemon, one gateway or two; no systemd, no containers).
#
#   s3.sh start              make it once, start it, print the settings
#   s3.sh stop               stop it; the data stay
#   s3.sh status             succeeds when the gateway answers
#   s3.sh env                print the settings a client needs
#   s3.sh corrupt BUCKET KEY flip one bit of a stored object beneath the gateway (bit rot)
#   s3.sh rot BUCKET         flip many: lines of KEY, byte and bit on standard input, tab-separated; prints what was flipped
#   s3.sh wipe               stop it and delete its data
#
# Root installs missing packages (ceph-mon ceph-osd radosgw ceph-common curl); a plain user needs them present.
# Settings: S3_DIR (keep it short, it holds sockets), S3_PORT, S3_MON_PORT, S3_DISK_GIB, S3_ACCESS_KEY, S3_SECRET_KEY,
# S3_SECOND_PORT (a second gateway to the same disk, on this port).
# A second server beside the first needs its own S3_DIR, S3_PORT and S3_MON_PORT.
set -euo pipefail

DIR=${S3_DIR:-/var/tmp/preservation-s3-$(id -u)}
PORT=${S3_PORT:-9000}
SECOND_PORT=${S3_SECOND_PORT:-}
MON_PORT=${S3_MON_PORT:-3300}
DISK_GIB=${S3_DISK_GIB:-16}
ACCESS_KEY=${S3_ACCESS_KEY:-preservation}
SECRET_KEY=${S3_SECRET_KEY:-preservation-test-secret}
CONF=$DIR/ceph.conf
LOG=$DIR/log/setup.log
unset CEPH_ARGS CEPH_CONF

fail() { printf 's3.sh: %s\n' "$*" >&2; exit 1; }
new_uuid() { cat /proc/sys/kernel/random/uuid; }
admin() { ceph -c "$CONF" --connect-timeout 3 "$@"; }

# The process that wrote a pid file still is the one of this server (pids are used again after a restart).
running() {
  local file=$DIR/run/$1.pid
  [[ -s $file ]] && grep -qzF -- "$CONF" "/proc/$(<"$file")/cmdline" 2>/dev/null
}

# until_true SECONDS NAME COMMAND...
until_true() {
  local deadline=$((SECONDS + $1)) name=$2
  shift 2
  while ! "$@" >/dev/null 2>&1; do
    ((SECONDS < deadline)) || fail "$name did not start; its log is in $DIR/log"
    sleep 0.2
  done
}

# logged COMMAND...: quiet, unless it fails
logged() { "$@" >>"$LOG" 2>&1 || { cat "$LOG" >&2; fail "$1 failed"; }; }

need_packages() {
  local tool missing=()
  for tool in ceph ceph-authtool ceph-mon ceph-osd curl monmaptool rados radosgw radosgw-admin; do
    command -v "$tool" >/dev/null || missing+=("$tool")
  done
  ((${#missing[@]})) || return 0
  ((EUID == 0)) || fail "missing: ${missing[*]}; ask root to install ceph-mon ceph-osd radosgw ceph-common curl"
  printf 's3.sh: installing ceph packages\n' >&2
  DEBIAN_FRONTEND=noninteractive apt-get update -qq
  DEBIAN_FRONTEND=noninteractive apt-get install -y -qq --no-install-recommends \
    ceph-mon ceph-osd radosgw ceph-common curl >/dev/null
}

# cephx stays on (the gateway cannot connect without); one copy, small placement groups, quick elections.
configuration() {
  cat <<C
[global]
  fsid = $1
  mon host = [v2:127.0.0.1:$MON_PORT/0]
  ms bind msgr1 = false
  public addr = 127.0.0.1
  cluster addr = 127.0.0.1
  auth cluster required = cephx
  auth service required = cephx
  auth client required = cephx
  keyring = $DIR/keyring
  run dir = $DIR/run
  pid file = $DIR/run/\$type.pid
  admin socket = $DIR/run/\$name.asok
  log file = $DIR/log/\$name.log
  crash dir = $DIR/log
  osd pool default size = 1
  osd pool default min size = 1
  osd pool default pg num = 4
  osd pool default pgp num = 4
  osd pool default pg autoscale mode = off
  osd crush chooseleaf type = 0
[mon]
  mon data = $DIR/mon
  mon cluster log file = $DIR/log/cluster.log
  mon allow pool size one = true
  mon max pg per osd = 1000
  mon data avail warn = 2
  mon data avail crit = 1
  paxos propose interval = 0.05
  paxos min wait = 0.02
[osd]
  osd data = $DIR/osd
  osd objectstore = bluestore
  bluestore block size = $((DISK_GIB << 30))
  bluestore cache autotune = false
  bluestore cache size = 134217728
  osd op num shards = 2
  osd class update on start = false
[client]
  rgw data = $DIR/rgw
  rgw thread pool size = 64
  rgw crypt require ssl = false
  rgw gc obj min wait = 60
  rgw gc processor period = 60
C
}

make_cluster() {
  [[ -e $DIR/made ]] && return
  rm -rf "$DIR"
  mkdir -p "$DIR"/{run,log,mon,osd,rgw}
  chmod 700 "$DIR"
  local cluster disk key=$DIR/keyring
  cluster=$(new_uuid) disk=$(new_uuid)
  configuration "$cluster" >"$CONF"
  logged ceph-authtool -C "$key" --gen-key -n mon. --cap mon 'allow *'
  logged ceph-authtool "$key" --gen-key -n client.admin --cap mon 'allow *' --cap osd 'allow *'
  logged ceph-authtool "$key" --gen-key -n client.rgw --cap mon 'allow rw' --cap osd 'allow rwx'
  logged ceph-authtool "$key" --gen-key -n osd.0 --cap mon 'allow profile osd' --cap osd 'allow *'
  logged monmaptool -c "$CONF" --create --clobber --fsid "$cluster" --addv a "[v2:127.0.0.1:$MON_PORT]" "$DIR/monmap"
  logged ceph-mon -c "$CONF" -i a --mkfs --monmap "$DIR/monmap" --keyring "$key"
  start_monitor
  logged admin osd new "$disk" 0
  logged ceph-osd -c "$CONF" -i 0 --mkfs --osd-uuid "$disk"
  touch "$DIR/made"
}

# The lock (descriptor 9) must not be inherited by what stays running.
start_monitor() {
  running mon || ceph-mon -c "$CONF" -i a >/dev/null 2>&1 9>&-
  until_true 30 monitor admin mon stat
}

disk_is_up() { admin osd stat | grep -q '1 up'; }

start_disk() {
  running osd || ceph-osd -c "$CONF" -i 0 >/dev/null 2>&1 9>&-
  until_true 60 'disk daemon' disk_is_up
}

answers() { curl -fs -o /dev/null --max-time 2 "http://127.0.0.1:${1:-$PORT}/"; }

# gateway PID-FILE'S-NAME PORT
gateway() {
  running "$1" || timeout 60 radosgw -c "$CONF" -n client.rgw --pid-file "$DIR/run/$1.pid" --admin-socket "$DIR/run/$1.asok" --log-file "$DIR/log/$1.log" \
    --rgw-frontends "beast endpoint=127.0.0.1:$2" >/dev/null 2>&1 9>&-
  until_true 60 "gateway $1" answers "$2"
}

start_gateway() {
  if [[ ! -e $DIR/account ]]; then
    logged radosgw-admin -c "$CONF" user create --uid=preservation --display-name=preservation \
      --access-key="$ACCESS_KEY" --secret-key="$SECRET_KEY"
    touch "$DIR/account"
  fi
  gateway client "$PORT"
  if [[ -n $SECOND_PORT ]]; then gateway second "$SECOND_PORT"; fi
}

# The monitor goes last: the disk daemon hangs without it.
stop_all() {
  local daemon pid
  for daemon in second client osd mon; do
    if running "$daemon"; then
      pid=$(<"$DIR/run/$daemon.pid")
      kill "$pid"
      for _ in {1..100}; do running "$daemon" || break; sleep 0.1; done
      if running "$daemon"; then kill -9 "$pid"; fi
    fi
    rm -f "$DIR/run/$daemon.pid"
  done
}

# Stored names of an object's data: MARKER_KEY for its first piece, MARKER__:VERSION_KEY with versioning,
# MARKER__multipart_KEY.… for parts. A multipart object's first piece is empty.
stored_names() {
  rados -c "$CONF" -p default.rgw.buckets.data ls | awk -v marker="$1" -v key="$2" '
    index($0, marker) != 1 { next }
    { rest = substr($0, length(marker) + 1) }
    rest == "_" key { print; next }
    index(rest, "__multipart_" key ".") == 1 { print; next }
    index(rest, "__:") == 1 && substr(rest, length(rest) - length(key)) == "_" key { print }'
}

bucket_marker() {
  local marker
  marker=$(radosgw-admin -c "$CONF" bucket stats --bucket="$1" 2>/dev/null | sed -n 's/.*"marker": "\([^"]*\)".*/\1/p')
  [[ -n $marker ]] || fail "no bucket $1"
  printf '%s\n' "$marker"
}

# flip_at NAME BYTE BIT: of a stored piece; fails when it is empty. BYTE counts from the middle when it is "middle", and again from the start beyond the end.
flip_at() {
  local name=$1 byte=$2 bit=$3 pool=default.rgw.buckets.data copy size value
  copy=$(mktemp)
  trap 'rm -f "$copy"; trap - RETURN' RETURN
  rados -c "$CONF" -p "$pool" get "$name" "$copy" 2>>"$LOG" || return 1
  size=$(stat -c %s "$copy")
  ((size > 0)) || return 1
  if [[ $byte == middle ]]; then byte=$((size / 2)); else byte=$((byte % size)); fi
  value=$(od -An -tu1 -j "$byte" -N 1 "$copy" | tr -d ' ')
  # shellcheck disable=SC2059
  printf "\\x$(printf %02x $((value ^ (1 << bit))))" >"$copy"
  rados -c "$CONF" -p "$pool" put "$name" "$copy" --offset "$byte"
  FLIPPED=$byte
}

flip_bit() {
  local bucket=$1 key=$2 marker name
  marker=$(bucket_marker "$bucket")
  while IFS= read -r name; do
    flip_at "$name" middle 0 || continue
    printf 's3.sh: one bit flipped in byte %s of %s\n' "$FLIPPED" "$name" >&2
    return 0
  done < <(stored_names "$marker" "$key")
  fail "nothing stored for $bucket/$key"
}

# One piece an object: what was put in one request lies under MARKER_KEY, behind the gateway's back.
flip_many() {
  local bucket=$1 marker key byte bit
  marker=$(bucket_marker "$bucket")
  while IFS=$'\t' read -r key byte bit; do
    flip_at "${marker}_$key" "$byte" "$bit" || fail "nothing stored for $bucket/$key"
    printf '%s\t%s\t%s\n' "$key" "$FLIPPED" "$bit"
  done
}

print_settings() {
  printf '%s\n' "S3_ENDPOINT=http://127.0.0.1:$PORT" S3_REGION=us-east-1 \
    "S3_ACCESS_KEY=$ACCESS_KEY" "S3_SECRET_KEY=$SECRET_KEY"
  if [[ -n $SECOND_PORT ]]; then printf '%s\n' "S3_SECOND_ENDPOINT=http://127.0.0.1:$SECOND_PORT"; fi
}

take_lock() { mkdir -p "$(dirname "$DIR")"; exec 9>"$DIR.lock"; flock 9; }

case ${1:-} in
  start) take_lock; need_packages; make_cluster; start_monitor; start_disk; start_gateway; print_settings ;;
  stop) take_lock; stop_all ;;
  wipe) take_lock; stop_all; rm -rf "$DIR" ;;
  status) answers ;;
  env) print_settings ;;
  corrupt) [[ $# -eq 3 ]] || fail 'corrupt BUCKET KEY'; flip_bit "$2" "$3" ;;
  rot) [[ $# -eq 2 ]] || fail 'rot BUCKET'; flip_many "$2" ;;
  *) sed -n '2,/^set /{/^set /d;s/^# \{0,1\}//p}' "$0" >&2; exit 2 ;;
esac
