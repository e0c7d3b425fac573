//! A container that was created: attach, wait, start, signals, its state, its log, its end.

use super::ask::encoded;
use super::connect::Stream;
use super::error::EngineError;
use super::ssh::Tunnel;
use super::transport::whole;
use super::twins::when_clear;
use super::{ANSWER, Engine, WORK, labels};
use crate::host::WindowSize;
use crate::spec::Streams;
use crate::values::{DetachKeys, Value};
use http::Method;
use hyper::body::Incoming;
use serde::Deserialize;
use serde_json::json;
use std::io::{self, Read, Write};
use std::net::Shutdown;
use std::time::Duration;

/// How long the engine may take to take a wait on: it answers that at once.
const TAKEN_ON: Duration = Duration::from_secs(10);

/// How a container ended.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Exit {
    /// Its exit code; 128+n when signal n ended it.
    pub code: i64,
    /// Whether the kernel killed it for memory.
    pub out_of_memory: bool,
    /// Whether it runs again, as somebody has started it anew meanwhile.
    pub runs_again: bool,
}

/// The stream of an attached container or command, taken out of the asynchronous world: a thread pumps it.
#[derive(Debug)]
pub enum Attached {
    /// Over a socket in the file system.
    Unix(std::os::unix::net::UnixStream),
    /// Over a port.
    Tcp(std::net::TcpStream),
    /// Through an ssh, which ends with it.
    Ssh(std::os::unix::net::UnixStream, Tunnel),
}

impl Attached {
    /// Takes a connection out of the asynchronous world.
    pub(super) fn of(stream: Stream) -> io::Result<Self> {
        match stream {
            Stream::Unix(stream) => stream.into_std().and_then(|stream| {
                stream.set_nonblocking(false)?;
                Ok(Self::Unix(stream))
            }),
            Stream::Tcp(stream) => stream.into_std().and_then(|stream| {
                stream.set_nonblocking(false)?;
                Ok(Self::Tcp(stream))
            }),
            Stream::Ssh(stream, tunnel) => stream.into_std().and_then(|stream| {
                stream.set_nonblocking(false)?;
                Ok(Self::Ssh(stream, tunnel))
            }),
            // Its bytes are not the socket's own: a task turns the ones into the others.
            Stream::Tls(mut stream) => {
                let (ours, mut theirs) = tokio::net::UnixStream::pair()?;
                tokio::spawn(async move { tokio::io::copy_bidirectional(&mut *stream, &mut theirs).await });
                Self::of(Stream::Unix(ours))
            }
        }
    }

    /// Closes one or both directions.
    ///
    /// # Errors
    /// The stream is closed already.
    pub fn shutdown(&self, how: Shutdown) -> io::Result<()> {
        match self {
            Self::Unix(stream) => stream.shutdown(how),
            Self::Tcp(stream) => stream.shutdown(how),
            Self::Ssh(stream, tunnel) => {
                if how == Shutdown::Both {
                    tunnel.end();
                }
                stream.shutdown(how)
            }
        }
    }
}

impl Read for &Attached {
    fn read(&mut self, buf: &mut [u8]) -> io::Result<usize> {
        match self {
            Attached::Unix(stream) | Attached::Ssh(stream, _) => (&*stream).read(buf),
            Attached::Tcp(stream) => (&*stream).read(buf),
        }
    }
}

impl Write for &Attached {
    fn write(&mut self, buf: &[u8]) -> io::Result<usize> {
        match self {
            Attached::Unix(stream) | Attached::Ssh(stream, _) => (&*stream).write(buf),
            Attached::Tcp(stream) => (&*stream).write(buf),
        }
    }

    fn flush(&mut self) -> io::Result<()> {
        Ok(())
    }
}

/// A wait that the engine has taken on: the container's exit cannot be missed any more.
#[derive(Debug)]
pub struct Wait(Incoming);

impl Wait {
    /// Waits for the container's end.
    ///
    /// # Errors
    /// The engine went away, or its answer is none.
    pub async fn exit_code(self) -> Result<i64, EngineError> {
        #[derive(Deserialize)]
        struct Answer {
            #[serde(rename = "StatusCode")]
            code: i64,
            #[serde(rename = "Error", default)]
            error: Option<Fault>,
        }
        #[derive(Deserialize)]
        struct Fault {
            #[serde(rename = "Message", default)]
            message: String,
        }
        let bytes = whole(self.0).await?;
        let answer: Answer = serde_json::from_slice(&bytes).map_err(EngineError::garbled)?;
        match answer.error {
            Some(Fault { message }) if !message.is_empty() => {
                Err(EngineError::Refused { status: 500, message })
            }
            Some(_) | None => Ok(answer.code),
        }
    }
}

