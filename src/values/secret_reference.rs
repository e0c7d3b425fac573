//! `SecretReference`: a secret that is named and not written down, for `--secret`: what a file holds, or a variable of
//! the caller's.

use super::nearest::nearest;
use super::record::{fields, join};
use super::{Field, Offer, Power, Roots, Value, ValueError, mountpoint, pair};
use std::path::{Path, PathBuf};

/// Where a secret's file is found in the container, unless said: where compose and swarm put theirs.
const FOLDER: &str = "/run/secrets";

/// The longest name of a secret, as swarm has it.
const LONGEST: usize = 64;

/// The fields of the word: docker's own of `docker build --secret`, and what a table calls them.
const FIELDS: [&str; 10] =
    ["id", "type", "src", "source", "file", "env", "variable", "target", "dst", "destination"];

/// A secret that is handed over.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct SecretReference {
    /// Its name, for people and for a higher layer that says another source.
    pub id: String,
    /// Where it comes from.
    pub source: SecretSource,
    /// Where it goes, if that is said.
    pub target: Option<String>,
}

/// Where a secret comes from.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum SecretSource {
    /// A file of the host. `~` and relative paths wait for `rooted`.
    File(PathBuf),
    /// A variable of the caller's environment, by its name.
    Variable(String),
}

impl SecretReference {
    /// Where the container finds it: a path, or the name of a variable.
    #[must_use]
    pub fn place(&self) -> String {
        match (&self.source, &self.target) {
            (SecretSource::Variable(name), None) => name.clone(),
            (SecretSource::Variable(_), Some(target)) => target.clone(),
            (SecretSource::File(_), None) => format!("{FOLDER}/{}", self.id),
            (SecretSource::File(_), Some(target)) if target.starts_with('/') => target.clone(),
            (SecretSource::File(_), Some(target)) => format!("{FOLDER}/{target}"),
        }
    }

    /// The name of the container's variable that holds it, where one does.
    #[must_use]
    pub fn variable(&self) -> Option<String> {
        matches!(self.source, SecretSource::Variable(_)).then(|| self.place())
    }

    fn checked(self) -> Result<Self, ValueError> {
        check_id(&self.id)?;
        match &self.source {
            SecretSource::Variable(name) => {
                check_variable(name, "the variable that it comes from")?;
                if let Some(target) = &self.target {
                    check_variable(target, "the variable that it goes to")?;
                }
            }
            SecretSource::File(path) if path.as_os_str().is_empty() => {
                return Err(ValueError::new("the secret's file is missing: src=FILE"));
            }
            SecretSource::File(_) => {
                let is_climbing =
                    |target: &String| Path::new(target).components().any(|part| part.as_os_str() == "..");
                if self.target.as_ref().is_some_and(|target| !target.starts_with('/') && is_climbing(target))
                {
                    return Err(ValueError::new(format!(
                        "the secret's target leaves {FOLDER}: name it from `/` on"
                    )));
                }
                if self.target.as_ref().is_some_and(String::is_empty) {
                    return Err(ValueError::new("the secret's target is empty"));
                }
                mountpoint::check(&self.place(), |right| right.to_owned())?;
            }
        }
        Ok(self)
    }
}

/// A name that is a file's as well.
fn check_id(id: &str) -> Result<(), ValueError> {
    if id.is_empty() {
        return Err(ValueError::new("the secret's name is missing: id=NAME"));
    }
    if id.len() > LONGEST {
        return Err(ValueError::new(format!("the secret's name has more than {LONGEST} letters")));
    }
    let is_plain = |byte: u8| byte.is_ascii_alphanumeric() || b"-_.".contains(&byte);
    if !id.bytes().all(is_plain) || !id.starts_with(|first: char| first.is_ascii_alphanumeric()) {
        let problem = "a secret's name is made of letters, digits, `-`, `_` and `.`, and starts with one of the first two";
        return Err(ValueError::new(problem));
    }
    Ok(())
}

fn check_variable(name: &str, what: &str) -> Result<(), ValueError> {
    if name.is_empty() {
        return Err(ValueError::new(format!("{what} has no name")));
    }
    if name.contains(|letter: char| letter == '=' || letter == '\0' || letter.is_whitespace()) {
        return Err(ValueError::new(format!("{what} is said by its name alone, without a value")));
    }
    Ok(())
}

/// What the fields said so far.
#[derive(Default)]
struct Draft {
    id: Option<String>,
    kind: Option<String>,
    file: Option<String>,
    variable: Option<String>,
    target: Option<String>,
}

