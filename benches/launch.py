"""Measures dynrun beside docker's client, in alternated pairs, on the engine at DOCKER_HOST. benches/launch starts it."""

import argparse
import os
import platform
import shlex
import statistics
import subprocess
import sys
import time

IMAGE = "dynrun-test/busybox:1"
# What an attached run streams: text, as the engine's json-file log writes six bytes for one that is not.
MEBIBYTES = 256
STREAM = ["sh", "-c", f"tr '\\0' a </dev/zero | head -c {MEBIBYTES << 20}"]


def main():
    parser = argparse.ArgumentParser()
    parser.add_argument("dynrun")
    parser.add_argument("--check", action="store_true")
    parser.add_argument("pairs", type=int, nargs="?", default=31)
    arguments = parser.parse_intermixed_args()
    print(machine())
    rows = []
    for row in measurements(arguments.dynrun, arguments.pairs):
        rows.append(row)
        print(".", end="", file=sys.stderr, flush=True)
    print(file=sys.stderr)
    print(table(rows))
    print(f"load average at the end: {os.getloadavg()[0]:.1f}")
    return 1 if arguments.check and any(row["verdict"] == "missed" for row in rows) else 0


def machine():
    versions = output("docker", "version", "--format", "Engine {{.Server.Version}}, client {{.Client.Version}}")
    return f"{os.cpu_count()} cores, Linux {platform.release()}, {versions}; load average {os.getloadavg()[0]:.1f}"


def measurements(dynrun, pairs):
    """Every row of the table, as it is measured."""
    run = [dynrun, "run", "--profile", "bare", "--image", IMAGE]
    yield row("`--version`", "ms", 0.12, alternated(4 * pairs, [dynrun, "--version"], ["docker", "--version"], timed))
    for network, target in [("host", 0.95), ("bridge", None)]:
        for options in [[], ["--rm"]]:
            options = ["-d", "--network", network, *options]
            ours, theirs = [*run, *options, "--", "true"], ["docker", "run", *options, IMAGE, "true"]
            name = f"`run {shlex.join(options)}`"
            yield row(name, "ms", target, alternated(pairs, ours, theirs, launched))
    gateway = [dynrun, "run", "gateway", "-d"]
    launched(gateway)  # makes the gateway's image
    theirs = shlex.split(output(*gateway, "--dry-run"))
    yield row("`run gateway -d`", "ms", None, alternated(pairs, gateway, theirs, launched))
    for what, command, times in [(f"memory, {MEBIBYTES} MiB streamed", STREAM, 5), ("memory, idle", ["sleep", "2"], 5)]:
        ours, theirs = [*run, "--rm", "--", *command], ["docker", "run", "--rm", IMAGE, *command]
        yield row(what, "MiB", 0.4, alternated(times, ours, theirs, peak))


def alternated(pairs, ours, theirs, measure):
    """Both commands' numbers, measured in turns; who comes first changes from pair to pair."""
    for command in (ours, theirs):
        measure(command)  # warms the caches
    numbers = ([], [])
    for pair in range(pairs):
        for side in (0, 1) if pair % 2 == 0 else (1, 0):
            numbers[side].append(measure((ours, theirs)[side]))
    return numbers


def row(what, unit, target, numbers):
    ours, theirs = (statistics.median(side) for side in numbers)
    ratio = ours / theirs
    verdict = "" if target is None else "met" if ratio <= target else "missed"
    return {
        "what": what,
        "dynrun": f"{ours:.1f} {unit}",
        "docker": f"{theirs:.1f} {unit}",
        "ratio": f"{ratio:.2f}",
        "target": "" if target is None else f"≤ {target}",
        "verdict": verdict,
    }


def table(rows, titles=("what", "dynrun", "docker", "ratio", "target", "verdict")):
    cells = [list(titles), *([row[title] for title in titles] for row in rows)]
    widths = [max(len(line[column]) for line in cells) for column in range(len(titles))]
    lines = ["| " + " | ".join(cell.ljust(width) for cell, width in zip(line, widths)) + " |" for line in cells]
    return "\n".join([lines[0], "|" + "|".join("-" * (width + 2) for width in widths) + "|", *lines[1:]])


def timed(command):
    """How many milliseconds a command takes, from spawn to end: spawned by the leanest way that Python has."""
    quiet = [(os.POSIX_SPAWN_OPEN, 0, "/dev/null", os.O_RDONLY, 0), (os.POSIX_SPAWN_OPEN, 1, "/dev/null", os.O_WRONLY, 0)]
    quiet.append((os.POSIX_SPAWN_OPEN, 2, "stderr", os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600))
    start = time.perf_counter()
    _, status = os.waitpid(os.posix_spawnp(command[0], command, os.environ, file_actions=quiet), 0)
    taken = time.perf_counter() - start
    if status:
        with open("stderr", encoding="utf-8") as stderr:
            sys.exit(f"{shlex.join(command)} failed: {stderr.read()}")
    return taken * 1e3


def launched(command):
    """The same for a detached launch. Its container, and what the engine does at its end, is gone afterwards."""
    milliseconds = timed(command)
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


def peak(command):
    """The most memory that a command had at once, in MiB. The kernel's own sum at a process's end would count this
    program's memory in, from before the exec."""
    with subprocess.Popen(command, stdin=subprocess.DEVNULL, stdout=subprocess.DEVNULL) as process:
        most = 0
        while process.poll() is None:
            most = max(most, high_water(process.pid, command[0]))
            time.sleep(0.005)
    if process.returncode:
        sys.exit(f"{shlex.join(command)} exited with {process.returncode}")
    return most / 1024


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


def output(*command):
    """A command's stdout; the measurement ends where it fails."""
    done = subprocess.run(command, stdin=subprocess.DEVNULL, capture_output=True, text=True, check=False)
    if done.returncode:
        sys.exit(f"{shlex.join(command)} exited with {done.returncode}: {done.stderr}")
    return done.stdout.strip()


if __name__ == "__main__":
    sys.exit(main())
