//! The pages of docs/systems: what each shows is done on a real engine, with the real systems behind it. E*, N*, B*, K*, M*.
//! `scripts/systems` makes their images, and runs these.

use super::needs::Server;
use crate::document::Document;
use serde_json::{Value, json};
use std::io::{Read as _, Write as _};
use std::net::TcpStream;
use std::path::{Path, PathBuf};

/// A page, at the engine that `scripts/systems` started.
#[expect(clippy::disallowed_methods, reason = "scripts/systems says so where the engine is")]
fn page(name: &'static str) -> Document {
    Document::open(name, &std::env::var("DYNRUN_TEST_ENGINE").expect("these run in scripts/systems"))
}

/// The programs of the systems that run on this machine beside the containers.
#[expect(clippy::disallowed_methods, reason = "scripts/systems says so where they are")]
fn programs() -> PathBuf {
    std::env::var_os("DYNRUN_TEST_SYSTEMS").expect("these run in scripts/systems").into()
}

/// What a server on this machine answers to a POST of JSON.
fn post(port: u16, path: &str, body: &Value) -> String {
    let body = body.to_string();
    let mut stream = TcpStream::connect(("127.0.0.1", port)).expect("it listens");
    let length = body.len();
    write!(
        stream,
        "POST {path} HTTP/1.1\r\nhost: localhost\r\nconnection: close\r\ncontent-type: application/json\r\n\
         content-length: {length}\r\n\r\n{body}"
    )
    .expect("it takes the request");
    let mut answer = String::new();
    stream.read_to_string(&mut answer).expect("it answers");
    answer
}

/// N1-N34: Dynamo's own frontend and mocker, NATS and etcd.
#[test]
fn dynamo() {
    let page = page("docs/systems/dynamo.md");
    page.run_below("## The whole of it");
    for port in [8000, 8001] {
        completions(port);
    }
    page.run_below("## Taken down");
    let host = (Server::nats(&programs(), page.folder()), Server::etcd(&programs(), page.folder()));
    page.run_below("## The host's network");
    drop(host);
    for heading in ["## A bridge", "## Another container's network", "## Without a network"] {
        page.run_below(heading);
    }
    page.run_below("## A shell for work on the sources");
    page.run_below("## In CI");
}

/// A completion, whole and streamed.
fn completions(port: u16) {
    let mut request = json!({
        "model": "tiny",
        "max_tokens": 8,
        "messages": [{ "role": "user", "content": "Hello" }],
    });
    let whole = post(port, "/v1/chat/completions", &request);
    assert!(whole.starts_with("HTTP/1.1 200"), "{whole}");
    assert!(whole.contains(r#""completion_tokens":8"#), "{whole}");
    request["stream"] = json!(true);
    let streamed = post(port, "/v1/chat/completions", &request);
    assert!(streamed.contains("data: {") && streamed.contains("data: [DONE]"), "{streamed}");
}

/// E1-E35: each way of the deployment guide, its troubles, its update and its backup.
#[test]
fn elrar() {
    let states = Path::new("/tmp/elrar");
    assert!(!states.exists(), "the guide's folder is somebody's: {}", states.display());
    let states = TakenAway(states);
    page("docs/systems/elrar.md").run(|_| true);
    let kept = std::fs::read_to_string(states.0.join("engine_states.jsonl")).expect("the states are kept");
    assert!(kept.contains(r#""engine_id":"engine-3""#), "{kept}");
}

/// A folder that goes with this.
struct TakenAway<'a>(&'a Path);

impl Drop for TakenAway<'_> {
    fn drop(&mut self) {
        let _ = std::fs::remove_dir_all(self.0);
    }
}

/// B1-B26: the guide's order, its looks at each step, its ports and tokens.
#[test]
fn nebula() {
    page("docs/systems/nebula.md").run(|_| true);
}
