//! What a service answers on its port: whether it is the one that is meant, and whether it is well.

use crate::spec::Speech;
use bytes::Bytes;
use http::{HeaderValue, Request, StatusCode, header};
use http_body_util::{BodyExt as _, Full};
use hyper::client::conn::http1;
use hyper_util::rt::TokioIo;
use rustls::ClientConfig;
use rustls::pki_types::ServerName;
use serde_json::Value;
use std::future::Future;
use std::io;
use std::sync::Arc;
use std::time::Duration;
use tokio::io::{AsyncRead, AsyncReadExt as _, AsyncWrite, AsyncWriteExt as _};
use tokio::net::TcpStream;
use tokio_rustls::TlsConnector;

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

/// How a service is called.
#[derive(Debug, Clone, Default)]
pub struct Manner {
    /// With TLS: its settings, and the name that the certificate is to be for; none for the address's own.
    pub tls: Option<(Arc<ClientConfig>, Option<String>)>,
    /// What shows a web server who asks.
    pub authorization: Option<HeaderValue>,
}

/// A connection, with TLS or without.
trait Connection: AsyncRead + AsyncWrite + Unpin + Send {}
impl<T: AsyncRead + AsyncWrite + Unpin + Send> Connection for T {}

impl Manner {
    /// The connection with TLS, where that is asked for.
    async fn secured(&self, stream: TcpStream, address: &str) -> io::Result<Box<dyn Connection>> {
        let Some((settings, name)) = &self.tls else { return Ok(Box::new(stream)) };
        let host = address.rsplit_once(':').map_or(address, |(host, _)| host).trim_matches(['[', ']']);
        let name = name.as_deref().unwrap_or(host).to_owned();
        let name = ServerName::try_from(name).map_err(io::Error::other)?;
        Ok(Box::new(TlsConnector::from(settings.clone()).connect(name, stream).await?))
    }
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
    asked((address, &Manner::default()), Request::get(path), String::new(), is_enough).await
}

/// The same of one that is called in a manner of its own, and read whole.
///
/// # Errors
/// As with `get`.
pub async fn get_so(address: &str, path: &str, manner: &Manner) -> io::Result<(StatusCode, Vec<u8>)> {
    asked((address, manner), Request::get(path), String::new(), |_, _| false).await
}

/// What it answers to a document in JSON.
///
/// # Errors
/// As with `get`.
pub async fn post(
    address: &str,
    path: &str,
    document: String,
    manner: &Manner,
) -> io::Result<(StatusCode, Vec<u8>)> {
    let request = Request::post(path).header(header::CONTENT_TYPE, "application/json");
    asked((address, manner), request, document, |_, _| false).await
}

async fn asked(
    (address, manner): (&str, &Manner),
    request: http::request::Builder,
    document: String,
    is_enough: impl Fn(StatusCode, &[u8]) -> bool,
) -> io::Result<(StatusCode, Vec<u8>)> {
    let stream = manner.secured(TcpStream::connect(address).await?, address).await?;
    let (mut sender, connection) = http1::handshake(TokioIo::new(stream)).await.map_err(io::Error::other)?;
    let connection = tokio::spawn(connection);
    let shown = manner.authorization.iter().map(|value| (header::AUTHORIZATION, value.clone()));
    let request = shown.fold(request, |request, (name, value)| request.header(name, value));
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
    line(&mut TcpStream::connect(address).await?).await
}

/// What a NATS server says to one who shows who he is, in the words of `CONNECT`, and asks for a sign of life: `PONG`, or
/// `-ERR` and why not. TLS begins behind the server's first line.
///
/// # Errors
/// Nobody is there, or who is there speaks otherwise.
pub async fn nats(address: &str, connect: &Value, manner: &Manner) -> io::Result<String> {
    let mut stream = TcpStream::connect(address).await?;
    line(&mut stream).await?;
    let mut stream = manner.secured(stream, address).await?;
    stream.write_all(format!("CONNECT {connect}\r\nPING\r\n").as_bytes()).await?;
    stream.flush().await?;
    loop {
        let said = line(&mut stream).await?;
        let said = String::from_utf8_lossy(&said).trim().to_owned();
        // With TLS it says once more who it is.
        if !said.starts_with("INFO ") && said != "+OK" {
            return Ok(said);
        }
    }
}

/// The next line, or what there is of it. Byte by byte: what comes behind it is not this one's.
async fn line(stream: &mut (impl AsyncRead + Unpin)) -> io::Result<Vec<u8>> {
    let (mut line, mut byte) = (Vec::new(), [0]);
    while line.len() < MOST && !line.ends_with(b"\n") && stream.read(&mut byte).await? > 0 {
        line.push(byte[0]);
    }
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
