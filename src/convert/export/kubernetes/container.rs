//! The container of a pod: what runs, with which variables, ports, limits and probes.

use super::super::yaml::Yaml;
use super::storage::Storage;
use super::{lost, probes, rights, text};
use crate::finding::{Code, Finding, Findings};
use crate::spec::LaunchSpec;
use crate::values::{Gpus, Protocol, Pull, Value as _};

/// The container.
pub(super) fn container(spec: &LaunchSpec, name: &str, storage: &Storage, findings: &mut Findings) -> Yaml {
    let options = &spec.options;
    let on = |is_on: bool| is_on.then(|| Yaml::switch(true));
    let program = options
        .entrypoint
        .get()
        .map(|program| program.shown(&spec.secrets))
        .filter(|program| !program.is_empty());
    // Without the image's entrypoint, the command is all that runs.
    let is_alone = options.entrypoint.get().is_some_and(|program| program.0.is_empty());
    let said = spec.shown_command();
    let (command, args): (Vec<String>, _) =
        if is_alone { (said, Vec::new()) } else { (program.into_iter().collect(), said) };
    let written = |words: Vec<String>| Yaml::texts(words.iter().map(|word| unfilled(word))).unless_empty();
    let probes = probes::probes(spec, findings);
    let members = [
        ("name", Some(text(name))),
        ("image", Some(text(spec.image.reference.word()))),
        ("imagePullPolicy", options.pull.get().map(|pull| text(policy(*pull)))),
        ("command", written(command)),
        ("args", written(args)),
        ("workingDir", options.workdir.get().map(|folder| text(folder.word()))),
        ("env", env(spec, name, findings)),
        ("ports", ports(spec)),
        ("resources", resources(spec, findings)),
        ("stdin", on(options.interactive.is_on())),
        ("tty", on(options.tty.is_on())),
        ("securityContext", rights::of_container(spec, findings)),
        ("volumeMounts", storage.mounts()),
    ];
    Yaml::map(members.into_iter().chain(probes))
}

/// `$(NAME)` would be filled in, and `$$` is read as `$`: a dollar before either is doubled.
fn unfilled(word: &str) -> String {
    let mut letters = word.chars().peekable();
    let mut out = String::new();
    while let Some(letter) = letters.next() {
        let is_read = letter == '$' && letters.peek().is_some_and(|next| ['$', '('].contains(next));
        out.push_str(if is_read { "$$" } else { "" });
        if !is_read {
            out.push(letter);
        }
    }
    out
}

fn policy(pull: Pull) -> &'static str {
    match pull {
        Pull::Always | Pull::Newer => "Always",
        Pull::Never => "Never",
        Pull::Missing => "IfNotPresent",
    }
}

/// The variables. What no file holds is one of the cluster's, by its name: a secret in a Secret, and what the caller's
/// environment was to say in a ConfigMap.
fn env(spec: &LaunchSpec, name: &str, findings: &mut Findings) -> Option<Yaml> {
    let (mut secrets, mut forwarded) = (Vec::new(), Vec::new());
    let mut variables: Vec<Yaml> = Vec::new();
    for env in spec.options.env.values() {
        let value = env.value.as_ref().map(|value| value.expose());
        let holds_secret = value.is_some_and(|value| spec.secrets.are_in(value));
        let said = match value {
            _ if holds_secret || spec.secrets.is_secret(&env.name) => {
                secrets.push(env.name.as_str());
                ("valueFrom", of_cluster("secretKeyRef", &secret_name(name), &env.name))
            }
            Some(value) => ("value", text(unfilled(value))),
            None => {
                forwarded.push(env.name.as_str());
                ("valueFrom", of_cluster("configMapKeyRef", &format!("{name}-env"), &env.name))
            }
        };
        variables.push(Yaml::map([("name", Some(text(&env.name))), (said.0, Some(said.1))]));
    }
    let literals =
        |keys: &[&str]| keys.iter().map(|key| format!(" --from-literal={key}=...")).collect::<String>();
    if !secrets.is_empty() {
        let message = format!("the values of {} are left out: no file holds them", secrets.join(", "));
        let line = format!("kubectl create secret generic {}{}", secret_name(name), literals(&secrets));
        findings.push(Finding::note(Code::NotCarriedOver, message).help(line));
    }
    if !forwarded.is_empty() {
        let message = format!(
            "the values of {} are left out: they are forwarded, and not set here",
            forwarded.join(", ")
        );
        let line = format!("kubectl create configmap {name}-env{}", literals(&forwarded));
        findings.push(Finding::note(Code::NotCarriedOver, message).help(line));
    }
    Yaml::List(variables).unless_empty()
}

