# Sourced after common.sh. Speaks with the server's API: SERVER is its address, KEYS the folder of the keys by name.

# api KEY METHOD PATH [JSON]: prints the answer; anything but 2xx ends the caller with the server's own words
api() {
  local key=$1 method=$2 path=$3 body=${4:-} answer status
  local -a options=(-sS --max-time 120 -X "$method" -H "Authorization: Bearer $(<"$KEYS/$key")" -w '\n%{http_code}')
  [[ $method == GET ]] || options+=(-H "Idempotency-Key: $(</proc/sys/kernel/random/uuid)" -H 'Content-Type: application/json' -d "${body:-{\}}")
  answer=$(curl "${options[@]}" "$SERVER/api/v1$path") || die "$method $path: no answer from $SERVER"
  status=${answer##*$'\n'} answer=${answer%$'\n'*}
  [[ $status == 2* ]] || die "$method $path as $key: $status $answer"
  printf '%s\n' "$answer"
}

# status KEY METHOD PATH: only the status code
status() { curl -sS -o /dev/null --max-time 60 -X "$2" -H "Authorization: Bearer $(<"$KEYS/$1")" -w '%{http_code}' "$SERVER/api/v1$3"; }

# fetch KEY PATH FILE: a download; fails quietly when it is not there (yet)
fetch() { curl -fsS --max-time 120 -H "Authorization: Bearer $(<"$KEYS/$1")" -o "$3" "$SERVER/api/v1$2" 2>/dev/null; }

# principal NAME JSON GRANT...: a principal with grants and a key; the key's file is KEYS/NAME
principal() {
  local name=$1 id grant; id=$(api administrator POST /principals "$2" | jq -re .id); shift 2
  for grant in "$@"; do api administrator POST "/principals/$id/grants" "$grant" >/dev/null; done
  api administrator POST "/principals/$id/keys" '{}' | jq -re .key > "$KEYS/$name"
}

# until_is SECONDS WANTED COMMAND...: repeats until the command prints what is wanted; prints the last answer either way
until_is() {
  local end=$((SECONDS + $1)) wanted=$2 last=; shift 2
  while :; do
    last=$("$@" 2>/dev/null || true)
    if [[ $last == "$wanted" ]] || (( SECONDS >= end )); then printf '%s\n' "$last"; return 0; fi
    sleep 0.3
  done
}
