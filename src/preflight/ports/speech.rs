//! Whether a holder of a port really is what a service needs there: it is asked, briefly.

use crate::spec::Speech;
use serde_json::Value;
use std::future::Future;
use std::io;
use std::net::SocketAddr;
use std::time::Duration;
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::TcpStream;

/// How long a holder may take for an answer.
const ANSWER: Duration = Duration::from_millis(500);
/// How much of its answer is read: a member of a large cluster names all the others.
const MOST: u64 = 64 << 10;

/// What a holder says of itself.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Spoken {
    /// It is what is needed.
    Well,
    /// It is what is needed, and does not say that it is healthy.
    Unwell,
    /// It is something else, or says nothing in time.
    Otherwise,
}

/// Asks the holder of a port.
pub(super) async fn ask(speech: Speech, address: SocketAddr) -> Spoken {
    match speech {
        Speech::Nats => match in_time(banner(address)).await {
            Some(line) if is_nats(&line) => Spoken::Well,
            Some(_) | None => Spoken::Otherwise,
        },
        Speech::Etcd => match in_time(get(address, "/version")).await {
            // A member that has no leader yet says at once what it is, and takes its time about its health.
            Some(answer) if is_etcd(&answer) => match in_time(get(address, "/health")).await {
                Some(answer) if is_healthy(&answer) => Spoken::Well,
                Some(_) | None => Spoken::Unwell,
            },
            Some(_) | None => Spoken::Otherwise,
        },
    }
}

/// An answer that came in time and whole.
async fn in_time(asked: impl Future<Output = io::Result<Vec<u8>>>) -> Option<Vec<u8>> {
    tokio::time::timeout(ANSWER, asked).await.ok()?.ok()
}

/// The first line that a server says unasked.
async fn banner(address: SocketAddr) -> io::Result<Vec<u8>> {
    let mut stream = TcpStream::connect(address).await?.take(MOST);
    let mut line = Vec::new();
    while !line.contains(&b'\n') && stream.read_buf(&mut line).await? > 0 {}
    Ok(line)
}

/// What a web server answers, headers included.
async fn get(address: SocketAddr, path: &str) -> io::Result<Vec<u8>> {
    let mut stream = TcpStream::connect(address).await?;
    stream.write_all(format!("GET {path} HTTP/1.0\r\nHost: {address}\r\n\r\n").as_bytes()).await?;
    let mut answer = Vec::new();
    stream.take(MOST).read_to_end(&mut answer).await?;
    Ok(answer)
}

/// One whole line, with an object behind its first word.
fn is_nats(line: &[u8]) -> bool {
    let end = line.iter().position(|byte| *byte == b'\n');
    let info = end.and_then(|end| line[..end].strip_prefix(b"INFO "));
    info.is_some_and(|info| serde_json::from_slice::<Value>(info).is_ok_and(|info| info.is_object()))
}

/// The JSON behind the headers.
fn body(answer: &[u8]) -> Option<Value> {
    let at = answer.windows(4).position(|four| four == b"\r\n\r\n")?;
    serde_json::from_slice(&answer[at + 4..]).ok()
}

fn is_etcd(answer: &[u8]) -> bool {
    body(answer).is_some_and(|version| version.get("etcdserver").is_some_and(Value::is_string))
}

fn is_healthy(answer: &[u8]) -> bool {
    body(answer).is_some_and(|health| health.get("health").and_then(Value::as_str) == Some("true"))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_answer_is_known_by_its_words() {
        let http = |body: &str| format!("HTTP/1.0 200 OK\r\nContent-Type: application/json\r\n\r\n{body}");
        assert!(is_nats(b"INFO {\"server_id\":\"N\"}\r\n"));
        for other in [&b"SSH-2.0-OpenSSH_9.2\r\n"[..], b"", b"INFO {AAAA", b"INFO {AAAA\r\n", b"INFO 1\r\n"] {
            assert!(!is_nats(other), "{}", String::from_utf8_lossy(other));
        }
        assert!(is_etcd(http("{\"etcdserver\":\"3.4.23\",\"etcdcluster\":\"3.4.0\"}").as_bytes()));
        assert!(!is_etcd(http("{\"version\":\"3.4.23\"}").as_bytes()) && !is_etcd(http("<html>").as_bytes()));
        for (body, want) in [
            ("{\"health\":\"true\"}", true),
            ("{\"health\":\"true\",\"reason\":\"\"}", true),
            ("{\"health\":\"false\"}", false),
            ("{}", false),
        ] {
            assert_eq!(is_healthy(http(body).as_bytes()), want, "{body}");
        }
    }
}
