//! `--dry-run`: the launch, or the command in a container, as a line for a shell or as the request. It touches nothing.

use super::{Desk, Exit, block_on, given};
use crate::cli::{DryRun, Format, Launch};
use crate::convert::{DockerLine, docker_exec, docker_run, exec_without_secrets, without_secrets};
use crate::engine::{NEWEST, create_request, exec_request};
use crate::finding::{Code, Finding, refuses};
use crate::preflight::{self, Moment};
use crate::spec::{Attachment, ExecSpec, ImageSource, LaunchSpec, MadeFolder, Networking};
use crate::ui::clean_json;
use crate::values::{Gpus, HealthCommand, IfExists, Pull, Value};
use std::collections::{BTreeMap, BTreeSet};
use std::path::Path;

/// Prints the launch.
pub(super) fn run(spec: LaunchSpec, kind: DryRun, launch: &Launch, desk: &Desk<'_>) -> Exit {
    one(spec, kind, (launch, desk), &mut BTreeSet::new())
}

/// Prints the launches of a stack, in their order.
pub(super) fn all(specs: Vec<LaunchSpec>, kind: DryRun, launch: &Launch, desk: &Desk<'_>) -> Exit {
    let mut networks = BTreeSet::new();
    let exits: Vec<Exit> =
        specs.into_iter().map(|spec| one(spec, kind, (launch, desk), &mut networks)).collect();
    exits.into_iter().find(|exit| *exit != Exit::Fine).unwrap_or(Exit::Fine)
}

