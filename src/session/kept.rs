//! `Kept`: the last of what a container writes while nobody is attached to it but a launch that waits for it.

use super::pump;
use crate::engine::Attached;
use crate::values::Pattern;
use anstream::adapter::strip_str;
use std::io::{self, Write};
use std::net::Shutdown;
use std::ops::Range;
use std::sync::atomic::AtomicBool;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

/// How much of the output is kept.
const MOST: usize = 64 << 10;

/// How much of a line is looked at, and how much of one is shown.
const LONGEST: usize = 8 << 10;
const SHOWN: usize = 300;

/// The last of what a container writes, and which patterns were met in all of it. Reading it slows nothing: what is too
/// much is forgotten.
#[derive(Debug)]
pub struct Kept {
    from: Arc<Attached>,
    held: Arc<Mutex<Held>>,
}

#[derive(Debug, Default)]
struct Held {
    bytes: Vec<u8>,
    /// Where the last line begins.
    line: usize,
    patterns: Vec<(Pattern, bool)>,
    has_ended: bool,
}

/// One of the two streams on its way there.
#[derive(Debug, Clone)]
struct Keeper(Arc<Mutex<Held>>);

impl Kept {
    /// Reads a container's output in a thread, until it ends or this is dropped.
    #[must_use]
    pub fn of(from: Attached, tty: bool, patterns: Vec<Pattern>) -> Self {
        let patterns = patterns.into_iter().map(|pattern| (pattern, false)).collect();
        let held = Arc::new(Mutex::new(Held { patterns, ..Held::default() }));
        let (from, keeper) = (Arc::new(from), Keeper(held.clone()));
        let stream = from.clone();
        std::thread::spawn(move || {
            let (mut stdout, mut stderr, writing) = (keeper.clone(), keeper.clone(), AtomicBool::new(false));
            let _ = match tty {
                true => pump::bare_output(&*stream, &mut stdout, &writing),
                false => pump::output(&*stream, &mut stdout, &mut stderr, &writing),
            };
            keeper.held().has_ended = true;
        });
        Self { from, held }
    }

    /// Whether a pattern was met so far.
    #[must_use]
    pub fn has(&self, pattern: &Pattern) -> bool {
        held(&self.held).patterns.iter().any(|(known, is_met)| known == pattern && *is_met)
    }

    /// Whether the output is over.
    #[must_use]
    pub fn has_ended(&self) -> bool {
        held(&self.held).has_ended
    }

    /// The last lines, without the colours that they are written in.
    #[must_use]
    pub fn last_lines(&self, count: usize) -> Vec<String> {
        last_lines(&held(&self.held).bytes, count)
    }
}

impl Drop for Kept {
    fn drop(&mut self) {
        let _ = self.from.shutdown(Shutdown::Both);
    }
}

impl Keeper {
    fn held(&self) -> MutexGuard<'_, Held> {
        held(&self.0)
    }
}

fn last_lines(bytes: &[u8], count: usize) -> Vec<String> {
    let text = strip_str(&String::from_utf8_lossy(bytes)).to_string();
    // What a progress bar writes over is a line of its own.
    let lines: Vec<&str> = text.split(['\n', '\r']).filter(|line| !line.trim().is_empty()).collect();
    lines[lines.len().saturating_sub(count)..].iter().map(|line| shortened(line.trim_end())).collect()
}

fn shortened(line: &str) -> String {
    match line.char_indices().nth(SHOWN) {
        Some((end, _)) => format!("{} ...", &line[..end]),
        None => line.to_owned(),
    }
}

fn held(held: &Mutex<Held>) -> MutexGuard<'_, Held> {
    held.lock().unwrap_or_else(PoisonError::into_inner)
}

impl Write for Keeper {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        self.held().take(bytes);
        Ok(bytes.len())
    }

    fn flush(&mut self) -> io::Result<()> {
        Ok(())
    }
}

impl Held {
    fn take(&mut self, bytes: &[u8]) {
        self.bytes.extend_from_slice(bytes);
        while let Some(length) = self.bytes[self.line..].iter().position(|byte| *byte == b'\n') {
            self.look(self.line..self.line + length, true);
            self.line += length + 1;
        }
        // Of a line without end, the end so far.
        let from = self.line.max(self.bytes.len().saturating_sub(LONGEST));
        self.look(from..self.bytes.len(), false);
        let over = self.bytes.len().saturating_sub(MOST);
        self.bytes.drain(..over);
        self.line = self.line.saturating_sub(over);
    }

    /// Looks for the patterns in a line, or in one that is not whole yet.
    fn look(&mut self, line: Range<usize>, is_whole: bool) {
        if self.patterns.iter().all(|(_, is_met)| *is_met) {
            return;
        }
        let start = line.start.max(line.end.saturating_sub(LONGEST));
        let line = String::from_utf8_lossy(&self.bytes[start..line.end]);
        let line = line.trim_end_matches('\r');
        for (pattern, is_met) in &mut self.patterns {
            *is_met |= (is_whole || !pattern.needs_end()) && pattern.is_in(line);
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::values::{Ready, Value as _};

    fn pattern(word: &str) -> Pattern {
        match Ready::parse(&format!("log:{word}")) {
            Ok(Ready::Log(pattern)) => pattern,
            other => panic!("{other:?}"),
        }
    }

    #[test]
    fn lines_are_quoted_without_their_colours() {
        let written = b"first\n\x1b[2m2026\x1b[0m \x1b[31mERROR\x1b[0m it fell\n10%\r\x1b]0;title\x0720%\n\n";
        assert_eq!(last_lines(written, 3), ["2026 ERROR it fell", "10%", "20%"]);
    }

    #[test]
    fn a_pattern_is_met_in_a_line_however_it_comes() {
        for (word, writes, want) in [
            ("^up on [0-9]+$", &["starting\nup o", "n", " 80"][..], false),
            ("^up on [0-9]+$", &["starting\nup o", "n", " 80", "\nmore"], true),
            ("^up$", &["up\r\n"], true),
            ("^up$", &["up", " soon\n"], false),
            ("^up", &["u", "p"], true),
            ("a.*b", &["a\nb\n"], false),
            ("login:", &["box login: "], true),
        ] {
            let mut held = Held { patterns: vec![(pattern(word), false)], ..Held::default() };
            writes.iter().for_each(|bytes| held.take(bytes.as_bytes()));
            assert_eq!(held.patterns[0].1, want, "{word} {writes:?}");
        }
        let mut held = Held { patterns: vec![(pattern("end$"), false)], ..Held::default() };
        (0..40).for_each(|_| held.take(&[b'x'; 4000]));
        held.take(b"end\n");
        assert!(held.patterns[0].1 && held.bytes.len() == MOST);
    }

    #[test]
    fn what_is_too_much_is_forgotten() {
        let mut held = Held { patterns: vec![(pattern("first"), false)], ..Held::default() };
        held.take(b"first\n");
        for _ in 0..3000 {
            held.take(b"0123456789012345678901234567890123456789\n");
        }
        assert_eq!((held.bytes.len(), held.patterns[0].1), (MOST, true));
    }
}
