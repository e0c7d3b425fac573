//! An engine with faults: a socket that passes requests on to the real one, but for those that a rule names.

use super::case::{Case, wait_for};
use crate::recorder::{body_length, read_head};
use std::io::{self, Read, Write};
use std::net::Shutdown;
use std::os::unix::net::{UnixListener, UnixStream};
use std::path::PathBuf;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::sync::{Arc, Mutex};
use std::thread;
use std::time::Duration;

/// What becomes of a request.
#[derive(Debug, Clone)]
pub(super) enum Fault {
    /// The connection ends before the engine hears of it.
    Unheard,
    /// The engine does it, and its answer is lost.
    Unanswered,
    /// The engine does it, and its answer never comes, while the connection stays.
    Withheld,
    /// The engine does it, and the answer's head comes, and nothing after it, while the connection stays.
    Hung,
    /// The engine hears nothing, and no answer ever comes.
    Silent,
    /// The engine hears of it so many milliseconds later, whether or not anybody waits for its answer.
    Slow(u64),
    /// The engine hears nothing; this is the answer.
    Answer(u16, &'static str),
    /// The engine does it, and so many bytes of its answer come through.
    Cut(usize),
    /// The same, counted after the answer's head.
    CutAfterHead(usize),
    /// The engine hears the request with this text in the place of that, which is as long.
    Reworded(&'static str, &'static str),
}

/// Which requests, and what becomes of them.
#[derive(Debug, Clone)]
pub(super) struct Rule {
    pub(super) method: &'static str,
    /// What the path ends with, as `Asked` has it.
    pub(super) path: String,
    /// Which of the requests that are alike, counted from 0; none stands for all of them.
    pub(super) nth: Option<usize>,
    pub(super) fault: Fault,
}

/// A request as it is told from others: its method, and its path without version, query and ids.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Asked {
    pub(super) method: String,
    pub(super) path: String,
}

impl Asked {
    /// Reads the first line of a request.
    pub(super) fn of(line: &str) -> Self {
        let mut words = line.split(' ');
        let method = words.next().unwrap_or_default().to_owned();
        let path = words.next().unwrap_or_default().split('?').next().unwrap_or_default();
        let part = |part: &str| match part {
            part if part.len() == 64 && part.bytes().all(|byte| byte.is_ascii_hexdigit()) => "ID".to_owned(),
            part => part.to_owned(),
        };
        let parts = path.split('/').filter(|part| !part.starts_with("v1.")).map(part);
        Self { method, path: parts.collect::<Vec<_>>().join("/") }
    }
}

/// The method, the end of the path without its query, and what becomes of it.
pub(super) fn rule(method: &'static str, path: &'static str, fault: Fault) -> Rule {
    Rule { method, path: path.to_owned(), nth: None, fault }
}

/// The proxy, as long as the test runs.
pub(super) struct Proxy {
    /// Its address.
    pub(super) address: String,
    shared: Arc<Shared>,
}

/// What its threads share.
struct Shared {
    rules: Vec<Rule>,
    /// The engine's socket.
    upstream: PathBuf,
    /// The first lines of all requests so far.
    heads: Mutex<Vec<String>>,
    /// How many requests a rule has met.
    ruled: AtomicUsize,
    /// How many of those that were slow the engine has answered.
    late: AtomicUsize,
    /// Every connection so far; none once it is closed.
    clients: Mutex<Option<Vec<UnixStream>>>,
}

