//! `Authority`: the host and the port that a text leads to: `nats://user@localhost:4222`, `etcd:2379`, `[::1]:80`.

use std::net::{IpAddr, Ipv4Addr};
use std::ops::Range;

/// What may stand between two of a list.
const SEPARATORS: [char; 4] = [',', ';', ' ', '\t'];

/// What ends the part of a URL that holds its host.
const ENDS: [char; 3] = ['/', '?', '#'];

/// Names of one's own machine, beside everything below `localhost`.
const OWN_NAMES: [&str; 3] = ["localhost", "ip6-localhost", "ip6-loopback"];

/// A host, with its place in the text that names it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Authority<'a> {
    text: &'a str,
    host: Range<usize>,
    port: Option<Range<usize>>,
    /// Whether a scheme stands before it: `nats://`.
    pub is_url: bool,
}

impl<'a> Authority<'a> {
    /// Every host that a text names: a URL, `HOST:PORT`, or a list of them. A name alone is none, an address is.
    #[must_use]
    pub fn all(text: &'a str) -> Vec<Self> {
        parts(text).into_iter().filter_map(|part| Self::read(text, part)).collect()
    }

    fn read(text: &'a str, part: Range<usize>) -> Option<Self> {
        let start = part.end - text[part.clone()].trim_start().len();
        let word = text[part].trim();
        let scheme = scheme(word);
        let behind = scheme.unwrap_or_default();
        let found = authority(&word[behind..]);
        let base = start + behind + found.start;
        let (host, port) = host_and_port(&word[behind..][found])?;
        let is_alone = port.is_none() && scheme.is_none();
        let moved = |range: Range<usize>| base + range.start..base + range.end;
        let read = Self { text, host: moved(host), port: port.map(moved), is_url: scheme.is_some() };
        let is_named = read.ip().is_some() || is_name(read.host());
        let is_host = if is_alone { read.ip().is_some() || read.is_loopback() } else { is_named };
        is_host.then_some(read)
    }

    /// The host, without the brackets of an IPv6 address.
    #[must_use]
    pub fn host(&self) -> &'a str {
        self.text[self.host.clone()].trim_matches(['[', ']'])
    }

    /// The port, where one is said.
    #[must_use]
    pub fn port(&self) -> Option<u16> {
        self.text[self.port.clone()?].parse().ok()
    }

    /// The host's address, where it is none of a name.
    #[must_use]
    pub fn ip(&self) -> Option<IpAddr> {
        let host = self.host().split('%').next().unwrap_or_default();
        let ip: Option<IpAddr> = host.parse().ok();
        ip.map(|ip| ip.to_canonical()).or_else(|| short_loopback(host))
    }

    /// Whether it is the machine's own loopback, by its address or its name.
    #[must_use]
    pub fn is_loopback(&self) -> bool {
        let lower = self.host().trim_end_matches('.').to_ascii_lowercase();
        self.ip().is_some_and(|ip| ip.is_loopback())
            || OWN_NAMES.contains(&lower.as_str())
            || lower.ends_with(".localhost")
    }

    /// Whether it is every address, and so none that can be called: `0.0.0.0`, `::`.
    #[must_use]
    pub fn is_unspecified(&self) -> bool {
        self.ip().is_some_and(|ip| ip.is_unspecified())
    }

    /// Whether it is a name of one word, as containers have.
    #[must_use]
    pub fn is_single_name(&self) -> bool {
        self.ip().is_none() && !self.is_loopback() && !self.host().contains('.')
    }

    /// The whole text with another host in this one's place.
    #[must_use]
    pub fn with_host(&self, host: &str) -> String {
        format!("{}{host}{}", &self.text[..self.host.start], &self.text[self.host.end..])
    }

    /// The whole text with another port in this one's place, where it says one.
    #[must_use]
    pub fn with_port(&self, port: u16) -> Option<String> {
        let place = self.port.clone()?;
        Some(format!("{}{port}{}", &self.text[..place.start], &self.text[place.end..]))
    }
}

/// The words of a list. A password may hold a comma: where there are credentials, a word starts with its scheme.
fn parts(text: &str) -> Vec<Range<usize>> {
    let has_credentials = text.contains('@');
    let (mut parts, mut start) = (Vec::new(), 0);
    for (at, separator) in text.match_indices(SEPARATORS) {
        let next = at + separator.len();
        if !has_credentials || scheme(text[next..].trim_start()).is_some() {
            parts.push(start..at);
            start = next;
        }
    }
    parts.push(start..text.len());
    parts
}

/// The length of `SCHEME://`.
fn scheme(word: &str) -> Option<usize> {
    let at = word.find("://")?;
    let is_scheme = |text: &str| {
        text.starts_with(|first: char| first.is_ascii_alphabetic())
            && text.chars().all(|letter| letter.is_ascii_alphanumeric() || "+-.".contains(letter))
    };
    is_scheme(&word[..at]).then_some(at + "://".len())
}

/// Where host and port stand behind the scheme: after the credentials, before the path. A password may hold a slash:
/// then what stands before it is no port.
fn authority(rest: &str) -> Range<usize> {
    let end_from = |at: usize| rest[at..].find(ENDS).map_or(rest.len(), |end| at + end);
    let end = end_from(0);
    if let Some(at) = rest[..end].rfind('@') {
        return at + 1..end;
    }
    let is_password = |head: &str| {
        head.split_once(':').is_some_and(|(_, port)| !port.bytes().all(|byte| byte.is_ascii_digit()))
    };
    match rest.rfind('@') {
        Some(at) if !rest.starts_with('[') && is_password(&rest[..end]) => at + 1..end_from(at + 1),
        _ => 0..end,
    }
}

