//! Byte pumps, over any reader and writer. Output comes in the engine's frames: eight bytes of head, of which the
//! first names the stream and the last four the length, then the bytes. A terminal's output comes as it is.

use std::io::{self, ErrorKind, Read, Write};
use std::sync::atomic::{AtomicBool, Ordering};

/// The size of the buffer that bytes go through.
const BUFFER: usize = 128 << 10;
/// The size of a frame's head.
pub(super) const HEAD: usize = 8;

/// The stream ended.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Closed;

/// Why output did not go through.
#[derive(Debug)]
pub(super) enum PumpError {
    /// Nobody reads the caller's stream any more.
    Pipe,
    /// The caller's stream takes no more.
    Write(io::Error),
    /// The engine's stream broke.
    Stream,
    /// The engine's stream is not in frames.
    Protocol,
}

/// Takes frames apart and writes their bytes to the two streams, until the engine's stream ends.
///
/// # Errors
/// One of the streams broke, or a writer says with `InvalidData` that the engine's stream is another than expected.
/// `writing` tells from outside whether the pump waits for the caller's streams.
pub(super) fn output(
    mut from: impl Read,
    stdout: &mut impl Write,
    stderr: &mut impl Write,
    writing: &AtomicBool,
) -> Result<Closed, PumpError> {
    let mut buffer = vec![0; BUFFER];
    let mut held = 0;
    let mut frame: Option<(u8, usize)> = None;
    loop {
        let read = match from.read(&mut buffer[held..]) {
            Ok(0) => return if held == 0 && frame.is_none() { Ok(Closed) } else { Err(PumpError::Stream) },
            Ok(read) => read,
            Err(error) if error.kind() == ErrorKind::Interrupted => continue,
            Err(_) => return Err(PumpError::Stream),
        };
        let end = held + read;
        let mut at = 0;
        while at < end {
            let Some((stream, left)) = frame else {
                if end - at < HEAD {
                    break;
                }
                frame = head(&buffer[at..at + HEAD])?;
                at += HEAD;
                continue;
            };
            let take = left.min(end - at);
            let bytes = &buffer[at..at + take];
            writing.store(true, Ordering::Relaxed);
            match stream {
                2 => write(stderr, bytes)?,
                _ => write(stdout, bytes)?,
            }
            writing.store(false, Ordering::Relaxed);
            at += take;
            frame = (take < left).then_some((stream, left - take));
        }
        buffer.copy_within(at..end, 0);
        held = end - at;
    }
}

/// Writes the bytes of a container's terminal as they come, until the engine's stream ends.
///
/// # Errors
/// As with `output`, but that a stream which was cut cannot be told from one that ended.
pub(super) fn bare_output(
    mut from: impl Read,
    stdout: &mut impl Write,
    writing: &AtomicBool,
) -> Result<Closed, PumpError> {
    let mut buffer = vec![0; BUFFER];
    loop {
        let read = match from.read(&mut buffer) {
            Ok(0) => return Ok(Closed),
            Ok(read) => read,
            Err(error) if error.kind() == ErrorKind::Interrupted => continue,
            Err(_) => return Err(PumpError::Stream),
        };
        writing.store(true, Ordering::Relaxed);
        write(stdout, &buffer[..read])?;
        writing.store(false, Ordering::Relaxed);
    }
}

/// Stream and length of a frame; none for an empty one.
fn head(head: &[u8]) -> Result<Option<(u8, usize)>, PumpError> {
    let (stream, padding, length) = (head[0], &head[1..4], &head[4..]);
    if stream > 2 || padding != [0, 0, 0] {
        return Err(PumpError::Protocol);
    }
    let length = length.iter().fold(0usize, |length, byte| length << 8 | usize::from(*byte));
    Ok((length > 0).then_some((stream, length)))
}

