//! One look at one thing that tells that a container is ready.

use super::ports::{self, Held};
use crate::engine::{ContainerState, Engine};
use crate::session::Kept;
use crate::spec::Speech;
use crate::speech::{self, Spoken};
use crate::values::{HttpReady, Protocol, Ready};
use http::StatusCode;
use std::time::Duration;
use tokio::time::timeout;

/// How long an answer over the network may take.
const ANSWER: Duration = Duration::from_secs(2);
/// How long a command in the container may take.
const COMMAND: Duration = Duration::from_secs(30);

/// What is asked.
pub(super) struct Subject<'a> {
    pub(super) engine: &'a Engine,
    /// The container's id.
    pub(super) id: &'a str,
    /// What it has written.
    pub(super) kept: &'a Kept,
}

/// What one look came to.
pub(super) enum Said {
    /// It is ready, as far as this goes.
    Yes,
    /// Not yet, and why.
    NotYet(String),
    /// It is not, and waiting is in vain.
    Never(String),
}

impl Subject<'_> {
    /// Whether the container has a health check.
    pub(super) async fn has_health_check(&self) -> bool {
        self.state().await.is_ok_and(|state| state.health.is_some())
    }

    /// Whether the container is known to have none.
    pub(super) async fn lacks_health_check(&self) -> bool {
        self.state().await.is_ok_and(|state| state.health.is_none())
    }

    /// One look.
    pub(super) async fn says(&self, check: &Ready) -> Said {
        match check {
            Ready::Tcp(port) => self.holds(Protocol::Tcp, *port).await,
            Ready::Udp(port) => self.holds(Protocol::Udp, *port).await,
            Ready::Http(http) => self.answers(http).await,
            Ready::Nats(port) => self.speaks(Speech::Nats, *port, "NATS").await,
            Ready::Etcd(port) => self.speaks(Speech::Etcd, *port, "etcd").await,
            Ready::Log(pattern) if self.kept.has(pattern) => Said::Yes,
            Ready::Log(_) => Said::NotYet("it has written no such line".to_owned()),
            Ready::Health => self.is_healthy().await,
            Ready::Command(line) => self.runs(line).await,
        }
    }

    /// Whether the engine starts the container again when it ends.
    pub(super) async fn starts_again(&self) -> bool {
        self.state().await.is_ok_and(|state| !["", "no"].contains(&state.restart.as_str()))
    }

    /// Whether the engine knows the container no more.
    pub(super) async fn is_gone(&self) -> bool {
        matches!(self.engine.container(self.id).await, Ok(None))
    }

    /// The program that its health check was to run the last time, and that it does not have.
    pub(super) async fn missing_program(&self) -> Option<String> {
        let health = self.state().await.ok()?.health?;
        health.missing_program().map(str::to_owned)
    }

    /// How long after the start its health check is made for the first time, and the option that says so.
    pub(super) async fn first_check(&self) -> Option<(Duration, &'static str)> {
        let state = self.state().await.ok()?;
        Some(self.engine.first_check(&state))
    }

    /// Whether its processes are held.
    pub(super) async fn is_paused(&self) -> bool {
        self.state().await.is_ok_and(|state| state.paused)
    }

    pub(super) async fn state(&self) -> Result<ContainerState, String> {
        match self.engine.container(self.id).await {
            Ok(Some(state)) => Ok(state),
            Ok(None) => Err("the container is gone".to_owned()),
            Err(error) => Err(error.to_string()),
        }
    }

    async fn holds(&self, protocol: Protocol, port: u16) -> Said {
        match self.state().await {
            Ok(state) => match ports::held(self, &state, protocol, port).await {
                Held::Container => Said::Yes,
                Held::Nobody => Said::NotYet("nobody holds the port in the container's network".to_owned()),
                Held::Stranger(who) => {
                    Said::NotYet(format!("the port is held by {who}, not by the container"))
                }
                Held::Unseen(why) => Said::NotYet(why),
                Held::Unknown(why) => Said::Never(why),
            },
            Err(why) => Said::NotYet(why),
        }
    }

    /// The addresses at which a TCP port of the container answers; why there is none.
    async fn addresses(&self, port: u16) -> Result<Vec<String>, String> {
        let addresses = ports::addresses(self.engine, &self.state().await?, (port, Protocol::Tcp)).await;
        match addresses.is_empty() {
            true => Err("no address of the container can be reached from here".to_owned()),
            false => Ok(addresses),
        }
    }

    async fn answers(&self, http: &HttpReady) -> Said {
        let addresses = match self.addresses(http.port).await {
            Ok(addresses) => addresses,
            Err(why) => return Said::NotYet(why),
        };
        // A stream of events need not end: what was asked for decides.
        let is_enough = |status: StatusCode, body: &[u8]| {
            lacks(http, status.as_u16(), body).is_none() || !is_wanted(http, status.as_u16())
        };
        let mut why = String::new();
        for address in addresses {
            why = match timeout(ANSWER, speech::get(&address, &http.path, is_enough)).await {
                Err(_) => format!("{address} does not answer, or not in full, within {} s", ANSWER.as_secs()),
                Ok(Err(error)) => format!("{address} does not answer: {}", cause(&error)),
                Ok(Ok((status, body))) => match lacks(http, status.as_u16(), &body) {
                    None => return Said::Yes,
                    Some(lack) => format!("{address} answers {lack}"),
                },
            };
        }
        Said::NotYet(why)
    }

    async fn speaks(&self, speech: Speech, port: u16, name: &str) -> Said {
        let addresses = match self.addresses(port).await {
            Ok(addresses) => addresses,
            Err(why) => return Said::NotYet(why),
        };
        let mut why = String::new();
        for address in addresses {
            why = match speech::ask(speech, &address).await {
                Spoken::Well => return Said::Yes,
                Spoken::Unwell => format!("{address} does not say that it is healthy"),
                Spoken::Otherwise => format!("{address} does not answer as {name}"),
            };
        }
        Said::NotYet(why)
    }

    async fn is_healthy(&self) -> Said {
        let health = match self.state().await {
            Ok(state) => state.health,
            Err(why) => return Said::NotYet(why),
        };
        match health {
            None => Said::Never("the container has no health check".to_owned()),
            Some(health) => match (health.status.as_str(), health.last_words()) {
                ("healthy", _) => Said::Yes,
                ("unhealthy", "") => Said::Never("the health check failed".to_owned()),
                ("unhealthy", words) => Said::Never(format!("the health check failed: {words}")),
                (_, words) if health.cannot_run() => {
                    let words = if words.is_empty() { "its exit code says so" } else { words };
                    Said::Never(format!("the health check cannot be run: {words}"))
                }
                (_, "") => Said::NotYet("the health check goes on".to_owned()),
                (_, words) => Said::NotYet(format!("the health check goes on, and said last: {words}")),
            },
        }
    }

    async fn runs(&self, line: &str) -> Said {
        let command = ["/bin/sh", "-c", line];
        match timeout(COMMAND, self.engine.exec_quietly(self.id, None, &command)).await {
            Ok(Ok(0)) => Said::Yes,
            Ok(Ok(code)) => Said::NotYet(format!("it ended with exit code {code}")),
            Ok(Err(error)) => Said::NotYet(error.to_string()),
            Err(_) => Said::NotYet(format!("it does not end within {} s", COMMAND.as_secs())),
        }
    }
}

