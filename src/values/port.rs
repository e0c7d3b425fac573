//! `PortRange` and `Protocol`: what the options about ports are made of.

use std::fmt;

use super::ValueError;
use super::nearest::unknown_in;

/// The protocol of a port.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum Protocol {
    /// TCP, what docker means when none is said.
    Tcp,
    /// UDP.
    Udp,
    /// SCTP. Not every engine can publish it.
    Sctp,
}

impl Protocol {
    /// Reads a protocol in any case.
    ///
    /// # Errors
    /// Refuses anything but `tcp`, `udp` and `sctp`.
    pub fn parse(word: &str) -> Result<Self, ValueError> {
        Self::parse_in(word, word)
    }

    /// Reads a protocol that is a part of a longer word, which a suggestion puts right as a whole.
    pub(super) fn parse_in(part: &str, word: &str) -> Result<Self, ValueError> {
        match part.to_ascii_lowercase().as_str() {
            "tcp" => Ok(Self::Tcp),
            "udp" => Ok(Self::Udp),
            "sctp" => Ok(Self::Sctp),
            _ => Err(unknown_in(
                "the protocol is not one of tcp, udp, sctp",
                part,
                word,
                ["tcp", "udp", "sctp"],
            )),
        }
    }

    /// Its name in a sentence: `UDP`.
    #[must_use]
    pub const fn name(self) -> &'static str {
        match self {
            Self::Tcp => "TCP",
            Self::Udp => "UDP",
            Self::Sctp => "SCTP",
        }
    }
}

impl fmt::Display for Protocol {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::Tcp => "tcp",
            Self::Udp => "udp",
            Self::Sctp => "sctp",
        })
    }
}

/// Ports in a row, both ends included; a single port starts and ends at itself.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct PortRange {
    /// The first port.
    pub start: u16,
    /// The last port, never below the first.
    pub end: u16,
}

#[expect(clippy::len_without_is_empty, reason = "a range holds one port at least")]
impl PortRange {
    /// A range of one port.
    #[must_use]
    pub const fn single(port: u16) -> Self {
        Self { start: port, end: port }
    }

    /// How many ports it holds.
    #[must_use]
    pub fn len(&self) -> usize {
        usize::from(self.end.saturating_sub(self.start)) + 1
    }

    /// Whether it is one port only.
    #[must_use]
    pub fn is_single(&self) -> bool {
        self.start == self.end
    }

    /// Whether the port lies in it.
    #[must_use]
    pub fn contains(&self, port: u16) -> bool {
        (self.start..=self.end).contains(&port)
    }

    /// Its ports, in order.
    pub fn ports(&self) -> impl Iterator<Item = u16> + use<> {
        self.start..=self.end
    }

    /// Reads `PORT` or `PORT-PORT`; `what` names the range in errors: `container`, `host`.
    pub(super) fn parse(word: &str, what: &str) -> Result<Self, ValueError> {
        let Some((first, last)) = word.split_once('-') else {
            return Ok(Self::single(port(word, what)?));
        };
        if last.contains('-') {
            return Err(ValueError::new(format!("the {what} range has more than two ends")));
        }
        let (start, end) = (port(first, what)?, port(last, what)?);
        if start > end {
            return Err(ValueError::new(format!("the {what} range ends before it starts")));
        }
        Ok(Self { start, end })
    }
}

impl fmt::Display for PortRange {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        if self.is_single() { write!(f, "{}", self.start) } else { write!(f, "{}-{}", self.start, self.end) }
    }
}

/// Reads one port: digits only, leading zeros allowed.
fn port(word: &str, what: &str) -> Result<u16, ValueError> {
    if word.is_empty() {
        return Err(ValueError::new(format!("the {what} port is missing")));
    }
    if !word.bytes().all(|byte| byte.is_ascii_digit()) {
        return Err(ValueError::new(format!("the {what} port is not a number")));
    }
    word.parse().map_err(|_| ValueError::new(format!("the {what} port is above 65535")))
}

/// Splits `PORTS[/PROTOCOL]`, a part of the word. A trailing `/` says no protocol, which is TCP.
pub(super) fn with_protocol<'a>(ports: &'a str, word: &str) -> Result<(&'a str, Protocol), ValueError> {
    match ports.split_once('/') {
        None | Some((_, "")) => Ok((ports.strip_suffix('/').unwrap_or(ports), Protocol::Tcp)),
        Some((ports, protocol)) => Ok((ports, Protocol::parse_in(protocol, word)?)),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn both_ends_belong_to_a_range() {
        let range = PortRange { start: 80, end: 82 };
        assert_eq!((range.len(), range.is_single(), range.to_string().as_str()), (3, false, "80-82"));
        assert_eq!(range.ports().collect::<Vec<_>>(), [80, 81, 82]);
        assert!(range.contains(80) && range.contains(82) && !range.contains(79) && !range.contains(83));
        assert_eq!(PortRange { start: 0, end: u16::MAX }.len(), 65536);
        assert_eq!(PortRange::single(80).to_string(), "80");
    }

    #[test]
    fn a_protocol_is_read_in_any_case() {
        for (word, want) in [("tcp", Protocol::Tcp), ("UDP", Protocol::Udp), ("Sctp", Protocol::Sctp)] {
            assert_eq!(Protocol::parse(word), Ok(want));
            assert_eq!(want.to_string(), word.to_lowercase());
        }
    }
}
