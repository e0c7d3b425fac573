//! Options into what others read, and back: `docker run` lines, compose files, inspect output, Kubernetes manifests.
//! Every word of an option is read by the option's own parser; what cannot be carried over is named.

mod export;
mod import;
mod line;

pub use export::{COUNTERPARTS, Counterpart, Exported, Part, Side, to_compose, to_kubernetes};
pub use import::{
    Cgroupns, Command, Composed, Import, Inspected, OptionWords, Reading, Section, SectionKind, Text, Word,
    as_source, compose, compose_services, docker, inspected, intended, is_intended, kept_options, loose,
    shell_commands, unwrapped,
};
pub use line::{DockerLine, docker_exec, docker_run, exec_without_secrets, without_secrets};