/// One of them. What is taken for granted of a network is said once.
fn one(
    spec: LaunchSpec,
    kind: DryRun,
    (launch, desk): (&Launch, &Desk<'_>),
    networks: &mut BTreeSet<String>,
) -> Exit {
    let spec = match kind {
        DryRun::Offline => {
            assumed(&image_there(&spec), &spec, desk);
            let new = networks_there(&spec).into_iter().filter(|line| networks.insert(line.clone()));
            new.for_each(|line| desk.ui.assumed(&line));
            assumptions(&spec).iter().for_each(|line| assumed(line, &spec, desk));
            let gpus = preflight::gpu::assume(spec.gpus());
            spec.with_gpus(gpus)
        }
        DryRun::Engine => {
            let asked = block_on(async {
                let engine = desk.engine(&launch.call).await?;
                Ok(desk.checked(spec, &engine, &launch.call, Moment::Ahead).await)
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
    not_dockers(&spec).iter().for_each(|line| assumed(line, &spec, desk));
    let text = match launch.call.format {
        Format::Text => Ok(line(docker_run(&spec), |name| spec.source_of(name), desk)),
        Format::Json => json(&spec),
    };
    printed(text, desk)
}

/// Prints a command in a container.
pub(super) fn exec(spec: &ExecSpec, container: &str, launch: &Launch, desk: &Desk<'_>) -> Exit {
    let text = match launch.call.format {
        Format::Text => Ok(line(docker_exec(spec, container), |_| None, desk)),
        Format::Json => {
            let text = clean_json(&exec_request(&exec_without_secrets(spec), NEWEST));
            Ok(spec.secrets.without_url_passwords(&text))
        }
    };
    printed(text, desk)
}

/// Prints a result, if there is one.
fn printed(text: Result<String, serde_json::Error>, desk: &Desk<'_>) -> Exit {
    let text = match text {
        Ok(text) => text,
        Err(error) => {
            return desk.refuse(&[Finding::error(Code::Internal, error.to_string())], Exit::Launch);
        }
    };
    match given(desk.ui.result(&text)) {
        Ok(()) => Exit::Fine,
        Err(finding) => desk.refuse(&[finding], Exit::Launch),
    }
}

/// Says what a line takes for granted; of one of a stack, whose it is.
fn assumed(line: &str, spec: &LaunchSpec, desk: &Desk<'_>) {
    match (spec.stack(), &spec.service) {
        (Some(_), Some(service)) => desk.ui.assumed(&format!("{service}: {line}")),
        _ => desk.ui.assumed(line),
    }
}

/// The image that is to be there.
fn image_there(spec: &LaunchSpec) -> String {
    let image = spec.image.reference.tagged();
    match spec.image.source {
        ImageSource::OwnBinary => {
            format!("the engine has the image {image} (dynrun makes it when it launches)")
        }
        ImageSource::Engine(_) => format!("the engine has the image {image}{}", or_built(spec)),
    }
}

/// What else an engine would have decided.
fn assumptions(spec: &LaunchSpec) -> Vec<String> {
    let mut lines = Vec::new();
    if spec.networking.attachments().len() > 1 {
        lines.push("the engine speaks API 1.44 or newer: before, docker's client cannot say several networks (dynrun can)".to_owned());
    }
    if let Networking::Container { target } = &spec.networking {
        lines.push(format!("the container {target} runs"));
    }
    lines.extend(spec.made_folders.iter().map(there));
    if spec.options.gpus.get() == Some(&Gpus::Auto) {
        lines.push("the engine has GPUs: --gpus auto takes them all (--dry-run=engine asks it)".to_owned());
    }
    lines
}

/// The networks that are to be there, each with the line that makes it where dynrun would.
fn networks_there(spec: &LaunchSpec) -> Vec<String> {
    let attachments = spec.networking.attachments().iter();
    let there = attachments.map(|Attachment { network, .. }| match spec.create_networks.get(network) {
        Some(declared) => {
            let line = declared.create_line(network);
            format!("the network {network} exists (dynrun makes it when it launches: {line})")
        }
        None => format!("the network {network} exists"),
    });
    there.collect()
}

/// From where the image is built when it launches, where it is.
fn or_built(spec: &LaunchSpec) -> String {
    let build = spec.image.build.as_ref().filter(|_| spec.image.reference.can_be_given());
    let context = build.and_then(|build| build.context.as_ref());
    let how = match spec.image.source {
        ImageSource::Engine(Pull::Never) => "builds it",
        ImageSource::Engine(_) | ImageSource::OwnBinary => "pulls it, or builds it",
    };
    let built = |folder: &Path| format!(" (else dynrun {how} from {})", folder.display());
    context.map(|context| built(&context.value)).unwrap_or_default()
}

/// A folder that is made when it launches, with the line that does the same where mode or owner are said.
fn there(folder: &MadeFolder) -> String {
    let path = folder.path.display();
    match folder.how.is_plain() {
        true => format!("{path} is there (dynrun makes it as you when it launches)"),
        false => format!("{path} is there (dynrun makes it so when it launches: {})", folder.line()),
    }
}

/// What is asked of dynrun and stands in no line of docker's, whose launch goes on without it.
fn not_dockers(spec: &LaunchSpec) -> Vec<String> {
    let mut lines = Vec::new();
    if spec.lifecycle.readiness().is_some() {
        lines.push("nobody waits until it is ready: docker run has no --wait".to_owned());
        if !spec.said_ready().is_empty() {
            lines.push("nothing is asked whether it is ready: docker run has no --ready".to_owned());
        }
    }
    if spec.image.newer.is_some() {
        lines.push("no registry is asked for a newer image: docker run has no --pull newer (--pull always pulls, or fails)".to_owned());
    }
    if matches!(spec.options.health_cmd.get(), Some(HealthCommand::Program(_))) {
        lines.push(
            "the image has a shell: docker run gives its health check to one, and dynrun runs the program itself \
             (--format json has it exactly)"
                .to_owned(),
        );
    }
    if spec.if_exists != IfExists::Fail {
        let word = spec.if_exists.word();
        lines.push(format!("no container has the name: docker run has no --if-exists {word}"));
    }
    lines
}

/// The line, after what it takes for granted. Docker's line has no word for a variable that is handed over under another
/// name than the caller's.
fn line<'s>(said: DockerLine, source: impl Fn(&str) -> Option<&'s str>, desk: &Desk<'_>) -> String {
    let (renamed, held): (Vec<&String>, Vec<&String>) =
        said.secrets.iter().partition(|name| source(name).is_some());
    if !held.is_empty() {
        let names: Vec<&str> = held.iter().map(|name| name.as_str()).collect();
        desk.ui.assumed(&format!("the environment holds {}", names.join(", ")));
    }
    for name in renamed {
        let source = source(name).unwrap_or_default();
        desk.ui.assumed(&format!("the environment holds {name}, with the value that {source} has"));
    }
    if said.hides_more {
        desk.ui
            .assumed("*** stands for a secret, which is not printed: a URL's password, an argument, or a label's value");
    }
    said.line
}

/// The create request, with secrets by name only.
fn json(spec: &LaunchSpec) -> Result<String, serde_json::Error> {
    let shown = without_secrets(spec);
    let text = clean_json(&create_request(&shown, &BTreeMap::new(), NEWEST)?);
    Ok(spec.secrets.without_url_passwords(&text))
}
