//! `dynrun check`: whether a launch would go well, without touching anything.

use super::{Desk, Exit, asker, block_on, planned::planned};
use crate::cli::{Format, Launch};
use crate::finding::{Finding, Findings, refuses};
use crate::preflight::{self, PortState};
use crate::spec::LaunchSpec;
use crate::ui::{clean, clean_json};
use serde_json::json;
use std::fmt::Write as _;

/// What was checked, as far as it came.
#[derive(Default)]
struct Checked {
    spec: Option<LaunchSpec>,
    findings: Findings,
    ports: Vec<PortState>,
}

/// Checks a launch, and prints what was found.
pub(super) fn run(launch: &Launch, desk: &Desk<'_>) -> Exit {
    let checked = checked(launch, desk);
    let exit = if refuses(&checked.findings) { Exit::Problem } else { Exit::Fine };
    match launch.call.format {
        Format::Json => desk.print(&as_json(&checked, desk), exit),
        Format::Text => {
            desk.ui.findings(&checked.findings);
            desk.print(&as_table(&checked), exit)
        }
    }
}

/// Every stage of a launch but the last, each with what it has to say; a stage that refuses is the last one.
fn checked(launch: &Launch, desk: &Desk<'_>) -> Checked {
    let mut findings = Findings::new();
    match planned(launch, desk, &mut findings) {
        Err(said) => {
            findings.extend(said);
            Checked { findings, ..Checked::default() }
        }
        Ok(spec) => looked_at(spec, launch, desk, findings),
    }
}

/// The launch against this machine and the engine.
fn looked_at(spec: LaunchSpec, launch: &Launch, desk: &Desk<'_>, mut findings: Findings) -> Checked {
    let asked = block_on(async {
        let engine = desk.engine(&launch.call).await?;
        let mut checked = preflight::check(spec.clone(), &engine, desk.host).await;
        checked.findings.extend(preflight::foresee(&checked.spec, &engine, &asker(&engine)).await);
        Ok::<_, Finding>(checked)
    });
    match asked.and_then(|asked| asked) {
        Ok(preflight::Checked { spec, findings: said, ports }) => {
            findings.extend(said);
            findings.extend(preflight::advice(&spec, desk.host));
            Checked { spec: Some(spec), findings, ports }
        }
        Err(finding) => {
            findings.push(finding);
            Checked { spec: Some(spec), findings, ports: Vec::new() }
        }
    }
}

/// One line for the launch, one a port, and one for the whole.
fn as_table(checked: &Checked) -> String {
    let mut text = String::new();
    if let Some(spec) = &checked.spec {
        let service = spec.service.as_ref().map(|service| format!("service {service}, "));
        let (service, image) = (service.unwrap_or_default(), spec.image.reference.tagged());
        let _ = writeln!(text, "{service}profile {}, image {image}", spec.profile);
    }
    for port in &checked.ports {
        let name = format!("{} {}", port.protocol.name(), port.ports);
        let holder = port.holder.as_ref().map(|holder| clean(&holder.words)).unwrap_or_default();
        let line = format!("{name:<16} {:<10} {:<8} {holder}", port.purpose, port.status.word());
        let _ = writeln!(text, "{}", line.trim_end());
    }
    text.push_str(if refuses(&checked.findings) { "refused\n" } else { "fine\n" });
    text
}

fn as_json(checked: &Checked, desk: &Desk<'_>) -> String {
    let ports: Vec<_> = checked.ports.iter().map(port).collect();
    let spec = checked.spec.as_ref();
    let document = json!({
        "service": spec.and_then(|spec| spec.service.as_deref()),
        "profile": spec.map(|spec| spec.profile.as_str()),
        "image": spec.map(|spec| spec.image.reference.tagged()),
        "refused": refuses(&checked.findings),
        "ports": ports,
        "findings": desk.ui.findings_json(&checked.findings),
    });
    clean_json(&document)
}

fn port(state: &PortState) -> serde_json::Value {
    json!({
        "protocol": state.protocol.to_string(),
        "port": state.ports.start,
        "last_port": state.ports.end,
        "purpose": state.purpose,
        "status": state.status.word(),
        "holder": state.holder.as_ref().map(|holder| json!({
            "words": clean(&holder.words),
            "pid": holder.pid,
            "process": holder.process.as_deref().map(clean),
            "container": holder.container.as_deref().map(clean),
            "service": holder.service.as_deref().map(clean),
        })),
    })
}
