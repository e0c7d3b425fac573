//! The labels that dynrun puts on what it makes: which launch, of what, and who owns it.

use crate::host::{Owner, now};
use crate::spec::{LaunchSpec, Lifecycle, OfStack, PortMove, Readiness};
use crate::values::{Protocol, Value as _};
use serde_json::json;
use std::collections::BTreeMap;

/// What every label of dynrun's starts with.
pub const LABEL_PREFIX: &str = "dev.dynrun.";
/// The name of what carries it; of a container where it was said.
pub(super) const NAME: &str = "dev.dynrun.name";
/// The label by which a container is found again when the answer to its create was lost.
pub(super) const RUN: &str = "dev.dynrun.run";
/// The label that names the service.
pub(super) const SERVICE: &str = "dev.dynrun.service";

/// The label that names the stack of which it is one, and the one that names what of the stack it needs.
pub(super) const STACK: &str = "dev.dynrun.stack";
pub(super) const NEEDS: &str = "dev.dynrun.needs";

/// The label that names the profile.
pub(super) const PROFILE: &str = "dev.dynrun.profile";
/// The label that names the version of dynrun.
pub(super) const VERSION: &str = "dev.dynrun.version";
/// The label that holds the settled options, without the values of secrets.
pub(super) const OPTIONS: &str = "dev.dynrun.options";
/// The label that tells who owns it.
pub(super) const OWNER: &str = "dev.dynrun.owner";

/// The label that tells how long the container is to live.
pub(super) const LIFETIME: &str = "dev.dynrun.lifetime";

/// The label that tells for how long it is waited for until it is ready; none where it is not.
pub(super) const WAIT: &str = "dev.dynrun.wait";

/// The label that tells what is asked then: the checks, and whether somebody said them.
pub(super) const READY: &str = "dev.dynrun.ready";

/// The label that tells which ports were moved, in their order; none where none was.
pub(super) const MOVED: &str = "dev.dynrun.moved";

/// How long a container is to live.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Lifetime {
    /// It is removed by its owner at its end, and its owner cannot leave it: it goes with it.
    Attended,
    /// The same, but that its owner may detach from it and leave it to itself.
    Detachable,
    /// It stays until somebody removes it, or the engine does.
    Own,
}

impl Lifetime {
    fn of(spec: &LaunchSpec) -> Self {
        let Lifecycle::Attached { remove: true, streams, .. } = &spec.lifecycle else { return Self::Own };
        // The keys are found in what is typed, and without the proxy SIGINT leaves the container.
        let is_typed_to = spec.options.tty.is_on() && streams.stdin;
        let is_left_by_signal = spec.options.sig_proxy.get() == Some(&false);
        if is_typed_to || is_left_by_signal { Self::Detachable } else { Self::Attended }
    }

    fn word(self) -> &'static str {
        match self {
            Self::Attended => "attended",
            Self::Detachable => "detachable",
            Self::Own => "own",
        }
    }

    /// Reads the label.
    pub(super) fn read(word: &str) -> Option<Self> {
        [Self::Attended, Self::Detachable, Self::Own].into_iter().find(|lifetime| lifetime.word() == word)
    }
}

/// Which launch this is, and who does it.
#[derive(Debug, Clone)]
pub struct Identity {
    /// A random word, new for every launch.
    pub nonce: String,
    /// The process that launches.
    pub owner: Owner,
}

/// The labels of a launch.
pub(super) fn labels(spec: &LaunchSpec, identity: &Identity) -> BTreeMap<String, String> {
    let mut labels = settled(spec);
    labels.extend(makers(identity));
    labels.extend(spec.lifecycle.readiness().into_iter().flat_map(|readiness| waited_for(readiness, spec)));
    labels.extend(moved(spec.moves()));
    let name = spec.options.name.get().filter(|name| !name.is_empty());
    labels.extend(name.map(|name| (NAME.to_owned(), name.0.clone())));
    labels
}

/// The labels of a wait: for how long, and for what.
fn waited_for(readiness: &Readiness, spec: &LaunchSpec) -> [(String, String); 2] {
    // A command with a secret in it is not asked again: the label says it without.
    let checks: Vec<String> = readiness.checks.iter().map(|check| check.shown(&spec.secrets)).collect();
    let ready = json!({ "checks": checks, "said": !spec.said_ready().is_empty() });
    [(WAIT.to_owned(), readiness.within.word()), (READY.to_owned(), ready.to_string())]
}

/// The label of the ports that were moved.
fn moved(moves: &[PortMove]) -> Option<(String, String)> {
    let words: Vec<_> = moves.iter().map(|one| json!([one.protocol.to_string(), one.from, one.to])).collect();
    (!words.is_empty()).then(|| (MOVED.to_owned(), json!(words).to_string()))
}

