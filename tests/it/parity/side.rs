//! Both sides of a comparison: docker's client and dynrun, each before the recording engine, in one folder with the
//! files that cases name.

use super::case::{Case, VERSIONS};
use super::{folder, request};
use crate::common::DYNRUN;
use crate::recorder::Recorder;
use serde_json::Value;
use std::collections::BTreeMap;
use std::fmt;
use std::fs;
use std::path::PathBuf;
use std::process::{Command, Stdio};
use tempfile::TempDir;

/// What came of some words.
#[derive(Debug, Clone, PartialEq)]
pub(super) enum Answer {
    /// The request that was sent.
    Sent(Value),
    /// Nothing was sent; what was said instead.
    Refused(String),
}

impl fmt::Display for Answer {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Sent(request) => write!(f, "sends {request}"),
            Self::Refused(said) => write!(f, "refuses it: {said}"),
        }
    }
}

/// A folder with the files of the cases, and a recording engine for each version of the API.
#[derive(Debug)]
pub(super) struct Side {
    folder: TempDir,
    engines: BTreeMap<&'static str, Recorder>,
}

impl Side {
    pub(super) fn new() -> Self {
        let temp = TempDir::with_prefix("dynrun-parity-").unwrap();
        copy(&folder().join("files"), temp.path());
        let engines = VERSIONS.map(|version| (version, Recorder::new(temp.path(), version)));
        Self { folder: temp, engines: engines.into() }
    }

    /// The folder.
    pub(super) fn path(&self) -> PathBuf {
        self.folder.path().canonicalize().unwrap()
    }

    /// The address of the engine that speaks this version.
    pub(super) fn address(&self, version: &str) -> &str {
        &self.engines[version].address
    }

    /// What dynrun does with the words of a case.
    pub(super) fn dynrun(&self, case: &Case, version: &'static str, base: &Value) -> Answer {
        self.ran(DYNRUN, &dynrun_args(case), &case.env, version, Some(base))
    }

    /// The names of the labels that dynrun puts on the container.
    pub(super) fn dynrun_labels(&self, case: &Case, version: &'static str) -> Vec<String> {
        let args = dynrun_args(case);
        let args: Vec<&str> = args.iter().map(String::as_str).collect();
        self.command(DYNRUN, &args, &case.env, version).output().unwrap();
        let asked = self.engines[version].taken();
        asked.body["Labels"].as_object().unwrap().keys().cloned().collect()
    }

    /// What docker's client does with the words of a case.
    pub(super) fn docker(&self, case: &Case, version: &'static str, base: Option<&Value>) -> Answer {
        let mut args = vec!["run".to_owned()];
        args.extend(case.args.iter().cloned());
        args.extend(["img", "cmd"].map(str::to_owned));
        self.ran("docker", &args, &case.env, version, base)
    }

    /// What docker's client does with the line that dynrun prints for a case.
    pub(super) fn printed(&self, case: &Case, version: &'static str, base: &Value) -> Answer {
        let mut args: Vec<&str> = vec!["run", "--profile", "bare", "--dry-run", "--image", "img"];
        args.extend(case.args.iter().map(String::as_str));
        args.extend(["--", "cmd"]);
        let printed = self.command(DYNRUN, &args, &case.env, version).output().unwrap();
        if !printed.status.success() {
            return Answer::Refused(String::from_utf8(printed.stderr).unwrap());
        }
        let line = String::from_utf8(printed.stdout).unwrap();
        self.ran("bash", &["-c".to_owned(), line], &case.env, version, Some(base))
    }

    /// A file in the folder; its path.
    pub(super) fn file(&self, name: &str, bytes: &[u8]) -> String {
        let path = self.path().join(name);
        fs::write(&path, bytes).unwrap();
        path.display().to_string()
    }

    /// What the engine is asked for when the log of a container is read with an option for a moment: none where nothing is
    /// asked.
    pub(super) fn log(&self, program: &str, option: &str, word: &str, zone: &str) -> Option<String> {
        let version = VERSIONS[VERSIONS.len() - 1];
        let (said, zone) = (format!("--{option}={word}"), ("TZ".to_owned(), zone.to_owned()));
        let output = self.command(program, &["logs", &said, "box"], &[zone], version).output().unwrap();
        let mut asked = self.engines[version].all_taken();
        assert_eq!(asked.is_empty(), !output.status.success(), "{program} {said}: {output:?}");
        Some(asked.pop()?.query.remove(option).unwrap_or_default())
    }

    fn ran(
        &self,
        program: &str,
        args: &[String],
        env: &[(String, String)],
        version: &'static str,
        base: Option<&Value>,
    ) -> Answer {
        let args: Vec<&str> = args.iter().map(String::as_str).collect();
        let output = self.command(program, &args, env, version).output().unwrap();
        let path = self.path();
        let path = path.to_str().unwrap();
        // A container's id is written to a file that must not be there.
        let _ = fs::remove_file(self.path().join("cid"));
        let asked = self.engines[version].all_taken();
        assert!(asked.len() < 2, "{args:?}: more than one create");
        match asked.first() {
            Some(asked) => Answer::Sent(request::settled(asked, base, path, &self.engines[version].address)),
            None => {
                let said = String::from_utf8_lossy(&output.stderr).replace(path, super::DIR);
                assert!(!output.status.success(), "{args:?} succeeds, and nothing is created");
                Answer::Refused(said)
            }
        }
    }

    /// The program in a world of its own. `[DIR]` in an argument or a variable is the folder.
    fn command(
        &self,
        program: &str,
        args: &[&str],
        env: &[(String, String)],
        version: &'static str,
    ) -> Command {
        let path = self.path();
        let folder = path.to_str().unwrap();
        let mut command = Command::new(program);
        command.args(args.iter().map(|arg| arg.replace(super::DIR, folder)));
        command.env_clear().env("PATH", std::env::var("PATH").unwrap_or_default());
        command.env("HOME", folder).env("DOCKER_HOST", &self.engines[version].address);
        command.env("FORWARDED", "by name").env("LC_ALL", "C.UTF-8");
        command.envs(env.iter().map(|(name, value)| (name, value.replace(super::DIR, folder))));
        command.current_dir(&path).stdin(Stdio::null());
        command
    }
}

fn dynrun_args(case: &Case) -> Vec<String> {
    let front = ["run", "--profile", "bare", "--preflight", "off", "--image", "img"];
    let words = front.into_iter().map(str::to_owned).chain(case.args.iter().cloned());
    words.chain(["--", "cmd"].map(str::to_owned)).collect()
}

/// A folder's files and folders into another.
fn copy(from: &std::path::Path, to: &std::path::Path) {
    fs::create_dir_all(to).unwrap();
    for entry in fs::read_dir(from).unwrap() {
        let entry = entry.unwrap();
        match entry.file_type().unwrap().is_dir() {
            true => copy(&entry.path(), &to.join(entry.file_name())),
            false => drop(fs::copy(entry.path(), to.join(entry.file_name())).unwrap()),
        }
    }
}
