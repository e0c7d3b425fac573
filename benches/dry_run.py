"""Measures `--dry-run` beside an empty `bash -c :`. benches/dry-run starts it."""

import argparse
import os
import platform
import sys

from launch import alternated, row, table, timed

TARGET = 2
CASES = {
    "`run gateway --dry-run`": ["run", "gateway", "--dry-run"],
    "`run nats --profile ci --dry-run`": ["run", "nats", "--profile", "ci", "--dry-run"],
    "`run --image app:1 --profile bare --dry-run`": ["run", "--image", "app:1", "--profile", "bare", "--dry-run"],
}


def main():
    parser = argparse.ArgumentParser()
    parser.add_argument("dynrun")
    parser.add_argument("--check", action="store_true")
    parser.add_argument("pairs", type=int, nargs="?", default=201)
    arguments = parser.parse_intermixed_args()
    print(f"{os.cpu_count()} cores, Linux {platform.release()}; load average {os.getloadavg()[0]:.1f}")
    rows = []
    for what, words in CASES.items():
        numbers = alternated(arguments.pairs, [arguments.dynrun, *words], ["bash", "-c", ":"], timed)
        measured = row(what, "ms", TARGET, numbers)
        measured["bash -c :"] = measured.pop("docker")
        rows.append(measured)
    print(table(rows, ["what", "dynrun", "bash -c :", "ratio", "target", "verdict"]))
    return 1 if arguments.check and any(measured["verdict"] == "missed" for measured in rows) else 0


if __name__ == "__main__":
    sys.exit(main())