impl Proxy {
    pub(super) fn new(case: &Case, rules: Vec<Rule>) -> Self {
        let path = case.folder().join("proxy.sock");
        let _ = std::fs::remove_file(&path);
        let listener = UnixListener::bind(&path).expect("a socket");
        let shared = Arc::new(Shared {
            rules,
            upstream: PathBuf::from(case.engine.trim_start_matches("unix://")),
            heads: Mutex::default(),
            ruled: AtomicUsize::new(0),
            late: AtomicUsize::new(0),
            clients: Mutex::new(Some(Vec::new())),
        });
        let all = shared.clone();
        thread::spawn(move || {
            for client in listener.incoming().flatten() {
                match (all.clients.lock().expect("no panic").as_mut(), client.try_clone()) {
                    (Some(clients), Ok(client)) => clients.push(client),
                    (None, _) | (_, Err(_)) => continue,
                }
                let shared = all.clone();
                // A connection that breaks is what these tests are about.
                thread::spawn(move || {
                    let last = client.try_clone();
                    let _ = shared.serve(client);
                    let _ = last.map(|client| client.shutdown(Shutdown::Both));
                });
            }
        });
        Self { address: format!("unix://{}", path.display()), shared }
    }

    /// Ends every connection, and takes no new one on: an engine that is gone.
    pub(super) fn close(&self) {
        for client in self.shared.clients.lock().expect("no panic").take().into_iter().flatten() {
            let _ = client.shutdown(Shutdown::Both);
        }
    }

    /// The first lines of all requests so far.
    pub(super) fn requests(&self) -> Vec<String> {
        self.shared.heads.lock().expect("no panic").clone()
    }

    /// Waits until a rule has met so many requests, and the engine has done what it was to do.
    #[track_caller]
    pub(super) fn met(&self, times: usize) {
        wait_for("a request that a rule names", || {
            (self.shared.ruled.load(Ordering::SeqCst) >= times).then_some(())
        });
    }

    /// Waits until the engine has answered a slow request, whether or not anybody waits for that.
    #[track_caller]
    pub(super) fn is_late(&self) {
        wait_for("a late answer", || (self.shared.late.load(Ordering::SeqCst) > 0).then_some(()));
    }
}

impl Shared {
    fn serve(&self, mut client: UnixStream) -> io::Result<()> {
        let (head, rest) = read_head(&mut client)?;
        match self.fault(head.lines().next().unwrap_or_default()) {
            None => pass(client, self.sent(&head, &rest)?),
            Some(fault) => self.strike(&fault, client, &head, rest),
        }
    }

    /// What is to become of the request with this first line. It is counted.
    fn fault(&self, line: &str) -> Option<Fault> {
        let asked = Asked::of(line);
        let before = {
            let mut heads = self.heads.lock().expect("no panic");
            let before = heads.iter().filter(|other| Asked::of(other) == asked).count();
            heads.push(line.to_owned());
            before
        };
        let rule = self.rules.iter().find(|rule| {
            let is_nth = rule.nth.is_none_or(|nth| nth == before);
            rule.method == asked.method && asked.path.ends_with(&rule.path) && is_nth
        });
        rule.map(|rule| rule.fault.clone())
    }

    fn met(&self) {
        self.ruled.fetch_add(1, Ordering::SeqCst);
    }

    /// The fault, at a request of which so much has been read.
    fn strike(&self, fault: &Fault, mut client: UnixStream, head: &str, rest: Vec<u8>) -> io::Result<()> {
        match *fault {
            Fault::Unheard | Fault::Silent | Fault::Answer(..) => {
                // A client that is still writing would hear of a reset in place of an end.
                drain(&mut client, head, &rest)?;
                self.met();
                match *fault {
                    Fault::Silent => until_gone(&mut client),
                    Fault::Answer(status, body) => answer(&mut client, status, body),
                    _ => Ok(()),
                }
            }
            Fault::Slow(milliseconds) => {
                let whole = gathered(&client, head, rest)?;
                self.met();
                thread::sleep(Duration::from_millis(milliseconds));
                let mut engine = self.sent(head, &whole)?;
                let (head, begun) = read_head(&mut engine)?;
                self.late.fetch_add(1, Ordering::SeqCst);
                client.write_all(head.as_bytes())?;
                client.write_all(&begun)?;
                pass(client, engine)
            }
            Fault::Unanswered | Fault::Withheld | Fault::Hung => {
                let mut engine = self.forwarded(&mut client, head, &rest)?;
                let (head, _) = read_head(&mut engine)?;
                if matches!(fault, Fault::Hung) {
                    client.write_all(head.as_bytes())?;
                }
                self.met();
                if matches!(fault, Fault::Unanswered) { Ok(()) } else { until_gone(&mut client) }
            }
            Fault::Cut(length) => {
                let engine = self.forwarded(&mut client, head, &rest)?;
                cut(&mut client, engine, Vec::new(), length)?;
                self.met();
                Ok(())
            }
            Fault::CutAfterHead(length) => {
                let mut engine = self.forwarded(&mut client, head, &rest)?;
                let (head, begun) = read_head(&mut engine)?;
                client.write_all(head.as_bytes())?;
                cut(&mut client, engine, begun, length)?;
                self.met();
                Ok(())
            }
            Fault::Reworded(from, to) => {
                let whole = gathered(&client, head, rest)?;
                let whole = String::from_utf8_lossy(&whole).replace(from, to);
                let engine = self.sent(head, whole.as_bytes())?;
                self.met();
                pass(client, engine)
            }
        }
    }

