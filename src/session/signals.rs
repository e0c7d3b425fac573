//! The signals that dynrun takes on its own or passes on. One that the caller had ignored stays ignored: `nohup`
//! means it.

use std::io;
use tokio::signal::unix::{SignalKind, signal};
use tokio::sync::mpsc;

/// The signals that are taken: what ends a program, and what programs give a meaning of their own.
const TAKEN: [i32; 6] = [
    nix::libc::SIGINT,
    nix::libc::SIGTERM,
    nix::libc::SIGHUP,
    nix::libc::SIGQUIT,
    nix::libc::SIGUSR1,
    nix::libc::SIGUSR2,
];

/// Signals as they come, by number.
#[derive(Debug)]
pub struct Signals {
    come: mpsc::UnboundedReceiver<i32>,
    put_back: Option<i32>,
}

impl Signals {
    /// Takes the signals from now on; `ignored` has bit N-1 set for each signal N that was ignored at start.
    ///
    /// # Errors
    /// The kernel does not let a signal be taken.
    pub fn take(ignored: u64) -> io::Result<Self> {
        let (send, receive) = mpsc::unbounded_channel();
        for number in TAKEN.into_iter().filter(|number| ignored & (1 << (number - 1)) == 0) {
            let mut signals = signal(SignalKind::from_raw(number))?;
            let send = send.clone();
            tokio::spawn(async move {
                while signals.recv().await.is_some() {
                    let _ = send.send(number);
                }
            });
        }
        Ok(Self { come: receive, put_back: None })
    }

    /// Puts a signal back, to be the next one again.
    pub fn put_back(&mut self, signal: Option<i32>) {
        self.put_back = signal.or(self.put_back);
    }

    /// The next signal; never, when none is taken.
    pub async fn next(&mut self) -> i32 {
        if let Some(signal) = self.put_back.take() {
            return signal;
        }
        match self.come.recv().await {
            Some(signal) => signal,
            None => std::future::pending().await,
        }
    }
}
