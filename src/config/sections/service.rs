//! `[service.S]`: what a workload is.

use super::{Beside, listen, when};
use crate::config::document::Service;
use crate::config::keys::{Form, Key, Keys, Sayer};
use crate::config::read::{Entry, Reader};
use crate::config::{build, schema, waiver};
use toml::de::DeTable;

/// Its keys.
pub(super) const SERVICE: Keys<Beside<Service>> = Keys::<Beside<Service>>::of(
    "a service",
    &[
        Key::new("about", "One line for people", Form::Text, |reader, (service, _), _, (key, value)| {
            service.about = reader.text(key, value);
        }),
        Key::new(
            "allow",
            "Refusals that are taken back, each with a reason",
            Form::List(|| waiver::WAIVER.shape()),
            |reader, (service, _), _, (key, value)| service.allow = reader.waivers(key, value),
        ),
        Key::new(
            "build",
            "How the image is built where it cannot be had: a folder, or a table",
            Form::Any(&[Form::Text, Form::Table(|| build::BUILD.shape())]),
            |reader, (service, _), _, (key, value)| service.build = reader.build(key, value),
        ),
        // A stranger's file must not have dynrun's image made under a name of its choice.
        Key::<Beside<Service>>::new(
            "built-in",
            "Whether the image is made from dynrun's own binary",
            Form::Boolean,
            |reader, (service, _), _, (key, value)| service.built_in = reader.boolean(key, value),
        )
        .said_by(Sayer::NoProject),
        // Which options name a service is dynrun's own to say: two services could claim one.
        Key::<Beside<Service>>::new(
            "chosen-by",
            "Options that mean this service where they are given and none is named",
            Form::Words,
            |reader, (service, _), _, (key, value)| service.chosen_by = reader.list(key, value),
        )
        .said_by(Sayer::BuiltIn),
        Key::new(
            "command",
            "Command that the image is given where none is said, word by word",
            Form::Words,
            |reader, (service, _), _, (key, value)| service.command = reader.command(key, value),
        ),
        Key::new(
            "commands",
            "Whether a command of the caller can run in its image",
            Form::Boolean,
            |reader, (service, _), _, (key, value)| service.commands = reader.boolean(key, value),
        ),
        Key::new(
            "found-by",
            "Variable by which others are told where the service is",
            Form::Text,
            |reader, (service, _), _, (key, value)| service.found_by = reader.text(key, value),
        ),
        Key::new(
            "listen",
            "Ports that it listens on",
            Form::List(|| listen::LISTEN.shape()),
            |reader, (service, _), _, (key, value)| service.listens = reader.listens(key, value),
        ),
        Key::<Beside<Service>>::new(
            "needs",
            "Services that it cannot work without, by their names",
            Form::Words,
            |reader, (service, _), _, (key, value)| service.needs = reader.list(key, value),
        )
        .also(&["depends-on"]),
        Key::new(
            "rule",
            "Checks of what is said to it",
            Form::List(|| schema::RULE.shape()),
            |reader, (service, _), _, (key, value)| service.own.rules = reader.relations(key, value),
        ),
        Key::new(
            "schema",
            "Schema of its variables, which it may share with others",
            Form::Text,
            |reader, (service, _), _, (key, value)| service.schema = reader.text(key, value),
        ),
        Key::new(
            "variable",
            "Variables that it understands, by their names",
            Form::Named(|| schema::VARIABLE.shape()),
            |reader, (service, _), _, entry| {
                service.own.variables = reader.sections(entry, Reader::variable);
            },
        ),
        when(),
    ],
)
.and_options(|(_, part)| &mut part.said);

impl Reader<'_> {
    pub(super) fn service(&mut self, _name: Entry<'_>, table: &DeTable<'_>) -> Service {
        self.beside(&SERVICE, table, |service| &mut service.section)
    }
}
