#!/usr/bin/env bash
# The Python package: builds the program and the wheel, which holds it, and tests the wheel in a clean environment: types,
# lints, and every test of python/tests. With `wheel` it stops once the wheel is in python/build/wheels.
set -euo pipefail
# shellcheck source=scripts/setup.sh
source "$(dirname "${BASH_SOURCE[0]}")/setup.sh"

# The most bytes of a wheel.
WHEEL_LIMIT=25000000

# Builds the program and the module, into the folder that every build of this project shares.
build_wheel() {
    local target="${CARGO_TARGET_DIR:-$ROOT/target}"
    cargo build --locked --release --package populace
    rm -rf "$BUILD/populace.data" "$BUILD/wheels"
    mkdir -p "$BUILD/populace.data/scripts"
    strip -o "$BUILD/populace.data/scripts/populace" "$target/release/populace"
    # A version of manylinux is claimed only where the machine allows it.
    "$TOOLS/bin/maturin" build --quiet --release --locked --compatibility "${POPULACE_WHEEL_PLATFORM:-linux}" \
        --manifest-path "$ROOT/python/Cargo.toml" --target-dir "$target" --out "$BUILD/wheels"
    WHEEL=$(ls "$BUILD"/wheels/populace-*.whl)
}

check_size() {
    local bytes
    bytes=$(stat -c %s "$WHEEL")
    printf '%s: %s bytes\n' "${WHEEL##*/}" "$bytes"
    [ "$bytes" -le "$WHEEL_LIMIT" ] || fail "the wheel has $bytes bytes, more than $WHEEL_LIMIT"
}

# The wheel alone, without any other package: the program runs, and so do the lines of the README.
check_alone() {
    make_python_environment "$SCRATCH/alone"
    quietly "$SCRATCH/alone/bin/pip" install --no-deps "$WHEEL" || fail "the wheel could not be installed"
    "$SCRATCH/alone/bin/populace" --version
    # shellcheck disable=SC2016 # backquotes of Markdown
    (cd "$SCRATCH" && sed -n '/^```python$/,/^```$/{/^```/d;p}' "$ROOT/python/README.md" | "$SCRATCH/alone/bin/python" - >/dev/null) ||
        fail "the lines of python/README.md do not run"
}

check_package() {
    local bin=$TOOLS/bin
    quietly "$bin/pip" install --force-reinstall --no-deps "$WHEEL" || fail "the wheel could not be installed"
    # A copy, so that nothing is taken from the source tree.
    cp -r "$ROOT/python/tests" "$ROOT/python/pyproject.toml" "$SCRATCH/"
    (cd "$ROOT/python" && "$bin/ruff" check --no-cache populace tests && "$bin/ruff" format --no-cache --check populace tests)
    (cd "$SCRATCH" && "$bin/mypy" --cache-dir "$SCRATCH/mypy" --package populace && "$bin/mypy" --cache-dir "$SCRATCH/mypy" tests)
    (cd "$SCRATCH" && "$bin/pyright" --pythonpath "$bin/python" tests)
    (cd "$SCRATCH" && env -u PYTHONPATH -u POPULACE "$bin/python" -m pytest -q -p no:cacheprovider tests)
}

setup
cd "$ROOT"
BUILD=$ROOT/python/build
TOOLS=$BUILD/tools
SCRATCH=$(mktemp -d)
trap 'rm -rf "$SCRATCH"' EXIT
mkdir -p "$BUILD"
make_python_environment "$TOOLS"
quietly "$TOOLS/bin/pip" install 'maturin>=1.9,<2' 'mypy>=1.15,<3' 'pyright>=1.1.400,<2' 'ruff>=0.12,<1' 'pytest>=8,<10' \
    'pyarrow>=18' 'polars>=1.20' 'duckdb>=1.2' pytz 'river>=0.22' || fail "the tools could not be installed by pip"
build_wheel
check_size
[ "${1:-}" != wheel ] || exit 0
check_alone
check_package
