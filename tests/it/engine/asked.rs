//! What a test asks the engine itself: docker's client takes longer to start than the engine to answer.

use serde_json::Value;
use std::io::{Read, Write};
use std::os::unix::net::UnixStream;
use std::time::Duration;

/// The answer to a GET, which has to be 200.
#[track_caller]
pub(super) fn get(engine: &str, path: &str) -> Value {
    let (head, body) = answer(engine, path).unwrap_or_else(|error| panic!("{engine}{path}: {error}"));
    assert!(head.split(' ').nth(1) == Some("200"), "{path}: {head}\n{body}");
    serde_json::from_str(&body).expect("the engine answers JSON")
}

/// What of the entries of a list is under a key; only those that the filter lets through.
#[track_caller]
pub(super) fn listed(engine: &str, path: &str, filter: (&str, &str), key: &str) -> Vec<String> {
    let filter = serde_json::json!({ filter.0: [filter.1] }).to_string();
    let encoded: String = filter.bytes().map(|byte| format!("%{byte:02X}")).collect();
    let joint = if path.contains('?') { '&' } else { '?' };
    let list = get(engine, &format!("{path}{joint}filters={encoded}"));
    // Volumes lie a step deeper, and their list may be null.
    let list = list.get("Volumes").cloned().unwrap_or(list);
    let texts = list.as_array().into_iter().flatten().map(|entry| entry[key].as_str().unwrap().to_owned());
    texts.collect()
}

/// The head and the body. HTTP 1.0 ends with the connection.
fn answer(engine: &str, path: &str) -> std::io::Result<(String, String)> {
    let mut stream = UnixStream::connect(engine.trim_start_matches("unix://"))?;
    stream.set_read_timeout(Some(Duration::from_secs(60)))?;
    write!(stream, "GET {path} HTTP/1.0\r\nHost: docker\r\n\r\n")?;
    let mut text = String::new();
    stream.read_to_string(&mut text)?;
    let (head, body) = text.split_once("\r\n\r\n").unwrap_or((&text, ""));
    Ok((head.to_owned(), body.to_owned()))
}
