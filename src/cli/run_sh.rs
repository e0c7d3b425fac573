//! Called as `run.sh`: run.sh's own words into the same launch. Its grammar is its own: a value is always a word of
//! its own, an empty one is a missing one, and the first empty word ends the options as `--` does.

use super::command_line::{named_before, stray_value};
use super::launch::{self, Call, DryRun, Launch, LogLevel};
use super::{Invocation, UsageError, Verb};
use crate::config::Sources;
use crate::finding::{Code, Finding, Findings, Origin, nearest};
use crate::options::{Kind, Layer, ROWS, Row};
use crate::values::{Gpus, Interactive, Roots, Tty};
use std::ffi::OsString;
use std::fmt::Write as _;
use std::slice::Iter;

/// The profile that holds run.sh's habits, and the service that it launches.
pub const HABITS: (&str, &str) = ("run-sh", "inference");

/// What a word of run.sh's means.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Takes {
    /// A value; the last one counts.
    One,
    /// A value; every one counts.
    Many,
    /// TRUE or FALSE.
    Truth,
    /// Nothing.
    Nothing,
}

use Takes::{Many, Nothing, One, Truth};

/// run.sh's options, and the rows of the table that they are. `-it`, `--dry-run` and help are no rows.
const OPTIONS: &[(&str, &str, Takes)] = &[
    ("--framework", "framework", One),
    ("--image", "image", One),
    ("--target", "target", One),
    ("--name", "name", One),
    ("--hf-home", "hf-home", One),
    ("--hf-cache", "hf-home", One),
    ("--gpus", "gpus", One),
    ("--runtime", "runtime", One),
    ("--entrypoint", "entrypoint", One),
    ("--workdir", "workdir", One),
    ("--network", "network", One),
    ("--user", "user", One),
    ("--privileged", "privileged", Truth),
    ("--rm", "rm", Truth),
    ("-v", "volume", Many),
    ("-p", "publish", Many),
    ("--port", "publish", Many),
    ("-e", "env", Many),
    ("--mount-workspace", "mount-workspace", Nothing),
    ("--use-nixl-gds", "use-nixl-gds", Nothing),
];

/// The option of run.sh's that is spelled so, as a row of the table; and what it takes.
#[must_use]
pub fn run_sh_option(spelling: &str) -> Option<(&'static Row, Takes)> {
    let (_, name, takes) = OPTIONS.iter().find(|(known, _, _)| *known == spelling)?;
    Some((Row::find(name)?, *takes))
}

/// What else run.sh takes, with its help.
const FURTHER: &[(&str, &str)] = &[
    ("-it", "Allocate a terminal and keep standard input open"),
    ("--dry-run", "Print the docker run line in place of launching"),
    ("-h, -?, --help", "Print this"),
    ("--", "What follows is the command and its arguments"),
];

/// Reads run.sh's arguments.
///
/// # Errors
/// The arguments do not follow run.sh's grammar, or docker would not take one of the values.
pub fn parse_run_sh(argv: &[OsString], roots: Roots<'_>) -> Result<Invocation, UsageError> {
    let mut reading =
        Reading { words: argv.iter(), launch: Launch::default(), roots, findings: Findings::new() };
    let mut refused = Findings::new();
    while let Some(word) = reading.words.next().filter(|word| !word.is_empty() && *word != "--") {
        match word.to_str() {
            Some("-h" | "-?" | "--help") => {
                return Ok(Invocation { verb: Verb::Help(help()), log_level: LogLevel::Info });
            }
            Some("--dry-run") => reading.launch.call.dry_run = Some(DryRun::Offline),
            Some("-it") => reading.terminal(),
            _ => match reading.option(&word.to_string_lossy()) {
                Ok(()) => {}
                Err(Stop(finding)) => {
                    let variable = word.to_str().and_then(|word| named_before(argv, word));
                    refused.push(variable.map_or(finding, |name| stray_value(&name)));
                    break;
                }
            },
        }
    }
    reading.end(refused, argv)
}

