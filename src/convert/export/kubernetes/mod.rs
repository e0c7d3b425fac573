//! A launch as a manifest of Kubernetes: a Deployment where it restarts, else a Pod; a Service for what it publishes, a
//! claim for each volume. What belongs to a node, or to an engine's network, has no field and is named.

mod container;
mod probes;
mod rights;
mod storage;

use super::yaml::Yaml;
use super::{Exported, Format, Part, about, finished, left_out, title, without_counterpart};
use crate::finding::{Code, Finding, Findings, Origin};
use crate::spec::{Attachment, LaunchSpec, Listener, Networking};
use crate::values::{Protocol, Restart, Value as _};
use storage::Storage;

/// The longest name of an object.
const LONGEST: usize = 63;

/// Writes the manifest.
#[must_use]
pub fn to_kubernetes(parts: &[Part<'_>]) -> Exported {
    let (mut documents, mut findings) = (Vec::new(), Findings::new());
    for part in parts {
        let (objects, said) = objects(part, parts);
        documents.extend(objects.iter().map(Yaml::document));
        findings.extend(about(part, parts, said));
    }
    finished(&documents.join("---\n"), findings, parts)
}

/// The objects of one launch.
fn objects(part: &Part<'_>, parts: &[Part<'_>]) -> (Vec<Yaml>, Findings) {
    let spec = part.spec;
    let mut findings = without_counterpart(spec, Format::Kubernetes);
    findings.extend(part.alone(parts));
    let needed = part.needed(parts);
    if !needed.is_empty() {
        let names: Vec<String> = needed.iter().map(|part| title(part.spec)).collect();
        let what = format!("that it waits until {} can be used", names.join(" and "));
        lost(&mut findings, &what, "a cluster starts all at once, and restarts what fails");
    }
    let is_needed = parts.iter().any(|other| other.needs.iter().any(|need| part.is_called(need)));
    let name = object_name(&title(spec));
    let storage = Storage::of(spec, &name, &mut findings);
    let container = container::container(spec, &name, &storage, &mut findings);
    networks(spec, &name, &mut findings);
    let pod = pod(spec, container, &storage, &mut findings);
    let mut objects = storage.claims();
    objects.push(workload(spec, &name, pod, &mut findings));
    let service = service(spec, &name, is_needed, &mut findings);
    if service.is_none() && is_needed {
        findings.push(unreached(&name));
    }
    objects.extend(service);
    (objects, findings)
}

/// A note that others need it, and that there is no port by which a Service could lead to it.
fn unreached(name: &str) -> Finding {
    let message = format!(
        "a Service for {name} is left out: others need it, and nothing says on which port it listens"
    );
    Finding::note(Code::NotCarriedOver, message).help("say the port: listen = [{ port = \"PORT\" }]")
}

/// A name that an object can have: small letters, digits and hyphens.
fn object_name(name: &str) -> String {
    let plain = |letter: char| if letter.is_ascii_alphanumeric() { letter.to_ascii_lowercase() } else { '-' };
    let name: String = name.chars().map(plain).take(LONGEST).collect();
    let name = name.trim_matches('-');
    if name.is_empty() { "dynrun".to_owned() } else { name.to_owned() }
}

/// A text in a manifest.
fn text(text: impl Into<String>) -> Yaml {
    Yaml::text(text)
}

/// The label by which a Service finds the pods of a launch.
fn selector(name: &str) -> Yaml {
    Yaml::map([("app", Some(text(name)))])
}

/// A note that something has no field.
fn lost(findings: &mut Findings, what: &str, why: &str) {
    findings.push(Finding::note(Code::NotCarriedOver, format!("{what} is left out: {why}")));
}

/// The labels and notes of an object: what is no label of Kubernetes' stands as a note.
fn metadata(spec: &LaunchSpec, name: &str, findings: &mut Findings) -> Yaml {
    let mut labels = vec![("app".to_owned(), text(name))];
    let mut notes: Vec<(String, Yaml)> = Vec::new();
    let mut is_left_out = |option: &str, key: &str, value: &str, shown: &str, origin: &Origin| {
        let is_secret = spec.secrets.is_secret(key) || spec.secrets.are_in(value);
        if is_secret {
            findings.push(left_out(option, "it is a secret, and no file holds it", shown, origin));
        }
        is_secret
    };
    for label in &spec.options.label {
        let (key, value) = (label.value.key.clone(), label.value.value.clone().unwrap_or_default());
        if is_left_out("label", &key, &value, &label.value.shown(&spec.secrets), &label.origin) {
            continue;
        }
        let to = if is_label(&key, &value) && key != "app" { &mut labels } else { &mut notes };
        to.push((key, text(value)));
    }
    for note in &spec.options.annotation {
        let (key, value) = (note.value.key.clone(), note.value.value.clone().unwrap_or_default());
        if !is_left_out("annotation", &key, &value, &note.value.shown(&spec.secrets), &note.origin) {
            notes.push((key, text(value)));
        }
    }
    Yaml::map([
        ("name", Some(text(name))),
        ("labels", Some(Yaml::Map(labels))),
        ("annotations", Yaml::Map(notes).unless_empty()),
    ])
}

