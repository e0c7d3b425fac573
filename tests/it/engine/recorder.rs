//! An engine that makes nothing: it keeps what it is asked to create, and says that it did.

use super::case::Case;
use super::proxy::{body_length, read_head};
use serde_json::Value;
use std::io::{self, Read as _, Write as _};
use std::os::unix::net::{UnixListener, UnixStream};
use std::sync::{Arc, Mutex};
use std::thread;

/// The engine, as long as the test runs.
pub(super) struct Recorder {
    /// Its address.
    pub(super) address: String,
    bodies: Arc<Mutex<Vec<Value>>>,
}

impl Recorder {
    pub(super) fn new(case: &Case) -> Self {
        let path = case.folder().join("recorder.sock");
        let listener = UnixListener::bind(&path).expect("a socket");
        let bodies = Arc::new(Mutex::new(Vec::new()));
        let kept = bodies.clone();
        thread::spawn(move || {
            for client in listener.incoming().flatten() {
                let kept = kept.clone();
                // A client that goes away early is no fault of the test's.
                thread::spawn(move || {
                    let _ = serve(client, &kept);
                });
            }
        });
        Self { address: format!("unix://{}", path.display()), bodies }
    }

    /// The one body that was sent since the last time.
    #[track_caller]
    pub(super) fn taken(&self) -> Value {
        let mut bodies = self.bodies.lock().expect("no panic");
        assert_eq!(bodies.len(), 1, "one create");
        bodies.pop().expect("a body")
    }
}

fn serve(mut client: UnixStream, kept: &Mutex<Vec<Value>>) -> io::Result<()> {
    loop {
        let (head, mut body) = read_head(&mut client)?;
        let left = body_length(&head).saturating_sub(body.len());
        (&client).take(left as u64).read_to_end(&mut body)?;
        let path = head.split(' ').nth(1).unwrap_or_default();
        let path = path.split('?').next().unwrap_or_default();
        let (status, answer) = if path.ends_with("/_ping") {
            (200, "OK")
        } else if path.ends_with("/containers/create") {
            kept.lock().expect("no panic").push(serde_json::from_slice(&body)?);
            (201, "{\"Id\":\"0123456789ab\",\"Warnings\":[]}")
        } else {
            (404, "{\"message\":\"nothing is kept here\"}")
        };
        // The answer to HEAD has no body.
        let answer = if head.starts_with("HEAD") { "" } else { answer };
        let length = answer.len();
        write!(
            client,
            "HTTP/1.1 {status} X\r\nApi-Version: 1.45\r\nContent-Type: application/json\r\n\
             Content-Length: {length}\r\n\r\n{answer}"
        )?;
    }
}
