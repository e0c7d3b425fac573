//! The address that a service binds, against its network: an address that the container does not have, or that it has
//! until it is made again, is one where nobody reaches it.

use super::relation::Subject;
use super::word::Word;
use crate::finding::{Code, Finding, Findings};
use crate::spec::{MODES, Mode, VariableKind};
use crate::values::Authority;
use std::net::{IpAddr, Ipv4Addr};

/// What an address is, seen from the host.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum BindClass {
    /// `0.0.0.0`, `::`.
    Every,
    /// `127.0.0.1`, `::1`.
    Loopback,
    /// One that an interface of the host has.
    Host,
    /// Any other: a container's, or nobody's.
    Other,
}

/// What becomes of a launch that binds it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum BindVerdict {
    /// Nothing is wrong.
    Fine,
    /// It works, for programs of the host alone: a warning.
    HostOnly,
    /// Nobody, or nobody but the container itself, would reach the service.
    Refused,
}

/// One line of the table.
#[derive(Debug)]
pub struct BindRow {
    /// What the address is.
    pub class: BindClass,
    /// The verdict in each mode, in the order of `MODES`.
    pub verdicts: [BindVerdict; 5],
}

use BindVerdict::{Fine, HostOnly, Refused};

/// Which address may be bound in which network. Columns: host, bridge, none, container:X, own network.
pub const BIND: &[BindRow] = &[
    BindRow { class: BindClass::Every, verdicts: [Fine, Fine, Fine, Fine, Fine] },
    BindRow { class: BindClass::Loopback, verdicts: [HostOnly, Refused, Refused, Refused, Refused] },
    BindRow { class: BindClass::Host, verdicts: [Fine, Refused, Refused, Refused, Refused] },
    BindRow { class: BindClass::Other, verdicts: [Refused, Refused, Refused, Refused, Refused] },
];

/// Judges what is bound; what cannot be read was told of already.
pub(super) fn check(subject: &Subject<'_>) -> Findings {
    Word::of(subject)
        .iter()
        .filter(|word| is_read(word, subject))
        .filter_map(|word| judged(word, subject))
        .collect()
}

/// Whether the service can read what is said: a name in the place of an address it cannot.
fn is_read(word: &Word<'_>, subject: &Subject<'_>) -> bool {
    let variable = subject.spec.terms.schema.variables.get(word.name).filter(|_| !word.is_argument);
    let kind = variable.and_then(|variable| variable.kind.as_ref()).map(|kind| kind.value);
    kind != Some(VariableKind::Ip) || word.value.parse::<IpAddr>().is_ok()
}

/// An address, `ADDRESS:PORT`, a URL, or a list of them: the first that cannot be reached.
fn judged(word: &Word<'_>, subject: &Subject<'_>) -> Option<Finding> {
    let all = Authority::all(word.value);
    let bound = all.iter().filter_map(|one| {
        let address = one.ip().or_else(|| one.is_loopback().then_some(IpAddr::V4(Ipv4Addr::LOCALHOST)));
        Some((one, address?))
    });
    bound.map(|(one, address)| of_address(word, one, address, subject)).find_map(|finding| finding)
}

fn of_address(
    word: &Word<'_>,
    one: &Authority<'_>,
    address: IpAddr,
    subject: &Subject<'_>,
) -> Option<Finding> {
    let (name, host) = (word.title(), one.host());
    let mode = subject.spec.networking.mode();
    let class = class(address, mode, subject);
    let finding = match class {
        None => Finding::warning(
            Code::BindAddress,
            format!("{name} is {host}: whether the engine's host has that address cannot be told from here"),
        ),
        Some(class) => match verdict(class, mode) {
            Fine => return None,
            HostOnly => Finding::warning(
                Code::BindAddress,
                format!("{name} is {host}: only programs of the host itself reach the service there"),
            ),
            Refused => Finding::error(Code::BindAddress, format!("{name} is {host}: {}", why(class, mode))),
        },
    };
    let every = match (address.is_ipv6(), one.port().is_some()) {
        (true, true) => "[::]",
        (true, false) => "::",
        (false, _) => "0.0.0.0",
    };
    let finding = word.asked(finding);
    let finding = match word.saying(&one.with_host(every)) {
        Some(saying) => finding.help(format!("bind every address of the container: {saying}")),
        None => finding.help(format!("bind every address of the container: {every}")),
    };
    Some(match (class, mode) {
        (Some(BindClass::Loopback), Mode::Bridge | Mode::Own) => {
            finding.help(format!("and to be reached from this host alone: --publish-ip {address}"))
        }
        _ => finding,
    })
}

/// What the address is; none where it cannot be told. The host is asked in its own mode only: elsewhere an address
/// of its is as wrong as any other.
fn class(address: IpAddr, mode: Mode, subject: &Subject<'_>) -> Option<BindClass> {
    let address = address.to_canonical();
    if address.is_unspecified() {
        Some(BindClass::Every)
    } else if address.is_loopback() {
        Some(BindClass::Loopback)
    } else if mode == Mode::Host {
        let addresses = (subject.world.addresses)()?;
        Some(if addresses.contains(&address) { BindClass::Host } else { BindClass::Other })
    } else {
        Some(BindClass::Other)
    }
}

fn verdict(class: BindClass, mode: Mode) -> BindVerdict {
    let column = MODES.iter().position(|other| *other == mode).unwrap_or_default();
    BIND.iter().find(|row| row.class == class).map_or(Refused, |row| row.verdicts[column])
}

fn why(class: BindClass, mode: Mode) -> &'static str {
    match (class, mode) {
        (_, Mode::Host) => "no interface of the host has that address",
        (BindClass::Loopback, _) => {
            "the container's own loopback, where nobody outside of it reaches the service"
        }
        (BindClass::Every | BindClass::Host | BindClass::Other, _) => {
            "the container does not keep an address of its own, and has none of the host's"
        }
    }
}
