//! `Section`: one launch on its way into `[service.NAME]` or `[profile.NAME]`.

use super::{Reading, Text, left_out, toml};
use crate::finding::{Code, Finding, Findings, Origin};
use crate::options::{Kind, Layer, ROWS, Row};
use crate::values::{ImageRef, SecretNames, Value as _, odd_name, toml_key, toml_string};

/// Which section a launch becomes.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Default)]
pub enum SectionKind {
    /// `[service.NAME]`.
    #[default]
    Service,
    /// `[profile.NAME]`: it holds no command.
    Profile,
}

/// A launch.
#[derive(Debug, Clone, Default)]
pub struct Section {
    /// Its name.
    pub name: String,
    /// What it can only become, where it can become one thing alone.
    pub(super) only: Option<SectionKind>,
    pub(super) kind: SectionKind,
    /// The service whose options it says, in a profile.
    pub(super) of_service: Option<String>,
    /// Where it comes from, for a comment.
    pub from: Option<String>,
    /// What it is to be called where nobody says.
    title: Option<String>,
    /// The options, in the order of the table.
    options: Vec<(&'static Row, Vec<Text>)>,
    /// Keys that are no launch options, as they are written.
    keys: Vec<(&'static str, String)>,
    /// The command and its arguments.
    command: Vec<Text>,
}

impl Section {
    /// A section that is called so.
    pub(super) fn titled(title: &str) -> Self {
        Self { title: Some(title.to_owned()), ..Self::default() }
    }

    /// Says a word of an option.
    ///
    /// # Errors
    /// The word is none of the option's.
    pub fn say(
        &mut self,
        row: &'static Row,
        word: &Text,
        (spelling, origin): (&str, &Origin),
        reading: Reading<'_>,
        findings: &mut Findings,
    ) -> Result<(), Finding> {
        let word = word.for_row(row);
        if let Some(plain) = word.plain() {
            let mut layer = Layer::default();
            let put = (row.slots.put)(&mut layer, plain, reading.roots, origin.clone());
            put.map_err(|error| bad_value(row, plain, &error, (spelling, origin)))?;
        }
        let word = demanded(row, word, findings);
        let reference = by_reference(row, &word, reading);
        let (word, note) = match &reference {
            Some((_, note)) => (None, note.clone()),
            None => without_secret(row, word, spelling, reading),
        };
        if let (Some((word, _)), Some(row)) = (reference, Row::find("secret")) {
            self.put(row, word);
        }
        findings.extend(note.map(|note| match origin {
            Origin::File(_) => note.asked(format!("{spelling} ..."), origin),
            Origin::Flag(_) | Origin::Variable(_) | Origin::Rule(_) => note,
        }));
        if let Some(word) = word {
            self.put(row, word);
        }
        Ok(())
    }

    /// Says a word that is known to be one of the option's.
    pub(super) fn put(&mut self, row: &'static Row, word: Text) {
        match self.options.iter_mut().find(|(held, _)| held.name == row.name) {
            Some((_, words)) if row.kind == Kind::Many => words.push(word),
            Some((_, words)) => *words = vec![word],
            None => self.options.push((row, vec![word])),
        }
    }

    /// Says a word of a list, unless it is said.
    pub(super) fn once(&mut self, row: &'static Row, word: &str) {
        if !self.words(row.name).iter().any(|held| held.plain() == Some(word)) {
            self.put(row, Text::from(word));
        }
    }

    /// Says a key that is no launch option, with a string.
    pub fn key(&mut self, name: &'static str, value: &str) {
        self.keys.push((name, toml_string(value)));
    }

    /// Says a key that is no launch option, as it is written.
    pub(super) fn raw_key(&mut self, name: &'static str, value: String) {
        self.keys.push((name, value));
    }

    /// Makes it a profile that says options of this service.
    pub fn of_service(&mut self, service: &str) {
        self.only = Some(SectionKind::Profile);
        self.of_service = Some(service.to_owned());
    }

    /// The words that were said of an option.
    pub(super) fn words(&self, name: &str) -> &[Text] {
        self.options
            .iter()
            .find(|(row, _)| row.name == name)
            .map(|(_, words)| words.as_slice())
            .unwrap_or_default()
    }

    /// Takes the command. One that holds a secret is left out as a whole.
    pub fn command(
        &mut self,
        words: Vec<Text>,
        origin: &Origin,
        secrets: &SecretNames,
        findings: &mut Findings,
    ) {
        let written: Vec<String> = words.iter().map(Text::written).collect();
        let variable = words.iter().find_map(|word| word.secret(secrets));
        let program = self.program();
        let set = secrets.set_in(std::iter::once(program.as_str()).chain(written.iter().map(String::as_str)));
        let has_password = written.iter().any(|word| secrets.has_url_password(word));
        if variable.is_none() && set.is_none() && !has_password {
            self.command = words;
            return;
        }
        let note = left_out("the command holds a secret, and a file shows it");
        let note = match origin {
            Origin::File(_) => note.asked("...", origin),
            Origin::Flag(_) | Origin::Variable(_) | Origin::Rule(_) => note,
        };
        let note = note.help("say the command when you launch: dynrun run SERVICE -- COMMAND...");
        findings.push(match variable.or(set.filter(|name| is_variable(name))) {
            Some(name) => note.help(format!(
                "or give the container the variable, --secret id={name},env={name}, and have a shell there fill it in: sh -c '... \"${name}\"'"
            )),
            None => note,
        });
    }

    /// What reads the words of the command, as far as it is known: the entrypoint, else a program that is called as the
    /// image is.
    fn program(&self) -> String {
        let said = |name: &str| self.words(name).last().and_then(Text::plain).filter(|word| !word.is_empty());
        let image = || Some(ImageRef::parse(said("image")?).ok()?.program().to_owned());
        said("entrypoint").map(str::to_owned).or_else(image).unwrap_or_default()
    }

    /// What it is to be called where nobody says: as its container, else as its image.
    pub(super) fn wanted_name(&self) -> String {
        let said = |name: &str| self.words(name).last().and_then(Text::plain).filter(|word| !word.is_empty());
        let image = said("image").map(|image| {
            let last = image.rsplit('/').next().unwrap_or(image);
            last.split(['@', ':']).next().unwrap_or(last).to_owned()
        });
        // `$APP_IMAGE` is of an app.
        let variable =
            self.words("image").first().and_then(|image| image.variables().next().map(str::to_lowercase));
        let variable = variable.map(|name| name.trim_end_matches("image").trim_end_matches('_').to_owned());
        let image = image.or(variable.filter(|name| !name.is_empty()));
        let of_service = self.of_service.as_deref();
        let name =
            self.title.as_deref().or(said("name")).or(of_service).or(image.as_deref()).unwrap_or("imported");
        let plain =
            |letter: char| if letter.is_alphanumeric() || "-_.".contains(letter) { letter } else { '-' };
        name.trim_start_matches('/').chars().map(plain).collect()
    }

    /// What a profile cannot hold of it.
    pub(super) fn lost_as_profile(&self) -> Option<Finding> {
        let is_lost = self.kind == SectionKind::Profile && !self.command.is_empty();
        is_lost.then(|| {
            let words = self.command.iter().map(Text::written);
            let words: Vec<String> = words.collect();
            let line = shlex::try_join(words.iter().map(String::as_str)).unwrap_or_default();
            let note = left_out(format!("a profile holds no command: `{}` does not", self.name));
            let service = self.of_service.as_ref().map(|service| format!(" {service}")).unwrap_or_default();
            note.help(format!("dynrun run{service} --profile {} -- {line}", self.name))
        })
    }

    /// The section.
    #[must_use]
    pub fn toml(&self) -> String {
        let (front, name) = match self.kind {
            SectionKind::Service => ("service", toml_key(&self.name)),
            SectionKind::Profile => ("profile", toml_key(&self.name)),
        };
        let from = self.from.iter().map(|from| format!("# {from}\n"));
        let mut text: String = from.collect();
        text.push_str(&format!("[{front}.{name}]\n"));
        if self.kind == SectionKind::Profile && self.of_service.is_none() {
            // Else the default service's options came along.
            text.push_str(&toml::line("service", &toml_string(super::NO_SERVICE)));
        }
        self.keys.iter().for_each(|(key, value)| text.push_str(&toml::line(key, value)));
        if let Some(service) = &self.of_service {
            text.push_str(&format!("\n[profile.{name}.service.{}]\n", toml_key(service)));
        }
        for row in ROWS {
            let said = self.options.iter().find(|(held, _)| held.name == row.name);
            said.iter().for_each(|(row, words)| text.push_str(&toml::option(row, words)));
        }
        if self.kind == SectionKind::Service && !self.command.is_empty() {
            let words: Vec<String> = self.command.iter().map(Text::written).collect();
            text.push_str(&toml::line("command", &toml::list(&words, "command = ".len())));
        }
        text
    }
}

/// The word as it is to stand where a variable that is not set would leave nothing that the option takes: then the file
/// says which variable it is.
fn demanded(row: &Row, word: Text, findings: &mut Findings) -> Text {
    let is_made = word.plain().is_none() && word.variables().next().is_some();
    if row.name == "env" || !is_made || row.takes(&word.unset()) {
        return word;
    }
    let demanded = word.clone().demanding();
    if demanded != word {
        let names: Vec<&str> = word.variables().collect();
        let message = format!("the file can be read only where {} is set", names.join(" and "));
        findings.push(left_out(message).help(format!("export {}=...", names.join("=... "))));
    }
    demanded
}

/// The word as it may stand in a file, and what is to be said of what may not.
fn without_secret(
    row: &Row,
    word: Text,
    spelling: &str,
    reading: Reading<'_>,
) -> (Option<Text>, Option<Finding>) {
    if row.name == "env" {
        return variable(word, reading);
    }
    let is_made_of_secret = word.secret(reading.secrets).is_some();
    let sets_secret = reading.secrets.set_in([word.written().as_str()]).is_some();
    let is_secret = sets_secret
        || match word.plain() {
            Some(plain) => hides(row, plain, reading),
            None => reading.secrets.has_url_password(&word.written()),
        };
    if !is_made_of_secret && !is_secret {
        return (Some(word), None);
    }
    let name =
        row.pair.and_then(|pair| word.split_once(pair)).map(|(name, _)| format!(" {}", name.written()));
    let message = format!("{spelling}{} holds a secret, and a file shows it", name.unwrap_or_default());
    (
        None,
        Some(
            left_out(message).help(format!("say it when you launch: dynrun run SERVICE --{} ...", row.name)),
        ),
    )
}

/// Whether dynrun would not show the word as it stands.
fn hides(row: &Row, plain: &str, reading: Reading<'_>) -> bool {
    let mut layer = Layer::default();
    let put = (row.slots.put)(&mut layer, plain, reading.roots, Origin::Rule("imported"));
    let shown = (row.slots.said)(&layer, reading.secrets).into_iter().map(|said| said.text);
    let is_secret_pair = row.pair.and_then(|pair| plain.split_once(pair)).is_some_and(|(name, value)| {
        row.name == "label" && !value.is_empty() && reading.secrets.is_secret(name)
    });
    put.is_ok() && (is_secret_pair || !shown.eq((row.slots.words)(&layer)))
}

/// What a variable of the caller's is written as where it is forwarded.
fn forwarded(name: &str) -> Text {
    Text::variable(name, ":-")
}

/// Whether a shell can have a variable of this name.
fn is_variable(name: &str) -> bool {
    !name.contains('-') && !name.starts_with(|first: char| first.is_ascii_digit())
}

/// A variable that is nothing but a secret of another name, as `--secret` says it; and what is to be said of a value
/// that the script itself holds.
fn by_reference(row: &Row, word: &Text, reading: Reading<'_>) -> Option<(Text, Option<Finding>)> {
    let (target, value) = word.split_once('=').filter(|_| row.name == "env")?;
    let (target, source) = (target.plain()?, value.secret(reading.secrets)?);
    let is_name = |name: &str| {
        !name.is_empty() && name.chars().all(|letter| letter.is_ascii_alphanumeric() || letter == '_')
    };
    let is_of_script = reading.set.get(source).is_some_and(|set| set.written() == value.written());
    let is_whole = is_of_script || value.written() == forwarded(source).written();
    if target == source || !is_whole || !is_name(target) || !is_name(source) || target.starts_with('_') {
        return None;
    }
    let note = is_of_script.then(|| {
        let message =
            format!("the value of {source} is a secret, and no file holds it: it is said by reference");
        left_out(message).help(format!("export {source}=... before you launch"))
    });
    Some((Text::from(format!("id={target},env={source},target={target}")), note))
}

/// A variable: a secret is forwarded by its name.
fn variable(word: Text, reading: Reading<'_>) -> (Option<Text>, Option<Finding>) {
    let name = word.split_once('=').map_or_else(|| word.written(), |(name, _)| name.written());
    if reading.secrets.are_in(&name) {
        let message = "a variable is left out whose name holds a secret";
        return (None, Some(left_out(message).help("a variable's value stands behind a `=`")));
    }
    let Some((name, value)) = word.split_once('=') else {
        let set = word.plain().and_then(|name| Some((name, reading.set.get(name)?)));
        return match set {
            Some((name, value)) => variable(
                Text::from(name).then("=").joined(value.clone()),
                Reading { set: &Default::default(), ..reading },
            ),
            None => (Some(word), None),
        };
    };
    let Some(plain_name) = name.plain().map(str::to_owned) else { return (Some(word), None) };
    if odd_name(&plain_name).is_some() {
        let message = format!(
            "the variable `{plain_name}` is left out: no program asks for one with a blank in its name"
        );
        return (None, Some(left_out(message)));
    }
    if value.written() == forwarded(&plain_name).written() {
        return (Some(name), None);
    }
    let is_secret = reading.secrets.is_secret(&plain_name);
    let is_made_of_secret = value.secret(reading.secrets).is_some();
    let is_made = value.plain().is_none();
    let written = value.written();
    let has_password =
        reading.secrets.has_url_password(&written) || reading.secrets.set_in([written.as_str()]).is_some();
    let is_default = is_made && written.contains(":-") && !written.contains(":-}");
    let is_kept = match is_secret {
        true => value.plain() == Some("") || (is_made && !is_default && value.start().is_empty()),
        false => !is_made_of_secret && !has_password,
    };
    if is_kept {
        return (Some(word), None);
    }
    let message =
        format!("the value of {plain_name} is a secret, and no file holds it: the variable is forwarded");
    (Some(name), Some(left_out(message).help(format!("export {plain_name}=... before you launch"))))
}

/// The finding for a word that is none of the option's.
fn bad_value(
    row: &Row,
    word: &str,
    error: &crate::values::ValueError,
    (spelling, origin): (&str, &Origin),
) -> Finding {
    let finding = Finding::error(Code::BadValue, format!("{spelling}: {}", error.problem));
    let flag = Origin::Flag(spelling.to_owned());
    let finding = finding.asked(row.asked(word, &flag), origin);
    let finding = match &error.suggestion {
        Some(suggestion) => finding.help(format!("did you mean {}?", row.asked(suggestion, &flag))),
        None => finding,
    };
    finding.help(format!("the accepted form is {}", row.form))
}
