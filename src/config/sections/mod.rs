//! The sections of a file, one a file: their keys, and how each is read.

mod listen;
mod network;
mod profile;
mod service;
mod stack;

use super::document::{Document, Part, Section};
use super::keys::{Form, Key, Keys};
use super::read::Reader;
use toml::de::DeTable;

/// The keys of a file, outside of all sections.
pub(super) const FILE: Keys<Document> = Keys::<Document>::of(
    "a configuration file",
    &[
        Key::new(
            "completion-wait",
            "How long completion waits for the engine",
            Form::Text,
            |reader, file, _, (key, value)| file.completion_wait = reader.duration(key, value),
        ),
        Key::new(
            "default-profile",
            "Profile of a launch that names none",
            Form::Text,
            |reader, file, _, (key, value)| file.default_profile = reader.text(key, value),
        ),
        Key::new(
            "default-service",
            "Service that is launched where none is named",
            Form::Text,
            |reader, file, _, (key, value)| file.default_service = reader.text(key, value),
        ),
        Key::new(
            "default-stack",
            "Stack that is launched where none is named",
            Form::Text,
            |reader, file, _, (key, value)| file.default_stack = reader.text(key, value),
        ),
        Key::new(
            "default-uptime",
            "How long a container has to run to count as ready, where nothing else tells",
            Form::Text,
            |reader, file, _, (key, value)| file.default_uptime = reader.duration(key, value),
        ),
        Key::new(
            "default-wait",
            "How long --wait waits, where it names no time",
            Form::Text,
            |reader, file, _, (key, value)| file.default_wait = reader.duration(key, value),
        ),
        Key::new(
            "many-published-ports",
            "How many published ports are no matter for a warning",
            Form::Word,
            |reader, file, _, (_, value)| file.many_published = reader.count(value),
        ),
        Key::new(
            "most-published-ports",
            "How many ports one launch may publish",
            Form::Word,
            |reader, file, _, (_, value)| file.most_published = reader.count(value),
        ),
        Key::new(
            "network",
            "Networks as they should be, by their names",
            Form::Named(|| network::NETWORK.shape()),
            |reader, file, _, entry| file.networks = reader.sections(entry, Reader::network),
        ),
        Key::new(
            "profile",
            "Habits of a launch, by their names",
            Form::Named(|| profile::PROFILE.shape()),
            |reader, file, _, entry| file.profiles = reader.sections(entry, Reader::profile),
        ),
        Key::new(
            "schema",
            "Variables and rules that services share, by their names",
            Form::Named(|| super::schema::SCHEMA.shape()),
            |reader, file, _, entry| file.schemas = reader.sections(entry, Reader::schema),
        ),
        Key::new(
            "service",
            "What workloads are, by their names",
            Form::Named(|| service::SERVICE.shape()),
            |reader, file, _, entry| file.services = reader.sections(entry, Reader::service),
        ),
        Key::new(
            "stack",
            "Services that are launched together, by the stacks' names",
            Form::Named(|| stack::STACK.shape()),
            |reader, file, _, entry| file.stacks = reader.sections(entry, Reader::stack),
        ),
        Key::new(
            "trusted",
            "Folders whose dynrun.toml is followed in everything",
            Form::Words,
            |reader, file, _, (key, value)| file.trusted = reader.folders(key, value),
        ),
    ],
);

/// A section's further keys beside its launch options.
type Beside<T> = (T, Part);

/// The key that every section with launch options has.
const fn when<T>() -> Key<Beside<T>> {
    Key::new(
        "when",
        "Launch options that hold where an option comes to a word",
        Form::When,
        |reader, (_, part), _, entry| part.when = reader.when(entry),
    )
}

impl Reader<'_> {
    /// A whole file.
    pub(super) fn file(&mut self, table: &DeTable<'_>) {
        let mut file = Document::default();
        self.keys(&FILE, &mut file, table);
        file.interpolated = std::mem::take(&mut self.document.interpolated);
        self.document = file;
    }

    /// A section with the launch options that one file says in it, which go to where it keeps them.
    fn beside<T: Default>(
        &mut self,
        keys: &Keys<Beside<T>>,
        table: &DeTable<'_>,
        section: fn(&mut T) -> &mut Section,
    ) -> T {
        let mut beside = <Beside<T>>::default();
        self.keys(keys, &mut beside, table);
        let (mut said, part) = beside;
        section(&mut said).parts = vec![part];
        said
    }
}
