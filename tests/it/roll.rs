//! An engine that only tells names: what a shell completes from. It keeps what it was asked for.

use crate::recorder::read_head;
use serde_json::{Value, json};
use std::io::{self, Write as _};
use std::os::unix::net::{UnixListener, UnixStream};
use std::path::Path;
use std::sync::{Arc, Mutex};
use std::thread;

/// The engine, as long as the test runs.
#[derive(Debug)]
pub(crate) struct Roll {
    asked: Arc<Mutex<Vec<String>>>,
}

impl Roll {
    /// An engine at this path.
    pub(crate) fn at(path: &Path) -> Self {
        let listener = UnixListener::bind(path).unwrap();
        let asked = Arc::new(Mutex::new(Vec::new()));
        let kept = asked.clone();
        thread::spawn(move || {
            for client in listener.incoming().flatten() {
                // A client that goes away early is no fault of the test's.
                let _ = serve(client, &kept);
            }
        });
        Self { asked }
    }

    /// What it was asked for since the last time: method and path.
    pub(crate) fn taken(&self) -> Vec<String> {
        std::mem::take(&mut *self.asked.lock().unwrap())
    }
}

fn serve(mut client: UnixStream, kept: &Mutex<Vec<String>>) -> io::Result<()> {
    let (head, _) = read_head(&mut client)?;
    let asked = head.split(" HTTP").next().unwrap_or_default();
    kept.lock().unwrap().push(asked.to_owned());
    let answer = answer(asked).to_string();
    let length = answer.len();
    write!(
        client,
        "HTTP/1.1 200 OK\r\nContent-Type: application/json\r\nContent-Length: {length}\r\n\r\n{answer}"
    )
}

/// Three containers, of which two run; a network of somebody's beside the engine's own; and a name that a terminal would
/// obey, which no engine gives.
fn answer(asked: &str) -> Value {
    let web = json!({ "Names": ["/web"], "Image": "app:1", "Status": "Up 2 hours" });
    let cache =
        json!({ "Names": ["/web/cache", "/cache"], "Image": "app:1", "Status": "Up \u{1b}[31m1 hour" });
    let evil = json!({ "Names": ["/we\u{1b}[31mb"], "Image": "app:1", "Status": "Up" });
    let old = json!({ "Names": ["/old"], "Image": "app:1", "Status": "Exited (0)" });
    let network = |name: &str, driver: &str| json!({ "Name": name, "Driver": driver });
    let volume = |name: &str| json!({ "Name": name, "Driver": "local" });
    match asked {
        "GET /containers/json" => json!([web, cache, evil]),
        "GET /containers/json?all=1" => json!([web, old, cache, evil]),
        "GET /networks" => {
            json!([
                network("host", "host"),
                network("backend", "bridge"),
                network("bridge", "bridge"),
                network("none", "null")
            ])
        }
        "GET /images/json" => {
            json!([{ "RepoTags": ["app:1", "registry.test:5000/org/app:2"] }, { "RepoTags": null }, { "RepoTags": ["<none>:<none>"] }])
        }
        "GET /volumes" => json!({ "Volumes": [volume("data"), volume(&"a1".repeat(32))] }),
        _ => json!({}),
    }
}
