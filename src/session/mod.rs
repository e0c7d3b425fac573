//! A running container, or a command in one, and the caller's streams into an outcome: bytes, signals, exit code.
//!
//! The container's own bytes are the one thing that is written here, untouched.

mod attended;
mod detach;
mod ladder;
mod pump;
mod reach;
mod reader;
mod screen;
mod signals;
mod terminal;

pub use attended::{Attended, Held};
pub use signals::Signals;
pub use terminal::{give_back as give_terminal_back, go_raw as take_terminal};

use crate::engine::{Attached, Engine, EngineError, Exit};
use attended::Lost;
use bytes::Bytes;
use detach::InputEnd;
use ladder::{Action, Ladder};
use pump::{Closed, PumpError};
use screen::Watched;
use std::fs::File;
use std::io::{self, Read as _};
use std::net::Shutdown;
use std::os::fd::AsFd;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::time::Duration;
use terminal::Lent;
use tokio::sync::{Notify, oneshot};
use tokio::time::{Instant, sleep, sleep_until, timeout};

/// How long the engine may take to send the last bytes of a container that has ended.
const DRAIN: Duration = Duration::from_secs(10);
/// How long a stream may have ended before the container did, without bytes being missed: the engine closes the
/// one and reports the other.
const EARLY_END: Duration = Duration::from_secs(5);
/// How long an engine may take to pass a signal on, and to say that a killed container has ended. It does neither
/// for a container that has ended while output of it waits for a reader.
const HEARD: Duration = Duration::from_secs(2);
/// How often an engine that went away is asked again, and for how long.
const AGAIN: (Duration, Duration) = (Duration::from_millis(500), Duration::from_secs(10));

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
    /// Whether the stream broke, or ended well before the container: bytes may be missing.
    pub output_cut: bool,
    /// Whether its time was over before the container ended.
    pub over_limit: bool,
}

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
) -> Outcome {
    let mut lent = match streams.tty {
        true => Some(Lent::to(engine, attended, streams.stdin).await),
        false => None,
    };
    let writing = Arc::new(AtomicBool::new(false));
    let mut output = spawn_output(&attached, early, streams.tty, writing.clone());
    let mut left = streams.stdout.then(reader::spawn_watch);
    let mut input = streams.stdin.then(|| spawn_input(&attached, &streams));
    let mut session = Session::new(engine, attended, Ladder::new(streams.signals));
    let mut over_limit = false;
    let sign = session.sign.clone();
    let mut exit = Box::pin(attended.exit_code(engine, wait, &sign));
    let mut drained: Option<(Result<Closed, PumpError>, Instant)> = None;
    let code = loop {
        tokio::select! {
            code = &mut exit => break code,
            ended = written(&mut output, &mut left), if drained.is_none() => {
                if matches!(ended, Err(PumpError::Pipe | PumpError::Write(_))) {
                    // An engine whose output nobody takes never gets to the container's end.
                    let _ = attached.shutdown(Shutdown::Both);
                    session.act(Action::Stop).await;
                }
                drained = Some((ended, Instant::now()));
                sign.notify_one();
                // Nothing is shown or read any more: should the container go on, Ctrl-C is a signal again.
                lent = None;
            }
            () = detached(&mut input) => session.is_left = true,
            signal = signals.next() => session.climb(signal).await,
            () = until(over_at) => {
                (over_at, over_limit) = (None, true);
                session.act(Action::Stop).await;
            }
            () = until(session.kill_at) => session.act(Action::Kill).await,
            () = until(session.let_go_at) => {
                session.let_go_at = None;
                session.give_up_at = Some(Instant::now() + DRAIN);
                let _ = attached.shutdown(Shutdown::Both);
            }
            () = until(session.give_up_at) => break Err(EngineError::Silent(DRAIN)),
        }
        if session.is_left {
            leave(&attached, drained.is_none().then_some(&mut output)).await;
            return Outcome { ending: Ending::Detached, output_cut: false, over_limit };
        }
    };
    // A stream without an output ends when it likes.
    let has_output = streams.stdout || streams.stderr;
    let is_early =
        |(ended, at): &(Result<Closed, PumpError>, Instant)| ended.is_ok() && at.elapsed() > EARLY_END;
    let cut = has_output && drained.as_ref().is_some_and(is_early);
    let written = match drained {
        Some((ended, _)) => ended,
        None if !has_output => Ok(Closed),
        None => session.last_bytes(&mut output, &attached, &writing, signals).await,
    };
    drop(lent);
    let cut = cut || matches!(written, Err(PumpError::Stream | PumpError::Protocol));
    Outcome { ending: session.ending(code, written).await, output_cut: cut, over_limit }
}

