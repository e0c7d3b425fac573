//! `dynrun check`: whether a launch would go well, without touching anything.

mod stack;

use super::planned::{known_checks, planned_as, request};
use super::stacked::of_no_stack;
use super::{Desk, Exit, block_on};
use crate::cli::{Call, CheckQuery, DryRun, Format, Launch};
use crate::config::{Loaded, Request, Settled, Surroundings};
use crate::finding::{Findings, refuses};
use crate::preflight::{self, Answer, CHECKS, Check, Moment, PortState};
use crate::spec::LaunchSpec;
use crate::ui::{clean, clean_json, table};
use serde_json::{Value, json};
use std::fmt::Write as _;
use std::sync::Arc;

/// The socket that an engine has unless somebody says otherwise: what `--use-api-socket` would hand over.
const ENGINE: &str = "/var/run/docker.sock";

/// What was checked, as far as it came.
#[derive(Default)]
struct Checked {
    spec: Option<LaunchSpec>,
    findings: Findings,
    ports: Vec<PortState>,
    answers: Vec<(&'static Check, Answer)>,
}

/// Checks a launch and prints what was found, or lists the checks.
pub(super) fn run(query: &CheckQuery, desk: &Desk<'_>) -> Exit {
    if let Err(unknown) = known_checks(&query.launch.call) {
        return desk.refuse(&unknown, Exit::Usage);
    }
    let format = query.launch.call.format;
    if query.list {
        let text = match format {
            Format::Json => clean_json(&CHECKS.iter().map(row).collect::<Vec<_>>()),
            Format::Text => list(),
        };
        return desk.print(&text, Exit::Fine);
    }
    let files = Arc::new(Loaded::read(desk.host, &query.launch.call.config));
    if let Some(stack) = query.launch.positional.as_ref().filter(|word| files.is_stack(word)) {
        return stack::run(stack, &files, query, desk);
    }
    if let Err(finding) = of_no_stack(&query.of_stack) {
        return desk.refuse(&[finding], Exit::Usage);
    }
    let checked = match query.offline {
        true => judged_alone(&query.launch, files, desk),
        false => checked(&query.launch, files, desk),
    };
    let exit = if refuses(&checked.findings) { Exit::Problem } else { Exit::Fine };
    match format {
        Format::Json => desk.print(&as_json(&checked, desk), exit),
        Format::Text => {
            desk.ui.findings(&checked.findings);
            desk.print(&as_table(&checked), exit)
        }
    }
}

/// The table of checks.
fn list() -> String {
    let title = ["CHECK", "SAYS AT MOST", "WHEN", "LOOKS AT"];
    let rows = CHECKS.iter().map(|check| [check.name, check.level.word(), when(check), check.about]);
    let lines: Vec<[String; 4]> =
        std::iter::once(title).chain(rows).map(|cells| cells.map(str::to_owned)).collect();
    table(&lines)
}

fn row(check: &Check) -> Value {
    json!({ "name": check.name, "level": check.level.word(), "when": when(check), "about": check.about })
}

fn when(check: &Check) -> &'static str {
    match check.moment {
        Moment::Launch => "launch",
        Moment::Ahead => "ahead",
    }
}

/// Every stage of a launch but the last, each with what it has to say; a stage that refuses is the last one.
fn checked(launch: &Launch, files: Arc<Loaded>, desk: &Desk<'_>) -> Checked {
    let mut findings = Findings::new();
    let request = Request { tells_overridden: true, loaded: Some(files), ..request(launch, desk) };
    match planned_as(&request, |_| (), launch, desk, &mut findings) {
        Err(said) => {
            findings.extend(said);
            Checked { findings, ..Checked::default() }
        }
        Ok(spec) => looked_at(spec, launch, desk, findings),
    }
}

/// The launch by what is said of it alone: no engine is asked, no secret is needed, and neither this machine's addresses nor
/// its terminal count. The same words, files and variables come to the same answer anywhere.
fn judged_alone(launch: &Launch, files: Arc<Loaded>, desk: &Desk<'_>) -> Checked {
    let launch = without_engine(launch);
    let mut findings = Findings::new();
    let request = anywhere(Request { loaded: Some(files), ..request(&launch, desk) });
    match planned_as(&request, settled_anywhere, &launch, desk, &mut findings) {
        Ok(spec) => Checked { spec: Some(spec), findings, ..Checked::default() },
        Err(said) => {
            findings.extend(said);
            Checked { findings, ..Checked::default() }
        }
    }
}

/// The call without an engine, whatever it says of one.
fn without_engine(launch: &Launch) -> Launch {
    let call = Call { dry_run: Some(DryRun::Offline), ..launch.call.clone() };
    Launch { call, ..launch.clone() }
}

/// A request that comes to the same on any machine.
fn anywhere(request: Request) -> Request {
    Request { proxies: Vec::new(), engine_socket: None, surroundings: Surroundings::Unseen, ..request }
}

fn settled_anywhere(settled: &mut Settled) {
    settled.at_terminal = false;
    settled.engine_socket = Some(ENGINE.into());
}

/// The launch against this machine and the engine.
fn looked_at(spec: LaunchSpec, launch: &Launch, desk: &Desk<'_>, mut findings: Findings) -> Checked {
    let asked = block_on(async {
        let engine = desk.engine(&launch.call).await?;
        Ok(desk.checked(spec.clone(), &engine, &launch.call, Moment::Ahead).await)
    });
    match asked.and_then(|asked| asked) {
        Ok(preflight::Checked { spec, findings: said, ports, answers }) => {
            findings.extend(said);
            Checked { spec: Some(spec), findings, ports, answers }
        }
        Err(finding) => {
            findings.push(finding.help("to judge what is said of the launch alone: dynrun check --offline"));
            Checked { spec: Some(spec), findings, ..Checked::default() }
        }
    }
}

/// What was looked at, and one line for the whole.
fn as_table(checked: &Checked) -> String {
    lines(checked) + verdict(&checked.findings)
}

fn verdict(findings: &Findings) -> &'static str {
    if refuses(findings) { "refused\n" } else { "fine\n" }
}

/// One line for the launch, one a port, one a check that could not tell or was left out.
fn lines(checked: &Checked) -> String {
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
    for (check, answer) in &checked.answers {
        let _ = match answer {
            Answer::CannotTell(why) => writeln!(text, "{}: cannot tell: {}", check.name, clean(why)),
            Answer::Skipped => writeln!(text, "{}: skipped", check.name),
            Answer::Fine | Answer::Wrong => Ok(()),
        };
    }
    text
}

fn as_json(checked: &Checked, desk: &Desk<'_>) -> String {
    let mut document = fields(checked);
    document["refused"] = json!(refuses(&checked.findings));
    document["findings"] = json!(desk.ui.findings_json(&checked.findings));
    clean_json(&document)
}

fn fields(checked: &Checked) -> Value {
    let spec = checked.spec.as_ref();
    json!({
        "service": spec.and_then(|spec| spec.service.as_deref()),
        "profile": spec.map(|spec| spec.profile.as_str()),
        "image": spec.map(|spec| spec.image.reference.tagged()),
        "ports": checked.ports.iter().map(port).collect::<Vec<_>>(),
        "checks": checked.answers.iter().map(answer).collect::<Vec<_>>(),
    })
}

fn answer((check, answer): &(&'static Check, Answer)) -> Value {
    let why = match answer {
        Answer::CannotTell(why) => Some(clean(why)),
        Answer::Fine | Answer::Wrong | Answer::Skipped => None,
    };
    json!({ "name": check.name, "answer": answer.word(), "why": why })
}

fn port(state: &PortState) -> Value {
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
