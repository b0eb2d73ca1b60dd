# Sourced after common.sh. Which Debian packages a command needs, and how the programs of this repository are built.

DEMO_PACKAGES=(
  '/usr/lib/postgresql/*/bin/initdb:postgresql-15' /usr/sbin/clamd:clamav-daemon openssl:openssl curl:curl jq:jq zip:zip unzip:unzip
  pango-view:pango1.0-tools gs:ghostscript '/usr/share/color/icc/ghostscript/srgb.icc:libgs-common' pandoc:pandoc
  /usr/bin/convert-im6.q16:imagemagick-6.q16 pdfsig:poppler-utils certutil:libnss3-tools xmlsec1:xmlsec1
  /usr/share/fonts/truetype/dejavu/DejaVuSerif.ttf:fonts-dejavu-core '/usr/lib/*/libicuuc.so.*:libicu72'
  /etc/ssl/certs/ca-certificates.crt:ca-certificates
)
TEST_PACKAGES=(
  "${DEMO_PACKAGES[@]}" ceph-mon:ceph-mon ceph-osd:ceph-osd radosgw:radosgw ceph:ceph-common xmllint:libxml2-utils chromium:chromium
  gcc:gcc /usr/lib/x86_64-linux-gnu/crt1.o:libc6-dev ps:procps git:git python3:python3 qpdf:qpdf javac:default-jdk-headless /usr/share/java/bcpkix.jar:libbcpkix-java
  npm:npm node:nodejs /usr/lib/python3/dist-packages/aiosmtpd:python3-aiosmtpd softhsm2-util:softhsm2 /usr/lib/softhsm/libsofthsm2.so:libsofthsm2 faketime:faketime
)

need_sdk() {
  local wanted; wanted=$(sed -n 's/.*"version": *"\([0-9]*\)\..*/\1/p' "$ROOT/global.json")
  command -v dotnet >/dev/null || die "the .NET SDK $wanted is missing: https://dotnet.microsoft.com/download (Debian has no package of it)"
  (cd "$ROOT" && dotnet --list-sdks) | grep -q "^$wanted\." || die "the .NET SDK $wanted is missing; present: $(dotnet --list-sdks | cut -d' ' -f1 | tr '\n' ' ')"
  [[ -w $ROOT ]] || die "$ROOT must be writable for $(id -un): the programs are built in its folder artifacts"
  export DOTNET_CLI_HOME=${DOTNET_CLI_HOME:-${HOME:-/tmp}} MSBUILDDISABLENODEREUSE=1 UseSharedCompilation=false
}

# build PROJECT_OR_SOLUTION LOG: quiet unless it fails; leaves no build server behind.
# One compiler serves all projects of this build alone: warmed up once, it takes half the time.
build() {
  local server=preservation-$$-$RANDOM code=0 file
  (cd "$ROOT" && dotnet build "$1" -c Release -nodeReuse:false --tl:off -v:minimal -p:UseSharedCompilation=true -p:SharedCompilationId=$server) >"$2" 2>&1 </dev/null || code=$?
  for file in $(grep -las -- "-pipename:$server" /proc/[0-9]*/cmdline || true); do file=${file#/proc/}; kill "${file%/cmdline}" 2>/dev/null || true; done
  (( code == 0 )) || { grep -E 'error|warn' "$2" | sort -u | head -30 >&2; die "$1 does not build; everything the compiler said is in $2"; }
}

program() { printf '%s\n' "$ROOT/artifacts/bin/Preservation.$1/release/$2"; }
