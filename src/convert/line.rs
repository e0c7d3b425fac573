//! A spec as the `docker run` line that creates the same container, or as the `docker exec` line that runs the same command.

use crate::finding::Origin;
use crate::options::{Kind, Layer, ROWS, Row};
use crate::spec::{ExecSpec, LaunchSpec, Networking};
use crate::values::{self, EnvVar, HealthCommand, MountSource, SecretNames, Text, Value, hide_values};

/// A line for a shell, and the variables whose values it leaves to the shell's environment.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct DockerLine {
    /// The line, quoted for a POSIX shell; a word with control characters is quoted as bash reads it, without them.
    pub line: String,
    /// The variables that are named without their values, because those are secret.
    pub secrets: Vec<String>,
    /// Whether a secret without a variable of its own was left out: the password of a URL, a label's value.
    pub hides_more: bool,
}

/// Writes the line that launches.
#[must_use]
pub fn docker_run(spec: &LaunchSpec) -> DockerLine {
    let mut line = Line::new("run", &spec.secrets);
    line.options(&spec.options);
    line.image(&spec.image.reference.word());
    line.command(&spec.command, spec.shown_command());
    line.written()
}

/// Writes the line that runs a command in a container, by the container's name or id.
#[must_use]
pub fn docker_exec(spec: &ExecSpec, container: &str) -> DockerLine {
    let mut line = Line::new("exec", &spec.secrets);
    line.options(&spec.options);
    line.words.push(container.to_owned());
    line.command(&spec.command, spec.secrets.without_set_secrets(&spec.command));
    line.written()
}

/// A line as it grows.
struct Line<'a> {
    words: Vec<String>,
    secrets: Vec<String>,
    hides_more: bool,
    names: &'a SecretNames,
}

impl<'a> Line<'a> {
    fn new(verb: &str, names: &'a SecretNames) -> Self {
        let words = vec!["docker".to_owned(), verb.to_owned()];
        Self { words, secrets: Vec::new(), hides_more: false, names }
    }

    /// Docker's own options.
    fn options(&mut self, options: &Layer) {
        for row in ROWS.iter().filter(|row| !row.is_own) {
            match row.name {
                "env" => {
                    // Docker's client has the same proxies by itself.
                    let said = options.env.iter().filter(|setting| setting.origin != Origin::DOCKERS);
                    said.for_each(|setting| self.env(&setting.value));
                }
                // Docker's client gives what it is told to the image's shell.
                "health-cmd" => {
                    let said = options.health_cmd.get();
                    let shown = said.map(|command| command.without_secrets(self.names).line());
                    let said: Vec<String> = said.map(HealthCommand::line).into_iter().collect();
                    self.option(row, &said, shown.into_iter().collect());
                }
                _ => {
                    let said = (row.slots.said)(options, self.names).into_iter().map(|said| said.text);
                    self.option(row, &(row.slots.words)(options), said.collect());
                }
            }
        }
    }

    /// An option with its words as they may be shown.
    fn option(&mut self, row: &Row, words: &[String], shown: Vec<String>) {
        self.hides_more |= shown != words;
        self.words.extend(option_words(row, shown));
    }

    fn env(&mut self, env: &EnvVar) {
        let word = if is_secret(env, self.names) {
            let name = self.names.without_url_passwords(&env.name);
            self.secrets.push(name.clone());
            name
        } else {
            env.word()
        };
        self.words.extend(["-e".to_owned(), word]);
    }

    fn image(&mut self, image: &str) {
        let shown = self.names.without_url_passwords(image);
        self.hides_more |= shown != image;
        self.words.push(shown);
    }

    fn command(&mut self, words: &[String], shown: Vec<String>) {
        self.hides_more |= shown != words;
        self.words.extend(shown);
    }

    fn written(self) -> DockerLine {
        DockerLine { line: quoted(&self.words), secrets: self.secrets, hides_more: self.hides_more }
    }
}

/// `--name VALUE` for every value that was settled; `--name=VALUE` where the value could be taken for a flag.
fn option_words(row: &Row, words: Vec<String>) -> Vec<String> {
    let flag = format!("--{}", row.name);
    let said = words.into_iter().flat_map(|word| match row.kind {
        Kind::Switch if word == "true" => vec![flag.clone()],
        Kind::Switch => vec![format!("{flag}={word}")],
        Kind::One | Kind::Many if word.starts_with('-') => vec![format!("{flag}={word}")],
        Kind::One | Kind::Many => vec![flag.clone(), word],
    });
    said.collect()
}

