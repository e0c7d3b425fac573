//! `Line`: the words of a command line up to the cursor, as far as they are understood, and what the last of them is to
//! be completed to. What is wrong in them is nobody's business before Enter.

use super::wish::{Place, What, Wish};
use super::{Takes, help, is_many, names, offers, options, takes};
use crate::cli::launch::{self, Launch};
use crate::cli::verbs::{VERBS, VerbRow};
use crate::finding::Origin;
use crate::options::Row;
use crate::values::Roots;
use clap::{Arg, ArgAction, Command};
use std::ffi::OsStr;
use std::path::PathBuf;

/// A command line on its way.
#[derive(Debug)]
pub struct Line {
    /// What is said before the word under the cursor: of the call, and of the launch.
    pub said: Launch,
    /// The verb.
    pub verb: Option<&'static str>,
    /// The compose file that is said.
    pub composed: Option<PathBuf>,
    /// What is asked for.
    pub goal: Goal,
}

/// What the word under the cursor is to become.
#[derive(Debug, PartialEq, Eq)]
pub enum Goal {
    /// A word of dynrun's.
    Word(Vec<Wish>),
    /// A word of the command that begins with this word of the line.
    Command(usize),
}

impl Line {
    /// Reads the words after the program's name; the last is the one under the cursor, up to the cursor.
    #[must_use]
    pub fn read(words: &[String], roots: Roots<'_>) -> Self {
        let nothing = String::new();
        let (current, before) = words.split_last().unwrap_or((&nothing, &[]));
        let mut reader = Reader {
            said: Launch::default(),
            verb: None,
            scope: before_verb(),
            place: 0,
            words: Vec::new(),
            composed: None,
            roots,
        };
        let mut words = before.iter().enumerate();
        while let Some((at, word)) = words.next() {
            if word == "--" {
                return reader.line(Goal::Command(at + 1));
            }
            if !word.starts_with('-') || word == "-" {
                reader.word(word);
                continue;
            }
            match held(&reader.scope, word) {
                Held::Nothing => {}
                Held::Here(option, at) => reader.said_of(&option, &word[at..]),
                Held::Next(option) => match words.next() {
                    Some((_, value)) => reader.said_of(&option, value),
                    None => {
                        let wishes = reader.value(&option, &Place::new("", current));
                        return reader.line(Goal::Word(wishes));
                    }
                },
            }
        }
        let wishes = reader.current(current);
        reader.line(Goal::Word(wishes))
    }
}

/// Before the verb: the options of a launch without one.
fn before_verb() -> Command {
    let version = Arg::new("version").long("version").short('V').action(ArgAction::SetTrue);
    let version = version.help("Print the version").help_heading("Call");
    launch::with_help(launch::command("dynrun")).arg(version)
}

/// What has been read so far.
struct Reader<'r> {
    said: Launch,
    verb: Option<&'static VerbRow>,
    scope: Command,
    /// How many words there were after the verb that belong to no option.
    place: usize,
    /// These words.
    words: Vec<String>,
    /// The compose file that is said.
    composed: Option<PathBuf>,
    roots: Roots<'r>,
}

