//! The caller's terminal while it is the container's: in raw mode, so that every key is a byte for the container, and
//! followed in size. It is given back on every way out, a panic included, which runs no destructor in a release build.

use crate::engine::Engine;
use crate::host::WindowSize;
use nix::sys::termios::{SetArg, Termios, cfmakeraw, tcgetattr, tcsetattr};
use nix::unistd::{getpgrp, tcgetpgrp};
use std::io;
use std::os::fd::AsFd;
use std::sync::{Mutex, PoisonError};
use std::time::Duration;
use tokio::signal::unix::{Signal, SignalKind, signal};
use tokio::task::JoinHandle;
use tokio::time::sleep;

/// How often the first size is offered to an engine that does not take it yet, each time this much later than the
/// time before: docker's own rhythm.
const OFFERS: (u32, Duration) = (10, Duration::from_millis(10));

/// The terminal as it was before it went raw.
static BEFORE: Mutex<Option<Termios>> = Mutex::new(None);

/// The caller's terminal, lent to a container; given back when this is dropped.
#[derive(Debug)]
pub(super) struct Lent(JoinHandle<()>);

impl Lent {
    /// Lends it. A container that reads nothing leaves the keys to the caller: Ctrl-C stays a signal.
    pub(super) fn to(engine: &Engine, id: &str, reads: bool) -> Self {
        if reads {
            go_raw();
        }
        Self(tokio::spawn(follow(engine.clone(), id.to_owned(), reads)))
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

/// Gives the terminal back as it was, if dynrun has changed it. May be called at any time, and again.
pub fn give_back() {
    let stdin = io::stdin();
    let before = BEFORE.lock().unwrap_or_else(PoisonError::into_inner).take();
    // A shell that has put dynrun into the background has its own mode back already.
    if let (Some(before), false) = (before, is_in_background(&stdin)) {
        let _ = tcsetattr(&stdin, SetArg::TCSANOW, &before);
    }
}

/// Whether another process group has the terminal. One that is not dynrun's controlling terminal has no such group.
fn is_in_background(terminal: impl AsFd) -> bool {
    tcgetpgrp(terminal).is_ok_and(|foreground| foreground != getpgrp())
}

/// Keeps the container's terminal as large as the caller's, and raw mode on after dynrun was stopped and continued.
/// One task does it all, so that the last size is the one that stays.
async fn follow(engine: Engine, id: String, reads: bool) {
    let signals = (signal(SignalKind::window_change()), signal(SignalKind::from_raw(nix::libc::SIGCONT)));
    let (Ok(mut resized), Ok(mut continued)) = signals else { return };
    offer_size(&engine, &id).await;
    while changed(&mut resized, &mut continued, reads).await {
        if let Some(size) = WindowSize::of(io::stdout()) {
            // A container that ends meanwhile takes no size, and needs none.
            let _ = engine.resize(&id, size).await;
        }
    }
}

/// Waits until the size may be another one; no more when signals cannot come any more.
async fn changed(resized: &mut Signal, continued: &mut Signal, reads: bool) -> bool {
    tokio::select! {
        resize = resized.recv() => resize.is_some(),
        cont = continued.recv() => {
            if reads {
                go_raw();
            }
            cont.is_some()
        }
    }
}

/// The first size. The engine knows the container's terminal a moment after it has answered the start.
async fn offer_size(engine: &Engine, id: &str) {
    let (times, pause) = OFFERS;
    for time in 1..=times {
        let Some(size) = WindowSize::of(io::stdout()) else { return };
        if engine.resize(id, size).await.is_ok() {
            return;
        }
        sleep(pause * time).await;
    }
}
