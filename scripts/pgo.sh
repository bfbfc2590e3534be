#!/usr/bin/env bash
# Builds populace with profile-guided optimisation: an instrumented binary runs backfills, and the compiler lays out the
# code by what they did. The binary is target/pgo/release/populace; its events are the same bytes. Takes two builds and
# needs llvm-profdata of the compiler's version (the component llvm-tools of rustup).
set -euo pipefail
# shellcheck source=scripts/setup.sh
source "$(dirname "${BASH_SOURCE[0]}")/setup.sh"
setup
cd "$ROOT"

TARGET=${CARGO_TARGET_DIR:-$ROOT/target}
HOST=$(rustc -vV | sed -n 's/^host: //p')
SCRATCH=$(mktemp -d)
trap 'rm -rf "$SCRATCH"' EXIT

# Sets PROFDATA to the tool that merges profiles.
find_profdata() {
    PROFDATA=$(rustc --print sysroot)/lib/rustlib/$HOST/bin/llvm-profdata
    [ ! -x "$PROFDATA" ] || return 0
    quietly rustup component add llvm-tools || true
    [ -x "$PROFDATA" ] || fail "there is no llvm-profdata for this compiler" "rustup component add llvm-tools"
}

# Builds the binary in target/$1 with the compiler flags $2. A stated target keeps the flags from build scripts.
build() {
    say "building $1 ..."
    RUSTFLAGS="$2" cargo build --release --locked --bin populace --target "$HOST" --target-dir "$TARGET/$1"
}

# Runs the instrumented binary over worlds of two sizes, into files and into nothing.
train() {
    local populace="$TARGET/pgo-instrumented/$HOST/release/populace" case
    for case in "10000 2026-01-31 null" "10000 2026-01-11 files" "100000 2026-01-03 null"; do
        read -r people end sink <<<"$case"
        say "training: $people people until $end into $sink ..."
        LLVM_PROFILE_FILE="$SCRATCH/%p-%m.profraw" "$populace" backfill --people "$people" --start 2026-01-01 --end "$end" \
            --sink "$sink" --threads 2 --progress none --data-dir "$SCRATCH/$people-$sink" >/dev/null
    done
}

find_profdata
build pgo-instrumented "-Cprofile-generate=$SCRATCH"
train
"$PROFDATA" merge -o "$TARGET/pgo.profdata" "$SCRATCH"/*.profraw
build pgo-optimised "-Cprofile-use=$TARGET/pgo.profdata"
mkdir -p "$TARGET/pgo/release"
cp "$TARGET/pgo-optimised/$HOST/release/populace" "$TARGET/pgo/release/populace"
say "made: $TARGET/pgo/release/populace"
