# Sourced by deploy/demo. The journey itself: who takes part, what is sent, what must come out of it.
FAILED=0
declare -a ROWS=()

# expect STEP EXPECTED CAME_OUT: one line of the summary
expect() {
  local ok=yes
  set -- "$1" "$2" "${3:-(nothing)}"
  if [[ $2 != "$3" ]]; then ok=NO; FAILED=$((FAILED + 1)); fi
  ROWS+=("$1"$'\t'"$2"$'\t'"$3"$'\t'"$ok")
  say "  $([[ $ok == yes ]] && echo '✓' || echo '✗') $1: $3$([[ $ok == yes ]] || echo " (expected: $2)")"
}

make_people() {
  local everything='"scope":"everything","basis":"Trình diễn"' grant
  AGENCY=$(api administrator POST /agencies '{"name":"Sở Nội vụ tỉnh Trình Diễn","code":"H26.99","kind":"submitting","contact":"demonstration@example.invalid"}' | jq -re .id)
  api administrator POST /fonds "{\"agencyId\":\"$AGENCY\",\"code\":\"H26.99.P01\",\"name\":\"Phông Sở Nội vụ tỉnh Trình Diễn\"}" >/dev/null
  api administrator POST /agreements "{\"agencyId\":\"$AGENCY\",\"code\":\"01.NL.H26.99.2024\",\"title\":\"Nộp lưu có phê duyệt\",\"terms\":{\"packageKinds\":[\"tt05\"],\"approval\":\"person\"}}" >/dev/null
  api administrator POST /agreements "{\"agencyId\":\"$AGENCY\",\"code\":\"02.NL.H26.99.2024\",\"title\":\"Nộp lưu tự động\",\"terms\":{\"packageKinds\":[\"tt05\",\"eark\",\"bagit\"],\"approval\":\"automatic\"}}" >/dev/null
  principal producer "{\"kind\":\"system\",\"name\":\"Hệ thống quản lý văn bản Sở Nội vụ\",\"agencyId\":\"$AGENCY\"}" \
    "{\"role\":\"producer\",\"scope\":\"agency\",\"agencyId\":\"$AGENCY\",\"basis\":\"Trình diễn\"}"
  principal approver '{"kind":"person","name":"Trần Thị Phê","position":"Người phê duyệt"}' "{\"role\":\"approver\",$everything}"
  principal officer '{"kind":"person","name":"Lý Văn Bảo","position":"Cán bộ bảo quản số"}' "{\"role\":\"preservationOfficer\",$everything}"
  grant="{\"role\":\"auditor\",$everything,\"validUntil\":\"$(date -u -d '+90 days' +%FT%TZ)\"}"
  principal auditor '{"kind":"person","name":"Hoàng Thị Kiểm","position":"Kiểm toán viên"}' "$grant"
  principal reader '{"kind":"person","name":"Vũ Văn Đọc","position":"Độc giả"}' "{\"role\":\"reader\",$everything}"
}

pack() { # KIND SOURCE ZIP METADATA: packed and found valid
  "$PRESERVE" pack "$1" "$2" --out "$3" --metadata "$4" --json > "$3.pack.json" 2> "$LOGS/pack.log" || { cat "$LOGS/pack.log" "$3.pack.json" >&2; die "preserve pack $1 failed"; }
  "$PRESERVE" check "$3" --as "$1" --json > "$3.check.json" 2>> "$LOGS/pack.log" || true
  expect "pack and check $(basename "$3")" "$1 valid" "$(jq -r '"\(.kind) \(if .valid then "valid" else "NOT valid" end)"' "$3.check.json")"
}

