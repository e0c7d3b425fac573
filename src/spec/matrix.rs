//! The matrix: what an option means in which kind of network, and what becomes of one that means nothing there. The
//! code's only source for it.

use super::{asked, is_habit};
use crate::config::{Layer, Setting};
use crate::finding::{Code, Finding, Findings, Origin};
use crate::values::{Network, Value};
use std::net::IpAddr;

/// The kinds of networks, in the order of the matrix's columns.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Mode {
    /// The host's own.
    Host,
    /// The engine's default bridge.
    Bridge,
    /// None but loopback.
    None,
    /// Another container's.
    Container,
    /// One that somebody created.
    Own,
}

impl Mode {
    /// The kind of a network.
    #[must_use]
    pub fn of(network: &Network) -> Self {
        match network {
            Network::Host => Self::Host,
            Network::Bridge | Network::Default => Self::Bridge,
            Network::None => Self::None,
            Network::Container(_) => Self::Container,
            Network::Own(_) => Self::Own,
        }
    }
}

/// Every mode, in the order of the matrix's columns.
pub const MODES: [Mode; 5] = [Mode::Host, Mode::Bridge, Mode::None, Mode::Container, Mode::Own];

/// What an option means in a mode.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Verdict {
    /// What docker means by it.
    Yes,
    /// It would do nothing, or the engine would refuse it: refused.
    Refused,
    /// There is nothing to do, and nothing wrong.
    Nothing,
    /// Refused, unless host port and container port are one: then it is left out, and that is said.
    SamePort,
}

/// One line of the matrix.
#[derive(Debug)]
pub struct Rule {
    /// The options that it decides.
    pub options: &'static [&'static str],
    /// Its verdict in each mode, in the order of `MODES`.
    pub verdicts: [Verdict; 5],
}

use Verdict::{Nothing, Refused, SamePort, Yes};

/// What an option means in which network. Columns: host, bridge, none, container:X, own network.
pub const MATRIX: &[Rule] = &[
    Rule { options: &["publish"], verdicts: [SamePort, Yes, Refused, Refused, Yes] },
    Rule { options: &["publish-service", "publish-all"], verdicts: [Nothing, Yes, Refused, Refused, Yes] },
    Rule { options: &["expose"], verdicts: [Yes, Yes, Yes, Refused, Yes] },
    Rule { options: &["link", "mac-address"], verdicts: [Refused, Yes, Refused, Refused, Yes] },
    Rule { options: &["hostname", "domainname"], verdicts: [Yes, Yes, Yes, Refused, Yes] },
    Rule {
        options: &["dns", "dns-option", "dns-search", "add-host"],
        verdicts: [Yes, Yes, Refused, Refused, Yes],
    },
    Rule {
        options: &["ip", "ip6", "link-local-ip", "network-alias"],
        verdicts: [Refused, Refused, Refused, Refused, Yes],
    },
    Rule { options: &[SEVERAL], verdicts: [Refused, Refused, Refused, Refused, Yes] },
];

/// The line of the matrix for more than one `--network`.
const SEVERAL: &str = "several networks";

/// Where the network was said: its word and origin.
type Where<'a> = Option<&'a (String, Origin)>;

/// Applies one line of the matrix: what it refuses is a finding, what it ignores is taken out of the options.
pub(super) fn apply(
    rule: &Rule,
    mode: Mode,
    network: Where<'_>,
    options: &mut Layer,
    findings: &mut Findings,
) {
    let column = MODES.iter().position(|other| *other == mode).unwrap_or_default();
    match rule.verdicts[column] {
        Verdict::Yes => {}
        Verdict::Nothing => clear(rule, options),
        Verdict::SamePort => same_port(network, options, findings),
        Verdict::Refused => refuse(rule, mode, network, options, findings),
    }
}

fn clear(rule: &Rule, options: &mut Layer) {
    for row in rule.options.iter().filter_map(|name| crate::config::row(name)) {
        (row.slots.clear)(options);
    }
}

