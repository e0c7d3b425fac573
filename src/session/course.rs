//! What a session knows of itself as it goes: signals, the output and its loss, the engine's silence, and what it comes
//! to in the end.

use super::attended::{Attended, Delivery};
use super::ladder::{Action, Ladder};
use super::output::{self, Ended, Output};
use super::pulse::{self, Beat, Notice};
use super::pump::{Closed, PumpError};
use super::signals::Signals;
use super::{DRAIN, Delivered, Ending, HEARD, Streams, Tell};
use crate::engine::{Attached, Engine, Exit};
use std::net::Shutdown;
use std::sync::Arc;
use std::time::Duration;
use tokio::sync::Notify;
use tokio::time::{Instant, sleep, timeout};

/// How long a stream may have ended before the container did, without bytes being missed: the engine closes the
/// one and reports the other.
const EARLY_END: Duration = Duration::from_secs(5);
/// How long output may have ended while the container runs before its log is asked for the rest: a container may close
/// its output, and then there is none.
const OVER: Duration = Duration::from_secs(2);
/// How often an output that breaks off is taken up again from the container's log.
const RESUMES: u32 = 3;

/// A session on its course.
pub(super) struct Session<'a> {
    engine: &'a Engine,
    attended: &'a Attended,
    streams: &'a Streams,
    tell: Tell<'a>,
    /// That the end may be near.
    pub(super) sign: Arc<Notify>,
    ladder: Ladder,
    /// How the output ended, and when.
    pub(super) drained: Option<(Ended, Instant)>,
    /// When to ask the log for the rest of the output.
    pub(super) resume_at: Option<Instant>,
    /// How often the log was asked.
    resumes: u32,
    pub(super) kill_at: Option<Instant>,
    /// When to let go of output that nobody takes.
    pub(super) let_go_at: Option<Instant>,
    /// When to wait no longer for an engine that does not say how the killed container ended.
    pub(super) give_up_at: Option<Instant>,
    /// What was seen of the engine last.
    seen: Beat,
    /// Whether the caller asked for the end: then a slow reader has no time any more.
    is_called_off: bool,
    /// Whether the caller has left the container to itself.
    pub(super) is_left: bool,
    /// Whether the last signal was not delivered, and no later one would be.
    is_out_of_reach: bool,
}

impl<'a> Session<'a> {
    pub(super) fn new(
        engine: &'a Engine,
        attended: &'a Attended,
        streams: &'a Streams,
        tell: Tell<'a>,
    ) -> Self {
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
    pub(super) fn drained(&mut self, ended: Ended) {
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
    pub(super) async fn rest(&mut self) -> Option<Output> {
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
    pub(super) fn see(&mut self, now: Beat) {
        if let Some(notice) = pulse::change(self.seen, now) {
            (self.tell)(notice);
        }
        self.seen = now;
    }

    /// Takes a signal. One that asks for the end, and that no engine would pass on, ends dynrun itself.
    pub(super) async fn climb(&mut self, signal: i32) {
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
    pub(super) async fn act(&mut self, action: Action) {
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

    /// Leaves the container to itself. What came before that is shown before the terminal is given back.
    pub(super) async fn leave(&self, attached: &Attached, output: &mut Output) {
        let _ = attached.shutdown(Shutdown::Both);
        if self.drained.is_none() {
            let _ = timeout(HEARD, output.ended()).await;
        }
    }

    /// What came of the output of a container that has ended; of one that is lost nothing more is asked.
    pub(super) async fn delivered(
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

    /// What all came to. Where the container's end was not told, its state may have it.
    pub(super) async fn ending(
        &self,
        exit: Result<Exit, String>,
        written: Result<Closed, PumpError>,
    ) -> Ending {
        let exit = match exit {
            Err(why) if self.seen != Beat::Silent => {
                match timeout(HEARD, self.attended.ended(self.engine)).await {
                    Ok(Ok(Some(exit))) => Ok(exit),
                    _ if self.is_out_of_reach => return Ending::OutOfReach,
                    _ => Err(why),
                }
            }
            exit => exit,
        };
        match (written, exit) {
            (Err(PumpError::Pipe), _) => Ending::PipeClosed,
            (Err(PumpError::Write(error)), _) => Ending::OutputFailed(error.to_string()),
            (Err(PumpError::Stream | PumpError::Protocol) | Ok(_), Ok(exit)) => Ending::Exited(exit),
            (Err(PumpError::Stream | PumpError::Protocol) | Ok(_), Err(why)) => Ending::EngineLost(why),
        }
    }
}

/// The exit code, where it was told, with what only the container's state tells.
pub(super) async fn exit(
    engine: &Engine,
    attended: &Attended,
    code: &Result<i64, String>,
) -> Result<Exit, String> {
    let code = *code.as_ref().map_err(Clone::clone)?;
    let seen = timeout(HEARD, attended.ended(engine)).await;
    let runs_again = matches!(seen, Ok(Ok(None)));
    let state = seen.ok().and_then(Result::ok).flatten();
    Ok(Exit { code, out_of_memory: state.is_some_and(|state| state.out_of_memory), runs_again })
}
