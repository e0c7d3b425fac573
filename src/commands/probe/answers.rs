//! What is asked of each kind of service, step by step, until one fails.

use super::manner::Manner;
use super::{Subject, TIMEOUT};
use crate::cli::Probe;
use crate::config::ProbeKind;
use crate::engine::Engine;
use crate::host::now;
use crate::ready::is_ready;
use crate::speech;
use crate::values::Ready;
use http::StatusCode;
use serde_json::{Value, json};
use std::future::Future;
use std::io;
use std::net::{IpAddr, SocketAddr, UdpSocket};
use std::time::Duration;
use tokio::time::{Instant, timeout};

/// How much of a wrong answer is shown.
const SHOWN: usize = 200;
/// How many models are named.
const MODELS: usize = 5;
/// The engine in whose name a state is sent where none is named.
const ENGINE_ID: &str = "dynrun-probe";

/// A question, and what came of it.
pub(super) struct Step {
    pub(super) asked: &'static str,
    /// Where.
    pub(super) at: String,
    /// What was answered, in words; or why that is none.
    pub(super) answer: Result<String, String>,
    time: Duration,
}

impl Step {
    pub(super) fn milliseconds(&self) -> u128 {
        self.time.as_millis()
    }
}

/// Asks all of it. Of several addresses the first that answers is the one.
pub(super) async fn asked(subject: &Subject, engine: &Engine, probe: &Probe, manner: &Manner) -> Vec<Step> {
    let limit = probe.timeout_ms.map_or(TIMEOUT, Duration::from_millis);
    let until = Instant::now() + limit;
    let mut steps = Vec::new();
    for address in &subject.addresses {
        steps = at((address, manner), until, subject, engine, probe).await;
        if steps.first().is_some_and(|step| step.answer.is_ok()) {
            break;
        }
    }
    steps
}

async fn at(
    (address, manner): (&str, &Manner),
    until: Instant,
    subject: &Subject,
    engine: &Engine,
    probe: &Probe,
) -> Vec<Step> {
    let to = To { address, manner };
    let mut asking = Asking { address, until, steps: Vec::new() };
    match subject.kind {
        ProbeKind::OpenAi => {
            let models = asking.step("GET /v1/models", models(to)).await;
            let model = models.as_ref().and_then(|models| models.first());
            if let Some(model) = probe.model.as_ref().filter(|_| models.is_some()).or(model) {
                asking.step("POST /v1/chat/completions", completion(to, model)).await;
            }
        }
        ProbeKind::Nats => {
            if asking.step("INFO", info(to)).await.is_some() && manner.is_more() {
                asking.step("CONNECT", connected(to, probe.user.as_deref())).await;
            }
        }
        ProbeKind::Etcd => {
            let mut is_well = asking.step("GET /version", version(to)).await.is_some();
            if let (true, Some(user)) = (is_well, &probe.user) {
                is_well = asking.step("POST /v3/auth/authenticate", authenticated(to, user)).await.is_some();
            }
            if is_well {
                asking.step("GET /health", health(to)).await;
            }
        }
        ProbeKind::Datagram => {
            let listens = listens(engine, &subject.state.id, subject.port);
            if asking.step("the socket", listens).await.is_some() {
                asking.step("a state", async { datagrams(address, &probe.engine_ids) }).await;
            }
        }
        ProbeKind::States => {}
    }
    asking.steps
}

/// Who is asked, and how.
#[derive(Clone, Copy)]
struct To<'a> {
    address: &'a str,
    manner: &'a Manner,
}

/// The steps so far, at an address.
struct Asking<'a> {
    address: &'a str,
    until: Instant,
    steps: Vec<Step>,
}

impl Asking<'_> {
    /// Takes a step, and keeps what is said of it.
    async fn step<T>(
        &mut self,
        asked: &'static str,
        answer: impl Future<Output = Result<(String, T), String>>,
    ) -> Option<T> {
        let began = Instant::now();
        let left = self.until.saturating_duration_since(began);
        let answer =
            timeout(left, answer).await.unwrap_or_else(|_| Err("there was no answer in time".to_owned()));
        let (answer, known) = match answer {
            Ok((words, known)) => (Ok(words), Some(known)),
            Err(why) => (Err(why), None),
        };
        self.steps.push(Step { asked, at: self.address.to_owned(), answer, time: began.elapsed() });
        known
    }
}

/// The body of an answer that is well, as JSON.
fn body((status, body): (StatusCode, Vec<u8>), manner: &Manner) -> Result<Value, String> {
    // Hidden before it is cut: half of a token would stay.
    let text = manner.hidden(&String::from_utf8_lossy(&body));
    let shown = |what: String| format!("{what}: {}", text.chars().take(SHOWN).collect::<String>().trim());
    if !status.is_success() {
        return Err(shown(format!("it answers {status}")));
    }
    serde_json::from_slice(&body).map_err(|_| shown("it does not answer JSON".to_owned()))
}

impl To<'_> {
    fn failed(&self, error: &io::Error) -> String {
        self.manner.failed(error)
    }

    async fn got(&self, path: &str) -> Result<Value, String> {
        let answer = speech::get_so(self.address, path, &self.manner.speech).await;
        body(answer.map_err(|error| self.failed(&error))?, self.manner)
    }

    async fn posted(&self, path: &str, document: &Value) -> Result<Value, String> {
        let answer = speech::post(self.address, path, document.to_string(), &self.manner.speech).await;
        body(answer.map_err(|error| self.failed(&error))?, self.manner)
    }
}

