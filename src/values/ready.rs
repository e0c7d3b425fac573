//! `Ready`: one thing that tells that a container is ready, for `--ready`.

use super::nearest::{unknown, unknown_in};
use super::record::{fields, join};
use super::{Offer, Protocol, SecretNames, Value, ValueError};
use regex_lite::Regex;

/// The kinds, as they stand before the colon.
const KINDS: [&str; 8] = ["tcp", "udp", "http", "log", "nats", "etcd", "health", "command"];

/// One thing that tells that a container is ready.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Ready {
    /// A TCP socket of its network listens on the port.
    Tcp(u16),
    /// A UDP socket of its network is bound to the port.
    Udp(u16),
    /// A web server answers.
    Http(HttpReady),
    /// What it has written holds a match.
    Log(Pattern),
    /// NATS answers on the port.
    Nats(u16),
    /// etcd answers on the port, and says that it is healthy.
    Etcd(u16),
    /// Its health check says that it is healthy.
    Health,
    /// A command of its own shell's, run in it, ends with 0.
    Command(String),
}

impl Ready {
    /// The port that has to be open, where one has.
    #[must_use]
    pub fn port(&self) -> Option<(Protocol, u16)> {
        match self {
            Self::Udp(port) => Some((Protocol::Udp, *port)),
            Self::Tcp(port) | Self::Nats(port) | Self::Etcd(port) => Some((Protocol::Tcp, *port)),
            Self::Http(http) => Some((Protocol::Tcp, http.port)),
            Self::Log(_) | Self::Health | Self::Command(_) => None,
        }
    }

    /// The same asked of another port; none where no port is asked.
    #[must_use]
    pub fn at(&self, port: u16) -> Option<Self> {
        match self {
            Self::Udp(_) => Some(Self::Udp(port)),
            Self::Tcp(_) => Some(Self::Tcp(port)),
            Self::Nats(_) => Some(Self::Nats(port)),
            Self::Etcd(_) => Some(Self::Etcd(port)),
            Self::Http(http) => Some(Self::Http(HttpReady { port, ..http.clone() })),
            Self::Log(_) | Self::Health | Self::Command(_) => None,
        }
    }
}

/// What a web server is asked for, and has to answer.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct HttpReady {
    /// Its port.
    pub port: u16,
    /// What is asked for: `/health`.
    pub path: String,
    /// The status; any from 200 to 399 where none is said.
    pub status: Option<u16>,
    /// What the body has to hold.
    pub body: Option<String>,
}

/// A regular expression, in which `^` and `$` are the ends of a line.
#[derive(Debug, Clone)]
pub struct Pattern(Regex);

impl Pattern {
    /// Whether a line holds a match.
    #[must_use]
    pub fn is_in(&self, line: &str) -> bool {
        self.0.is_match(line)
    }

    /// Whether it asks for the end of a line: then half a line has none.
    #[must_use]
    pub fn needs_end(&self) -> bool {
        self.0.as_str().ends_with('$')
    }
}

impl PartialEq for Pattern {
    fn eq(&self, other: &Self) -> bool {
        self.0.as_str() == other.0.as_str()
    }
}

impl Eq for Pattern {}

impl Value for Ready {
    const FORM: &'static str = "(tcp|udp|nats|etcd):PORT|http:PORT[/PATH]|log:REGEX|command:LINE|health";
    const OFFER: Offer =
        Offer::Words(&["tcp:", "udp:", "http:", "log:", "nats:", "etcd:", "health", "command:"]);

    fn parse(word: &str) -> Result<Self, ValueError> {
        let (kind, rest) = word.split_once(':').map_or((word, None), |(kind, rest)| (kind, Some(rest)));
        let said = |what: &str| {
            let missing = || ValueError::new(format!("{kind} needs {what} behind a colon"));
            rest.filter(|rest| !rest.trim().is_empty()).ok_or_else(missing)
        };
        match kind {
            "tcp" => Ok(Self::Tcp(port(said("a port")?)?)),
            "udp" => Ok(Self::Udp(port(said("a port")?)?)),
            "nats" => Ok(Self::Nats(port(said("a port")?)?)),
            "etcd" => Ok(Self::Etcd(port(said("a port")?)?)),
            "http" => HttpReady::parse(said("a port")?).map(Self::Http),
            "log" if word.contains('\n') => Err(ValueError::new("a pattern is looked for in one line")),
            "log" => {
                let regex = Regex::new(said("a pattern")?);
                let wrong = |error| ValueError::new(format!("the pattern is none: {error}"));
                Ok(Self::Log(Pattern(regex.map_err(wrong)?)))
            }
            "command" => Ok(Self::Command(said("a line for the container's shell")?.to_owned())),
            "health" if rest.is_none() => Ok(Self::Health),
            "health" => Err(ValueError::new("health takes nothing behind it").suggest("health")),
            "https" => {
                Err(ValueError::new("what speaks TLS is asked by a command: command:curl -fsk https://..."))
            }
            _ => Err(unknown_in("nothing tells that way that a container is ready", kind, word, KINDS)),
        }
    }

    fn word(&self) -> String {
        match self {
            Self::Tcp(port) => format!("tcp:{port}"),
            Self::Udp(port) => format!("udp:{port}"),
            Self::Http(http) => format!("http:{}", http.word()),
            Self::Log(pattern) => format!("log:{}", pattern.0.as_str()),
            Self::Nats(port) => format!("nats:{port}"),
            Self::Etcd(port) => format!("etcd:{port}"),
            Self::Health => "health".to_owned(),
            Self::Command(line) => format!("command:{line}"),
        }
    }