pack_all() {
  local m=$STATE/material p=$STATE/packages
  pack tt05 "$m/dossier" "$p/dossier.zip" "$m/dossier.json"
  pack eark "$m/eark" "$p/eark.zip" "$m/eark.json"
  pack bagit "$m/bag" "$p/bag.zip" "$m/bag.json"
  "$PRESERVE" pack tt05 "$m/dossier" --out "$p/second.zip" --metadata "$m/dossier-2.json" --json > "$p/second.pack.json"
  "$ROOT/deploy/lib/bad-packages.sh" "$p/second.zip" "$p/bad"
}

# submit ZIP AGREEMENT: prints nothing; the answer is in ZIP.json. A refusal is an outcome, not a failure.
submit() {
  local code=0
  PRESERVE_KEY=$(<"$KEYS/producer") timeout 300 "$PRESERVE" submit "$1" --server "$SERVER/" --agreement "$2" --wait --json > "$1.json" 2> "$1.log" || code=$?
  (( code <= 1 )) && jq -e .submission "$1.json" >/dev/null || { cat "$1.log" "$1.json" >&2; die "preserve submit $(basename "$1") ended with $code"; }
}
submission_state() { api producer GET "/submissions/$1" | jq -r .state; }

journey() {
  good_packages
  bad_packages
  copies_and_access
  receipts
  time_stamps
  fixity
  history
}

good_packages() {
  local p=$STATE/packages id kind
  submit "$p/dossier.zip" 01.NL.H26.99.2024
  expect 'send the dossier' awaitingApproval "$(jq -r .state "$p/dossier.zip.json")"
  id=$(jq -r .submission "$p/dossier.zip.json")
  expect 'the sender cannot approve' 403 "$(status producer POST "/submissions/$id/approve")"
  api approver POST "/submissions/$id/approve" >/dev/null
  expect 'a person approves it' preserved "$(until_is 120 preserved submission_state "$id")"
  for kind in eark bag; do
    submit "$p/$kind.zip" 02.NL.H26.99.2024
    expect "send the $kind package, automatic approval" preserved "$(jq -r .state "$p/$kind.zip.json")"
  done
  PACKAGE=$(api producer GET "/submissions/$id" | jq -re .packageId)
  SUBMISSION=$id
}

bad_packages() {
  local name codes code zip got id
  while read -r name codes; do
    zip=$STATE/packages/bad/$name.zip
    submit "$zip" 02.NL.H26.99.2024
    got=$(jq -r .state "$zip.json")
    for code in $codes; do
      jq -e --arg c "$code" '[.findings[] | select(.code == $c and .severity == "error")] | length > 0' "$zip.json" >/dev/null || got+=", without $code"
    done
    id=$(jq -r .submission "$zip.json")
    [[ -s $zip.receipt-bytesReceived.json ]] || got+=', no receipt'
    api approver GET "/submissions/$id" | jq -e '(.findings | length > 0) and .state == "rejected"' >/dev/null || got+=', findings not shown'
    expect "refuse $name ($(jq '[.findings[] | select(.severity == "error")] | length' "$zip.json") errors, ${codes})" rejected "$got"
  done < "$STATE/packages/bad/expected"
  for name in wrong-checksum missing-file; do
    expect "$name: both documents named at once" 2 "$(jq '[.findings[] | select(.severity == "error") | .path] | unique | length' "$STATE/packages/bad/$name.zip.json")"
  done
}

copies_and_access() {
  local view data=$STATE/received; mkdir -p "$data"
  view=$(api officer GET "/packages/$PACKAGE")
  expect 'copies proven by reading back' 'copy-a good, copy-b good' "$(jq -r '[.copies[] | "\(.store) \(.state)"] | join(", ")' <<<"$view")"
  expect 'the waiver stands beside the word' yes "$(jq -r 'if (.waiver // "") | test("one disk") then "yes" else "no" end' <<<"$view")"
  local path; path=$(api producer GET "/packages/$PACKAGE/files" | jq -r '[.items[].path | select(endswith("0001.pdf"))][0] // ""')
  fetch producer "/packages/$PACKAGE/files/$path" "$data/read.pdf" || true
  expect 'a file comes out as it went in' "$(sha256sum < "$STATE/material/dossier/quyet-dinh-112.pdf")" "$(sha256sum < "$data/read.pdf" 2>/dev/null || echo nothing)"
  expect 'the administrator sees no content' 403 "$(status administrator GET "/packages/$PACKAGE/files/$path")"
}

