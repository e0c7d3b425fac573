//! `dynrun export`: a launch as a `docker run` line, a compose file, or a manifest of Kubernetes. It asks no engine.

use super::planned::{planned_as, request};
use super::{Desk, Exit, dry_run};
use crate::cli::{DryRun, ExportQuery, ExportTarget};
use crate::config::{Request, Surroundings};
use crate::convert::{Exported, to_compose, to_kubernetes};
use crate::finding::Findings;
use crate::preflight;
use crate::spec::LaunchSpec;

/// Prints the launch.
pub(super) fn run(query: &ExportQuery, desk: &Desk<'_>) -> Exit {
    let mut said = Findings::new();
    // No value of a secret is printed, so that none has to be here.
    let request = Request { surroundings: Surroundings::AsFound, ..request(&query.launch, desk) };
    let planned = planned_as(&request, |_| (), &query.launch, desk, &mut said);
    desk.ui.findings(&said);
    let spec = match planned {
        Ok(spec) => spec,
        Err(findings) => return desk.refuse(&findings, Exit::Problem),
    };
    let Exported { text, findings } = match query.target {
        ExportTarget::Docker => {
            return match dry_run::run(spec, DryRun::Offline, &query.launch, desk) {
                Exit::Fine => Exit::Fine,
                _ => Exit::Problem,
            };
        }
        ExportTarget::Compose => to_compose(&decided(&spec)),
        ExportTarget::Kubernetes => to_kubernetes(&decided(&spec)),
    };
    desk.ui.findings(&findings);
    desk.print(&text, Exit::Fine)
}

/// The launch with the GPUs that an engine would be asked for.
fn decided(spec: &LaunchSpec) -> LaunchSpec {
    let gpus = preflight::gpu::assume(spec.gpus());
    spec.with_gpus(gpus)
}
