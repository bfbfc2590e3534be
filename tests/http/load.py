#!/usr/bin/env python3
"""What readers cost: a world at full speed, by turns alone and with clients and slow pages, and what it makes of each.

Arguments: the program, and options. Prints a line a turn (events a second, and a second of the process's own processor
time; memory; requests answered), then the ratios of the turns with readers to those without: by the clock on the wall, which
a busy machine spoils, and by processor time, which it does not. Exits with 1 where both are below --least, or an answer was
an error. Needs nothing but Python; knows the API as anybody does.
"""

import argparse
import http.client
import json
import os
import re
import socket
import statistics
import subprocess
import sys
import tempfile
import threading
import time

SLOW_BYTES = 512
SLOW_EVERY = 0.1


def options():
    """The options."""
    parser = argparse.ArgumentParser()
    parser.add_argument("program")
    parser.add_argument("--people", type=int, default=20_000)
    parser.add_argument("--turns", type=int, default=24, help="turns alone, and as many with readers")
    parser.add_argument("--seconds", type=float, default=12, help="of a turn: short, for seasons differ")
    parser.add_argument("--clients", type=int, default=20)
    parser.add_argument("--every", type=float, default=0.5, help="seconds between two requests of a client")
    parser.add_argument("--pages", type=int, default=5, help="slow readers of the live tail")
    parser.add_argument("--least", type=float, default=0.97, help="the least ratio that is accepted")
    return parser.parse_args()


class World:
    """A world at full speed that writes nothing."""

    def __init__(self, program, people):
        self.home = tempfile.TemporaryDirectory()
        words = ["run", "--data-dir", self.home.name + "/data", "--people", str(people), "--start", "2026-01-01"]
        words += ["--speed", "max", "--sink", "null", "--http", "127.0.0.1:0"]
        self.log = open(self.home.name + "/log", "w+", encoding="utf-8")
        self.process = subprocess.Popen([program, *words], stderr=self.log)
        self.address = self.wait(lambda: re.search(r"the page is at http://([0-9.:]+)/", self.said()))[1]
        self.wait(lambda: self.ask("/ready")[0] == 200)

    def said(self):
        """What it logged."""
        with open(self.log.name, encoding="utf-8") as file:
            return file.read()

    def wait(self, there):
        """Waits until there is what is waited for."""
        for _ in range(1_200):
            if found := there():
                return found
            assert self.process.poll() is None, self.said()
            time.sleep(0.1)
        raise AssertionError("waited in vain: " + self.said())

    def ask(self, path):
        """Status and body of an answer."""
        connection = http.client.HTTPConnection(self.address, timeout=60)
        connection.request("GET", path)
        answer = connection.getresponse()
        body = answer.read()
        connection.close()
        return answer.status, body

    def events(self):
        """Events so far, and the instant of the clock on the wall."""
        return json.loads(self.ask("/api/v1/status")[1])["events"], time.monotonic()

    def megabytes(self):
        """Memory that it has resident."""
        with open(f"/proc/{self.process.pid}/status", encoding="ascii") as file:
            return int(re.search(r"VmRSS:\s+(\d+)", file.read())[1]) / 1024

    def processor(self):
        """Seconds of processor time that it has taken."""
        with open(f"/proc/{self.process.pid}/stat", encoding="ascii") as file:
            fields = file.read().rsplit(")", 1)[1].split()
        return (int(fields[11]) + int(fields[12])) / os.sysconf("SC_CLK_TCK")

    def stop(self):
        """Ends it."""
        self.process.terminate()
        assert self.process.wait(60) == 0, self.said()


