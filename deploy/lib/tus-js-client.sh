#!/usr/bin/env bash
# Fetches the public tus-js-client, which the tests upload with in Chromium. Prints PRESERVATION_TUS_JS. Kept in artifacts/, and fetched once.
#   deploy/lib/tus-js-client.sh
# The registry is npm's; npm_config_registry names another, which must serve the same bytes.
# shellcheck source=common.sh
source "$(dirname "${BASH_SOURCE[0]}")/common.sh"

VERSION=4.3.1
SHA512=64b7989a3ae4694d5f52c29b222f0930be76b80a1c8c466d071e032a346bab3ad96b43b8318c13e9d6fea2a78f96ca55f85c57240c8505cfcbe60c148b6385b2

main() {
  local folder=$ROOT/artifacts/foreign/tus-js-client-$VERSION registry=${npm_config_registry:-https://registry.npmjs.org}
  local bundle=$folder/package/dist/tus.min.js
  if [[ ! -f $bundle ]]; then
    mkdir -p "$folder"
    curl -fsSL --retry 5 --retry-all-errors --max-time 120 -o "$folder/package.tgz" "${registry%/}/tus-js-client/-/tus-js-client-$VERSION.tgz" || die "tus-js-client $VERSION cannot be fetched from $registry"
    printf '%s  %s\n' "$SHA512" "$folder/package.tgz" | sha512sum --check --status || die "tus-js-client $VERSION is not the one that was looked at: its SHA-512 differs"
    tar -xzf "$folder/package.tgz" -C "$folder" package/dist/tus.min.js
  fi
  printf 'PRESERVATION_TUS_JS=%q\n' "$bundle"
}
main
