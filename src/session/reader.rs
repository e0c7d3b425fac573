//! Whether anybody still reads standard output. A container that prints nothing would else never notice.

use nix::poll::{PollFd, PollFlags, PollTimeout, poll};
use std::io;
use std::os::fd::AsFd;
use tokio::sync::oneshot;

/// Completes when the reader of standard output is gone. The thread ends with the process: a poll cannot be called off.
pub(super) fn spawn_watch() -> oneshot::Receiver<()> {
    let (send, receive) = oneshot::channel();
    std::thread::spawn(move || {
        while !is_left(&io::stdout()) {
            // Nothing can be told of it, now or later.
            std::thread::park();
        }
        let _ = send.send(());
    });
    receive
}

/// Waits until the other end of a pipe or a socket is closed. A file, a terminal or a device has no such end: for them
/// it waits for ever, or tells at once that there is nothing to wait for.
fn is_left(stream: &impl AsFd) -> bool {
    let left = PollFlags::POLLERR | PollFlags::POLLHUP;
    loop {
        let mut watched = [PollFd::new(stream.as_fd(), PollFlags::empty())];
        match poll(&mut watched, PollTimeout::NONE) {
            Ok(_) => return watched[0].revents().is_some_and(|events| events.intersects(left)),
            Err(nix::errno::Errno::EINTR) => {}
            Err(_) => return false,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::time::Duration;

    #[test]
    fn a_pipe_is_left_when_its_reader_is_gone() {
        let (read, write) = nix::unistd::pipe().unwrap();
        let (send, receive) = std::sync::mpsc::channel();
        std::thread::spawn(move || send.send(is_left(&write)));
        assert!(receive.recv_timeout(Duration::from_millis(100)).is_err(), "it is read");
        drop(read);
        assert_eq!(receive.recv_timeout(Duration::from_secs(10)), Ok(true));
    }
}
