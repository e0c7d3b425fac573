//! `deploy`, of which one container has the limits, the GPUs and the restart policy.

use super::super::document::Said;
use super::super::keys::{Form, Key, Keys};
use super::super::option::Spot;
use super::super::read::{Entry, Reader};
use super::{Long, gpus, restart};
use crate::finding::Code;

const KEYS: Keys<Said> = Keys::<Said>::of(
    "a table of deployment",
    &[
        Key::nothing("endpoint-mode", "services of a swarm have one; dynrun launches a container"),
        Key::nothing("labels", "a container's labels are said by `label`, beside `deploy`"),
        Key::nothing("mode", "services of a swarm have one; dynrun launches a container"),
        Key::nothing("placement", "a swarm places its services; dynrun launches on the engine that it asks"),
        Key::new("replicas", "`1`: a launch is one container", Form::Word, |reader, _, _, (_, value)| {
            if reader.word(value).is_some_and(|count| count != "1") {
                let message = "a launch is one container: `replicas` is 1, or left out";
                reader.fault(value.span(), Code::BadValue, message, "not one");
            }
        }),
        Key::new(
            "resources",
            "Limits and what is kept for the container",
            Form::Table(|| RESOURCES.shape()),
            |reader, said, _, entry| {
                table(reader, &RESOURCES, said, entry);
            },
        ),
        Key::new(
            "restart-policy",
            "When it is started again",
            restart::LONG.form,
            |reader, said, _, entry| {
                restart::read(reader, said, entry, Spot::form(entry.1.span()));
            },
        ),
        Key::nothing(
            "rollback-config",
            "nothing is rolled out; what a launch cannot bring up it takes back by itself",
        ),
        Key::nothing(
            "update-config",
            "nothing is rolled out; --if-exists replace puts a container in another's place",
        ),
    ],
);

const RESOURCES: Keys<Said> = Keys::<Said>::of(
    "a table of resources",
    &[
        Key::new(
            "limits",
            "What the container may take",
            Form::Table(|| LIMITS.shape()),
            |reader, said, _, entry| {
                table(reader, &LIMITS, said, entry);
            },
        ),
        Key::new(
            "reservations",
            "What is kept for it",
            Form::Table(|| RESERVATIONS.shape()),
            |reader, said, _, entry| {
                table(reader, &RESERVATIONS, said, entry);
            },
        ),
    ],
);

const LIMITS: Keys<Said> = Keys::<Said>::of(
    "a table of limits",
    &[
        Key::new("cpus", "Number of processors", Form::Word, |reader, said, _, entry| {
            reader.as_option(said, "cpus", entry);
        }),
        Key::new("memory", "Limit of memory", Form::Word, |reader, said, _, entry| {
            reader.as_option(said, "memory", entry);
        }),
        Key::new("pids", "Limit of processes and threads", Form::Word, |reader, said, _, entry| {
            reader.as_option(said, "pids-limit", entry);
        }),
    ],
);

const RESERVATIONS: Keys<Said> = Keys::<Said>::of(
    "a table of reservations",
    &[
        Key::nothing(
            "cpus",
            "a swarm places by it, and no engine keeps processors for a container: cpu-shares weighs them",
        ),
        Key::new("devices", "GPUs", Form::List(|| gpus::KEYS.shape()), |reader, said, _, entry| {
            reader.as_option(said, "gpus", entry);
        }),
        Key::nothing(
            "generic-resources",
            "a swarm places by them; dynrun launches on the engine that it asks",
        ),
        Key::new(
            "memory",
            "Memory that it is pushed back to when the host is short",
            Form::Word,
            |reader, said, _, entry| {
                reader.as_option(said, "memory-reservation", entry);
            },
        ),
    ],
);

/// `deploy`.
pub(super) const LONG: Long = Long {
    name: "deploy",
    about: "Limits, GPUs and restart policy as compose writes them",
    form: Form::Table(|| KEYS.shape()),
    read: |reader, said, entry| table(reader, &KEYS, said, entry),
};

fn table(reader: &mut Reader<'_>, keys: &Keys<Said>, said: &mut Said, (key, value): Entry<'_>) {
    if let Some(table) = reader.table(key, value) {
        reader.keys(keys, said, table);
    }
}
