//! The pages of docs/systems: what each shows is done on a real engine, with the real systems behind it. E*, N*, B*, K*, M*.
//! `scripts/systems` makes their images, and runs these.

use super::case::wait_for;
use super::deaths::OwnEngine;
use super::needs::Server;
use super::sender::{Sender, Taken};
use crate::document::{CANARY, Document, Seat};
use serde_json::{Value, json};
use std::collections::BTreeSet;
use std::io::{Read as _, Write as _};
use std::net::TcpStream;
use std::ops::Deref;
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Stdio};
use std::time::Duration;

/// A page, at the engine that `scripts/systems` started for these pages alone: nothing of it is there when this goes, so
/// that the next one finds the ports that its guide names.
struct Page {
    document: Document,
    /// Where that engine answers, wherever the reader sits.
    engine: String,
}

impl Page {
    #[expect(clippy::disallowed_methods, reason = "scripts/systems says so where the engine is")]
    fn open(name: &'static str) -> Self {
        let engine = std::env::var("DYNRUN_TEST_ENGINE").expect("these run in scripts/systems");
        Self { document: Document::open(name, &engine), engine }
    }

    /// What an operator does besides; what is printed.
    fn docker(&self, arguments: &[&str]) -> String {
        let done = self.client(arguments).output().expect("docker's client is there");
        assert!(done.status.success(), "docker {arguments:?}: {}", String::from_utf8_lossy(&done.stderr));
        String::from_utf8_lossy(&done.stdout).into_owned()
    }

    fn client(&self, arguments: &[&str]) -> Command {
        let mut client = Command::new("docker");
        client.args(["--host", &self.engine]).args(arguments);
        client
    }
}

impl Deref for Page {
    type Target = Document;

    fn deref(&self) -> &Document {
        &self.document
    }
}