/// The models that a server of OpenAI's API has.
async fn models(to: To<'_>) -> Result<(String, Vec<String>), String> {
    let answer = to.got("/v1/models").await?;
    let models = answer["data"].as_array().ok_or("it names no list of models")?;
    let names: Vec<String> =
        models.iter().filter_map(|model| model["id"].as_str()).map(str::to_owned).collect();
    if names.is_empty() {
        return Err("it serves no model: no worker has said that it has one".to_owned());
    }
    let more = if names.len() > MODELS { ", ..." } else { "" };
    let shown = to.manner.hidden(&names[..names.len().min(MODELS)].join(", "));
    Ok((format!("{shown}{more}"), names))
}

/// A few words of a model's.
async fn completion(to: To<'_>, model: &str) -> Result<(String, ()), String> {
    let question = json!({
        "model": model, "max_tokens": 8, "stream": false,
        "messages": [{ "role": "user", "content": "Say pong." }],
    });
    let answer = to.posted("/v1/chat/completions", &question).await?;
    let choice = answer["choices"].get(0).ok_or("it answers without a choice")?;
    let words = choice["message"]["content"].as_str().unwrap_or_default().trim();
    let shown: String = to.manner.hidden(words).chars().take(SHOWN).collect();
    Ok((format!("{}: {shown:?}", to.manner.hidden(model)), ()))
}

/// What a NATS server says of itself.
async fn info(to: To<'_>) -> Result<(String, ()), String> {
    let line = speech::banner(to.address).await.map_err(|error| to.failed(&error))?;
    let info = line.strip_prefix(b"INFO ").and_then(|info| serde_json::from_slice::<Value>(info).ok());
    let info = info.filter(Value::is_object).ok_or("it does not say INFO, as NATS does")?;
    let name = info["server_name"].as_str().or(info["server_id"].as_str()).unwrap_or("?");
    let stream = if info["jetstream"] == true { ", with JetStream" } else { "" };
    let server = format!("{} as {name}", info["version"].as_str().unwrap_or("?"));
    Ok((format!("NATS {}{stream}", to.manner.hidden(&server)), ()))
}

async fn version(to: To<'_>) -> Result<(String, ()), String> {
    let answer = to.got("/version").await?;
    let version = answer["etcdserver"].as_str().ok_or("it does not answer as etcd does")?;
    Ok((format!("etcd {}", to.manner.hidden(version)), ()))
}

async fn health(to: To<'_>) -> Result<(String, ()), String> {
    let answer = to.got("/health").await?;
    match (answer["health"].as_str(), answer["reason"].as_str().unwrap_or_default()) {
        (Some("true"), _) => Ok(("healthy".to_owned(), ())),
        (_, "") => Err("it does not say that it is healthy".to_owned()),
        (_, reason) => Err(format!("it is not healthy: {}", to.manner.hidden(reason))),
    }
}

/// What a NATS server says to one who shows who he is.
async fn connected(to: To<'_>, user: Option<&str>) -> Result<(String, ()), String> {
    let mut connect =
        json!({ "verbose": false, "pedantic": false, "name": "dynrun", "lang": "rust", "version": "" });
    match (user, &to.manner.token) {
        (Some(user), Some(password)) => {
            connect["user"] = json!(user);
            connect["pass"] = json!(password.expose());
        }
        (None, Some(token)) => connect["auth_token"] = json!(token.expose()),
        (_, None) => {}
    }
    let said = speech::nats(to.address, &connect, &to.manner.speech).await;
    match said.map_err(|error| to.failed(&error))?.as_str() {
        "PONG" => Ok((user.map_or("it is let in".to_owned(), |user| format!("{user} is let in")), ())),
        "" => Err("it ends the connection".to_owned()),
        said => Err(format!("it says {}", to.manner.hidden(said).chars().take(SHOWN).collect::<String>())),
    }
}

/// Whether etcd takes the user's password.
async fn authenticated(to: To<'_>, user: &str) -> Result<(String, ()), String> {
    let password = to.manner.token.as_ref().map_or("", |password| password.expose());
    let answer = to.posted("/v3/auth/authenticate", &json!({ "name": user, "password": password })).await?;
    answer["token"].as_str().ok_or("it gives no token")?;
    Ok((format!("{user} is let in"), ()))
}

/// Whether the container has the port open.
async fn listens(engine: &Engine, id: &str, port: u16) -> Result<(String, ()), String> {
    match is_ready(engine, id, &[Ready::Udp(port)], Duration::ZERO).await {
        true => Ok(("it is open".to_owned(), ())),
        false => Err("the container does not hold the port".to_owned()),
    }
}

/// Sends states; nobody answers them.
fn datagrams(address: &str, engine_ids: &[String]) -> Result<(String, ()), String> {
    let to: SocketAddr = address.parse().map_err(|_| format!("{address} is no address"))?;
    let ids = if engine_ids.is_empty() { vec![ENGINE_ID.to_owned()] } else { engine_ids.to_vec() };
    let any: IpAddr = if to.is_ipv4() { [0; 4].into() } else { [0; 16].into() };
    let sent = UdpSocket::bind((any, 0)).and_then(|socket| {
        ids.iter().try_for_each(|id| {
            let state = json!({
                "engine_id": id, "timestamp_ms": i64::try_from(now().as_millis()).unwrap_or(i64::MAX),
                "latency_pred_ms": 100.0, "scheduling_mode": "latency_optimized", "pending_tokens_total": 10,
                "kv_cache_free_blocks": 100, "kv_cache_total_blocks": 1000, "engine_capacity": 1000.0,
            });
            socket.send_to(state.to_string().as_bytes(), to).map(drop)
        })
    });
    sent.map_err(|error| format!("it cannot be sent: {error}"))?;
    Ok((format!("sent for {}; no datagram is answered", ids.join(", ")), ()))
}