receipts() {
  local receipt=$STATE/packages/receipt-preserved.json kind
  kind=$(api producer GET "/submissions/$SUBMISSION" | jq -r '[.receipts[].kind] | sort | join(", ")')
  expect 'receipts of the dossier' 'bytesReceived, preserved' "$kind"
  fetch producer "/submissions/$SUBMISSION/receipts/preserved" "$receipt" && fetch producer "/submissions/$SUBMISSION/receipts/preserved/seal" "$receipt.p7s" || true
  expect 'preserve verify: the receipt' INTACT "$("$PRESERVE" verify "$receipt.p7s" --content "$receipt" --json 2>/dev/null | jq -r .outcome)"
  expect 'openssl cms -verify: the receipt' valid "$(openssl cms -verify -binary -inform DER -in "$receipt.p7s" -content "$receipt" \
    -CAfile "$STATE/pki/ca/root.crt" -purpose any -out /dev/null >"$LOGS/openssl-cms.log" 2>&1 && echo valid || echo "NOT valid")"
  sed 's/preserved/Preserved/' "$receipt" > "$receipt.changed"
  expect 'preserve verify: a changed receipt' BROKEN "$("$PRESERVE" verify "$receipt.p7s" --content "$receipt.changed" --json 2>/dev/null | jq -r .outcome)"
}

evidence_there() { fetch auditor "/packages/$PACKAGE/evidence" "$STATE/evidence.zip" && echo yes; }

time_stamps() {
  local there dir=$STATE/evidence verdict='NOT valid' digest
  there=$(until_is 60 yes evidence_there)
  kill -0 "$SERVER_PID" 2>/dev/null || die 'the server is gone'
  expect 'evidence with a time-stamp' yes "$there"
  mkdir -p "$dir"; [[ $there != yes ]] || unzip -q -o "$STATE/evidence.zip" -d "$dir"
  # Versions of a package lie in several batches; then there is one archive of proofs for each.
  if [[ -e $dir/batch-001.zip ]]; then unzip -q -o "$dir/batch-001.zip" -d "$dir"; fi
  if openssl ts -verify -digest "$(cat "$dir/root.hex")" -in "$dir/token.tsr" -CAfile "$STATE/pki/ca/root.crt" -untrusted "$STATE/pki/tsa/tsa.crt" \
      >"$LOGS/openssl-ts.log" 2>&1; then verdict=valid; fi
  expect 'openssl ts -verify: the time-stamp' valid "$verdict"
  digest=$(openssl dgst -sha512 -r "$STATE/material/dossier/quyet-dinh-112.pdf" | cut -d' ' -f1)
  expect 'openssl dgst: a document is among what was stamped' yes "$(grep -q "^$digest " "$dir/proofs.txt" 2>/dev/null && echo yes || echo no)"
}

last_run() { api officer GET '/fixity/runs?limit=50' | jq -r --arg id "$1" '[.items[] | select(.id == $id)][0].state'; }
fixity_run() { # asks for a run and prints what it found; the three packages alone make six copies, journal and evidence add theirs
  local id; id=$(api officer POST /fixity/runs '{}' | jq -re .id)
  [[ $(until_is 180 ended last_run "$id") == ended ]] || die "fixity run $id does not end"
  api officer GET '/fixity/runs?limit=50' | jq -r --arg id "$id" '.items[] | select(.id == $id) | "\(if .copiesRead >= 6 then "copies read" else "only \(.copiesRead) copies read" end), \(.problems) problems, \(.repaired) repaired"'
}