/// A fault after which nothing can be told of the words that follow.
struct Stop(Finding);

/// run.sh's arguments on their way into a launch.
struct Reading<'a> {
    words: Iter<'a, OsString>,
    launch: Launch,
    roots: Roots<'a>,
    /// What docker would have refused, had run.sh handed it on.
    findings: Findings,
}

impl Reading<'_> {
    fn option(&mut self, said: &str) -> Result<(), Stop> {
        let known = OPTIONS.iter().find(|(spelling, _, _)| *spelling == said);
        let Some((row, takes)) = known.and_then(|(_, name, takes)| Some((Row::find(name)?, *takes))) else {
            return Err(Stop(unknown(said, self.words.next())));
        };
        let word = match takes {
            Nothing => "true".to_owned(),
            One | Many | Truth => {
                let word = self.words.next().filter(|word| !word.is_empty());
                let Some(word) = word else { return Err(Stop(missing(said))) };
                let Some(text) = launch::text(word, said, &mut self.findings) else { return Ok(()) };
                if takes == Truth { truth(said, &text)? } else { text }
            }
        };
        if takes != Many {
            (row.slots.clear)(&mut self.launch.options);
        }
        let origin = Origin::Flag(said.to_owned());
        let put = (row.slots.put)(&mut self.launch.options, &word, self.roots, origin.clone());
        let finding = put.map_err(|error| row.bad_value(&word, &error, &origin));
        match finding {
            // run.sh itself knows the frameworks; every other value is docker's to take.
            Err(finding) if row.name == "framework" => Err(Stop(finding)),
            Err(finding) => {
                self.findings.push(finding);
                Ok(())
            }
            Ok(()) => Ok(()),
        }
    }

    fn terminal(&mut self) {
        let origin = Origin::Flag("-it".to_owned());
        self.launch.options.interactive.set(Interactive::On, origin.clone());
        self.launch.options.tty.set(Tty::On, origin);
    }

    /// The words that are left are the command; an empty word that ended the options is its first.
    fn end(mut self, refused: Findings, argv: &[OsString]) -> Result<Invocation, UsageError> {
        if !refused.is_empty() {
            return Err(UsageError { findings: refused, is_launch: false });
        }
        let left = self.words.as_slice();
        let ended_by_empty = argv.len() > left.len() && argv[argv.len() - left.len() - 1].is_empty();
        let front = ended_by_empty.then(OsString::new);
        let (findings, words) = (&mut self.findings, front.iter().chain(left));
        self.launch.command = words.filter_map(|word| launch::text(word, "the command", findings)).collect();
        if !self.findings.is_empty() {
            return Err(UsageError { findings: self.findings, is_launch: true });
        }
        without_runtime(&mut self.launch.options);
        let (profile, service) = HABITS;
        self.launch.call = Call { profile: Some(profile.to_owned()), ..self.launch.call };
        self.launch.positional = Some(service.to_owned());
        self.launch.sources = Sources::BuiltIn;
        Ok(Invocation { verb: Verb::Run(Box::new(self.launch)), log_level: LogLevel::Info })
    }
}

/// Without GPUs run.sh drops the runtime, even one that was asked for.
fn without_runtime(options: &mut Layer) {
    if options.gpus.get() == Some(&Gpus::None) {
        options.runtime.clear();
    }
}

fn truth(said: &str, word: &str) -> Result<String, Stop> {
    let known = ["true", "false"].into_iter().find(|known| word.eq_ignore_ascii_case(known));
    known.map(str::to_owned).ok_or_else(|| {
        let origin = Origin::Flag(said.to_owned());
        let finding = Finding::error(Code::BadValue, format!("{said} takes TRUE or FALSE"));
        // The old script took every other word for TRUE.
        Stop(
            finding
                .asked(format!("{said} {word}"), &origin)
                .help(format!("say {said} TRUE, or {said} FALSE")),
        )
    })
}

