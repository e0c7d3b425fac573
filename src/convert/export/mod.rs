//! A decided launch into what others launch from: a compose file, a manifest of Kubernetes. No value of a secret is in it.

mod compose;
mod counterparts;
mod kubernetes;
mod yaml;

pub use compose::to_compose;
pub use counterparts::{COUNTERPARTS, Counterpart, Side};
pub use kubernetes::to_kubernetes;

use crate::finding::{Code, Finding, Findings, Origin};
use crate::options::Row;
use crate::spec::{ImageSource, LaunchSpec, Lifecycle};
use crate::values::Value as _;

/// What came of a launch.
#[derive(Debug)]
pub struct Exported {
    /// The file.
    pub text: String,
    /// What is not in it, and why.
    pub findings: Findings,
}

/// Which of the two files is written.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Format {
    Compose,
    Kubernetes,
}

/// A note that an option is not in the file.
fn left_out(option: &str, why: &str, words: &str, origin: &Origin) -> Finding {
    let finding = Finding::note(Code::NotCarriedOver, format!("--{option} is left out: {why}"));
    let asked = Row::find(option).map(|row| row.asked(words, origin)).unwrap_or_default();
    finding.asked(asked, origin)
}

/// Names every option that is said and has no counterpart.
fn without_counterpart(spec: &LaunchSpec, format: Format) -> Findings {
    let mut findings = Findings::new();
    for Counterpart { option, compose, kubernetes } in COUNTERPARTS {
        let side = match format {
            Format::Compose => compose,
            Format::Kubernetes => kubernetes,
        };
        let (Side::Lacks(why), Some(row)) = (side, Row::find(option)) else { continue };
        for said in (row.slots.said)(&spec.options, &spec.secrets).iter().filter(|said| said.text != "false")
        {
            findings.push(left_out(option, why, &said.text, &said.origin));
        }
    }
    findings.extend(of_launch(spec));
    findings
}

/// What dynrun itself does at a launch, of which nothing is left in its options.
fn of_launch(spec: &LaunchSpec) -> Findings {
    let note =
        |what: &str, why: &str| Finding::note(Code::NotCarriedOver, format!("{what} is left out: {why}"));
    let mut findings = Findings::new();
    match &spec.lifecycle {
        Lifecycle::Attached { limit: Some(limit), .. } => {
            findings.push(left_out(
                "time-limit",
                "nobody ends the container after a time",
                &limit.value.word(),
                &limit.origin,
            ));
        }
        Lifecycle::Detached { readiness: Some(_), .. } => {
            findings.push(note("--wait", "whoever launches it waits in their own way"));
        }
        Lifecycle::Attached { .. } | Lifecycle::Detached { .. } => {}
    }
    if spec.image.source == ImageSource::OwnBinary {
        findings.push(note(
            "how the image is made",
            "dynrun makes it of its own binary when it launches: nobody can pull it",
        ));
    }
    if spec.image.build.is_some() {
        findings.push(note("how the image is built", "the file names an image that is there"));
    }
    findings.extend(
        spec.made_folders
            .iter()
            .map(|folder| note(&format!("that {} is made", folder.path.display()), "it has to be there")),
    );
    findings
}

/// The file, without the password of any URL in it.
fn finished(text: &str, mut findings: Findings, spec: &LaunchSpec) -> Exported {
    if spec.shown_command() != spec.command {
        let message = "a secret in the command is left out, and stands as ***: no file holds it";
        let note = Finding::note(Code::NotCarriedOver, message);
        findings
            .push(note.help("have a shell in the container fill it in from a variable, which is forwarded"));
    }
    let shown = spec.secrets.without_url_passwords(text);
    if shown != text {
        let message = "the password of a URL is left out, and stands as ***: no file holds it";
        let note = Finding::note(Code::NotCarriedOver, message);
        findings.push(note.help("say the URL as a variable, whose value is forwarded"));
    }
    Exported { text: shown, findings }
}

/// The name of a launch: its service's, else its container's, else its image's.
fn title(spec: &LaunchSpec) -> String {
    let name = spec.options.name.get().map(|name| name.0.clone()).filter(|name| !name.is_empty());
    let image = spec.image.reference.tagged();
    let last = image.rsplit('/').next().unwrap_or_default();
    let of_image = last.split([':', '@']).next().unwrap_or_default().to_owned();
    spec.service.clone().or(name).unwrap_or(of_image)
}