/// The launch as it may be printed: variables that are secret by their names alone, labels and options of the log
/// driver without their values, and a command without those in it. A URL's password is to be taken out of the text itself.
#[must_use]
pub fn without_secrets(spec: &LaunchSpec) -> LaunchSpec {
    let (mut shown, names) = (spec.clone(), &spec.secrets);
    hide_variables(&mut shown.options, names);
    shown.command = spec.shown_command();
    shown.options.label.change(|setting| setting.value.hide_secrets(names));
    shown.options.log_opt.change(|setting| setting.value.hide_secrets(names));
    shown.options.annotation.change(|setting| setting.value.hide_secrets(names));
    shown.options.storage_opt.change(|setting| setting.value.hide_secrets(names));
    shown.options.network.change(|setting| setting.value.hide_secrets(names));
    shown.options.entrypoint.change(|program| *program = Text(program.shown(names)));
    shown.options.health_cmd.change(|command| *command = command.without_secrets(names));
    if let Networking::Own { attachments, .. } = &mut shown.networking {
        attachments.iter_mut().for_each(|attachment| hide_values(&mut attachment.driver_opts, names));
    }
    shown.options.mount.change(|setting| {
        if let MountSource::Volume(volume) = &mut setting.value.source {
            volume.hide_secrets(names);
        }
    });
    shown
}

/// The same of a command in a container.
#[must_use]
pub fn exec_without_secrets(spec: &ExecSpec) -> ExecSpec {
    let mut shown = spec.clone();
    hide_variables(&mut shown.options, &spec.secrets);
    shown.command = spec.secrets.without_set_secrets(&spec.command);
    shown
}

fn hide_variables(options: &mut Layer, names: &SecretNames) {
    options.env.change(|setting| {
        if is_secret(&setting.value, names) {
            setting.value.name = names.without_url_passwords(&setting.value.name);
            setting.value.value = None;
        }
    });
}

/// Whether a variable must not be printed as it is: its name says so, or a URL with a password is its value, or by a slip
/// its name.
fn is_secret(env: &EnvVar, names: &SecretNames) -> bool {
    let value = env.value.as_ref().map(|value| value.expose()).unwrap_or_default();
    names.is_secret(&env.name) || names.are_in(value) || names.has_url_password(&env.name)
}

fn quoted(words: &[String]) -> String {
    let quoted = words.iter().map(|word| match shlex::try_quote(word) {
        _ if is_plain(word) => word.clone(),
        _ if word.contains(is_obeyed) => escaped(word),
        Ok(word) => word.into_owned(),
        // A NUL cannot stand in any argument; values refuse it.
        Err(_) => String::new(),
    });
    quoted.collect::<Vec<_>>().join(" ")
}

/// Whether a terminal would do something at the letter. A line break and a tab are no harm, and every shell reads them
/// in plain quotes.
fn is_obeyed(letter: char) -> bool {
    values::is_obeyed(letter) && !['\n', '\t'].contains(&letter)
}

/// The word as `$'...'`, which bash and other shells read: characters that a terminal would obey are written as escapes.
fn escaped(word: &str) -> String {
    let mut out = "$'".to_owned();
    for letter in word.chars() {
        match letter {
            '\n' => out.push_str("\\n"),
            '\t' => out.push_str("\\t"),
            '\r' => out.push_str("\\r"),
            '\'' | '\\' => out.extend(['\\', letter]),
            // Byte by byte, and each with both of its digits: no shell's locale and no letter behind it matters.
            _ if values::is_obeyed(letter) => {
                let mut bytes = [0; 4];
                out.extend(letter.encode_utf8(&mut bytes).bytes().map(|byte| format!("\\x{byte:02x}")));
            }
            _ => out.push(letter),
        }
    }
    out.push('\'');
    out
}

/// Whether a shell takes the word as it stands. Unlike shlex, this lets `=` be: the line starts with `docker`, so
/// that no word of it is an assignment.
fn is_plain(word: &str) -> bool {
    let plain = |byte: u8| byte.is_ascii_alphanumeric() || b"_-./:=@%+,".contains(&byte);
    !word.is_empty() && word.bytes().all(plain)
}

#[cfg(test)]
mod tests {
    use super::quoted;
    use std::process::Command;

    #[test]
    fn bash_reads_the_words_again_and_a_terminal_obeys_none() {
        for word in [
            "A=\u{1b}]0;title\u{7}",
            "two\nlines\tand\r",
            "\u{1}1f\u{7f}",
            "it's \\ here\u{8}",
            "\u{9b}31mred 状态\u{85}",
            "turned \u{202e}round",
            "$HOME `id` \"$(id)\"!\u{1b}",
            "no control, it's $HOME",
            "\n",
            "",
        ] {
            let line = quoted(&["printf".to_owned(), "%s|".to_owned(), word.to_owned(), "end".to_owned()]);
            assert!(!line.contains(super::is_obeyed), "{line:?}");
            let output = Command::new("bash").args(["-c", &line]).output().unwrap();
            assert_eq!(String::from_utf8(output.stdout).unwrap(), format!("{word}|end|"), "{line}");
        }
    }
}
