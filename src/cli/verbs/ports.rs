//! `dynrun ports [PORT...]`.

use super::arguments::{engine_arguments, examples, switch};
use crate::cli::launch::{self, Call};
use crate::cli::{Invocation, UsageError, Verb};
use crate::finding::{Code, Finding};
use crate::values::{PortQuery, Protocol, Roots, Value, ValueError};
use clap::{Arg, ArgMatches, Command};
use std::ffi::OsString;

/// What `dynrun ports` is asked.
#[derive(Debug)]
pub struct Ports {
    /// The options of this call.
    pub call: Call,
    /// The ports that are asked about; none: every one that is held.
    pub asked: Vec<PortQuery>,
    /// The protocols that are meant where a port names none.
    pub protocols: Vec<Protocol>,
}

/// `dynrun ports [PORT...]`.
pub(super) fn command() -> Command {
    launch::base("ports", "dynrun ports [OPTIONS] [PORT[-PORT][/PROTOCOL]...]")
        .arg(
            Arg::new("PORT")
                .num_args(0..)
                .help("Port or range, of one protocol or of both; none: all that are held"),
        )
        .arg(switch("tcp", "TCP alone, where a port names no protocol"))
        .arg(switch("udp", "UDP alone, where a port names no protocol"))
        .args(engine_arguments())
        .after_help(examples(&[
            ("dynrun ports", "every port that is held here"),
            ("dynrun ports 9999/udp 8000-8100", "who holds these"),
        ]))
}

/// What was asked.
pub(super) fn read(matches: &ArgMatches, _: &[OsString], _: Roots<'_>) -> Result<Invocation, UsageError> {
    let words = matches.get_many::<String>("PORT").unwrap_or_default();
    let (asked, faults): (Vec<_>, Vec<_>) = words
        .map(|word| PortQuery::parse(word).map_err(|error| bad_port(word, &error)))
        .partition(Result::is_ok);
    let findings: Vec<Finding> = faults.into_iter().filter_map(Result::err).collect();
    if !findings.is_empty() {
        return Err(UsageError { findings, is_launch: false });
    }
    let protocols = match (matches.get_flag("tcp"), matches.get_flag("udp")) {
        (true, false) => vec![Protocol::Tcp],
        (false, true) => vec![Protocol::Udp],
        (true, true) | (false, false) => vec![Protocol::Tcp, Protocol::Udp],
    };
    let asked = asked.into_iter().flatten().collect();
    let ports = Ports { call: launch::call(matches), asked, protocols };
    Ok(Invocation { verb: Verb::Ports(ports), log_level: launch::log_level(matches) })
}

fn bad_port(word: &str, error: &ValueError) -> Finding {
    let finding = Finding::error(Code::BadValue, format!("`{word}` is no port: {}", error.problem));
    let finding = match &error.suggestion {
        Some(suggestion) => finding.help(format!("did you mean {suggestion}?")),
        None => finding,
    };
    finding.help(format!("the accepted form is {}", PortQuery::FORM))
}
