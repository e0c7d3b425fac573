//! A file that another program may still be writing, such as a pipe: read to its end, or for as long as patience lasts.

use nix::errno::Errno;
use nix::poll::{PollFd, PollFlags, PollTimeout, poll};
use std::fs::File;
use std::io::{self, ErrorKind, Read as _};
use std::os::fd::AsFd as _;
use std::time::{Duration, Instant};

/// Reads all of a file that `open` opened; of one that is larger, a byte more than the most.
///
/// # Errors
/// It cannot be read, or was not written to its end in that time.
pub fn read_in_time(mut file: &File, most: usize, patience: Duration) -> io::Result<Vec<u8>> {
    let until = Instant::now() + patience;
    let (mut bytes, mut buffer) = (Vec::new(), [0; 64 << 10]);
    while bytes.len() <= most {
        if !is_ready(file, until.saturating_duration_since(Instant::now()))? {
            let why = format!("nobody has written it to its end within {} s", patience.as_secs());
            return Err(io::Error::new(ErrorKind::TimedOut, why));
        }
        match file.read(&mut buffer) {
            Ok(0) => break,
            Ok(read) => bytes.extend_from_slice(&buffer[..read]),
            Err(error) if [ErrorKind::WouldBlock, ErrorKind::Interrupted].contains(&error.kind()) => {}
            Err(error) => return Err(error),
        }
    }
    bytes.truncate(most + 1);
    Ok(bytes)
}

/// Whether there is something to read, or an end. Of a pipe that nobody has opened for writing yet, there is neither.
fn is_ready(file: &File, patience: Duration) -> io::Result<bool> {
    let mut waited = [PollFd::new(file.as_fd(), PollFlags::POLLIN)];
    match poll(&mut waited, PollTimeout::try_from(patience).unwrap_or(PollTimeout::MAX)) {
        Ok(ready) => Ok(ready > 0),
        Err(Errno::EINTR) => Ok(true),
        Err(error) => Err(error.into()),
    }
}

#[cfg(test)]
mod tests {
    use super::read_in_time;
    use crate::host::open;
    use nix::sys::stat::Mode;
    use std::io::{ErrorKind, Write as _};
    use std::thread;
    use std::time::Duration;

    const SHORT: Duration = Duration::from_millis(50);
    const LONG: Duration = Duration::from_secs(20);

    #[test]
    fn a_pipe_that_nobody_writes_to_is_not_waited_for_longer() {
        let folder = tempfile::TempDir::new().unwrap();
        let path = folder.path().join("fifo");
        nix::unistd::mkfifo(&path, Mode::S_IRWXU).unwrap();
        let file = open(&path).unwrap();
        let error = read_in_time(&file, 10, SHORT).unwrap_err();
        assert_eq!(error.kind(), ErrorKind::TimedOut);
        assert_eq!(error.to_string(), "nobody has written it to its end within 0 s");
        // Somebody who writes later is waited for, to the end.
        let writer = thread::spawn(move || {
            thread::sleep(SHORT);
            let mut pipe = std::fs::OpenOptions::new().write(true).open(path).unwrap();
            pipe.write_all(b"A=1").unwrap();
            thread::sleep(SHORT);
            pipe.write_all(b"\nB=2").unwrap();
        });
        assert_eq!(read_in_time(&file, 10, LONG).unwrap(), b"A=1\nB=2");
        writer.join().unwrap();
    }

    #[test]
    fn what_never_ends_is_read_to_its_limit() {
        let zero = open("/dev/zero".as_ref()).unwrap();
        assert_eq!(read_in_time(&zero, 100_000, LONG).unwrap().len(), 100_001);
        let null = open("/dev/null".as_ref()).unwrap();
        assert_eq!(read_in_time(&null, 10, LONG).unwrap(), b"");
    }
}
