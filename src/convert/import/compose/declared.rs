//! A network that the project declares.

use super::keys;
use super::project::Project;
use super::yaml::Node;
use crate::convert::import::{Import, left_out, toml};
use crate::finding::Findings;
use crate::values::{SecretNames, toml_key, toml_string};

/// Declares a network of the project's, for `create-network`.
pub(super) fn declare(name: &str, project: &Project<'_>, import: &mut Import) {
    let Some(network) = project.resource("networks", name).plain().map(str::to_owned) else { return };
    if project.is_external(name) {
        return;
    }
    let said = project.root.get("networks").and_then(|all| all.get(name));
    let mut draft = Draft {
        place: format!("networks.{name}"),
        secrets: project.reading.secrets,
        lines: String::new(),
        findings: Findings::new(),
    };
    for (key, node) in said.and_then(Node::map).into_iter().flatten() {
        draft.take(key, node);
    }
    if import.declare(network, draft.lines) {
        import.findings.extend(draft.findings);
    }
}

/// The declaration as it is read.
struct Draft<'a> {
    /// Where it stands in the file: `networks.NAME`.
    place: String,
    secrets: &'a SecretNames,
    lines: String,
    findings: Findings,
}

impl Draft<'_> {
    fn take(&mut self, key: &str, node: &Node) {
        match key {
            "driver" => self.say("driver", &toml_string(node.text().unwrap_or_default())),
            "attachable" | "internal" if keys::is_true(node) => self.say(key, "true"),
            "enable_ipv6" if keys::is_true(node) => self.say("ipv6", "true"),
            "attachable" | "internal" | "enable_ipv6" | "name" | "external" => {}
            "driver_opts" => self.pairs("options", key, node),
            "labels" => self.pairs("labels", key, node),
            "ipam" => self.ipam(node),
            _ => self.lost(key, "a declared network has nothing like it", node),
        }
    }

    /// Subnets, and what belongs to them. The driver `default` is what everybody has.
    fn ipam(&mut self, node: &Node) {
        let (mut subnets, mut ranges, mut gateways) = (Vec::new(), Vec::new(), Vec::new());
        for (key, node) in node.map().into_iter().flatten() {
            match key.as_str() {
                "config" => {
                    for (key, node) in node.items().iter().filter_map(Node::map).flatten() {
                        let list = match key.as_str() {
                            "subnet" => &mut subnets,
                            "ip_range" => &mut ranges,
                            "gateway" => &mut gateways,
                            _ => {
                                let key = format!("ipam.config.{key}");
                                self.lost(&key, "a declared network has nothing like it", node);
                                continue;
                            }
                        };
                        list.extend(node.text().map(str::to_owned));
                    }
                }
                "driver" if node.text() == Some("default") => {}
                _ => self.lost(&format!("ipam.{key}"), "a declared network has nothing like it", node),
            }
        }
        for (key, words) in [("subnet", subnets), ("gateway", gateways), ("ip-range", ranges)] {
            if !words.is_empty() {
                self.say(key, &toml::list(&words, key.len() + " = ".len()));
            }
        }
    }

    /// Names with their values, as a table or a list of `NAME=VALUE`.
    fn pairs(&mut self, to: &str, key: &str, node: &Node) {
        let of_map = node.map().into_iter().flatten();
        let of_map = of_map.map(|(name, value)| (name.clone(), value.text().unwrap_or_default().to_owned()));
        let of_list = node.items().iter().filter_map(Node::text).map(|word| {
            let (name, value) = word.split_once('=').unwrap_or((word, ""));
            (name.to_owned(), value.to_owned())
        });
        let mut fields = Vec::new();
        for (name, value) in of_map.chain(of_list).collect::<Vec<_>>() {
            if self.secrets.is_secret(&name) || self.secrets.has_url_password(&value) {
                self.lost(&format!("{key}.{name}"), "it is a secret, and no file holds it", node);
            } else {
                fields.push(format!("{} = {}", toml_key(&name), toml_string(&value)));
            }
        }
        if !fields.is_empty() {
            self.say(to, &format!("{{ {} }}", fields.join(", ")));
        }
    }

    fn say(&mut self, key: &str, value: &str) {
        self.lines.push_str(&toml::line(key, value));
    }

    fn lost(&mut self, key: &str, why: &str, node: &Node) {
        let note = left_out(format!("`{}.{key}` is left out: {why}", self.place));
        let key = key.rsplit('.').next().unwrap_or(key);
        self.findings.push(note.asked(format!("{key}: ..."), &node.origin()));
    }
}
