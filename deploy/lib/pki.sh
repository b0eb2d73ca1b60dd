#!/usr/bin/env bash
# A demonstration PKI: worthless for anything but showing, and every certificate says so in its name.
#   pki.sh DIR
# Makes (once; a second call changes nothing):
#   ca/      root and signing authority, their CRLs
#   sign/    an organisation's and a person's signing certificate (.crt, .key, and .p12 without protection worth the name)
#   seal/    the service's seal      tsa/   the time-stamp authority
#   anchors/ what signatures may lead to     tsa-anchors/  what time-stamps may lead to     crls/   the CRLs once more
# shellcheck source=common.sh
source "$(dirname "${BASH_SOURCE[0]}")/common.sh"
DIR=${1:?usage: pki.sh DIR}
command -v openssl >/dev/null || die "openssl is not installed (Debian package openssl)"
[[ ! -e $DIR/ready ]] || exit 0
rm -rf "$DIR"; mkdir -p "$DIR"/{ca,sign,seal,tsa,anchors,tsa-anchors,crls}
DIR=$(cd "$DIR" && pwd)
umask 077
quiet() { local log; log=$(mktemp); "$@" >"$log" 2>&1 || { cat "$log" >&2; rm -f "$log"; die "failed: $1 ${2:-}"; }; rm -f "$log"; }

# The openssl settings of one authority; its database is what a CRL is made from.
authority() { # NAME
  local home=$DIR/ca/$1; mkdir -p "$home/issued"; : > "$home/index.txt"; : > "$home/index.txt.attr"
  od -An -N8 -tx1 /dev/urandom | tr -d ' \n' | sed 's/^./4/' > "$home/serial"; echo 01 > "$home/crlnumber"
  cat > "$home/openssl.cnf" <<C
[ca]
default_ca = this
[this]
dir = $home
database = \$dir/index.txt
new_certs_dir = \$dir/issued
serial = \$dir/serial
crlnumber = \$dir/crlnumber
certificate = $DIR/ca/$1.crt
private_key = $DIR/ca/$1.key
default_md = sha256
default_days = 1095
default_crl_days = 365
policy = any
unique_subject = no
string_mask = utf8only
utf8 = yes
crl_extensions = crl
[any]
countryName = optional
organizationName = optional
organizationalUnitName = optional
commonName = supplied
[crl]
authorityKeyIdentifier = keyid
[authority]
basicConstraints = critical, CA:TRUE
keyUsage = critical, keyCertSign, cRLSign
subjectKeyIdentifier = hash
authorityKeyIdentifier = keyid
[signer]
basicConstraints = critical, CA:FALSE
keyUsage = critical, digitalSignature, nonRepudiation
subjectKeyIdentifier = hash
authorityKeyIdentifier = keyid
[stamper]
basicConstraints = critical, CA:FALSE
keyUsage = critical, digitalSignature
extendedKeyUsage = critical, timeStamping
subjectKeyIdentifier = hash
authorityKeyIdentifier = keyid
C
}

key() { # FILE rsa|ec
  case $2 in
    rsa) quiet openssl genpkey -algorithm RSA -pkeyopt rsa_keygen_bits:3072 -out "$1" ;;
    ec)  quiet openssl genpkey -algorithm EC -pkeyopt ec_paramgen_curve:P-256 -out "$1" ;;
  esac
  chmod 600 "$1"
}

issue() { # AUTHORITY EXTENSIONS BASE rsa|ec SUBJECT [openssl ca option...]
  local authority=$1 extensions=$2 base=$3 kind=$4 subject=$5; shift 5
  key "$base.key" "$kind"
  quiet openssl req -new -utf8 -key "$base.key" -subj "$subject" -config <(printf '[req]\ndistinguished_name=dn\nstring_mask=utf8only\nutf8=yes\n[dn]\n') -out "$base.csr"
  quiet openssl ca -batch -notext -utf8 -config "$DIR/ca/$authority/openssl.cnf" -extensions "$extensions" -in "$base.csr" -out "$base.crt" "$@"
  rm "$base.csr"; chmod 644 "$base.crt"
}

O='/C=VN/O=DEMONSTRATION - TRÌNH DIỄN'
authority root; authority signing
issue root authority "$DIR/ca/root" ec "$O/CN=DEMONSTRATION Root CA - CA gốc TRÌNH DIỄN" -selfsign -keyfile "$DIR/ca/root.key" -days 7300
issue root authority "$DIR/ca/signing" rsa "$O/CN=DEMONSTRATION Signing CA - CA cấp chữ ký TRÌNH DIỄN" -days 3650
issue signing signer "$DIR/sign/organisation" rsa "$O/OU=Văn phòng/CN=Sở Nội vụ TRÌNH DIỄN (DEMONSTRATION)"
issue signing signer "$DIR/sign/person" ec "$O/OU=Lãnh đạo Sở/CN=Nguyễn Thị An TRÌNH DIỄN (DEMONSTRATION)"
issue signing signer "$DIR/seal/seal" ec "$O/CN=DEMONSTRATION Archive Seal - Con dấu Kho lưu trữ số TRÌNH DIỄN"
issue root stamper "$DIR/tsa/tsa" rsa "$O/CN=DEVELOPMENT ONLY TSA - Cấp dấu thời gian TRÌNH DIỄN"
for authority in root signing; do quiet openssl ca -gencrl -config "$DIR/ca/$authority/openssl.cnf" -out "$DIR/ca/$authority.crl"; done
for base in sign/organisation sign/person seal/seal; do cat "$DIR/$base.crt" "$DIR/ca/signing.crt" > "$DIR/$base.chain.pem"; done
cp "$DIR/tsa/tsa.crt" "$DIR/tsa/tsa.chain.pem"
cp "$DIR"/ca/{root,signing}.crl "$DIR/crls/"; cp "$DIR/ca/root.crt" "$DIR/anchors/"; cp "$DIR/ca/root.crt" "$DIR/tsa-anchors/"
for name in organisation person; do
  quiet openssl pkcs12 -export -inkey "$DIR/sign/$name.key" -in "$DIR/sign/$name.chain.pem" -name "$name" -passout pass:demonstration -out "$DIR/sign/$name.p12"
done
chmod 755 "$DIR"/{anchors,tsa-anchors,crls}; chmod 644 "$DIR"/{anchors,tsa-anchors,crls}/* "$DIR"/ca/*.cr[tl] "$DIR"/*/*.chain.pem
quiet openssl verify -CAfile "$DIR/ca/root.crt" -untrusted "$DIR/ca/signing.crt" "$DIR"/sign/{organisation,person}.crt "$DIR/seal/seal.crt"
quiet openssl verify -purpose timestampsign -CAfile "$DIR/ca/root.crt" "$DIR/tsa/tsa.crt"
touch "$DIR/ready"
