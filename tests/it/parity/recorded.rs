//! What docker's client did with each case, as it was recorded: `recorded.jsonl`, one line a case. Each line says what
//! the request has beyond the first line's, where nothing is said; the newest API is left out where it makes no
//! difference.

use super::side::Answer;
use super::{folder, request};
use serde_json::{Map, Value, json};
use std::collections::BTreeMap;
use std::path::PathBuf;
use std::{fs, io};

/// What was recorded.
#[derive(Debug, Default)]
pub(super) struct Recorded {
    /// The whole request for nothing said, by version: with it the others are read.
    bases: BTreeMap<String, Value>,
    /// The answers, by line and version.
    answers: BTreeMap<(String, String), Answer>,
}

/// The file.
fn path() -> PathBuf {
    folder().join("recorded.jsonl")
}

impl Recorded {
    pub(super) fn read() -> Self {
        let text = match fs::read_to_string(path()) {
            Err(error) if error.kind() == io::ErrorKind::NotFound => return Self::default(),
            text => text.unwrap(),
        };
        let mut recorded = Self::default();
        for line in text.lines() {
            let said: Value = serde_json::from_str(line).unwrap();
            match said["case"].as_str() {
                None => recorded.read_bases(&said),
                Some(case) => recorded.read_answers(case, &said),
            }
        }
        recorded
    }

    fn read_bases(&mut self, said: &Value) {
        for (version, base) in said.as_object().unwrap() {
            self.bases.insert(version.clone(), base.clone());
        }
    }

    fn read_answers(&mut self, case: &str, said: &Value) {
        for (version, answer) in said.as_object().unwrap().iter().filter(|(name, _)| *name != "case") {
            let answer = match answer.get("refused").and_then(Value::as_str) {
                Some(text) => Answer::Refused(text.to_owned()),
                None => {
                    let mut request = self.plain(version);
                    json_patch(&mut request, answer);
                    Answer::Sent(request)
                }
            };
            self.answers.insert((case.to_owned(), version.clone()), answer);
        }
    }

    /// What docker's client sends where nothing is said.
    pub(super) fn base(&self, version: &str) -> &Value {
        self.bases.get(version).unwrap_or(&Value::Null)
    }

    /// The same as it is compared.
    fn plain(&self, version: &str) -> Value {
        let base = self.base(version);
        let asked = crate::recorder::Asked { query: BTreeMap::new(), body: base.clone() };
        request::settled(&asked, Some(base), super::DIR, "unix://[ENGINE]")
    }

    /// What docker's client did with a line.
    #[track_caller]
    pub(super) fn answer(&self, line: &str, version: &str) -> &Answer {
        let newest = || self.answers.get(&(line.to_owned(), version.to_owned()));
        let found =
            newest().or_else(|| self.answers.get(&(line.to_owned(), super::case::VERSIONS[0].to_owned())));
        found.unwrap_or_else(|| panic!("{line}: not recorded; DYNRUN_BLESS=1 records it"))
    }

    /// Changes the file. Tests of several headings do so at the same time.
    pub(super) fn change(change: impl FnOnce(&mut Self)) {
        let lock = fs::File::open(folder()).unwrap();
        lock.lock().unwrap();
        let mut recorded = Self::read();
        change(&mut recorded);
        recorded.write(&super::case::lines());
    }

    /// Takes an answer in.
    pub(super) fn put(&mut self, line: &str, version: &str, answer: Answer) {
        self.answers.insert((line.to_owned(), version.to_owned()), answer);
    }

    /// Takes in what is sent where nothing is said.
    pub(super) fn put_base(&mut self, version: &str, base: Value) {
        self.bases.insert(version.to_owned(), base);
    }

    /// Writes the file, the lines in this order.
    fn write(&self, lines: &[String]) {
        let mut text = format!("{}\n", json!(self.bases));
        for line in lines.iter().filter(|line| self.answers.keys().any(|(known, _)| known == *line)) {
            let mut said = Map::from_iter([("case".to_owned(), json!(line))]);
            let mut first = None;
            for version in super::case::VERSIONS {
                let Some(answer) = self.answers.get(&(line.clone(), version.to_owned())) else { continue };
                let answer = match answer {
                    Answer::Refused(said) => json!({ "refused": said }),
                    Answer::Sent(request) => request::patch(&self.plain(version), request),
                };
                if first.as_ref() != Some(&answer) {
                    said.insert(version.to_owned(), answer.clone());
                    first.get_or_insert(answer);
                }
            }
            text += &format!("{}\n", Value::Object(said));
        }
        fs::write(path(), text).unwrap();
    }
}

/// Applies a JSON merge patch (RFC 7396).
fn json_patch(target: &mut Value, patch: &Value) {
    let Value::Object(patch) = patch else {
        *target = patch.clone();
        return;
    };
    if !target.is_object() {
        *target = json!({});
    }
    for (name, value) in patch {
        match value {
            Value::Null => drop(target.as_object_mut().unwrap().remove(name)),
            value => json_patch(&mut target[name], value),
        }
    }
    target.sort_all_objects();
}
