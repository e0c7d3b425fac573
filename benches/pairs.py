"""What is measured in turns, and the table of it: for the measurements in this folder."""

import argparse
import os
import platform
import shlex
import statistics
import subprocess
import sys
import time

QUICK = 3


def arguments(pairs):
    """What the caller asked for: dynrun's path, `check`, and how many pairs, so many if not said."""
    parser = argparse.ArgumentParser()
    parser.add_argument("dynrun")
    parser.add_argument("--check", action="store_true")
    count = parser.add_mutually_exclusive_group()
    count.add_argument("--pairs", type=at_least_one, default=pairs)
    count.add_argument("--quick", action="store_const", const=QUICK, dest="pairs")
    return parser.parse_args()


def at_least_one(word):
    """A number of pairs: of none there is no median."""
    number = int(word)
    if number < 1:
        raise argparse.ArgumentTypeError("at least 1")
    return number


def report(rows, check, titles=("what", "dynrun", "docker", "ratio", "target", "verdict")):
    """Takes the rows one by one, as they are measured, and prints their table; answers the exit code."""
    done = []
    try:
        for measured in rows:
            done.append(measured)
            print(".", end="", file=sys.stderr, flush=True)
    finally:  # a row that fails takes no other with it
        print(file=sys.stderr)
        print(table(done, titles))
        print(f"{load()} at the end")
    return 1 if check and any(measured["verdict"] == "missed" for measured in done) else 0


def system():
    return f"{os.cpu_count()} cores, Linux {platform.release()}"


def load():
    return f"load average {os.getloadavg()[0]:.1f}"


def machine():
    versions = output("docker", "version", "--format", "Engine {{.Server.Version}}, client {{.Client.Version}}")
    return f"{system()}, {versions}; {load()}"


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
        "dynrun": f"{ours:.2f} {unit}",
        "docker": f"{theirs:.2f} {unit}",
        # More digits than the targets have: one that is just above is seen to be.
        "ratio": f"{ratio:.3f}",
        "target": "" if target is None else f"≤ {target}",
        "verdict": verdict,
    }


def table(rows, titles):
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


def output(*command):
    """A command's stdout; the measurement ends where it fails."""
    done = subprocess.run(command, stdin=subprocess.DEVNULL, capture_output=True, text=True, check=False)
    if done.returncode:
        sys.exit(f"{shlex.join(command)} exited with {done.returncode}: {done.stderr}")
    return done.stdout.strip()
