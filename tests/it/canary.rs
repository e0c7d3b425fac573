//! A random word takes every way into dynrun that the table of options has, and comes out nowhere: not on standard output
//! or error, in no JSON, report or label, in no list of processes, and in nothing that a panic could print. N31, S1 to S3.

use crate::common::Test;
use crate::recorder::Recorder;
use dynrun::config::{Request, settle};
use dynrun::finding::Origin;
use dynrun::host::{Host, random_word};
use dynrun::options::{Kind, Layer, ROWS, Row};
use dynrun::spec::plan;
use dynrun::values::Roots;
use std::os::unix::net::UnixListener;
use std::process::Stdio;

/// Every verb that says something of a launch, in every form.
const VERBS: &[&[&str]] = &[
    &["run", "--dry-run"],
    &["run", "--dry-run", "--format", "json"],
    &["run", "--report", "report.json", "--log-level", "trace"],
    &["config", "--origin"],
    &["config", "--format", "json", "--origin"],
    &["check", "--offline"],
    &["check", "--offline", "--format", "json"],
    &["check", "--log-level", "trace"],
];

/// The words that a secret could stand in; `%` is the secret.
const WORDS: [&str; 2] = ["X_TOKEN=%", "http://user:%@h.example/x"];

fn canary() -> String {
    random_word().replace('-', "")
}

/// How an option is said.
#[derive(Debug, Clone, Copy)]
enum Way {
    Flag,
    Variable,
    File,
}

/// Says the word with every one of these rows.
fn said(test: Test, way: Way, rows: &[&Row], word: &str) -> Test {
    match way {
        Way::Flag => test.args(rows.iter().map(|row| format!("--{}={word}", row.name))),
        Way::Variable => rows.iter().fold(test, |test, row| test.env(&row.variable(), word)),
        Way::File => {
            let keys: String = rows.iter().map(|row| format!("{} = {word:?}\n", row.name)).collect();
            test.file("said.toml", &format!("[profile.said]\nservice = \"none\"\n{keys}")).args([
                "--config",
                "said.toml",
                "--profile",
                "said",
            ])
        }
    }
}

/// Runs, and looks for the canary in all that came of it.
#[track_caller]
fn is_silent(test: Test, canary: &str, what: &str) {
    let output = test.any_stdout().any_stderr().any_status().run();
    let report = std::fs::read_to_string(output.folder.path().join("report.json")).unwrap_or_default();
    for (stream, text) in [("stdout", &output.stdout), ("stderr", &output.stderr), ("report", &report)] {
        let lines: Vec<&str> = text.lines().filter(|line| line.contains(canary)).collect();
        assert!(lines.is_empty(), "{what}: {stream} holds it: {lines:#?}");
    }
}

/// All options at once: most words are refused, and all refusals are told together.
#[test]
fn every_option_is_refused_without_it() {
    // A file that says `service` twice is no file.
    let rows: Vec<&Row> = ROWS.iter().filter(|row| row.name != "service").collect();
    for word in WORDS {
        for way in [Way::Flag, Way::Variable, Way::File] {
            for verb in VERBS {
                let canary = canary();
                let test = Test::new().args(*verb).args(["--image", "app:1"]);
                is_silent(
                    said(test, way, &rows, &word.replace('%', &canary)),
                    &canary,
                    &format!("{verb:?} {way:?} {word}"),
                );
            }
        }
    }
}

/// Each option alone that takes the word: a URL's password wherever it may stand, a value under a secret's name wherever
/// names have values.
#[test]
fn every_option_that_takes_it_is_silent() {
    let mut taken = 0;
    for word in WORDS {
        for row in ROWS.iter().filter(|row| row.kind == Kind::Many || row.kind == Kind::One) {
            let is_pair = row.pair.is_some() || row.name == "mount";
            if !row.takes(&word.replace('%', "x")) || (word == WORDS[0] && !is_pair) {
                continue;
            }
            taken += 1;
            let canary = canary();
            let word = word.replace('%', &canary);
            for verb in [VERBS[0], VERBS[1], VERBS[3], VERBS[6]] {
                let image: &[&str] =
                    if ["image", "service"].contains(&row.name) { &[] } else { &["--image", "app:1"] };
                let test = Test::new().args(verb).args(image);
                is_silent(said(test, Way::Flag, &[row], &word), &canary, &format!("{verb:?} --{}", row.name));
            }
        }
    }
    assert!(taken > 20, "{taken}");
}

/// Files, each with its text.
type Files = &'static [(&'static str, &'static str)];

/// Every way by which a value comes to the container.
const SOURCES: &[(&str, &[&str], Files)] = &[
    ("-e", &["-e", "HF_TOKEN=%"], &[]),
    ("a forwarded name", &["-e", "FORWARDED_TOKEN"], &[]),
    ("--secret env=", &["--secret", "id=a,env=FORWARDED_TOKEN,target=SEED"], &[]),
    ("--env-file", &["--env-file", "s.env"], &[("s.env", "API_KEY=%\nDB=pg://u:%@h/x\n")]),
    (".env", &["--dotenv"], &[(".env", "API_KEY=%\nDB_PASSWORD=\"%\n%\"\n")]),
    ("a file", &["--config", "s.toml"], &[("s.toml", "[profile.bare]\nenv = [\"HF_TOKEN=%\"]\n")]),
    ("a label", &["-l", "x_token=%"], &[]),
    ("a command in a variable", &["-e", "ARGS=serve --api-key %"], &[]),
    ("a health check", &["--health-cmd", "redis-cli -a % ping"], &[]),
    ("a network's option", &["--network", "name=own,driver-opt=vpn-token=%"], &[]),
    ("a log's option", &["--log-driver", "splunk", "--log-opt", "splunk-token=%"], &[]),
    (
        "a volume's option",
        &["--mount", "src=vol,dst=/m,volume-opt=type=cifs,\"volume-opt=o=addr=h,password=%\""],
        &[],
    ),
];

