//! The container's output on its way to the caller's: from the attached stream, and where that breaks off, on from the
//! container's log.

use super::attended::Attended;
use super::passed::{Counted, Passed};
use super::pump::{self, Closed, PumpError};
use super::screen::Watched;
use super::{HEARD, Streams, raw};
use crate::engine::{Attached, Engine, Outputs};
use bytes::Bytes;
use std::io::{self, Read as _, Write};
use std::net::Shutdown;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use tokio::sync::oneshot;
use tokio::time::timeout;

/// What the json-file driver writes for a byte that is no UTF-8: an entry with it cannot be compared.
const REPLACED: &str = "\u{fffd}";

/// How output ended, and what of it has reached the caller's two streams.
pub(super) type Ended = (Result<Closed, PumpError>, [Passed; 2]);

/// Output that is passed on in a thread of its own: a reader that is slow slows the container, and never a signal.
#[derive(Debug)]
pub(super) struct Output {
    from: Arc<Attached>,
    writing: Arc<AtomicBool>,
    ended: oneshot::Receiver<Ended>,
}

impl Output {
    /// Passes on what comes from a stream, after what has come of it already and was passed on before.
    pub(super) fn of(from: Arc<Attached>, early: Bytes, [out, err]: [Passed; 2], tty: bool) -> Self {
        let (send, ended) = oneshot::channel();
        let writing = Arc::new(AtomicBool::new(false));
        let (stream, is_writing) = (from.clone(), writing.clone());
        std::thread::spawn(move || {
            let mut stdout = Counted::new(stdout(tty), out);
            let mut stderr = Counted::new(raw(io::stderr()), err);
            let stream = io::Cursor::new(early).chain(&*stream);
            let result = match tty {
                true => pump::bare_output(stream, &mut stdout, &is_writing),
                false => pump::output(stream, &mut stdout, &mut stderr, &is_writing),
            };
            let is_behind = stdout.is_behind() || stderr.is_behind();
            let result =
                result.and_then(|closed| if is_behind { Err(PumpError::Stream) } else { Ok(closed) });
            let _ = send.send((result, [stdout.passed(), stderr.passed()]));
        });
        Self { from, writing, ended }
    }

    /// Goes on from the container's log, after what was passed on. None where there is no such log.
    pub(super) async fn from_log(
        engine: &Engine,
        attended: &Attended,
        streams: &Streams,
        passed: [Passed; 2],
    ) -> Option<Self> {
        let Attended::Container(id) = attended else { return None };
        let log = timeout(HEARD, engine.log(id, outputs(streams))).await.ok()?.ok()?;
        Some(Self::of(Arc::new(log), Bytes::new(), passed, streams.tty))
    }

    /// Waits until all of it is written, or cannot be.
    pub(super) async fn ended(&mut self) -> Ended {
        (&mut self.ended).await.unwrap_or_else(|_| (Err(PumpError::Stream), Default::default()))
    }

    /// Whether it waits for the caller's streams.
    pub(super) fn is_writing(&self) -> bool {
        self.writing.load(Ordering::Relaxed)
    }

    /// Takes nothing more from the engine.
    pub(super) fn let_go(&self) {
        let _ = self.from.shutdown(Shutdown::Both);
    }
}

/// What came of a stream that was passed on with nobody to talk back.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Copied {
    /// All of it was written.
    Whole,
    /// Nobody reads it any more.
    PipeClosed,
    /// It could not be written.
    OutputFailed(String),
    /// The engine's stream broke.
    Broken,
}

/// Passes a stream on to the caller's, until one of them ends.
pub async fn copied(from: Attached, tty: bool) -> Copied {
    match Output::of(Arc::new(from), Bytes::new(), Default::default(), tty).ended().await.0 {
        Ok(Closed) => Copied::Whole,
        Err(PumpError::Pipe) => Copied::PipeClosed,
        Err(PumpError::Write(error)) => Copied::OutputFailed(error.to_string()),
        Err(PumpError::Stream | PumpError::Protocol) => Copied::Broken,
    }
}

/// Whether the log of a container that has ended goes on after what was passed on: a stream that was cut between two
/// frames looks like one that ended. What the log cannot tell is no.
pub(super) async fn goes_on(
    engine: &Engine,
    attended: &Attended,
    streams: &Streams,
    [stdout, stderr]: &[Passed; 2],
) -> bool {
    let Attended::Container(id) = attended else { return false };
    let Ok(Ok(end)) = timeout(HEARD, engine.log_end(id, outputs(streams))).await else { return false };
    let (passed, entry) = match end.first() {
        _ if streams.tty => (stdout, &end[..]),
        Some(1) => (stdout, end.get(pump::HEAD..).unwrap_or_default()),
        Some(2) => (stderr, end.get(pump::HEAD..).unwrap_or_default()),
        Some(_) | None => return false,
    };
    let can_tell = !String::from_utf8_lossy(entry).contains(REPLACED);
    can_tell && !passed.ends_with(entry)
}

/// The caller's standard output. What a terminal shows is watched for what it leaves switched on.
fn stdout(tty: bool) -> io::Result<Box<dyn Write>> {
    let stdout = raw(io::stdout())?;
    Ok(if tty { Box::new(Watched::new(stdout)) } else { Box::new(stdout) })
}

fn outputs(streams: &Streams) -> Outputs {
    Outputs { stdout: streams.stdout, stderr: streams.stderr }
}
