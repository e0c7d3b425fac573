//! `dynrun probe SERVICE|CONTAINER`.

use super::arguments::{engine_arguments, examples};
use crate::cli::launch::{self, Call};
use crate::cli::{Invocation, UsageError, Verb};
use crate::config::ProbeKind;
use crate::finding::{Code, Finding};
use crate::values::{Roots, SecretSource};
use clap::{Arg, ArgAction, ArgMatches, Command, ValueHint};
use std::ffi::OsString;
use std::path::PathBuf;

/// What `dynrun probe` is asked.
#[derive(Debug)]
pub struct Probe {
    /// The options of this call.
    pub call: Call,
    /// The service, or a container.
    pub subject: String,
    /// The service's container; not needed where one runs.
    pub container: Option<String>,
    /// What it is asked, and on which port, where the caller says it.
    pub kind: Option<(ProbeKind, Option<u16>)>,
    /// The engines in whose names states are sent.
    pub engine_ids: Vec<String>,
    /// The model that is asked for words.
    pub model: Option<String>,
    /// How long all of it may take, in milliseconds.
    pub timeout_ms: Option<u64>,
    /// Where the token or the password is from that is shown.
    pub token: Option<SecretSource>,
    /// Whose password that is; none for a token.
    pub user: Option<String>,
    /// Whether TLS is spoken.
    pub is_tls: bool,
    /// Who may have signed the service's certificate; none for whom this machine trusts.
    pub ca: Option<PathBuf>,
    /// The name that the certificate is for; none for the address's own.
    pub tls_name: Option<String>,
}

/// `dynrun probe SERVICE|CONTAINER`.
pub(super) fn command() -> Command {
    let one = |name: &'static str, value: &'static str, help: &'static str| {
        Arg::new(name).long(name).value_name(value).help(help)
    };
    launch::base("probe", "dynrun probe [OPTIONS] SERVICE|CONTAINER [CONTAINER]")
        .arg(Arg::new("SUBJECT").required(true).help("Service that is probed, or a container of one"))
        .arg(Arg::new("CONTAINER").help("The service's container; not needed where only one runs"))
        .arg(
            one(
                "as",
                "KIND[:PORT]",
                "Ask as states, datagram, openai, nats or etcd, whatever the service is",
            )
            .value_parser(kind),
        )
        .arg(
            one("engine-id", "ID", "Send a state in the name of this engine; may be repeated")
                .action(ArgAction::Append),
        )
        .arg(one("model", "NAME", "Model that is asked for a few words; the first, if not said"))
        .arg(
            one("timeout", "MILLISECONDS", "How long it may take; 30 seconds, of a gateway 3, if not said")
                .value_parser(clap::value_parser!(u64).range(1..=600_000)),
        )
        .args(credentials())
        .args(engine_arguments())
        .after_help(examples(&[
            ("dynrun probe gateway", "send a state, and read it back"),
            ("dynrun probe frontend", "its models, and a few words of one"),
            ("dynrun probe web --as openai:8080", "a container of no service"),
        ]))
}

/// What shows who asks, and who answers.
fn credentials() -> [Arg; 5] {
    let one = |name: &'static str, value: &'static str, help: &'static str| {
        Arg::new(name).long(name).value_name(value).help(help)
    };
    [
        one("token", "env=VARIABLE|src=FILE", "Show this token, of a variable or a file; see --user"),
        one("user", "NAME", "User that the token is the password of").requires("token"),
        Arg::new("tls").long("tls").action(ArgAction::SetTrue).help("Speak TLS"),
        one("ca", "FILE", "Who may have signed its certificate; speaks TLS")
            .value_parser(clap::value_parser!(PathBuf))
            .value_hint(ValueHint::FilePath),
        one("tls-name", "NAME", "Name that its certificate is for, where that is not its address"),
    ]
}

/// Where a token is from. What was written in the place of that may be the token itself, and is not repeated.
fn token(word: &str) -> Result<SecretSource, UsageError> {
    let source = match word.split_once('=') {
        Some(("env", name)) if !name.is_empty() => Some(SecretSource::Variable(name.to_owned())),
        Some(("src", file)) if !file.is_empty() => Some(SecretSource::File(file.into())),
        Some(_) | None => None,
    };
    source.ok_or_else(|| {
        let finding =
            Finding::error(Code::BadValue, "--token names where the token is, and is not the token itself")
                .help("of a variable: --token env=VARIABLE")
                .help("or what a file holds: --token src=FILE");
        UsageError { findings: vec![finding], is_launch: false }
    })
}

/// Reads `KIND[:PORT]`.
fn kind(word: &str) -> Result<(ProbeKind, Option<u16>), String> {
    let (kind, port) = word.split_once(':').map_or((word, None), |(kind, port)| (kind, Some(port)));
    let Some(kind) = ProbeKind::read(kind) else {
        return Err(format!("it is one of {}", ProbeKind::ALL.map(|(name, _)| name).join(", ")));
    };
    let port = port.map(str::parse).transpose();
    match port {
        Ok(Some(0)) | Err(_) => Err("behind the colon stands a port, from 1 to 65535".to_owned()),
        Ok(port) => Ok((kind, port)),
    }
}

/// What was asked.
pub(super) fn read(matches: &ArgMatches, _: &[OsString], _: Roots<'_>) -> Result<Invocation, UsageError> {
    let text = |name: &str| matches.get_one::<String>(name).cloned();
    let probe = Probe {
        call: launch::call(matches),
        subject: text("SUBJECT").unwrap_or_default(),
        container: text("CONTAINER"),
        kind: matches.get_one::<(ProbeKind, Option<u16>)>("as").copied(),
        engine_ids: matches.get_many::<String>("engine-id").unwrap_or_default().cloned().collect(),
        model: text("model"),
        timeout_ms: matches.get_one::<u64>("timeout").copied(),
        token: text("token").map(|word| token(&word)).transpose()?,
        user: text("user"),
        is_tls: matches.get_flag("tls") || matches.contains_id("ca") || matches.contains_id("tls-name"),
        ca: matches.get_one::<PathBuf>("ca").cloned(),
        tls_name: text("tls-name"),
    };
    Ok(Invocation { verb: Verb::Probe(probe), log_level: launch::log_level(matches) })
}