impl Draft {
    fn take(&mut self, field: &str) -> Result<(), ValueError> {
        let (key, value) = pair::split(field);
        let key = key.to_lowercase();
        if !FIELDS.contains(&key.as_str()) {
            return Err(unknown(&key));
        }
        let value = value.ok_or_else(|| ValueError::new(format!("{key} needs a value: {key}=VALUE")))?;
        let slot = match key.as_str() {
            "id" => &mut self.id,
            "type" => &mut self.kind,
            "src" | "source" | "file" => &mut self.file,
            "env" | "variable" => &mut self.variable,
            _ => &mut self.target,
        };
        *slot = Some(value.to_owned());
        Ok(())
    }

    /// Docker's `type` says what `src` is: with `type=env`, a variable's name.
    fn source(self) -> Result<(Option<String>, SecretSource, Option<String>), ValueError> {
        let is_variable = match self.kind.as_deref() {
            None => self.variable.is_some(),
            Some("env") => true,
            Some("file") => false,
            Some(_) => return Err(ValueError::new("a secret's type is file or env")),
        };
        let source = match (self.file, self.variable, is_variable) {
            (Some(_), Some(_), _) => {
                return Err(ValueError::new("a secret comes from a file or from a variable, not from both"));
            }
            (None, None, _) => {
                return Err(ValueError::new(
                    "nothing says where the secret comes from: src=FILE, or env=VARIABLE",
                ));
            }
            (None, Some(_), false) => return Err(ValueError::new("a secret of the type file has src=FILE")),
            (None, Some(name), true) | (Some(name), None, true) => SecretSource::Variable(name),
            (Some(file), None, false) => SecretSource::File(file.into()),
        };
        Ok((self.id, source, self.target))
    }
}

/// What is no field is not quoted: it may be the secret itself.
fn unknown(key: &str) -> ValueError {
    let problem = "a field of the secret is none of id, type, src, env, target";
    ValueError::new(match nearest(key, FIELDS) {
        Some(near) => format!("{problem}: did you mean {near}=?"),
        None => problem.to_owned(),
    })
}

/// The fields of a secret that are not said yet; a variable and a file stand for each other.
fn after(said: &[&str]) -> Vec<Field> {
    let all = [
        ("id", Field::bare("id=")),
        ("source", Field::bare("env=")),
        ("source", Field::of("src=", Offer::Files)),
        ("target", Field::bare("target=")),
    ];
    let means = |key: &str| match key {
        "id" => "id",
        "src" | "source" | "file" | "env" | "variable" => "source",
        _ => "target",
    };
    let is_said = |what: &str| said.iter().any(|field| means(pair::split(field).0) == what);
    all.into_iter().filter(|(what, _)| !is_said(what)).map(|(_, field)| field).collect()
}

impl Value for SecretReference {
    const FORM: &'static str = "id=NAME,src=FILE|env=VARIABLE[,target=PLACE]";
    /// `--secret TOKEN=hush` is a slip that is not to be repeated.
    const QUOTABLE: bool = false;
    const OFFER: Offer = Offer::Fields(after);

    fn parse(word: &str) -> Result<Self, ValueError> {
        if word.contains('\0') {
            return Err(ValueError::new("the secret's word holds a NUL byte"));
        }
        let mut draft = Draft::default();
        for field in fields(word)? {
            draft.take(&field)?;
        }
        let (id, source, target) = draft.source()?;
        Self { id: id.unwrap_or_default(), source, target }.checked()
    }

    fn word(&self) -> String {
        let source = match &self.source {
            SecretSource::File(path) => format!("src={}", path.to_string_lossy()),
            SecretSource::Variable(name) => format!("env={name}"),
        };
        let target = self.target.as_ref().map(|target| format!("target={target}"));
        let words: Vec<String> = [format!("id={}", self.id), source].into_iter().chain(target).collect();
        join(&words)
    }

    fn key(&self) -> Option<String> {
        Some(self.id.clone())
    }

    fn rooted(self, roots: &Roots<'_>) -> Self {
        match self.source {
            SecretSource::File(path) => Self { source: SecretSource::File(roots.absolute(&path)), ..self },
            SecretSource::Variable(_) => self,
        }
    }

