//! An engine that makes nothing: it keeps what it is asked to create, or to tell of a log, and says that it did. One container runs there,
//! `box`, in which no command starts.

use serde_json::Value;
use std::collections::BTreeMap;
use std::io::{self, Read as _, Write as _};
use std::os::unix::net::{UnixListener, UnixStream};
use std::path::Path;
use std::sync::{Arc, Mutex};
use std::thread;

/// The engine, as long as the test runs.
#[derive(Debug)]
pub(crate) struct Recorder {
    /// Its address.
    pub(crate) address: String,
    asked: Arc<Mutex<Vec<Asked>>>,
}

/// What it was asked to create, or to tell.
#[derive(Debug, Clone, PartialEq)]
pub(crate) struct Asked {
    /// The query of the request's address, by name.
    pub(crate) query: BTreeMap<String, String>,
    /// The body.
    pub(crate) body: Value,
}

impl Recorder {
    /// An engine with a socket in this folder, that speaks this version of the API.
    pub(crate) fn new(folder: &Path, version: &'static str) -> Self {
        let path = folder.join(format!("recorder-{version}.sock"));
        let listener = UnixListener::bind(&path).unwrap();
        let asked = Arc::new(Mutex::new(Vec::new()));
        let kept = asked.clone();
        thread::spawn(move || {
            for client in listener.incoming().flatten() {
                let kept = kept.clone();
                // A client that goes away early is no fault of the test's.
                thread::spawn(move || {
                    let _ = serve(client, version, &kept);
                });
            }
        });
        Self { address: format!("unix://{}", path.display()), asked }
    }

    /// What was asked for since the last time.
    pub(crate) fn all_taken(&self) -> Vec<Asked> {
        std::mem::take(&mut *self.asked.lock().unwrap())
    }

    /// The one that was asked for since the last time.
    #[track_caller]
    pub(crate) fn taken(&self) -> Asked {
        let mut asked = self.all_taken();
        assert_eq!(asked.len(), 1, "one create");
        asked.remove(0)
    }
}

fn serve(mut client: UnixStream, version: &str, kept: &Mutex<Vec<Asked>>) -> io::Result<()> {
    loop {
        let (head, mut body) = read_head(&mut client)?;
        let left = body_length(&head).saturating_sub(body.len());
        (&client).take(left as u64).read_to_end(&mut body)?;
        let (method, address) = head.split_once(' ').unwrap_or_default();
        let address = address.split(' ').next().unwrap_or_default();
        let (path, query) = address.split_once('?').unwrap_or((address, ""));
        if path.ends_with("/containers/create") || path.ends_with("/exec") {
            let asked = Asked { query: pairs(query), body: serde_json::from_slice(&body)? };
            kept.lock().unwrap().push(asked);
        } else if path.ends_with("/logs") {
            kept.lock().unwrap().push(Asked { query: pairs(query), body: Value::Null });
        }
        let (status, answer) = answer(method, path);
        let (length, answer) = if method == "HEAD" { (0, "") } else { (answer.len(), answer) };
        write!(
            client,
            "HTTP/1.1 {status} X\r\nApi-Version: {version}\r\nOstype: linux\r\nDocker-Experimental: true\r\n\
             Content-Type: application/json\r\nContent-Length: {length}\r\n\r\n{answer}"
        )?;
    }
}

/// It has every image and network, and starts whatever it is asked to; it knows nothing else.
fn answer(method: &str, path: &str) -> (u16, &'static str) {
    const ID: &str =
        "{\"Id\":\"0123456789abcdef0123456789abcdef0123456789abcdef0123456789abcdef\",\"Warnings\":[]}";
    const BOX: &str = "{\"Id\":\"b0b0b0b0b0b0b0b0b0b0b0b0b0b0b0b0b0b0b0b0b0b0b0b0b0b0b0b0b0b0b0b0\",\"Name\":\"/box\",\"State\":{\"Running\":true},\"Config\":{}}";
    let in_images = path.contains("/images/");
    match method {
        _ if path.ends_with("/_ping") => (200, "OK"),
        "POST" if path.ends_with("/containers/create") || path.ends_with("/exec") => (201, ID),
        "GET" if path.ends_with("/containers/box/json") => (200, BOX),
        "GET" if path.ends_with("/logs") => (200, ""),
        "POST" if path.contains("/exec/") => (409, "{\"message\":\"no command starts here\"}"),
        "POST" if path.ends_with("/start") || path.ends_with("/connect") => (204, ""),
        "POST" if in_images => (200, "{}"),
        "GET" if in_images || path.contains("/networks/") || path.contains("/volumes/") => (200, ID),
        "DELETE" => (204, ""),
        _ => (404, "{\"message\":\"nothing is kept here\"}"),
    }
}

fn pairs(query: &str) -> BTreeMap<String, String> {
    let pairs = query.split('&').filter_map(|pair| pair.split_once('='));
    pairs.map(|(name, value)| (name.to_owned(), value.replace("%2F", "/"))).collect()
}

/// How long the body behind this head is.
pub(crate) fn body_length(head: &str) -> usize {
    let lines = head.lines().filter_map(|line| line.split_once(':'));
    let mut lengths = lines.filter(|(name, _)| name.eq_ignore_ascii_case("content-length"));
    lengths.next().and_then(|(_, length)| length.trim().parse().ok()).unwrap_or_default()
}

/// A request's or answer's head, and what came with it.
pub(crate) fn read_head(stream: &mut UnixStream) -> io::Result<(String, Vec<u8>)> {
    let mut bytes = Vec::new();
    let mut buffer = [0; 4096];
    loop {
        if let Some(end) = bytes.windows(4).position(|window| window == b"\r\n\r\n") {
            let rest = bytes.split_off(end + 4);
            return Ok((String::from_utf8_lossy(&bytes).into_owned(), rest));
        }
        match stream.read(&mut buffer)? {
            0 => return Err(io::ErrorKind::UnexpectedEof.into()),
            read => bytes.extend_from_slice(&buffer[..read]),
        }
    }
}