    fn shown(&self, names: &SecretNames) -> String {
        match self {
            Self::Command(line) => format!("command:{}", names.without_secrets_in(line)),
            Self::Tcp(_)
            | Self::Udp(_)
            | Self::Http(_)
            | Self::Log(_)
            | Self::Nats(_)
            | Self::Etcd(_)
            | Self::Health => names.without_url_passwords(&self.word()),
        }
    }
}

impl HttpReady {
    fn parse(word: &str) -> Result<Self, ValueError> {
        let mut fields = fields(word)?.into_iter();
        let place = fields.next().unwrap_or_default();
        let (number, path) = place.split_at(place.find('/').unwrap_or(place.len()));
        let path = if path.is_empty() { "/" } else { path };
        let is_plain = path.bytes().all(|byte| byte.is_ascii_graphic() && byte != b'#');
        if !is_plain {
            return Err(ValueError::new("the path holds letters that no request has: write them as %20"));
        }
        let mut http = Self { port: port(number)?, path: path.to_owned(), status: None, body: None };
        for field in fields {
            match field.split_once('=') {
                Some(("status", code)) if http.status.is_none() => http.status = Some(status(code)?),
                Some(("body", text)) if http.body.is_none() && !text.is_empty() => {
                    http.body = Some(text.to_owned());
                }
                Some((key @ ("status" | "body"), _)) => {
                    return Err(ValueError::new(format!("{key} is said twice, or empty")));
                }
                Some((key, _)) => {
                    return Err(unknown(
                        "beside the path there are status and body",
                        key,
                        ["status", "body"],
                    ));
                }
                None => return Err(ValueError::new("a field is neither status=CODE nor body=TEXT")),
            }
        }
        Ok(http)
    }

    fn word(&self) -> String {
        let place =
            if self.path == "/" { self.port.to_string() } else { format!("{}{}", self.port, self.path) };
        let status = self.status.map(|status| format!("status={status}"));
        let body = self.body.as_ref().map(|body| format!("body={body}"));
        join(&[Some(place), status, body].into_iter().flatten().collect::<Vec<_>>())
    }
}

fn port(word: &str) -> Result<u16, ValueError> {
    let is_number = word.bytes().all(|byte| byte.is_ascii_digit());
    match word.parse() {
        Ok(port) if port > 0 && is_number => Ok(port),
        _ => Err(ValueError::new("the port is no number from 1 to 65535")),
    }
}

fn status(word: &str) -> Result<u16, ValueError> {
    match word.parse() {
        Ok(status @ 100..=599) if word.len() == 3 => Ok(status),
        _ => Err(ValueError::new("the status is no number from 100 to 599")),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::values::testing::{reads, refuses};

    #[test]
    fn words_are_read_and_written() {
        reads::<Ready>(&[
            ("tcp:8000", "tcp:8000"),
            ("udp:9999", "udp:9999"),
            ("nats:4222", "nats:4222"),
            ("etcd:2379", "etcd:2379"),
            ("health", "health"),
            ("http:8000", "http:8000"),
            ("http:8000/", "http:8000"),
            ("http:8000/health?full=1", "http:8000/health?full=1"),
            ("http:8000/health,status=204", "http:8000/health,status=204"),
            (
                "http:2379/health,\"body=\"\"health\"\":\"\"true\"\"\"",
                "http:2379/health,\"body=\"\"health\"\":\"\"true\"\"\"",
            ),
            ("http:80,body=a=b,status=200", "http:80,status=200,body=a=b"),
            ("log:listening on .*:8000", "log:listening on .*:8000"),
            ("log:a,b", "log:a,b"),
            ("command:pg_isready -h localhost", "command:pg_isready -h localhost"),
        ]);
    }

    #[test]
    fn what_is_wrong_is_said() {
        refuses::<Ready>(&[
            ("", "nothing tells that way that a container is ready"),
            ("tpc:80", "nothing tells that way that a container is ready -> tcp:80"),
            ("htpp:80/x", "nothing tells that way that a container is ready -> http:80/x"),
            ("tcp", "tcp needs a port behind a colon"),
            ("tcp:", "tcp needs a port behind a colon"),
            ("tcp:0", "the port is no number from 1 to 65535"),
            ("udp:+9", "the port is no number from 1 to 65535"),
            ("nats:65536", "the port is no number from 1 to 65535"),
            ("http:/health", "the port is no number from 1 to 65535"),
            ("http:80/a b", "the path holds letters that no request has: write them as %20"),
            ("http:80,status=20", "the status is no number from 100 to 599"),
            ("http:80,status=200,status=200", "status is said twice, or empty"),
            ("http:80,body=", "body is said twice, or empty"),
            ("http:80,stauts=200", "beside the path there are status and body -> status"),
            ("http:80,x", "a field is neither status=CODE nor body=TEXT"),
            ("https:443", "what speaks TLS is asked by a command: command:curl -fsk https://..."),
            ("health:yes", "health takes nothing behind it -> health"),
            ("command:  ", "command needs a line for the container's shell behind a colon"),
            ("log:a\nb", "a pattern is looked for in one line"),
            ("command:", "command needs a line for the container's shell behind a colon"),
        ]);
        let error = Ready::parse("log:(").unwrap_err();
        assert!(error.problem.starts_with("the pattern is none: "), "{}", error.problem);
    }
}
