"""Measures launches beside docker's client, in alternated pairs, on the engine at DOCKER_HOST. benches/launch starts
it."""

import http.client
import json
import os
import shlex
import socket
import subprocess
import sys
import time

from pairs import alternated, arguments, machine, output, report, row, timed

IMAGE = "dynrun-test/busybox:1"


def main():
    asked = arguments(31)
    print(machine())
    return report(measurements(asked.dynrun, asked.pairs), asked.check)


def measurements(dynrun, pairs):
    """Every row of the table, as it is measured."""
    yield row("`--version`", "ms", 0.12, alternated(4 * pairs, [dynrun, "--version"], ["docker", "--version"], timed))
    for options, target in LAUNCHES:
        ours, theirs = clients(dynrun, options, ["true"])
        yield row(f"`{shlex.join(['run', *options])}`", "ms", target, alternated(pairs, ours, theirs, launched))
    for options, alone in ALONE:
        theirs = clients(dynrun, options, ["true"])[1]
        words = f"the engine alone, `{shlex.join(['run', *options])}`"
        yield row(words, "ms", None, alternated(pairs, alone, theirs, launched))
    gateway = [dynrun, "run", "gateway", "-d"]
    launched(gateway)  # makes the gateway's image
    theirs = shlex.split(output(*gateway, "--dry-run"))
    yield row("`run gateway -d`", "ms", None, alternated(pairs, gateway, theirs, launched))


# How `true` is launched, and what is asked of the ratio.
LAUNCHES = [
    (["-d", "--network", "host"], 0.93),
    (["-d", "--network", "host", "--rm"], 0.93),
    (["-d", "--network", "bridge"], 0.9),
    (["-d", "--network", "bridge", "--rm"], 0.9),
    ([], 0.95),
    (["--rm"], 0.95),
]


# The same by the engine's own requests: what no client can do without.
ALONE = [
    (["-d", "--network", "host"], lambda: engine_alone("host")),
    (["-d", "--network", "bridge"], lambda: engine_alone("bridge")),
    ([], lambda: engine_alone("default", waits=True)),
    (["--rm"], lambda: engine_alone("default", waits=True, removes=True)),
]


def clients(dynrun, options, command):
    """The same run through dynrun, with all of its checks, and through docker's client."""
    ours = [dynrun, "run", "--profile", "bare", "--image", IMAGE, *options, "--", *command]
    return ours, ["docker", "run", *options, IMAGE, *command]


def launched(command):
    """The same for a launch. Its container, and what the engine does at its end, is gone afterwards."""
    milliseconds = command() if callable(command) else timed(command)
    for container in output("docker", "ps", "-aq", "--filter", "ancestor=" + IMAGE).split():
        # One with --rm goes by itself.
        subprocess.run(["docker", "wait", container], capture_output=True, check=False)
    left = output("docker", "ps", "-aq").split()
    for container in left:
        subprocess.run(["docker", "rm", "-fv", container], capture_output=True, check=False)
    while output("docker", "ps", "-aq"):
        time.sleep(0.02)
    time.sleep(0.1)
    return milliseconds


def engine_alone(network, waits=False, removes=False):
    """How many milliseconds the engine takes for a launch of `true`; without a stream, which a client would need too."""
    connection, waiting = Connection("localhost"), Connection("localhost")
    container = {"Image": IMAGE, "Cmd": ["true"], "HostConfig": {"NetworkMode": network}}
    start = time.perf_counter()
    created = asked(connection, "/containers/create", json.dumps(container), 201)
    path = f"/containers/{json.loads(created)['Id']}"
    if waits:
        waiting.request("POST", path + "/wait?condition=next-exit", "")
    asked(connection, path + "/start", "", 204)
    if waits:
        waiting.getresponse().read()
    if removes:
        asked(connection, path + "?v=1", "", 204, "DELETE")
    taken = time.perf_counter() - start
    connection.close()
    waiting.close()
    return taken * 1e3


def asked(connection, path, body, status, method="POST"):
    """The body of the engine's answer; the measurement ends where it is another than expected."""
    connection.request(method, path, body, {"Content-Type": "application/json"})
    answer = connection.getresponse()
    text = answer.read()
    if answer.status != status:
        sys.exit(f"{path} failed: {text.decode()}")
    return text


class Connection(http.client.HTTPConnection):
    """A connection to the engine's socket."""

    def connect(self):
        self.sock = socket.socket(socket.AF_UNIX)
        self.sock.connect(os.environ["DOCKER_HOST"].removeprefix("unix://"))


if __name__ == "__main__":
    sys.exit(main())
