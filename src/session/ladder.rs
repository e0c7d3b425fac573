//! What a signal to dynrun means for the container: a small pure machine. SIGINT climbs a ladder; SIGTERM and
//! SIGHUP start the grace at once; any other is passed on. Where none is to be passed on, SIGINT leaves the container to
//! itself, SIGTERM and SIGHUP ask it to end, as nothing else may leave it behind, and any other does nothing.

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
    /// Leave the container to itself.
    Detach,
}

/// How often SIGINT came, and whether signals are passed on.
#[derive(Debug)]
pub(super) struct Ladder {
    interrupts: u32,
    passes_on: bool,
}

impl Ladder {
    /// A ladder that nobody has climbed yet.
    pub(super) fn new(passes_on: bool) -> Self {
        Self { interrupts: 0, passes_on }
    }

    /// Takes a signal's number.
    pub(super) fn climb(&mut self, signal: i32) -> Vec<Action> {
        let Ok(signal) = Signal::try_from(signal) else { return Vec::new() };
        match signal {
            Signal::SIGINT if !self.passes_on => vec![Action::Detach],
            Signal::SIGTERM | Signal::SIGHUP if !self.passes_on => vec![Action::Stop],
            _ if !self.passes_on => Vec::new(),
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
        climbed_by(Ladder::new(true), signals)
    }

    fn climbed_by(mut ladder: Ladder, signals: &[Signal]) -> Vec<Action> {
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

    #[test]
    fn what_is_not_passed_on_detaches_or_ends() {
        use Action::{Detach, Stop};
        let climbed = |signals: &[Signal]| climbed_by(Ladder::new(false), signals);
        assert_eq!(climbed(&[Signal::SIGINT]), [Detach]);
        assert_eq!(climbed(&[Signal::SIGTERM, Signal::SIGHUP]), [Stop, Stop]);
        assert_eq!(climbed(&[Signal::SIGQUIT, Signal::SIGUSR1, Signal::SIGUSR2]), []);
    }
}
