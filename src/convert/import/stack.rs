//! `Stack`: services that are launched together, on their way into `[stack.NAME]`.

use super::{Text, toml};
use crate::options::Row;
use crate::values::toml_key;
use std::collections::BTreeMap;

/// Options with their words.
pub(super) type Options = Vec<(&'static Row, Vec<Text>)>;

/// Services that are launched together.
#[derive(Debug, Clone, Default)]
pub(super) struct Stack {
    /// Its name.
    pub name: String,
    /// Its services.
    pub services: Vec<String>,
    /// Further ones, by the group that is asked for.
    pub groups: BTreeMap<String, Vec<String>>,
    /// What it says of one of them.
    pub members: Vec<(String, Options)>,
}

impl Stack {
    /// Its sections.
    pub(super) fn toml(&self) -> String {
        let name = toml_key(&self.name);
        let mut text = format!("\n[stack.{name}]\n");
        text.push_str(&toml::line("services", &toml::list(&self.services, "services = ".len())));
        if !self.groups.is_empty() {
            text.push_str(&format!("\n[stack.{name}.group]\n"));
            let groups = self.groups.iter();
            text.extend(
                groups.map(|(group, services)| toml::line(group, &toml::list(services, group.len() + 3))),
            );
        }
        for (service, options) in &self.members {
            text.push_str(&format!("\n[stack.{name}.service.{}]\n", toml_key(service)));
            text.extend(options.iter().map(|(row, words)| toml::option(row, words)));
        }
        text
    }
}
