//! What a script fills in: `$NAME`, `${NAME:-default}`, `$(command)`. What dynrun's files have a word for is written with
//! it; what only a run of the script would tell is marked.

use super::word::{Builder, is_name};
use super::{DEEPEST, Held, Script};
use crate::convert::import::{Text, left_out};
use crate::finding::Origin;
use std::path::Path;

/// Variables that a shell has by itself, and that its programs do not see.
const SHELLS_OWN: [&str; 9] =
    ["RANDOM", "SECONDS", "LINENO", "HOSTNAME", "PPID", "BASHPID", "OSTYPE", "HOSTTYPE", "IFS"];

impl Script<'_> {
    /// `$...` or a command between backticks.
    pub(super) fn expansion(&mut self, is_quoted: bool, builder: &mut Builder) {
        let rest = self.rest();
        if rest.starts_with('`') {
            self.at += 1;
            let length = self.rest().find('`').unwrap_or(self.rest().len());
            let inner = self.at..self.at + length;
            self.at = (inner.end + 1).min(self.end);
            return self.command(inner, is_quoted, builder);
        }
        if rest.starts_with("$((") {
            builder.unknown = Some("a shell would calculate this".to_owned());
            return self.substitution(is_quoted, builder);
        }
        if rest.starts_with("$(") {
            self.at += 1;
            return self.substitution(is_quoted, builder);
        }
        if rest.starts_with("${") {
            self.at += 2;
            return self.braces(is_quoted, builder);
        }
        self.at += 1;
        let length =
            self.rest().chars().take_while(|letter| letter.is_ascii_alphanumeric() || *letter == '_').count();
        let name = &self.text[self.at..self.at + length];
        if is_name(name) {
            self.at += length;
            return self.variable(name, "", is_quoted, builder);
        }
        match self.peek() {
            Some('@' | '*') => {
                self.at += 1;
                self.arguments(self.at - 2);
            }
            Some(letter @ ('0'..='9' | '#' | '?' | '$' | '!' | '-')) => {
                self.at += 1;
                builder.unknown = Some(format!("`${letter}` is known only while the script runs"));
                builder.push("");
            }
            _ => builder.push("$"),
        }
    }

    /// The script's own arguments: whoever launches says them.
    fn arguments(&mut self, from: usize) {
        let place = Origin::File(self.place(from..self.at));
        let note = left_out("the script's own arguments are left out");
        self.findings.push(
            note.asked("$@", &place)
                .help("say them when you launch, behind the command: dynrun run SERVICE -- COMMAND..."),
        );
    }

    /// A variable; behind its name stands what is said where it holds nothing.
    fn variable(&mut self, name: &str, otherwise: &str, is_quoted: bool, builder: &mut Builder) {
        let filled = match (self.held(name), name) {
            (Some(Held::One(text)), _) => Ok(text.clone()),
            (Some(Held::List(items)), _) => Ok(items.first().cloned().unwrap_or_default()),
            (Some(Held::Unknown(why)), _) => Err(why.clone()),
            (None, "PWD") => Ok(Text::folder()),
            (None, "HOME") => Ok(Text::known("home")),
            (None, "UID" | "EUID") => Ok(Text::known("uid")),
            (None, _) if SHELLS_OWN.contains(&name) => Err(format!("`${name}` is the shell's own")),
            (None, _) => {
                let otherwise = if otherwise.is_empty() { ":-" } else { otherwise };
                return builder.fill(Text::variable(name, otherwise), true);
            }
        };
        match filled {
            Ok(text) => builder.fill(text, is_quoted),
            Err(why) => {
                builder.unknown = Some(why);
                builder.fill(Text::default(), true);
            }
        }
    }

    /// `${...}`, behind its beginning.
    fn braces(&mut self, is_quoted: bool, builder: &mut Builder) {
        let from = self.at;
        let length =
            self.rest().chars().take_while(|letter| letter.is_ascii_alphanumeric() || *letter == '_').count();
        let name = self.text[from..from + length].to_owned();
        self.at += length;
        let index = ["[@]", "[*]", "[0]"].into_iter().find(|index| self.rest().starts_with(*index));
        self.at += index.map_or(0, str::len);
        let operator = [":-", ":=", ":?", ":+", "-", "=", "?", "+"]
            .into_iter()
            .find(|sign| self.rest().starts_with(*sign));
        let is_positional = name == "@" || name.is_empty() && self.rest().starts_with(['@', '*']);
        self.at += operator.map_or(0, str::len);
        let word_start = self.at;
        let (word, unknown) = self.default_word();
        let is_plain = operator.is_none() && self.at == word_start + 1;
        if is_positional {
            return self.arguments(from - 2);
        }
        if !is_name(&name) || (operator.is_none() && !is_plain) {
            builder.unknown = Some("a shell would change a text here".to_owned());
            return builder.fill(Text::default(), true);
        }
        match index {
            Some("[@]" | "[*]") => self.list(&name, builder),
            _ => self.with_default(&name, operator, (word, unknown), is_quoted, builder),
        }
    }

    /// All elements of a list.
    fn list(&mut self, name: &str, builder: &mut Builder) {
        match self.held(name).cloned() {
            Some(Held::List(items)) => builder.fill_list(items),
            Some(Held::One(text)) => builder.fill_list(vec![text]),
            Some(Held::Unknown(why)) => {
                builder.unknown = Some(why);
                builder.push("");
            }
            None => {}
        }
    }

    fn with_default(
        &mut self,
        name: &str,
        operator: Option<&str>,
        (word, unknown): (Text, Option<String>),
        is_quoted: bool,
        builder: &mut Builder,
    ) {
        let held = match self.held(name) {
            Some(Held::One(text)) => Some(text.clone()),
            Some(Held::List(_) | Held::Unknown(_)) | None => None,
        };
        let is_known = self.held(name).is_some() || name == "PWD" || name == "HOME" || name == "UID";
        let is_nothing = held.as_ref().is_some_and(|text| text.plain() == Some(""));
        match operator {
            None => return self.variable(name, "", is_quoted, builder),
            Some(":+" | "+") => match held {
                Some(_) if is_nothing => {}
                Some(text) if text.plain().is_some() => builder.fill(word, is_quoted),
                _ => {
                    builder.unknown =
                        Some(format!("whether `{name}` is set is known only while the script runs"));
                }
            },
            Some(":?" | "?") => {
                let message =
                    word.plain().filter(|word| !word.contains(['}', '$'])).unwrap_or("it is needed");
                return self.variable(name, &format!(":?{message}"), is_quoted, builder);
            }
            Some(_) if is_known && !is_nothing => return self.variable(name, "", is_quoted, builder),
            Some(_) if is_known => builder.fill(word, is_quoted),
            Some(_) if word.plain().is_some_and(|word| word.contains('}')) => {
                builder.unknown = Some("a default with a `}` has no word in a file".to_owned());
            }
            Some(_) => builder.fill(Text::variable(name, &format!(":-{}", word.written())), true),
        }
        builder.unknown = builder.unknown.take().or(unknown);
    }

    /// The word behind an operator, up to the `}` that ends it.
    fn default_word(&mut self) -> (Text, Option<String>) {
        let mut builder = Builder::default();
        while let Some(letter) = self.peek() {
            match letter {
                '}' => {
                    self.at += 1;
                    return builder.whole();
                }
                '\\' => {
                    self.at += 1;
                    if let Some(next) = self.peek() {
                        builder.push(next.encode_utf8(&mut [0; 4]));
                        self.at += next.len_utf8();
                    }
                }
                '"' => {
                    self.at += 1;
                    self.double_quotes(&mut builder);
                }
                '$' | '`' => self.expansion(true, &mut builder),
                letter => {
                    builder.push(letter.encode_utf8(&mut [0; 4]));
                    self.at += letter.len_utf8();
                }
            }
        }
        builder.unknown = Some("a `${` has no `}`".to_owned());
        builder.whole()
    }

    /// `(...)`, of which the command's output is filled in.
    pub(super) fn substitution(&mut self, is_quoted: bool, builder: &mut Builder) {
        let open = self.at + self.rest().find('(').unwrap_or_default();
        let end = closing(&self.text[open..self.end]).map_or(self.end, |length| open + length);
        let inner = (open + 1).min(end)..end;
        self.at = (end + 1).min(self.end);
        self.command(inner, is_quoted, builder);
    }

    /// What a command prints, where dynrun knows it; a launch in it is one of the script's.
    fn command(&mut self, inner: std::ops::Range<usize>, is_quoted: bool, builder: &mut Builder) {
        let text = self.text[inner.clone()].trim();
        if self.depth < DEEPEST {
            let mut within = Script::new(self.source, inner, self.held.clone(), self.depth + 1);
            within.read();
            self.commands.append(&mut within.commands);
        }
        let known = match text {
            // A comment in the middle of a line.
            _ if text.is_empty() || text.starts_with('#') => return builder.fill(Text::default(), is_quoted),
            "pwd" | "pwd -P" => Some(Text::folder()),
            "id -u" => Some(Text::known("uid")),
            "id -g" => Some(Text::known("gid")),
            "git rev-parse --show-toplevel" => Some(Text::known("workspace")),
            "whoami" | "id -un" => Some(Text::variable("USER", ":-")),
            _ => script_folder(text, &self.source.path).map(Text::from),
        };
        match known {
            // A path with a blank in it would be cut by a shell, which nobody means.
            Some(text) => builder.fill(text, true),
            None => {
                builder.unknown = builder
                    .unknown
                    .take()
                    .or(Some(format!("what `{text}` prints is known only while the script runs")));
                builder.fill(Text::default(), true);
            }
        }
    }
}

