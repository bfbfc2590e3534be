# Installs what building and testing need where it is missing: C and C++ compilers, make and perl (librdkafka and OpenSSL
# are built from source), curl and Rust. Sourced by the other scripts, which call `setup` first. Does nothing, quickly,
# where everything is there; every step says one line.
# shellcheck shell=bash

# Says one line.
say() {
    printf '%s\n' "$*" >&2
}

# Says what is wrong and what to do, and ends the script.
fail() {
    printf 'error: %s\n' "$1" >&2
    [ $# -lt 2 ] || printf '  help: %s\n' "$2" >&2
    exit 1
}

# Runs a command as root: at once for root, by sudo for others. False where neither is possible.
as_root() {
    if [ "$(id -u)" -eq 0 ]; then
        "$@"
    elif command -v sudo >/dev/null; then
        sudo "$@"
    else
        say "this needs root, and there is no sudo here"
        return 1
    fi
}

# Runs a command without its output, of which the end is shown when it fails.
quietly() {
    local log status=0
    log=$(mktemp)
    "$@" >"$log" 2>&1 </dev/null || status=$?
    [ "$status" -eq 0 ] || tail -n 20 "$log" >&2
    rm -f "$log"
    return "$status"
}

# Installs Debian or Ubuntu packages. False where that cannot be done.
apt_install() {
    command -v apt-get >/dev/null && as_root true || return 1
    local apt=(env DEBIAN_FRONTEND=noninteractive apt-get -q -y -o DPkg::Lock::Timeout=120)
    quietly as_root "${apt[@]}" update || say "apt-get update failed: going on with the package lists as they are"
    quietly as_root "${apt[@]}" install --no-install-recommends "$@"
}

# Whether there is a Rust that is new enough for this project: cargo, and rustc of at least rust-version in Cargo.toml.
rust_is_ready() {
    local have
    have=$(rustc --version 2>/dev/null | cut -d ' ' -f 2) || return 1
    [ -n "$have" ] && cargo --version >/dev/null 2>&1 || return 1
    printf '%s\n' "$RUST_WANTED" "${have%%-*}" | sort -V -C
}

# Whether there is a perl with the modules that OpenSSL is configured with, not only the core of one.
perl_is_ready() {
    perl -MFile::Compare -MFile::Copy -MFindBin -MIPC::Cmd -e 1 2>/dev/null
}

# The packages that are missing: for compiling and linking, and, when asked, for fetching rustup.
missing_packages() {
    if ! command -v cc >/dev/null || ! command -v c++ >/dev/null || ! command -v make >/dev/null; then
        printf '%s\n' build-essential
    fi
    perl_is_ready || printf '%s\n' perl
    [ "$1" = for-rustup ] || return 0
    command -v curl >/dev/null || printf '%s\n' curl
    [ -e /etc/ssl/certs/ca-certificates.crt ] || printf '%s\n' ca-certificates
}

# An environment for Python programs in a folder, where there is none.
make_python_environment() {
    [ ! -e "$1/bin/pip" ] || return 0
    if ! python3 -m venv "$1" >/dev/null 2>&1; then
        say "installing python3-venv ..."
        apt_install python3-venv || true
        quietly python3 -m venv --clear "$1" || fail "Python cannot make an environment" "install python3-venv"
    fi
}

# Installs the packages that are missing.
ensure_packages() {
    local packages=()
    mapfile -t packages < <(missing_packages "$1")
    [ "${#packages[@]}" -gt 0 ] || return 0
    say "installing ${packages[*]} ..."
    apt_install "${packages[@]}" ||
        fail "could not install ${packages[*]}" "install C and C++ compilers, make, perl and curl by hand, then run this again"
}

# A new toolchain by the rustup that is there.
install_toolchain() {
    say "installing Rust (stable) by rustup: $RUST_WANTED or newer is needed ..."
    quietly rustup toolchain install stable --profile minimal || return 1
    export RUSTUP_TOOLCHAIN=stable
}

# rustup, from its own site, with a toolchain.
install_rustup() {
    say "installing Rust by rustup from https://sh.rustup.rs into ${CARGO_HOME:-$HOME/.cargo} ..."
    local script status=0
    script=$(mktemp)
    quietly curl --proto '=https' --tlsv1.2 -sSf -o "$script" https://sh.rustup.rs || status=1
    if [ "$status" -eq 0 ]; then
        RUSTUP_INIT_SKIP_PATH_CHECK=yes quietly sh "$script" -y --profile minimal --default-toolchain stable || status=1
    fi
    rm -f "$script"
    return "$status"
}

# Installs Rust where it is missing or too old.
ensure_rust() {
    local install=install_rustup
    ! command -v rustup >/dev/null || install=install_toolchain
    "$install" || fail "Rust could not be installed" "install $RUST_WANTED or newer from https://rustup.rs, then run this again"
    hash -r
    rust_is_ready || fail "there is still no Rust $RUST_WANTED or newer" "look at \`rustc --version\` and what is on the PATH"
}

# Makes sure that a component of the Rust in use is there: its name, and a command that works only with it.
ensure_component() {
    if "${@:2}" >/dev/null 2>&1; then return; fi
    say "installing $1 by rustup ..."
    if ! command -v rustup >/dev/null || ! quietly rustup component add "$1"; then
        fail "$1 is missing" "install it beside rustc, by rustup or from your distribution's packages"
    fi
}

# Everything that building needs. Leaves the project's folder in ROOT and cargo on the PATH.
setup() {
    ROOT=$(cd "$(dirname "${BASH_SOURCE[0]}")/.." && pwd)
    RUST_WANTED=$(sed -n 's/^rust-version *= *"\(.*\)"/\1/p' "$ROOT/Cargo.toml")
    [ -n "$RUST_WANTED" ] || fail "$ROOT/Cargo.toml states no rust-version" "take a complete copy of the sources"
    export PATH="${CARGO_HOME:-$HOME/.cargo}/bin:$PATH"
    if rust_is_ready; then
        ensure_packages for-linking
    else
        ensure_packages for-rustup
        ensure_rust
    fi
}
