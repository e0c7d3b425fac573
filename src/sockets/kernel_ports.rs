//! `KernelPorts`: which ports the kernel gives to outgoing connections, which it holds back from that, and from which on
//! every user may open them.

use crate::values::{Expose, PortRange, Value as _};
use std::fs;

/// Ports below this one need a right, where the kernel does not say otherwise.
const UNPRIVILEGED: u16 = 1024;

/// What the kernel makes of ports in this process's own network.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct KernelPorts {
    /// Those that outgoing connections are given.
    pub ephemeral: Option<PortRange>,
    /// Those that they are not given all the same.
    pub reserved: Vec<PortRange>,
    /// The first that needs no right.
    pub unprivileged: u16,
}

impl KernelPorts {
    /// Asks the kernel. What it does not say is nothing.
    #[must_use]
    pub fn read() -> Self {
        let said = |name: &str| fs::read_to_string(format!("/proc/sys/net/ipv4/{name}")).unwrap_or_default();
        Self::parse(
            &said("ip_local_port_range"),
            &said("ip_local_reserved_ports"),
            &said("ip_unprivileged_port_start"),
        )
    }

    fn parse(ephemeral: &str, reserved: &str, unprivileged: &str) -> Self {
        let range = |word: &str| Expose::parse(word.trim()).ok().map(|expose| expose.range);
        let ephemeral = ephemeral.split_whitespace().collect::<Vec<_>>().join("-");
        Self {
            ephemeral: range(&ephemeral),
            reserved: reserved.split(',').filter_map(range).collect(),
            unprivileged: unprivileged.trim().parse().unwrap_or(UNPRIVILEGED),
        }
    }

    /// Whether a port is held back from the kernel's own choice.
    #[must_use]
    pub fn is_reserved(&self, port: u16) -> bool {
        self.reserved.iter().any(|range| range.contains(port))
    }

    /// Whether an outgoing connection may be given a port.
    #[must_use]
    pub fn is_ephemeral(&self, port: u16) -> bool {
        self.ephemeral.is_some_and(|range| range.contains(port)) && !self.is_reserved(port)
    }

    /// Whether a port may be chosen in the place of another: none that connections are given or that somebody had held
    /// back, unless the other is such a one itself.
    #[must_use]
    pub fn may_replace(&self, port: u16, other: u16) -> bool {
        (!self.is_ephemeral(port) || self.is_ephemeral(other))
            && (!self.is_reserved(port) || self.is_reserved(other))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_the_kernel_says_is_read() {
        let ports = KernelPorts::parse("32768\t60999\n", "8080,9148-9150,40000\n", "1024\n");
        assert_eq!(ports.ephemeral, Some(PortRange { start: 32768, end: 60999 }));
        let ranges =
            [PortRange::single(8080), PortRange { start: 9148, end: 9150 }, PortRange::single(40000)];
        assert_eq!((ports.reserved.as_slice(), ports.unprivileged), (&ranges[..], 1024));
        for (port, is_ephemeral, is_reserved) in
            [(32767, false, false), (32768, true, false), (40000, false, true), (9149, false, true)]
        {
            assert_eq!(
                (ports.is_ephemeral(port), ports.is_reserved(port)),
                (is_ephemeral, is_reserved),
                "{port}"
            );
        }
        for (port, other, may) in [
            (8001, 8000, true),
            (8080, 8000, false),
            (9150, 9149, true),
            (32768, 32767, false),
            (32769, 32768, true),
            (40000, 39999, false),
        ] {
            assert_eq!(ports.may_replace(port, other), may, "{port} for {other}");
        }
    }

    #[test]
    fn what_it_does_not_say_is_nothing() {
        let ports = KernelPorts::parse("", "\n", "0");
        assert_eq!((ports.ephemeral, ports.reserved.len(), ports.unprivileged), (None, 0, 0));
        assert_eq!(KernelPorts::parse("", "", "").unprivileged, 1024);
    }
}
