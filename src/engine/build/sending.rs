//! A tar on its way to the engine: made on a thread of its own, as fast as the engine takes it.

use bytes::{Bytes, BytesMut};
use futures_util::stream::{self, StreamExt as _};
use http_body_util::StreamBody;
use hyper::body::{Body, Frame};
use std::io::{self, Write};
use tokio::sync::mpsc::{self, Sender};

/// How much is sent at once.
const PIECE: usize = 64 << 10;
/// How many such pieces may wait for the engine.
const WAITING: usize = 8;

/// The end that is written to, on a thread that may wait.
pub(super) struct Pipe {
    pieces: Sender<io::Result<Bytes>>,
    piece: BytesMut,
}

/// A pipe, and what comes out of it as the body of a request.
pub(super) fn pipe() -> (Pipe, impl Body<Data = Bytes, Error = io::Error> + Send + 'static) {
    let (pieces, taken) = mpsc::channel::<io::Result<Bytes>>(WAITING);
    let frames = stream::unfold(taken, |mut taken| async {
        let piece = taken.recv().await?;
        Some((piece.map(Frame::data), taken))
    });
    (Pipe { pieces, piece: BytesMut::with_capacity(PIECE) }, StreamBody::new(frames.boxed()))
}

impl Pipe {
    /// Has the request fail: half a context is not to be built from.
    pub(super) fn fail(&self) {
        let _ = self.pieces.blocking_send(Err(io::Error::other("the context cannot be read")));
    }
}

impl Write for &mut Pipe {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        let taken = bytes.len().min(PIECE - self.piece.len());
        self.piece.extend_from_slice(&bytes[..taken]);
        if self.piece.len() == PIECE {
            self.flush()?;
        }
        Ok(taken)
    }

    fn flush(&mut self) -> io::Result<()> {
        let piece = self.piece.split().freeze();
        if !piece.is_empty() {
            self.pieces.blocking_send(Ok(piece)).map_err(|_| io::Error::from(io::ErrorKind::BrokenPipe))?;
        }
        Ok(())
    }
}
