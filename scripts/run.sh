#!/usr/bin/env bash
# Builds populace where it has not been built yet and runs a world: `scripts/run.sh [options of populace run]`.
# Without options: the default town, from a day ago until now and then live, into data/topics. The same again resumes.
set -euo pipefail
# shellcheck source=scripts/setup.sh
source "$(dirname "${BASH_SOURCE[0]}")/setup.sh"

# The value of an option of the command line, given as `--name value` or `--name=value`; else the default.
option() {
    local name=$1 value=$2
    shift 2
    while [ $# -gt 0 ]; do
        case $1 in
            "$name") value=${2-} ;;
            "$name="*) value=${1#*=} ;;
        esac
        shift
    done
    printf '%s' "$value"
}

# Whether the options say when a new world begins, themselves or by a scenario.
says_start() {
    [ -n "${POPULACE_WORLD_START-}$(option --start '' "$@")$(option --scenario '' "$@")" ] ||
        [[ " $* " == *[\ =]world.start=* ]]
}

# Where the events are and how to look at them.
tell() {
    local data out
    [[ " $* " != *" --help "* && " $* " != *" -h "* ]] || return 0
    [ "$(option --sink "${POPULACE_SINK_KIND:-files}" "$@")" = files ] || return 0
    data=$(option --data-dir "${POPULACE_DATA_DIR:-data}" "$@")
    out=$(option --out "${POPULACE_FILES_OUT:-$data/topics}" "$@")
    say "events:   $out/<topic>/<date>.jsonl, one JSON object a line, one file a UTC day"
    say "look:     tail -F $out/transaction_fraud_detection/\$(date -u +%F).jsonl"
    say "people:   ${POPULACE#"$PWD"/} inspect --sample 3 --data-dir $data"
    say "stop:     Ctrl-C; the same command goes on where it stopped"
}

setup
TARGET="${CARGO_TARGET_DIR:-$ROOT/target}"
POPULACE="$TARGET/release/populace"
[ -x "$POPULACE" ] || say "building populace; the first time takes some minutes ..."
cargo build --release --locked --quiet --manifest-path "$ROOT/Cargo.toml" --target-dir "$TARGET" >&2 ||
    fail "populace could not be built" "see the messages above"
says_start "$@" || set -- --start -1d "$@"
tell "$@"
exec "$POPULACE" run "$@"