impl Drop for Page {
    fn drop(&mut self) {
        let listed = self.client(&["ps", "--all", "--quiet"]).output().unwrap();
        let ids = String::from_utf8_lossy(&listed.stdout).into_owned();
        let containers: Vec<&str> = ids.split_whitespace().collect();
        let remove = [&["rm", "--force", "--volumes"], &containers[..]].concat();
        for arguments in [
            &remove[..],
            &["swarm", "leave", "--force"],
            &["network", "prune", "--force"],
            &["volume", "prune", "--force"],
        ] {
            let _ = self.client(arguments).output();
        }
    }
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

/// Dynamo's own frontend and mocker, NATS and etcd. N1, N3, N4, N6, N8, N11, N13, N17, N20, N23, N24, B25.
#[test]
fn dynamo() {
    let page = Page::open("docs/systems/dynamo.md");
    page.run_below("## The whole of it");
    for port in [8000, 8001] {
        completions(port);
    }
    page.run_below("## Taken down");
    let host = (Server::nats(&programs(), page.folder()), Server::etcd(&programs(), page.folder()));
    page.run_below("## The host's network");
    drop(host);
    page.run_below("## Two of it on the host's network");
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

/// Each way of the deployment guide, its troubles, its update and its backup. E1, E4, E5, E6, E7, E8, E17, E22, E23, E24, E26, E28, E29,
/// E30, E32, E33, E34, E35.
#[test]
fn elrar() {
    let states = Path::new("/tmp/elrar");
    assert!(!states.exists(), "the guide's folder is somebody's: {}", states.display());
    let states = TakenAway(states);
    let page = Page::open("docs/systems/elrar.md");
    page.run(|block| !block.is_below(KEEPS) && !block.is_below(UPDATED));
    keeps_its_port(&page);
    let kept = std::fs::read_to_string(states.0.join("engine_states.jsonl")).expect("the states are kept");
    assert!(kept.contains(r#""engine_id":"engine-3""#), "{kept}");
}

/// Where the gateway is launched that a sender keeps its port for, and where it is updated.
const KEEPS: &str = "## A sender that keeps its port";
const UPDATED: &str = "### Over an update";

/// What an engine sends from one port all the time arrives again within two seconds, by the gateways' own count.
fn keeps_its_port(page: &Page) {
    const NAME: &str = "elrar-state-gateway";
    page.run_below(KEEPS);
    let gateway = "{{(index .IPAM.Config 0).Gateway}}";
    let host = page.docker(&["network", "inspect", "bridge", "--format", gateway]);
    let sender = Sender::new(host.trim(), 9999);
    let reported = || {
        page.docker(&["kill", "--signal", "USR1", NAME]);
        Taken::read(&page.docker(&["logs", NAME]))
    };
    wait_for("states to arrive", reported);
    let old = page.client(&["logs", "--follow", NAME]).stdout(Stdio::piped()).spawn();
    page.run_below(UPDATED);
    let new = wait_for("states to arrive again", reported);
    let old = old.and_then(Child::wait_with_output).expect("the old one's log");
    let old = Taken::read(&String::from_utf8_lossy(&old.stdout)).expect("a report at the end");
    let gap = sender.gap(old, new);
    assert!(gap <= Duration::from_secs(2), "{gap:?}");
    page.docker(&["rm", "--force", NAME]);
}

/// A folder that goes with this.
struct TakenAway<'a>(&'a Path);

impl Drop for TakenAway<'_> {
    fn drop(&mut self) {
        let _ = std::fs::remove_dir_all(self.0);
    }
}

/// The guide's order, its looks at each step, its ports and tokens. B1, B3, B4, B5, B6, B8, B9, B12, B15, B17, B23.
#[test]
fn nebula() {
    Page::open("docs/systems/nebula.md").run(|_| true);
}

/// The swarm, the datastore, two instances, nginx in front of them, and one on a worker. K3, K5, K6, K9, K13, K14, K15, K16, K22.
#[test]
fn kuscia() {
    let mut page = Page::open("docs/systems/kuscia.md");
    page.document.export("MYSQL_ROOT_PASSWORD", CANARY);
    std::fs::write(page.folder().join("autonomy_alice.yaml"), "").expect("the reader's folder");
    std::fs::write(page.folder().join("nginx.conf"), NGINX).expect("the reader's folder");
    page.run_below("## Before there is a swarm");
    page.docker(&["network", "create", NETWORK]);
    let worker = Worker::beside();
    page.docker(&["swarm", "init", "--advertise-addr", Worker::MANAGER]);
    page.run_below("## A network of the wrong type");
    page.docker(&["network", "rm", NETWORK]);
    for heading in ["## The datastore", "## The configuration", "## The instances", "## nginx in front"] {
        page.run_below(heading);
    }
    let answers: BTreeSet<String> = (0..8).map(|_| get(8080)).collect();
    let is_alice = |answer: &String| answer.starts_with("kuscia-error-message: alice at ");
    assert!(answers.len() == 2 && answers.iter().all(is_alice), "both answer through nginx: {answers:?}");
    worker.joins(&page);
    let manager = page.document.sit(worker.seat());
    page.run_below("## On a worker");
    page.document.sit(manager);
    page.run_below("## Taken down");
}

/// A second engine, with a network of its own beside that of the page's: a machine that joins its swarm.
struct Worker(OwnEngine);

impl Worker {
    /// The addresses of the page's engine, and of this one, on the line between them.
    const MANAGER: &str = "10.97.0.1";
    const OWN: &str = "10.97.0.2";

    /// Starts it, and lays the line.
    #[track_caller]
    fn beside() -> Self {
        const LINES: [&str; 2] = ["dynrun-line0", "dynrun-line1"];
        let own = OwnEngine::new("{}");
        let (network, [here, there]) = (own.network(), LINES);
        let name = network.rsplit('/').next().unwrap_or_default();
        let (manager, worker) = (format!("{}/24", Self::MANAGER), format!("{}/24", Self::OWN));
        for words in [
            &["link", "add", here, "type", "veth", "peer", "name", there, "netns", name][..],
            &["address", "add", &manager, "dev", here],
            &["link", "set", here, "up"],
            &["-n", name, "address", "add", &worker, "dev", there],
            &["-n", name, "link", "set", there, "up"],
        ] {
            let done = own.case.call("ip", words).run();
            assert_eq!(done.code, 0, "ip {words:?}: {}", done.stderr);
        }
        Self(own)
    }

    /// Joins the swarm of the page's engine, with the images of that.
    #[track_caller]
    fn joins(&self, page: &Page) {
        let (case, from) = (&self.0.case, &page.engine);
        let token = page.docker(&["swarm", "join-token", "--quiet", "worker"]);
        let manager = format!("{}:2377", Self::MANAGER);
        case.docker(&["swarm", "join", "--token", token.trim(), "--advertise-addr", Self::OWN, &manager]);
        let line = format!("docker --host {from} save secretflow/kuscia:0.14.0b0 | docker load --quiet");
        assert_eq!(case.call("sh", &["-c", &line]).run().code, 0, "{line}");
    }

    fn seat(&self) -> Seat {
        Seat { engine: self.0.case.engine.clone(), network: Some(self.0.network()) }
    }
}

/// The name that Kuscia wants.
const NETWORK: &str = "kuscia-exchange-cluster";

/// The guide's, for instances that are found by their names.
const NGINX: &str = "
events { worker_connections 64; }
http {
    upstream backend {
        server alice-1:1080 weight=1 max_fails=5 fail_timeout=60s;
        server alice-2:1080 weight=1 max_fails=5 fail_timeout=60s;
    }
    server {
        listen 80;
        location / { proxy_pass http://backend; proxy_set_header Host $host; }
    }
}
";

/// The body of what a server on this machine answers to a GET.
fn get(port: u16) -> String {
    let mut stream = TcpStream::connect(("127.0.0.1", port)).expect("it listens");
    stream.write_all(b"GET / HTTP/1.0\r\nhost: localhost\r\n\r\n").expect("it takes the request");
    let mut answer = String::new();
    stream.read_to_string(&mut answer).expect("it answers");
    answer.split("\r\n\r\n").nth(1).unwrap_or_default().trim().to_owned()
}

/// The runtime's table, field by field, and the real server behind its health check. M2, M3, M8, M10, M11, M12, M13, M15, M16, M17, M18,
/// M20, M21, M24, M25, M26.
#[test]
fn model_compose() {
    let page = Page::open("docs/systems/model-compose.md");
    let image = page.folder().join("image");
    std::fs::create_dir(&image).expect("the reader's folder");
    let dockerfile = "FROM model-compose:latest\nARG PYTHON_VERSION\nENV BUILT_FOR=$PYTHON_VERSION\n";
    std::fs::write(image.join("Dockerfile"), dockerfile).expect("the reader's folder");
    std::fs::write(page.folder().join("production.env"), "OPENAI_BASE=http://localhost\n")
        .expect("the reader's folder");
    std::fs::create_dir(page.folder().join("models")).expect("the reader's folder");
    page.run(|_| true);
}
