//! The launch options, built from the table, and the options that belong to one call only.

use super::help::{self, Extent};
use super::{Invocation, UsageError, Verb, clap_error, command_line};
use crate::config::Sources;
use crate::finding::{Code, Finding, Findings, Origin};
use crate::options::{Kind, Layer, ROWS, Row};
use crate::values::Roots;
use clap::{Arg, ArgAction, ArgMatches, Command, ValueHint};
use std::ffi::OsString;
use std::path::PathBuf;

/// How a result is printed.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum Format {
    /// For people.
    #[default]
    Text,
    /// For programs.
    Json,
}

/// Whether a dry run may ask the engine.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum DryRun {
    /// It asks nobody.
    Offline,
    /// It asks the engine, reading only.
    Engine,
}

/// What comes of the checks of a launch against this machine and the engine, before anything is made.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum Preflight {
    /// What is wrong refuses the launch.
    #[default]
    Enforce,
    /// What is wrong is warned of, and the engine's answer decides.
    Warn,
    /// Nothing is checked.
    Off,
}

/// How much is said on standard error.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum LogLevel {
    /// Errors alone.
    Error,
    /// Warnings, too.
    Warn,
    /// Notes, too.
    Info,
    /// Every request to the engine, too.
    Debug,
    /// What `debug` says: nothing more is ever printed.
    Trace,
}

/// The options that belong to one call and are no key of a file.
#[derive(Debug, Clone, Default)]
pub struct Call {
    /// Configuration files to read after all others.
    pub config: Vec<PathBuf>,
    /// The profile.
    pub profile: Option<String>,
    /// The docker context whose engine is used.
    pub context: Option<String>,
    /// The engine's address.
    pub host: Option<String>,
    /// Whether the project's file is trusted for this call.
    pub trust: bool,
    /// Whether to print the launch in place of doing it.
    pub dry_run: Option<DryRun>,
    /// What comes of the checks.
    pub preflight: Preflight,
    /// The checks that are left out.
    pub skip: Vec<String>,
    /// How results are printed.
    pub format: Format,
    /// Where to write a report of the launch.
    pub report: Option<PathBuf>,
}

/// A launch as it was said.
#[derive(Debug, Clone, Default)]
pub struct Launch {
    /// The options of this call.
    pub call: Call,
    /// Which files and variables count beside the options.
    pub sources: Sources,
    /// The launch options.
    pub options: Layer,
    /// The service, where it was named without `--service`.
    pub positional: Option<String>,
    /// The variable or the label that was named without a value right before the service or the key, with its option: that
    /// word may be the value.
    pub behind: Option<String>,
    /// The switch right before the service, where that word is a value which it takes behind `=` only: `--wait=3s`.
    pub joined: Option<String>,
    /// A further word after the service: a key, for `dynrun config`.
    pub second_positional: Option<String>,
    /// The command and its arguments, after `--`.
    pub command: Vec<String>,
}

impl Launch {
    /// What is said of a service that does not exist, where its name may be a secret that was meant for a variable.
    #[must_use]
    pub fn stray_value(&self) -> Option<Finding> {
        self.behind.as_deref().map(command_line::stray_value)
    }

    /// The finding that a word is no service; where it was to be a switch's value, with that as the help.
    #[must_use]
    pub fn or_joined(&self, finding: Finding) -> Finding {
        match &self.joined {
            Some(joined) => command_line::with_joined(finding, joined),
            None => finding,
        }
    }
}

/// What `dynrun run` was asked.
pub(super) fn read(
    matches: &ArgMatches,
    argv: &[OsString],
    roots: Roots<'_>,
) -> Result<Invocation, UsageError> {
    let (launch, log_level) = from_matches(matches, argv, roots, true)?;
    Ok(Invocation { verb: Verb::Run(Box::new(launch)), log_level })
}

/// Reads arguments that name no verb in front. Further words are let through: one may be a misplaced verb's.
pub(super) fn parse_without_verb(argv: &[OsString], roots: Roots<'_>) -> Result<Invocation, UsageError> {
    let command = command("run")
        .mut_arg("SERVICE", |words| words.num_args(0..).index(1))
        .mut_arg("COMMAND", |words| words.index(2));
    match matches(command, argv, true)? {
        Parsed::Help(text) => Ok(Invocation { verb: Verb::Help(text), log_level: LogLevel::Info }),
        Parsed::Matches(matches) => read(&matches, argv, roots),
    }
}

/// What clap makes of the arguments.
pub(super) enum Parsed {
    Help(String),
    Matches(ArgMatches),
}

