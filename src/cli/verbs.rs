//! The table of verbs. One row declares a verb; its place in help, its parser and its completion come from the row.

use super::launch::{self, Call, Launch, LogLevel, Parsed, Preflight};
use super::{Invocation, SHELLS, UsageError, Verb};
use crate::finding::{Code, Finding};
use crate::values::{Moment, PortQuery, Protocol, Roots, Value, ValueError};
use clap::{Arg, ArgAction, ArgMatches, Command};
use std::ffi::OsString;
use std::fmt::Write as _;

/// A verb.
#[derive(Debug)]
pub struct VerbRow {
    /// The word.
    pub name: &'static str,
    /// One line of help.
    pub about: &'static str,
    /// Whether it launches: then wrong usage exits with a launch's code.
    is_launch: bool,
    /// Its options and arguments; the one that prints help comes to all.
    pub(super) command: fn() -> Command,
    /// What was asked, out of clap's matches and the arguments.
    read: fn(&ArgMatches, &[OsString], Roots<'_>) -> Result<Invocation, UsageError>,
}

/// The verbs, in the order of help.
pub const VERBS: &[VerbRow] = &[
    VerbRow {
        name: "run",
        about: "Launch a service in a container",
        is_launch: true,
        command: || launch::command("run"),
        read: launch::read,
    },
    VerbRow {
        name: "shell",
        about: "Open a shell: in the running container, or in a new one",
        is_launch: true,
        command: shell,
        read: read_shell,
    },
    VerbRow {
        name: "check",
        about: "Check a launch against this machine and the engine, and touch nothing",
        is_launch: false,
        command: check,
        read: read_check,
    },
    VerbRow {
        name: "doctor",
        about: "Look at engine and machine, and say what will be in the way",
        is_launch: false,
        command: || launch::base("doctor", "dynrun doctor [OPTIONS]").args(engine_arguments()),
        read: |matches, _, _| {
            let call = Box::new(launch::call(matches));
            Ok(Invocation { verb: Verb::Doctor(call), log_level: launch::log_level(matches) })
        },
    },
    VerbRow {
        name: "config",
        about: "Print the settled options of a launch, and where each was said",
        is_launch: false,
        command: config,
        read: read_config,
    },
    VerbRow {
        name: "ports",
        about: "Say who holds which port: process, container, service",
        is_launch: false,
        command: ports,
        read: read_ports,
    },
    VerbRow {
        name: "ps",
        about: "List the containers that dynrun launched",
        is_launch: false,
        command: ps,
        read: read_ps,
    },
    VerbRow {
        name: "logs",
        about: "Print what a container has written",
        is_launch: false,
        command: logs,
        read: read_logs,
    },
    VerbRow {
        name: "inspect",
        about: "Show what was asked for beside what the engine has",
        is_launch: false,
        command: inspect,
        read: read_inspect,
    },
    VerbRow { name: "stop", about: "Stop containers", is_launch: false, command: stop, read: read_stop },
    VerbRow {
        name: "gc",
        about: "Remove what launches have left that were killed: what is provably nobody's",
        is_launch: false,
        command: gc,
        read: read_gc,
    },
    VerbRow {
        name: "probe",
        about: "Send states to a gateway and read back what it holds",
        is_launch: false,
        command: probe,
        read: read_probe,
    },
    VerbRow {
        name: "explain",
        about: "Explain a code of an error",
        is_launch: false,
        command: explain,
        read: read_explain,
    },
    VerbRow {
        name: "completions",
        about: "Print the completion script of a shell",
        is_launch: false,
        command: completions,
        read: read_completions,
    },
    VerbRow {
        name: "state-gateway",
        about: "Serve the built-in gateway: what its image runs",
        is_launch: false,
        command: || launch::base("state-gateway", "dynrun state-gateway"),
        read: |_, _, _| Ok(Invocation { verb: Verb::StateGateway, log_level: LogLevel::Info }),
    },
];

impl VerbRow {
    /// Reads the verb's arguments.
    pub(super) fn parse(&self, argv: &[OsString], roots: Roots<'_>) -> Result<Invocation, UsageError> {
        match launch::matches((self.command)(), argv, self.is_launch)? {
            Parsed::Help(text) => Ok(Invocation { verb: Verb::Help(text), log_level: LogLevel::Info }),
            Parsed::Matches(matches) => (self.read)(&matches, argv, roots),
        }
    }
}

/// What `dynrun shell` is asked.
#[derive(Debug)]
pub struct ShellQuery {
    /// The launch of a new container, of which a running one takes what concerns a command alone. Its service may be a
    /// container's name or id.
    pub launch: Launch,
    /// Whether a new container is wanted, whatever runs.
    pub new: bool,
}

/// What `dynrun check` is asked.
#[derive(Debug)]
pub struct CheckQuery {
    /// The launch that is checked.
    pub launch: Launch,
    /// Whether the checks are listed in place of being made.
    pub list: bool,
}

/// What `dynrun config` is asked.
#[derive(Debug)]
pub struct ConfigQuery {
    /// The launch whose options are settled.
    pub launch: Launch,
    /// Whether to print where each value was said.
    pub origin: bool,
}

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

/// What `dynrun probe gateway` is asked.
#[derive(Debug)]
pub struct Probe {
    /// The options of this call.
    pub call: Call,
    /// The gateway's container; the only running gateway, if not named.
    pub container: Option<String>,
    /// The engines in whose names states are sent.
    pub engine_ids: Vec<String>,
    /// How long to wait for the states to show up, in milliseconds.
    pub timeout_ms: Option<u64>,
}

/// What `dynrun stop` is asked.
#[derive(Debug)]
pub struct Stop {
    /// The options of this call.
    pub call: Call,
    /// The containers, by name or id, or services.
    pub containers: Vec<String>,
    /// Seconds between SIGTERM and SIGKILL; the container's own grace, if not said.
    pub seconds: Option<i32>,
}

/// What `dynrun ps` is asked.
#[derive(Debug)]
pub struct Ps {
    /// The options of this call.
    pub call: Call,
    /// Whether those that do not run are meant, too.
    pub all: bool,
    /// Whether their ids alone are printed.
    pub quiet: bool,
}

/// What `dynrun logs` is asked.
#[derive(Debug)]
pub struct Logs {
    /// The options of this call.
    pub call: Call,
    /// The container, or the service.
    pub container: String,
    /// Whether it goes on until the container ends.
    pub follow: bool,
    /// Whether each line begins with when it was written.
    pub timestamps: bool,
    /// How many of the last lines; all, if not said.
    pub tail: Option<u64>,
    /// From when on; from its beginning, if not said.
    pub since: Option<Moment>,
    /// Until when; to its end, if not said.
    pub until: Option<Moment>,
}

/// What `dynrun inspect` is asked.
#[derive(Debug)]
pub struct Inspect {
    /// The options of this call.
    pub call: Call,
    /// The container, or the service.
    pub container: String,
}

/// What `dynrun gc` is asked.
#[derive(Debug)]
pub struct Gc {
    /// The options of this call.
    pub call: Call,
    /// Whether to remove nothing, and say what would be.
    pub dry_run: bool,
}

/// `dynrun shell [OPTIONS] [SERVICE|CONTAINER] [-- COMMAND...]`.
fn shell() -> Command {
    let new = Arg::new("new")
        .long("new")
        .action(ArgAction::SetTrue)
        .help("Launch a new container, whatever runs")
        .help_heading("Call");
    launch::command("shell")
        .override_usage("dynrun shell [OPTIONS] [SERVICE|CONTAINER] [-- COMMAND...]")
        .mut_arg("SERVICE", |place| {
            place.index(1).value_name("SERVICE|CONTAINER").help("Service, or running container by name or id")
        })
        .mut_arg("COMMAND", |words| words.index(2))
        .arg(new)
}

fn read_shell(matches: &ArgMatches, argv: &[OsString], roots: Roots<'_>) -> Result<Invocation, UsageError> {
    let (launch, log_level) = launch::from_matches(matches, argv, roots, true)?;
    let query = ShellQuery { launch, new: matches.get_flag("new") };
    Ok(Invocation { verb: Verb::Shell(Box::new(query)), log_level })
}

/// `dynrun check [OPTIONS] [SERVICE] [-- COMMAND...]`.
fn check() -> Command {
    launch::command("check")
        .override_usage("dynrun check [OPTIONS] [SERVICE] [-- COMMAND...]")
        .arg(switch("list", "List the checks in place of making them").help_heading("Call"))
}

fn read_check(matches: &ArgMatches, argv: &[OsString], roots: Roots<'_>) -> Result<Invocation, UsageError> {
    let (launch, log_level) = launch::from_matches(matches, argv, roots, false)?;
    if launch.call.preflight == Preflight::Off {
        let finding = Finding::error(Code::Usage, "`--preflight off` leaves `dynrun check` nothing to do");
        return Err(UsageError { findings: vec![finding.help("leave it out")], is_launch: false });
    }
    let query = CheckQuery { launch, list: matches.get_flag("list") };
    Ok(Invocation { verb: Verb::Check(Box::new(query)), log_level })
}

/// `dynrun config [OPTIONS] [SERVICE] [KEY]`.
fn config() -> Command {
    let key = Arg::new("KEY").help("One option alone").value_parser(clap::value_parser!(OsString));
    let origin = Arg::new("origin")
        .long("origin")
        .action(ArgAction::SetTrue)
        .help("Print where each value was said")
        .help_heading("Call");
    launch::command("config")
        .override_usage("dynrun config [OPTIONS] [SERVICE] [KEY]")
        .mut_arg("COMMAND", |argument| argument.hide(true))
        .arg(key)
        .arg(origin)
}

fn read_config(matches: &ArgMatches, argv: &[OsString], roots: Roots<'_>) -> Result<Invocation, UsageError> {
    let (launch, log_level) = launch::from_matches(matches, argv, roots, false)?;
    let origin = matches.get_flag("origin");
    Ok(Invocation { verb: Verb::Config(Box::new(ConfigQuery { launch, origin })), log_level })
}

/// An option that is on or off.
fn switch(name: &'static str, help: &'static str) -> Arg {
    Arg::new(name).long(name).action(ArgAction::SetTrue).help(help)
}

/// `dynrun ps`.
fn ps() -> Command {
    launch::base("ps", "dynrun ps [OPTIONS]")
        .arg(switch("all", "List those that do not run, too").short('a'))
        .arg(switch("quiet", "Print their ids alone").short('q'))
        .args(engine_arguments())
}

fn read_ps(matches: &ArgMatches, _: &[OsString], _: Roots<'_>) -> Result<Invocation, UsageError> {
    let ps =
        Ps { call: launch::call(matches), all: matches.get_flag("all"), quiet: matches.get_flag("quiet") };
    Ok(Invocation { verb: Verb::Ps(ps), log_level: launch::log_level(matches) })
}

/// The container that a verb is about.
fn subject() -> Arg {
    Arg::new("CONTAINER").required(true).help("Container, by name or id; or a service of which there is one")
}

fn read_subject(matches: &ArgMatches) -> String {
    matches.get_one::<String>("CONTAINER").cloned().unwrap_or_default()
}

/// `dynrun logs CONTAINER`.
fn logs() -> Command {
    let tail = |word: &str| match word {
        "all" => Ok(None),
        _ => word.parse::<u64>().map(Some).map_err(|_| "a number of lines, or all"),
    };
    let moment = |word: &str| match word {
        // As if unsaid.
        "" => Ok(None),
        word => Moment::parse(word)
            .map(Some)
            .map_err(|error| format!("{}; the accepted form is {}", error.problem, Moment::FORM)),
    };
    launch::base("logs", "dynrun logs [OPTIONS] CONTAINER|SERVICE")
        .arg(subject())
        .arg(switch("follow", "Go on with what is written until the container ends").short('f'))
        .arg(switch("timestamps", "Begin each line with when it was written").short('t'))
        .arg(
            Arg::new("tail")
                .long("tail")
                .short('n')
                .value_name("LINES")
                .value_parser(tail)
                .help("Print the last lines only; all, if unsaid"),
        )
        .arg(
            Arg::new("since")
                .long("since")
                .value_name("TIME")
                .value_parser(moment)
                .allow_hyphen_values(true)
                .help("Print what was written since then: 10m ago, at 2026-11-28T20:15:00Z"),
        )
        .arg(
            Arg::new("until")
                .long("until")
                .value_name("TIME")
                .value_parser(moment)
                .allow_hyphen_values(true)
                .help("Print what was written before then"),
        )
        .args(engine_arguments())
}

fn read_logs(matches: &ArgMatches, _: &[OsString], _: Roots<'_>) -> Result<Invocation, UsageError> {
    let logs = Logs {
        call: launch::call(matches),
        container: read_subject(matches),
        follow: matches.get_flag("follow"),
        timestamps: matches.get_flag("timestamps"),
        tail: matches.get_one::<Option<u64>>("tail").copied().flatten(),
        since: matches.get_one::<Option<Moment>>("since").cloned().flatten(),
        until: matches.get_one::<Option<Moment>>("until").cloned().flatten(),
    };
    Ok(Invocation { verb: Verb::Logs(logs), log_level: launch::log_level(matches) })
}

/// `dynrun inspect CONTAINER`.
fn inspect() -> Command {
    launch::base("inspect", "dynrun inspect [OPTIONS] CONTAINER|SERVICE")
        .arg(subject())
        .args(engine_arguments())
}

fn read_inspect(matches: &ArgMatches, _: &[OsString], _: Roots<'_>) -> Result<Invocation, UsageError> {
    let inspect = Inspect { call: launch::call(matches), container: read_subject(matches) };
    Ok(Invocation { verb: Verb::Inspect(inspect), log_level: launch::log_level(matches) })
}

/// `dynrun stop CONTAINER...`.
fn stop() -> Command {
    launch::base("stop", "dynrun stop [OPTIONS] CONTAINER...")
        .arg(subject().num_args(1..))
        .arg(
            Arg::new("time")
                .long("time")
                .short('t')
                .value_name("SECONDS")
                .value_parser(clap::value_parser!(i32).range(-1..))
                .allow_negative_numbers(true)
                .help("Seconds between SIGTERM and SIGKILL; -1 waits for ever"),
        )
        .args(engine_arguments())
}

fn read_stop(matches: &ArgMatches, _: &[OsString], _: Roots<'_>) -> Result<Invocation, UsageError> {
    let containers = matches.get_many::<String>("CONTAINER").unwrap_or_default().cloned().collect();
    let seconds = matches.get_one::<i32>("time").copied();
    let stop = Stop { call: launch::call(matches), containers, seconds };
    Ok(Invocation { verb: Verb::Stop(stop), log_level: launch::log_level(matches) })
}

/// `dynrun gc`.
fn gc() -> Command {
    launch::base("gc", "dynrun gc [OPTIONS]")
        .arg(switch("dry-run", "Remove nothing; print what would be removed"))
        .args(engine_arguments())
}

fn read_gc(matches: &ArgMatches, _: &[OsString], _: Roots<'_>) -> Result<Invocation, UsageError> {
    let gc = Gc { call: launch::call(matches), dry_run: matches.get_flag("dry-run") };
    Ok(Invocation { verb: Verb::Gc(gc), log_level: launch::log_level(matches) })
}

/// `dynrun ports [PORT...]`.
fn ports() -> Command {
    launch::base("ports", "dynrun ports [OPTIONS] [PORT[-PORT][/PROTOCOL]...]")
        .arg(
            Arg::new("PORT")
                .num_args(0..)
                .help("Port or range, of one protocol or of both; none: all that are held"),
        )
        .arg(switch("tcp", "TCP alone, where a port names no protocol"))
        .arg(switch("udp", "UDP alone, where a port names no protocol"))
        .args(engine_arguments())
}

fn read_ports(matches: &ArgMatches, _: &[OsString], _: Roots<'_>) -> Result<Invocation, UsageError> {
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

/// `dynrun probe gateway [CONTAINER]`.
fn probe() -> Command {
    launch::base("probe", "dynrun probe gateway [OPTIONS] [CONTAINER]")
        .arg(Arg::new("KIND").required(true).value_parser(["gateway"]).help("What is probed"))
        .arg(Arg::new("CONTAINER").help("The gateway's container; not needed where only one runs"))
        .arg(
            Arg::new("engine-id")
                .long("engine-id")
                .value_name("ID")
                .action(ArgAction::Append)
                .help("Send a state in the name of this engine; may be repeated"),
        )
        .arg(
            Arg::new("timeout")
                .long("timeout")
                .value_name("MILLISECONDS")
                .value_parser(clap::value_parser!(u64).range(1..=60_000))
                .help("How long to wait for the states to show up"),
        )
        .args(engine_arguments())
}

fn read_probe(matches: &ArgMatches, _: &[OsString], _: Roots<'_>) -> Result<Invocation, UsageError> {
    let engine_ids = matches.get_many::<String>("engine-id").unwrap_or_default().cloned().collect();
    let container = matches.get_one::<String>("CONTAINER").cloned();
    let timeout_ms = matches.get_one::<u64>("timeout").copied();
    let probe = Probe { call: launch::call(matches), container, engine_ids, timeout_ms };
    Ok(Invocation { verb: Verb::Probe(probe), log_level: launch::log_level(matches) })
}

/// `dynrun explain [CODE]`.
fn explain() -> Command {
    let code = Arg::new("CODE").help("Code of an error, such as port-taken; none: the list of codes");
    launch::base("explain", "dynrun explain [CODE]").arg(code)
}

fn read_explain(matches: &ArgMatches, _: &[OsString], _: Roots<'_>) -> Result<Invocation, UsageError> {
    let code = matches.get_one::<String>("CODE").cloned();
    Ok(Invocation { verb: Verb::Explain(code), log_level: LogLevel::Info })
}

/// `dynrun completions SHELL`.
fn completions() -> Command {
    let shells = SHELLS.iter().map(|shell| shell.name).collect::<Vec<_>>();
    let shell = Arg::new("SHELL").required(true).value_parser(shells).hide_possible_values(true);
    let names = SHELLS.iter().map(|shell| shell.name).collect::<Vec<_>>().join(", ");
    launch::base("completions", "dynrun completions SHELL").arg(shell.help(format!("One of {names}")))
}

fn read_completions(matches: &ArgMatches, _: &[OsString], _: Roots<'_>) -> Result<Invocation, UsageError> {
    let name = matches.get_one::<String>("SHELL");
    match SHELLS.iter().find(|shell| name.is_some_and(|name| name == shell.name)) {
        Some(shell) => Ok(Invocation { verb: Verb::Completions(shell), log_level: LogLevel::Info }),
        None => {
            let finding = Finding::error(Code::Usage, "SHELL is missing");
            Err(UsageError { findings: vec![finding], is_launch: false })
        }
    }
}

/// The call's options that concern an engine and a result, without those of a launch.
fn engine_arguments() -> Vec<Arg> {
    let wanted = ["config", "profile", "context", "host", "log-level", "format"];
    let command = launch::call_options(Command::new("engine"));
    wanted
        .iter()
        .filter_map(|name| command.get_arguments().find(|arg| arg.get_id() == name))
        .cloned()
        .collect()
}

/// The help of `dynrun` alone.
pub(super) fn top_help() -> String {
    let mut text = String::from(
        "dynrun launches inference gateways and engines in containers, through the Docker Engine API.\n\n\
         usage: dynrun [OPTIONS] [-- COMMAND...]      launch the default service\n\
         \x20      dynrun VERB [OPTIONS] [ARGUMENTS]\n\nverbs:\n",
    );
    for VerbRow { name, about, .. } in VERBS {
        let _ = writeln!(text, "  {name:<15}{about}");
    }
    text.push_str(
        "\nexamples:\n\
         \x20 dynrun --network bridge -p 9999:9999/udp     the state gateway, in the foreground\n\
         \x20 dynrun run gateway -d --name gw              the same, in the background\n\
         \x20 dynrun run gateway --dry-run                 the docker run line that would do it\n\
         \x20 dynrun config gateway --origin               every settled option, and where it was said\n\
         \n`dynrun VERB --help` lists the options of a verb; `dynrun explain CODE` explains an error.\n",
    );
    text
}
