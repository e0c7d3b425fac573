//! `dynrun doctor`: the machine on one page. What is wrong with it comes first, each with its command.

use super::{Desk, Exit, asker, block_on, ports};
use crate::cli::{Call, Format, Ports};
use crate::config::{config_files, known_ports, machine_limits};
use crate::engine::{Engine, EngineError};
use crate::finding::{Finding, Findings, Level};
use crate::preflight::doctor::{self, Part, Room};
use crate::preflight::gpu;
use crate::ui::{clean, clean_json, table};
use crate::values::{PortQuery, PortRange, Protocol};
use serde_json::{Map, Value, json};
use std::path::Path;
use std::time::Duration;

/// How long the engine may take for its part.
const PATIENCE: Duration = Duration::from_secs(10);

/// Looks at everything and prints the page. What is an error, or a warning, is a problem.
pub(super) fn run(call: &Call, desk: &Desk<'_>) -> Exit {
    let mut parts = match block_on(of_the_engine(call, desk)) {
        Ok(parts) => parts,
        Err(finding) => vec![Part::new("engine").says([finding])],
    };
    parts.push(doctor::machine(desk.host));
    parts.push(held(call, desk));
    parts.push(own(desk));
    let findings = taken(&mut parts);
    let exit = if is_well(&findings) { Exit::Fine } else { Exit::Problem };
    match call.format {
        Format::Json => desk.print(&as_json(&parts, &findings, desk), exit),
        Format::Text => {
            desk.ui.findings(&findings);
            desk.print(&as_table(&parts), exit)
        }
    }
}

/// What the parts have to say, in their order. What keeps several of them from telling is said once.
fn taken(parts: &mut [Part]) -> Findings {
    let mut findings = Findings::new();
    for finding in parts.iter_mut().flat_map(|part| std::mem::take(&mut part.findings)) {
        if !findings.contains(&finding) {
            findings.push(finding);
        }
    }
    findings
}

/// Whether there is nothing to mend.
fn is_well(findings: &[Finding]) -> bool {
    findings.iter().all(|finding| finding.level < Level::Warning)
}

/// What the engine tells, and what of this machine counts because it is on it.
async fn of_the_engine(call: &Call, desk: &Desk<'_>) -> Vec<Part> {
    let engine = match desk.engine(call).await {
        Ok(engine) => engine,
        Err(finding) => return vec![Part::new("engine").fact("answers", "no").says([finding])],
    };
    let asked = tokio::time::timeout(PATIENCE, asked(&engine, desk)).await;
    let (mut parts, error) = match asked.unwrap_or(Err(EngineError::Silent(PATIENCE))) {
        Ok(parts) => (parts, None),
        Err(error) => (Vec::new(), Some(error.finding("tell what it is", engine.endpoint()))),
    };
    let mut first = if parts.is_empty() { Part::new("engine") } else { parts.remove(0) };
    let endpoint = engine.endpoint();
    first.facts.insert(0, ("address".to_owned(), format!("{} ({})", endpoint.address, endpoint.origin)));
    first
        .facts
        .insert(1, ("API".to_owned(), format!("{} (asked under {})", engine.newest(), engine.version())));
    std::iter::once(first.says(error)).chain(parts).collect()
}

async fn asked(engine: &Engine, desk: &Desk<'_>) -> Result<Vec<Part>, EngineError> {
    let portrait = engine.portrait().await?;
    let asker = asker(engine);
    let place = if asker.shares_machine { "this machine" } else { "cannot be told to be this machine" };
    let mut parts = vec![doctor::engine(&portrait).fact("place", place)];
    if asker.shares_machine {
        let room = Room::at(Path::new(&portrait.folder));
        parts.extend(room.map(|room| doctor::disk(&portrait.folder, room, machine_limits().low_disk)));
        parts.push(doctor::gpus(&gpu::survey(engine, desk.host).await?));
    }
    parts.push(doctor::left(&engine.leftovers(&asker).await?));
    Ok(parts)
}

/// Who holds the ports that the software around dynrun is known by.
fn held(call: &Call, desk: &Desk<'_>) -> Part {
    let known = known_ports().iter();
    let asked =
        known.map(|known| PortQuery { range: PortRange::single(known.port), protocol: Some(known.protocol) });
    let call = Call { format: Format::Text, ..call.clone() };
    let query = Ports { call, asked: asked.collect(), protocols: vec![Protocol::Tcp, Protocol::Udp] };
    let (lines, findings) = ports::holders(&query, desk);
    let part = lines.into_iter().fold(Part::new("ports"), |part, (port, holder)| part.fact(port, holder));
    let part = match (part.facts.is_empty(), findings.is_empty()) {
        (true, true) => part.fact("known ones", "nobody holds any"),
        (true, false) => part.fact("known ones", "cannot be told"),
        (false, _) => part,
    };
    part.says(findings)
}

/// dynrun itself, and the files that it reads.
fn own(desk: &Desk<'_>) -> Part {
    let (files, findings) = config_files(desk.host);
    let files = if files.is_empty() { "none".to_owned() } else { files.join(", ") };
    Part::new("dynrun").fact("version", env!("CARGO_PKG_VERSION")).fact("files", files).says(findings)
}

fn as_table(parts: &[Part]) -> String {
    let mut lines = Vec::new();
    for part in parts {
        for (at, (name, value)) in part.facts.iter().enumerate() {
            let part = if at == 0 { part.name } else { "" };
            lines.push([part.to_owned(), clean(name), clean(value)]);
        }
    }
    table(&lines)
}

fn as_json(parts: &[Part], findings: &[Finding], desk: &Desk<'_>) -> String {
    let facts = |part: &Part| -> Map<String, Value> {
        part.facts.iter().map(|(name, value)| (name.clone(), clean(value).into())).collect()
    };
    let parts: Map<String, Value> =
        parts.iter().map(|part| (part.name.to_owned(), facts(part).into())).collect();
    clean_json(&json!({
        "well": is_well(findings), "parts": parts, "findings": desk.ui.findings_json(findings),
    }))
}
