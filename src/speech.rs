//! What a service answers on its port: whether it is the one that is meant, and whether it is well.

use crate::spec::Speech;
use bytes::Bytes;
use http::{Request, StatusCode, header};
use http_body_util::{BodyExt as _, Full};
use hyper::client::conn::http1;
use hyper_util::rt::TokioIo;
use serde_json::Value;
use std::future::Future;
use std::io;
use std::time::Duration;
use tokio::io::AsyncReadExt as _;
use tokio::net::TcpStream;

/// How long it may take for an answer.
const ANSWER: Duration = Duration::from_millis(500);
/// How much of its answer is read: a member of a large cluster names all the others.
const MOST: usize = 64 << 10;

/// What a service says of itself.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Spoken {
    /// It is what is meant.
    Well,
    /// It is what is meant, and does not say that it is healthy.
    Unwell,
    /// It is something else, or says nothing in time.
    Otherwise,
}

/// Asks who answers at an address, `HOST:PORT`.
pub async fn ask(speech: Speech, address: &str) -> Spoken {
    match speech {
        Speech::Nats => match in_time(banner(address)).await {
            Some(line) if is_nats(&line) => Spoken::Well,
            Some(_) | None => Spoken::Otherwise,
        },
        Speech::Etcd => match in_time(get(address, "/version", |_, _| false)).await {
            // A member that has no leader yet says at once what it is, and takes its time about its health.
            Some((_, body)) if is_etcd(&body) => match in_time(get(address, "/health", |_, _| false)).await {
                Some((_, body)) if is_healthy(&body) => Spoken::Well,
                Some(_) | None => Spoken::Unwell,
            },
            Some(_) | None => Spoken::Otherwise,
        },
    }
}

/// What a web server answers: the status, and of the body as much as is needed, 64 KiB at most.
///
/// # Errors
/// Nobody is there, or what is there is no web server.
pub async fn get(
    address: &str,
    path: &str,
    is_enough: impl Fn(StatusCode, &[u8]) -> bool,
) -> io::Result<(StatusCode, Vec<u8>)> {
    asked(address, Request::get(path), String::new(), is_enough).await
}

/// What it answers to a document in JSON.
///
/// # Errors
/// As with `get`.
pub async fn post(address: &str, path: &str, document: String) -> io::Result<(StatusCode, Vec<u8>)> {
    let request = Request::post(path).header(header::CONTENT_TYPE, "application/json");
    asked(address, request, document, |_, _| false).await
}

async fn asked(
    address: &str,
    request: http::request::Builder,
    document: String,
    is_enough: impl Fn(StatusCode, &[u8]) -> bool,
) -> io::Result<(StatusCode, Vec<u8>)> {
    let stream = TcpStream::connect(address).await?;
    let (mut sender, connection) = http1::handshake(TokioIo::new(stream)).await.map_err(io::Error::other)?;
    let connection = tokio::spawn(connection);
    let request = request
        .header(header::HOST, address)
        .header(header::CONNECTION, "close")
        .body(Full::new(Bytes::from(document)));
    let answer = async {
        let answer =
            sender.send_request(request.map_err(io::Error::other)?).await.map_err(io::Error::other)?;
        let (status, mut body, mut read) = (answer.status(), answer.into_body(), Vec::new());
        while read.len() < MOST
            && !is_enough(status, &read)
            && let Some(frame) = body.frame().await
        {
            read.extend_from_slice(frame.map_err(io::Error::other)?.data_ref().unwrap_or(&Bytes::new()));
        }
        Ok((status, read))
    };
    let answer = answer.await;
    connection.abort();
    answer
}

/// An answer that came in time and whole.
async fn in_time<T>(asked: impl Future<Output = io::Result<T>>) -> Option<T> {
    tokio::time::timeout(ANSWER, asked).await.ok()?.ok()
}

/// The first line that a server says unasked.
///
/// # Errors
/// Nobody is there.
pub async fn banner(address: &str) -> io::Result<Vec<u8>> {
    let mut stream = TcpStream::connect(address).await?.take(MOST as u64);
    let mut line = Vec::new();
    while !line.contains(&b'\n') && stream.read_buf(&mut line).await? > 0 {}
    Ok(line)
}

/// One whole line, with an object behind its first word.
fn is_nats(line: &[u8]) -> bool {
    let end = line.iter().position(|byte| *byte == b'\n');
    let info = end.and_then(|end| line[..end].strip_prefix(b"INFO "));
    info.is_some_and(|info| serde_json::from_slice::<Value>(info).is_ok_and(|info| info.is_object()))
}

fn is_etcd(body: &[u8]) -> bool {
    let version = serde_json::from_slice::<Value>(body);
    version.is_ok_and(|version| version.get("etcdserver").is_some_and(Value::is_string))
}

fn is_healthy(body: &[u8]) -> bool {
    let health = serde_json::from_slice::<Value>(body);
    health.is_ok_and(|health| health.get("health").and_then(Value::as_str) == Some("true"))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_answer_is_known_by_its_words() {
        assert!(is_nats(b"INFO {\"server_id\":\"N\"}\r\n"));
        for other in [&b"SSH-2.0-OpenSSH_9.2\r\n"[..], b"", b"INFO {AAAA", b"INFO {AAAA\r\n", b"INFO 1\r\n"] {
            assert!(!is_nats(other), "{}", String::from_utf8_lossy(other));
        }
        assert!(is_etcd(b"{\"etcdserver\":\"3.4.23\",\"etcdcluster\":\"3.4.0\"}"));
        assert!(!is_etcd(b"{\"version\":\"3.4.23\"}") && !is_etcd(b"<html>"));
        for (body, want) in [
            ("{\"health\":\"true\"}", true),
            ("{\"health\":\"true\",\"reason\":\"\"}", true),
            ("{\"health\":\"false\"}", false),
            ("{}", false),
        ] {
            assert_eq!(is_healthy(body.as_bytes()), want, "{body}");
        }
    }
}