/// What the engine answers to a create.
#[derive(Debug, Deserialize)]
pub(super) struct Created {
    #[serde(rename = "Id")]
    pub(super) id: String,
    #[serde(rename = "Warnings", default)]
    pub(super) warnings: Option<Vec<String>>,
}

/// A container of a list.
#[derive(Deserialize)]
pub(super) struct Listed {
    #[serde(rename = "Id")]
    pub(super) id: String,
    #[serde(rename = "Names", default)]
    pub(super) names: Option<Vec<String>>,
}

/// The request that attaches. Who is attached finds the keys himself, before the engine sees them; but an engine that
/// is told of none takes docker's own out of what a terminal is to read, and waits after the first of them.
fn attach_path(id: &str, streams: Streams, keys: Option<&DetachKeys>) -> String {
    let [stdin, stdout, stderr] = [streams.stdin, streams.stdout, streams.stderr].map(u8::from);
    let path = format!("/containers/{id}/attach?stream=1&stdin={stdin}&stdout={stdout}&stderr={stderr}");
    match keys.map(Value::word).filter(|word| !word.is_empty()) {
        Some(word) => format!("{path}&detachKeys={}", encoded(&word)),
        None => path,
    }
}

/// Whether a word is an id, as the engine writes it.
pub(super) fn is_id(word: &str) -> bool {
    word.len() == 64 && word.bytes().all(|byte| byte.is_ascii_digit() || (b'a'..=b'f').contains(&byte))
}

impl Engine {
    /// Creates the container; the body is `create_request`'s.
    pub(super) async fn create(&self, query: &str, body: &serde_json::Value) -> Result<Created, EngineError> {
        let path = format!("/containers/create{query}");
        let bytes = when_clear(|| self.transport.call(Method::POST, &path, Some(body), WORK)).await?;
        let created: Created = serde_json::from_slice(&bytes).map_err(EngineError::garbled)?;
        if is_id(&created.id) { Ok(created) } else { Err(EngineError::garbled("it names no container")) }
    }

    /// Attaches to the container's streams, with the keys that the caller detaches by.
    pub(super) async fn attach(
        &self,
        id: &str,
        streams: Streams,
        keys: Option<&DetachKeys>,
    ) -> Result<Attached, EngineError> {
        let path = attach_path(id, streams, keys);
        let (stream, early) = self.transport.hijack(&path, None, ANSWER).await?;
        if !early.is_empty() {
            return Err(EngineError::garbled("bytes came before the container ran"));
        }
        Attached::of(stream).map_err(EngineError::garbled)
    }

    /// Registers a wait for the container's next end, before it starts. Where the engine does not take it on, the
    /// container's state tells of its end, later.
    pub(super) async fn wait(&self, id: &str) -> Option<Wait> {
        let path = format!("/containers/{id}/wait?condition=next-exit");
        self.transport.open(Method::POST, &path, TAKEN_ON).await.ok().map(Wait)
    }

    /// Waits for the end of a container that runs already, or has ended meanwhile.
    ///
    /// # Errors
    /// The engine went away, or its answer is none.
    pub async fn rewait(&self, id: &str) -> Result<i64, EngineError> {
        let path = format!("/containers/{id}/wait?condition=not-running");
        Wait(self.transport.open(Method::POST, &path, ANSWER).await?).exit_code().await
    }

    /// Gives the container's terminal a size.
    ///
    /// # Errors
    /// The container does not run, or the engine is gone.
    pub async fn resize(&self, id: &str, size: WindowSize) -> Result<(), EngineError> {
        let path = format!("/containers/{id}/resize?h={}&w={}", size.rows, size.columns);
        self.transport.call(Method::POST, &path, None, ANSWER).await.map(drop)
    }

    /// Sends a signal to the container's first process.
    ///
    /// # Errors
    /// The engine refused, or is gone.
    pub async fn signal(&self, id: &str, signal: &str) -> Result<(), EngineError> {
        let path = format!("/containers/{id}/kill?signal={signal}");
        self.transport.call(Method::POST, &path, None, ANSWER).await.map(drop)
    }