/// Where the bracket is closed that the text begins with.
fn closing(text: &str) -> Option<usize> {
    let (mut depth, mut quote) = (0_usize, None);
    let mut letters = text.char_indices();
    while let Some((at, letter)) = letters.next() {
        match (quote, letter) {
            (Some('\''), '\'') | (Some('"'), '"') => quote = None,
            (Some('\''), _) => {}
            (_, '\\') => drop(letters.next()),
            (None, '\'' | '"') => quote = Some(letter),
            (_, '(') => depth += 1,
            (_, ')') if depth == 1 => return Some(at),
            (_, ')') => depth = depth.saturating_sub(1),
            _ => {}
        }
    }
    None
}

/// The folder of the script itself, in the ways in which scripts ask for it.
fn script_folder(command: &str, path: &Path) -> Option<String> {
    let bare: String = command.replace(['"', '\''], "").split_whitespace().collect::<Vec<_>>().join(" ");
    let bare =
        bare.replace("${BASH_SOURCE[0]}", "$0").replace("${BASH_SOURCE}", "$0").replace("$BASH_SOURCE", "$0");
    let bare = bare
        .replace(" >/dev/null 2>&1", "")
        .replace(" > /dev/null 2>&1", "")
        .replace(" &> /dev/null", "")
        .replace(" &>/dev/null", "");
    let asked = ["$0", "-- $0", "$(readlink -f $0)", "$(realpath $0)"];
    let is_dirname = |text: &str| {
        let inner = text.strip_prefix("$(").and_then(|text| text.strip_suffix(')')).unwrap_or(text);
        inner.strip_prefix("dirname ").is_some_and(|what| asked.contains(&what))
    };
    let folder = path.parent()?;
    let moved = bare
        .strip_prefix("cd ")
        .and_then(|rest| rest.strip_suffix(" && pwd").or(rest.strip_suffix(" && pwd -P")));
    let moved = moved.map(|to| to.strip_prefix("-- ").unwrap_or(to));
    let is_script = path.is_absolute();
    match moved {
        Some(to) if is_dirname(to) && is_script => Some(folder.display().to_string()),
        Some(to) if to.strip_suffix("/..").is_some_and(is_dirname) && is_script => {
            Some(folder.parent()?.display().to_string())
        }
        None if is_dirname(&bare) && is_script => Some(folder.display().to_string()),
        _ => None,
    }
}
