//! A `docker run` line, or that of a client like it, into a section: what stands before the verb, the options as
//! docker's client tells them apart, the image, the command.

use super::foreign::{self, Fate, Foreign};
use super::{Reading, Section, Text, Word, left_out, loose, overlap};
use crate::finding::{Code, Finding, Findings, Origin};
use crate::options::{Kind, ROWS, Row};
use std::iter::Peekable;
use std::slice::Iter;

/// The clients whose lines are docker's.
const CLIENTS: [&str; 4] = ["docker", "podman", "nerdctl", "finch"];

/// The verbs that make a container.
const VERBS: [&str; 2] = ["run", "create"];

/// Other names of options that dynrun has, and docker has not.
const NOT_DOCKERS: [&str; 2] = ["port", "hf-cache"];

/// Reads a line, whose first word is the client, into a section. None where it launches nothing.
///
/// # Errors
/// Everything that is wrong with a line that launches.
pub fn launch(
    words: &[Word],
    reading: Reading<'_>,
    findings: &mut Findings,
) -> Option<Result<Section, Findings>> {
    let (client, rest) = words.split_first()?;
    if !is_client(client) {
        return None;
    }
    let mut line = Line {
        words: rest.iter().peekable(),
        reading,
        section: Section::default(),
        faults: Findings::new(),
        said: Findings::new(),
    };
    let verb = line.verb()?;
    line.options();
    let image = line.image(verb);
    let Line { words, mut section, mut faults, said, .. } = line;
    findings.extend(said);
    faults.extend(image.err());
    if !faults.is_empty() {
        return Some(Err(faults));
    }
    findings.extend(overlap::named(&section, &verb.origin, reading));
    let command = loose::command(words, findings);
    section.command(command, &verb.origin, reading.secrets, findings);
    if verb.text.plain() == Some("create") {
        let note = left_out("`create` starts nothing: dynrun starts what it makes");
        findings.push(note.asked(format!("{} create", client.text.written()), &verb.origin));
    }
    Some(Ok(section))
}

/// Whether the word is a client's name or path.
fn is_client(word: &Word) -> bool {
    word.text.plain().is_some_and(|path| CLIENTS.contains(&path.rsplit('/').next().unwrap_or(path)))
}

/// A line as it is read.
struct Line<'a> {
    words: Peekable<Iter<'a, Word>>,
    reading: Reading<'a>,
    section: Section,
    faults: Findings,
    /// What is to be said of it.
    said: Findings,
}

