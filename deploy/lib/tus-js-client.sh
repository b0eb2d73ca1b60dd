#!/usr/bin/env bash
# Fetches the public tus-js-client, which the tests upload with in Chromium. Prints PRESERVATION_TUS_JS. Kept in artifacts/, and fetched once.
#   deploy/lib/tus-js-client.sh
# npm knows the registry; whichever it is, it must give the same bytes.
# shellcheck source=common.sh
source "$(dirname "${BASH_SOURCE[0]}")/common.sh"

VERSION=4.3.1
SHA512=64b7989a3ae4694d5f52c29b222f0930be76b80a1c8c466d071e032a346bab3ad96b43b8318c13e9d6fea2a78f96ca55f85c57240c8505cfcbe60c148b6385b2

main() {
  local folder=$ROOT/artifacts/foreign/tus-js-client-$VERSION
  local bundle=$folder/package/dist/tus.min.js
  if [[ ! -f $bundle ]]; then
    mkdir -p "$folder"
    npm_config_cache=$folder/cache npm pack "tus-js-client@$VERSION" --pack-destination "$folder" --ignore-scripts --silent --fetch-retries 5 >/dev/null || die "npm cannot fetch tus-js-client $VERSION"
    mv "$folder/tus-js-client-$VERSION.tgz" "$folder/package.tgz"
    rm -rf "$folder/cache"
    printf '%s  %s\n' "$SHA512" "$folder/package.tgz" | sha512sum --check --status || die "tus-js-client $VERSION is not the one that was looked at: its SHA-512 differs"
    tar -xzf "$folder/package.tgz" -C "$folder" package/dist/tus.min.js
  fi
  printf 'PRESERVATION_TUS_JS=%q\n' "$bundle"
}
main
