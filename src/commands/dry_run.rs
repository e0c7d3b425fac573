//! `--dry-run`: the launch as a line for a shell, or as the create request. It touches nothing.

use super::{Desk, Exit, block_on, unwritable};
use crate::cli::{DryRun, Format, Launch};
use crate::convert::{docker_run, without_secrets};
use crate::engine::{NEWEST, create_request};
use crate::finding::{Code, Finding, refuses};
use crate::preflight;
use crate::spec::{ImageSource, LaunchSpec, Networking};
use crate::values::Gpus;
use std::collections::BTreeMap;

/// Prints the launch.
pub(super) fn run(spec: LaunchSpec, kind: DryRun, launch: &Launch, desk: &Desk<'_>) -> Exit {
    let spec = match kind {
        DryRun::Offline => {
            assumptions(&spec).iter().for_each(|line| desk.ui.assumed(line));
            let gpus = preflight::gpu::assume(spec.gpus());
            spec.with_gpus(gpus)
        }
        DryRun::Engine => {
            let asked = block_on(async {
                let engine = desk.engine(&launch.call).await?;
                let mut checked = desk.checked(spec, &engine, &launch.call).await;
                checked.findings.extend(preflight::foresee(&checked.spec, &engine).await);
                Ok(checked)
            });
            let checked = match asked.and_then(|asked| asked) {
                Ok(checked) => checked,
                Err(finding) => return desk.refuse(&[finding], Exit::Launch),
            };
            desk.ui.findings(&checked.findings);
            if refuses(&checked.findings) {
                return Exit::Launch;
            }
            checked.spec
        }
    };
    let text = match launch.call.format {
        Format::Text => line(&spec, desk),
        Format::Json => match json(&spec) {
            Ok(text) => text,
            Err(error) => {
                return desk.refuse(&[Finding::error(Code::Internal, error.to_string())], Exit::Launch);
            }
        },
    };
    match desk.ui.result(&text) {
        Ok(()) => Exit::Fine,
        Err(error) => desk.refuse(&[unwritable(&error)], Exit::Launch),
    }
}

/// What an engine would have decided.
fn assumptions(spec: &LaunchSpec) -> Vec<String> {
    let image = spec.image.reference.tagged();
    let mut lines = vec![match spec.image.source {
        ImageSource::OwnBinary => {
            format!("the engine has the image {image} (dynrun makes it when it launches)")
        }
        ImageSource::Engine(_) => format!("the engine has the image {image}"),
    }];
    match &spec.networking {
        Networking::Own { attachments, .. } => {
            let names =
                attachments.iter().map(|attachment| format!("the network {} exists", attachment.network));
            lines.extend(names);
        }
        Networking::Container { target } => lines.push(format!("the container {target} runs")),
        Networking::Host { .. } | Networking::Bridge { .. } | Networking::None { .. } => {}
    }
    if spec.options.gpus.get() == Some(&Gpus::Auto) {
        lines.push("the engine has GPUs: --gpus auto takes them all (--dry-run=engine asks it)".to_owned());
    }
    lines
}

fn line(spec: &LaunchSpec, desk: &Desk<'_>) -> String {
    let run = docker_run(spec);
    if !run.secrets.is_empty() {
        desk.ui.assumed(&format!("the environment holds {}", run.secrets.join(", ")));
    }
    if run.hides_more {
        desk.ui
            .assumed("*** stands for a secret, which is not printed: a URL's password, or a label's value");
    }
    run.line
}

/// The create request, with secrets by name only.
fn json(spec: &LaunchSpec) -> Result<String, serde_json::Error> {
    let shown = without_secrets(spec);
    let text = serde_json::to_string_pretty(&create_request(&shown, &BTreeMap::new(), NEWEST)?)?;
    Ok(spec.secrets.without_url_passwords(&text))
}
