//! The caller's terminal while it is the container's: in raw mode, so that every key is a byte for the container, and
//! followed in size. It is given back on every way out, a panic included, which runs no destructor in a release build,
//! and while dynrun is stopped.

use super::attended::Attended;
use super::{HEARD, screen};
use crate::engine::Engine;
use crate::host::{WindowSize, ignored_signals};
use nix::poll::{PollFd, PollFlags, PollTimeout, poll};
use nix::sys::signal::raise;
use nix::sys::termios::{SetArg, Termios, cfmakeraw, tcgetattr, tcsetattr};
use nix::unistd::{getpgrp, tcgetpgrp, write};
use std::io::{self, IsTerminal};
use std::os::fd::AsFd;
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Mutex, PoisonError};
use std::time::Duration;
use tokio::signal::unix::{Signal, SignalKind, signal};
use tokio::task::JoinHandle;
use tokio::time::{sleep, timeout};

/// How often the first size is offered to an engine that does not take it yet, each time this much later than the
/// time before: docker's own rhythm.
const OFFERS: (u32, Duration) = (10, Duration::from_millis(10));

/// The terminal as it was before it went raw.
static BEFORE: Mutex<Option<Termios>> = Mutex::new(None);
/// Whether what the container has switched on is off while dynrun is stopped.
static IS_HIDDEN: AtomicBool = AtomicBool::new(false);

/// The caller's terminal, lent to a container; given back when this is dropped.
#[derive(Debug)]
pub(super) struct Lent(JoinHandle<()>);

impl Lent {
    /// Lends it. A container that reads nothing leaves the keys to the caller: Ctrl-C stays a signal. The size comes
    /// before any byte does: who is answered by the container knows that it is right.
    pub(super) async fn to(engine: &Engine, attended: &Attended, reads: bool) -> Self {
        if reads {
            go_raw();
        }
        tokio::spawn(stop_when_asked());
        let signals = Signals::take();
        let is_taken = timeout(HEARD, takes_size(engine, attended)).await.unwrap_or_default();
        Self(tokio::spawn(follow(engine.clone(), attended.clone(), signals, (is_taken, reads))))
    }
}

impl Drop for Lent {
    fn drop(&mut self) {
        self.0.abort();
        give_back();
    }
}

/// Puts the terminal into raw mode, should there be one; not from the background, where the kernel would stop dynrun for it.
pub fn go_raw() {
    let stdin = io::stdin();
    let Ok(now) = tcgetattr(&stdin) else { return };
    if is_in_background(&stdin) {
        return;
    }
    let mut raw = now.clone();
    cfmakeraw(&mut raw);
    let mut before = BEFORE.lock().unwrap_or_else(PoisonError::into_inner);
    // After a stop the terminal's mode is the shell's, or raw still: what was there first is what is given back.
    before.get_or_insert(now);
    let _ = tcsetattr(&stdin, SetArg::TCSANOW, &raw);
}

/// Gives the terminal back as it was, if dynrun or the container has changed it. May be called at any time, and again.
pub fn give_back() {
    if !IS_HIDDEN.load(Ordering::Relaxed) {
        show(&screen::take_left().undone());
    }
    cook();
}

/// Ends raw mode, and says whether it was on.
fn cook() -> bool {
    let stdin = io::stdin();
    let before = BEFORE.lock().unwrap_or_else(PoisonError::into_inner).take();
    let was_raw = before.is_some();
    // A shell that has put dynrun into the background has its own mode back already.
    if let (Some(before), false) = (before, is_in_background(&stdin)) {
        let _ = tcsetattr(&stdin, SetArg::TCSANOW, &before);
    }
    was_raw
}

/// Writes to the caller's terminal, should there be one. One that takes nothing now, as after Ctrl-S, is not waited for.
fn show(bytes: &[u8]) {
    let stdout = io::stdout();
    let mut asked = [PollFd::new(stdout.as_fd(), PollFlags::POLLOUT)];
    if !bytes.is_empty() && stdout.is_terminal() && poll(&mut asked, PollTimeout::ZERO) == Ok(1) {
        let _ = write(&stdout, bytes);
    }
}

/// Stops dynrun as SIGTSTP asks it to, with the terminal as it was. There may be nothing to give back any more: once
/// taken, the signal does nothing by itself.
async fn stop_when_asked() {
    if ignored_signals() & (1 << (nix::libc::SIGTSTP - 1)) != 0 {
        return;
    }
    let Ok(mut asked) = signal(SignalKind::from_raw(nix::libc::SIGTSTP)) else { return };
    while asked.recv().await.is_some() {
        // Else output would come between, before the stop and after it. A write that hangs is not waited for.
        let _silence = screen::SHOWING.try_lock();
        show(&screen::left().undone());
        IS_HIDDEN.store(true, Ordering::Relaxed);
        let was_raw = cook();
        let _ = raise(nix::sys::signal::SIGSTOP);
        take_again(was_raw);
    }
}

/// Takes the terminal again after a stop, should dynrun be in the foreground.
fn take_again(reads: bool) {
    if is_in_background(io::stdin()) {
        return;
    }
    if reads {
        go_raw();
    }
    if IS_HIDDEN.swap(false, Ordering::Relaxed) {
        show(&screen::left().redone());
    }
}

/// Whether another process group has the terminal. One that is not dynrun's controlling terminal has no such group.
fn is_in_background(terminal: impl AsFd) -> bool {
    tcgetpgrp(terminal).is_ok_and(|foreground| foreground != getpgrp())
}

/// The signals after which the terminal may be another one.
struct Signals {
    resized: io::Result<Signal>,
    continued: io::Result<Signal>,
}

impl Signals {
    fn take() -> Self {
        let continued = signal(SignalKind::from_raw(nix::libc::SIGCONT));
        Self { resized: signal(SignalKind::window_change()), continued }
    }
}

/// Keeps the container's terminal as large as the caller's, and raw mode on after dynrun was stopped and continued.
/// One task does it all, so that the last size is the one that stays.
async fn follow(engine: Engine, attended: Attended, signals: Signals, (is_taken, reads): (bool, bool)) {
    let Signals { resized: Ok(mut resized), continued: Ok(mut continued) } = signals else { return };
    if !is_taken {
        offer_again(&engine, &attended).await;
    }
    while changed(&mut resized, &mut continued, reads).await {
        // A container that ends meanwhile takes no size, and needs none.
        takes_size(&engine, &attended).await;
    }
}

/// Waits until the size may be another one; no more when signals cannot come any more. After a stop the terminal is
/// taken first: the container answers to a size.
async fn changed(resized: &mut Signal, continued: &mut Signal, reads: bool) -> bool {
    tokio::select! {
        biased;
        cont = continued.recv() => {
            take_again(reads);
            cont.is_some()
        }
        resize = resized.recv() => resize.is_some(),
    }
}

/// Offers the first size again. The engine may know the container's terminal a moment after it has answered the start.
async fn offer_again(engine: &Engine, attended: &Attended) {
    let (times, pause) = OFFERS;
    for time in 1..=times {
        sleep(pause * time).await;
        if takes_size(engine, attended).await {
            return;
        }
    }
}

/// Offers the size that the caller's terminal has now, and says whether that is settled.
async fn takes_size(engine: &Engine, attended: &Attended) -> bool {
    match WindowSize::of(io::stdout()) {
        Some(size) => attended.resize(engine, size).await.is_ok(),
        None => true,
    }
}
