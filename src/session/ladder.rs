//! What a signal to dynrun means for the container: a small pure machine. SIGINT climbs a ladder; SIGTERM and
//! SIGHUP start the grace at once; any other is passed on.

use nix::sys::signal::Signal;
use std::time::Duration;

/// How long a container may take to end after it was asked to, where nobody said: docker's own default.
pub(super) const GRACE: Duration = Duration::from_secs(10);

/// The signal that asks a container to end, where nobody said: docker's own default.
pub(super) const ASK: &str = "SIGTERM";

/// What to do.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Action {
    /// Pass the signal on.
    Forward(&'static str),
    /// Kill when the grace is over.
    Grace,
    /// Ask the container to end, and kill it when the grace is over.
    Stop,
    /// Kill now.
    Kill,
}

/// How often SIGINT came.
#[derive(Debug, Default)]
pub(super) struct Ladder {
    interrupts: u32,
}

impl Ladder {
    /// Takes a signal's number.
    pub(super) fn climb(&mut self, signal: i32) -> Vec<Action> {
        let Ok(signal) = Signal::try_from(signal) else { return Vec::new() };
        match signal {
            Signal::SIGINT => {
                self.interrupts += 1;
                match self.interrupts {
                    1 => vec![Action::Forward(signal.as_str())],
                    2 => vec![Action::Stop],
                    _ => vec![Action::Kill],
                }
            }
            Signal::SIGTERM | Signal::SIGHUP => vec![Action::Forward(signal.as_str()), Action::Grace],
            other => vec![Action::Forward(other.as_str())],
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn climbed(signals: &[Signal]) -> Vec<Action> {
        let mut ladder = Ladder::default();
        signals.iter().flat_map(|signal| ladder.climb(*signal as i32)).collect()
    }

    #[test]
    fn interrupts_climb() {
        use Action::{Forward, Kill, Stop};
        assert_eq!(climbed(&[Signal::SIGINT; 4]), [Forward("SIGINT"), Stop, Kill, Kill]);
    }

    #[test]
    fn term_and_hangup_start_the_grace() {
        use Action::{Forward, Grace};
        assert_eq!(climbed(&[Signal::SIGTERM]), [Forward("SIGTERM"), Grace]);
        assert_eq!(climbed(&[Signal::SIGHUP]), [Forward("SIGHUP"), Grace]);
        assert_eq!(climbed(&[Signal::SIGUSR1]), [Forward("SIGUSR1")]);
    }
}