/// Lets go of a container that runs on. What came before that is shown before the terminal is given back.
async fn leave(attached: &Attached, output: Option<&mut oneshot::Receiver<Result<Closed, PumpError>>>) {
    let _ = attached.shutdown(Shutdown::Both);
    if let Some(output) = output {
        let _ = timeout(HEARD, output).await;
    }
}

/// What came of the output: all of it is written, or nobody takes it any more, though nothing is written.
async fn written(
    output: &mut oneshot::Receiver<Result<Closed, PumpError>>,
    left: &mut Option<oneshot::Receiver<()>>,
) -> Result<Closed, PumpError> {
    let left = async {
        match left {
            Some(left) => drop(left.await),
            None => std::future::pending().await,
        }
    };
    tokio::select! {
        ended = output => ended.unwrap_or(Ok(Closed)),
        () = left => Err(PumpError::Pipe),
    }
}

/// The container's output on its way to the caller's, in a thread of its own: a reader that is slow slows the
/// container, and never a signal.
fn spawn_output(
    attached: &Attached,
    early: Bytes,
    tty: bool,
    writing: Arc<AtomicBool>,
) -> oneshot::Receiver<Result<Closed, PumpError>> {
    let (send, receive) = oneshot::channel();
    let stream = attached.try_clone();
    std::thread::spawn(move || {
        let ended = stream.map_err(|_| PumpError::Stream).and_then(|stream| {
            let stream = io::Cursor::new(early).chain(stream);
            let (stdout, stderr) = (raw(io::stdout()), raw(io::stderr()));
            match tty {
                true => pump::bare_output(stream, stdout.map(Watched::new), &writing),
                false => pump::output(stream, stdout, stderr, &writing),
            }
        });
        let _ = send.send(ended);
    });
    receive
}

/// The caller's input on its way to the container, which says how it ended. The thread ends with the process: a read
/// cannot be called off.
fn spawn_input(attached: &Attached, streams: &Streams) -> oneshot::Receiver<InputEnd> {
    let (send, receive) = oneshot::channel();
    let (tty, keys) = (streams.tty, streams.detach_keys.clone());
    if let Ok(mut stream) = attached.try_clone() {
        std::thread::spawn(move || {
            let ended = match tty {
                true => detach::input(raw(io::stdin()), &mut stream, &keys),
                false => pump::input(raw(io::stdin()), &mut stream).map(|()| InputEnd::Closed),
            };
            let _ = stream.shutdown(Shutdown::Write);
            let _ = ended.map(|ended| send.send(ended));
        });
    }
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

struct Session<'a> {
    engine: &'a Engine,
    attended: &'a Attended,
    /// That the end may be near.
    sign: Arc<Notify>,
    ladder: Ladder,
    kill_at: Option<Instant>,
    /// When to let go of output that nobody takes.
    let_go_at: Option<Instant>,
    /// When to wait no longer for an engine that does not say how the killed container ended.
    give_up_at: Option<Instant>,
    /// Whether the caller asked for the end: then a slow reader has no time any more.
    is_called_off: bool,
    /// Whether the caller has left the container to itself.
    is_left: bool,
    /// Whether the last signal was not delivered, and no later one would be.
    is_out_of_reach: bool,
}

impl<'a> Session<'a> {
    fn new(engine: &'a Engine, attended: &'a Attended, ladder: Ladder) -> Self {
        Self {
            engine,
            attended,
            sign: Arc::new(Notify::new()),
            ladder,
            kill_at: None,
            let_go_at: None,
            give_up_at: None,
            is_called_off: false,
            is_left: false,
            is_out_of_reach: false,
        }
    }

    async fn climb(&mut self, signal: i32) {
        for action in self.ladder.climb(signal) {
            self.act(action).await;
        }
    }