impl Reader<'_> {
    fn line(self, goal: Goal) -> Line {
        Line { said: self.said, verb: self.verb.map(|verb| verb.name), composed: self.composed, goal }
    }

    /// Takes a word that belongs to no option.
    fn word(&mut self, word: &str) {
        if self.verb.is_some() {
            let is_service = self.positional().is_some_and(|positional| positional.get_id() == "SERVICE");
            if is_service && self.said.positional.is_none() {
                self.said.positional = Some(word.to_owned());
            }
            self.place += 1;
            self.words.push(word.to_owned());
            return;
        }
        self.verb = VERBS.iter().find(|verb| verb.name == word);
        self.scope = match self.verb {
            Some(verb) => launch::with_help((verb.command)()),
            None => Command::new("unknown"),
        };
        // After an unknown verb, no further word is one.
        self.place = usize::from(self.verb.is_none());
    }

    /// Takes the value of an option. One that is none is left out.
    fn said_of(&mut self, option: &Arg, value: &str) {
        let call = &mut self.said.call;
        match (option.get_id().as_str(), Row::find(option.get_id().as_str())) {
            (_, Some(row)) => {
                let origin = Origin::Flag(format!("--{}", row.name));
                let _ = (row.slots.put)(&mut self.said.options, value, self.roots, origin);
            }
            ("compose", None) => self.composed = Some(value.into()),
            ("config", None) => call.config.push(value.into()),
            ("profile", None) => call.profile = Some(value.to_owned()),
            ("context", None) => call.context = Some(value.to_owned()),
            ("host", None) => call.host = Some(value.to_owned()),
            _ => {}
        }
    }

    /// The argument that the next word is.
    fn positional(&self) -> Option<&Arg> {
        let shown = self.scope.get_positionals().filter(|one| !one.is_last_set() && !one.is_hide_set());
        let mut all: Vec<&Arg> = shown.collect();
        all.sort_by_key(|one| one.get_index().unwrap_or(usize::MAX));
        all.get(self.place).or_else(|| all.last().filter(|last| is_many(last))).copied()
    }

    /// What the word under the cursor may become, where no option waits for it.
    fn current(&self, word: &str) -> Vec<Wish> {
        let whole = Place::new("", word);
        if word.starts_with('-') {
            return match held(&self.scope, word) {
                Held::Here(option, at) => self.value(&option, &Place::new(&word[..at], &word[at..])),
                Held::Nothing | Held::Next(_) => vec![whole.wish(What::Words(self.options(word)))],
            };
        }
        if self.composed.is_some() {
            return whole.wishes(&offers::COMPOSED, None);
        }
        if self.verb.is_some() {
            let Some(positional) = self.positional() else { return Vec::new() };
            // Of several, each is said once.
            let said = if is_many(positional) { self.words.clone() } else { Vec::new() };
            return self.value(positional, &whole.without(said));
        }
        let verbs = VERBS.iter().map(|verb| (verb.name.to_owned(), verb.about.to_owned()));
        if self.place == 0 { vec![whole.wish(What::Words(verbs.collect()))] } else { Vec::new() }
    }

    /// The options by their long names; by their short ones, too, where no long one is begun.
    fn options(&self, word: &str) -> Vec<(String, String)> {
        let wants = |name: &String| !word.starts_with("--") || name.starts_with("--");
        let all = options(&self.scope).filter(|option| !option.is_hide_set());
        all.flat_map(|option| {
            let help = help(option);
            names(option).into_iter().filter(wants).map(move |name| (name, help.clone()))
        })
        .collect()
    }

    fn value(&self, argument: &Arg, place: &Place) -> Vec<Wish> {
        offers::wishes(argument, self.verb.map(|verb| verb.name), place)
    }
}

/// Where a word that begins with a hyphen has the value of an option.
enum Held {
    /// Nowhere: what it says takes none, or is unknown.
    Nothing,
    /// In the same word, from there on.
    Here(Box<Arg>, usize),
    /// In the next word.
    Next(Box<Arg>),
}

fn held(scope: &Command, word: &str) -> Held {
    let Some(long) = word.strip_prefix("--") else { return held_by_letters(scope, word) };
    let (name, value) = match long.split_once('=') {
        Some((name, _)) => (name, Some("--=".len() + name.len())),
        None => (long, None),
    };
    let is_it =
        |option: &&Arg| option.get_long_and_visible_aliases().is_some_and(|names| names.contains(&name));
    match (options(scope).find(is_it), value) {
        (Some(option), Some(at)) if takes(option) != Takes::Nothing => Held::Here(option.clone().into(), at),
        (Some(option), None) if takes(option) == Takes::Value => Held::Next(option.clone().into()),
        _ => Held::Nothing,
    }
}

/// A cluster of short options: the first that takes a value takes the cluster's rest, or else the next word.
fn held_by_letters(scope: &Command, word: &str) -> Held {
    for (at, letter) in word.char_indices().skip(1) {
        let Some(option) = options(scope).find(|option| option.get_short() == Some(letter)) else {
            return Held::Nothing;
        };
        let rest = &word[at + letter.len_utf8()..];
        let equals = usize::from(rest.starts_with('='));
        let here = word.len() - rest.len() + equals;
        match takes(option) {
            Takes::Value if rest.is_empty() => return Held::Next(option.clone().into()),
            Takes::Value => return Held::Here(option.clone().into(), here),
            Takes::Perhaps if equals == 1 => return Held::Here(option.clone().into(), here),
            Takes::Perhaps | Takes::Nothing => {}
        }
    }
    Held::Nothing
}