    fn power(&self) -> Option<Power> {
        Some(match &self.source {
            SecretSource::File(path) => Power::HostPath(path.clone()),
            SecretSource::Variable(name) => Power::Forward(name.clone()),
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::values::testing::{reads, refuses, round_trips};
    use proptest::prelude::*;

    #[test]
    fn words_are_read_and_written() {
        reads::<SecretReference>(&[
            ("id=hf,src=token", "id=hf,src=token"),
            ("id=hf,source=./a/token", "id=hf,src=./a/token"),
            ("ID=hf,File=/a b", "id=hf,src=/a b"),
            ("id=hf,env=HF_TOKEN", "id=hf,env=HF_TOKEN"),
            ("variable=HF_TOKEN,id=hf", "id=hf,env=HF_TOKEN"),
            ("id=hf,type=env,src=HF_TOKEN", "id=hf,env=HF_TOKEN"),
            ("id=hf,type=file,src=x", "id=hf,src=x"),
            ("id=hf,env=MINE,target=HF_TOKEN", "id=hf,env=MINE,target=HF_TOKEN"),
            ("id=hf,src=x,dst=/etc/x", "id=hf,src=x,target=/etc/x"),
            ("\"id=hf\",\"src=a,b\"", "id=hf,\"src=a,b\""),
            ("id=a,id=b,src=x,src=y", "id=b,src=y"),
        ]);
    }

    #[test]
    fn a_secret_has_its_place() {
        for (word, want, variable) in [
            ("id=hf,src=x", "/run/secrets/hf", None),
            ("id=hf,src=x,target=token", "/run/secrets/token", None),
            ("id=hf,src=x,target=/etc/token", "/etc/token", None),
            ("id=hf,env=X", "X", Some("X")),
            ("id=hf,env=X,target=Y", "Y", Some("Y")),
        ] {
            let secret = SecretReference::parse(word).unwrap();
            assert_eq!((secret.place().as_str(), secret.variable().as_deref()), (want, variable), "{word}");
        }
    }

    #[test]
    fn what_is_wrong_is_said() {
        let letters = "a secret's name is made of letters, digits, `-`, `_` and `.`, and starts with one of the first two";
        let nowhere = "nothing says where the secret comes from: src=FILE, or env=VARIABLE";
        let unknown = "a field of the secret is none of id, type, src, env, target";
        refuses::<SecretReference>(&[
            ("src=x", "the secret's name is missing: id=NAME"),
            ("id=,src=x", "the secret's name is missing: id=NAME"),
            ("id=hf", nowhere),
            ("id=hf,target=x", nowhere),
            ("id=hf,src=", "the secret's file is missing: src=FILE"),
            ("id=hf,env=", "the variable that it comes from has no name"),
            (
                "id=hf,env=A=hush",
                "the variable that it comes from is said by its name alone, without a value",
            ),
            (
                "id=hf,env=A,target=B C",
                "the variable that it goes to is said by its name alone, without a value",
            ),
            ("id=hf,src=x,env=y", "a secret comes from a file or from a variable, not from both"),
            ("id=hf,type=file,env=y", "a secret of the type file has src=FILE"),
            ("id=hf,type=vault,src=y", "a secret's type is file or env"),
            ("id=../x,src=y", letters),
            ("id=a/b,src=y", letters),
            ("id=.a,src=y", letters),
            ("id=hf,src=x,target=../x", "the secret's target leaves /run/secrets: name it from `/` on"),
            ("id=hf,src=x,target=", "the secret's target is empty"),
            ("id=hf,src=x,target=/", "the root of the container cannot be mounted over"),
            ("id", "id needs a value: id=VALUE"),
            ("HF_TOKEN=hush", unknown),
            ("hush", unknown),
            ("id=hf,value=hush", unknown),
            (
                "id=hf,srcc=x",
                "a field of the secret is none of id, type, src, env, target: did you mean src=?",
            ),
            ("id=hf,src=x\0", "the secret's word holds a NUL byte"),
        ]);
        let long = format!("id={},src=x", "a".repeat(65));
        refuses::<SecretReference>(&[(long.as_str(), "the secret's name has more than 64 letters")]);
    }

    #[test]
    fn it_has_a_key_and_a_power() {
        let roots = Roots { base: Path::new("/base"), home: Some(Path::new("/home/me")) };
        for (word, want) in [
            ("id=hf,src=x", Power::HostPath("/base/x".into())),
            ("id=hf,src=~/x", Power::HostPath("/home/me/x".into())),
            ("id=hf,env=X,target=Y", Power::Forward("X".to_owned())),
        ] {
            let secret = SecretReference::parse(word).unwrap().rooted(&roots);
            assert_eq!((secret.key(), secret.power()), (Some("hf".to_owned()), Some(want)));
        }
    }

    proptest! {
        #[test]
        fn every_value_is_read_back(
            id in "[a-z0-9][a-zA-Z0-9._-]{0,9}",
            path in "[^\\x00\\r]{1,9}",
            name in "[A-Z_]{1,9}",
            target in prop::option::of("[a-z][a-z,\"/]{0,8}"),
            is_file: bool,
        ) {
            let source = if is_file { SecretSource::File(path.into()) } else { SecretSource::Variable(name) };
            round_trips(&SecretReference { id, source, target });
        }
    }
}