/// The Secret that holds a launch's variables.
fn secret_name(name: &str) -> String {
    format!("{name}-secrets")
}

/// A value of an object of the cluster's.
fn of_cluster(kind: &str, object: &str, key: &str) -> Yaml {
    Yaml::map([(kind, Some(Yaml::map([("name", Some(text(object))), ("key", Some(text(key)))])))])
}

/// The ports that it listens on, published or not.
fn ports(spec: &LaunchSpec) -> Option<Yaml> {
    let published = spec.networking.publish().iter().flat_map(|publish| publish.spread());
    let published = published.map(|one| (one.container.start, one.protocol));
    let exposed = spec
        .networking
        .expose()
        .iter()
        .flat_map(|expose| (expose.range.start..=expose.range.end).map(|port| (port, expose.protocol)));
    let mut all: Vec<(u16, Protocol)> = Vec::new();
    for port in published.chain(exposed) {
        if !all.contains(&port) {
            all.push(port);
        }
    }
    let port = |(port, protocol): &(u16, Protocol)| {
        Yaml::map([("containerPort", Some(Yaml::number(*port))), ("protocol", Some(text(protocol.name())))])
    };
    Yaml::List(all.iter().map(port).collect()).unless_empty()
}

fn resources(spec: &LaunchSpec, findings: &mut Findings) -> Option<Yaml> {
    let options = &spec.options;
    let bytes = |limit: u64| (limit > 0).then(|| text(quantity(limit)));
    let cpus = options.cpus.get().filter(|cpus| cpus.nano > 0).map(|cpus| text(cpus.word()));
    let limits = Yaml::map([
        ("cpu", cpus),
        ("memory", options.memory.get().and_then(|limit| bytes(limit.0))),
        ("nvidia.com/gpu", gpus(spec, findings).map(Yaml::number)),
    ]);
    let requests = Yaml::map([("memory", options.memory_reservation.get().and_then(|limit| bytes(limit.0)))]);
    Yaml::map([("limits", limits.unless_empty()), ("requests", requests.unless_empty())]).unless_empty()
}

/// Bytes in the largest unit that says them exactly.
pub(super) fn quantity(bytes: u64) -> String {
    let units = [(40, "Ti"), (30, "Gi"), (20, "Mi"), (10, "Ki")];
    let unit = units.iter().find(|(shift, _)| bytes.is_multiple_of(1_u64 << shift));
    unit.map_or_else(|| bytes.to_string(), |(shift, unit)| format!("{}{unit}", bytes >> shift))
}

/// How many GPUs: a cluster chooses which.
fn gpus(spec: &LaunchSpec, findings: &mut Findings) -> Option<u64> {
    let chosen = "a cluster chooses which ones: only their number is carried over";
    match spec.options.gpus.get()? {
        Gpus::None | Gpus::Auto => None,
        Gpus::All => {
            findings.push(
                Finding::note(
                    Code::NotCarriedOver,
                    "--gpus all is left out: a cluster gives a number of GPUs",
                )
                .help("say how many: --gpus count=1"),
            );
            None
        }
        Gpus::Count(count) => Some(u64::from(*count)),
        Gpus::Devices(ids) => {
            lost(findings, &format!("which GPUs ({})", ids.join(",")), chosen);
            Some(ids.len() as u64)
        }
        Gpus::Request(request) => {
            lost(findings, "what is asked of the GPUs' driver", chosen);
            match request.count {
                Some(count) => u64::try_from(count).ok(),
                None => Some(request.device_ids.len() as u64),
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::unfilled;

    #[test]
    fn dollars_are_read_as_they_were() {
        for (word, want) in [
            ("echo $$", "echo $$$"),
            ("a$$b", "a$$$b"),
            ("$(B)", "$$(B)"),
            ("$$(B)", "$$$$(B)"),
            ("$HOME $", "$HOME $"),
        ] {
            assert_eq!(unfilled(word), want, "{word}");
            // As Kubernetes reads it: two are one.
            assert_eq!(want.replace("$$", "\0").replace('\0', "$"), word, "{word}");
        }
    }
}
