//! What of an output has reached the caller, and the writer that keeps count of it: an output that breaks off is taken
//! up again from the container's log at the very byte.

use crc32fast::Hasher;
use std::io::{self, ErrorKind, Write};

/// How much of the end is kept: no entry of a log is longer.
const END: usize = 16 << 10;

/// The bytes of one stream that were passed on: how many, their CRC-32, and the last of them.
#[derive(Debug, Clone, Default)]
pub(super) struct Passed {
    bytes: u64,
    crc: Hasher,
    end: Vec<u8>,
}

impl Passed {
    fn take(&mut self, bytes: &[u8]) {
        self.bytes += bytes.len() as u64;
        self.crc.update(bytes);
        let kept = bytes.len().min(END);
        let room = END - kept;
        self.end.drain(..self.end.len().saturating_sub(room));
        self.end.extend_from_slice(&bytes[bytes.len() - kept..]);
    }

    /// Whether these are the last bytes that were passed on.
    pub(super) fn ends_with(&self, bytes: &[u8]) -> bool {
        self.end.ends_with(bytes)
    }

    fn is_same(&self, other: &Self) -> bool {
        (self.bytes, self.crc.clone().finalize()) == (other.bytes, other.crc.clone().finalize())
    }
}

/// A writer that counts what it passes on. Taken up again, it first holds what comes against what was passed on before,
/// and lets none of that through again.
#[derive(Debug)]
pub(super) struct Counted<W> {
    to: io::Result<W>,
    passed: Passed,
    /// What has come again so far, until it is all that was passed on.
    again: Option<Passed>,
}

impl<W: Write> Counted<W> {
    /// Goes on after what was passed on before. A stream that could not be opened counts only once it is written to.
    pub(super) fn new(to: io::Result<W>, passed: Passed) -> Self {
        let again = (passed.bytes > 0).then(Passed::default);
        Self { to, passed, again }
    }

    /// Whether less has come again than was passed on before.
    pub(super) fn is_behind(&self) -> bool {
        self.again.is_some()
    }

    /// What was passed on, all in all.
    pub(super) fn passed(self) -> Passed {
        self.passed
    }
}

impl<W: Write> Write for Counted<W> {
    /// # Errors
    /// `InvalidData` where what comes again is not what was passed on before; else the stream's own.
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        if let Some(again) = &mut self.again {
            let left = usize::try_from(self.passed.bytes - again.bytes).unwrap_or(usize::MAX);
            let known = &bytes[..left.min(bytes.len())];
            again.take(known);
            if again.bytes == self.passed.bytes {
                if !again.is_same(&self.passed) {
                    return Err(io::Error::from(ErrorKind::InvalidData));
                }
                self.again = None;
            }
            return Ok(known.len());
        }
        let written = match &mut self.to {
            Ok(to) => to.write(bytes)?,
            Err(error) => return Err(io::Error::new(error.kind(), error.to_string())),
        };
        self.passed.take(&bytes[..written]);
        Ok(written)
    }

    fn flush(&mut self) -> io::Result<()> {
        self.to.as_mut().map_or(Ok(()), Write::flush)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    fn passed(bytes: &[u8]) -> Passed {
        let mut counted = Counted::new(Ok(Vec::new()), Passed::default());
        counted.write_all(bytes).unwrap();
        counted.passed()
    }

    proptest! {
        #[test]
        fn what_was_cut_goes_on_at_the_very_byte(
            bytes in prop::collection::vec(any::<u8>(), 1..2000), at in any::<prop::sample::Index>(), piece in 1usize..300,
        ) {
            let at = at.index(bytes.len());
            let mut rest = Vec::new();
            let mut counted = Counted::new(Ok(&mut rest), passed(&bytes[..at]));
            for piece in bytes.chunks(piece) {
                counted.write_all(piece).unwrap();
            }
            prop_assert!(!counted.is_behind());
            prop_assert!(counted.passed().is_same(&passed(&bytes)));
            prop_assert_eq!(&rest, &bytes[at..]);
        }
    }

    #[test]
    fn another_output_is_not_taken_up() {
        let mut counted = Counted::new(Ok(Vec::new()), passed(b"abc"));
        assert_eq!(counted.write_all(b"abd").unwrap_err().kind(), ErrorKind::InvalidData);
        let mut short = Counted::new(Ok(Vec::new()), passed(b"abc"));
        short.write_all(b"ab").unwrap();
        assert!(short.is_behind());
    }

    #[test]
    fn the_end_is_known_as_far_back_as_an_entry_is_long() {
        let long: Vec<u8> = (0..40_000u32).map(|number| number.to_le_bytes()[0]).collect();
        let passed = passed(&long);
        assert!(passed.ends_with(&long[long.len() - END..]) && !passed.ends_with(b"abc"));
    }
}
