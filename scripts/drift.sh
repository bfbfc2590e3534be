#!/usr/bin/env bash
# Looks at the drifts of a finished run with River: `scripts/drift.sh --data-dir DIR [options of scripts/drift.py]`. Makes a
# Python environment with River and matplotlib (in the build folder, or POPULACE_PYTHON_ENV) and builds populace where they
# are missing. Prints what was found and writes a picture, drift.png unless --plot names another.
set -euo pipefail
# shellcheck source=scripts/setup.sh
source "$(dirname "${BASH_SOURCE[0]}")/setup.sh"

setup
TARGET="${CARGO_TARGET_DIR:-$ROOT/target}"
ENVIRONMENT="${POPULACE_PYTHON_ENV:-$TARGET/python}"
if [ ! -x "$TARGET/release/populace" ]; then
    say "building populace; the first time takes some minutes ..."
    cargo build --release --locked --quiet --manifest-path "$ROOT/Cargo.toml" --target-dir "$TARGET" >&2 ||
        fail "populace could not be built" "see the messages above"
fi
make_python_environment "$ENVIRONMENT"
if ! "$ENVIRONMENT/bin/python" -c 'import matplotlib, river' 2>/dev/null; then
    say "installing River and matplotlib into $ENVIRONMENT ..."
    quietly "$ENVIRONMENT/bin/pip" install 'river>=0.22,<0.27' 'matplotlib>=3.8,<4' ||
        fail "River and matplotlib could not be installed by pip" "see to a way to PyPI, or install both into $ENVIRONMENT"
fi
export PYTHONDONTWRITEBYTECODE=1
exec "$ENVIRONMENT/bin/python" "$ROOT/scripts/drift.py" --populace "$TARGET/release/populace" "$@"
