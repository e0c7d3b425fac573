"""Measures attached runs beside docker's client, in alternated pairs, on the engine at DOCKER_HOST. benches/session
starts it."""

import os
import pty
import select
import shlex
import statistics
import subprocess
import sys
import time

from launch import clients
from pairs import alternated, arguments, machine, report, row

MEBIBYTES = 1024
OUT = ["dd", "if=/dev/zero", "bs=1M", f"count={MEBIBYTES}"]
# Fails where not all of it arrives.
IN = ["sh", "-c", f"dd of=/dev/null bs=1M iflag=fullblock 2>&1 | grep -qx '{MEBIBYTES}+0 records in'"]
FEEDER = ["dd", "if=/dev/zero", "bs=64K", f"count={MEBIBYTES * 16}", "status=none"]
KEYS = 500
ECHO = ["sh", "-c", f"stty raw -echo && echo ready && exec dd bs=1 count={KEYS} 2>/dev/null"]
# How long an echo may take before it counts as lost, in seconds.
LOST = 60
# How often a client's memory is looked at, in seconds: often enough to see it late, too seldom to slow the stream.
LOOK = 0.02


def main():
    asked = arguments(31)
    print(machine())
    return report(measurements(asked.dynrun, asked.pairs), asked.check)


def measurements(dynrun, pairs):
    """Every row of the table, as it is measured."""
    keys = clients(dynrun, ["-it", "--rm"], ECHO)
    yield row(f"echo of a key, `-it`, {KEYS} keys", "µs", 1.0, alternated(pairs, *keys, echoed))
    out = clients(dynrun, ["--rm", "--log-driver", "none"], OUT)
    for command in out:
        arrives(command)
    yield from streams("1 GiB out", alternated(pairs, *out, attached))
    into = clients(dynrun, ["-i", "--rm", "--log-driver", "none"], IN)
    yield from streams("1 GiB in, `-i`", alternated(pairs, *into, fed))


def streams(what, numbers):
    """The rows of runs that were timed, and whose memory was looked at meanwhile."""
    seconds, memory = ([[run[at] for run in side] for side in numbers] for at in (0, 1))
    yield row(what, "s", 1.0, seconds)
    yield row(f"{what}: memory", "MiB", 0.35, memory)


def arrives(command):
    """Ends the measurement where not all of it arrives."""
    with subprocess.Popen(command, stdin=subprocess.DEVNULL, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL) as run:
        size = sum(iter(lambda: len(run.stdout.read(1 << 20)), 0))
    if run.returncode or size != MEBIBYTES << 20:
        sys.exit(f"{shlex.join(command)} exited with {run.returncode}, and {size} bytes arrived")


def fed(command):
    """The same as of a run that is attached, of one that is given all of it through a pipe."""
    with subprocess.Popen(FEEDER, stdout=subprocess.PIPE) as feeder:
        return attached(command, feeder.stdout)


def attached(command, stdin=subprocess.DEVNULL):
    """How many seconds a command takes, and the most memory that it has at once, in MiB."""
    start = time.perf_counter()
    with open("stderr", "w+", encoding="utf-8") as stderr:
        with subprocess.Popen(command, stdin=stdin, stdout=subprocess.DEVNULL, stderr=stderr) as run:
            most = peak(run.pid, command[0])
            seconds = time.perf_counter() - start
        if run.returncode:
            stderr.seek(0)
            sys.exit(f"{shlex.join(command)} exited with {run.returncode}: {stderr.read()}")
    return seconds, most / 1024


def peak(pid, program):
    """The most memory that a process has until its end, in KiB. The kernel's own sum at the end would count this
    program's memory in, from before the exec."""
    most = 0
    end = os.pidfd_open(pid)
    while not select.select([end], [], [], LOOK)[0]:
        most = max(most, high_water(pid, program))
    os.close(end)
    return most


def high_water(pid, program):
    """VmHWM in KiB; 0 before the exec, and after the end."""
    try:
        with open(f"/proc/{pid}/status", encoding="utf-8") as status:
            fields = dict(line.split(":", 1) for line in status)
    except ProcessLookupError:
        return 0
    if fields["Name"].strip() != os.path.basename(program):
        return 0
    return int(fields.get("VmHWM", "0").split()[0])


def echoed(command):
    """The median of the microseconds from a key to its echo, in a terminal of its own."""
    pid, terminal = pty.fork()
    if pid == 0:
        os.execvp(command[0], command)
    said = b""
    while not said.endswith(b"ready\n"):
        said += heard(command, terminal, said)
    times = [echo(command, terminal, bytes([ord("a") + number % 26])) for number in range(KEYS)]
    end(command, pid, terminal)
    return statistics.median(times) * 1e6


def echo(command, terminal, key):
    """The seconds from a key to its echo. The next key is another one: an echo too many is seen."""
    start = time.perf_counter()
    os.write(terminal, key)
    answer = heard(command, terminal, b"")
    seconds = time.perf_counter() - start
    if answer != key:
        sys.exit(f"{shlex.join(command)} answers {key} with {answer}")
    return seconds


def heard(command, terminal, before):
    """What comes out of the terminal next; the measurement ends where nothing does."""
    try:
        answer = os.read(terminal, 4096) if select.select([terminal], [], [], LOST)[0] else b""
    except OSError:  # Its other end is closed.
        answer = b""
    if not answer:
        sys.exit(f"{shlex.join(command)} has nothing more to say after {before}")
    return answer


def end(command, pid, terminal):
    """Waits for the run's end; the terminal is read meanwhile, so that no last word holds it up."""
    said = b""
    try:
        while answer := os.read(terminal, 4096):
            said += answer
    except OSError:  # Its other end is closed.
        pass
    os.close(terminal)
    _, status = os.waitpid(pid, 0)
    if status:
        sys.exit(f"{shlex.join(command)} failed after its last key: {said}")


if __name__ == "__main__":
    sys.exit(main())