fn write(stream: &mut impl Write, bytes: &[u8]) -> Result<(), PumpError> {
    stream.write_all(bytes).map_err(|error| match error.kind() {
        ErrorKind::BrokenPipe => PumpError::Pipe,
        ErrorKind::InvalidData => PumpError::Stream,
        _ => PumpError::Write(error),
    })
}

/// Passes input on until it ends.
///
/// # Errors
/// The caller's stream cannot be read, or the container takes no more.
pub(super) fn input(from: io::Result<impl Read>, to: &mut impl Write) -> io::Result<()> {
    let mut from = from?;
    let mut buffer = vec![0; BUFFER];
    loop {
        match from.read(&mut buffer) {
            Ok(0) => return Ok(()),
            Ok(read) => to.write_all(&buffer[..read])?,
            Err(error) if error.kind() == ErrorKind::Interrupted => {}
            Err(error) => return Err(error),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::super::passed::{Counted, Passed};
    use super::*;
    use proptest::prelude::*;

    fn frame(stream: u8, bytes: &[u8]) -> Vec<u8> {
        let length = u32::try_from(bytes.len()).unwrap().to_be_bytes();
        [&[stream, 0, 0, 0], &length[..], bytes].concat()
    }

    /// Gives its bytes in pieces of given sizes.
    struct Pieces(Vec<u8>, Vec<usize>);

    impl Read for Pieces {
        fn read(&mut self, buf: &mut [u8]) -> io::Result<usize> {
            let size = self.1.pop().unwrap_or(usize::MAX).clamp(1, buf.len()).min(self.0.len());
            buf[..size].copy_from_slice(&self.0[..size]);
            self.0.drain(..size);
            Ok(size)
        }
    }

    proptest! {
        #[test]
        fn every_byte_arrives_on_its_stream(
            frames in prop::collection::vec((1u8..=2, prop::collection::vec(any::<u8>(), 0..300)), 0..20),
            sizes in prop::collection::vec(1usize..50, 0..200),
        ) {
            let bytes: Vec<u8> = frames.iter().flat_map(|(stream, bytes)| frame(*stream, bytes)).collect();
            let (mut out, mut err) = (Vec::new(), Vec::new());
            let ended = output(Pieces(bytes, sizes), &mut out, &mut err, &AtomicBool::default());
            prop_assert!(ended.is_ok());
            let of = |wanted| frames.iter().filter(|f| f.0 == wanted).flat_map(|f| f.1.clone()).collect::<Vec<_>>();
            prop_assert_eq!(out, of(1));
            prop_assert_eq!(err, of(2));
        }
    }

    #[test]
    fn a_stream_that_is_cut_is_an_error() {
        for length in [1, 7, 8, 10] {
            let bytes = frame(1, b"hello")[..length].to_vec();
            let ended = output(&bytes[..], &mut Vec::new(), &mut Vec::new(), &AtomicBool::default());
            assert!(matches!(ended, Err(PumpError::Stream)), "{length} bytes: {ended:?}");
        }
    }

    #[test]
    fn what_is_not_a_frame_is_refused() {
        let huge = [1, 0, 0, 0, 255, 255, 255, 255, b'x'];
        assert!(matches!(
            output(&huge[..], &mut Vec::new(), &mut Vec::new(), &AtomicBool::default()),
            Err(PumpError::Stream)
        ));
        let ninth = frame(9, b"x");
        assert!(matches!(
            output(&ninth[..], &mut Vec::new(), &mut Vec::new(), &AtomicBool::default()),
            Err(PumpError::Protocol)
        ));
    }

    #[test]
    fn a_closed_stream_counts_only_when_it_is_written_to() {
        let closed = || Counted::new(Err::<Vec<u8>, _>(ErrorKind::NotFound.into()), Passed::default());
        let ended =
            |stream| output(&frame(stream, b"x")[..], &mut Vec::new(), &mut closed(), &AtomicBool::default());
        assert!(ended(1).is_ok());
        assert!(matches!(ended(2), Err(PumpError::Write(_))));
    }
}