    /// What fails here is decided by the container's end, or by the next step of the ladder.
    async fn act(&mut self, action: Action) {
        let (engine, attended) = (self.engine, self.attended);
        match action {
            Action::Forward(signal) => self.send(signal).await,
            Action::Grace => {
                let (_, grace) = attended.asked_to_end(engine, HEARD).await;
                self.start_grace(grace);
            }
            Action::Stop => {
                let (signal, grace) = attended.asked_to_end(engine, HEARD).await;
                self.send(&signal).await;
                self.start_grace(grace);
            }
            Action::Kill => self.kill().await,
            // Who has asked for the end does not leave a container behind that ignores it.
            Action::Detach if self.is_called_off => self.kill().await,
            Action::Detach => self.is_left = true,
        }
    }

    async fn kill(&mut self) {
        self.is_called_off = true;
        self.kill_at = None;
        self.let_go_at.get_or_insert_with(|| Instant::now() + HEARD);
        self.send("SIGKILL").await;
        if self.is_out_of_reach {
            self.give_up_at = Some(Instant::now());
        }
    }

    async fn send(&mut self, signal: &str) {
        self.is_out_of_reach = !self.attended.signal(self.engine, signal, HEARD).await;
    }

    /// The bytes that are still on their way when the container has ended. A reader that takes its time has it, until
    /// a signal says otherwise; an engine that sends nothing has not.
    async fn last_bytes(
        &self,
        output: &mut oneshot::Receiver<Result<Closed, PumpError>>,
        attached: &Attached,
        writing: &AtomicBool,
        signals: &mut Signals,
    ) -> Result<Closed, PumpError> {
        let mut patient = !self.is_called_off;
        loop {
            let limit = if patient { DRAIN } else { HEARD };
            tokio::select! {
                ended = &mut *output => return ended.unwrap_or(Ok(Closed)),
                _ = signals.next() => patient = false,
                () = sleep(limit) => {
                    if !(patient && writing.load(Ordering::Relaxed)) {
                        let _ = attached.shutdown(Shutdown::Both);
                        return Err(PumpError::Stream);
                    }
                }
            }
        }
    }

    fn start_grace(&mut self, grace: Option<Duration>) {
        self.is_called_off = true;
        self.sign.notify_one();
        // What hears of nothing needs no time for it.
        let grace = if self.is_out_of_reach { Some(Duration::ZERO) } else { grace };
        if let (None, Some(grace)) = (self.kill_at, grace) {
            self.kill_at = Some(Instant::now() + grace);
        }
    }

    async fn ending(&self, code: Result<i64, EngineError>, written: Result<Closed, PumpError>) -> Ending {
        let exit = match code {
            Ok(code) => Ok(self.exit(code).await),
            Err(_) if self.is_out_of_reach => match self.attended.ended(self.engine).await {
                Ok(Some(exit)) => Ok(exit),
                Ok(None) | Err(_) => return Ending::OutOfReach,
            },
            // Who called the container off does not wait for it again.
            Err(error) if self.is_called_off => {
                let again = timeout(AGAIN.1, self.asked_again(&error)).await;
                again.unwrap_or(Err(error.to_string()))
            }
            Err(error) => self.asked_again(&error).await,
        };
        match (written, exit) {
            (Err(PumpError::Pipe), _) => Ending::PipeClosed,
            (Err(PumpError::Write(error)), _) => Ending::OutputFailed(error.to_string()),
            (Err(PumpError::Stream | PumpError::Protocol) | Ok(_), Ok(exit)) => Ending::Exited(exit),
            (Err(PumpError::Stream | PumpError::Protocol) | Ok(_), Err(why)) => Ending::EngineLost(why),
        }
    }

    /// The exit code with what only the container's state tells.
    async fn exit(&self, code: i64) -> Exit {
        let state = self.attended.ended(self.engine).await.ok().flatten();
        Exit { code, out_of_memory: state.is_some_and(|state| state.out_of_memory) }
    }

    /// The wait was lost: an engine that comes back knows how the container ended.
    async fn asked_again(&self, error: &EngineError) -> Result<Exit, String> {
        let (pause, limit) = AGAIN;
        let deadline = Instant::now() + limit;
        while Instant::now() < deadline {
            match self.attended.ended(self.engine).await {
                Ok(Some(exit)) => return Ok(exit),
                Err(Lost::Gone) => return Err("the container is gone".to_owned()),
                Ok(None) => match self.attended.end(self.engine).await {
                    Ok(code) => return Ok(self.exit(code).await),
                    Err(_) => sleep(pause).await,
                },
                Err(Lost::Silent) => sleep(pause).await,
            }
        }
        Err(error.to_string())
    }
}
