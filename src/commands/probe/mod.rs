//! `dynrun probe`: asks a service what it is there for, and tells what it answered, and in what time. What is asked, and on
//! which of its ports, its configuration says.

mod answers;
mod manner;
#[cfg(feature = "gateway")]
mod states;

use super::launched::{self, Among};
use super::{Desk, Exit, block_on};
use crate::cli::{Format, Probe};
use crate::config::{self, Listen, ProbeKind, Reach, Request};
use crate::engine::{ContainerState, Engine};
use crate::finding::{Code, Finding};
use crate::ready::addresses;
use crate::ui::{clean, clean_json, table};
use crate::values::Protocol;
use answers::Step;
use manner::Manner;
use serde_json::json;
use std::time::Duration;

/// How long all of it may take where nobody says: a model may have to think.
const TIMEOUT: Duration = Duration::from_secs(30);

/// Whom to ask, and for what.
struct Subject {
    state: ContainerState,
    service: Option<String>,
    kind: ProbeKind,
    port: u16,
    /// Where it is reached from here.
    addresses: Vec<String>,
}

/// Asks, and prints the answers.
pub(super) fn run(probe: &Probe, desk: &Desk<'_>) -> Exit {
    let services = config::service_names(desk.host, &probe.call.config);
    let service = Some(&probe.subject).filter(|word| services.contains(word));
    if let (None, Some(container)) = (service, &probe.container) {
        let finding =
            Finding::error(Code::UnknownService, format!("there is no service `{}`", probe.subject));
        let finding = finding.near(&probe.subject, services.iter().map(String::as_str));
        return desk.refuse(&[finding.help(format!("dynrun probe {container}"))], Exit::Problem);
    }
    let asked = service.and_then(|name| of_service(name, probe, desk)).map(|(kind, _)| kind);
    if probe.kind.is_none() && asked == Some(ProbeKind::States) {
        return gateway(probe, probe.container.as_deref(), desk);
    }
    let found = block_on(subject(service, probe, desk)).and_then(|found| found);
    match found {
        Ok((Subject { kind: ProbeKind::States, state, .. }, _)) => gateway(probe, Some(&state.name), desk),
        Ok((subject, engine)) => {
            let steps = Manner::of(probe, subject.kind, desk)
                .and_then(|manner| block_on(answers::asked(&subject, &engine, probe, &manner)));
            match steps {
                Ok(steps) => told(&subject, &steps, probe, desk),
                Err(finding) => desk.refuse(&[finding], Exit::Problem),
            }
        }
        Err(finding) => desk.refuse(&[finding], Exit::Problem),
    }
}

/// The built-in gateway reads back what it is sent.
#[cfg(feature = "gateway")]
fn gateway(probe: &Probe, container: Option<&str>, desk: &Desk<'_>) -> Exit {
    states::run(probe, container, desk)
}

#[cfg(not(feature = "gateway"))]
fn gateway(_: &Probe, _: Option<&str>, desk: &Desk<'_>) -> Exit {
    let finding = Finding::error(Code::NotYet, "this dynrun was built without the gateway");
    desk.refuse(&[finding], Exit::Problem)
}

/// What the configuration says is asked of a service, and on which port.
fn of_service(service: &str, probe: &Probe, desk: &Desk<'_>) -> Option<(ProbeKind, Listen)> {
    let listens = listens(service, probe, desk);
    listens.into_iter().find_map(|listen| Some((listen.probed()?, listen)))
}

/// The ports that a service listens on.
fn listens(service: &str, probe: &Probe, desk: &Desk<'_>) -> Vec<Listen> {
    let files = probe.call.config.clone();
    let request = Request { service: Some(service.to_owned()), files, ..Request::default() };
    config::house(&request, Reach::Whole, desk.host).listens
}

/// Whether it may be a port that OpenAI's API, NATS or etcd is asked at.
fn is_asked(listen: &Listen) -> bool {
    listen.protocol == Protocol::Tcp && !listen.is_optional
}

/// Finds the container, and what it is asked.
async fn subject(
    service: Option<&String>,
    probe: &Probe,
    desk: &Desk<'_>,
) -> Result<(Subject, Engine), Finding> {
    let engine = desk.engine(&probe.call).await?;
    let word = probe.container.as_ref().unwrap_or(&probe.subject);
    let state = launched::container(word, Among::Running, &engine).await?;
    if !state.running {
        let finding = Finding::error(Code::NotRunning, format!("the container {} does not run", state.name));
        return Err(finding.help(format!("docker start {}", state.name)));
    }
    let service = service.cloned().or_else(|| state.record()?.service);
    let known = service.as_ref().and_then(|name| of_service(name, probe, desk));
    let (kind, port) = match (probe.kind, known) {
        (Some((kind, port)), known) => {
            let known = known.filter(|(of_service, _)| *of_service == kind);
            let port = port.or_else(|| known.map(|(_, listen)| port_of(&listen, &state)));
            (kind, port.unwrap_or(kind.port()))
        }
        (None, Some((kind, listen))) => (kind, port_of(&listen, &state)),
        (None, None) => {
            let listen =
                service.as_ref().and_then(|name| listens(name, probe, desk).into_iter().find(is_asked));
            let port = listen.map_or(ProbeKind::OpenAi.port(), |listen| port_of(&listen, &state));
            return Err(unknown(&state, service.as_deref(), port));
        }
    };
    let addresses = match kind {
        ProbeKind::States => Vec::new(),
        _ => addresses(&engine, &state, (port, kind.protocol())).await,
    };
    if addresses.is_empty() && kind != ProbeKind::States {
        let protocol = kind.protocol();
        let message = format!("the port {port}/{protocol} of {} cannot be reached from here", state.name);
        let line = format!("publish it: dynrun update {} -p 127.0.0.1:{port}:{port}/{protocol}", state.name);
        return Err(Finding::error(Code::ProbeFailed, message).help(line));
    }
    Ok((Subject { state, service, kind, port, addresses }, engine))
}

