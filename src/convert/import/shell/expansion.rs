//! What a script fills in: `$NAME`, `${NAME:-default}`, `$(command)`. What dynrun's files have a word for is written with
//! it; what only a run of the script would tell is marked.

use super::word::{Builder, is_name};
use super::{DEEPEST, DEEPEST_FILLED, Held, Script, is_client};
use crate::convert::import::{Text, left_out};
use crate::finding::{Code, Finding, Origin};
use std::path::Path;
use std::rc::Rc;

/// Variables that a shell has by itself, and that its programs do not see.
const SHELLS_OWN: [&str; 9] =
    ["RANDOM", "SECONDS", "LINENO", "HOSTNAME", "PPID", "BASHPID", "OSTYPE", "HOSTTYPE", "IFS"];

impl Script<'_> {
    /// `$...` or a command between backticks. What lies too deep in others ends with its line.
    pub(super) fn expansion(&mut self, is_quoted: bool, builder: &mut Builder) {
        if self.filled == DEEPEST_FILLED {
            builder.unknown = Some(format!(
                "more than {DEEPEST_FILLED} `${{...}}` lie in each other: no launch needs that"
            ));
            self.at += self.rest().find('\n').unwrap_or(self.rest().len());
            self.is_deep = true;
            return;
        }
        self.filled += 1;
        self.filled_in(is_quoted, builder);
        self.filled -= 1;
    }

    fn filled_in(&mut self, is_quoted: bool, builder: &mut Builder) {
        let rest = self.rest();
        if rest.starts_with('`') {
            return self.backticks(is_quoted, builder);
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
            Some(sign @ ('@' | '*')) => {
                self.at += 1;
                self.arguments(self.at - 2);
                builder.is_nothing |= sign == '@';
            }
            Some(letter @ ('0'..='9' | '#' | '?' | '$' | '!' | '-')) => {
                self.at += 1;
                builder.unknown = Some(format!("`${letter}` is known only while the script runs"));
                builder.push("");
            }
            _ => builder.push("$"),
        }
    }

    fn backticks(&mut self, is_quoted: bool, builder: &mut Builder) {
        self.at += 1;
        let (from, length) = (self.at, self.rest().find('`'));
        let inner = from..length.map_or(self.end, |length| from + length);
        self.at = (inner.end + 1).min(self.end);
        let before = self.commands.len();
        self.command(inner, is_quoted, builder);
        if length.is_none() {
            self.commands.truncate(before);
            self.unended(from - 1, "`");
        }
    }

    /// The script's own arguments: whoever launches says them.
    fn arguments(&mut self, from: usize) {
        let place = Origin::File(self.place(from..self.at));
        let note = left_out("the script's own arguments are left out");
        self.findings.push(
            note.asked(&self.text[from..self.at], &place)
                .help("say them when you launch, behind the command: dynrun run SERVICE -- COMMAND..."),
        );
    }

    /// A variable; behind its name stands what is said where it holds nothing.
    fn variable(&mut self, name: &str, otherwise: &str, is_quoted: bool, builder: &mut Builder) {
        let filled = match (self.held(name), name) {
            (Some(Held::One(text)), _) => Ok(self.marked(name, text)),
            (Some(Held::List(items)), _) => {
                Ok(self.marked(name, &items.first().cloned().unwrap_or_default()))
            }
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

    /// What a variable holds, which knows that it is a secret.
    fn marked(&self, name: &str, text: &Text) -> Text {
        if self.secrets.is_secret(name) && !text.is_empty() {
            text.clone().of_secret(name)
        } else {
            text.clone()
        }
    }

    /// `${...}`, behind its beginning.
    fn braces(&mut self, is_quoted: bool, builder: &mut Builder) {
        let from = self.at;
        let length =
            self.rest().chars().take_while(|letter| letter.is_ascii_alphanumeric() || *letter == '_').count();
        let name = self.text[from..from + length].to_owned();
        self.at += length;
        let sign = self.peek().filter(|sign| name.is_empty() && "@*".contains(*sign));
        self.at += sign.map_or(0, char::len_utf8);
        let index = ["[@]", "[*]", "[0]"].into_iter().find(|index| self.rest().starts_with(*index));
        self.at += index.map_or(0, str::len);
        let operator = [":-", ":=", ":?", ":+", "-", "=", "?", "+"]
            .into_iter()
            .find(|sign| self.rest().starts_with(*sign));
        self.at += operator.map_or(0, str::len);
        let word_start = self.at;
        let (word, unknown) = self.default_word(from - 2);
        let is_plain = operator.is_none() && self.at == word_start + 1;
        let is_number = !name.is_empty() && name.bytes().all(|byte| byte.is_ascii_digit());
        if sign.is_some() || is_number {
            return self.positional((from - 2, &name, sign), operator, (word, unknown), is_quoted, builder);
        }
        if !is_name(&name) || (operator.is_none() && !is_plain) {
            builder.unknown = Some("a shell would change a text here".to_owned());
            return builder.fill(Text::default(), true);
        }
        match index {
            Some("[@]" | "[*]") => self.list(&name, index == Some("[@]"), builder),
            _ => self.with_default(&name, operator, (word, unknown), is_quoted, builder),
        }
    }

    /// `${@}`, `${1:-default}`: none is given where nobody says any.
    fn positional(
        &mut self,
        (from, name, sign): (usize, &str, Option<char>),
        operator: Option<&str>,
        (word, unknown): (Text, Option<String>),
        is_quoted: bool,
        builder: &mut Builder,
    ) {
        match (operator, sign) {
            (Some(":-" | "-" | ":=" | "="), _) => {
                self.arguments(from);
                builder.fill(word, is_quoted);
                builder.unknown = builder.unknown.take().or(unknown);
            }
            (_, Some(sign)) => {
                self.arguments(from);
                builder.is_nothing |= sign == '@';
            }
            (_, None) => {
                builder.unknown = Some(format!("`${name}` is known only while the script runs"));
                builder.push("");
            }
        }
    }

    /// All elements of a list, each a word where it stands so between quotes.
    fn list(&mut self, name: &str, is_each: bool, builder: &mut Builder) {
        let items = match self.held(name).cloned() {
            Some(Held::List(items)) => items,
            Some(Held::One(text)) => vec![text],
            Some(Held::Unknown(why)) => {
                builder.unknown = Some(why);
                return builder.push("");
            }
            None => {
                let place = Origin::File(self.place(self.at..self.at));
                let note = left_out(format!("nothing sets the list `{name}`, and it is taken for nothing"));
                self.findings.push(note.asked(format!("${{{name}[@]}}"), &place).help("write its words out"));
                Vec::new()
            }
        };
        builder.is_nothing |= is_each && items.is_empty();
        builder.fill_list(items.iter().map(|item| self.marked(name, item)).collect());
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
            Some(Held::One(text)) => Some(self.marked(name, text)),
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
            Some(operator) => {
                let text = Text::variable(name, &format!(":-{}", word.written())).of_same(&word);
                if operator.ends_with('=') && unknown.is_none() {
                    self.hold(name.to_owned(), Held::One(text.clone()));
                }
                builder.fill(text, true);
            }
        }
        builder.unknown = builder.unknown.take().or(unknown);
    }

    /// The word behind an operator, up to the `}` that ends what is opened there.
    fn default_word(&mut self, open: usize) -> (Text, Option<String>) {
        let mut builder = Builder::default();
        while let Some(letter) = self.peek().filter(|_| !self.is_deep) {
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
        if !self.is_deep {
            self.unended(open, "${");
        }
        builder.whole()
    }

    /// `(...)`, of which the command's output is filled in.
    pub(super) fn substitution(&mut self, is_quoted: bool, builder: &mut Builder) {
        let open = self.at + self.rest().find('(').unwrap_or_default();
        let closed = closing(&self.text[open..self.end]);
        let end = closed.map_or(self.end, |length| open + length);
        let inner = (open + 1).min(end)..end;
        self.at = (end + 1).min(self.end);
        let before = self.commands.len();
        self.command(inner, is_quoted, builder);
        if closed.is_none() {
            self.commands.truncate(before);
            self.unended(open, "(");
        }
    }

    /// What a command prints, where dynrun knows it; a launch in it is one of the script's.
    fn command(&mut self, inner: std::ops::Range<usize>, is_quoted: bool, builder: &mut Builder) {
        let text = self.text[inner.clone()].trim();
        if self.depth < DEEPEST {
            let known = (self.source, self.secrets);
            let mut within = Script::new(known, inner, Rc::clone(&self.held), self.depth + 1);
            within.moved.clone_from(&self.moved);
            within.read();
            self.commands.append(&mut within.commands);
            self.faults.append(&mut within.faults);
        } else {
            let message =
                format!("more than {DEEPEST} commands lie in each other: the innermost are not read");
            let place = Origin::File(self.place(inner));
            self.faults.push(Finding::error(Code::NotUnderstood, message).asked("$(...", &place));
        }
        let known = match text {
            // A comment in the middle of a line.
            _ if text.is_empty() || text.starts_with('#') => return builder.fill(Text::default(), is_quoted),
            "pwd" | "pwd -P" => Some(Text::folder()),
            "id -u" => Some(Text::known("uid")),
            "id -g" => Some(Text::known("gid")),
            "git rev-parse --show-toplevel" => Some(Text::known("workspace")),
            _ if client(text).is_some() => client(text).map(Text::from),
            "whoami" | "id -un" => Some(Text::variable("USER", ":-")),
            _ => script_folder(text, &self.source.path).map(Text::from),
        };
        match known {
            // A path with a blank in it would be cut by a shell, which nobody means.
            Some(text) => builder.fill(text, true),
            None => {
                let program = program_of(text);
                let unknown = || format!("what `{program}` prints is known only while the script runs");
                builder.unknown = builder.unknown.take().or_else(|| Some(unknown()));
                builder.fill(Text::default(), true);
            }
        }
    }
}

/// A command by its first word. Its others may hold a secret, and the first one where it sets a variable.
fn program_of(command: &str) -> String {
    match command.split_once(char::is_whitespace) {
        _ if command.split_whitespace().next().is_some_and(|first| first.contains('=')) => "...".to_owned(),
        Some((program, _)) => format!("{program} ..."),
        None => command.to_owned(),
    }
}

/// Where the bracket is closed that the text begins with. Between double quotes a bracket is one behind a `$` alone.
fn closing(text: &str) -> Option<usize> {
    let mut open: Vec<char> = Vec::new();
    let mut letters = text.char_indices().peekable();
    while let Some((at, letter)) = letters.next() {
        let is_in_quotes = open.last() == Some(&'"');
        match letter {
            '\\' => drop(letters.next()),
            '"' if is_in_quotes => drop(open.pop()),
            '$' if is_in_quotes => {
                open.extend(letters.next_if(|(_, next)| *next == '(').map(|(_, next)| next));
            }
            _ if is_in_quotes => {}
            '\'' => drop(letters.find(|(_, next)| *next == '\'')),
            '"' | '(' => open.push(letter),
            ')' if open.len() == 1 => return Some(at),
            ')' => drop(open.pop()),
            _ => {}
        }
    }
    None
}

/// The client of an engine whose place is asked for.
fn client(command: &str) -> Option<&str> {
    let name =
        ["which ", "command -v ", "type -p "].iter().find_map(|front| command.strip_prefix(front))?.trim();
    is_client(name).then_some(name)
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