fn missing(said: &str) -> Finding {
    Finding::error(Code::Usage, format!("{said} requires an argument"))
        .help("run.sh --help lists the options")
}

/// The finding for a word that run.sh does not know, with what was probably meant and who would take it.
fn unknown(said: &str, next: Option<&OsString>) -> Finding {
    let (name, value) = said.split_once('=').map_or((said, None), |(name, value)| (name, Some(value)));
    if let Some(finding) = value.and_then(|value| joined(name, value)) {
        return finding;
    }
    let finding = Finding::error(Code::UnknownOption, format!("run.sh has no option `{name}`"));
    let spellings = OPTIONS.iter().map(|(spelling, _, _)| *spelling).chain(["-it", "--dry-run", "--help"]);
    let finding = match nearest(name, spellings.clone()) {
        _ if !said.starts_with('-') => finding.help(format!("a command follows `--`: -- {said}")),
        // One letter is as near as any other.
        Some(near) if name.len() > 2 => finding.help(format!("did you mean {near}?")),
        _ => finding,
    };
    let is_known = spellings.into_iter().any(|spelling| spelling == name);
    let finding = match row_of(name).filter(|_| !is_known) {
        Some(row) => {
            let word = value.or(next.and_then(|next| next.to_str())).unwrap_or_default();
            let asked = match row.kind {
                Kind::Switch => name.to_owned(),
                Kind::One | Kind::Many => row.asked(word, &Origin::Flag(name.to_owned())),
            };
            finding.help(format!("dynrun itself takes it: dynrun run {} {asked}", HABITS.1))
        }
        None => finding,
    };
    finding.help("run.sh --help lists the options")
}

/// The finding for an option of run.sh's whose value hangs on it by `=`.
fn joined(name: &str, value: &str) -> Option<Finding> {
    let is_further = ["-it", "--dry-run", "--help"].contains(&name);
    let option = OPTIONS.iter().find(|(spelling, _, _)| *spelling == name);
    let takes = option.map(|(_, _, takes)| *takes).or(is_further.then_some(Nothing))?;
    let (message, said) = match takes {
        Nothing => (format!("run.sh's {name} takes no value"), name.to_owned()),
        One | Many | Truth => {
            // What could hold a secret is not said again.
            let row = Row::find(option?.1)?;
            let word = if row.quotable { shlex::try_quote(value).ok()? } else { row.form.into() };
            (format!("run.sh takes no `=` behind {name}"), format!("{name} {word}"))
        }
    };
    let finding = Finding::error(Code::Usage, message);
    Some(finding.help(format!("say {said}")).help("run.sh --help lists the options"))
}

/// dynrun's own option of this spelling.
fn row_of(spelling: &str) -> Option<&'static Row> {
    match spelling.strip_prefix("--") {
        Some(long) => Row::find(long),
        None => {
            let short = spelling.strip_prefix('-').filter(|rest| rest.chars().count() == 1)?;
            ROWS.iter().find(|row| row.short.is_some_and(|letter| short.starts_with(letter)))
        }
    }
}

/// run.sh's usage.
fn help() -> String {
    let mut text = String::from("usage: run.sh [OPTIONS] [-- COMMAND...]\n\n");
    for (spelling, name, takes) in OPTIONS {
        let Some(row) = Row::find(name) else { continue };
        let said = match takes {
            Nothing => (*spelling).to_owned(),
            Truth => format!("{spelling} TRUE|FALSE"),
            One | Many => format!("{spelling} {}", short_form(row)),
        };
        let _ = writeln!(text, "  {said:<37}{}", row.help.trim());
    }
    for (said, help) in FURTHER {
        let _ = writeln!(text, "  {said:<37}{help}");
    }
    text.push_str(
        "\nThis run.sh is dynrun. `dynrun config inference --profile run-sh --origin` shows its habits.\n",
    );
    text
}

/// The form of a value, where it is short enough to stand beside its option.
fn short_form(row: &Row) -> &'static str {
    if row.form.len() <= 24 { row.form } else { "VALUE" }
}
