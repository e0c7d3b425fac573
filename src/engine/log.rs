//! A container's log: what the engine has kept of its output, in the form of an attached stream.

use super::ask::encoded;
use super::connect::Stream;
use super::container::Attached;
use super::error::EngineError;
use super::transport::whole;
use super::{ANSWER, Engine};
use bytes::Bytes;
use http::Method;
use http_body_util::BodyExt as _;
use hyper::body::Incoming;
use tokio::io::AsyncWriteExt as _;
use tokio::net::UnixStream;

/// Which of a container's outputs are meant.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Outputs {
    /// Its standard output, with all that it writes to a terminal.
    pub stdout: bool,
    /// Its standard error.
    pub stderr: bool,
}

/// Which part of a log is wanted.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct LogPart {
    /// Whether it goes on until the container ends.
    pub follow: bool,
    /// Whether each line begins with when it was written.
    pub timestamps: bool,
    /// How many of the last lines; all, where none is said.
    pub tail: Option<u64>,
    /// From which moment on, in seconds since 1970; from its beginning, where none is said.
    pub since: Option<String>,
    /// Until which moment; to its end, where none is said.
    pub until: Option<String>,
}

/// The request for a log.
fn path(id: &str, outputs: Outputs, more: &str) -> String {
    let [stdout, stderr] = [outputs.stdout, outputs.stderr].map(u8::from);
    format!("/containers/{id}/logs?stdout={stdout}&stderr={stderr}&{more}")
}

/// Passes a body on until it ends or nobody takes it any more.
async fn passed(mut body: Incoming, mut to: UnixStream) {
    while let Some(Ok(frame)) = body.frame().await {
        if let Ok(bytes) = frame.into_data()
            && to.write_all(&bytes).await.is_err()
        {
            break;
        }
    }
}

impl Engine {
    /// The log from its beginning, and on until the container's end, as a stream like that of an attach.
    ///
    /// # Errors
    /// The engine does not tell, or the container's log driver keeps nothing.
    pub async fn log(&self, id: &str, outputs: Outputs) -> Result<Attached, EngineError> {
        self.log_part(id, outputs, LogPart { follow: true, ..LogPart::default() }).await
    }

    /// A part of the log, as such a stream.
    ///
    /// # Errors
    /// As with `log`.
    pub async fn log_part(&self, id: &str, outputs: Outputs, part: LogPart) -> Result<Attached, EngineError> {
        let [follow, timestamps] = [part.follow, part.timestamps].map(u8::from);
        let tail = part.tail.map_or("all".to_owned(), |lines| lines.to_string());
        let mut more = format!("follow={follow}&timestamps={timestamps}&tail={tail}");
        for (name, moment) in [("since", part.since), ("until", part.until)] {
            more.extend(moment.map(|moment| format!("&{name}={}", encoded(&moment))));
        }
        let body = self.transport.open(Method::GET, &path(id, outputs, &more), ANSWER).await?;
        let (ours, theirs) = UnixStream::pair().map_err(EngineError::garbled)?;
        tokio::spawn(passed(body, theirs));
        Attached::of(Stream::Unix(ours)).map_err(EngineError::garbled)
    }

    /// The last entry of the log, as it comes in such a stream.
    ///
    /// # Errors
    /// As with `log`.
    pub async fn log_end(&self, id: &str, outputs: Outputs) -> Result<Bytes, EngineError> {
        whole(self.transport.open(Method::GET, &path(id, outputs, "tail=1"), ANSWER).await?).await
    }

    /// What the container wrote to standard output since a moment, in seconds since 1970.
    ///
    /// # Errors
    /// The engine does not tell, or the container's log driver keeps nothing.
    pub async fn log_since(&self, id: &str, since: i32) -> Result<Vec<u8>, EngineError> {
        let request = format!("/containers/{id}/logs?stdout=1&stderr=0&since={since}");
        let log = whole(self.transport.open(Method::GET, &request, ANSWER).await?).await?;
        Ok(unframed(&log))
    }
}

/// The bytes of frames: each has a head of eight, of which the last four are the length of what follows.
fn unframed(mut log: &[u8]) -> Vec<u8> {
    let mut bytes = Vec::new();
    while let Some((head, rest)) = log.split_first_chunk::<8>() {
        let length = head[4..].iter().fold(0usize, |length, byte| length << 8 | usize::from(*byte));
        let (payload, rest) = rest.split_at(length.min(rest.len()));
        bytes.extend_from_slice(payload);
        log = rest;
    }
    bytes
}
