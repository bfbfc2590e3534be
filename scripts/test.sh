#!/usr/bin/env bash
# Every test: unit and integration tests, the long ones, the golden digests on another C library, and the two commands
# as a newcomer would use them. Stops at the first failure; says at the end how long each part took.
set -euo pipefail
# shellcheck source=scripts/setup.sh
source "$(dirname "${BASH_SOURCE[0]}")/setup.sh"

TIMES=()
CURRENT=setup
SCRATCH=$(mktemp -d)

# Runs one part under its name.
part() {
    local began=$SECONDS
    CURRENT=$1
    printf '\n== %s\n' "$1"
    "${@:2}"
    TIMES+=("$(printf '%6d s  %s' "$((SECONDS - began))" "$1")")
}

finish() {
    local status=$? left
    left=$(jobs -p)
    # shellcheck disable=SC2086 # one word for each process
    [ -z "$left" ] || kill $left 2>/dev/null || true
    rm -rf "$SCRATCH"
    [ "${#TIMES[@]}" -eq 0 ] || printf '\n== times\n'
    [ "${#TIMES[@]}" -eq 0 ] || printf '%s\n' "${TIMES[@]}"
    if [ "$status" -eq 0 ]; then
        printf 'all parts passed\n'
    else
        printf 'failed in: %s\n' "$CURRENT"
    fi
}

# The same events must come out with another C library, whose logarithms and sines differ in the last digit.
golden_on_musl() {
    local target
    target="$(uname -m)-unknown-linux-musl"
    if ! command -v rustup >/dev/null; then
        printf 'left out: there is no rustup here to get %s with\n' "$target"
    elif ! rustup target list --installed | grep -qx "$target" && ! quietly timeout 300 rustup target add "$target"; then
        printf 'left out: %s cannot be had here\n' "$target"
    else
        cargo test --locked --release --package populace-sim --test golden --target "$target"
    fi
}

# A town of 500 people by the command of the quick start: its arguments are the folder and the end.
town() {
    "$ROOT/scripts/run.sh" --data-dir "$1" --people 500 --start 2026-01-01 --end "$2" --speed max
}

# Two days, checked and looked at; a third day on top must come to the same bytes as three days at once.
two_days_then_a_third() {
    local populace="${CARGO_TARGET_DIR:-$ROOT/target}/release/populace" topic
    town "$SCRATCH/pieces" 2026-01-03
    for topic in transaction_fraud_detection estimated_time_of_arrival e_commerce_customer_interactions; do
        [ -s "$SCRATCH/pieces/topics/$topic/2026-01-02.jsonl" ] || fail "$topic has no events on the second day"
    done
    "$populace" verify --data-dir "$SCRATCH/pieces"
    "$populace" inspect --sample 2 --data-dir "$SCRATCH/pieces"
    "$populace" backfill --end 2026-01-04 --data-dir "$SCRATCH/pieces"
    town "$SCRATCH/whole" 2026-01-04
    diff -r --exclude=.populace "$SCRATCH/pieces/topics" "$SCRATCH/whole/topics" ||
        fail "three days in two pieces differ from three days at once"
}

# A live world, stopped by a signal, ends with 0 and goes on with the same command.
live_until_stopped() {
    local turn status log="$SCRATCH/live.log" pid
    for turn in first second; do
        "$ROOT/scripts/run.sh" --data-dir "$SCRATCH/live" --scenario quick-look >"$log" 2>&1 &
        pid=$!
        wait_for "live from here" "$log" "$pid"
        kill -TERM "$pid"
        status=0
        wait "$pid" || status=$?
        [ "$status" -eq 0 ] || fail "the $turn live run ended with $status" "$(tail -n 3 "$log")"
    done
    "${CARGO_TARGET_DIR:-$ROOT/target}/release/populace" verify --data-dir "$SCRATCH/live"
}

# Waits until a log has a text, while the process lives.
wait_for() {
    local left=600
    until grep -q "$1" "$2"; do
        left=$((left - 1))
        if [ "$left" -eq 0 ] || ! kill -0 "$3" 2>/dev/null; then
            fail "waited in vain for \"$1\"" "$(tail -n 3 "$2")"
        fi
        sleep 0.1
    done
}

trap finish EXIT
setup
cd "$ROOT"
part "unit and integration tests" cargo test --workspace --locked
part "long tests" cargo test --workspace --locked --release --tests -- --ignored
part "golden digests on musl" golden_on_musl
part "two days, and a third on top" two_days_then_a_third
part "a live world, stopped and resumed" live_until_stopped
