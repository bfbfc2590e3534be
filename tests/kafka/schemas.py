"""Reads topics with the deserializers of confluent-kafka, which take each value's schema from the registry that the record
names it in, and compares every record with that of a JSON twin, field by field:

    schemas.py HOST:PORT REGISTRY FORMAT TWIN PREFIX

TWIN is the folder of a twin's topic files. FORMAT is avro, protobuf or json-schema. Whole is whole: a record more, less or
elsewhere in its partition's order is an error, too."""

import atexit
import datetime
import json
import os
import shutil
import sys
from collections import defaultdict
from decimal import Decimal
from pathlib import Path

from confluent_kafka import Consumer, KafkaError
from confluent_kafka.schema_registry import SchemaRegistryClient
from confluent_kafka.serialization import MessageField, SerializationContext

PATIENCE = 30


def deserializers(format, registry):
    """The function that decodes a message's value, for messages of any topic."""
    client = SchemaRegistryClient({"url": registry})
    if format == "avro":
        from confluent_kafka.schema_registry.avro import AvroDeserializer

        one = AvroDeserializer(client)
        return lambda topic: one
    if format == "json-schema":
        from confluent_kafka.schema_registry.json_schema import JSONDeserializer

        return lambda topic: JSONDeserializer(None, schema_registry_client=client)
    return lambda topic: protobuf(client, topic)


def protobuf(client, topic):
    """A deserializer of Protobuf for the message of the registered schema, which is compiled as a consumer would. It asks
    the registry nothing more: not every registry has the compiled form of a schema that it would ask for."""
    import importlib.util
    import subprocess
    import tempfile

    from confluent_kafka.schema_registry.protobuf import ProtobufDeserializer

    folder = Path(tempfile.mkdtemp(prefix="populace-proto-"))
    atexit.register(shutil.rmtree, folder)
    name = topic.replace(".", "_").replace("-", "_")
    (folder / f"{name}.proto").write_text(client.get_latest_version(f"{topic}-value").schema.schema_str)
    subprocess.run(
        [sys.executable, "-m", "grpc_tools.protoc", f"-I{folder}", f"--python_out={folder}", f"{name}.proto"],
        check=True,
    )
    sys.path.insert(0, str(folder))
    spec = importlib.util.spec_from_file_location(f"{name}_pb2", folder / f"{name}_pb2.py")
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    first = module.DESCRIPTOR.message_types_by_name.values()[0]
    return ProtobufDeserializer(getattr(module, first.name), {}, None)


def as_json(value, wanted):
    """A decoded value in the words of its JSON: times as texts, enums as words, numbers as they are."""
    if hasattr(value, "DESCRIPTOR"):
        value = fields_of(value)
    if isinstance(value, dict):
        names = wanted if isinstance(wanted, dict) else {}
        return {name: as_json(one, names.get(name)) for name, one in value.items()}
    if isinstance(value, (list, tuple)):
        return [as_json(one, None) for one in value]
    if isinstance(value, datetime.datetime):
        naive = value.replace(tzinfo=None)
        zone = "+00:00" if isinstance(wanted, str) and wanted.endswith("+00:00") else ""
        return naive.isoformat(timespec="microseconds") + zone
    if isinstance(value, Decimal):
        return float(value)
    return value if value is None or isinstance(value, (bool, int, float, str)) else str(value)


def fields_of(message):
    """The fields of a Protobuf message as a dictionary; optional ones that are not set are None."""
    from google.protobuf.timestamp_pb2 import Timestamp

    if isinstance(message, Timestamp):
        return message.ToDatetime()
    found = {}
    for field in message.DESCRIPTOR.fields:
        value = getattr(message, field.name)
        if field.is_repeated:
            value = list(value)
        elif field.has_presence and not message.HasField(field.name):
            value = None
        elif field.enum_type is not None:
            value = Symbol(field.enum_type, value)
        found[field.name] = value
    return found


class Symbol(str):
    """A symbol of a Protobuf enum without what all its symbols begin with: equal to the word that it stands for."""

    def __new__(cls, enum, number):
        names = [one.name for one in enum.values]
        begin = os.path.commonprefix(names)
        begin = begin[: begin.rfind("_") + 1]
        return super().__new__(cls, enum.values_by_number[number].name[len(begin) :])


def same(found, wanted):
    """Whether two values are equal."""
    if isinstance(found, dict) and isinstance(wanted, dict):
        return found.keys() == wanted.keys() and all(same(found[name], wanted[name]) for name in wanted)
    if isinstance(found, Symbol) and isinstance(wanted, str):
        return words(found) == words(wanted)
    return found == wanted and isinstance(found, bool) == isinstance(wanted, bool)


def words(text):
    """The letters and digits of a word, which may have to be written as a name."""
    return "".join(one for one in text if one.isalnum()).lower()


def twin_of(folder):
    """The records of a topic in files, by key, in order."""
    records = defaultdict(list)
    for path in sorted(folder.glob("*.jsonl")):
        for line in path.read_text().splitlines():
            event = json.loads(line)
            key = next(event[name] for name in ("user_id", "driver_id", "customer_id") if name in event)
            records[key].append(event)
    return records


def messages(brokers, topic):
    """The committed messages of a topic, by partition in order."""
    settings = {
        "bootstrap.servers": brokers,
        "group.id": f"schemas-{os.getpid()}",
        "isolation.level": "read_committed",
        "auto.offset.reset": "earliest",
        "enable.auto.commit": False,
        "enable.partition.eof": True,
    }
    consumer = Consumer(settings)
    partitions = consumer.list_topics(topic, PATIENCE).topics[topic].partitions
    consumer.subscribe([topic])
    ended = set()
    while len(ended) < len(partitions):
        message = consumer.poll(PATIENCE)
        if message is None:
            sys.exit(f"error: {topic}: no message in {PATIENCE} s")
        if message.error() is None:
            yield message
        elif message.error().code() == KafkaError._PARTITION_EOF:
            ended.add(message.partition())
        else:
            sys.exit(f"error: {topic}: {message.error()}")
    consumer.close()


def compare(brokers, topic, decode, twin):
    seen, fields = defaultdict(int), 0
    for message in messages(brokers, topic):
        key = message.key().decode()
        context = SerializationContext(topic, MessageField.VALUE, message.headers())
        value, number = decode(message.value(), context), seen[key]
        if number >= len(twin[key]):
            sys.exit(f"error: {topic}: one record of {key} too many: {value}")
        wanted = twin[key][number]
        found = as_json(value, wanted)
        if not same(found, wanted):
            differing = {name: (found.get(name), one) for name, one in wanted.items() if not same(found.get(name), one)}
            sys.exit(f"error: {topic}, record {number} of {key}: found and wanted {differing or found}")
        seen[key] += 1
        fields += len(wanted)
    short = {key: len(records) - seen[key] for key, records in twin.items() if seen[key] != len(records)}
    if short:
        sys.exit(f"error: {topic}: records are missing, by key: {short}")
    return sum(seen.values()), fields


def main():
    brokers, registry, format, folder, prefix = sys.argv[1:]
    decoder_of = deserializers(format, registry)
    for twin in sorted(one for one in Path(folder).iterdir() if one.is_dir() and not one.name.startswith(".")):
        topic = prefix + twin.name
        records, fields = compare(brokers, topic, decoder_of(topic), twin_of(twin))
        if not records:
            sys.exit(f"error: {topic} has no records to compare")
        print(f"{format}: {records} records of {topic} equal the JSON twin in {fields} fields")


main()
