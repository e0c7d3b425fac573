//! A running container, or a command in one, and the caller's streams into an outcome: bytes, signals, exit code.
//!
//! The container's own bytes are the one thing that is written here, untouched.

mod attended;
mod detach;
mod foreground;
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

pub use attended::{Attended, Held};
pub use pulse::Notice;
pub use signals::Signals;
pub use terminal::{give_back as give_terminal_back, go_raw as take_terminal};

use crate::engine::{Attached, Engine, Exit};
use attended::Delivery;
use detach::InputEnd;
use foreground::Foreground;
use ladder::{Action, Ladder};
use output::{Ended, Output};
use pulse::Beat;
use pump::{Closed, PumpError};
use std::fs::File;
use std::io;
use std::net::Shutdown;
use std::os::fd::AsFd;
use std::sync::Arc;
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
/// How long output may have ended while the container runs before its log is asked for the rest: a container may close
/// its output, and then there is none.
const OVER: Duration = Duration::from_secs(2);
/// How often an output that breaks off is taken up again from the container's log.
const RESUMES: u32 = 3;

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
            let _ = attached.shutdown(Shutdown::Both);
            if session.drained.is_none() {
                // What came before that is shown before the terminal is given back.
                let _ = timeout(HEARD, output.ended()).await;
            }
            return Outcome { ending: Ending::Detached, output: Delivered::Whole, over_limit };
        }
    };
    let (written, output) = session.delivered(output, code.is_ok(), signals).await;
    drop(lent);
    Outcome { ending: session.ending(code, written).await, output, over_limit }
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

struct Session<'a> {
    engine: &'a Engine,
    attended: &'a Attended,
    streams: &'a Streams,
    tell: Tell<'a>,
    /// That the end may be near.
    sign: Arc<Notify>,
    ladder: Ladder,
    /// How the output ended, and when.
    drained: Option<(Ended, Instant)>,
    /// When to ask the log for the rest of the output.
    resume_at: Option<Instant>,
    /// How often the log was asked.
    resumes: u32,
    kill_at: Option<Instant>,
    /// When to let go of output that nobody takes.
    let_go_at: Option<Instant>,
    /// When to wait no longer for an engine that does not say how the killed container ended.
    give_up_at: Option<Instant>,
    /// What was seen of the engine last.
    seen: Beat,
    /// Whether the caller asked for the end: then a slow reader has no time any more.
    is_called_off: bool,
    /// Whether the caller has left the container to itself.
    is_left: bool,
    /// Whether the last signal was not delivered, and no later one would be.
    is_out_of_reach: bool,
}

impl<'a> Session<'a> {
    fn new(engine: &'a Engine, attended: &'a Attended, streams: &'a Streams, tell: Tell<'a>) -> Self {
        Self {
            engine,
            attended,
            streams,
            tell,
            sign: Arc::new(Notify::new()),
            ladder: Ladder::new(streams.signals),
            drained: None,
            resume_at: None,
            resumes: 0,
            kill_at: None,
            let_go_at: None,
            give_up_at: None,
            seen: Beat::Fine,
            is_called_off: false,
            is_left: false,
            is_out_of_reach: false,
        }
    }

    /// Whether there is any output to be passed on: a stream without one ends when it likes.
    fn has_output(&self) -> bool {
        self.streams.stdout || self.streams.stderr
    }

    /// Takes the end of the output in. Where it broke off, the log has the rest; where it ended, it may have.
    fn drained(&mut self, ended: Ended) {
        let now = Instant::now();
        let resume_at = match &ended.0 {
            Ok(Closed) => Some(now + OVER),
            Err(PumpError::Stream | PumpError::Protocol) => Some(now),
            Err(PumpError::Pipe | PumpError::Write(_)) => None,
        };
        self.resume_at =
            resume_at.filter(|_| self.has_output() && self.resumes < RESUMES && !self.is_called_off);
        self.drained = Some((ended, now));
        self.sign.notify_one();
    }

    /// The rest of the output, from the log. Without a log, what has ended stays ended.
    async fn rest(&mut self) -> Option<Output> {
        (self.resume_at, self.resumes) = (None, self.resumes + 1);
        let ((result, passed), at) = self.drained.take()?;
        match Output::from_log(self.engine, self.attended, self.streams, passed.clone()).await {
            Some(rest) => {
                if result.is_err() {
                    (self.tell)(Notice::FromLog);
                }
                Some(rest)
            }
            None => {
                self.drained = Some(((result, passed), at));
                None
            }
        }
    }

