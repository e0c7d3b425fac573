//! A compose file, and the files that it names.

use super::{named_text, roots, secret_names, shown, text};
use crate::convert::{Composed, Import, Reading, as_source, compose, compose_services};
use crate::finding::{Finding, Source};
use crate::host::Host;
use std::collections::BTreeMap;
use std::path::Path;

/// Reads services of a compose file, all where none is named.
pub(super) fn file(
    path: &Path,
    services: &[String],
    import: &mut Import,
    host: &Host,
) -> Result<(), Finding> {
    let source = source(path, text(path, host)?, host);
    let read = |path: &Path| Ok(self::source(path, named_text(path, host)?, host));
    let project = host.var_said("COMPOSE_PROJECT_NAME").map(str::to_owned);
    let composed = Composed { source, services, project, read: &read };
    let (secrets, set) = (secret_names(), BTreeMap::new());
    let reading = Reading { secrets: &secrets, roots: roots(host), set: &set };
    if let Err(faults) = compose(&composed, reading, import) {
        import.findings.extend(faults);
    }
    Ok(())
}

/// The services of a file, for a shell that waits: what is no plain file has none.
pub(in crate::commands) fn services(path: &Path, host: &Host) -> Vec<String> {
    let is_file = host.folder().join(path).is_file();
    let text = is_file.then(|| text(path, host)).and_then(Result::ok);
    text.map(|text| compose_services(&source(path, text, host))).unwrap_or_default()
}

fn source(path: &Path, text: String, host: &Host) -> Source {
    let name = shown(path.strip_prefix(host.folder()).unwrap_or(path));
    // What comes from a pipe lies where the caller stands.
    let path = host.folder().join(path);
    as_source(&path.canonicalize().unwrap_or(path), &name, text)
}
