"""Measures 128 MiB of attached output, on the engine at DOCKER_HOST. benches/output starts it."""

import hashlib
import os
import statistics
import subprocess
import sys

from launch import IMAGE
from pairs import arguments, load, machine, table, timed

MEBIBYTES = 128
# What programs print: lines of about a hundred letters. A log entry is made of each.
LINE = "2026-01-02T03:04:05.678Z INFO worker-3 request %08d finished in 12.34 ms with status 200 and 4096 bytes\n"
# `docker run` as it comes, which every other row is held against.
BASE = "docker run"
TARGET = 0.35


def main():
    asked = arguments(11)
    print(machine())
    wanted = write_text("text")
    commands = kinds(asked.dynrun, f"{os.getcwd()}/text:/text:ro")
    for command in commands.values():
        arrives(command, wanted)  # warms the caches, too
    rows = compared(measured(commands, asked.pairs))
    print(table(rows, ["what", "median", "least", "most", "ratio", "target", "verdict"]))
    print(f"{load()} at the end")
    return 1 if asked.check and any(row["verdict"] == "missed" for row in rows) else 0


def kinds(dynrun, mount):
    """The commands that are compared, by the name of their row."""
    bare = [dynrun, "run", "--profile", "bare", "--image", IMAGE, "--rm", "-v", mount]
    ci = [dynrun, "run", "--profile", "ci", "--image", IMAGE, "-v", mount]
    rows = {BASE: docker(mount)}
    for driver in ("local", "none"):
        rows[f"docker run, {driver}"] = docker(mount, "--log-driver", driver)
    for driver in ("json-file", "local", "none"):
        rows[f"dynrun, {driver}"] = [*bare, "--log-driver", driver, "--", "cat", "/text"]
    rows["dynrun --profile ci"] = [*ci, "--", "cat", "/text"]
    return rows


def docker(mount, *options):
    return ["docker", "run", "--rm", "-v", mount, *options, IMAGE, "cat", "/text"]


def write_text(path):
    """Writes the file that is printed; its checksum."""
    size = MEBIBYTES << 20
    text = "".join(LINE % number for number in range(size // len(LINE % 0) + 1))[:size].encode()
    with open(path, "wb") as file:
        file.write(text)
    return hashlib.sha256(text).hexdigest()


def arrives(command, wanted):
    """Ends the measurement where not every byte arrives in its order."""
    done = subprocess.run(command, stdin=subprocess.DEVNULL, stdout=subprocess.PIPE, check=False)
    if done.returncode or hashlib.sha256(done.stdout).hexdigest() != wanted:
        sys.exit(f"{command} exits with {done.returncode}, and {len(done.stdout)} bytes arrive")


def measured(commands, rounds):
    """Milliseconds of every command; who comes first changes from round to round."""
    numbers = {name: [] for name in commands}
    names = list(commands)
    for turn in range(rounds):
        for name in names[turn % len(names) :] + names[: turn % len(names)]:
            numbers[name].append(timed(commands[name]))
        print(".", end="", file=sys.stderr, flush=True)
    print(file=sys.stderr)
    return numbers


def compared(numbers):
    base = statistics.median(numbers[BASE])
    rows = []
    for name, times in numbers.items():
        ratio = statistics.median(times) / base
        is_held = name == "dynrun --profile ci"
        rows.append(
            {
                "what": name,
                "median": f"{statistics.median(times) / 1e3:.2f} s",
                "least": f"{min(times) / 1e3:.2f} s",
                "most": f"{max(times) / 1e3:.2f} s",
                "ratio": f"{ratio:.2f}",
                "target": f"≤ {TARGET}" if is_held else "",
                "verdict": ("met" if ratio <= TARGET else "missed") if is_held else "",
            }
        )
    return rows


if __name__ == "__main__":
    sys.exit(main())
