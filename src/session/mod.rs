//! A running container, or a command in one, and the caller's streams into an outcome: bytes, signals, exit code.
//!
//! The container's own bytes are the one thing that is written here, untouched.

mod attended;
mod course;
mod detach;
mod foreground;
mod kept;
mod ladder;
mod output;
mod passed;
mod pulse;
mod pump;
mod reach;
mod reader;
mod screen;
mod signals;
mod terminal;
mod voices;

pub use attended::{Attended, Held};
pub use kept::Kept;
pub use output::{Copied, copied};
pub use pulse::Notice;
pub use signals::Signals;
pub use terminal::{give_back as give_terminal_back, go_raw as take_terminal};
pub use voices::{Voice, interleaved, succeeded};

use crate::engine::{Attached, Engine, Exit};
use course::Session;
use detach::InputEnd;
use foreground::Foreground;
use ladder::Action;
use output::{Ended, Output};
use pump::PumpError;
use std::fs::File;
use std::io;
use std::net::Shutdown;
use std::os::fd::AsFd;
use std::sync::Arc;
use std::time::Duration;
use terminal::Lent;
use tokio::sync::oneshot;
use tokio::time::{Instant, sleep_until};

/// How long the engine may take to send the last bytes of a container that has ended.
const DRAIN: Duration = Duration::from_secs(10);
/// How long an engine may take to pass a signal on, and to say that a killed container has ended. It does neither
/// for a container that has ended while output of it waits for a reader.
const HEARD: Duration = Duration::from_secs(2);

/// How a session ended.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Ending {
    /// The container ended by itself, or by a signal.
    Exited(Exit),
    /// The caller typed the keys that leave the container to itself; it runs on.
    Detached,
    /// Nobody reads the output any more; the container was stopped.
    PipeClosed,
    /// The output could not be written; the container was stopped.
    OutputFailed(String),
    /// The engine went away, and with it the answer.
    EngineLost(String),
    /// A command was to be ended, and is out of reach: it may run on.
    OutOfReach,
}

/// What came of a session.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Outcome {
    /// How it ended.
    pub ending: Ending,
    /// What has come of its output.
    pub output: Delivered,
    /// Whether its time was over before the container ended.
    pub over_limit: bool,
}

/// How much of a container's output has reached the caller.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Delivered {
    /// All of it; where its stream broke off, the rest came from the container's log.
    Whole,
    /// It ended well before the container did, or was called off: bytes may be missing.
    Doubtful,
    /// Its stream broke off, and no log has the rest.
    Broken,
}

/// Hears of what a caller has to know who sees nothing happen.
pub type Tell<'a> = &'a dyn Fn(Notice);

/// What the container has of the caller's streams, and of what the caller does.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Streams {
    /// Whether it reads standard input.
    pub stdin: bool,
    /// Whether its standard output is the caller's.
    pub stdout: bool,
    /// Whether its standard error is the caller's.
    pub stderr: bool,
    /// Whether it has a terminal: then its output is one stream of bytes, and the caller's terminal is lent to it.
    pub tty: bool,
    /// Whether it hears of signals to dynrun.
    pub signals: bool,
    /// The keys that leave it to itself, where it has a terminal; docker's own where there are none.
    pub detach_keys: Vec<u8>,
}

