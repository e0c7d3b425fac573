//! `--env-file` held to docker's own client: a folder of odd files, and what client 28.2.2 makes of each, as it was
//! recorded before an engine that makes nothing. Where that client is at hand it is asked again. E8, M8, F66, B2.
//!
//! `DYNRUN_BLESS=1` writes anew what the client sends.

use crate::common::Test;
use crate::recorder::Recorder;
use dynrun::config::said_environment;
use dynrun::finding::{Findings, Origin};
use dynrun::host::Host;
use dynrun::options::{Layer, Row};
use dynrun::values::Roots;
use serde_json::{Value, json};
use std::collections::BTreeMap;
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};

/// The variables of the caller that files forward.
const CALLER: [(&str, &str); 4] =
    [("SET", "by the caller"), ("EMPTY", ""), ("LINES", "one\ntwo"), ("UNSET2", "x")];

/// What dynrun makes something else of, and why. Each is a line that the container would be the worse for.
const DIFFERENT: &[(&str, &str)] = &[
    ("elf", ":1: the line holds a NUL byte"),
    ("nul-in-a-value", ":1: the line holds a NUL byte"),
    ("nul-in-a-name", ":1: the line holds a NUL byte"),
    ("nul-alone", ":1: the line holds a NUL byte"),
    ("nul-at-the-end", ":1: the line holds a NUL byte"),
    ("utf-16-le-without-bom", ":1: the line holds a NUL byte"),
];

/// Files of one long line: the name and the number of bytes, and whether docker's client takes it.
const LONG: [(&str, usize, bool); 5] = [
    ("64 KiB but for what ends it", 65_534, true),
    ("64 KiB", 65_536, false),
    ("a little more", 70_000, false),
    ("what the kernel takes", 131_071, false),
    ("more than the kernel takes", 131_072, false),
];

/// What came of a file.
#[derive(Debug, Clone, PartialEq)]
enum Read {
    /// The variables, the last of each name.
    Variables(BTreeMap<String, String>),
    /// Nothing, for this reason.
    Refused(String),
}

fn folder() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/env-files")
}

/// The files' names, in their order.
fn files() -> Vec<String> {
    let entries = std::fs::read_dir(folder()).unwrap().map(|entry| entry.unwrap().path());
    let files = entries.filter(|path| path.extension().is_some_and(|end| end == "env"));
    let mut names: Vec<String> =
        files.map(|path| path.file_stem().unwrap().to_str().unwrap().to_owned()).collect();
    names.sort();
    names
}

/// What dynrun reads.
fn by_dynrun(path: &Path) -> Read {
    let env = CALLER.iter().map(|(name, value)| ((*name).into(), (*value).into())).collect();
    let host = Host { env, cwd: Some("/".into()), ..Host::default() };
    let mut options = Layer::default();
    let roots = Roots { base: Path::new("/"), home: None };
    let put = Row::find("env-file").unwrap().slots.put;
    put(&mut options, path.to_str().unwrap(), roots, Origin::Flag("--env-file".to_owned())).unwrap();
    let (env, findings) = said_environment(&options, &host);
    match refused(&findings) {
        Some(message) => Read::Refused(message.replace(path.to_str().unwrap(), "")),
        None => Read::Variables(
            env.values()
                .filter_map(|variable| {
                    Some((variable.name.clone(), variable.value.as_ref()?.expose().to_owned()))
                })
                .collect(),
        ),
    }
}

fn refused(findings: &Findings) -> Option<String> {
    findings.iter().find(|finding| finding.code.name() == "env-file").map(|finding| finding.message.clone())
}

/// What docker's client sends.
fn by_docker(path: &Path, engine: &Recorder) -> Read {
    let mut command = Command::new("docker");
    command.args(["run", "--env-file"]).arg(path).args(["img", "cmd"]).stdin(Stdio::null());
    command.env_clear().env("PATH", std::env::var("PATH").unwrap_or_default()).env("HOME", folder());
    let output = command.env("DOCKER_HOST", &engine.address).envs(CALLER).output().unwrap();
    let asked = engine.all_taken();
    match asked.first() {
        None => {
            let said = String::from_utf8_lossy(&output.stderr);
            let said = said.split("\n\n").next().unwrap_or_default().replace(path.to_str().unwrap(), "FILE");
            Read::Refused(said.trim().to_owned())
        }
        Some(asked) => {
            let env = asked.body["Env"].as_array().cloned().unwrap_or_default();
            let pairs = env.iter().filter_map(|word| word.as_str()?.split_once('='));
            Read::Variables(pairs.map(|(name, value)| (name.to_owned(), value.to_owned())).collect())
        }
    }
}

