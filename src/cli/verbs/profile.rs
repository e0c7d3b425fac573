//! `dynrun profile list|show|schema`, and `dynrun schema`, which is the last of them by itself.

use super::arguments::{engine_arguments, examples};
use crate::cli::launch::{self, Call};
use crate::cli::{Invocation, UsageError, Verb};
use crate::finding::{Code, Finding};
use crate::values::Roots;
use clap::{Arg, ArgMatches, Command};
use std::ffi::OsString;

/// What `dynrun profile` is asked.
#[derive(Debug)]
pub struct ProfileQuery {
    /// The options of this call.
    pub call: Call,
    /// What to print.
    pub subject: ProfileSubject,
}

/// What `dynrun profile` prints.
#[derive(Debug, PartialEq, Eq)]
pub enum ProfileSubject {
    /// All profiles.
    List,
    /// What one says; the one of a launch that names none, where it has no name.
    Show(Option<String>),
    /// The JSON Schema of a file.
    Schema,
}

/// What can be asked, in the order of help.
const SUBJECTS: [&str; 3] = ["list", "show", "schema"];

/// `dynrun profile [list|show [NAME]|schema]`.
pub(super) fn command() -> Command {
    let what = Arg::new("WHAT")
        .value_parser(SUBJECTS)
        .default_value("list")
        .hide_default_value(true)
        .hide_possible_values(true)
        .help("list: the profiles; show: what one says; schema: the JSON Schema of a file");
    let name = Arg::new("PROFILE").help("Profile to show; the default one, if not said");
    let concerning = engine_arguments()
        .into_iter()
        .filter(|argument| !["context", "host"].contains(&argument.get_id().as_str()));
    launch::base("profile", "dynrun profile [list|show [NAME]|schema] [OPTIONS]")
        .arg(what)
        .arg(name)
        .args(concerning)
        .after_help(examples(&[
            ("dynrun profile", "the profiles, a line each"),
            ("dynrun profile show prod", "what one says, and where it says so"),
        ]))
}

/// What was asked.
pub(super) fn read(matches: &ArgMatches, _: &[OsString], _: Roots<'_>) -> Result<Invocation, UsageError> {
    let name = matches.get_one::<String>("PROFILE").cloned();
    let subject = match (matches.get_one::<String>("WHAT").map(String::as_str), name) {
        (Some("show"), name) => ProfileSubject::Show(name),
        (_, Some(name)) => return Err(too_much(&name)),
        (Some("schema"), None) => ProfileSubject::Schema,
        (_, None) => ProfileSubject::List,
    };
    let query = ProfileQuery { call: launch::call(matches), subject };
    Ok(Invocation { verb: Verb::Profile(Box::new(query)), log_level: launch::log_level(matches) })
}

fn too_much(name: &str) -> UsageError {
    let finding = Finding::error(Code::Usage, format!("`{name}` is an argument too many"));
    UsageError {
        findings: vec![finding.help(format!("what a profile says: dynrun profile show {name}"))],
        is_launch: false,
    }
}

/// `dynrun schema`.
pub(super) fn schema() -> Command {
    launch::base("schema", "dynrun schema")
        .after_help(examples(&[("dynrun schema >dynrun.schema.json", "for editors, by #:schema")]))
}

/// What was asked.
pub(super) fn read_schema(
    matches: &ArgMatches,
    _: &[OsString],
    _: Roots<'_>,
) -> Result<Invocation, UsageError> {
    let query = ProfileQuery { call: launch::call(matches), subject: ProfileSubject::Schema };
    Ok(Invocation { verb: Verb::Profile(Box::new(query)), log_level: launch::log_level(matches) })
}
