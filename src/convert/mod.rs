//! A spec as the `docker run` line that creates the same container.

use crate::finding::Origin;
use crate::options::{Kind, ROWS, Row};
use crate::spec::LaunchSpec;
use crate::values::{EnvVar, Value};

/// A line for a shell, and the variables whose values it leaves to the shell's environment.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct DockerRun {
    /// The line, quoted for a POSIX shell; a word with control characters is quoted as bash reads it, without them.
    pub line: String,
    /// The variables that are named without their values, because those are secret.
    pub secrets: Vec<String>,
    /// Whether a secret without a variable of its own was left out: the password of a URL, a label's value.
    pub hides_more: bool,
}

/// Writes the line.
#[must_use]
pub fn docker_run(spec: &LaunchSpec) -> DockerRun {
    let mut words = vec!["docker".to_owned(), "run".to_owned()];
    let (mut secrets, mut hides_more) = (Vec::new(), false);
    for row in ROWS.iter().filter(|row| !row.is_own) {
        match row.name {
            "env" => {
                // Docker's client has the same proxies by itself.
                let said = spec.options.env.iter().filter(|setting| setting.origin != Origin::DOCKERS);
                words.extend(said.flat_map(|setting| env_words(&setting.value, spec, &mut secrets)));
            }
            _ => {
                let said = (row.slots.said)(&spec.options, &spec.secrets).into_iter().map(|said| said.text);
                let shown: Vec<String> = said.collect();
                hides_more |= shown != (row.slots.words)(&spec.options);
                words.extend(option_words(row, shown));
            }
        }
    }
    let image = std::iter::once(spec.image.reference.word());
    for word in image.chain(spec.command.iter().cloned()) {
        let shown = spec.secrets.without_url_passwords(&word);
        hides_more |= shown != word;
        words.push(shown);
    }
    DockerRun { hides_more, line: quoted(&words), secrets }
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

fn env_words(env: &EnvVar, spec: &LaunchSpec, secrets: &mut Vec<String>) -> Vec<String> {
    if is_secret(env, spec) {
        secrets.push(env.name.clone());
        return vec!["-e".to_owned(), env.name.clone()];
    }
    vec!["-e".to_owned(), env.word()]
}

/// The launch as it may be printed: variables that are secret by their names alone, labels and options of the log
/// driver without their values. A URL's password is to be taken out of the text itself.
#[must_use]
pub fn without_secrets(spec: &LaunchSpec) -> LaunchSpec {
    const HIDDEN: &str = "***";
    let mut shown = spec.clone();
    shown.options.env.change(|setting| {
        if is_secret(&setting.value, spec) {
            setting.value.value = None;
        }
    });
    shown.options.label.change(|setting| {
        if spec.secrets.is_secret(&setting.value.key) {
            setting.value.value = Some(HIDDEN.to_owned());
        }
    });
    shown.options.log_opt.change(|setting| {
        if setting.value.is_secret(&spec.secrets) {
            setting.value.value = Some(HIDDEN.to_owned());
        }
    });
    shown
}

/// Whether a variable's value must not be printed: its name says so, or it is a URL with a password.
fn is_secret(env: &EnvVar, spec: &LaunchSpec) -> bool {
    let value = env.value.as_ref().map(|value| value.expose()).unwrap_or_default();
    spec.secrets.is_secret(&env.name) || spec.secrets.has_url_password(value)
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
    letter.is_control() && !['\n', '\t'].contains(&letter)
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
            _ if letter.is_control() => {
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