/// Refuses what somebody said; what only dynrun's own files say is left out, and that is said.
fn refuse(rule: &Rule, mode: Mode, network: Where<'_>, options: &mut Layer, findings: &mut Findings) {
    for row in rule.options.iter().filter_map(|name| crate::config::row(name)) {
        let said = (row.slots.said)(options, &crate::values::SecretNames::default());
        // The engine itself refuses ports beside another container's network.
        let is_left_out =
            row.name == "publish" && mode != Mode::Container && options.allow_dead_publish.is_on();
        for said in said.iter().filter(|said| said.text != "false" && !is_habit(&said.origin)) {
            let message = format!("--{} {}", row.name, why_refused(row.name, mode));
            let finding = match is_left_out {
                true => left_out(&said.text, why_refused(row.name, mode)),
                false => Finding::error(code(row.name), message),
            };
            let finding = finding.asked(row.asked(&said.text, &said.origin), &said.origin);
            findings.push(with_network(finding, network).help(what_then(row.name, mode)));
        }
        let is_unsaid = said.iter().any(|said| said.text != "false" && is_habit(&said.origin));
        if is_left_out || is_unsaid {
            (row.slots.clear)(options);
        }
    }
}

/// The warning for a port that is left out, because the caller allows that.
fn left_out(word: &str, why: &str) -> Finding {
    Finding::warning(Code::DeadPublish, format!("{word} is left out: publishing {why}"))
}

fn code(option: &str) -> Code {
    if option.starts_with("publish") { Code::DeadPublish } else { Code::NetworkOption }
}

fn with_network(finding: Finding, network: Where<'_>) -> Finding {
    match network {
        Some((word, origin)) => finding.asked(asked("network", word, origin), origin),
        None => finding,
    }
}

fn why_refused(option: &str, mode: Mode) -> &'static str {
    let publishes = option.starts_with("publish");
    match mode {
        Mode::Host if publishes => "does nothing in host mode: the container's ports are the host's",
        Mode::None if publishes => "does nothing without a network: there is no address to forward to",
        Mode::Container if publishes => "belongs to the container whose network is shared",
        Mode::Host => "has no meaning in host mode: the container has no network of its own",
        Mode::Bridge => "needs a network that you created: the default bridge has no such thing",
        Mode::None => "has no meaning without a network",
        Mode::Container => "belongs to the container whose network is shared",
        Mode::Own => "has no meaning in this network",
    }
}

fn what_then(option: &str, mode: Mode) -> &'static str {
    let publishes = option.starts_with("publish");
    match mode {
        Mode::Host if publishes => {
            "leave it out, or give the container a network of its own: --network bridge"
        }
        Mode::None if publishes => "leave it out, or give the container a network: --network bridge",
        Mode::Container => "say it where that container is launched",
        Mode::Host | Mode::Bridge => {
            "create a network and name it: docker network create NAME; --network NAME"
        }
        Mode::None | Mode::Own => "leave it out",
    }
}

/// The finding, with the option that gave a published port its address.
fn about_address(finding: Finding, said: &Setting<IpAddr>) -> Finding {
    finding.asked(asked("publish-ip", &said.value.word(), &said.origin), &said.origin)
}

/// In host mode a port published as itself is what the host's network gives anyway.
fn same_port(network: Where<'_>, options: &mut Layer, findings: &mut Findings) {
    for setting in &options.publish {
        let Setting { value, origin } = setting;
        let given = options.publish_ip.setting().filter(|_| value.ip.is_none());
        let ip = value.ip.or(given.map(|said| said.value));
        let anywhere = ip.is_none_or(|ip| ip.is_unspecified());
        let same = value.host == Some(value.container);
        let asked =
            crate::config::row("publish").map(|row| row.asked(&value.word(), origin)).unwrap_or_default();
        if is_habit(origin) {
            continue;
        }
        let finding = if options.allow_dead_publish.is_on() {
            let finding = left_out(&value.word(), why_refused("publish", Mode::Host)).asked(asked, origin);
            with_network(finding, network).help(what_then("publish", Mode::Host))
        } else if same && anywhere {
            let message =
                format!("{} is left out: in host mode the port is the host's already", value.word());
            Finding::note(Code::DeadPublish, message).asked(asked, origin)
        } else {
            let why = if anywhere {
                "--publish does nothing in host mode: the container's ports are the host's"
            } else {
                "--publish does nothing in host mode: the service itself chooses its address"
            };
            let help = match value.container {
                range if range.len() == 1 && anywhere => format!(
                    "have the service listen on the port that is wanted, or use --network bridge -p {}",
                    value.word()
                ),
                _ => format!("leave it out, or use --network bridge -p {}", value.word()),
            };
            let finding = Finding::error(Code::DeadPublish, why).asked(asked, origin);
            let finding = match given.filter(|_| !anywhere) {
                Some(said) => about_address(finding, said),
                None => finding,
            };
            with_network(finding, network).help(help)
        };
        findings.push(finding);
    }
    options.publish.clear();
}
