"""A client against a world that the program of the wheel runs."""

from __future__ import annotations

import datetime
import re
import signal
import socket
import subprocess
from collections.abc import Iterator

import pytest

import populace

TOKEN = "a-token-of-the-test"
PEOPLE = 350


@pytest.fixture(scope="module")
def running(program: str, tmp_path_factory: pytest.TempPathFactory) -> Iterator[populace.RunningWorld]:
    data = tmp_path_factory.mktemp("client") / "data"
    words = f"run --people {PEOPLE} --start 2026-01-01 --speed 3600 --sink null --progress none --http 127.0.0.1:0"
    environment = {"POPULACE_HTTP_TOKEN": TOKEN, "POPULACE_LOG": "info"}
    process = subprocess.Popen(
        [program, *words.split(), "--data-dir", str(data)], stderr=subprocess.PIPE, text=True, env=environment
    )
    try:
        yield populace.connect(address_of(process), TOKEN, wait=60)
    finally:
        process.send_signal(signal.SIGTERM)
        process.communicate(timeout=60)


def address_of(process: subprocess.Popen[str]) -> str:
    """Returns the address that a world names in its log."""
    assert process.stderr is not None
    for line in process.stderr:
        found = re.search(r"the page is at (http://[0-9.:]+)", line)
        if found:
            return found[1]
    raise AssertionError("the world ended before it named its address")


def test_pages_are_read_to_the_end(running: populace.RunningWorld) -> None:
    people = list(running.people())
    assert [person["number"] for person in people] == list(range(PEOPLE))
    assert len(list(running.people(count=1, persona="retired"))) == len(list(running.people(persona="retired"))) > 0
    assert {driver["region"] for driver in running.drivers()} == {"houston"}


def test_a_person_is_seen_now_and_as_of_an_instant(running: populace.RunningWorld) -> None:
    id = str(next(running.people())["user_id"])
    born = datetime.datetime(2026, 1, 1, tzinfo=datetime.timezone.utc)
    for seen in running.user(id), running.user(id, at=born), running.customer(id):
        assert id in str(seen["profile"])
    assert running.user(id, at=born)["virtual_now"] != running.user(id)["virtual_now"]


def test_commands_act(running: populace.RunningWorld) -> None:
    id = str(next(running.people())["user_id"])
    running.inject("account-takeover", user=id, count=5, after_seconds=60)
    assert any(id in str(campaign) for campaign in running.campaigns())
    running.start_drift(drifts=[{"id": "dear", "key": "shop.price_scale", "kind": "sudden", "factor": 1.5}])
    assert [(drift["drift_id"], drift["state"]) for drift in running.drifts()] == [("dear", "in-force")]
    running.stop_drift("dear")
    running.pause()
    assert running.status()["paused"] is True
    running.set_speed(7200)
    running.resume()
    assert running.status()["paused"] is False
    assert running.checkpoint()


def test_the_tail_gives_records(running: populace.RunningWorld) -> None:
    tail = running.events()
    shown = next(record for record in tail if record.stream == "interactions")
    assert shown.topic == "e_commerce_customer_interactions"
    assert shown.stands_for >= 1
    assert "session_id" in shown.record
    tail.close()  # type: ignore[attr-defined]


def test_refusals_have_the_words_of_the_server(running: populace.RunningWorld) -> None:
    with pytest.raises(populace.RequestError, match='has no user "nobody"') as refused:
        running.user("nobody")
    assert refused.value.status == 404
    with pytest.raises(populace.RequestError) as refused:
        running.inject("card-tasting")
    assert refused.value.status == 400
    with pytest.raises(populace.RequestError) as refused:
        populace.connect(running._url, "another")
    assert refused.value.status == 401


def test_a_dead_server_and_a_wrong_address_are_named() -> None:
    with socket.socket() as unused:
        unused.bind(("127.0.0.1", 0))
        with pytest.raises(populace.UnreachableError, match="populace run"):
            populace.connect(f"http://127.0.0.1:{unused.getsockname()[1]}", timeout=5)
    with pytest.raises(ValueError, match="must begin with http"):
        populace.connect("localhost:7878")


def test_a_server_that_never_answers_is_an_error() -> None:
    with socket.create_server(("127.0.0.1", 0)) as server:
        server.settimeout(10)
        url = f"http://127.0.0.1:{server.getsockname()[1]}"
        with pytest.raises((populace.UnreachableError, populace.RequestError)):
            populace.connect(url, timeout=0.3)
