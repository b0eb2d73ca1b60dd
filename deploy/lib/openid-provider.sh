#!/usr/bin/env bash
# Fetches a public OpenID provider, which people sign in at in the tests. Prints PRESERVATION_OPENID_PROVIDER. Kept in artifacts/, and fetched once.
#   deploy/lib/openid-provider.sh
# npm knows the registry; whichever it is, it must give the bytes that package-lock.json names.
# shellcheck source=common.sh
source "$(dirname "${BASH_SOURCE[0]}")/common.sh"

main() {
  local source=$ROOT/deploy/lib/openid-provider folder=$ROOT/artifacts/foreign/openid-provider
  if ! cmp --silent "$source/package-lock.json" "$folder/fetched"; then
    rm -rf "$folder"; mkdir -p "$folder"
    cp "$source/package.json" "$source/package-lock.json" "$folder"
    (cd "$folder" && npm_config_cache=$folder/cache npm ci --ignore-scripts --no-audit --no-fund --silent --fetch-retries 5 >/dev/null) || die 'npm cannot fetch oidc-provider as package-lock.json names it'
    rm -rf "$folder/cache"
    cp "$source/package-lock.json" "$folder/fetched"
  fi
  cp "$source/provider.mjs" "$folder"
  printf 'PRESERVATION_OPENID_PROVIDER=%q\n' "$folder/provider.mjs"
}
main
