"""Measures `dynrun ports` beside ss and lsof, in turns, among 20,000 sockets. benches/ports gives it a namespace."""

import contextlib
import json
import os
import resource
import socket
import statistics
import subprocess
import sys
import time

from pairs import arguments, load, output, report, system

# Connections over loopback have two ends each.
SOCKETS = 20_000
# The owner's ports: none that the kernel gives to a connection.
TCP, UDP = 25111, 25112


def main():
    if sys.argv[1:2] == ["hold"]:
        return hold(int(sys.argv[2]), sys.argv[3] == OWNER)
    asked = arguments(21)
    print(f"{system()}, {output('ss', '--version')}; {load()}")
    titles = ["what", "dynrun", "beside", "ratio", "target", "verdict"]
    return report(measurements(asked.dynrun, asked.pairs), asked.check, titles)


def measurements(dynrun, pairs):
    """Every row of the table, as it is measured."""
    for name, targets, crowd in SCENES:
        with scene(crowd) as owner:
            yield from measured(name, targets, owner, dynrun, pairs)


def few(role):
    """As few processes as the limit of open files allows, the last of them in this role."""
    limit, _ = resource.getrlimit(resource.RLIMIT_NOFILE)
    most = min(SOCKETS, (limit - 100) // 2 * 2)
    rest = SOCKETS - most
    return ([(rest, CROWD)] if rest else []) + [(most, role)]


# What holds the sockets, in the order of the pids: how many connections' ends a process has, and whether the ports
# that are asked for are its own. Beside it what is asked of the ratios to ss and to lsof.
CROWD, OWNER = "crowd", "owner"
MANY = [(SOCKETS // 100, CROWD)] * 100
SCENES = [
    ("one process has them, the owner is older", (0.05, 0.02), [(0, OWNER), *few(CROWD)]),
    ("one process has them, the owner is younger", (0.25, None), [*few(CROWD), (0, OWNER)]),
    ("the owner has them itself, its port last", (None, None), few(OWNER)),
    ("100 processes have them, the owner is older", (None, None), [(0, OWNER), *MANY]),
    ("100 processes have them, the owner is younger", (None, None), [*MANY, (0, OWNER)]),
]


@contextlib.contextmanager
def scene(crowd):
    """The processes of a scene, while it is measured; hands out the owner's pid."""
    with contextlib.ExitStack() as stack:
        owner = None
        for count, role in crowd:
            command = [sys.executable, "-B", __file__, "hold", str(count), role]
            child = subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True)
            stack.callback(child.wait)
            stack.callback(child.stdin.close)
            if child.stdout.readline() != "up\n":
                sys.exit(f"a holder of {count} sockets did not come up")
            owner = child.pid if role == OWNER else owner
        yield owner


def hold(count, is_owner):
    """Holds so many sockets, and the owner's ports on top, until standard input ends."""
    held = []
    listener = socket.socket()
    listener.bind(("127.0.0.1", 0))
    listener.listen(64)
    for _ in range(count // 2):
        client = socket.create_connection(listener.getsockname())
        held += [client, listener.accept()[0]]
    listener.close()
    if is_owner:
        tcp, udp = socket.socket(), socket.socket(socket.AF_INET, socket.SOCK_DGRAM)
        tcp.bind(("0.0.0.0", TCP))
        tcp.listen()
        udp.bind(("0.0.0.0", UDP))
        held += [tcp, udp]
    print("up", flush=True)
    sys.stdin.read()
    return 0


def measured(name, targets, owner, dynrun, pairs):
    """The rows of a scene: dynrun beside ss, and beside lsof."""
    ours = [dynrun, "ports", f"{TCP}/tcp", f"{UDP}/udp", "--host", "unix:///nonexistent/docker.sock"]
    found = json.loads(output(*ours, "--format", "json"))
    if [row["pid"] for row in found] != [owner, owner]:
        sys.exit(f"{name}: the owner is {owner}, and dynrun says {found}")
    tools = [("ss -ltnup", ["ss", "-ltnup"], targets[0]), ("lsof -nP -i", ["lsof", "-nP", "-i"], targets[1])]
    numbers = alternated(pairs, [ours, *(command for _, command, _ in tools)])
    for (tool, _, target), theirs in zip(tools, numbers[1:]):
        yield row(name, tool, target, statistics.median(numbers[0]), statistics.median(theirs))


def alternated(pairs, commands):
    """Every command's milliseconds, measured in turns; who comes first changes from turn to turn."""
    numbers = [[] for _ in commands]
    for command in commands:
        timed(command)  # warms the caches
    for turn in range(pairs):
        for at in range(len(commands)):
            at = (at + turn) % len(commands)
            numbers[at].append(timed(commands[at]))
    return numbers


def timed(command):
    """How many milliseconds a command takes, from spawn to end: spawned by the leanest way that Python has."""
    quiet = [(os.POSIX_SPAWN_OPEN, 0, "/dev/null", os.O_RDONLY, 0)]
    quiet += [(os.POSIX_SPAWN_OPEN, stream, "/dev/null", os.O_WRONLY, 0) for stream in (1, 2)]
    start = time.perf_counter()
    _, status = os.waitpid(os.posix_spawnp(command[0], command, os.environ, file_actions=quiet), 0)
    taken = time.perf_counter() - start
    if status:
        sys.exit(f"{command} failed: {status}")
    return taken * 1e3


def row(what, beside, target, ours, theirs):
    ratio = ours / theirs
    return {
        "what": what,
        "dynrun": f"{ours:.1f} ms",
        "beside": f"`{beside}` {theirs:.1f} ms",
        "ratio": f"{ratio:.3f}",
        "target": "" if target is None else f"≤ {target}",
        "verdict": "" if target is None else "met" if ratio <= target else "missed",
    }


if __name__ == "__main__":
    sys.exit(main())