    /// Stops a container: its stop signal, the grace, then SIGKILL. A grace of none is the container's own.
    ///
    /// # Errors
    /// The engine refused, or is gone.
    pub async fn stop(&self, id: &str, seconds: Option<i32>) -> Result<(), EngineError> {
        let query = seconds.map(|seconds| format!("?t={seconds}")).unwrap_or_default();
        // A container's own grace may be long, and -1 waits for ever.
        let deadline = match seconds {
            Some(seconds) => {
                u64::try_from(seconds).map_or(Duration::MAX, |s| Duration::from_secs(s) + ANSWER)
            }
            None => Duration::MAX,
        };
        self.transport
            .call(Method::POST, &format!("/containers/{id}/stop{query}"), None, deadline)
            .await
            .map(drop)
    }

    /// Waits until a container that the engine removes by itself is gone.
    ///
    /// # Errors
    /// The engine went away.
    pub async fn gone(&self, id: &str) -> Result<(), EngineError> {
        match self
            .transport
            .open(Method::POST, &format!("/containers/{id}/wait?condition=removed"), ANSWER)
            .await
        {
            Err(error) if error.is_status(404) => Ok(()),
            Err(error) => Err(error),
            Ok(body) => tokio::time::timeout(ANSWER, whole(body))
                .await
                .unwrap_or(Err(EngineError::Silent(ANSWER)))
                .map(drop),
        }
    }

    /// Removes the container and its anonymous volumes, running or not. One that is gone is what was wanted; one that
    /// somebody else is removing, the engine itself with `--rm`, is there until that is done.
    ///
    /// # Errors
    /// The engine refused, or is gone.
    pub async fn remove(&self, id: &str) -> Result<(), EngineError> {
        self.remove_within(id, ANSWER).await
    }

    /// The same of one that may take its time: the engine takes back each port that it publishes.
    pub(super) async fn remove_within(&self, id: &str, deadline: Duration) -> Result<(), EngineError> {
        self.taken_away(id, (true, true), deadline).await
    }

    /// Removes a container that somebody named: one that runs by force alone, its anonymous volumes where that was said.
    ///
    /// # Errors
    /// As with `remove`, or it runs.
    pub async fn discard(&self, id: &str, force: bool, volumes: bool) -> Result<(), EngineError> {
        self.taken_away(id, (force, volumes), WORK).await
    }

    async fn taken_away(
        &self,
        id: &str,
        (force, volumes): (bool, bool),
        deadline: Duration,
    ) -> Result<(), EngineError> {
        let path = format!("/containers/{id}?force={}&v={}", u8::from(force), u8::from(volumes));
        match self.removed_within(&path, deadline).await {
            Err(EngineError::Refused { status: 409, message }) if message.contains("in progress") => {
                self.gone(id).await
            }
            removed => removed,
        }
    }

    /// The running containers of a service, by name.
    ///
    /// # Errors
    /// The engine does not tell.
    pub async fn running(&self, service: &str) -> Result<Vec<String>, EngineError> {
        let label = format!("{}={service}", labels::SERVICE);
        let found: Vec<Listed> = self.listed("/containers/json?", &json!({ "label": [label] })).await?;
        let name = |names: Vec<String>| names.first().map(|name| name.trim_start_matches('/').to_owned());
        Ok(found.into_iter().filter_map(|container| container.names.and_then(name)).collect())
    }

    /// The containers that one launch made, by the label that it put on them.
    pub(super) async fn made_by(&self, nonce: &str) -> Result<Vec<String>, EngineError> {
        let filters = json!({ "label": [format!("{}={nonce}", labels::RUN)] });
        let found: Vec<Listed> = self.listed("/containers/json?all=1&", &filters).await?;
        Ok(found.into_iter().map(|container| container.id).filter(|id| is_id(id)).collect())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_attach_names_its_streams_and_other_keys_than_dockers() {
        let path = |streams, keys: &str| {
            let keys = DetachKeys::parse(keys).unwrap();
            attach_path("ID", streams, Some(&keys))
        };
        let all = Streams { stdin: true, stdout: true, stderr: true };
        let ours = "/containers/ID/attach?stream=1&stdin=1&stdout=1&stderr=1";
        assert_eq!(attach_path("ID", all, None), ours);
        assert_eq!(path(all, ""), ours);
        assert_eq!(path(all, "ctrl-a,d"), format!("{ours}&detachKeys=ctrl-a%2Cd"));
        assert_eq!(path(all, "ctrl-[,&,~"), format!("{ours}&detachKeys=ctrl-%5B%2C%26%2C%7E"));
        let stderr = Streams { stderr: true, ..Streams::default() };
        assert_eq!(path(stderr, ""), "/containers/ID/attach?stream=1&stdin=0&stdout=0&stderr=1");
    }
}