/// Whether a label of docker's is one of Kubernetes' as well.
fn is_label(key: &str, value: &str) -> bool {
    let is_word = |word: &str| {
        let is_end = |letter: Option<char>| letter.is_none_or(|letter| letter.is_ascii_alphanumeric());
        word.len() <= LONGEST
            && is_end(word.chars().next())
            && is_end(word.chars().last())
            && word.chars().all(|letter| letter.is_ascii_alphanumeric() || "-_.".contains(letter))
    };
    let (prefix, name) = key.split_once('/').map_or((None, key), |(prefix, name)| (Some(prefix), name));
    !name.is_empty()
        && is_word(name)
        && is_word(value)
        && prefix.is_none_or(|prefix| {
            !prefix.is_empty() && is_word(prefix) && prefix.to_ascii_lowercase() == prefix
        })
}

/// The object that keeps the pod: a Deployment where it is to run for ever.
fn workload(spec: &LaunchSpec, name: &str, pod: Vec<(String, Yaml)>, findings: &mut Findings) -> Yaml {
    let metadata = metadata(spec, name, findings);
    let restart = spec.options.restart.get();
    if matches!(restart, Some(Restart::Always | Restart::UnlessStopped)) {
        let template = Yaml::map([
            ("metadata", Some(Yaml::map([("labels", Some(selector(name)))]))),
            ("spec", Some(Yaml::Map(pod))),
        ]);
        let spec = Yaml::map([
            ("replicas", Some(Yaml::number(1))),
            // Two of them would hold the same ports and volumes.
            ("strategy", Some(Yaml::map([("type", Some(text("Recreate")))]))),
            ("selector", Some(Yaml::map([("matchLabels", Some(selector(name)))]))),
            ("template", Some(template)),
        ]);
        return object("apps/v1", "Deployment", metadata, spec);
    }
    let policy = match restart {
        Some(Restart::OnFailure(retries)) => {
            if retries.is_some_and(|retries| retries > 0) {
                lost(findings, "how often it is restarted", "a Pod restarts without an end, later and later");
            }
            "OnFailure"
        }
        Some(Restart::No | Restart::Always | Restart::UnlessStopped) | None => "Never",
    };
    let pod = [("restartPolicy".to_owned(), text(policy))].into_iter().chain(pod).collect();
    object("v1", "Pod", metadata, Yaml::Map(pod))
}

fn object(version: &str, kind: &str, metadata: Yaml, spec: Yaml) -> Yaml {
    Yaml::map([
        ("apiVersion", Some(text(version))),
        ("kind", Some(text(kind))),
        ("metadata", Some(metadata)),
        ("spec", Some(spec)),
    ])
}

/// What the pod says around its one container.
fn pod(
    spec: &LaunchSpec,
    container: Yaml,
    storage: &Storage,
    findings: &mut Findings,
) -> Vec<(String, Yaml)> {
    let options = &spec.options;
    let names = spec.networking.names();
    let on = |is_on: bool| is_on.then(|| Yaml::switch(true));
    let is_host = |word: Option<String>| word.as_deref() == Some("host");
    let is_on_host = matches!(spec.networking, Networking::Host { .. });
    let addresses: Vec<Yaml> = names.dns.iter().map(|ip| text(ip.to_string())).collect();
    let resolver_options = names.dns_options.iter().map(|option| {
        let (name, value) =
            option.split_once(':').map_or((option.as_str(), None), |(name, value)| (name, Some(value)));
        Yaml::map([("name", Some(text(name))), ("value", value.map(text))])
    });
    let searches: Vec<String> = names.dns_search.iter().filter(|domain| *domain != ".").cloned().collect();
    let policy = match (addresses.is_empty(), is_on_host) {
        (false, _) => Some(text("None")),
        (true, true) => Some(text("ClusterFirstWithHostNet")),
        (true, false) => None,
    };
    let dns = Yaml::map([
        ("nameservers", Yaml::List(addresses).unless_empty()),
        ("searches", Yaml::texts(searches).unless_empty()),
        ("options", Yaml::List(resolver_options.collect()).unless_empty()),
    ]);
    let grace = options.stop_timeout.get().map(|timeout| timeout.0);
    if grace.is_some_and(|seconds| seconds < 0) {
        lost(findings, "--stop-timeout -1", "a pod is killed after a time");
    }
    let members = [
        ("hostNetwork", on(is_on_host)),
        ("hostPID", on(is_host(options.pid.get().map(|pid| pid.word())))),
        ("hostIPC", on(is_host(options.ipc.get().map(|ipc| ipc.word())))),
        ("hostname", host_name(spec, findings)),
        ("dnsPolicy", policy),
        ("dnsConfig", dns.unless_empty()),
        ("hostAliases", hosts(spec, findings)),
        ("nodeSelector", architecture(spec)),
        ("terminationGracePeriodSeconds", grace.filter(|seconds| *seconds >= 0).map(Yaml::number)),
        ("securityContext", rights::of_pod(spec, findings)),
        ("containers", Some(Yaml::List(vec![container]))),
        ("volumes", storage.volumes()),
    ];
    namespaces(spec, findings);
    members.into_iter().filter_map(|(key, value)| Some((key.to_owned(), value?))).collect()
}