/// Runs clap, and prints help where it was asked for.
pub(super) fn matches(command: Command, argv: &[OsString], is_launch: bool) -> Result<Parsed, UsageError> {
    let mut command = with_help(command);
    let lone_h = argv.last().is_some_and(|last| last == "-h") && !argv.iter().any(|word| word == "--");
    if lone_h || (argv.first().is_some_and(|word| word == "--help")) {
        return Ok(Parsed::Help(help::text(&command, Extent::Common)));
    }
    let name = command.get_name().to_owned();
    match command.try_get_matches_from_mut(std::iter::once(OsString::from(name.clone())).chain(argv.to_vec()))
    {
        Ok(matches) => Ok(Parsed::Matches(matches)),
        Err(error) if error.kind() == clap::error::ErrorKind::DisplayHelp => {
            let mut said = argv.iter().take_while(|word| *word != "--");
            let extent = if said.any(|word| word == HELP_ALL) { Extent::All } else { Extent::Common };
            Ok(Parsed::Help(help::text(&command, extent)))
        }
        Err(error) => Err(UsageError {
            findings: vec![clap_error::finding(&error, &command, argv, is_launch)],
            is_launch,
        }),
    }
}

/// The clap command of a verb that takes launch options.
pub(super) fn command(verb: &'static str) -> Command {
    let positional =
        Arg::new("SERVICE").help("Service to launch").value_parser(clap::value_parser!(OsString));
    let trailing = Arg::new("COMMAND").last(true).num_args(0..).help("Command and arguments");
    let command = base(verb, "dynrun run [OPTIONS] [SERVICE] [-- COMMAND...]")
        .args(ROWS.iter().map(row_argument))
        .arg(positional)
        .arg(trailing.value_parser(clap::value_parser!(OsString)));
    call_options(command)
}

/// A command that has no options yet; `-h` is docker's host name, so that help comes with the options of the call.
pub(super) fn base(verb: &'static str, usage: &'static str) -> Command {
    Command::new(verb)
        .override_usage(usage)
        .disable_help_flag(true)
        .disable_version_flag(true)
        .term_width(100)
}

/// A command with the options that print help: of one that launches, most need a few options of many.
pub(super) fn with_help(command: Command) -> Command {
    let is_launch = has_launch_options(&command);
    let about = if is_launch { "Print the options that most launches need" } else { "Print help" };
    let help = |name: &'static str, help: &'static str| {
        Arg::new(name).long(name).action(ArgAction::Help).help(help).help_heading("Call")
    };
    command.arg(help("help", about)).arg(help("help-all", "Print all options").hide(!is_launch))
}

/// Whether a command takes the options of the table.
pub(super) fn has_launch_options(command: &Command) -> bool {
    command.get_arguments().any(|argument| argument.get_id() == "image")
}

/// What asks for all of help.
const HELP_ALL: &str = "--help-all";

/// The options of one call, in the order of help.
pub(super) fn call_options(command: Command) -> Command {
    let one = |name: &'static str, value: &'static str, help: &'static str| {
        Arg::new(name)
            .long(name)
            .value_name(value)
            .help(help)
            .help_heading("Call")
            .action(ArgAction::Append)
            .hide_possible_values(true)
    };
    command
        .arg(file(one("config", "FILE", "Read a further configuration file")))
        .arg(one("profile", "NAME", "Profile: dev, ci, prod, bare, or one of the configuration"))
        .arg(one("context", "NAME", "Docker context whose engine is used"))
        .arg(one("host", "URL", "Address of the engine: unix:///PATH or tcp://HOST:PORT"))
        .arg(
            one("log-level", "LEVEL", "How much to say: error, warn, info, debug, trace")
                .value_parser(["error", "warn", "info", "debug", "trace"]),
        )
        .arg(
            Arg::new("trust")
                .long("trust")
                .action(ArgAction::SetTrue)
                .help("Follow the project's file in everything, for this call")
                .help_heading("Call"),
        )
        .arg(
            one("dry-run", "engine", "Print the equivalent docker run line in place of launching")
                .num_args(0..=1)
                .require_equals(true)
                .default_missing_value("offline")
                .value_parser(["offline", "engine"]),
        )
        .arg(
            one("preflight", "enforce|warn|off", "What comes of the checks before anything is made")
                .value_parser(["enforce", "warn", "off"]),
        )
        .arg(one("skip", "CHECK", "Leave a check out; dynrun check --list names them"))
        .arg(one("format", "FORMAT", "Print results as text or json").value_parser(["text", "json"]))
        .arg(file(one("report", "FILE", "Write a report of the launch as JSON")))
}

fn file(argument: Arg) -> Arg {
    argument.value_parser(clap::value_parser!(PathBuf)).value_hint(ValueHint::FilePath)
}

/// One row of the table as clap's argument. A value may start with `-`; a switch takes its word after `=` only.
fn row_argument(row: &'static Row) -> Arg {
    let mut argument = Arg::new(row.name)
        .long(row.name)
        .visible_aliases(row.aliases)
        .action(ArgAction::Append)
        .value_parser(clap::value_parser!(OsString))
        .help(row.help.trim())
        .help_heading(row.heading.title());
    if let Some(short) = row.short {
        argument = argument.short(short);
    }
    match row.kind {
        Kind::Switch => argument
            .num_args(0..=1)
            .require_equals(true)
            .default_missing_value("true")
            .value_name(row.form)
            .hide_possible_values(true),
        Kind::One | Kind::Many => argument.num_args(1).allow_hyphen_values(true).value_name(row.form),
    }
}

