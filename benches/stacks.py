"""Measures a stack of six, and what is listed of 200 containers. benches/stacks starts it."""

import subprocess
import sys
import time

from pairs import alternated, arguments, machine, report, row, timed

IMAGE = "dynrun-test/busybox:1"
CONTAINERS = 200
# Two chains of three; each service takes this long until it listens, in seconds.
TAKES = {"one": 0.3, "two": 0.5, "three": 0.4, "four": 0.2, "five": 0.3, "six": 0.2}
NEEDS = {"two": "one", "three": "two", "five": "four", "six": "five"}
SLOWEST = ["one", "two", "three"]


def main():
    asked = arguments(31)
    print(machine())
    with open("stack.toml", "w", encoding="utf-8") as file:
        file.write(stack())
    titles = ("what", "dynrun", "docker", "ratio", "target", "verdict")
    return report(measurements(asked.dynrun, asked.pairs), asked.check, titles)


def measurements(dynrun, pairs):
    """Every row of the table, as it is measured; in the first, the chain's services one after the other stand for docker."""
    up = [dynrun, "up", "all-six", "-d", "--config", "stack.toml"]
    yield row("a stack of six, beside its slowest chain", "s", 1.2, alternated(pairs, ("up", up), ("chain", dynrun), came_up))
    containers(dynrun)
    docker = ["docker", "ps"]
    yield row(f"`ps`, {CONTAINERS} containers", "ms", 1.5, alternated(pairs, [dynrun, "ps"], docker, timed))
    logs = [dynrun, "logs", f"listed-{CONTAINERS // 2}"]
    yield row(f"`logs`, {CONTAINERS} containers", "ms", 1.5, alternated(pairs, logs, docker, timed))


def stack():
    """The file of the six: each listens on its port once its time is over."""
    sections = ['[stack.all-six]\nservices = ["' + '", "'.join(TAKES) + '"]\n']
    for service, takes in TAKES.items():
        needs = f'needs = ["{NEEDS[service]}"]\n' if service in NEEDS else ""
        sections.append(
            f'[service.{service}]\nimage = "{IMAGE}"\n{needs}listen = [{{ port = 4222 }}]\n'
            f'command = ["sh", "-c", "sleep {takes}; exec nc -ll -p 4222 -e true"]\nready = ["tcp:4222"]\ninit = true\n'
            "stop-timeout = 1\n"
        )
    return "".join(sections)


def came_up(what):
    """The seconds until all are ready; it is taken down untimed."""
    kind, command = what
    start = time.perf_counter()
    if kind == "up":
        done(command)
        taken = time.perf_counter() - start
        done([command[0], "down", "all-six"])
        return taken
    for service in SLOWEST:
        network = ["--network", "six-chain", "--create-network"]
        done([command, "run", service, "-d", "--name", service, "--wait", "--rm=false", *network, "--config", "stack.toml"])
    taken = time.perf_counter() - start
    done(["docker", "rm", "--force", *SLOWEST])
    done(["docker", "network", "rm", "six-chain"])
    return taken


def containers(dynrun):
    """Launches those that are listed; each has written a line."""
    for number in range(CONTAINERS):
        launch = ["run", "-d", "--profile", "bare", "--network", "none", "--name", f"listed-{number}", "--image", IMAGE]
        done([dynrun, *launch, "--", "sh", "-c", "echo hello; exec sleep 100000"])


def done(command):
    """Runs a command that has to succeed."""
    ended = subprocess.run(command, stdin=subprocess.DEVNULL, capture_output=True, text=True, check=False)
    if ended.returncode:
        sys.exit(f"{' '.join(command)} exited with {ended.returncode}: {ended.stderr}")


if __name__ == "__main__":
    sys.exit(main())
