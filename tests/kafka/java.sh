# What the scripts that run Java servers for the tests share. Sourced after scripts/setup.sh.
# shellcheck shell=bash

# Whether there is a Java that the servers run on: 17 or newer.
java_is_ready() {
    local major
    major=$(java -version 2>&1 | sed -n 's/.*version "\([0-9]*\).*/\1/p' | head -n 1) || return 1
    [ "${major:-0}" -ge 17 ]
}

# Has such a Java, or ends with the advice $1.
ensure_java() {
    if java_is_ready; then return; fi
    say "installing a Java runtime ..."
    apt_install default-jre-headless || true
    java_is_ready || fail "there is no Java 17 or newer" "$1"
}

# Gives a folder that is complete the name of the cache $2. Another process may have been faster: one of the two stays.
keep_in_cache() {
    chmod 755 "$1"
    touch "$1/complete"
    if ! mv -T "$1" "$2" 2>/dev/null; then
        [ -e "$2/complete" ] || { rm -rf "$2" && mv -T "$1" "$2"; }
        rm -rf "$1"
    fi
}

# Waits for the server $1 until standard input ends, which it does with whoever started this, however that ends. Then ends
# the server, and removes its folder $2 where that holds a file `passing`.
serve_until_left() {
    local pid=$1 dir=$2
    # shellcheck disable=SC2064 # the process and the folder of now
    trap "kill -9 $pid 2>/dev/null || true; wait $pid 2>/dev/null || true; if [ -e '$dir/passing' ]; then rm -rf '$dir'; fi" EXIT
    printf '%s\n' "$pid" >"$dir/pid.new"
    mv "$dir/pid.new" "$dir/pid"
    cat >/dev/null || true
}
