//! `dynrun update [OPTIONS] CONTAINER|SERVICE [-- COMMAND...]`.

use super::arguments::examples;
use crate::cli::launch::{self, Launch};
use crate::cli::{Invocation, UsageError, Verb};
use crate::finding::{Code, Finding, Findings, Origin};
use crate::options::{Heading, ROWS, Row};
use crate::values::Roots;
use clap::ArgMatches;
use clap::Command;
use std::ffi::OsString;

/// Options of a launch that an update does not change: who the container is, how it is attended to, and what settles
/// other options, which are settled here.
const NOT_CHANGED: [&str; 9] = [
    "service",
    "name",
    "name-prefix",
    "detach",
    "attach",
    "sig-proxy",
    "detach-keys",
    "time-limit",
    "if-exists",
];

/// What `dynrun update` is asked.
#[derive(Debug)]
pub struct Update {
    /// The container, or the service.
    pub container: String,
    /// What is to be another than the container has it.
    pub launch: Launch,
}

/// Whether an update changes an option. Those of inference name an image, mounts and more by one word.
fn is_changed(row: &Row) -> bool {
    row.heading != Heading::Inference && !NOT_CHANGED.contains(&row.name)
}

/// `dynrun update [OPTIONS] CONTAINER|SERVICE [-- COMMAND...]`.
pub(super) fn command() -> Command {
    launch::command("update")
        .override_usage("dynrun update [OPTIONS] CONTAINER|SERVICE [-- COMMAND...]")
        .mut_arg("SERVICE", |place| {
            let help = "Container, by name or id; or a service of which one runs";
            place.index(1).required(true).value_name("CONTAINER|SERVICE").help(help)
        })
        .mut_arg("COMMAND", |words| words.index(2))
        .mut_args(|argument| {
            let id = argument.get_id().as_str();
            let is_hidden = id == "profile" || Row::find(id).is_some_and(|row| !is_changed(row));
            let is_hidden = is_hidden || argument.is_hide_set();
            argument.hide(is_hidden)
        })
        .after_help(examples(&[
            ("dynrun update gw", "the same, of its image as it is by now"),
            ("dynrun update gw --image gw:2 -e A=1", "of another image, with a variable"),
            ("dynrun update gw --dry-run", "what would be done"),
        ]))
}

/// What was asked.
pub(super) fn read(
    matches: &ArgMatches,
    argv: &[OsString],
    roots: Roots<'_>,
) -> Result<Invocation, UsageError> {
    let (mut launch, log_level) = launch::from_matches(matches, argv, roots, true)?;
    let findings = unchangeable(&launch);
    if !findings.is_empty() {
        return Err(UsageError { findings, is_launch: true });
    }
    let container = launch.positional.take().unwrap_or_default();
    Ok(Invocation { verb: Verb::Update(Box::new(Update { container, launch })), log_level })
}

/// What is said, and is no matter of an update.
fn unchangeable(launch: &Launch) -> Findings {
    let said = |row: &&Row| !(row.slots.words)(&launch.options).is_empty();
    let rows = ROWS.iter().filter(|row| !is_changed(row)).filter(said);
    let options = rows.map(|row| format!("--{}", row.name));
    let profile = launch.call.profile.iter().map(|_| "--profile".to_owned());
    let refused = options.chain(profile).map(|option| {
        let message = format!("{option} is of a launch: an update takes over what the container has");
        Finding::error(Code::NotUpdated, message)
            .asked(format!("{option} ..."), &Origin::Flag(option))
            .help("leave it out, or launch anew: dynrun run SERVICE --name NAME --if-exists replace ...")
    });
    refused.collect()
}
