//! What is typed, for whoever is in the foreground: in the background the kernel would stop the whole process for a read
//! of its terminal, and what the container writes or how it ends with it.

use nix::errno::Errno;
use nix::sys::signal::{SigSet, Signal};
use nix::unistd::{getpgrp, tcgetpgrp};
use std::io::{self, Read};
use std::os::fd::AsFd;
use std::time::Duration;

/// How often the background looks whether it is the foreground by now.
const LOOK: Duration = Duration::from_millis(200);

/// Reads a terminal while it may, and waits while it may not. Anything else is read as it comes.
#[derive(Debug)]
pub(super) struct Foreground<R>(R);

impl<R: Read + AsFd> Foreground<R> {
    /// For the thread that reads from now on: the kernel then answers a read that it may not make, and stops nobody.
    pub(super) fn new(from: R) -> Self {
        let _ = SigSet::from(Signal::SIGTTIN).thread_block();
        Self(from)
    }

    fn is_in_background(&self) -> bool {
        tcgetpgrp(&self.0).is_ok_and(|group| group != getpgrp())
    }
}

impl<R: Read + AsFd> Read for Foreground<R> {
    fn read(&mut self, buf: &mut [u8]) -> io::Result<usize> {
        loop {
            while self.is_in_background() {
                std::thread::sleep(LOOK);
            }
            match self.0.read(buf) {
                Err(error) if error.raw_os_error() == Some(Errno::EIO as i32) && self.is_in_background() => {}
                read => return read,
            }
        }
    }
}