/// Passes bytes and signals between the caller and what is attended to until it ends. When its time is over, it is asked
/// to end, and killed when its grace is over, too.
pub async fn attend(
    engine: &Engine,
    attended: &Attended,
    Held { attached, early, wait }: Held,
    (streams, mut over_at): (Streams, Option<Instant>),
    signals: &mut Signals,
    tell: Tell<'_>,
) -> Outcome {
    let mut lent = match streams.tty {
        true => Some(Lent::to(engine, attended, streams.stdin).await),
        false => None,
    };
    let attached = Arc::new(attached);
    let mut output = Output::of(attached.clone(), early, Default::default(), streams.tty);
    let mut left = streams.stdout.then(reader::spawn_watch);
    let mut input = streams.stdin.then(|| spawn_input(attached.clone(), &streams));
    let mut session = Session::new(engine, attended, &streams, tell);
    let mut over_limit = false;
    let sign = session.sign.clone();
    let mut exit = Box::pin(attended.exit_code(engine, wait, &sign));
    let mut beat = Box::pin(pulse::next(engine, attended));
    let code = loop {
        tokio::select! {
            code = &mut exit => break code,
            ended = written(&mut output, &mut left), if session.drained.is_none() => {
                if matches!(ended.0, Err(PumpError::Pipe | PumpError::Write(_))) {
                    // An engine whose output nobody takes never gets to the container's end.
                    output.let_go();
                    session.act(Action::Stop).await;
                }
                session.drained(ended);
                // Nothing is read any more: should the container go on, Ctrl-C is a signal again.
                lent = None;
            }
            () = until(session.resume_at) => {
                if let Some(rest) = session.rest().await {
                    output = rest;
                }
            }
            () = detached(&mut input) => session.is_left = true,
            signal = signals.next() => session.climb(signal).await,
            seen = &mut beat => {
                session.see(seen);
                beat.set(pulse::next(engine, attended));
            }
            () = until(over_at) => {
                (over_at, over_limit) = (None, true);
                session.act(Action::Stop).await;
            }
            () = until(session.kill_at) => session.act(Action::Kill).await,
            () = until(session.let_go_at) => {
                session.let_go_at = None;
                session.give_up_at = Some(Instant::now() + DRAIN);
                output.let_go();
            }
            () = until(session.give_up_at) => break Err("it does not answer".to_owned()),
        }
        if session.is_left {
            session.leave(&attached, &mut output).await;
            return Outcome { ending: Ending::Detached, output: Delivered::Whole, over_limit };
        }
    };
    let ((written, output), exit) =
        tokio::join!(session.delivered(output, code.is_ok(), signals), course::exit(engine, attended, &code));
    drop(lent);
    Outcome { ending: session.ending(exit, written).await, output, over_limit }
}

/// What came of the output: all of it is written, or nobody takes it any more, though nothing is written.
async fn written(output: &mut Output, left: &mut Option<oneshot::Receiver<()>>) -> Ended {
    let left = async {
        match left {
            Some(left) => drop(left.await),
            None => std::future::pending().await,
        }
    };
    tokio::select! {
        ended = output.ended() => ended,
        () = left => (Err(PumpError::Pipe), Default::default()),
    }
}

/// The caller's input on its way to the container, which says how it ended. The thread ends with the process: a read
/// cannot be called off.
fn spawn_input(attached: Arc<Attached>, streams: &Streams) -> oneshot::Receiver<InputEnd> {
    let (send, receive) = oneshot::channel();
    let (tty, keys) = (streams.tty, streams.detach_keys.clone());
    std::thread::spawn(move || {
        let mut stream = &*attached;
        let ended = match tty {
            true => detach::input(raw(io::stdin()).map(Foreground::new), &mut stream, &keys),
            false => {
                pump::input(raw(io::stdin()).map(Foreground::new), &mut stream).map(|()| InputEnd::Closed)
            }
        };
        let _ = attached.shutdown(Shutdown::Write);
        let _ = ended.map(|ended| send.send(ended));
    });
    receive
}

/// Completes when the keys that detach were typed; an input that ends in another way is nothing to wait for.
async fn detached(input: &mut Option<oneshot::Receiver<InputEnd>>) {
    if let Some(end) = input {
        let end = end.await;
        *input = None;
        if end == Ok(InputEnd::Detached) {
            return;
        }
    }
    std::future::pending::<()>().await;
}

/// A second descriptor of a standard stream, without Rust's buffer and lock; none where it is closed.
fn raw(stream: impl AsFd) -> io::Result<File> {
    stream.as_fd().try_clone_to_owned().map(File::from)
}

/// Completes at a moment; never, where there is none.
pub async fn until(moment: Option<Instant>) {
    match moment {
        Some(moment) => sleep_until(moment).await,
        None => std::future::pending().await,
    }
}