/// Takes everything said out of clap's matches; every bad value is named, not the first alone.
pub(super) fn from_matches(
    matches: &ArgMatches,
    argv: &[OsString],
    roots: Roots<'_>,
    is_launch: bool,
) -> Result<(Launch, LogLevel), UsageError> {
    let mut findings = Findings::new();
    let mut launch = Launch { call: call(matches), ..Launch::default() };
    for row in ROWS {
        let Ok(Some(words)) = matches.try_get_many::<OsString>(row.name) else { continue };
        let spelling = spelling(row, argv);
        for word in words {
            put(&mut launch.options, row, word, (&spelling, roots), &mut findings);
        }
    }
    launch.positional = positional(matches, "SERVICE", &mut findings);
    launch.joined = launch.positional.as_ref().and_then(|_| command_line::joined(&command("run"), argv));
    launch.second_positional = positional(matches, "KEY", &mut findings);
    let words = [&launch.positional, &launch.second_positional].into_iter().flatten();
    launch.behind = words.filter_map(|word| command_line::named_before(argv, word)).next();
    if let Ok(Some(words)) = matches.try_get_many::<OsString>("COMMAND") {
        launch.command = words.filter_map(|word| text(word, "the command", &mut findings)).collect();
    }
    if findings.is_empty() {
        Ok((launch, log_level(matches)))
    } else {
        Err(UsageError { findings, is_launch })
    }
}

/// How much is to be said.
pub(super) fn log_level(matches: &ArgMatches) -> LogLevel {
    match last(matches, "log-level").as_deref() {
        Some("error") => LogLevel::Error,
        Some("warn") => LogLevel::Warn,
        Some("debug") => LogLevel::Debug,
        Some("trace") => LogLevel::Trace,
        _ => LogLevel::Info,
    }
}

/// The options of this call.
pub(super) fn call(matches: &ArgMatches) -> Call {
    let paths = |name: &str| {
        let found = matches.try_get_many::<PathBuf>(name).ok().flatten();
        found.map(|paths| paths.cloned().collect::<Vec<_>>()).unwrap_or_default()
    };
    Call {
        config: paths("config"),
        profile: last(matches, "profile"),
        context: last(matches, "context"),
        host: last(matches, "host"),
        trust: matches.try_get_one::<bool>("trust").ok().flatten().copied().unwrap_or_default(),
        dry_run: last(matches, "dry-run").map(|word| match word.as_str() {
            "engine" => DryRun::Engine,
            _ => DryRun::Offline,
        }),
        preflight: match last(matches, "preflight").as_deref() {
            Some("off") => Preflight::Off,
            Some("warn") => Preflight::Warn,
            _ => Preflight::Enforce,
        },
        skip: all(matches, "skip"),
        format: match last(matches, "format").as_deref() {
            Some("json") => Format::Json,
            _ => Format::Text,
        },
        report: paths("report").pop(),
    }
}

/// Whether a result is to be a file of the configuration.
pub(super) fn is_toml(matches: &ArgMatches) -> bool {
    last(matches, "format").as_deref() == Some("toml")
}

/// The words said for an option of the call.
fn all(matches: &ArgMatches, name: &str) -> Vec<String> {
    matches.try_get_many::<String>(name).ok().flatten().into_iter().flatten().cloned().collect()
}

/// The last word said for an option of the call.
fn last(matches: &ArgMatches, name: &str) -> Option<String> {
    all(matches, name).pop()
}

fn positional(matches: &ArgMatches, name: &str, findings: &mut Findings) -> Option<String> {
    let word = matches.try_get_one::<OsString>(name).ok().flatten()?;
    text(word, "an argument", findings)
}

fn put(
    layer: &mut Layer,
    row: &Row,
    word: &OsString,
    (spelling, roots): (&str, Roots<'_>),
    findings: &mut Findings,
) {
    let Some(word) = text(word, spelling, findings) else { return };
    let origin = Origin::Flag(spelling.to_owned());
    if let Err(error) = (row.slots.put)(layer, &word, roots, origin.clone()) {
        findings.push(row.bad_value(&word, &error, &origin));
    }
}

pub(super) fn text(word: &OsString, what: &str, findings: &mut Findings) -> Option<String> {
    let text = word.to_str();
    if text.is_none() {
        findings.push(Finding::error(Code::Usage, format!("{what} is not valid UTF-8")));
    }
    text.map(str::to_owned)
}

/// The spelling under which the option was said: the first of its names that stands in the arguments.
fn spelling(row: &Row, argv: &[OsString]) -> String {
    let longs = std::iter::once(&row.name).chain(row.aliases).map(|name| format!("--{name}"));
    let options = argv.iter().take_while(|word| *word != "--").filter_map(|word| word.to_str());
    let said: Vec<&str> = options.map(|word| word.split_once('=').map_or(word, |(name, _)| name)).collect();
    let mut found = longs.filter(|long| said.contains(&long.as_str()));
    found.next().or_else(|| row.short.map(|short| format!("-{short}"))).unwrap_or(format!("--{}", row.name))
}