/// Reads that label; none where it is not what dynrun writes.
pub(super) fn moves(label: &str) -> Option<Vec<PortMove>> {
    let words: Vec<(String, u16, u16)> = serde_json::from_str(label).ok()?;
    let read = |(protocol, from, to): (String, u16, u16)| {
        Some(PortMove { protocol: Protocol::parse(&protocol).ok()?, from, to })
    };
    words.into_iter().map(read).collect()
}

/// Those of its labels that say what it is. Options are as they may be shown: a secret's value is in none of them.
pub(super) fn settled(spec: &LaunchSpec) -> BTreeMap<String, String> {
    let options: serde_json::Map<String, serde_json::Value> = crate::spec::said(&spec.options, &spec.secrets)
        .map(|(name, words)| (name.to_owned(), json!(words)))
        .collect();
    let mut labels = BTreeMap::from([
        (LIFETIME.to_owned(), Lifetime::of(spec).word().to_owned()),
        (VERSION.to_owned(), env!("CARGO_PKG_VERSION").to_owned()),
        (PROFILE.to_owned(), spec.profile.clone()),
        (OPTIONS.to_owned(), serde_json::Value::Object(options).to_string()),
    ]);
    if let Some(OfStack { instance, needs }) = spec.stack() {
        labels.insert(STACK.to_owned(), instance.clone());
        labels.insert(NEEDS.to_owned(), json!(needs).to_string());
    }
    if let Some(service) = &spec.service {
        labels.insert(SERVICE.to_owned(), service.clone());
    }
    labels
}

/// The labels of a network or a volume that a launch makes: those of whatever it makes, and its own name. Names are
/// one of a kind, so that labels which were copied to another one are seen.
pub(super) fn of_named(identity: &Identity, name: &str) -> [(String, String); 3] {
    let [run, owner] = makers(identity);
    [run, owner, (NAME.to_owned(), name.to_owned())]
}

/// The labels of whatever a launch makes: which launch it was, and whose, and when.
pub(super) fn makers(Identity { nonce, owner }: &Identity) -> [(String, String); 2] {
    let owner = json!({
        "machine": owner.machine, "boot": owner.boot, "pidns": owner.pid_namespace,
        "pid": owner.pid, "start": owner.start_time, "at": now().as_secs(),
    });
    [(RUN.to_owned(), nonce.clone()), (OWNER.to_owned(), owner.to_string())]
}

/// The owner that a label names, and when it asked for what carries the label, in seconds since 1970.
pub(super) fn owner(label: &str) -> Option<(Owner, i64)> {
    let json: serde_json::Value = serde_json::from_str(label).ok()?;
    let text = |name: &str| Some(json.get(name)?.as_str()?.to_owned());
    let number = |name: &str| json.get(name)?.as_u64();
    let owner = Owner {
        machine: text("machine")?,
        boot: text("boot")?,
        pid_namespace: text("pidns")?,
        pid: u32::try_from(number("pid")?).ok()?,
        start_time: number("start")?,
    };
    Some((owner, i64::try_from(number("at")?).ok()?))
}

/// What the label of settled options says of one that has one value.
pub(super) fn option(label: &str, name: &str) -> Option<String> {
    let options: serde_json::Value = serde_json::from_str(label).ok()?;
    Some(options.get(name)?.get(0)?.as_str()?.to_owned())
}

/// The machine that an owner's label names.
pub(super) fn machine(owner: &str) -> Option<String> {
    let owner: serde_json::Value = serde_json::from_str(owner).ok()?;
    let machine = owner.get("machine")?.as_str()?;
    (!machine.is_empty()).then(|| machine.to_owned())
}

#[cfg(test)]
mod tests {
    use super::machine;
    use crate::spec::PortMove;
    use crate::values::Protocol;

    #[test]
    fn the_machine_is_read_where_one_is_named() {
        for (owner, want) in [
            (r#"{"machine":"4121","boot":"b","pid":7}"#, Some("4121")),
            (r#"{"machine":"","pid":7}"#, None),
            (r#"{"machine":7}"#, None),
            ("{}", None),
            ("me", None),
        ] {
            assert_eq!(machine(owner).as_deref(), want, "{owner}");
        }
    }

    #[test]
    fn moved_ports_are_read_back() {
        let moves = [(Protocol::Tcp, 7001, 7002), (Protocol::Udp, 9, 10)];
        let moves = moves.map(|(protocol, from, to)| PortMove { protocol, from, to });
        let (_, label) = super::moved(&moves).unwrap();
        assert_eq!(label.as_str(), "[[\"tcp\",7001,7002],[\"udp\",9,10]]");
        assert_eq!(super::moves(&label), Some(moves.to_vec()));
        assert_eq!(super::moved(&[]), None);
        for other in ["", "7001", "[[\"tcp\",7001]]", "[[\"icmp\",1,2]]", "[[\"tcp\",1,70000]]"] {
            assert_eq!(super::moves(other), None, "{other}");
        }
    }
}
