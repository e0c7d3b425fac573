"""Measures `--dry-run` beside an empty `bash -c :`. benches/dry-run starts it."""

import sys

from pairs import alternated, arguments, load, report, row, system, timed

TARGET = 2
CASES = {
    "`run gateway --dry-run`": ["run", "gateway", "--dry-run"],
    "`run nats --profile ci --dry-run`": ["run", "nats", "--profile", "ci", "--dry-run"],
    "`run --image app:1 --profile bare --dry-run`": ["run", "--image", "app:1", "--profile", "bare", "--dry-run"],
}


def main():
    asked = arguments(201)
    print(f"{system()}; {load()}")
    titles = ["what", "dynrun", "bash -c :", "ratio", "target", "verdict"]
    return report(measurements(asked.dynrun, asked.pairs), asked.check, titles)


def measurements(dynrun, pairs):
    """Every row of the table, as it is measured."""
    for what, words in CASES.items():
        measured = row(what, "ms", TARGET, alternated(pairs, [dynrun, *words], ["bash", "-c", ":"], timed))
        measured["bash -c :"] = measured.pop("docker")
        yield measured


if __name__ == "__main__":
    sys.exit(main())
