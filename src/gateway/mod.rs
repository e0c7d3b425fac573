//! The built-in state gateway: UDP datagrams of ELRAR's protocol into the latest states of the engines.
//! One thread receives, one writes the log, so that a slow disk costs no datagram. Stdout carries one JSON object
//! a line: what it listens on, then a [`Report`] on SIGUSR1 and at the end. Messages go to stderr.

mod log;
mod settings;
mod socket;
mod state;
#[cfg(test)]
mod tests;

pub use settings::{DEFAULT_STALE_THRESHOLD_MS, Mode, SettingError, Settings};
pub use state::{Counters, EngineReport, Report, ReportKind, State};
pub use state::{MAX_DATAGRAM, MAX_ENGINES, MAX_HISTORY, MAX_NAME};

use std::io::{self, Write};
use std::os::fd::AsFd;
use std::path::Path;
use std::time::{Duration, Instant, SystemTime};

use nix::poll::{PollFd, PollFlags, poll};
use nix::sys::signal::{SigSet, Signal};
use nix::sys::signalfd::{SfdFlags, SignalFd};

/// Batches that a report takes first, at most: more than the receive buffer holds, yet not all of a flood.
const DRAIN: usize = 512;

/// Why the gateway could not start, or had to stop; the source of a taken port is of kind `AddrInUse`.
#[derive(Debug, thiserror::Error)]
#[error("cannot {operation}: {source}")]
pub struct GatewayError {
    operation: String,
    source: io::Error,
}

fn on(operation: impl Into<String>) -> impl FnOnce(io::Error) -> GatewayError {
    move |source| GatewayError { operation: operation.into(), source }
}

/// Serves until SIGTERM or SIGINT, which is `Ok`; SIGUSR1 asks for a report. The three signals stay blocked in the
/// calling thread, which must be the process's only one.
///
/// # Errors
/// The port is taken, the address or the log cannot be opened, the system refuses a call. A log that fails later,
/// or a closed stdout, is said on `err` and stops nothing.
pub fn serve(settings: &Settings, out: &mut dyn Write, err: &mut dyn Write) -> Result<(), GatewayError> {
    let signals = block_signals().map_err(on("listen to signals"))?;
    let bound = socket::Socket::bind(settings.address, settings.mode);
    let (socket, address, buffer) = bound.map_err(on(format!("bind UDP {}", settings.address)))?;
    let to_open = |path: &Path| on(format!("open the log {}", path.display()));
    let log = settings.log.as_deref().map(|path| log::Log::open(path).map_err(to_open(path)));
    let stale_after = Duration::from_millis(settings.stale_threshold_ms);
    let (engines, counters) = Default::default();
    let mut gateway = Gateway { socket, stale_after, engines, counters, log: log.transpose()?, out, err };
    if let Some(address) = &settings.ignored_bind_address {
        gateway
            .say(&format!("VLLM_STATE_GATEWAY_BIND_ADDRESS={address:?} is ignored: broadcast binds 0.0.0.0"));
    }
    gateway.print(&serde_json::json!({
        "listening": address, "mode": settings.mode, "receive_buffer": buffer,
        "stale_threshold_ms": settings.stale_threshold_ms, "log": settings.log,
    }));
    gateway.run(&signals).map_err(on("receive datagrams"))
}

/// Into a descriptor, which works for PID 1, too: the kernel spares it a signal's default course.
fn block_signals() -> io::Result<SignalFd> {
    let mask: SigSet = [Signal::SIGTERM, Signal::SIGINT, Signal::SIGUSR1].into_iter().collect();
    mask.thread_block()?;
    Ok(SignalFd::with_flags(&mask, SfdFlags::SFD_CLOEXEC | SfdFlags::SFD_NONBLOCK)?)
}

/// A gateway that listens.
struct Gateway<'a> {
    socket: socket::Socket,
    stale_after: Duration,
    engines: state::Engines,
    counters: Counters,
    log: Option<log::Log>,
    out: &'a mut dyn Write,
    err: &'a mut dyn Write,
}

impl Gateway<'_> {
    fn run(&mut self, signals: &SignalFd) -> io::Result<()> {
        loop {
            let mut ready =
                [self.socket.udp.as_fd(), signals.as_fd()].map(|fd| PollFd::new(fd, PollFlags::POLLIN));
            // The timeout is for lines that wait for the log.
            poll(&mut ready, 250_u8)
                .or_else(|error| if error == nix::Error::EINTR { Ok(0) } else { Err(error) })?;
            self.receive()?;
            match signals.read_signal()?.map(|signal| signal.ssi_signo) {
                None => {}
                Some(number) if number == Signal::SIGUSR1 as u32 => self.report(ReportKind::Signal)?,
                Some(_) => return self.report(ReportKind::End),
            }
        }
    }

    /// Takes what waits in the socket, a batch at most; answers how many datagrams that were.
    fn receive(&mut self) -> io::Result<usize> {
        let (now, wall) = (Instant::now(), SystemTime::now());
        let received_ms = wall.duration_since(SystemTime::UNIX_EPOCH).map_or(0, |since| since.as_millis());
        let Self { socket, engines, counters, log, .. } = self;
        let count = socket.receive(|datagram| {
            counters.received += 1;
            match state::read(datagram) {
                Ok((state, text)) => {
                    counters.valid += 1;
                    counters.engines_refused += u64::from(!engines.record(state, now));
                    log.iter_mut().for_each(|log| log.append(text, received_ms));
                }
                Err(counter) => *counter(counters) += 1,
            }
        })?;
        let error = log.as_mut().and_then(|log| log.tend(now));
        error.iter().for_each(|error| self.say(&format!("the log stops: {error}")));
        Ok(count)
    }

    /// Prints a report on all that had come when it was asked for; the last one waits for the log, too.
    fn report(&mut self, report: ReportKind) -> io::Result<()> {
        let mut batches = 0..DRAIN;
        while batches.next().is_some() && self.receive()? > 0 {}
        if let Some(log) = &mut self.log {
            let error = if report == ReportKind::End { log.close() } else { None };
            (self.counters.log_lines, self.counters.log_lost) = log.counts();
            error.iter().for_each(|error| self.say(&format!("the log stops: {error}")));
        }
        self.counters.kernel_dropped = self.socket.kernel_dropped();
        let engines = self.engines.report(Instant::now(), self.stale_after);
        self.print(&Report { report, counters: self.counters, engines });
        Ok(())
    }

    fn print(&mut self, value: &impl serde::Serialize) {
        let line = serde_json::to_string(value).map_err(io::Error::from);
        let written = line.and_then(|line| writeln!(self.out, "{line}")).and_then(|()| self.out.flush());
        written.err().iter().for_each(|error| self.say(&format!("cannot write to stdout: {error}")));
    }

    /// A message that cannot be written has nowhere else to go.
    fn say(&mut self, message: &str) {
        let _ = writeln!(self.err, "state-gateway: {message}");
    }
}
