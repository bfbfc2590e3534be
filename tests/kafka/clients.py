"""Reads topics with kafka-python and with confluent-kafka, as consumers of this contract do, and compares the numbers of
committed records: clients.py HOST:PORT TOPIC=COUNT ... Every record is looked at: JSON, key and time."""

import json
import sys
from datetime import datetime

KEYS = ("user_id", "driver_id", "customer_id")
FORMAT = "%Y-%m-%dT%H:%M:%S.%f%z"
PATIENCE = 30


def check(library, topic, key, value, millis):
    """That the key is that of the entity, and the record's time that of the event."""
    event = json.loads(value)
    entity = next(event[name] for name in KEYS if name in event)
    time = datetime.strptime(event["timestamp"], FORMAT)
    whole = int(time.timestamp()) * 1000 + time.microsecond // 1000
    if key.decode() != entity or millis != whole:
        sys.exit(f"error: {library} read from {topic} key {key!r} and time {millis}: {value!r}")


def by_kafka_python(brokers, topic, wanted):
    from kafka import KafkaConsumer

    consumer = KafkaConsumer(
        topic,
        bootstrap_servers=brokers,
        isolation_level="read_committed",
        auto_offset_reset="earliest",
        enable_auto_commit=False,
        consumer_timeout_ms=PATIENCE * 1000,
    )
    read, partitions = 0, consumer.partitions_for_topic(topic)
    for record in consumer:
        check("kafka-python", topic, record.key, record.value, record.timestamp)
        read += 1
        if read == wanted:
            # One more would be one too many.
            consumer.config["consumer_timeout_ms"] = 1000
    consumer.close()
    return read, len(partitions)


def by_confluent_kafka(brokers, topic, wanted):
    from confluent_kafka import Consumer, KafkaError

    settings = {
        "bootstrap.servers": brokers,
        "group.id": "clients",
        "isolation.level": "read_committed",
        "auto.offset.reset": "earliest",
        "enable.auto.commit": False,
        "enable.partition.eof": True,
    }
    consumer = Consumer(settings)
    partitions = consumer.list_topics(topic, PATIENCE).topics[topic].partitions
    consumer.subscribe([topic])
    read, ended = 0, set()
    while len(ended) < len(partitions):
        message = consumer.poll(PATIENCE)
        if message is None:
            break
        if message.error() is None:
            check("confluent-kafka", topic, message.key(), message.value(), message.timestamp()[1])
            read += 1
        elif message.error().code() == KafkaError._PARTITION_EOF:
            ended.add(message.partition())
        else:
            sys.exit(f"error: confluent-kafka, {topic}: {message.error()}")
    consumer.close()
    return read, len(partitions)


def main():
    brokers, topics = sys.argv[1], sys.argv[2:]
    for library, read_by in (("kafka-python", by_kafka_python), ("confluent-kafka", by_confluent_kafka)):
        for one in topics:
            topic, wanted = one.rsplit("=", 1)
            read, partitions = read_by(brokers, topic, int(wanted))
            if read != int(wanted):
                sys.exit(f"error: {library} read {read} records of {topic}, not {wanted}")
            print(f"{library} read {read} records of {topic} in {partitions} partitions")


main()
