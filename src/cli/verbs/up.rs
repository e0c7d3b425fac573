//! `dynrun up [OPTIONS] [STACK|SERVICE...]` and `dynrun down [STACK...]`.

use super::arguments::{each_once, engine_arguments, examples, of_stack, read_of_stack};
use crate::cli::launch::{self, Call, Launch};
use crate::cli::{Invocation, UsageError, Verb};
use crate::config::StackChoice;
use crate::finding::{Code, Finding};
use crate::values::Roots;
use clap::{Arg, ArgMatches, Command};
use std::ffi::OsString;

/// The options that name one container or one port of the host: no two services can have them.
pub const FOR_ONE: [&str; 20] = [
    "attach",
    "cidfile",
    "detach-keys",
    "entrypoint",
    "hostname",
    "image",
    "interactive",
    "ip",
    "ip6",
    "link-local-ip",
    "mac-address",
    "name",
    "name-prefix",
    "network-alias",
    "publish",
    "ready",
    "service",
    "time-limit",
    "tty",
    "workdir",
];

/// What `dynrun up` is asked.
#[derive(Debug)]
pub struct Up {
    /// Which services.
    pub choice: StackChoice,
    /// What is said of all their launches.
    pub launch: Launch,
}

/// What `dynrun down` is asked.
#[derive(Debug)]
pub struct Down {
    /// The options of this call.
    pub call: Call,
    /// The stacks; the only one there is, where none is named.
    pub stacks: Vec<String>,
    /// Seconds between SIGTERM and SIGKILL; each container's own grace, if not said.
    pub seconds: Option<i32>,
}

/// `dynrun up [OPTIONS] [STACK|SERVICE...]`.
pub(super) fn command() -> Command {
    launch::command("up")
        .override_usage("dynrun up [OPTIONS] [STACK] [SERVICE...]")
        .mut_arg("SERVICE", |words| {
            words.num_args(0..).index(1).value_name("STACK|SERVICE").help("Stack to launch, or services")
        })
        .mut_arg("COMMAND", |words| words.index(2).hide(true))
        .mut_args(|argument| {
            let is_hidden = FOR_ONE.contains(&argument.get_id().as_str()) || argument.is_hide_set();
            argument.hide(is_hidden)
        })
        .args(of_stack())
        .after_help(examples(&[
            ("dynrun up dynamo", "NATS, etcd, frontend and engine, followed"),
            ("dynrun up nebula -d --group observe", "in the background, with xtrace"),
        ]))
}

/// What was asked.
pub(super) fn read(
    matches: &ArgMatches,
    argv: &[OsString],
    roots: Roots<'_>,
) -> Result<Invocation, UsageError> {
    let (mut launch, log_level) = launch::from_matches(matches, argv, roots, true)?;
    launch.positional = None;
    if !launch.command.is_empty() {
        let finding =
            Finding::error(Code::Usage, "a command is one service's, and `dynrun up` launches several")
                .help("say it in a file: [stack.NAME.service.SERVICE] command = [...]")
                .help("or launch that service alone: dynrun run SERVICE -- COMMAND");
        return Err(UsageError { findings: vec![finding], is_launch: true });
    }
    let words = matches.get_many::<OsString>("SERVICE").into_iter().flatten();
    let words = words.map(|word| word.to_string_lossy().into_owned()).collect();
    let choice = StackChoice { words, ..read_of_stack(matches) };
    Ok(Invocation { verb: Verb::Up(Box::new(Up { choice, launch })), log_level })
}

/// `dynrun down [OPTIONS] [STACK...]`.
pub(super) fn command_down() -> Command {
    launch::base("down", "dynrun down [OPTIONS] [STACK...]")
        .arg(Arg::new("STACK").num_args(0..).help("Stacks, by what their containers are called after"))
        .arg(super::stop::time())
        .args(engine_arguments())
        .after_help(examples(&[
            ("dynrun down dynamo", "stop and remove a stack, and its network"),
            ("dynrun down", "the only one there is"),
        ]))
}

/// What was asked.
pub(super) fn read_down(
    matches: &ArgMatches,
    _: &[OsString],
    _: Roots<'_>,
) -> Result<Invocation, UsageError> {
    let stacks = each_once(matches, "STACK");
    let seconds = matches.get_one::<i32>("time").copied();
    let down = Down { call: launch::call(matches), stacks, seconds };
    Ok(Invocation { verb: Verb::Down(down), log_level: launch::log_level(matches) })
}
