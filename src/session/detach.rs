//! The keys that leave a container to itself: a small pure machine over what is typed, and the pump that it sits in.

use std::io::{self, ErrorKind, Read, Write};

/// The keys where nobody named others: ctrl-p, ctrl-q, docker's own.
const KEYS: [u8; 2] = [0x10, 0x11];
/// The size of the buffer that typed bytes go through; what is pasted comes in pieces of the terminal's making.
const BUFFER: usize = 16 << 10;

/// How the caller's input ended.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum InputEnd {
    /// There is no more of it.
    Closed,
    /// The keys were typed.
    Detached,
}

/// The keys, and how many of them were typed so far.
#[derive(Debug)]
struct Keys<'a> {
    keys: &'a [u8],
    matched: usize,
}

impl<'a> Keys<'a> {
    /// These keys, or docker's own where there are none.
    fn new(keys: &'a [u8]) -> Self {
        Self { keys: if keys.is_empty() { &KEYS } else { keys }, matched: 0 }
    }

    /// Takes what was typed, appends what the container is to read, and says whether the keys are complete. Keys
    /// that may be a beginning are held back until the next one tells; as with docker, that one begins nothing.
    fn take(&mut self, typed: &[u8], read: &mut Vec<u8>) -> bool {
        for byte in typed {
            if *byte == self.keys[self.matched] {
                self.matched += 1;
                if self.matched == self.keys.len() {
                    return true;
                }
            } else {
                self.give_back(read);
                read.push(*byte);
            }
        }
        false
    }

    /// Lets go of the keys that were held back.
    fn give_back(&mut self, read: &mut Vec<u8>) {
        read.extend_from_slice(&self.keys[..self.matched]);
        self.matched = 0;
    }
}

/// Passes on what is typed until it ends, or until the keys are typed; no keys stand for docker's own.
///
/// # Errors
/// The caller's stream cannot be read, or the container takes no more.
pub(super) fn input(from: io::Result<impl Read>, to: &mut impl Write, keys: &[u8]) -> io::Result<InputEnd> {
    let mut from = from?;
    let (mut buffer, mut read, mut keys) = (vec![0; BUFFER], Vec::new(), Keys::new(keys));
    loop {
        let typed = match from.read(&mut buffer) {
            Ok(typed) => &buffer[..typed],
            Err(error) if error.kind() == ErrorKind::Interrupted => continue,
            Err(error) => return Err(error),
        };
        read.clear();
        let is_complete = keys.take(typed, &mut read);
        if typed.is_empty() {
            keys.give_back(&mut read);
        }
        to.write_all(&read)?;
        if is_complete {
            return Ok(InputEnd::Detached);
        }
        if typed.is_empty() {
            return Ok(InputEnd::Closed);
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    /// What the container reads of the pieces, and how the input ends.
    fn passed(pieces: &[&[u8]]) -> (Vec<u8>, InputEnd) {
        passed_by(b"", pieces)
    }

    /// The same with other keys than docker's.
    fn passed_by(keys: &[u8], pieces: &[&[u8]]) -> (Vec<u8>, InputEnd) {
        struct Pieces<'a>(&'a [&'a [u8]]);
        impl Read for Pieces<'_> {
            fn read(&mut self, buf: &mut [u8]) -> io::Result<usize> {
                let Some((first, rest)) = self.0.split_first() else { return Ok(0) };
                self.0 = rest;
                buf[..first.len()].copy_from_slice(first);
                Ok(first.len())
            }
        }
        let mut read = Vec::new();
        let end = input(Ok(Pieces(pieces)), &mut read, keys).unwrap();
        (read, end)
    }

    #[test]
    fn the_keys_detach_wherever_a_read_ends() {
        let detached = |pieces: &[&[u8]], read: &[u8]| {
            assert_eq!(passed(pieces), (read.to_vec(), InputEnd::Detached), "{pieces:?}");
        };
        detached(&[b"\x10\x11"], b"");
        detached(&[b"\x10", b"\x11"], b"");
        detached(&[b"ls\r\x10\x11after"], b"ls\r");
        detached(&[b"\x10a", b"b\x10", b"\x11"], b"\x10ab");
        detached(&[b"\x10\x10\x10\x11"], b"\x10\x10");
    }

    #[test]
    fn every_other_byte_passes_through() {
        let closed = |pieces: &[&[u8]], read: &[u8]| {
            assert_eq!(passed(pieces), (read.to_vec(), InputEnd::Closed), "{pieces:?}");
        };
        closed(&[], b"");
        closed(&[b"\x03\x04\x1a\x00\xff\r\n"], b"\x03\x04\x1a\x00\xff\r\n");
        closed(&[b"\x11\x10", b"x"], b"\x11\x10x");
        closed(&[b"\x10"], b"\x10");
        closed(&[b"a\x10", b"b"], b"a\x10b");
        // Docker's own: the second ctrl-p ends the first one's beginning, and begins none.
        closed(&[b"\x10\x10\x11"], b"\x10\x10\x11");
    }

    #[test]
    fn other_keys_take_the_place_of_dockers() {
        for (keys, pieces, read, end) in [
            (&b"\x01d"[..], &[&b"ls\x10\x11\x01"[..], b"d"][..], &b"ls\x10\x11"[..], InputEnd::Detached),
            (b"\x01d", &[b"\x01", b"x\x01\x01d"], b"\x01x\x01\x01d", InputEnd::Closed),
            (b"q", &[b"abqc"], b"ab", InputEnd::Detached),
            (b"\x7f\x7f\x7f", &[b"\x7f", b"\x7fa", b"\x7f\x7f\x7f"], b"\x7f\x7fa", InputEnd::Detached),
            // As with docker, what breaks a beginning begins nothing, though the keys follow.
            (b"aab", &[b"aaab"], b"aaab", InputEnd::Closed),
            (b"abac", &[b"ababac", b"c"], b"ababacc", InputEnd::Closed),
        ] {
            assert_eq!(passed_by(keys, pieces), (read.to_vec(), end), "{keys:?} in {pieces:?}");
        }
    }

    proptest! {
        /// Docker's rule in other words: the first place, of those that are looked at one after the other, where all
        /// the keys stand. Where a read ends makes no difference.
        #[test]
        fn pieces_make_no_difference(
            keys in prop::collection::vec(b'a'..=b'b', 1..5),
            typed in prop::collection::vec(b'a'..=b'c', 0..24),
            cut in 0usize..24,
        ) {
            // A read of nothing would be the end.
            let (one, two) = typed.split_at(cut.min(typed.len()));
            let pieces: Vec<&[u8]> = [one, two].into_iter().filter(|piece| !piece.is_empty()).collect();
            let mut at = 0;
            let mut wanted = (typed.clone(), InputEnd::Closed);
            while at < typed.len() {
                let same = keys.iter().zip(&typed[at..]).take_while(|(key, byte)| key == byte).count();
                if same == keys.len() {
                    wanted = (typed[..at].to_vec(), InputEnd::Detached);
                    break;
                }
                at += same + 1;
            }
            prop_assert_eq!(passed_by(&keys, &pieces), wanted);
        }
    }
}
