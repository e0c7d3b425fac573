//! Whether a holder of a port really is what a service needs there: it is asked, briefly.

use crate::spec::Speech;
use std::net::SocketAddr;
use std::time::Duration;
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::TcpStream;

/// How long a holder may take to say what it is.
const ANSWER: Duration = Duration::from_millis(500);
/// How much of its answer is read.
const MOST: u64 = 4096;

/// What a holder says of itself.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Spoken {
    /// It is what is needed.
    Well,
    /// It is what is needed, and says that it is not healthy.
    Unwell,
    /// It is something else, or says nothing in time.
    Otherwise,
}

/// Asks the holder of a port.
pub(super) async fn ask(speech: Speech, address: SocketAddr) -> Spoken {
    let asked = async {
        let mut stream = TcpStream::connect(address).await.ok()?;
        if speech == Speech::Etcd {
            let request = format!("GET /health HTTP/1.0\r\nHost: {address}\r\n\r\n");
            stream.write_all(request.as_bytes()).await.ok()?;
        }
        let mut answer = Vec::new();
        let mut stream = stream.take(MOST);
        while !is_enough(speech, &answer) {
            if stream.read_buf(&mut answer).await.ok()? == 0 {
                break;
            }
        }
        Some(answer)
    };
    match tokio::time::timeout(ANSWER, asked).await {
        Ok(Some(answer)) => spoken(speech, &answer),
        Ok(None) | Err(_) => Spoken::Otherwise,
    }
}

/// Whether the answer can be judged before it ends: NATS keeps the connection open.
fn is_enough(speech: Speech, answer: &[u8]) -> bool {
    speech == Speech::Nats && answer.contains(&b'\n')
}

fn spoken(speech: Speech, answer: &[u8]) -> Spoken {
    let text = String::from_utf8_lossy(answer);
    match speech {
        Speech::Nats if text.starts_with("INFO {") => Spoken::Well,
        Speech::Nats => Spoken::Otherwise,
        Speech::Etcd => {
            let body = text.split_once("\r\n\r\n").map(|(_, body)| body).unwrap_or_default();
            let health: Option<serde_json::Value> = serde_json::from_str(body).ok();
            match health.as_ref().and_then(|health| health.get("health")?.as_str()) {
                Some("true") => Spoken::Well,
                Some(_) => Spoken::Unwell,
                None => Spoken::Otherwise,
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_answer_is_known_by_its_words() {
        let etcd = |body: &str| format!("HTTP/1.0 200 OK\r\nContent-Type: application/json\r\n\r\n{body}");
        for (speech, answer, want) in [
            (Speech::Nats, "INFO {\"server_id\":\"N\"}\r\n".to_owned(), Spoken::Well),
            (Speech::Nats, "SSH-2.0-OpenSSH_9.2\r\n".to_owned(), Spoken::Otherwise),
            (Speech::Nats, String::new(), Spoken::Otherwise),
            (Speech::Etcd, etcd("{\"health\":\"true\"}"), Spoken::Well),
            (Speech::Etcd, etcd("{\"health\":\"true\",\"reason\":\"\"}"), Spoken::Well),
            (Speech::Etcd, etcd("{\"health\":\"false\"}"), Spoken::Unwell),
            (Speech::Etcd, etcd("<html>"), Spoken::Otherwise),
            (Speech::Etcd, "INFO {\"server_id\":\"N\"}\r\n".to_owned(), Spoken::Otherwise),
        ] {
            assert_eq!(spoken(speech, answer.as_bytes()), want, "{answer}");
        }
    }
}