/// A launch to its end: the engine gets it, in its place and nowhere else; who looks on gets nothing.
#[test]
fn the_engine_alone_is_told() {
    for (what, words, files) in SOURCES {
        let (temp, canary) = (tempfile::tempdir().unwrap(), canary());
        let engine = Recorder::new(temp.path(), "1.45");
        let words = words.iter().map(|word| word.replace('%', &canary));
        let mut test = Test::new().env("FORWARDED_TOKEN", &canary).env("DOCKER_HOST", &engine.address);
        test = test
            .args(["run", "-d", "--profile", "bare", "--preflight", "off", "--image", "app:1"])
            .args(words);
        for (path, text) in *files {
            test = test.file(path, &text.replace('%', &canary)).mode(path, 0o600);
        }
        is_silent(test.args(["--log-level", "trace", "--report", "report.json"]), &canary, what);
        let asked = engine.all_taken();
        assert_eq!(asked.len(), 1, "{what}: one create");
        let body = &asked[0].body;
        assert!(body.to_string().contains(&canary), "{what}: the engine does not get it: {body}");
        let own =
            body["Labels"].as_object().unwrap().iter().filter(|(name, _)| name.starts_with("dev.dynrun."));
        let own: Vec<_> = own.filter(|(_, value)| value.to_string().contains(&canary)).collect();
        assert!(own.is_empty(), "{what}: {own:?}");
    }
}

/// No process is told: what is not on dynrun's own command line is on none, while it waits for an engine that is silent.
#[test]
fn no_list_of_processes_shows_it() {
    let (temp, canary) = (tempfile::tempdir().unwrap(), canary());
    let socket = temp.path().join("silent.sock");
    let engine = UnixListener::bind(&socket).unwrap();
    let test = Test::new().file("s.env", &format!("API_KEY={canary}\n")).env("HF_TOKEN", &canary);
    let test = test.env("DOCKER_HOST", &format!("unix://{}", socket.display()));
    let words = [
        "run",
        "--profile",
        "bare",
        "--image",
        "app:1",
        "-e",
        "HF_TOKEN",
        "--env-file",
        "s.env",
        "--secret",
        "id=a,env=HF_TOKEN",
    ];
    let test = test.args(words);
    let mut child = test.command().stdout(Stdio::null()).stderr(Stdio::null()).spawn().unwrap();
    // It has settled everything once it talks to the engine.
    let _connection = engine.accept().unwrap();
    let told: Vec<_> = std::fs::read_dir("/proc")
        .unwrap()
        .filter_map(|entry| std::fs::read(entry.ok()?.path().join("cmdline")).ok())
        .map(|line| String::from_utf8_lossy(&line).replace('\0', " "))
        .filter(|line| line.contains(&canary))
        .collect();
    let children = std::fs::read_to_string(format!("/proc/{0}/task/{0}/children", child.id())).unwrap();
    child.kill().unwrap();
    child.wait().unwrap();
    assert!(told.is_empty() && children.is_empty(), "{told:?} {children:?}");
}

/// What a panic could print of a launch: nothing that holds a variable's value, or the text of a file, has it.
#[test]
fn no_type_prints_it() {
    let (temp, canary) = (tempfile::tempdir().unwrap(), canary());
    let file = |name: &str, text: String| {
        let path = temp.path().join(name);
        std::fs::write(&path, text).unwrap();
        path
    };
    let given = file("s.toml", format!("[profile.bare]\nenv = [\"A_TOKEN={canary}\"]\n"));
    file("s.env", format!("API_KEY={canary}\n"));
    file(".env", format!("DB_PASSWORD={canary}\n"));
    let mut options = Layer::default();
    let roots = Roots { base: temp.path(), home: None };
    for (name, word) in [
        ("image", "app:1"),
        ("env", "HF_TOKEN"),
        ("env", &format!("B_TOKEN={canary}")),
        ("env-file", "s.env"),
        ("dotenv", "true"),
        ("secret", "id=a,env=HF_TOKEN,target=SEED"),
    ] {
        let put = Row::find(name).unwrap().slots.put;
        put(&mut options, word, roots, Origin::Flag(format!("--{name}"))).unwrap();
    }
    let env = [("HF_TOKEN".into(), canary.clone().into())].into();
    let host = Host {
        env,
        cwd: Some(temp.path().to_owned()),
        uid: nix::unistd::geteuid().as_raw(),
        ..Host::default()
    };
    let request =
        Request { options, profile: Some("bare".to_owned()), files: vec![given], ..Request::default() };
    let (settled, findings) = settle(&request, &host).unwrap();
    let values = settled
        .options
        .env
        .values()
        .filter(|env| env.value.as_ref().is_some_and(|value| value.expose() == canary));
    assert_eq!(values.count(), 6);
    let (spec, said) = plan(settled.clone()).unwrap();
    for text in [
        format!("{settled:?}"),
        format!("{spec:?}"),
        format!("{findings:?} {said:?}"),
        format!("{request:?}"),
    ] {
        assert!(!text.contains(&canary), "{text}");
    }
}