/// Whether a status is the one that is asked for.
fn is_wanted(http: &HttpReady, status: u16) -> bool {
    http.status.map_or((200..400).contains(&status), |wanted| status == wanted)
}

/// What an answer lacks.
fn lacks(http: &HttpReady, status: u16, body: &[u8]) -> Option<String> {
    if !is_wanted(http, status) {
        return Some(status.to_string());
    }
    let text = String::from_utf8_lossy(body);
    let wanted = http.body.as_ref().filter(|wanted| !text.contains(wanted.as_str()));
    wanted.map(|wanted| format!("{status}, without {wanted} in its body"))
}

/// The innermost cause of an error.
fn cause(error: &dyn std::error::Error) -> String {
    error.source().map_or_else(|| error.to_string(), cause)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::values::Value as _;

    #[test]
    fn an_answer_lacks_status_or_body() {
        for (word, status, body, want) in [
            ("http:80", 200, "", None),
            ("http:80", 302, "", None),
            ("http:80", 404, "", Some("404")),
            ("http:80", 503, "", Some("503")),
            ("http:80,status=404", 404, "", None),
            ("http:80,status=204", 200, "", Some("200")),
            ("http:80,\"body=\"\"health\"\":\"\"true\"\"\"", 200, "{\"health\":\"true\"}", None),
            ("http:80,body=ok", 200, "not yet", Some("200, without ok in its body")),
        ] {
            let Ok(Ready::Http(http)) = Ready::parse(word) else { panic!("{word}") };
            assert_eq!(lacks(&http, status, body.as_bytes()).as_deref(), want, "{word} {status} {body}");
        }
    }
}
