#!/usr/bin/env bash
# A real schema registry for the tests, Apicurio, from Maven Central; it speaks Confluent's API under /apis/ccompat/v7:
#   registry.sh assemble        fetches it if it is missing, and prints where it is
#   registry.sh run DIR PORT [OPTION...]
#                               runs a registry on 127.0.0.1:PORT, which keeps everything in memory, until standard input
#                               ends; its process id and its log are in DIR. OPTIONs are Java's, as in -Dname=value. A DIR
#                               that holds a file `passing` is removed in the end
set -euo pipefail
# shellcheck source=scripts/setup.sh
source "$(dirname "${BASH_SOURCE[0]}")/../../scripts/setup.sh"
# shellcheck source=tests/kafka/java.sh
source "$(dirname "${BASH_SOURCE[0]}")/java.sh"

VERSION=3.0.9
SHA256=2b28181501a20cbf6efcd77f9b7153908fc01f3d3a7c32024c0bd9e1b04c8a43
# The two names of Maven Central; a network may let through one alone.
CENTRALS=(https://repo.maven.apache.org/maven2 https://repo1.maven.org/maven2)
ARCHIVE=io/apicurio/apicurio-registry-app/$VERSION/apicurio-registry-app-$VERSION-all.tar.gz
CACHE=${POPULACE_TEST_REGISTRY_HOME:-${XDG_CACHE_HOME:-$HOME/.cache}/populace/apicurio-$VERSION}

# Downloads the archive to $1.
download() {
    local central
    for central in "${CENTRALS[@]}"; do
        if curl --fail --silent --show-error --location --retry 3 -o "$1" "$central/$ARCHIVE" &&
            printf '%s  %s\n' "$SHA256" "$1" | sha256sum --check --quiet; then
            return
        fi
    done
    return 1
}

# Fetches the archive into a folder beside the cache, which takes its name only when all is there.
fetch() {
    local made
    command -v curl >/dev/null || apt_install curl || fail "there is no curl to fetch the schema registry with" "install curl"
    mkdir -p "$(dirname "$CACHE")"
    made=$(mktemp -d "$CACHE.XXXXXX")
    say "fetching the schema registry Apicurio $VERSION for the tests (109 MB) ..."
    if ! quietly download "$made/archive" || ! tar -xzf "$made/archive" -C "$made" --no-same-owner; then
        rm -rf "$made"
        fail "Apicurio could not be fetched from Maven Central" "look at the lines above"
    fi
    rm "$made/archive"
    keep_in_cache "$made" "$CACHE"
}

assemble() {
    ensure_java "install one"
    [ -e "$CACHE/complete" ] || fetch
    printf '%s\n' "$CACHE"
}

run_registry() {
    local dir=$1 port=$2
    [ -e "$CACHE/complete" ] || fail "there is no schema registry in $CACHE" "run tests/kafka/registry.sh assemble"
    mkdir -p "$dir"
    java -Xmx400m -XX:TieredStopAtLevel=1 "-Dquarkus.http.port=$port" -Dquarkus.http.host=127.0.0.1 \
        "${@:3}" -jar "$CACHE/apicurio-registry-app-$VERSION-runner.jar" </dev/null >>"$dir/registry.log" 2>&1 &
    serve_until_left $! "$dir"
}

case "${1:-}" in
    assemble) assemble ;;
    run) run_registry "${@:2}" ;;
    *) fail "no such command: ${1:-}" "commands: assemble, run DIR PORT [OPTION...]" ;;
esac
