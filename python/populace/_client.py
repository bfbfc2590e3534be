"""A client for a world that the program runs: its HTTP API as methods."""

from __future__ import annotations

import json
import time
import urllib.error
import urllib.parse
import urllib.request
from collections.abc import Iterator, Mapping, Sequence
from http.client import HTTPException, HTTPResponse
from typing import NamedTuple

from ._internal import PopulaceError
from ._world import Instant, _instant_text

Document = dict[str, object]
"""An answer of the server, as ``json.loads`` makes it. The API's document is at ``/api/v1/openapi.json``."""

_LARGEST_PAGE = 200

_ASK_EVERY = 0.1
"""The seconds between two questions to a world that starts."""


class RequestError(PopulaceError):
    """The server refused a request.

    ``status`` is the HTTP status, and the message is the server's own, with what to do.
    """

    def __init__(self, status: int, message: str) -> None:
        """Makes the error of an answer."""
        super().__init__(message)
        self.status = status


class UnreachableError(PopulaceError, ConnectionError):
    """No server answers at the address, or it went away."""


class TailRecord(NamedTuple):
    """A record of the live tail, which is a sample of at most 100 records a second."""

    stream: str
    """The short name of the topic, such as ``"transactions"``."""
    topic: str
    """The name of the topic."""
    stands_for: int
    """The number of records that this one stands for: itself, and those that were skipped before it."""
    record: Document
    """The record, with the fields of the topic."""


def connect(
    url: str = "http://127.0.0.1:7878", token: str | None = None, *, timeout: float = 30.0, wait: float = 0.0
) -> RunningWorld:
    """Returns a client for the world that answers at an address.

    :param url: the address that ``populace run`` names, with the path under which a proxy has it, if any.
    :param token: the token of ``http.token``, if the world asks for one.
    :param timeout: the seconds that a request may take.
    :param wait: the seconds in which the world may start; by default it must run already.
    :raises UnreachableError: if no server answers there, or the world is still starting.
    :raises RequestError: if it refuses the token.
    :raises ValueError: if the address is none of HTTP.
    """
    if urllib.parse.urlsplit(url).scheme not in ("http", "https"):
        raise ValueError(f"url must begin with http:// or https://, not {url!r}")
    world = RunningWorld(url.rstrip("/"), token, timeout)
    end = time.monotonic() + wait
    while True:
        try:
            if world.status()["phase"] != "starting":
                return world
            why = UnreachableError(f"the world at {url} is still starting: give `wait`, the seconds in which it may")
        except UnreachableError as error:
            why = error
        if time.monotonic() >= end:
            raise why
        time.sleep(_ASK_EVERY)