impl<'a> Line<'a> {
    /// What stands before the verb, and the verb; none where it is none that makes a container.
    fn verb(&mut self) -> Option<&'a Word> {
        loop {
            let word = self.words.next()?;
            let plain = word.text.plain()?;
            if !plain.starts_with('-') {
                match plain {
                    "container" => {}
                    _ if VERBS.contains(&plain) => return Some(word),
                    _ => return None,
                }
                continue;
            }
            let (name, value) =
                plain.split_once('=').map_or((plain, None), |(name, value)| (name, Some(value)));
            let known = match name.strip_prefix("--") {
                Some(long) => foreign::named(foreign::GLOBAL, long),
                None => {
                    name[1..].chars().next().and_then(|letter| foreign::of_letter(foreign::GLOBAL, letter))
                }
            };
            let foreign = known?;
            if foreign.takes && value.is_none() && (name.starts_with("--") || name.len() == 2) {
                self.words.next();
            }
            self.lost(foreign, name, &word.origin);
        }
    }

    /// The options, up to the image.
    fn options(&mut self) {
        while let Some(word) = self.words.peek() {
            let word = *word;
            let start = word.text.start();
            if word.text.plain() == Some("--") {
                self.words.next();
                return;
            }
            if loose::is_option_list(&word.text) || self.holds_options(word) {
                self.words.next();
                self.said.push(loose::not_taken(word));
                continue;
            }
            if !start.starts_with('-') || word.text.plain() == Some("-") {
                return;
            }
            self.words.next();
            let read = if start.starts_with("--") { self.long(word) } else { self.short(word) };
            if let Err(finding) = read {
                self.faults.push(*finding);
                return;
            }
        }
    }

    /// Whether a word that a shell may leave out stands for options, and is no image: what follows is an option of docker's,
    /// or an image itself.
    fn holds_options(&self, word: &Word) -> bool {
        let Some(behind) =
            self.words.clone().nth(1).filter(|_| word.is_loose && !loose::is_image(&word.text))
        else {
            return false;
        };
        match behind.text.plain() {
            Some(plain) if plain.starts_with('-') => is_option(plain),
            Some(plain) => !plain.starts_with(['/', '.']) && plain.contains([':', '/']),
            None => loose::is_image(&behind.text),
        }
    }

    /// `--name`, `--name VALUE`, `--name=VALUE`.
    fn long(&mut self, word: &'a Word) -> Result<(), Box<Finding>> {
        let cut = word.text.split_once('=');
        let (name, value) = cut.map_or((word.text.clone(), None), |(name, value)| (name, Some(value)));
        let Some(name) = name.plain().map(str::to_owned) else {
            return Err(not_an_option(word));
        };
        let long = name.trim_start_matches("--");
        let row = Row::find(long).filter(|row| !row.is_own && !NOT_DOCKERS.contains(&long));
        let own = foreign::named(foreign::RUN, long);
        match (row, own) {
            (Some(row), _) => {
                let value = match (value, row.kind) {
                    (Some(value), _) => value,
                    (None, Kind::Switch) => Text::from("true"),
                    (None, Kind::One | Kind::Many) => self.next(&name, &word.origin)?,
                };
                self.say(row, &value, &name, &word.origin);
                Ok(())
            }
            (None, Some(foreign)) => self.foreign(foreign, value, &name, &word.origin),
            (None, None) => Err(Box::new(unknown(&name, word))),
        }
    }

    /// `-itd`, `-p VALUE`, `-pVALUE`, `-p=VALUE`.
    fn short(&mut self, word: &'a Word) -> Result<(), Box<Finding>> {
        let mut rest = word.text.strip_prefix("-").unwrap_or_default();
        while let Some(letter) = rest.start().chars().next() {
            let spelling = format!("-{letter}");
            let behind = rest.strip_prefix(&letter.to_string()).unwrap_or_default();
            let Some(row) = ROWS.iter().find(|row| row.short == Some(letter) && !row.is_own) else {
                return Err(Box::new(unknown(&spelling, word)));
            };
            let joined = behind.strip_prefix("=");
            let value = match (row.kind, joined) {
                (Kind::Switch, None) => {
                    self.say(row, &Text::from("true"), &spelling, &word.origin);
                    rest = behind;
                    continue;
                }
                (_, Some(value)) => value,
                (Kind::One | Kind::Many, None) if behind.is_empty() => self.next(&spelling, &word.origin)?,
                (Kind::One | Kind::Many, None) => behind,
            };
            self.say(row, &value, &spelling, &word.origin);
            return Ok(());
        }
        Ok(())
    }

    fn next(&mut self, spelling: &str, origin: &Origin) -> Result<Text, Box<Finding>> {
        let word = self.words.next().map(|word| word.text.clone());
        word.ok_or_else(|| {
            let finding = Finding::error(Code::Usage, format!("{spelling} needs a value, and the line ends"));
            Box::new(finding.asked(spelling, origin))
        })
    }

    fn say(&mut self, row: &'static Row, value: &Text, spelling: &str, origin: &Origin) {
        let said = self.section.say(row, value, (spelling, origin), self.reading, &mut self.said);
        self.faults.extend(said.err());
        if row.name == "gpus"
            && value.plain().is_some_and(|plain| plain.contains(',') && !plain.contains('='))
        {
            let note = Finding::note(
                Code::NotCarriedOver,
                "dynrun gives these devices; docker's client takes the list for a count",
            );
            self.said.push(
                note.asked(format!("{spelling} {}", value.written()), origin)
                    .help("say a count, where one is meant: --gpus count=1"),
            );
        }
    }

    /// An option that docker's client has not.
    fn foreign(
        &mut self,
        foreign: &'static Foreign,
        value: Option<Text>,
        name: &str,
        origin: &Origin,
    ) -> Result<(), Box<Finding>> {
        let value = match (value, foreign.takes) {
            (None, true) => Some(self.next(name, origin)?),
            (value, _) => value,
        };
        let is_off = value.as_ref().and_then(Text::plain) == Some("false") && !foreign.takes;
        match foreign.fate {
            _ if is_off => {}
            Fate::Becomes(option, word) => {
                // A time without a unit is seconds there.
                let value = value.map(|value| if option == "time-limit" { value.then("s") } else { value });
                let value = word.map(Text::from).or(value).unwrap_or_else(|| Text::from("true"));
                if let Some(row) = Row::find(option) {
                    self.say(row, &value, name, origin);
                }
            }
            Fate::Lost(_) => self.lost(foreign, name, origin),
        }
        Ok(())
    }

    fn lost(&mut self, foreign: &Foreign, name: &str, origin: &Origin) {
        if let Fate::Lost(why) = foreign.fate {
            self.said.push(left_out(format!("{name} is left out: {why}")).asked(name, origin));
        }
    }

    /// The image.
    fn image(&mut self, verb: &Word) -> Result<(), Finding> {
        if !self.faults.is_empty() {
            return Ok(());
        }
        let Some(word) = self.words.next() else {
            let finding = Finding::error(Code::NoImage, "the line names no image");
            return Err(finding.asked(verb.text.written(), &verb.origin));
        };
        let Some(row) = Row::find("image") else { return Ok(()) };
        self.section.say(row, &word.text, ("the image", &word.origin), self.reading, &mut self.said)
    }
}

/// Whether docker's client has this option.
fn is_option(word: &str) -> bool {
    match word.strip_prefix("--") {
        Some(long) => {
            let name = long.split('=').next().unwrap_or(long);
            Row::find(name).is_some_and(|row| !row.is_own) || foreign::named(foreign::RUN, name).is_some()
        }
        None => ROWS.iter().any(|row| row.short.is_some() && row.short == word.chars().nth(1) && !row.is_own),
    }
}

fn not_an_option(word: &Word) -> Box<Finding> {
    let finding = Finding::error(Code::NotUnderstood, "which option this is, is not known");
    Box::new(finding.asked(word.text.written(), &word.origin))
}

/// The finding for an option that nobody knows: whether a value follows it cannot be told.
fn unknown(name: &str, word: &Word) -> Finding {
    let names = ROWS.iter().filter(|row| !row.is_own).map(|row| format!("--{}", row.name));
    let names: Vec<String> = names.collect();
    let finding = Finding::error(Code::UnknownOption, format!("docker's client has no option {name}"));
    let finding = finding.asked(name, &word.origin);
    let finding =
        if name.starts_with("--") { finding.near(name, names.iter().map(String::as_str)) } else { finding };
    let own = name.strip_prefix("--").and_then(Row::find);
    match own {
        Some(_) => finding.help("it is dynrun's own: say it in the file that comes of this"),
        None => finding.help("take it out of the line: whether a value follows it is not known"),
    }
}
