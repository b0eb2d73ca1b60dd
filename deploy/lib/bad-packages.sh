#!/usr/bin/env bash
# Makes packages that must be refused, each from a good one and each bad in one way.
#   bad-packages.sh GOOD_ZIP DIR
#   wrong-checksum.zip      METS promises other digests for two documents
#   missing-file.zip        two documents that METS promises are not there
#   undeclared-file.zip     two files that METS does not know
#   climbing-path.zip       an entry that climbs out of the package with ../../
#   tampered-signature.zip  a signed PDF changed afterwards, METS made right again: only the signature tells
#   virus.zip               the EICAR test file as a properly declared document
#   bomb.zip                a file that unpacks to a thousand times its size
# DIR/expected names, per package, the codes that must be among its findings.
# shellcheck source=common.sh
source "$(dirname "${BASH_SOURCE[0]}")/common.sh"
GOOD=${1:?usage: bad-packages.sh GOOD_ZIP DIR}; DIR=${2:?usage: bad-packages.sh GOOD_ZIP DIR}
for tool in zip unzip perl sha256sum; do command -v "$tool" >/dev/null || die "missing: $tool"; done
GOOD=$(readlink -f "$GOOD"); rm -rf "$DIR"; mkdir -p "$DIR/work"; DIR=$(cd "$DIR" && pwd)

fresh() { # unpacks the good package anew; ROOT_DIR is its one folder
  rm -rf "$DIR/work"; mkdir "$DIR/work"
  unzip -q -o "$GOOD" -d "$DIR/work"
  ROOT_DIR=$(compgen -G "$DIR/work/*/METS.xml" | head -1); ROOT_DIR=${ROOT_DIR%/METS.xml}
  [[ -n $ROOT_DIR ]] || die "no package with one folder in $GOOD"
  DATA=$ROOT_DIR/representations/rep1/data REP_METS=$ROOT_DIR/representations/rep1/METS.xml
}
seal() { # NAME CODE...: packs what fresh and the changes have made
  local name=$1; shift
  (cd "$DIR/work" && zip -q -X -r "$DIR/$name.zip" "$(basename "$ROOT_DIR")")
  printf '%s %s\n' "$name" "$*" >> "$DIR/expected"
}
digest() { sha256sum "$1" | cut -d' ' -f1; }
size() { stat -c %s "$1"; }

# promise METS OLD_DIGEST NEW_DIGEST NEW_SIZE: METS elements with the old digest now promise the new
promise() {
  OLD=$2 NEW=$3 SIZE=$4 perl -0777 -pi -e '
    s{<[^<>]*\b\Q$ENV{OLD}\E[^<>]*>}{my $e = $&; $n++; $e =~ s/\Q$ENV{OLD}\E/$ENV{NEW}/i; $e =~ s/\bSIZE="\d*"/SIZE="$ENV{SIZE}"/; $e}gie;
    END { exit($n ? 0 : 1) }' "$1" || die "no element of $1 has the digest $2"
}
change() { # COMMAND...: runs it and makes the root METS promise the changed representation METS
  local old; old=$(digest "$REP_METS")
  "$@"
  promise "$ROOT_DIR/METS.xml" "$old" "$(digest "$REP_METS")" "$(size "$REP_METS")"
}
documents() { find "$DATA" -type f ! -name '*.p7s' | LC_ALL=C sort; }
nth() { documents | awk -v n="$1" 'NR == n'; }

lie() { # FILE: another digest for an unchanged file
  local old; old=$(digest "$1"); promise "$REP_METS" "$old" "$(printf %s "$old" | tr 0-9a-f f0-9a-e)" "$(size "$1")"
}
lie_twice() { lie "$(nth 1)"; lie "$(nth 2)"; }
fresh; change lie_twice; seal wrong-checksum VN-C12
fresh; rm "$(nth 1)" "$(nth 2)"; seal missing-file VN-C11
fresh; echo 'không khai báo' > "$DATA/khong-khai-bao.txt"; echo 'thừa' > "$DATA/thua.txt"; seal undeclared-file VN-C11
fresh; seal climbing-path ZIP-UNSAFE-NAME; echo 'evil' > "$DIR/evil.txt"
(cd "$DIR/work" && zip -q -X "$DIR/climbing-path.zip" "$(basename "$ROOT_DIR")/../../evil.txt"); rm "$DIR/evil.txt"

replace() { # FILE COMMAND...: changes a document and makes the representation METS right again
  local file=$1 old; shift
  old=$(digest "$file"); "$@"
  promise "$REP_METS" "$old" "$(digest "$file")" "$(size "$file")"
}
fresh
mapfile -t FOUND < <(grep -rla '/ByteRange' "$DATA" | LC_ALL=C sort); SIGNED=${FOUND[0]:-}
[[ -n $SIGNED ]] || die "the good package has no signed PDF"
tamper() { # one letter of the document's own description: within the signed range, harmless to a reader of the page
  perl -0777 -pi -e '$n += s/(pdfaid:conformance=.)B/${1}U/; END { exit($n ? 0 : 1) }' "$SIGNED" || die "nothing to change in $SIGNED"
}
change replace "$SIGNED" tamper; seal tampered-signature INGEST-SIGNATURE-BROKEN
fresh; VICTIM=$(compgen -G "$DATA/*.csv" || nth 1)
infect() { printf '%s%s' 'X5O!P%@AP[4\PZX54(P^)7CC)7}$EICAR-STAND' 'ARD-ANTIVIRUS-TEST-FILE!$H+H*' > "$VICTIM"; }
change replace "$VICTIM" infect; seal virus INGEST-VIRUS
fresh; head -c 300M /dev/zero > "$DATA/bomb.bin"; seal bomb LIMIT-RATIO
rm -rf "$DIR/work"