    /// Takes in what was seen of the engine.
    fn see(&mut self, now: Beat) {
        if let Some(notice) = pulse::change(self.seen, now) {
            (self.tell)(notice);
        }
        self.seen = now;
    }

    /// Takes a signal. One that asks for the end, and that no engine would pass on, ends dynrun itself.
    async fn climb(&mut self, signal: i32) {
        let asks_for_the_end = [nix::libc::SIGINT, nix::libc::SIGTERM, nix::libc::SIGHUP].contains(&signal);
        if self.seen == Beat::Silent && asks_for_the_end {
            self.give_up_at = Some(Instant::now());
            return;
        }
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
        let delivery = self.attended.signal(self.engine, signal, HEARD).await;
        self.is_out_of_reach = delivery == Delivery::OutOfReach;
        if delivery == Delivery::Silent {
            self.see(Beat::Silent);
        }
    }

    /// What came of the output of a container that has ended; of one that is lost nothing more is asked.
    async fn delivered(
        &mut self,
        mut output: Output,
        has_ended: bool,
        signals: &mut Signals,
    ) -> (Result<Closed, PumpError>, Delivered) {
        let ((result, passed), is_early) = match self.drained.take() {
            Some((ended, at)) => (ended, at.elapsed() > EARLY_END),
            None if !self.has_output() => return (Ok(Closed), Delivered::Whole),
            // Of an engine that is silent nothing more is waited for.
            None if self.seen == Beat::Silent && !has_ended => {
                output.let_go();
                return (Err(PumpError::Stream), Delivered::Doubtful);
            }
            None => (self.last_bytes(&mut output, signals).await, false),
        };
        let is_broken = matches!(result, Err(PumpError::Stream | PumpError::Protocol));
        if self.is_called_off || !has_ended || !self.has_output() {
            return (result, if is_broken { Delivered::Doubtful } else { Delivered::Whole });
        }
        let (engine, attended, streams) = (self.engine, self.attended, self.streams);
        let is_missing =
            is_broken || result.is_ok() && output::goes_on(engine, attended, streams, &passed).await;
        if !is_missing {
            let is_early = is_early && result.is_ok() && self.resumes == 0;
            return (result, if is_early { Delivered::Doubtful } else { Delivered::Whole });
        }
        let rest = match Output::from_log(engine, attended, streams, passed).await {
            Some(mut rest) => self.last_bytes(&mut rest, signals).await.0,
            None => Err(PumpError::Stream),
        };
        match rest {
            Err(PumpError::Stream | PumpError::Protocol) if is_broken => (rest, Delivered::Broken),
            // A log that differs proves nothing of a stream that has ended as it should.
            Err(PumpError::Stream | PumpError::Protocol) => (result, Delivered::Whole),
            rest => (rest, Delivered::Whole),
        }
    }

    /// The bytes that are still on their way when the container has ended. A reader that takes its time has it, until
    /// a signal says otherwise; an engine that sends nothing has not.
    async fn last_bytes(&mut self, output: &mut Output, signals: &mut Signals) -> Ended {
        let mut patient = !self.is_called_off;
        loop {
            let limit = if patient { DRAIN } else { HEARD };
            tokio::select! {
                ended = output.ended() => return ended,
                _ = signals.next() => patient = false,
                () = sleep(limit) => {
                    if !(patient && output.is_writing()) {
                        output.let_go();
                        // How far it came is known once the last write is done; a reader that holds it is not waited for.
                        let passed = timeout(HEARD, output.ended()).await.map(|(_, passed)| passed);
                        self.is_called_off |= !patient || passed.is_err();
                        return (Err(PumpError::Stream), passed.unwrap_or_default());
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

    async fn ending(&self, code: Result<i64, String>, written: Result<Closed, PumpError>) -> Ending {
        let exit = match code {
            Ok(code) => Ok(self.exit(code).await),
            Err(why) if self.seen == Beat::Silent => Err(why),
            Err(why) => match timeout(HEARD, self.attended.ended(self.engine)).await {
                Ok(Ok(Some(exit))) => Ok(exit),
                _ if self.is_out_of_reach => return Ending::OutOfReach,
                _ => Err(why),
            },
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
        let seen = timeout(HEARD, self.attended.ended(self.engine)).await;
        let runs_again = matches!(seen, Ok(Ok(None)));
        let state = seen.ok().and_then(Result::ok).flatten();
        Exit { code, out_of_memory: state.is_some_and(|state| state.out_of_memory), runs_again }
    }
}