fn path_of_the_data() -> PathBuf {
    folder().join("recorded.jsonl")
}

fn recorded() -> BTreeMap<String, Read> {
    let text = std::fs::read_to_string(path_of_the_data()).unwrap();
    let line = |line: &str| {
        let said: Value = serde_json::from_str(line).unwrap();
        let read = match said["refused"].as_str() {
            Some(why) => Read::Refused(why.to_owned()),
            None => Read::Variables(serde_json::from_value(said["variables"].clone()).unwrap()),
        };
        (said["file"].as_str().unwrap().to_owned(), read)
    };
    text.lines().map(line).collect()
}

/// Every file is read as docker's client reads it: the same variables, or no variable at all.
#[test]
fn odd_files_are_read_as_dockers_client_reads_them() {
    let recorded = recorded();
    assert!(files().len() >= 100);
    assert_eq!(files(), recorded.keys().cloned().collect::<Vec<_>>(), "each file is recorded");
    let mut wrong = Vec::new();
    for (name, docker) in &recorded {
        let dynrun = by_dynrun(&folder().join(format!("{name}.env")));
        let is_same = match (docker, &dynrun) {
            (Read::Refused(_), Read::Refused(_)) => true,
            (docker, dynrun) => docker == dynrun,
        };
        let different = DIFFERENT.iter().find(|(different, _)| different == name);
        let is_as_said = match different {
            None => is_same,
            Some((_, why)) => !is_same && dynrun == Read::Refused((*why).to_owned()),
        };
        if !is_as_said {
            wrong.push(format!("{name}:\n- docker {docker:?}\n+ dynrun {dynrun:?}"));
        }
    }
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
}

/// A line may be as long as the kernel takes one. Docker's client takes none of 64 KiB.
#[test]
fn long_lines_are_read_up_to_the_kernels_limit() {
    let temp = tempfile::tempdir().unwrap();
    for (what, bytes, _) in LONG {
        let path = temp.path().join("long.env");
        std::fs::write(&path, format!("A={}", "x".repeat(bytes - 2))).unwrap();
        let is_read = matches!(by_dynrun(&path), Read::Variables(_));
        assert_eq!(is_read, bytes < 128 * 1024, "{what}");
    }
}

/// M8: quotes around a value are kept, as docker's client keeps them, and told.
#[test]
fn quotes_are_told() {
    let text = "A=\"1\"\nB='x y'\nC=\"\nD=x\"y\"\nE=plain\nF=\"1'\nAPI_KEY='hush'\n";
    let test = Test::new().file("q.env", text).mode("q.env", 0o600);
    let output = test.args(["config", "env", "--profile", "bare", "--image", "x:1", "--env-file", "q.env"]);
    output
        .stdout("A=\"1\"\nB='x y'\nC=\"\nD=x\"y\"\nE=plain\nF=\"1'\nAPI_KEY\n")
        .stderr(
            "
            warning[quotes-kept]: [DIR]/q.env: the quotes around the value are a part of it: A, B, API_KEY
              asked: `--env-file [DIR]/q.env` on the command line
              help: leave them out; or call the file .env, and read it in compose's dialect: --dotenv
            ",
        )
        .run();
}

