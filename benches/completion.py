"""Measures what a press of Tab takes. benches/completion starts it."""

import json
import multiprocessing
import os
import socket
import statistics
import sys
import time

from pairs import arguments, load, report, system, timed

CONTAINERS = 500
# Milliseconds over the bare request, and all in all.
OVER, AWAY = 5, 10
REQUEST = b"GET /containers/json HTTP/1.1\r\nHost: docker\r\nConnection: close\r\n\r\n"


def main():
    asked = arguments(201)
    print(f"{system()}; {load()}")
    titles = ["what", "dynrun", "bare request", "over", "target", "verdict"]
    return report(measurements(asked.dynrun, asked.pairs), asked.check, titles)


def measurements(dynrun, pairs):
    """Every row of the table, as it is measured."""
    with_engine("full.sock", answer)
    with_engine("silent.sock", silence)
    stop = [dynrun, "__complete", "bash", " =:", "--", "stop", ""]
    yield row(f"`stop`, {CONTAINERS} containers", OVER, *in_turns(pairs, "full.sock", stop))
    for what, words in {"a verb": ["ru"], "a profile": ["run", "--profile", ""], "an option": ["run", "--"]}.items():
        line = [dynrun, "__complete", "bash", " =:", "--", *words]
        yield row(f"{what}: no engine is asked", AWAY, in_turns(pairs, "full.sock", line)[0])
    yield row("`stop`, the engine is away", AWAY, in_turns(pairs, "missing.sock", stop)[0])
    yield row("`stop`, the engine never answers", None, in_turns(min(pairs, 21), "silent.sock", stop)[0])


def in_turns(pairs, path, command):
    """The milliseconds of the command, and of the bare request where somebody answers it."""
    os.environ["DOCKER_HOST"] = f"unix://{os.getcwd()}/{path}"
    ours, bare = [], []
    for pair in range(pairs + 1):
        if path == "full.sock":
            bare.append(request(path))
        ours.append(timed(command))
    # The first warms the caches.
    return ours[1:], bare[1:]


def row(what, target, ours, bare=()):
    taken = statistics.median(ours)
    asked = statistics.median(bare) if bare else 0
    over = taken - asked
    verdict = "" if target is None else "met" if over <= target else "missed"
    return {
        "what": what,
        "dynrun": f"{taken:.2f} ms",
        "bare request": f"{asked:.2f} ms" if bare else "",
        "over": f"{over:.2f} ms" if bare else "",
        "target": "" if target is None else f"≤ {target} ms",
        "verdict": verdict,
    }


def request(path):
    """How many milliseconds the request takes by itself, from the connection to the answer's last byte."""
    start = time.perf_counter()
    with socket.socket(socket.AF_UNIX) as client:
        client.connect(path)
        client.sendall(REQUEST)
        while client.recv(1 << 16):
            pass
    return (time.perf_counter() - start) * 1e3


def with_engine(path, serve):
    """An engine in a process of its own, which ends with this one."""
    listener = socket.socket(socket.AF_UNIX)
    listener.bind(path)
    listener.listen(64)
    multiprocessing.get_context("fork").Process(target=serve, args=(listener,), daemon=True).start()


def answer(listener):
    """Tells of its containers, about a kibibyte each, as Docker's does."""
    body = json.dumps([container(number) for number in range(CONTAINERS)]).encode()
    head = f"HTTP/1.1 200 OK\r\nContent-Type: application/json\r\nContent-Length: {len(body)}\r\n\r\n".encode()
    while True:
        with listener.accept()[0] as client:
            client.recv(1 << 16)
            client.sendall(head + body)


def silence(listener):
    """Takes every connection, and says nothing."""
    held = []
    while True:
        held.append(listener.accept()[0])


def container(number):
    identity = f"{number:064x}"
    network = {"NetworkID": identity, "EndpointID": identity, "Gateway": "172.17.0.1", "IPAddress": "172.17.0.2"}
    return {
        "Id": identity,
        "Names": [f"/engine-{number}"],
        "Image": "dynamo:latest-vllm",
        "ImageID": f"sha256:{identity}",
        "Command": "/opt/nvidia/nvidia_entrypoint.sh python3 -m dynamo.vllm",
        "Created": 1790000000 + number,
        "Ports": [{"IP": "0.0.0.0", "PrivatePort": 8000, "PublicPort": 20000 + number, "Type": "tcp"}],
        "Labels": {f"dev.dynrun.{name}": identity[:40] for name in ("run", "service", "profile", "owner")},
        "State": "running",
        "Status": "Up 2 hours",
        "HostConfig": {"NetworkMode": "bridge"},
        "NetworkSettings": {"Networks": {"bridge": network}},
        "Mounts": [],
    }


if __name__ == "__main__":
    sys.exit(main())
