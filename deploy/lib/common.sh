# Sourced by the scripts of deploy/. Shared words: say, die, need_packages, free_port, wait_for, run_as_service_user.
set -euo pipefail
shopt -s inherit_errexit
ROOT=$(cd "$(dirname "${BASH_SOURCE[0]}")/../.." && pwd)
export DOTNET_CLI_TELEMETRY_OPTOUT=1 DOTNET_NOLOGO=1 DOTNET_SKIP_FIRST_TIME_EXPERIENCE=1 DOTNET_GENERATE_ASPNET_CERTIFICATE=false
export LC_ALL=C.UTF-8 LANG=C.UTF-8 PATH=$PATH:/usr/sbin:/sbin   # su without - leaves the daemons' folders out

say() { printf '%s\n' "$*" >&2; }
die() { say "error: $*"; exit 1; }

# need_packages "COMMAND_OR_FILE:DEBIAN_PACKAGE" ...   installs what is missing as root, names it otherwise
need_packages() {
  local pair probe missing=()
  for pair in "$@"; do
    probe=${pair%%:*}
    if [[ $probe == /* ]]; then compgen -G "$probe" >/dev/null && continue
    else command -v "$probe" >/dev/null && continue; fi
    missing+=("${pair#*:}")
  done
  (( ${#missing[@]} )) || return 0
  if (( EUID != 0 )); then
    die "these Debian packages are missing: ${missing[*]}
       Ask an administrator for: apt-get install --no-install-recommends ${missing[*]}
       (for PostgreSQL first put 'create_main_cluster = false' into /etc/postgresql-common/createcluster.conf)"
  fi
  command -v apt-get >/dev/null || die "this is no Debian system; install by hand: ${missing[*]}"
  say "installing ${missing[*]} ..."
  if [[ " ${missing[*]} " == *" postgresql-15 "* && ! -e /etc/postgresql-common/createcluster.conf ]]; then
    mkdir -p /etc/postgresql-common          # Debian must not start a cluster of its own
    printf 'create_main_cluster = false\n' > /etc/postgresql-common/createcluster.conf
  fi
  local log; log=$(mktemp)
  # Inside a chroot or container no service may be started by an installation.
  local policy=/usr/sbin/policy-rc.d made_policy=
  if [[ ! -e $policy ]]; then printf '#!/bin/sh\nexit 101\n' > $policy; chmod 755 $policy; made_policy=1; fi
  if ! { DEBIAN_FRONTEND=noninteractive apt-get update -qq &&
         DEBIAN_FRONTEND=noninteractive apt-get install -y -qq --no-install-recommends "${missing[@]}"; } >"$log" 2>&1 </dev/null
  then tail -30 "$log" >&2; [[ -z $made_policy ]] || rm -f $policy; die "apt-get could not install: ${missing[*]}"; fi
  [[ -z $made_policy ]] || rm -f $policy
  rm -f "$log"
}

free_port() { # a port nobody listens on now, from the range below the ephemeral ones
  local port
  for _ in $(seq 200); do
    port=$((RANDOM % 12000 + 20000))
    (exec 3<>"/dev/tcp/127.0.0.1/$port") 2>/dev/null || { echo $port; return; }
  done
  die "no free port found"
}

wait_for() { # SECONDS WHAT COMMAND...
  local end=$((SECONDS + $1)) what=$2; shift 2
  until "$@" >/dev/null 2>&1; do
    (( SECONDS < end )) || die "$what did not come up"
    sleep 0.1
  done
}

# PostgreSQL and clamd refuse to run as root; root hands them to this account.
service_user() { if (( EUID == 0 )); then echo postgres; else id -un; fi; }
as_service_user() { if (( EUID == 0 )); then runuser -u postgres -- env LC_ALL=C.UTF-8 "$@"; else "$@"; fi; }