/// Names of networks, and a container whose network is shared, mean nothing in a cluster.
fn networks(spec: &LaunchSpec, name: &str, findings: &mut Findings) {
    match &spec.networking {
        Networking::Host { .. } | Networking::Bridge { .. } => {}
        Networking::None { .. } => {
            lost(findings, "--network none", "a pod has the cluster's network; a NetworkPolicy closes it");
        }
        Networking::Container { target } => {
            lost(
                findings,
                &format!("--network container:{target}"),
                "containers share a network within a pod: put both into one",
            );
        }
        Networking::Own { attachments, .. } => {
            for attachment in attachments {
                let what = format!("--network {}{}", attachment.network, aliases(attachment, name));
                lost(findings, &what, "a pod has one network, the cluster's");
            }
        }
    }
}

/// The names by which others find it there, for a message; but for the one that its Service has.
fn aliases(attachment: &Attachment, name: &str) -> String {
    let others: Vec<&str> =
        attachment.aliases.iter().map(String::as_str).filter(|alias| *alias != name).collect();
    if others.is_empty() { String::new() } else { format!(", where it is {}, too,", others.join(", ")) }
}

/// Namespaces of other containers.
fn namespaces(spec: &LaunchSpec, findings: &mut Findings) {
    let options = &spec.options;
    let shared =
        [("pid", options.pid.get().map(|pid| pid.word())), ("ipc", options.ipc.get().map(|ipc| ipc.word()))];
    for (name, word) in shared {
        if let Some(word) = word.filter(|word| word.starts_with("container:")) {
            lost(findings, &format!("--{name} {word}"), "containers share a namespace within a pod alone");
        }
    }
}

fn host_name(spec: &LaunchSpec, findings: &mut Findings) -> Option<Yaml> {
    let name = spec.networking.names().hostname?.word();
    let plain = object_name(&name);
    if plain == name {
        return Some(text(name));
    }
    lost(
        findings,
        &format!("--hostname {name}"),
        "a pod's host name is of small letters, digits and hyphens",
    );
    None
}

fn hosts(spec: &LaunchSpec, findings: &mut Findings) -> Option<Yaml> {
    let mut hosts: Vec<Yaml> = Vec::new();
    for host in spec.networking.names().hosts {
        if host.ip == "host-gateway" {
            lost(
                findings,
                &format!("--add-host {}", host.word()),
                "a pod has no host that is a gateway: say an address",
            );
        } else {
            hosts.push(Yaml::map([
                ("ip", Some(text(host.ip))),
                ("hostnames", Some(Yaml::texts([host.host]))),
            ]));
        }
    }
    Yaml::List(hosts).unless_empty()
}

/// The node's architecture, where a platform is said.
fn architecture(spec: &LaunchSpec) -> Option<Yaml> {
    let platform = spec.platform()?;
    let architecture = platform.split('/').nth(1).unwrap_or(platform);
    Some(Yaml::map([("kubernetes.io/arch", Some(text(architecture)))]))
}

/// The Service by which others reach what is published; and what it listens on, where others of the file need it.
fn service(spec: &LaunchSpec, name: &str, is_needed: bool, findings: &mut Findings) -> Option<Yaml> {
    let mut ports: Vec<Yaml> = Vec::new();
    for publish in &spec.options.publish {
        if !spec.networking.publish().contains(&publish.value) {
            continue;
        }
        if publish.value.ip.is_some() {
            findings.push(left_out(
                "publish",
                "a Service has an address of its own: only the ports are carried over",
                &publish.value.word(),
                &publish.origin,
            ));
        }
        ports.extend(publish.value.spread().iter().map(|publish| {
            let container = publish.container.start;
            let host = publish.host.map_or(0, |host| host.start);
            port(if host == 0 { container } else { host }, container, publish.protocol)
        }));
    }
    let listened = spec.listeners.iter().filter(|listener| is_needed && !listener.is_internal);
    for Listener { port: listened, protocol, .. } in listened {
        let port = port(*listened, *listened, *protocol);
        if !ports.contains(&port) {
            ports.push(port);
        }
    }
    let spec = Yaml::map([("selector", Some(selector(name))), ("ports", Yaml::List(ports).unless_empty())]);
    let has_ports = matches!(&spec, Yaml::Map(members) if members.len() == 2);
    let metadata = Yaml::map([("name", Some(text(name))), ("labels", Some(selector(name)))]);
    has_ports.then(|| object("v1", "Service", metadata, spec))
}

/// A port of a Service, and the container's behind it.
fn port(port: u16, container: u16, protocol: Protocol) -> Yaml {
    let protocol = protocol.name();
    Yaml::map([
        ("name", Some(text(format!("{}-{port}", protocol.to_lowercase())))),
        ("port", Some(Yaml::number(port))),
        ("targetPort", Some(Yaml::number(container))),
        ("protocol", Some(text(protocol))),
    ])
}