/// The words of arguments, those that are no text with what is none left out.
pub(super) fn texts(argv: &[impl AsRef<OsStr>]) -> Vec<String> {
    argv.iter().map(|word| word.as_ref().to_string_lossy().into_owned()).collect()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::values::Names;
    use std::path::Path;

    fn read(line: &str) -> Line {
        let words: Vec<String> = line.split(' ').map(str::to_owned).collect();
        Line::read(&words, Roots { base: Path::new("/"), home: None })
    }

    /// What is offered to the last word: names with what stands before them, and words that fit.
    fn offered(line: &str) -> Vec<String> {
        let Goal::Word(wishes) = read(line).goal else { return vec!["a command".to_owned()] };
        let said = |wish: Wish| match wish.what.clone() {
            What::Words(words) => wish.candidates(words).map(|one| one.word).collect::<Vec<_>>(),
            What::Names(names) => vec![format!("{}<{names:?}>", wish.before)],
            What::Files => vec![format!("{}<files>", wish.before)],
            What::Folders => vec![format!("{}<folders>", wish.before)],
        };
        wishes.into_iter().flat_map(said).collect()
    }

    #[test]
    fn the_place_under_the_cursor_is_found() {
        for (line, want) in [
            ("ru", &["run"][..]),
            ("--profile ci ru", &["run"]),
            ("--profile ", &["<Profiles>"]),
            ("run ", &["<Services>"]),
            ("run gateway ", &[]),
            ("run --priv", &["--privileged"]),
            ("run --rm ", &["<Services>"]),
            ("run --rm=t", &["--rm=true"]),
            ("run --network ho", &["host", "<Networks>"]),
            ("run --net=ho", &["--net=host", "--net=<Networks>"]),
            ("run -itp 80 ", &["<Services>"]),
            ("run -ip80 ", &["<Services>"]),
            ("run -itv", &[]),
            ("run -itvda", &["-itv<Volumes>", "-itv<files>"]),
            ("run -e ", &["<Variables>"]),
            ("run -eA=", &["-e<Variables>"]),
            ("run --entrypoint -- ", &["<Services>"]),
            ("run -- ls", &["a command"]),
            ("shell ", &["<Services>", "<Running>"]),
            ("stop a ", &["<Running>"]),
            ("logs ", &["<Logged>"]),
            ("logs a ", &[]),
            ("explain ", &["<Codes>"]),
            ("config ", &["<Stacks>", "<Services>", "<Options>"]),
            ("config gateway ", &["<Options>"]),
            ("run --config ", &["<files>"]),
            ("run --skip ", &["<Checks>"]),
            ("run --context ", &["<Contexts>"]),
            ("run --log-level ", &["error", "warn", "info", "debug", "trace"]),
            ("completions f", &["fish"]),
            ("nonsense ", &[]),
            ("nonsense -", &[]),
            ("run --nonsense ", &["<Services>"]),
            ("run --name ", &[]),
        ] {
            assert_eq!(offered(line), want, "{line:?}");
        }
    }

    #[test]
    fn of_several_words_each_is_offered_once() {
        for (line, want) in [
            ("down shop ", &["shop"][..]),
            ("stop -t 2 a b ", &["a", "b"]),
            ("rm a -f b c", &["a", "b"]),
            ("run a", &[]),
            ("logs --tail 5 ", &[]),
        ] {
            let Goal::Word(wishes) = read(line).goal else { panic!("no word") };
            assert_eq!(wishes[0].said, want, "{line:?}");
        }
    }

    #[test]
    fn what_was_said_before_is_kept() {
        let line = read(
            "--profile ci run --config a.toml --host unix:///x -p 80:80 --shm-size nonsense gateway -e ",
        );
        assert_eq!(line.verb, Some("run"));
        assert_eq!(line.said.positional.as_deref(), Some("gateway"));
        assert_eq!(line.said.call.profile.as_deref(), Some("ci"));
        assert_eq!(line.said.call.host.as_deref(), Some("unix:///x"));
        assert_eq!(line.said.call.config, [Path::new("a.toml")]);
        assert_eq!(line.said.options.publish.iter().count(), 1);
        assert_eq!(line.said.options.shm_size.get(), None);
        let Goal::Word(wishes) = line.goal else { panic!("no word") };
        assert_eq!(wishes[0].what, What::Names(Names::Variables));
    }
}
