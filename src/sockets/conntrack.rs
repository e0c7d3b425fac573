//! Flows of UDP as the kernel tracks them. It leads what a sender sends from the same port to the same place for as long as
//! that goes on, whoever has the place by then.

use super::CannotTell;
use std::net::{IpAddr, SocketAddr};

/// Where the kernel tells of them, to root alone.
const FLOWS: &str = "/proc/net/nf_conntrack";

/// What is sent from one port to one of this machine's.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Flow {
    /// Who sends.
    pub from: SocketAddr,
    /// To where.
    pub to: SocketAddr,
    /// Where it is led.
    pub leads_to: IpAddr,
}

impl Flow {
    /// Whether it is led where it is sent to, to a socket of this machine.
    #[must_use]
    pub fn is_plain(&self) -> bool {
        self.leads_to == self.to.ip()
    }
}

/// The flows of UDP to a port.
///
/// # Errors
/// The kernel does not tell, or not whoever asks.
pub fn flows(port: u16) -> Result<Vec<Flow>, CannotTell> {
    let text = std::fs::read_to_string(FLOWS);
    let text = text.map_err(|error| CannotTell(format!("{FLOWS} cannot be read: {error}")))?;
    Ok(text.lines().filter_map(parse).filter(|flow| flow.to.port() == port).collect())
}

/// Reads a line: what is sent comes first, and then what would be answered.
fn parse(line: &str) -> Option<Flow> {
    if line.split_whitespace().nth(2) != Some("udp") {
        return None;
    }
    let word = |name: &str, nth: usize| {
        let words = line.split_whitespace().filter_map(|word| word.strip_prefix(name)?.strip_prefix('='));
        words.clone().nth(nth)
    };
    let address = |name: &str| word(name, 0)?.parse::<IpAddr>().ok();
    let port = |name: &str| word(name, 0)?.parse::<u16>().ok();
    Some(Flow {
        from: SocketAddr::new(address("src")?, port("sport")?),
        to: SocketAddr::new(address("dst")?, port("dport")?),
        leads_to: word("src", 1)?.parse().ok()?,
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_flow_is_led_where_its_answers_would_come_from() {
        let plain = "ipv4     2 udp      17 29 src=10.0.0.7 dst=10.0.0.1 sport=40001 dport=9999 [UNREPLIED] \
                     src=10.0.0.1 dst=10.0.0.7 sport=9999 dport=40001 mark=0 zone=0 use=2";
        let led = "ipv4     2 udp      17 119 src=10.0.0.7 dst=10.0.0.1 sport=40001 dport=9999 src=172.17.0.2 \
                   dst=10.0.0.7 sport=9999 dport=40001 [ASSURED] mark=0 zone=0 use=2";
        let six = "ipv6     10 udp      17 29 src=fd00::7 dst=fd00::1 sport=1 dport=9999 src=fd00::1 dst=fd00::7 \
                   sport=9999 dport=1 mark=0 use=2";
        for (line, from, leads_to, is_plain) in [
            (plain, "10.0.0.7:40001", "10.0.0.1", true),
            (led, "10.0.0.7:40001", "172.17.0.2", false),
            (six, "[fd00::7]:1", "fd00::1", true),
        ] {
            let flow = parse(line).expect(line);
            assert_eq!((flow.from.to_string().as_str(), flow.to.port()), (from, 9999));
            assert_eq!((flow.leads_to.to_string().as_str(), flow.is_plain()), (leads_to, is_plain));
        }
        for other in ["", "udp", &plain.replace("udp ", "tcp "), "ipv4 2 udp 17 29 src=10.0.0.7 dst=10.0.0.1"]
        {
            assert_eq!(parse(other), None, "{other}");
        }
    }
}
