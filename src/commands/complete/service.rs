//! What the service of a launch knows of itself: its variables and their values, its ports on free ones of the host, the
//! options of its log.

use crate::config::{House, Listen, Schema, Variable, VariableKind, known_ports, log_drivers};
use crate::host::Host;
use crate::sockets::{EVERY_ADDRESS, Verdict, bind_probe};
use crate::values::Protocol;

/// The variables that the service understands, with `=` behind them, or by the name alone what is a secret; once one is
/// typed, those of the caller's environment, too. Behind the `=`, the values that are known.
pub(super) fn variables(schema: &Schema, typed: &str, host: &Host) -> Vec<(String, String)> {
    if let Some((name, _)) = typed.split_once('=') {
        let values = schema.variables.get(name).map(values).unwrap_or_default();
        return values.into_iter().map(|value| (format!("{name}={value}"), String::new())).collect();
    }
    let known = schema.variables.iter().map(|(name, variable)| {
        let is_secret = variable.secret.as_ref().is_some_and(|secret| secret.value);
        let end = if is_secret { "" } else { "=" };
        let about = variable.about.as_ref().map(|about| about.value.clone()).unwrap_or_default();
        (format!("{name}{end}"), about)
    });
    let is_plain = |name: &&str| name.bytes().all(|byte| byte.is_ascii_alphanumeric() || byte == b'_');
    let callers = host.env.keys().filter_map(|name| name.to_str()).filter(is_plain);
    let callers = callers.filter(|_| !typed.is_empty());
    known.chain(callers.map(|name| (name.to_owned(), "forwarded".to_owned()))).collect()
}

/// The values that a variable is known to take.
fn values(variable: &Variable) -> Vec<String> {
    let said = variable.values.iter().map(|value| value.value.clone());
    if variable.secret.as_ref().is_some_and(|secret| secret.value) {
        return Vec::new();
    }
    match variable.kind.as_ref().map(|kind| kind.value) {
        Some(VariableKind::Boolean) if variable.values.is_empty() => {
            ["true", "false"].map(str::to_owned).to_vec()
        }
        // The values are the roles behind a token.
        Some(VariableKind::Tokens) => Vec::new(),
        Some(_) | None => said.collect(),
    }
}

/// The ports that the service listens on, each behind the nearest free one of the host, or behind the host's that is
/// typed. Where no service is launched, the ports that are known.
pub(super) fn ports(house: &House, typed: &str) -> Vec<(String, String)> {
    let host = typed.rsplit_once(':').map(|(host, _)| host);
    let publish = |port: u16, protocol: Protocol, about: String| {
        let front = match host {
            Some(host) => host.to_owned(),
            None => free(port, protocol)?.to_string(),
        };
        let end = if protocol == Protocol::Tcp { String::new() } else { format!("/{}", protocol.name()) };
        Some((format!("{front}:{port}{end}"), about))
    };
    if house.has_service {
        let of_service =
            |one: &Listen| publish(one.port, one.protocol, one.about.clone().unwrap_or_default());
        return house.listens.iter().filter_map(of_service).collect();
    }
    known_ports().iter().filter_map(|known| publish(known.port, known.protocol, known.to_string())).collect()
}

/// The first port from this one on that nobody holds here.
fn free(port: u16, protocol: Protocol) -> Option<u16> {
    (port..=u16::MAX).find(|port| {
        EVERY_ADDRESS.iter().all(|address| bind_probe(protocol, *address, *port) != Verdict::Taken)
    })
}

/// The options of a log driver, and those that the engine takes beside them.
pub(super) fn log_options(driver: Option<&str>) -> Vec<(String, String)> {
    let drivers = log_drivers();
    let own = driver.and_then(|driver| drivers.driver.get(driver));
    let own = own.into_iter().flat_map(|driver| &driver.options);
    own.chain(&drivers.common).map(|option| (format!("{option}="), String::new())).collect()
}