    /// A connection to the engine, on which so much of a request was sent.
    fn sent(&self, head: &str, body: &[u8]) -> io::Result<UnixStream> {
        let mut engine = UnixStream::connect(&self.upstream)?;
        engine.write_all(head.as_bytes())?;
        engine.write_all(body)?;
        Ok(engine)
    }

    /// The same, and the rest of the request's body after it.
    fn forwarded(&self, client: &mut UnixStream, head: &str, rest: &[u8]) -> io::Result<UnixStream> {
        let mut engine = self.sent(head, rest)?;
        let left = body_length(head).saturating_sub(rest.len());
        io::copy(&mut client.take(left as u64), &mut engine)?;
        Ok(engine)
    }
}

/// The whole of a request's body, of which some has come already.
fn gathered(mut client: &UnixStream, head: &str, mut body: Vec<u8>) -> io::Result<Vec<u8>> {
    let left = body_length(head).saturating_sub(body.len());
    Read::take(&mut client, left as u64).read_to_end(&mut body)?;
    Ok(body)
}

fn answer(client: &mut UnixStream, status: u16, body: &str) -> io::Result<()> {
    let kind = if body.starts_with('{') { "application/json" } else { "text/html" };
    let length = body.len();
    let head = format!("HTTP/1.1 {status} X\r\nContent-Type: {kind}\r\nContent-Length: {length}\r\n");
    write!(client, "{head}Connection: close\r\n\r\n{body}")
}

/// Passes so many bytes on, of which some have come already, and ends the connection.
fn cut(client: &mut UnixStream, engine: UnixStream, mut begun: Vec<u8>, length: usize) -> io::Result<()> {
    begun.truncate(length);
    client.write_all(&begun)?;
    io::copy(&mut engine.take((length - begun.len()) as u64), client)?;
    client.shutdown(Shutdown::Both)
}

fn drain(client: &mut UnixStream, head: &str, rest: &[u8]) -> io::Result<()> {
    let left = body_length(head).saturating_sub(rest.len());
    io::copy(&mut client.take(left as u64), &mut io::sink()).map(drop)
}

fn until_gone(client: &mut UnixStream) -> io::Result<()> {
    io::copy(client, &mut io::sink()).map(drop)
}

/// Bytes in both directions, each ended where it ends.
fn pass(client: UnixStream, engine: UnixStream) -> io::Result<()> {
    let (mut from_client, mut to_engine) = (client.try_clone()?, engine.try_clone()?);
    let up = thread::spawn(move || {
        let _ = io::copy(&mut from_client, &mut to_engine);
        let _ = to_engine.shutdown(Shutdown::Write);
    });
    let (mut from_engine, mut to_client) = (engine, client);
    let _ = io::copy(&mut from_engine, &mut to_client);
    let _ = to_client.shutdown(Shutdown::Both);
    let _ = up.join();
    Ok(())
}