/// Host and port of `host:port`, `[::1]:port`, `tcp(host:port)`. What is no number is no port, and the host stays.
fn host_and_port(text: &str) -> Option<(Range<usize>, Option<Range<usize>>)> {
    let wrapped = text.strip_suffix(')').and_then(|inner| inner.find('(').map(|open| open + 1..inner.len()));
    let inner = wrapped.unwrap_or(0..text.len());
    let (from, text) = (inner.start, &text[inner]);
    let host = match (text.starts_with('['), text.find(']'), text.matches(':').count()) {
        (true, Some(close), _) => 0..close + 1,
        (true, None, _) => return None,
        (false, _, 0 | 1) => 0..text.find(':').unwrap_or(text.len()),
        (false, _, _) => 0..text.len(),
    };
    let port = text[host.end..].strip_prefix(':').filter(|port| port.parse::<u16>().is_ok());
    let port = port.map(|port| from + text.len() - port.len()..from + text.len());
    (!host.is_empty()).then_some((from + host.start..from + host.end, port))
}

/// `127.1`, which many programs read as `127.0.0.1`.
fn short_loopback(host: &str) -> Option<IpAddr> {
    let rest = host.strip_prefix("127.")?;
    let is_short = !rest.is_empty() && rest.split('.').all(|part| part.parse::<u16>().is_ok());
    is_short.then_some(IpAddr::V4(Ipv4Addr::LOCALHOST))
}

fn is_name(host: &str) -> bool {
    let is_letter = |letter: char| letter.is_ascii_alphanumeric() || "-._".contains(letter);
    !host.is_empty() && host.chars().all(is_letter)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn shown(text: &str) -> String {
        let all = Authority::all(text).into_iter().map(|one| {
            let kind = match (one.is_loopback(), one.is_unspecified(), one.is_single_name()) {
                (true, _, _) => "loopback",
                (_, true, _) => "every",
                (_, _, true) => "name",
                _ => "other",
            };
            format!("{kind} {} {}", one.host(), one.port().map_or("-".to_owned(), |port| port.to_string()))
        });
        all.collect::<Vec<_>>().join("; ")
    }

    /// B15: the shapes of a URL, each seen for what it is.
    #[test]
    fn a_host_is_found_in_every_shape() {
        for (text, want) in [
            ("localhost:4222", "loopback localhost 4222"),
            ("127.0.0.1:2379", "loopback 127.0.0.1 2379"),
            ("http://127.0.0.1:8742", "loopback 127.0.0.1 8742"),
            ("nats://localhost:4222", "loopback localhost 4222"),
            ("http://localhost", "loopback localhost -"),
            ("HTTP://LocalHost.:80/v1?a=b", "loopback LocalHost. 80"),
            ("[::1]:2379", "loopback ::1 2379"),
            ("http://[::1]:2379/health", "loopback ::1 2379"),
            ("http://[::ffff:127.0.0.1]/", "loopback ::ffff:127.0.0.1 -"),
            ("nats://u:p@127.0.0.1:4222", "loopback 127.0.0.1 4222"),
            ("nats://u:a,b/c@127.3.2.1:4222", "loopback 127.3.2.1 4222"),
            ("mysql://root:password@tcp(localhost:3306)/kine", "loopback localhost 3306"),
            ("nats://h:1,nats://localhost:2", "name h 1; loopback localhost 2"),
            ("etcd:2379, localhost:2380;[::]:1", "name etcd 2379; loopback localhost 2380; every :: 1"),
            ("http://127.1:80", "loopback 127.1 80"),
            ("http://api.localhost:80", "loopback api.localhost 80"),
            ("localhost", "loopback localhost -"),
            ("::1", "loopback ::1 -"),
            ("0.0.0.0:18081", "every 0.0.0.0 18081"),
            ("http://xtrace:8742", "name xtrace 8742"),
            ("http://example.org/?to=a@localhost", "other example.org -"),
            ("http://10.0.0.7:${PORT}/x", "other 10.0.0.7 -"),
            ("http://u:p@host.docker.internal:8742", "other host.docker.internal 8742"),
        ] {
            assert_eq!(shown(text), want, "{text}");
        }
    }

    #[test]
    fn what_leads_nowhere_is_none() {
        for text in [
            "",
            "true",
            "disabled",
            "unix:///run/x.sock",
            "a:b",
            "://",
            "[::1",
            "http://",
            "/localhost",
            "x=y:1",
        ] {
            assert_eq!(shown(text), "", "{text}");
        }
    }

    #[test]
    fn another_host_or_port_takes_its_place() {
        let one = |text| Authority::all(text).remove(0);
        assert_eq!(one("http://u@[::1]:80/x").with_host("h"), "http://u@h:80/x");
        assert_eq!(one("0.0.0.0:80").with_port(81).as_deref(), Some("0.0.0.0:81"));
        assert_eq!(one("http://[::]:80/x").with_port(81).as_deref(), Some("http://[::]:81/x"));
        assert_eq!(one("http://h").with_port(81), None);
    }
}