/// The finding for one of which nobody says what it is to be asked.
fn unknown(state: &ContainerState, service: Option<&str>, port: u16) -> Finding {
    let (what, file) = match service {
        Some(service) => (format!("a service {service}"), format!("[[service.{service}.listen]]")),
        None => (
            format!("the container {}, which is no service's,", state.name),
            "[[service.NAME.listen]]".to_owned(),
        ),
    };
    Finding::error(Code::ProbeFailed, format!("nothing says what {what} is to be asked"))
        .help(format!("say it: dynrun probe {} --as openai:{port}", state.name))
        .help(format!("or in a file: {file} port = \"{port}\" probe = \"openai\""))
}

/// The port as it is in this container: its variable or argument may have moved it.
fn port_of(listen: &Listen, state: &ContainerState) -> u16 {
    let by_variable = listen.variable.as_ref().and_then(|name| {
        state.env.iter().find_map(|line| line.strip_prefix(name.as_str())?.strip_prefix('='))
    });
    let by_argument = listen.argument.as_ref().and_then(|name| {
        let mut words = state.command.iter();
        words
            .by_ref()
            .find_map(|word| match word.strip_prefix(name.as_str())? {
                "" => Some(None),
                rest => Some(Some(rest.strip_prefix('=')?)),
            })?
            .or_else(|| words.next().map(String::as_str))
    });
    let said = by_argument.or(by_variable).and_then(|word| word.rsplit(':').next()?.parse().ok());
    said.unwrap_or(listen.port)
}

/// Prints the steps; the one that failed is the last.
fn told(subject: &Subject, steps: &[Step], probe: &Probe, desk: &Desk<'_>) -> Exit {
    let Subject { state, service, .. } = subject;
    let failed = steps.iter().find_map(|step| step.answer.as_ref().err().map(|why| (step, why)));
    let text = match probe.call.format {
        Format::Json => {
            let steps = steps.iter().map(|step| {
                let answer = step.answer.as_ref();
                json!({
                    "asked": step.asked, "at": step.at, "answer": answer.ok(), "error": answer.err(),
                    "ms": step.milliseconds(),
                })
            });
            let steps = steps.collect::<Vec<_>>();
            clean_json(
                &json!({ "service": service, "container": state.name, "is_well": failed.is_none(), "steps": steps }),
            )
        }
        Format::Text => {
            let titles = ["ASKED", "AT", "ANSWER", "TIME"].map(str::to_owned);
            let rows = steps.iter().filter_map(|step| {
                let answer = step.answer.as_ref().ok()?;
                Some([step.asked, &step.at, answer, &format!("{} ms", step.milliseconds())].map(clean))
            });
            let rows: Vec<_> = std::iter::once(titles).chain(rows).collect();
            // Where the first step has failed, there is nothing to list.
            if rows.len() > 1 { table(&rows) } else { String::new() }
        }
    };
    let exit = if failed.is_some() { Exit::Problem } else { Exit::Fine };
    let exit = if text.is_empty() { exit } else { desk.print(text.trim_end(), exit) };
    match failed {
        None => exit,
        Some((step, why)) => {
            let message = format!(
                "{} failed at `{}` at {}, after {} ms",
                state.name,
                step.asked,
                step.at,
                step.milliseconds()
            );
            let finding = Finding::error(Code::ProbeFailed, message).noted(why.clone());
            desk.refuse(&[finding.help(format!("dynrun logs {}", state.name))], Exit::Problem)
        }
    }
}

impl ProbeKind {
    /// The protocol that it goes over.
    fn protocol(self) -> Protocol {
        match self {
            Self::States | Self::Datagram => Protocol::Udp,
            Self::OpenAi | Self::Nats | Self::Etcd => Protocol::Tcp,
        }
    }

    /// The port where nobody says one.
    fn port(self) -> u16 {
        match self {
            Self::States | Self::Datagram => 9999,
            Self::OpenAi => 8000,
            Self::Nats => 4222,
            Self::Etcd => 2379,
        }
    }
}