/// What is given by mistake is not quoted, not even where a line could be a name: a key, a list of passwords. S1, S2.
#[test]
fn a_line_that_is_no_name_is_not_shown() {
    let key = "-----BEGIN\nMIIEvQIBADANBgkqhkiG9w0BAQEFAASCBKcwggSjAgEAAoIBAQC7\nhush7A\n";
    let shadow = "root:hush:19000:0:99999:7:::\nme:$6$hush:19000::::::\n";
    for (text, wanted) in [
        (key, "1, and 2 more lines"),
        (shadow, "1, and another line"),
        ("A=1\nhushHush\n", "2"),
        ("deadbeef0123hush456789\n", "1"),
    ] {
        for (option, asked) in [
            (vec!["--env-file", "odd"], "--env-file [DIR]/odd"),
            (vec!["--label-file", "odd"], "--label-file [DIR]/odd"),
            (vec!["--dotenv"], "--dotenv"),
        ] {
            let is_dotenv = option == ["--dotenv"];
            let code = if option[0] == "--label-file" { "env-file" } else { "variable-unset" };
            // What compose's dialect cannot read is refused, and not quoted either.
            let is_refused = is_dotenv && (text == shadow || text == key);
            let name = if is_dotenv { ".env" } else { "odd" };
            let test = Test::new().file(name, text).mode(name, 0o600).args(["run", "--dry-run"]);
            let test = test.args(["--profile", "bare", "--image", "x:1"]).args(option);
            let output = test.any_stdout().any_stderr().any_status().run();
            assert!(!output.all().to_lowercase().contains("hush"), "{}", output.all());
            assert!(!output.all().contains("MII"), "{}", output.all());
            let warning = format!(
                "warning[{code}]: [DIR]/{name}:{wanted}: neither `NAME=VALUE` nor a name: it is left out, and not shown\n  \
                 asked: `{asked}` on the command line\n  help: if the file is a secret: --secret id=NAME,src=[DIR]/{name}\n"
            );
            assert!(is_refused || output.stderr.contains(&warning), "{}", output.stderr);
        }
    }
    // What the caller's environment holds is forwarded, whatever it is called.
    let test = Test::new().file("odd", "someName\nOTHER\n").env("someName", "1");
    test.args(["config", "env", "--profile", "bare", "--image", "x:1", "--env-file", "odd"])
        .stdout("someName=1\n")
        .stderr_has("warning[variable-unset]: OTHER is not set here")
        .run();
    let test = Test::new().file("q", "aB3dE=\"hush\"\nNAME='x'\n").mode("q", 0o600);
    test.args(["config", "image", "--profile", "bare", "--image", "x:1", "--env-file", "q"])
        .stdout("x:1\n")
        .stderr_has("the quotes around the value are a part of it: line 1, NAME\n")
        .run();
}

/// What a refused file holds is in no message: each file again, with a word of its own in the place of its values.
#[test]
fn no_message_holds_what_a_file_holds() {
    let temp = tempfile::tempdir().unwrap();
    let mut refused = 0;
    for name in files() {
        let bytes = std::fs::read(folder().join(format!("{name}.env"))).unwrap();
        let canary = b"canary7261".as_slice();
        // Before each line's end, and at the end of all.
        let mut with = Vec::new();
        for line in bytes.split_inclusive(|byte| *byte == b'\n') {
            let (text, end) = line.split_at(line.len() - usize::from(line.ends_with(b"\n")));
            with.extend([text, canary, end].concat());
        }
        let path = temp.path().join("odd.env");
        std::fs::write(&path, with).unwrap();
        if let Read::Refused(message) = by_dynrun(&path) {
            refused += 1;
            assert!(!message.contains("canary"), "{name}: {message}");
        }
    }
    assert!(refused > 30, "{refused}");
}

/// Docker's client, where it is the one that was recorded.
mod reference {
    use super::*;

    #[test]
    fn dockers_client_does_what_is_recorded() {
        let temp = tempfile::tempdir().unwrap();
        let engine = Recorder::new(temp.path(), "1.45");
        let read: Vec<(String, Read)> = files()
            .into_iter()
            .map(|name| {
                let read = by_docker(&folder().join(format!("{name}.env")), &engine);
                (name, read)
            })
            .collect();
        if std::env::var_os("DYNRUN_BLESS").is_some() {
            let line = |(name, read): &(String, Read)| match read {
                Read::Refused(why) => format!("{}\n", json!({ "file": name, "refused": why })),
                Read::Variables(variables) => {
                    format!("{}\n", json!({ "file": name, "variables": variables }))
                }
            };
            return std::fs::write(path_of_the_data(), read.iter().map(line).collect::<String>()).unwrap();
        }
        let known = recorded();
        for (name, read) in read {
            assert_eq!(known.get(&name), Some(&read), "{name}");
        }
    }

    #[test]
    fn dockers_client_takes_no_line_of_64_kib() {
        let temp = tempfile::tempdir().unwrap();
        let engine = Recorder::new(temp.path(), "1.45");
        for (what, bytes, is_taken) in LONG {
            let path = temp.path().join("long.env");
            std::fs::write(&path, format!("A={}", "x".repeat(bytes - 2))).unwrap();
            assert_eq!(matches!(by_docker(&path, &engine), Read::Variables(_)), is_taken, "{what}");
        }
    }
}
