//! The engine's refusals for want of its own rights: a limit that it may not raise, capabilities that it does not have.
//! The option that asked for more than it can give is named.

use crate::finding::{Code, Finding, Origin};
use crate::spec::{LaunchSpec, asked};
use crate::values::{Publish, Value};

/// What runc says of a limit that it could not set; the limit's number follows.
const RLIMIT: &str = "error setting rlimit type ";
/// What the kernel says.
const FORBIDDEN: &str = "operation not permitted";
/// What runc says of capabilities that it could not give.
const CAPABILITIES: [&str; 2] = ["unable to apply caps: ", "unable to apply bounding set: "];

/// The numbers of Linux's limits (`include/uapi/asm-generic/resource.h`), each at its own place.
const LIMITS: [&str; 16] = [
    "cpu",
    "fsize",
    "data",
    "stack",
    "core",
    "rss",
    "nproc",
    "nofile",
    "memlock",
    "as",
    "locks",
    "sigpending",
    "msgqueue",
    "nice",
    "rtprio",
    "rttime",
];

/// What the port driver of an engine without root's rights says of a port that it may not open; the number follows.
const PRIVILEGED: &str = "cannot expose privileged port ";

/// The finding for a refusal that is about the engine's rights; none for any other.
pub(super) fn refused(message: &str, spec: &LaunchSpec) -> Option<Finding> {
    let finding = match (message.split_once(PRIVILEGED), limit(message)) {
        (Some((_, rest)), _) => port(number(rest)?, spec)?,
        (None, _) if !message.contains(FORBIDDEN) => return None,
        (None, Some(limit)) => ulimit(limit, spec)?,
        (None, None) => rights(message, spec)?,
    };
    Some(finding.noted(format!("the engine says: {message}")))
}

/// The limit that a refusal names by its number.
fn limit(message: &str) -> Option<&'static str> {
    let (_, rest) = message.split_once(RLIMIT)?;
    LIMITS.get(usize::from(number(rest)?)).copied()
}

/// The number that a text begins with.
fn number(text: &str) -> Option<u16> {
    text.split(|next: char| !next.is_ascii_digit()).next()?.parse().ok()
}

fn port(port: u16, spec: &LaunchSpec) -> Option<Finding> {
    let is_meant = |publish: &Publish| publish.host.is_some_and(|host| host.contains(port));
    let setting = spec.options.publish.iter().find(|setting| is_meant(&setting.value))?;
    let message = format!("the engine runs without root's rights, and may not open port {port} of the host");
    let finding = spec
        .with_published(Finding::error(Code::PrivilegedPort, message), setting)
        .help("publish on a higher port")
        .help(format!("or let every user open it: sysctl -w net.ipv4.ip_unprivileged_port_start={port}"));
    Some(finding)
}

fn ulimit(limit: &str, spec: &LaunchSpec) -> Option<Finding> {
    let setting = spec.options.ulimit.iter().find(|setting| setting.value.name == limit)?;
    let message = format!("the engine may not raise the limit {limit} so far");
    let asked = asked("ulimit", &setting.value.word(), &setting.origin);
    let raised = format!("Limit{}=infinity", limit.to_uppercase());
    let finding = Finding::error(Code::UlimitRefused, message)
        .asked(asked, &setting.origin)
        .help(without("any limit of its own", "ulimit", std::iter::once(&setting.origin)))
        .help(format!(
            "or raise the engine's: {raised} under [Service] of docker.service, and start it anew"
        ));
    Some(finding)
}

fn rights(message: &str, spec: &LaunchSpec) -> Option<Finding> {
    if !CAPABILITIES.iter().any(|words| message.contains(words)) {
        return None;
    }
    let options = &spec.options;
    let mut finding = Finding::error(
        Code::RightsRefused,
        "the engine does not have all the rights that it is to give the container",
    );
    if let Some(setting) = options.privileged.setting().filter(|setting| setting.value) {
        finding = finding
            .asked(asked("privileged", "true", &setting.origin), &setting.origin)
            .help("go without: --privileged=false");
    }
    let mut added = options.cap_add.iter().peekable();
    if added.peek().is_some() {
        finding = added.fold(finding, |finding, setting| {
            let words = asked("cap-add", &setting.value.word(), &setting.origin);
            finding.asked(words, &setting.origin)
        });
        let origins = options.cap_add.iter().map(|setting| &setting.origin);
        finding = finding.help(without("the capabilities", "cap-add", origins));
    }
    let or = if finding.help.is_empty() { "" } else { "or " };
    let engine = "use an engine that runs as root, and not in a container without these rights";
    Some(finding.help(format!("{or}{engine}")))
}

/// How to do without what an option asked for. What the command line itself says, no reset takes back.
fn without<'a>(what: &str, option: &str, mut origins: impl Iterator<Item = &'a Origin>) -> String {
    match origins.any(|origin| matches!(origin, Origin::Flag(_))) {
        true => format!("go without {what}: leave --{option} out"),
        false => format!("go without {what}: --reset {option}"),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Messages as engines pass them on, without the stages that runc names before them.
    #[test]
    fn the_limit_is_read_from_its_number() {
        for (message, wanted) in [
            ("error setting rlimit type 8: operation not permitted: unknown", Some("memlock")),
            ("error setting rlimit type 3: operation not permitted", Some("stack")),
            ("error setting rlimit type 7: operation not permitted", Some("nofile")),
            ("error setting rlimit type 15: operation not permitted", Some("rttime")),
            ("error setting rlimit type 99: operation not permitted", None),
            ("error setting rlimit type : operation not permitted", None),
            ("unable to apply caps: operation not permitted", None),
        ] {
            assert_eq!(limit(message), wanted, "{message}");
        }
    }

    /// `as` alone is not docker's to set.
    #[test]
    fn every_limit_of_docker_has_its_number() {
        for name in LIMITS {
            assert_eq!(crate::values::Ulimit::parse(&format!("{name}=1")).is_ok(), name != "as", "{name}");
        }
    }
}
