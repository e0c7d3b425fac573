//! `Kept`: the last of what a container writes while nobody is attached to it but a launch that waits for it.

use super::pump;
use crate::engine::Attached;
use crate::values::Pattern;
use std::io::{self, Write};
use std::net::Shutdown;
use std::sync::atomic::AtomicBool;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

/// How much of the output is kept.
const MOST: usize = 64 << 10;

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

    /// The last lines.
    #[must_use]
    pub fn last_lines(&self, count: usize) -> Vec<String> {
        let held = held(&self.held);
        let text = String::from_utf8_lossy(&held.bytes);
        let lines: Vec<&str> = text.lines().filter(|line| !line.trim().is_empty()).collect();
        lines[lines.len().saturating_sub(count)..].iter().map(|line| line.trim_end().to_owned()).collect()
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
        // A line may come in pieces: it is looked at from its beginning.
        let from = self.bytes.iter().rposition(|byte| *byte == b'\n').map_or(0, |at| at + 1);
        self.bytes.extend_from_slice(bytes);
        let text = String::from_utf8_lossy(&self.bytes[from..]);
        for (pattern, is_met) in &mut self.patterns {
            *is_met |= pattern.is_in(&text);
        }
        let over = self.bytes.len().saturating_sub(MOST);
        self.bytes.drain(..over);
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
    fn a_pattern_is_met_across_writes_and_stays_met() {
        let mut held = Held { patterns: vec![(pattern("^up on [0-9]+$"), false)], ..Held::default() };
        for (bytes, want) in
            [(&b"starting\nup o"[..], false), (b"n", false), (b" 80", true), (b"\nmore\n", true)]
        {
            held.take(bytes);
            assert_eq!(held.patterns[0].1, want, "{}", String::from_utf8_lossy(bytes));
        }
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