class Load:
    """Clients that read, and pages that hardly do, until they are told to stop."""

    def __init__(self, world, asked):
        self.world, self.asked = world, asked
        self.over = threading.Event()
        self.lock = threading.Lock()
        self.answers, self.slowest = {}, 0.0
        people = json.loads(world.ask("/api/v1/people?count=50&open=true")[1])["items"]
        self.users = [one["user_id"] for one in people]
        threads = [threading.Thread(target=self.client, args=(n,)) for n in range(asked.clients)]
        self.threads = threads + [threading.Thread(target=self.page) for _ in range(asked.pages)]
        for thread in self.threads:
            thread.start()

    def paths(self, client):
        """What a client asks, one after the other."""
        user = self.users[client % len(self.users)]
        return [
            "/api/v1/status", f"/api/v1/people/{user}", f"/api/v1/people?from={client * 31}", "/api/v1/weather",
            f"/api/v1/drivers/driver_{client + 1}", "/api/v1/drivers?status=busy", "/api/v1/traffic", "/api/v1/campaigns",
            "/api/v1/drifts", "/metrics",
        ]

    def client(self, number):
        """One client on one connection."""
        connection = http.client.HTTPConnection(self.world.address, timeout=60)
        paths = self.paths(number)
        turn = number
        while not self.over.wait(self.asked.every):
            began = time.monotonic()
            connection.request("GET", paths[turn % len(paths)])
            answer = connection.getresponse()
            answer.read()
            turn += 1
            with self.lock:
                self.answers[answer.status] = self.answers.get(answer.status, 0) + 1
                self.slowest = max(self.slowest, time.monotonic() - began)
        connection.close()

    def page(self):
        """A page that takes a few bytes now and then."""
        host, port = self.world.address.rsplit(":", 1)
        with socket.socket() as line:
            line.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, 4_096)
            line.connect((host, int(port)))
            line.sendall(f"GET /api/v1/events HTTP/1.1\r\nHost: {self.world.address}\r\n\r\n".encode())
            while not self.over.wait(SLOW_EVERY):
                line.recv(SLOW_BYTES)

    def stop(self):
        """Ends them."""
        self.over.set()
        for thread in self.threads:
            thread.join()


def turn(world, asked, with_readers):
    """Events a second of one turn, by the wall and by the processor, and the answers that there were."""
    load = Load(world, asked) if with_readers else None
    time.sleep(1)
    (before, began), worked, memory = world.events(), world.processor(), []
    while time.monotonic() - began < asked.seconds:
        memory.append(world.megabytes())
        time.sleep(1)
    (after, ended), worked = world.events(), world.processor() - worked
    if load:
        load.stop()
    rates = (after - before) / (ended - began), (after - before) / worked
    told = f"{rates[0]:12,.0f} events/s {rates[1]:12,.0f} a processor second  {min(memory):6.0f} to {max(memory):6.0f} MiB"
    if load:
        told += f"  answers {load.answers}, slowest {load.slowest:.2f} s"
    print(("with readers " if load else "alone        ") + told, flush=True)
    return rates, set(load.answers) if load else {200}


def main():
    """All of it."""
    asked = options()
    world = World(asked.program, asked.people)
    # Readers are elsewhere, as a rule: here they take the processor only when the world leaves it.
    os.nice(19)
    time.sleep(3)
    alone, shared, answers = [], [], set()
    for number in range(asked.turns):
        # Now the one first, now the other: what changes slowly falls out.
        for with_readers in (False, True) if number % 2 == 0 else (True, False):
            rates, seen = turn(world, asked, with_readers)
            (shared if with_readers else alone).append(rates)
            answers |= seen
    world.stop()
    medians = []
    for place, what in enumerate(["the wall", "the processor"]):
        ratios = [one[place] / other[place] for one, other in zip(shared, alone)]
        medians.append(statistics.median(ratios))
        told = ", ".join(f"{one:.3f}" for one in ratios)
        print(f"throughput with readers by {what}: {medians[-1]:.3f} of that without (turns: {told})")
    # Somebody who is asked for may have closed their account.
    return 0 if max(medians) >= asked.least and answers <= {200, 410} else 1


if __name__ == "__main__":
    sys.exit(main())
