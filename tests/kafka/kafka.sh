#!/usr/bin/env bash
# A real Kafka for the tests, of jars from Maven Central that are kept outside the tree:
#   kafka.sh assemble                          fetches what is missing, and prints where the jars are
#   kafka.sh run DIR PORT CPORT [PROPERTIES]   runs a broker on 127.0.0.1:PORT with its data in DIR, until standard input
#                                              ends; its process id is in DIR/pid. PROPERTIES is a file with more settings.
#                                              A DIR that holds a file `passing` is removed in the end
#   kafka.sh tool CLASS [ARGUMENT...]          runs one of Kafka's own command-line tools
set -euo pipefail
# shellcheck source=scripts/setup.sh
source "$(dirname "${BASH_SOURCE[0]}")/../../scripts/setup.sh"
# shellcheck source=tests/kafka/java.sh
source "$(dirname "${BASH_SOURCE[0]}")/java.sh"

VERSION=4.2.0
# Any 16 bytes in base64; each broker is a cluster of its own.
CLUSTER=cG9wdWxhY2UtdGVzdC0tLQ
HERE=$(cd "$(dirname "${BASH_SOURCE[0]}")" && pwd)
CACHE=${POPULACE_TEST_KAFKA_HOME:-${XDG_CACHE_HOME:-$HOME/.cache}/populace/kafka-$VERSION}

ensure_maven() {
    if command -v mvn >/dev/null; then return; fi
    say "installing maven ..."
    apt_install maven || fail "maven could not be installed" "install it, or name a broker in POPULACE_TEST_BROKERS"
}

# Fetches the jars into a folder beside the cache, which takes its name only when all are there.
fetch() {
    local made
    mkdir -p "$(dirname "$CACHE")"
    made=$(mktemp -d "$CACHE.XXXXXX")
    say "fetching Kafka $VERSION for the tests ..."
    if ! quietly mvn -q -B -f "$HERE/pom.xml" dependency:copy-dependencies \
        -DincludeScope=runtime -DoutputDirectory="$made/libs"; then
        rm -rf "$made"
        fail "Kafka could not be fetched from Maven Central" "look at the lines above, or name a broker in POPULACE_TEST_BROKERS"
    fi
    keep_in_cache "$made" "$CACHE"
}

assemble() {
    ensure_java "install one, or name a broker in POPULACE_TEST_BROKERS"
    if [ ! -e "$CACHE/complete" ]; then
        ensure_maven
        fetch
    fi
    printf '%s\n' "$CACHE"
}

# Becomes the JVM, so that its process is the one that was started: for subshells.
become_java() {
    exec java "-Dlog4j2.configurationFile=$HERE/log4j2.yaml" -cp "$CACHE/libs/*" "$@"
}

# The settings of a broker that is alone, starts fast and forgets at once.
settings() {
    cat <<END
process.roles=broker,controller
node.id=1
controller.quorum.voters=1@127.0.0.1:$3
listeners=PLAINTEXT://127.0.0.1:$2,CONTROLLER://127.0.0.1:$3
advertised.listeners=PLAINTEXT://127.0.0.1:$2
controller.listener.names=CONTROLLER
inter.broker.listener.name=PLAINTEXT
log.dirs=$1/data
offsets.topic.replication.factor=1
offsets.topic.num.partitions=1
transaction.state.log.replication.factor=1
transaction.state.log.min.isr=1
transaction.state.log.num.partitions=4
group.initial.rebalance.delay.ms=0
# After kill -9 it listens again in seconds: the controller does not wait long for the old session.
broker.session.timeout.ms=2000
broker.heartbeat.interval.ms=200
# A transaction that outlived its time is aborted soon.
transaction.abort.timed.out.transaction.cleanup.interval.ms=1000
# Retention acts soon.
log.retention.check.interval.ms=3000
log.initial.task.delay.ms=1000
auto.create.topics.enable=false
END
    # Of a key that is there twice the last counts.
    [ -z "${4:-}" ] || cat "$4"
}

run_broker() {
    local dir=$1
    [ -e "$CACHE/complete" ] || fail "there is no Kafka in $CACHE" "run tests/kafka/kafka.sh assemble"
    mkdir -p "$dir"
    settings "$@" >"$dir/server.properties"
    if [ ! -e "$dir/data/meta.properties" ]; then
        (become_java -XX:TieredStopAtLevel=1 kafka.tools.StorageTool format -t "$CLUSTER" -c "$dir/server.properties") \
            >"$dir/format.log" 2>&1 </dev/null ||
            fail "the broker's folder could not be made" "$(tail -n 5 "$dir/format.log")"
    fi
    become_java -Xmx768m kafka.Kafka "$dir/server.properties" </dev/null >>"$dir/broker.log" 2>&1 &
    serve_until_left $! "$dir"
}

case "${1:-}" in
    assemble) assemble ;;
    run) run_broker "${@:2}" ;;
    tool)
        [ -e "$CACHE/complete" ] || fail "there is no Kafka in $CACHE" "run tests/kafka/kafka.sh assemble"
        become_java -Xmx256m -XX:TieredStopAtLevel=1 "${@:2}"
        ;;
    *) fail "no such command: ${1:-}" "commands: assemble, run DIR PORT CPORT [PROPERTIES], tool CLASS [ARGUMENT...]" ;;
esac