class RunningWorld:
    """A world that runs in another process. Each method is one request, or one a page; threads may share it."""

    __slots__ = ("_headers", "_timeout", "_url")

    def __init__(self, url: str, token: str | None, timeout: float) -> None:
        """Makes a client; :func:`connect` also asks whether the world is there."""
        self._url = url
        self._timeout = timeout
        self._headers = {"Accept": "application/json"}
        if token is not None:
            self._headers["Authorization"] = f"Bearer {token}"

    def __repr__(self) -> str:
        """Returns the address."""
        return f"<populace.RunningWorld at {self._url}>"

    def status(self) -> Document:
        """Returns phase, virtual time, speed, counts of events, and the state of the sink."""
        return self._get("status")

    def world(self) -> Document:
        """Returns what does not change: regions, topics, districts, roads."""
        return self._get("world")

    def weather(self) -> Document:
        """Returns the weather of every region."""
        return self._get("weather")

    def traffic(self) -> Document:
        """Returns the traffic of every region."""
        return self._get("traffic")

    def people(self, **filters: object) -> Iterator[Document]:
        """Returns all people in order of their numbers; filters are those of the API, as in ``region="tokyo"``."""
        return self._pages("people", "from", filters)

    def customers(self, **filters: object) -> Iterator[Document]:
        """Returns all people as the shop knows them."""
        return self._pages("customers", "from", filters)

    def drivers(self, **filters: object) -> Iterator[Document]:
        """Returns all drivers in order of their numbers."""
        return self._pages("drivers", "from", filters)

    def user(self, id: str, at: Instant | None = None) -> Document:
        """Returns profile and history of a user of the bank, now or as of an instant."""
        return self._one("people", id, at)

    def customer(self, id: str, at: Instant | None = None) -> Document:
        """Returns profile and history of a customer, now or as of an instant."""
        return self._one("customers", id, at)

    def driver(self, id: str, at: Instant | None = None) -> Document:
        """Returns profile and history of a driver, now or as of an instant."""
        return self._one("drivers", id, at)

    def campaigns(
        self, start: Instant | None = None, end: Instant | None = None, **filters: object
    ) -> Iterator[Document]:
        """Returns fraud campaigns, planned and injected: the ground truth.

        :param start: the first instant; by default the start of the world.
        :param end: the last instant; by default a day from now.
        """
        spans = {"from": start, "to": end}
        given = {name: _instant_text(name, at) for name, at in spans.items() if at is not None}
        return self._pages("campaigns", "skip", {**given, **filters})

    def drifts(self) -> list[Document]:
        """Returns all drifts that are scheduled, with how far each has come."""
        drifts = self._get("drifts")["drifts"]
        assert isinstance(drifts, list)
        return drifts

    def inject(
        self, kind: str, *, at: Instant | None = None, after_seconds: float | None = None, **options: object
    ) -> Document:
        """Injects fraud or a purchase. It is in the world's log of commands: every replay repeats it.

        :param kind: such as ``"account-takeover"``, ``"card-testing"`` or ``"transaction"``.
        :param at: the instant at which it begins; by default now.
        :param after_seconds: or else the virtual seconds until it begins.
        :param options: those of the API, as in ``user="…"``, ``count=12``, ``victims=40`` or ``amount="19.99"``.
        """
        return self._post("inject", {"kind": kind, **options, **_begin(at, after_seconds)})

    def start_drift(
        self,
        scenario: str | None = None,
        drifts: Sequence[Mapping[str, object]] | None = None,
        *,
        at: Instant | None = None,
        after_seconds: float | None = None,
    ) -> Document:
        """Starts the drifts of a shipped scenario, or those that are given. Every replay repeats them.

        :param scenario: the name of a shipped scenario, such as ``"lockdown"``; or else
        :param drifts: a list of drifts, each a dict as in ``{"id": "dear", "key": "shop.price_scale", "factor": 1.2}``.
        """
        given: Document = {"scenario": scenario, "drifts": None if drifts is None else list(drifts)}
        chosen = {name: value for name, value in given.items() if value is not None}
        return self._post("drifts", {**chosen, **_begin(at, after_seconds)})

    def stop_drift(self, id: str) -> Document:
        """Stops a drift at once: its rule goes back to the base value."""
        return self._request("DELETE", "drifts/" + urllib.parse.quote(id, safe=""))

    def pause(self) -> Document:
        """Halts virtual time."""
        return self._post("pause")

    def resume(self) -> Document:
        """Lets virtual time go on."""
        return self._post("resume")

    def set_speed(self, to: float | str) -> Document:
        """Sets the speed: virtual seconds a second, or ``"max"``, ``"realtime"`` or ``"catch-up"``."""
        return self._post("speed", {"to": to})

    def set_rate(self, events_per_second: float) -> Document:
        """Sets the speed by the number of events a second of wall time."""
        return self._post("rate", {"events_per_second": events_per_second})

    def checkpoint(self) -> Document:
        """Saves the world now."""
        return self._post("checkpoint")

    def stop(self) -> Document:
        """Stops the run; the same command goes on where it stopped."""
        return self._post("stop")

    def events(self) -> Iterator[TailRecord]:
        """Returns the live tail: a sample of the records as they are published, until the run ends.

        A reader that is too slow misses records, and no record of the world waits for it.
        """
        with self._open("GET", "events", None) as answer:
            try:
                yield from _records(answer)
            except (OSError, HTTPException) as error:
                raise UnreachableError(f"{self._url} ended the live tail: {error}") from error

    def _one(self, kind: str, id: str, at: Instant | None) -> Document:
        query = {} if at is None else {"at": _instant_text("at", at)}
        return self._get(f"{kind}/{urllib.parse.quote(str(id), safe='')}", query)

    def _pages(self, path: str, cursor: str, filters: Mapping[str, object]) -> Iterator[Document]:
        query = {name: _text(value) for name, value in filters.items()}
        query.setdefault("count", str(_LARGEST_PAGE))
        while True:
            page = self._get(path, query)
            items = page["items"]
            assert isinstance(items, list)
            yield from items
            if page["next"] is None:
                return
            query[cursor] = _text(page["next"])

    def _get(self, path: str, query: Mapping[str, str] | None = None) -> Document:
        return self._request("GET", path + ("?" + urllib.parse.urlencode(query) if query else ""))

    def _post(self, path: str, body: Mapping[str, object] | None = None) -> Document:
        return self._request("POST", path, body)

    def _request(self, method: str, path: str, body: Mapping[str, object] | None = None) -> Document:
        answer = self._open(method, path, body)
        try:
            with answer:
                text = answer.read()
        except (OSError, HTTPException) as error:
            raise UnreachableError(f"{self._url} went away before its answer was complete: {error}") from error
        answered = json.loads(text) if text else {}
        assert isinstance(answered, dict)
        return answered

    def _open(self, method: str, path: str, body: Mapping[str, object] | None) -> HTTPResponse:
        data = None if body is None else json.dumps(body).encode()
        headers = self._headers | ({} if data is None else {"Content-Type": "application/json"})
        request = urllib.request.Request(f"{self._url}/api/v1/{path}", data, headers, method=method)
        try:
            answer = urllib.request.urlopen(request, timeout=self._timeout)
        except urllib.error.HTTPError as error:
            with error:
                raise RequestError(error.code, _detail(error)) from None
        except (OSError, HTTPException) as error:
            reason = getattr(error, "reason", error)
            raise UnreachableError(
                f"no world answers at {self._url} ({reason}): start one with `populace run`, or give the address that "
                "it names as its page"
            ) from error
        assert isinstance(answer, HTTPResponse)
        return answer


def _begin(at: Instant | None, after_seconds: float | None) -> Document:
    """Returns the part of a request that says when something begins."""
    given: Document = {"at": None if at is None else _instant_text("at", at), "after_seconds": after_seconds}
    return {name: value for name, value in given.items() if value is not None}


def _text(value: object) -> str:
    return str(value).lower() if isinstance(value, bool) else str(value)


def _detail(error: urllib.error.HTTPError) -> str:
    """Returns the server's words about a refused request."""
    text = error.read().decode("utf-8", "replace")
    try:
        problem = json.loads(text)
    except ValueError:
        return f"{error.code} {error.reason}"
    detail = problem.get("detail") if isinstance(problem, dict) else None
    return str(detail or f"{error.code} {error.reason}")


def _records(answer: HTTPResponse) -> Iterator[TailRecord]:
    """Returns the records among server-sent events, each of which is a name, its data, and an empty line."""
    name = ""
    for line in answer:
        key, _, value = line.decode().rstrip("\n").partition(": ")
        if key == "event":
            name = value
        elif key == "data" and name == "record":
            shown = json.loads(value)
            yield TailRecord(shown["stream"], shown["topic"], shown["stands_for"], shown["record"])