fixity() {
  local victim before problem found
  found=$(fixity_run); expect 'fixity run over all copies' 'copies read, 0 problems, 0 repaired' "$found"
  victim=$(find "$STATE/copy-b" -type f -path '*/data/H26.99.2024.01.0001.pdf')
  [[ -n $victim ]] || die "no stored document found in $STATE/copy-b"
  before=$(sha256sum < "$victim")
  chmod u+w "$victim"; flip_byte "$victim"
  expect 'one byte of one copy flipped on the disk' changed "$([[ $(sha256sum < "$victim") == "$before" ]] && echo same || echo changed)"
  found=$(fixity_run); expect 'fixity run finds and repairs it' 'copies read, 1 problems, 1 repaired' "$found"
  problem=$(api officer GET /fixity/report | jq -r '.problems[0] | "\(.outcome) in \(.store), quarantined: \(if .quarantineKey then "yes" else "no" end), repaired from \(.repairedFrom)"')
  expect 'fixity report' 'mismatch in copy-b, quarantined: yes, repaired from copy-a' "$problem"
  expect 'the copy on the disk' 'as it was' "$([[ $(sha256sum < "$victim") == "$before" ]] && echo 'as it was' || echo 'still changed')"
  expect 'a task is open for the officer' yes "$(api officer GET '/tasks?state=open' | jq -r 'if any(.items[]; .kind == "fixityIncident") then "yes" else "no" end')"
  found=$(fixity_run); expect 'the next run' 'copies read, 0 problems, 0 repaired' "$found"
}

flip_byte() { # FILE: the lowest bit of the byte in its middle
  local at byte; at=$(($(stat -c %s "$1") / 2)); byte=$(od -An -tu1 -j "$at" -N 1 "$1" | tr -d ' ')
  # shellcheck disable=SC2059
  printf "\\x$(printf %02x $((byte ^ 1)))" | dd of="$1" bs=1 seek="$at" conv=notrunc status=none
}

history() {
  fetch auditor "/packages/$PACKAGE/provenance?format=premis" "$STATE/received/provenance.xml" || true
  expect 'provenance as PREMIS 3' yes "$(grep -q 'http://www.loc.gov/premis/v3' "$STATE/received/provenance.xml" 2>/dev/null && echo yes || echo no)"
  expect 'the provenance tells of the repair' yes "$(api auditor GET "/packages/$PACKAGE/provenance" | jq -r 'if any(.events[]; (.type + " " + (.detail // "") | ascii_downcase | test("repair|replac|recover"))) then "yes" else "no" end')"
  expect 'the audit log is sealed' yes "$(until_is 30 yes sealed)"
}
sealed() { api auditor GET '/log/heads?limit=1' | jq -r 'if .items[0].treeSize > 0 then "yes" else "no" end'; }

summary() {
  local row step expected came ok
  printf '\n%-62s %-44s %s\n' 'What was done' 'What came out' 'As it should'
  for row in "${ROWS[@]}"; do
    IFS=$'\t' read -r step expected came ok <<<"$row"
    (( ${#came} <= 44 )) || came=${came:0:41}...
    printf '%-62s %-44s %s\n' "$step" "$came" "$ok"
  done
  printf '\n%d steps, %d not as they should be.\n\n' "${#ROWS[@]}" "$FAILED"
  printf 'Pages and API  %s   (API: %s/api/v1, description: %s/openapi/v1.json)\n' "$SERVER" "$SERVER" "$SERVER"
  printf 'Keys           '; local key; for key in "$KEYS"/*; do printf '%-14s %s\n               ' "$(basename "$key")" "$(<"$key")"; done; printf '\n'
  printf 'Copies         %s and %s\n' "$STATE/copy-a" "$STATE/copy-b"
  printf 'Packages sent, findings and receipts   %s\n' "$STATE/packages"
  printf 'Database       psql -h %s -p %s -U postgres preservation\n' "$PG_DIR/run" "$PGPORT"
  printf 'Logs           %s\n' "$LOGS"
}
