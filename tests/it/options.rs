//! The table of options (design.md section 2): every row is in help, can be said in a file, in the environment and on
//! the command line, is shown with its origin, and reaches the dry run. And the grammar of docker's flags.

use crate::common::Test;
use crate::share::share;
use dynrun::options::{Heading, Kind, ROWS, Row};
use std::collections::BTreeSet;

/// A word for a row, as `config` shows it, and what a dry run makes of it.
struct Sample {
    name: &'static str,
    word: &'static str,
    /// What else has to be said for the row to mean anything.
    with: &'static [&'static str],
    line: Line,
}

/// Where the row shows in a dry run.
enum Line {
    /// `--NAME=WORD`, or `--NAME` for a switch that is on.
    Itself,
    /// Other words: dynrun's own option has done its work.
    Words(&'static str),
    /// Nowhere; and why.
    Nowhere(&'static str),
}

use Line::{Itself, Nowhere, Words};

const fn row(name: &'static str, word: &'static str) -> Sample {
    Sample { name, word, with: &[], line: Itself }
}

const fn own_network(name: &'static str, word: &'static str) -> Sample {
    Sample { name, word, with: &["--network", "backend"], line: Itself }
}

const fn becomes(name: &'static str, word: &'static str, line: &'static str) -> Sample {
    Sample { name, word, with: &[], line: Words(line) }
}

const fn elsewhere(name: &'static str, word: &'static str, why: &'static str) -> Sample {
    Sample { name, word, with: &[], line: Nowhere(why) }
}

/// A word for each option.
pub(crate) fn samples() -> impl Iterator<Item = (&'static str, &'static str)> {
    SAMPLES.iter().map(|sample| (sample.name, sample.word))
}

const SAMPLES: &[Sample] = &[
    becomes("service", "nats", "nats:2.11"),
    becomes("image", "other:2", " other:2"),
    row("name", "box"),
    Sample { name: "name-prefix", word: "nightly", with: &[], line: Words("--name nightly-app-") },
    row("detach", "true"),
    row("interactive", "true"),
    row("tty", "true"),
    row("attach", "stderr"),
    row("detach-keys", "ctrl-a,d"),
    row("sig-proxy", "true"),
    row("entrypoint", "/bin/sh"),
    row("workdir", "/work"),
    row("domainname", "example.com"),
    row("user", "1000:1000"),
    row("group-add", "video"),
    Sample { name: "reset", word: "volume", with: &[], line: Nowhere("it takes away") },
    elsewhere("framework", "sglang", "the image has it in its name"),
    elsewhere("target", "dev", "the image has it in its name"),
    elsewhere("mount-workspace", "true", "it is volumes and a variable"),
    elsewhere("workspace", "/src", "nothing mounts it here"),
    elsewhere("hf-home", "/models", "nothing mounts it here"),
    elsewhere("hf-target", "/cache", "nothing is mounted there"),
    elsewhere("use-nixl-gds", "true", "it is volumes and a capability"),
    row("network", "backend"),
    row("publish", "127.0.0.1:8080:80"),
    row("publish-all", "true"),
    Sample {
        name: "publish-service",
        word: "true",
        with: &["--service", "nats"],
        line: Words("--publish 4222:4222"),
    },
    elsewhere("allow-dead-publish", "true", "it takes away"),
    Sample {
        name: "publish-ip",
        word: "127.0.0.1",
        with: &["-p", "8080:80"],
        line: Words("--publish 127.0.0.1:8080:80"),
    },
    row("expose", "80"),
    elsewhere("port-policy", "next", "docker run knows no other port than the one that was said"),
    Sample {
        name: "create-network",
        word: "true",
        with: &["--network", "backend"],
        line: Nowhere("docker run creates no network"),
    },
    Sample {
        name: "fix-network",
        word: "true",
        with: &["--network", "backend", "--create-network"],
        line: Nowhere("docker run creates no network"),
    },
    row("hostname", "box"),
    row("add-host", "db:10.0.0.2"),
    row("dns", "1.1.1.1"),
    row("dns-option", "ndots:1"),
    row("dns-search", "example.com"),
    own_network("ip", "172.30.0.9"),
    own_network("ip6", "fd00::9"),
    own_network("link-local-ip", "169.254.1.1"),
    own_network("network-alias", "web"),
    row("link", "db:database"),
    row("mac-address", "02:42:ac:11:00:02"),
    becomes("env", "A=1", "-e A=1"),
    becomes("env-file", "more.env", "-e FROM_FILE=1"),
    elsewhere("dotenv", "true", "docker run reads no .env"),
    becomes("secret", "id=hub,env=HF_TOKEN", "-e HF_TOKEN"),
    row("volume", "cache:/cache:ro"),
    row("mount", "type=bind,source=/src,target=/src,readonly"),
    row("tmpfs", "/run:size=64m"),
    row("volumes-from", "db:ro"),
    row("volume-driver", "local"),
    row("storage-opt", "size=10G"),
    row("shm-size", "64m"),
    row("memory", "512m"),
    row("memory-reservation", "256m"),
    Sample { name: "memory-swap", word: "1g", with: &["--memory", "512m"], line: Itself },
    row("memory-swappiness", "60"),
    row("kernel-memory", "64m"),
    row("oom-kill-disable", "true"),
    row("oom-score-adj", "500"),
    row("cpus", "0.5"),
    row("cpu-shares", "512"),
    row("cpu-period", "100000"),
    row("cpu-quota", "50000"),
    row("cpu-rt-period", "1000000"),
    row("cpu-rt-runtime", "950000"),
    row("cpuset-cpus", "0-3,7"),
    row("cpuset-mems", "0"),
    row("pids-limit", "64"),
    row("ulimit", "nofile=1024:2048"),
    row("blkio-weight", "500"),
    row("blkio-weight-device", "/dev/sda:500"),
    row("device-read-bps", "/dev/sda:1m"),
    row("device-write-bps", "/dev/sda:1m"),
    row("device-read-iops", "/dev/sda:1000"),
    row("device-write-iops", "/dev/sda:1000"),
    row("cgroup-parent", "/jobs"),
    row("gpus", "all"),
    row("runtime", "runc"),
    row("privileged", "true"),
    row("cap-add", "CAP_NET_ADMIN"),
    row("cap-drop", "ALL"),
    row("device", "/dev/fuse:/dev/fuse0:rw"),
    row("device-cgroup-rule", "c 10:229 rwm"),
    row("read-only", "true"),
    row("sysctl", "net.core.somaxconn=1024"),
    row("cgroupns", "private"),
    row("ipc", "private"),
    row("pid", "host"),
    row("userns", "host"),
    row("uts", "host"),
    row("isolation", "default"),
    row("security-opt", "no-new-privileges"),
    becomes(
        "use-api-socket",
        "true",
        "--mount type=bind,source=/nonexistent/docker.sock,target=/var/run/docker.sock",
    ),
    row("disable-content-trust", "true"),
    row("health-cmd", "curl localhost"),
    row("health-interval", "30s"),
    row("health-retries", "3"),
    row("health-start-interval", "1s"),
    row("health-start-period", "1m30s"),
    row("health-timeout", "500ms"),
    row("no-healthcheck", "true"),
    row("log-driver", "local"),
    Sample { name: "log-opt", word: "max-size=10m", with: &["--log-driver", "local"], line: Itself },
    Sample { name: "rm", word: "true", with: &["-d"], line: Itself },
    row("restart", "unless-stopped"),
    row("init", "true"),
    row("stop-signal", "SIGINT"),
    row("stop-timeout", "30"),
    Sample { name: "wait", word: "true", with: &["-d"], line: Nowhere("docker run waits for nothing") },
    Sample {
        name: "ready",
        word: "http:8000/health,status=200",
        with: &["-d", "--wait"],
        line: Nowhere("docker run waits for nothing"),
    },
    Sample { name: "if-exists", word: "fail", with: &[], line: Nowhere("docker run fails") },
    Sample { name: "time-limit", word: "1h30m", with: &[], line: Nowhere("docker run has no limit of time") },
    row("pull", "never"),
    Sample {
        name: "build-on-missing",
        word: "/srv/app",
        with: &[],
        line: Nowhere("docker run builds nothing"),
    },
    row("quiet", "true"),
    row("platform", "linux/arm64"),
    row("cidfile", "/run/box.id"),
    row("label", "team=infra"),
    becomes("label-file", "more.labels", "--label from.file=1"),
    row("annotation", "run.oci/x=1"),
];

/// Options of docker's for engines on Windows: they are known, and take no word.
const WINDOWS: &[&str] = &["cpu-count", "cpu-percent", "io-maxbandwidth", "io-maxiops"];

/// A verb with an image and nothing else.
fn bare(sample: &Sample, verb: &[&str]) -> Test {
    let image: &[&str] =
        if ["image", "service"].contains(&sample.name) { &[] } else { &["--image", "app:1"] };
    // A service of its own where one is asked for: an image given beside it would take its place.
    let image = if sample.with.contains(&"--service") { &[] } else { image };
    let test = Test::new().file("more.env", "FROM_FILE=1\n").file("more.labels", "from.file=1\n");
    test.args(verb).args(image).args(sample.with)
}

/// The option as it stands on a command line.
fn flag(sample: &Sample) -> String {
    format!("--{}={}", sample.name, sample.word)
}

/// A profile that says it, and nothing else.
fn file(sample: &Sample, row: &Row) -> String {
    let word = match row.kind {
        Kind::Switch => sample.word.to_owned(),
        Kind::One | Kind::Many => format!("{:?}", sample.word),
    };
    let service = if sample.name == "service" { "" } else { "service = \"none\"\n" };
    format!("[profile.sample]\n{service}{} = {word}\n", sample.name)
}

fn rows() -> impl Iterator<Item = (&'static Row, &'static Sample)> {
    ROWS.iter().filter(|row| !WINDOWS.contains(&row.name)).map(|row| {
        let sample = SAMPLES.iter().find(|sample| sample.name == row.name);
        (row, sample.unwrap_or_else(|| panic!("{} has no sample word", row.name)))
    })
}

#[test]
fn every_row_has_a_sample() {
    assert_eq!(rows().count(), SAMPLES.len());
}

#[test]
fn what_is_windows_own_is_refused() {
    for name in WINDOWS {
        Test::new()
            .args(["run", "--image", "app:1", "--dry-run", &format!("--{name}=0")])
            .stderr(&format!(
                "
                error[bad-value]: --{name}: only engines on Windows have this limit; Linux has --cpus, --device-read-bps and --device-read-iops
                  asked: `--{name} 0` on the command line
                  help: the accepted form is (none on Linux)
                "
            ))
            .status(125)
            .run();
    }
}

#[test]
fn every_row_is_in_help_under_its_heading() {
    for verb in ["run", "config"] {
        let help = Test::new().args([verb, "--help-all"]).any_stdout().run().stdout;
        for row in ROWS {
            let title = format!("\n{}:\n", row.heading.title());
            let section = help.split(&title).nth(1).unwrap_or_else(|| panic!("{title} is missing"));
            let section = section.split("\n\n").take_while(|part| part.starts_with(' '));
            let section: String = section.collect::<Vec<_>>().join("\n\n");
            let words = section.split_whitespace().collect::<Vec<_>>().join(" ");
            let spelled = match row.short {
                Some(short) => format!("\n  -{short}, --{}", row.name),
                None => format!("\n      --{}", row.name),
            };
            assert!(format!("\n{section}").contains(&spelled), "{verb}: {}", row.name);
            assert!(words.contains(row.help.trim()), "{verb}: {}", row.name);
            for alias in row.aliases {
                assert!(words.contains(&format!("alias: --{alias}")), "{verb}: --{alias}");
            }
        }
    }
}

/// The order of the rows is the order of help.
#[test]
fn headings_stand_together() {
    let mut seen: Vec<Heading> = Vec::new();
    for row in ROWS {
        if seen.last() != Some(&row.heading) {
            assert!(!seen.contains(&row.heading), "{} stands apart", row.name);
            seen.push(row.heading);
        }
    }
}

/// A row is settled and shown with its origin, whichever way it was said.
#[test]
fn every_row_is_shown_with_its_origin() {
    for (row, sample) in share(rows(), 3) {
        let query = ["config", sample.name, "--origin"];
        let (key, word) = match sample.name {
            // A file is what it holds.
            "env-file" => ("env", "FROM_FILE=1"),
            "label-file" => ("label", "from.file=1"),
            name => (name, sample.word),
        };
        let query = query.map(|part| if part == sample.name { key } else { part });
        let by_file = format!("by --{}, on the command line", sample.name);
        let shown = |origin: &str| format!("{word}\t{origin}\n");
        let bare_profile = ["--profile", "bare"];
        bare(sample, &query)
            .args(bare_profile)
            .args([flag(sample)])
            .stdout(&shown(if key == sample.name { "on the command line" } else { by_file.as_str() }))
            .run();
        bare(sample, &query)
            .args(bare_profile)
            .env(&row.variable(), sample.word)
            .stdout(&shown(&format!("{} in the environment", row.variable())))
            .run();
        let text = file(sample, row);
        let line = text.lines().count();
        bare(sample, &query)
            .file("sample.toml", &text)
            .args(["--config", "sample.toml", "--profile", "sample"])
            .stdout(&shown(&format!("sample.toml:{line}")))
            .run();
    }
}

/// `config` prints an option under its own name, as text and as JSON.
#[test]
fn every_row_is_in_the_table_and_in_json() {
    let rows = rows().filter(|(row, _)| !["env-file", "label-file"].contains(&row.name));
    for (row, sample) in share(rows, 3) {
        let text =
            bare(sample, &["config", "--profile", "bare"]).args([flag(sample)]).any_stdout().run().stdout;
        assert!(
            text.lines().any(|line| line.split_whitespace().next() == Some(row.name)),
            "{}: {text}",
            row.name
        );
        let text = bare(sample, &["config", "--profile", "bare", "--format", "json"]).args([flag(sample)]);
        let document: serde_json::Value = serde_json::from_str(&text.any_stdout().run().stdout).unwrap();
        let value = &document["options"][row.name];
        let said = value.as_array().map_or(value, |values| values.last().unwrap());
        assert_eq!(said, sample.word, "{}: {document}", row.name);
    }
}

/// A row reaches the line of a dry run from each of its sources.
#[test]
fn every_row_is_in_the_dry_run() {
    for (row, sample) in share(rows(), 3) {
        let run = ["run", "--dry-run"];
        let text = file(sample, row);
        let ways = [
            bare(sample, &run).args(["--profile", "bare"]).args([flag(sample)]),
            bare(sample, &run).args(["--profile", "bare"]).env(&row.variable(), sample.word),
            bare(sample, &run).file("sample.toml", &text).args([
                "--config",
                "sample.toml",
                "--profile",
                "sample",
            ]),
        ];
        for way in ways {
            let line = way.any_stdout().any_stderr().run().stdout.replace('\'', "");
            let wanted = match (&sample.line, row.kind) {
                (Itself, Kind::Switch) => format!("--{}", row.name),
                (Itself, Kind::One | Kind::Many) => format!("--{} {}", row.name, sample.word),
                (Words(words), _) => (*words).to_owned(),
                (Nowhere(why), _) => {
                    assert!(!line.contains(&format!("--{}", row.name)), "{}: {why}: {line}", row.name);
                    continue;
                }
            };
            assert!(line.contains(&wanted), "{}: {wanted:?} is not in {line}", row.name);
        }
    }
}

/// A dry run as JSON changes with every row that docker has: none is lost on the way to the request.
#[test]
fn every_row_of_docker_changes_the_request() {
    let request = |sample: &Sample, more: &[String]| {
        let test = bare(sample, &["run", "--dry-run", "--format", "json", "--profile", "bare"]);
        test.args(more).any_stdout().any_stderr().run().stdout
    };
    // Its work is done before or after the request for the container, or in that of older engines alone.
    let elsewhere = [
        "name",
        "detach-keys",
        "sig-proxy",
        "pull",
        "quiet",
        "platform",
        "disable-content-trust",
        "kernel-memory",
    ];
    let is_held = |row: &Row| !row.is_own && !elsewhere.contains(&row.name);
    for (row, sample) in share(rows().filter(|(row, _)| is_held(row)), 3) {
        assert_ne!(request(sample, &[]), request(sample, &[flag(sample)]), "{}", row.name);
    }
}

/// A dry run of an image: the words between `docker run` and the image.
#[track_caller]
fn line_of(words: &[&str]) -> String {
    let test = Test::new().args(["run", "--profile", "bare", "--image", "app:1", "--dry-run"]).args(words);
    let line = test.any_stdout().any_stderr().run().stdout;
    let words = line.trim_end().trim_start_matches("docker run ").trim_end_matches("app:1");
    words.trim_end().replace('\'', "")
}

/// Docker's words for a switch, after `=` only (N29).
#[test]
fn switches_take_dockers_words() {
    for word in ["", "=1", "=t", "=T", "=true", "=True", "=TRUE"] {
        assert_eq!(line_of(&[&format!("--init{word}")]), "--init", "{word}");
    }
    for word in ["=0", "=f", "=F", "=false", "=False", "=FALSE"] {
        assert_eq!(line_of(&[&format!("--init{word}")]), "--init=false", "{word}");
    }
    for word in ["no", "off", "yes", "2", "tRUE", "''", "None"] {
        Test::new()
            .args(["run", "--dry-run", &format!("--rm={word}")])
            .stderr_has(&format!("asked: `--rm={word}` on the command line\n"))
            .stderr_has("error[bad-value]: --rm: ")
            .status(125)
            .run();
    }
}

/// A separate word is never a switch's value: it is the service. Where it could be the value, that is the help.
#[test]
fn a_switch_takes_no_separate_word() {
    let service = |word: &str| {
        format!(
            "error[unknown-service]: there is no service `{word}`\n  asked: `{word}` on the command line\n"
        )
    };
    let too_many = |word: &str| format!("error[usage]: `{word}` is one argument too many\n");
    let verb = |word: &str| format!("error[unknown-verb]: there is no verb `{word}`\n");
    for (words, said, joined) in [
        ("run --image x -d --wait 3s -- sleep 100", service("3s"), "--wait=3s"),
        ("run --rm false", service("false"), "--rm=false"),
        ("run -dt 0", service("0"), "-dt=0"),
        ("run --dry-run engine", service("engine"), "--dry-run=engine"),
        ("run gateway -d --wait 3s", too_many("3s"), "--wait=3s"),
        ("run trainer --dry-run offline -- ls", too_many("offline"), "--dry-run=offline"),
        ("run --wait 3s gateway", too_many("gateway"), "--wait=3s"),
        ("-d --wait 3s", verb("3s"), "--wait=3s"),
    ] {
        let want = format!("{said}  help: a value is joined to it: {joined}\n");
        let words: Vec<&str> = words.split(' ').collect();
        Test::new().args(words).stderr(&want).status(125).run();
    }
    for words in ["run --rm busybox", "run --wait=3s 3s", "run --image x ls -t 1", "run --name -t 1"] {
        let words: Vec<&str> = words.split(' ').collect();
        let output = Test::new().args(&words).stderr_has("  help: ").status(125).run();
        assert!(!output.stderr.contains("joined to it"), "{words:?}: {}", output.stderr);
    }
}

#[test]
fn the_last_scalar_wins() {
    assert_eq!(line_of(&["--name", "aa", "--name=bb"]), "--name bb");
    assert_eq!(line_of(&["--init", "--init=false"]), "--init=false");
    assert_eq!(line_of(&["-w", "/a", "--workdir", "/b"]), "--workdir /b");
}

#[test]
fn a_value_may_start_with_a_dash_or_be_empty() {
    assert_eq!(line_of(&["--entrypoint", "-x"]), "--entrypoint=-x");
    assert_eq!(line_of(&["--entrypoint", "--rm"]), "--entrypoint=--rm");
    assert_eq!(line_of(&["--entrypoint", ""]), "--entrypoint ");
    assert_eq!(line_of(&["--entrypoint="]), "--entrypoint ");
    assert_eq!(line_of(&["-e", "A=-1", "-e", "B="]), "-e A=-1 -e B=");
}

#[test]
fn short_options_stand_together() {
    assert_eq!(line_of(&["-di"]), "--detach --interactive");
    assert_eq!(line_of(&["-p9999:9999/udp"]), "--publish 9999:9999/udp");
    assert_eq!(line_of(&["-dp80:80"]), "--detach --publish 80:80");
    assert_eq!(line_of(&["-eA=1", "-uroot", "-w/x"]), "--workdir /x --user root -e A=1");
    assert_eq!(line_of(&["-p=80:80"]), "--publish 80:80");
    assert_eq!(line_of(&["-i=false", "-d=true"]), "--detach --interactive=false");
}

#[test]
fn aliases_are_the_same_option() {
    assert_eq!(line_of(&["--port", "80:80", "--net", "bridge"]), "--network bridge --publish 80:80");
    assert_eq!(line_of(&["--dns-opt", "ndots:1"]), "--dns-option ndots:1");
}

/// `-h` alone is help, `-h NAME` is docker's host name.
#[test]
fn h_is_help_alone_and_a_host_name_with_a_word() {
    for words in [&["run", "-h"] as &[_], &["run", "--help"], &["run", "gateway", "-h"], &["config", "-h"]] {
        Test::new().args(words).stdout_has("\nusage: dynrun ").stdout_has("\nCommon options:\n").run();
    }
    for words in [&["-h"] as &[_], &["--help"], &["help"], &[]] {
        Test::new().args(words).stdout_has("\nverbs:\n").run();
    }
    for words in [&["stop", "-h"] as &[_], &["explain", "--help"], &["probe", "--help"]] {
        Test::new().args(words).stdout_has("\nusage: dynrun ").run();
    }
    assert_eq!(line_of(&["-h", "box"]), "--hostname box");
    assert_eq!(line_of(&["-hbox"]), "--hostname box");
}

#[test]
fn the_version_is_one_line() {
    for word in ["--version", "-V"] {
        Test::new().args([word]).stdout(concat!("dynrun ", env!("CARGO_PKG_VERSION"), "\n")).run();
    }
}

/// M9: results go to standard output whatever the level; notes and warnings are told from theirs on. An unknown level is none.
#[test]
fn a_level_says_how_much_is_told_beside_the_result() {
    let line = |level: &str| {
        let words = [
            "run",
            "elrar",
            "-d",
            "--network",
            "host",
            "-p",
            "9999:9999/udp",
            "--dry-run",
            "--log-level",
            level,
        ];
        Test::new().args(words).any_stdout().any_stderr().run()
    };
    let told = ["error", "warn", "info", "debug", "trace"].map(|level| line(level).stderr.contains("note"));
    assert_eq!(told, [false, false, true, true, true]);
    let lines = ["error", "info", "trace"].map(|level| line(level).stdout);
    assert!(lines.iter().all(|line| *line == lines[0] && line.starts_with("docker run ")), "{lines:?}");
}

/// Before a verb only a few options may stand; any other is refused by its name.
#[test]
fn an_option_before_the_verb_is_refused() {
    Test::new()
        .args(["--network", "host", "run"])
        .stderr(
            "
            error[usage]: `--network` stands before the verb `run`
              help: options follow the verb: dynrun run --network ...
              help: before a verb only --config --profile --context --host --log-level may stand
            ",
        )
        .status(125)
        .run();
    Test::new()
        .args(["--rm", "stop", "x"])
        .stderr_has("`--rm` stands before the verb `stop`")
        .status(2)
        .run();
    Test::new().args(["--profile", "bare", "--log-level=error", "config", "service"]).stdout("none\n").run();
}

/// Without a verb the default service is launched.
#[test]
fn options_alone_launch_the_default_service() {
    Test::new()
        .args(["--network", "bridge", "-p", "9999:9999/udp", "--dry-run"])
        .stdout_has(" dynrun/state-gateway:latest\n")
        .any_stderr()
        .run();
}

#[test]
fn an_unknown_verb_names_the_nearest() {
    for (word, help) in [
        ("rnu", "did you mean dynrun run?"),
        // One letter from `rm`, and one from `run`: what takes nothing away is meant.
        ("rn", "did you mean dynrun run?"),
        ("rmm", "did you mean dynrun rm?"),
        ("donw", "did you mean dynrun down?"),
        ("confg", "did you mean dynrun config?"),
        ("gateway", "to launch the service of that name: dynrun run gateway"),
        ("gatway", "did you mean dynrun run gateway?"),
    ] {
        Test::new()
            .args([word])
            .stderr(&format!(
                "error[unknown-verb]: there is no verb `{word}`\n  help: {help}\n  help: dynrun --help lists the verbs\n"
            ))
            .status(2)
            .run();
    }
    Test::new()
        .args(["zzzzzz"])
        .stderr("error[unknown-verb]: there is no verb `zzzzzz`\n  help: dynrun --help lists the verbs\n")
        .status(2)
        .run();
}

/// What is suggested is taken, and was meant: a range of ports is no device, and an image no path.
#[test]
fn a_suggestion_makes_sense() {
    for (option, word, meant) in [
        ("device", "80-90:80-91", None),
        ("device", "C:/x", None),
        ("device", "null:rw", Some("/dev/null:rw")),
        ("tmpfs", "busybox@sha256:ab", None),
        ("tmpfs", "size=1g", None),
        ("tmpfs", "scratch:ro", Some("/scratch:ro")),
        ("device-write-iops", "tcp:x", None),
        ("device-write-iops", "x:100", None),
        ("device-write-iops", "sda:100", Some("/dev/sda:100")),
        ("network", "id=a", None),
        ("network", "names=a", Some("name=a")),
        ("volume", "data:b:rx", None),
        ("volume", "data:b", Some("data:/b")),
    ] {
        let output = Test::new()
            .args(["run", "--dry-run", "--image", "app:1", &format!("--{option}"), word])
            .any_stderr()
            .status(125)
            .run();
        let told: Vec<&str> = output.stderr.lines().filter(|line| line.contains("did you mean")).collect();
        let want: Vec<String> =
            meant.into_iter().map(|meant| format!("  help: did you mean --{option} {meant}?")).collect();
        assert_eq!(told, want, "{}", output.stderr);
    }
}

#[test]
fn an_unknown_option_names_the_nearest() {
    Test::new()
        .args(["run", "--netwrok", "host"])
        .stderr(
            "
            error[unknown-option]: unknown option `--netwrok`
              help: did you mean --network?
              help: dynrun run --help lists the options
            ",
        )
        .status(125)
        .run();
    Test::new()
        .args(["--portt=1"])
        .stderr_has("error[unknown-option]: unknown option `--portt`\n  help: did you mean --port?\n")
        .status(125)
        .run();
    Test::new().args(["run", "-Z"]).stderr_has("unknown option `-Z`").status(125).run();
    Test::new().args(["stop", "--tme", "1", "x"]).stderr_has("did you mean --time?").status(2).run();
    Test::new().args(["config", "gateway", "netwrok"]).stderr_has("did you mean network?").status(2).run();
}

#[test]
fn what_is_missing_or_too_much_is_named() {
    for (words, message, status) in [
        (&["run", "-p"] as &[&str], "error[usage]: --publish needs a value\n", 125),
        (&["run", "--name"], "error[usage]: --name needs a value\n", 125),
        (
            &["run", "--format", "xml"],
            "error[usage]: `xml` is no value of --format\n  help: the values are text, json\n",
            125,
        ),
        (
            &["run", "gateway", "ls"],
            "error[usage]: `ls` is one argument too many\n  help: a command follows `--`: dynrun run gateway -- ls\n",
            125,
        ),
        (
            &["explain", "a", "b"],
            "error[usage]: `b` is one argument too many\n  help: usage: dynrun explain [CODE]\n",
            2,
        ),
        (&["stop", "-t", "x", "y"], "error[usage]: ", 2),
    ] {
        Test::new().args(words).stderr_has(message).status(status).run();
    }
}

/// A blank in the place of `=` makes a service of a secret: it is not printed.
#[test]
fn a_value_behind_its_variable_is_not_printed() {
    let said = "error[usage]: what stands behind `-e HF_TOKEN` is no service; it may be a value, and is not printed\n  \
                help: a value is joined to its name: -e HF_TOKEN=...\n";
    for (words, status) in [
        ("run -e HF_TOKEN hf_hush", 125),
        ("-e HF_TOKEN hf_hush", 125),
        ("run gateway -e HF_TOKEN hf_hush", 125),
        ("run gateway -de HF_TOKEN hf_hush", 125),
        ("run gateway --env HF_TOKEN hf_hush", 125),
        ("run --env=HF_TOKEN hf_hush", 125),
        ("run -eHF_TOKEN hf_hush", 125),
        ("config -e HF_TOKEN hf_hush", 1),
        ("config gateway -e HF_TOKEN hf_hush", 2),
        ("run -e HF_TOKEN= hf_hush", 125),
        ("run gateway -e HF_TOKEN = hf_hush", 125),
    ] {
        let words: Vec<&str> = words.split(' ').collect();
        let output = Test::new().args(&words).stderr_has(said).status(status).run();
        assert!(!output.stderr.contains("hush"), "{words:?}: {}", output.stderr);
    }
    Test::new()
        .args(["check", "-e", "HF_TOKEN", "hf_hush"])
        .stdout("refused\n")
        .stderr_has(said)
        .status(1)
        .run();
    let words = ["run", "-e", "HF_TOKEN", "hf_hush", "gateway"];
    let output = Test::new().args(words).stderr_has("`gateway` is one argument too many\n").status(125).run();
    assert!(!output.stderr.contains("hush"), "{}", output.stderr);
    Test::new().args(["run", "-e", "A=1", "hf_x"]).stderr_has("there is no service `hf_x`").status(125).run();
}

/// A word that tells nothing is answered with every form.
#[test]
fn all_that_tells_that_it_is_ready_is_listed() {
    let forms = "(tcp|udp|nats|etcd):PORT|http:PORT[/PATH]|log:REGEX|command:LINE|health";
    let help = format!("help: the accepted form is {forms}\n");
    Test::new().args(["run", "-d", "--wait", "--ready", "foo:1"]).stderr_has(&help).status(125).run();
}

/// Docker's habit: what stands behind the image is the command. The whole line is said as dynrun takes it, unless it
/// could hold a secret.
#[test]
fn a_command_without_its_hyphens_is_put_behind_them() {
    for (words, line) in [
        ("run --image busybox echo hi", "dynrun run --image busybox -- echo hi"),
        ("run -dp 80:80 --image x gateway ls", "dynrun run -dp 80:80 --image x gateway -- ls"),
        ("run --image busybox echo --rm a;b -- c", "dynrun run --image busybox -- echo --rm 'a;b' c"),
        ("run gateway -d ls -l", "dynrun run -d gateway -- ls -l"),
        ("shell box -u 0 ls -l /tmp", "dynrun shell -u 0 box -- ls -l /tmp"),
        ("run --image busybox -e A=b echo hi", "dynrun run ... -- echo hi"),
        ("check --image busybox echo hi", "dynrun check --image busybox -- echo hi"),
    ] {
        let words: Vec<&str> = words.split(' ').collect();
        let help = format!("is one argument too many\n  help: a command follows `--`: {line}\n");
        let test = Test::new().args(&words).stderr_has(&help);
        test.status(if words[0] == "check" { 2 } else { 125 }).run();
    }
    for (words, lines) in [
        (
            "run --rm -it a/box:1 sh -c ls",
            &["to run an image: dynrun run --rm -it --image a/box:1 -- sh -c ls"][..],
        ),
        (
            "run --rm busybox echo hi",
            &[
                "to run an image: dynrun run --rm --image busybox -- echo hi",
                "a command follows `--`: dynrun run --rm busybox -- echo hi",
            ],
        ),
    ] {
        let words: Vec<&str> = words.split(' ').collect();
        let help: String = lines.iter().map(|line| format!("  help: {line}\n")).collect();
        Test::new().args(&words).stderr_has(&format!("is one argument too many\n{help}")).status(125).run();
    }
    let services = "help: the services are elrar, etcd, frontend, gateway, inference, kuscia-autonomy, kuscia-lite, kuscia-master, model-compose, mysql, nats, nebula-bff, nebula-gateway, nebula-node, nebula-router, nebula-scheduler, xtrace";
    for (words, help) in [
        (
            &["run", "--image", "busybox", "--rm", "sh"][..],
            "a command follows `--`: dynrun run --image busybox ... -- sh",
        ),
        (
            &["run", "--image", "busybox", "sh", "--", "-c", "ls /"],
            "a command follows `--`: dynrun run --image busybox ... -- sh -c 'ls /'",
        ),
        (&["run", "busybox"], "to run an image: dynrun run --image busybox"),
        (&["run", "busybox:1", "--", "ls"], "to run an image: dynrun run --image busybox:1 -- ls"),
    ] {
        Test::new().args(words).stderr_has(&format!("{services}\n  help: {help}\n")).status(125).run();
    }
}

/// 125 for what a launch is refused for, 2 for another verb's wrong usage, 1 for a problem that it met.
#[test]
fn exit_codes() {
    for (words, status) in [
        (&["run", "--name"] as &[_], 125),
        (&["run", "a", "b", "c"], 125),
        (&["run", "--format", "xml"], 125),
        (&["run", "--dry-run=x"], 125),
        (&["run", "nosuchservice"], 125),
        (&["run", "--profile", "nosuchprofile"], 125),
        (&["run", "--config", "missing.toml"], 125),
        (&["--network", "hots"], 125),
        (&["config", "--network", "hots"], 2),
        (&["config", "--format", "xml"], 2),
        (&["config", "nosuchservice"], 1),
        (&["config", "--config", "missing.toml"], 1),
        (&["stop"], 2),
        (&["stop", "x"], 1),
        (&["rm"], 2),
        (&["rm", "-x", "y"], 2),
        (&["rm", "x"], 1),
        (&["probe"], 2),
        (&["probe", "gateway"], 1),
        (&["explain", "a", "b"], 2),
        (&["state-gateway", "x"], 2),
    ] {
        let output = Test::new().args(words).any_stderr().status(status).run();
        assert!(output.stderr.starts_with("error["), "{words:?}: {}", output.stderr);
    }
}

/// Every bad value of a command line is named, not the first alone.
#[test]
fn every_bad_value_is_named() {
    let output = Test::new()
        .args(["run", "-p", "70000", "--network", "hots", "--memory", "lots", "-v", "relative:no"])
        .any_stderr()
        .status(125)
        .run();
    assert_eq!(output.stderr.matches("error[bad-value]").count(), 4, "{}", output.stderr);
}

/// No two rows answer to one name.
#[test]
fn no_name_stands_twice() {
    let mut seen = BTreeSet::new();
    for row in ROWS {
        for name in std::iter::once(&row.name).chain(row.aliases) {
            assert!(seen.insert(*name), "{name} stands twice");
        }
    }
}

/// A number alone counts bytes: of so few there is no memory to advise.
#[test]
fn what_is_advised_of_memory_is_accepted() {
    for (swap, help) in [
        (
            "8",
            "  note: of memory alone the limit is 6m at least, or 0 for none\n  \
             help: say both with their units: --memory 8g --memory-swap 10g\n",
        ),
        ("4g", "  help: limit memory, too: --memory 4g\n"),
    ] {
        let words = ["run", "--profile", "bare", "--image", "app:1", "--dry-run", "--memory-swap", swap];
        let told = format!(
            "error[limits-conflict]: memory and swap are limited together, and memory is not\n  \
             asked: `--memory-swap {swap}` on the command line\n{help}"
        );
        Test::new().args(words).status(125).stderr(&told).run();
    }
}
