//! Several containers' output at once, line by line, each line behind its container's name.

use super::output::Copied;
use super::pump::{self, Closed, PumpError};
use super::raw;
use crate::engine::Attached;
use futures_util::StreamExt as _;
use futures_util::stream::FuturesUnordered;
use std::io::{self, Write};
use std::sync::atomic::AtomicBool;
use std::sync::{Arc, Mutex, PoisonError};
use tokio::sync::mpsc;

/// A line that has no end is passed on in parts of this length.
const LONGEST: usize = 16 << 10;
/// The colours of the names, in turn.
const COLOURS: [&str; 6] = ["36", "33", "32", "35", "34", "31"];

/// A container whose output is passed on.
#[derive(Debug)]
pub struct Voice {
    /// What its lines begin with.
    pub name: String,
    /// Its output.
    pub from: Attached,
    /// Whether it has a terminal: then its output is one stream.
    pub tty: bool,
}

/// Passes the output of all of them on until every one has ended, or nobody reads it any more.
pub async fn interleaved(voices: Vec<Voice>, is_coloured: bool) -> Copied {
    succeeded(voices, is_coloured, async |_| None).await
}

/// The same, and of those that come after one that has ended: `successor` is asked for it by the place of the one before, and
/// may take its time.
pub async fn succeeded(
    voices: Vec<Voice>,
    is_coloured: bool,
    successor: impl AsyncFn(usize) -> Option<Voice>,
) -> Copied {
    let width = voices.iter().map(|voice| voice.name.chars().count()).max().unwrap_or_default();
    let (send, mut ended) = mpsc::unbounded_channel();
    // A line is written whole, whoever writes beside.
    let turn = Arc::new(Mutex::new(()));
    let begin = |place: usize, Voice { name, from, tty }: Voice| {
        let head = head(&name, width, is_coloured.then(|| COLOURS[place % COLOURS.len()]));
        let (send, turn) = (send.clone(), turn.clone());
        std::thread::spawn(move || {
            let _ = send.send((place, passed(&from, tty, &head, &turn)));
        });
    };
    let (mut all, mut speaking, mut coming) = (Copied::Whole, voices.len(), FuturesUnordered::new());
    voices.into_iter().enumerate().for_each(|(place, voice)| begin(place, voice));
    let successor = &successor;
    while speaking > 0 || !coming.is_empty() {
        tokio::select! {
            Some((place, result)) = ended.recv(), if speaking > 0 => {
                speaking -= 1;
                match result {
                    Ok(Closed) => coming.push(async move { (place, successor(place).await) }),
                    Err(PumpError::Pipe) => return Copied::PipeClosed,
                    Err(PumpError::Write(error)) => return Copied::OutputFailed(error.to_string()),
                    Err(PumpError::Stream | PumpError::Protocol) => all = Copied::Broken,
                }
            }
            Some((place, next)) = coming.next(), if !coming.is_empty() => if let Some(next) = next {
                begin(place, next);
                speaking += 1;
            },
            else => break,
        }
    }
    all
}

/// `etcd | `, as wide as the widest.
fn head(name: &str, width: usize, colour: Option<&str>) -> String {
    match colour {
        Some(colour) => format!("\x1b[{colour}m{name:<width$} |\x1b[0m "),
        None => format!("{name:<width$} | "),
    }
}

fn passed(from: &Attached, tty: bool, head: &str, turn: &Mutex<()>) -> Result<Closed, PumpError> {
    let lines = |to: io::Result<std::fs::File>| to.map(|to| Lines { to, head, turn, held: Vec::new() });
    let stdout = lines(raw(io::stdout())).map_err(PumpError::Write)?;
    let stderr = lines(raw(io::stderr())).map_err(PumpError::Write)?;
    let (mut stdout, mut stderr, writing) = (stdout, stderr, AtomicBool::new(false));
    let closed = match tty {
        true => pump::bare_output(from, &mut stdout, &writing),
        false => pump::output(from, &mut stdout, &mut stderr, &writing),
    };
    let rest = stdout.end().and_then(|()| stderr.end());
    closed.and_then(|closed| rest.map(|()| closed).map_err(PumpError::Write))
}

/// A writer that passes whole lines on, each behind the head.
struct Lines<'a, W> {
    to: W,
    head: &'a str,
    turn: &'a Mutex<()>,
    held: Vec<u8>,
}

impl<W: Write> Lines<'_, W> {
    /// What is held is passed on, though its line has no end.
    fn end(&mut self) -> io::Result<()> {
        if self.held.is_empty() {
            return Ok(());
        }
        let line = std::mem::take(&mut self.held);
        self.line(&line)
    }

    fn line(&mut self, line: &[u8]) -> io::Result<()> {
        let line = line.strip_suffix(b"\r").unwrap_or(line);
        let whole = [self.head.as_bytes(), line, b"\n"].concat();
        let _turn = self.turn.lock().unwrap_or_else(PoisonError::into_inner);
        self.to.write_all(&whole)
    }
}

impl<W: Write> Write for Lines<'_, W> {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        let mut pieces = bytes.split(|byte| *byte == b'\n').peekable();
        while let Some(piece) = pieces.next() {
            self.held.extend_from_slice(piece);
            if pieces.peek().is_some() || self.held.len() >= LONGEST {
                let line = std::mem::take(&mut self.held);
                self.line(&line)?;
            }
        }
        Ok(bytes.len())
    }

    fn flush(&mut self) -> io::Result<()> {
        self.to.flush()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn written(pieces: &[&[u8]]) -> String {
        let (turn, mut to) = (Mutex::new(()), Vec::new());
        let mut lines = Lines { to: &mut to, head: "a | ", turn: &turn, held: Vec::new() };
        pieces.iter().for_each(|piece| lines.write_all(piece).unwrap());
        lines.end().unwrap();
        String::from_utf8(to).unwrap()
    }

    #[test]
    fn each_line_is_behind_the_name_however_it_comes() {
        for (pieces, want) in [
            (&[&b"one\ntwo\n"[..]][..], "a | one\na | two\n"),
            (&[b"o", b"ne\nt", b"wo"], "a | one\na | two\n"),
            (&[b"\n\n"], "a | \na | \n"),
            (&[b"one\r\ntwo\r", b"\n"], "a | one\na | two\n"),
            (&[], ""),
        ] {
            assert_eq!(written(pieces), want, "{pieces:?}");
        }
    }

    #[test]
    fn a_line_without_end_is_passed_on_in_parts() {
        let text = written(&[&[b'x'; LONGEST], b"yz\n"]);
        assert_eq!(text, format!("a | {}\na | yz\n", "x".repeat(LONGEST)));
    }

    #[test]
    fn names_are_as_wide_as_the_widest() {
        assert_eq!(head("etcd", 6, None), "etcd   | ");
        assert_eq!(head("etcd", 4, Some("36")), "\x1b[36metcd |\x1b[0m ");
    }
}
