//! A decided launch into what others launch from: a compose file, a manifest of Kubernetes. No value of a secret is in it.

mod compose;
mod counterparts;
mod kubernetes;
mod yaml;

pub use compose::to_compose;
pub use counterparts::{COUNTERPARTS, Counterpart, Side};
pub use kubernetes::to_kubernetes;

use crate::finding::{Code, Finding, Findings, Origin};
use crate::options::{Row, Said};
use crate::spec::{ImageSource, LaunchSpec, is_habit};

/// One of the launches that a file is to hold.
#[derive(Debug)]
pub struct Part<'a> {
    /// The launch.
    pub spec: &'a LaunchSpec,
    /// The services that are to be ready before it, in the file or not.
    pub needs: Vec<&'a str>,
}

impl Part<'_> {
    /// Those of its needs that are in the file as well.
    fn needed<'p>(&self, parts: &'p [Part<'_>]) -> Vec<&'p Part<'p>> {
        let is_needed = |part: &&Part<'_>| self.needs.iter().any(|need| part.is_called(need));
        parts.iter().filter(is_needed).collect()
    }

    fn is_called(&self, service: &str) -> bool {
        self.spec.service.as_deref() == Some(service)
    }

    /// What it needs, and the file does not hold.
    fn alone(&self, parts: &[Part<'_>]) -> Findings {
        let is_strange = |need: &&&str| !parts.iter().any(|part| part.is_called(need));
        let strangers = self.needs.iter().filter(is_strange).map(|need| {
            let message = format!("that it needs {need} is left out: the file holds {}", files(parts));
            let note = Finding::note(Code::NotCarriedOver, message);
            note.help("say both as a stack, and export that: [stack.NAME] services = [...]")
        });
        strangers.collect()
    }
}

/// What the file holds, for a message.
fn files(parts: &[Part<'_>]) -> &'static str {
    if parts.len() == 1 { "one service" } else { "the stack alone" }
}

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
        let of_docker = (row.slots.said)(&spec.options, &spec.secrets);
        // What a stack says of its services by itself, nobody asked for.
        let of_docker = of_docker.into_iter().filter(|said| !matches!(said.origin, Origin::Rule(_)));
        for said in of_docker.chain(own(row, spec)).filter(|said| said.text != "false") {
            findings.push(left_out(option, why, &said.text, &said.origin));
        }
    }
    findings.extend(of_launch(spec));
    findings
}

/// What somebody said of an option of dynrun's own. What dynrun itself says of it, nobody asked for.
fn own(row: &Row, spec: &LaunchSpec) -> impl Iterator<Item = Said> {
    let said = (row.slots.said)(spec.settled(), &spec.secrets);
    let is_own = row.is_own;
    said.into_iter().filter(move |said| is_own && !is_habit(&said.origin))
}

/// What dynrun itself does at a launch, of which nothing is left in its options.
fn of_launch(spec: &LaunchSpec) -> Findings {
    let note =
        |what: &str, why: &str| Finding::note(Code::NotCarriedOver, format!("{what} is left out: {why}"));
    let mut findings = Findings::new();
    if spec.image.source == ImageSource::OwnBinary {
        findings.push(note(
            "how the image is made",
            "dynrun makes it of its own binary when it launches: nobody can pull it",
        ));
    }
    let is_named = Row::find("build-on-missing").is_some_and(|row| own(row, spec).next().is_some());
    if spec.image.build.is_some() && !is_named {
        findings.push(note("how the image is built", "the file names an image that is there"));
    }
    findings.extend(
        spec.made_folders
            .iter()
            .map(|folder| note(&format!("that {} is made", folder.path.display()), "it has to be there")),
    );
    findings
}

/// Findings about one of several launches.
fn about(part: &Part<'_>, parts: &[Part<'_>], findings: Findings) -> Findings {
    match &part.spec.service {
        Some(service) if parts.len() > 1 => {
            findings.into_iter().map(|finding| finding.of_service(service)).collect()
        }
        _ => findings,
    }
}

/// The file, without the password of any URL in it.
fn finished(text: &str, mut findings: Findings, parts: &[Part<'_>]) -> Exported {
    if parts.iter().any(|part| part.spec.shown_command() != part.spec.command) {
        let message = "a secret in the command is left out, and stands as ***: no file holds it";
        let note = Finding::note(Code::NotCarriedOver, message);
        findings
            .push(note.help("have a shell in the container fill it in from a variable, which is forwarded"));
    }
    let shown =
        parts.iter().fold(text.to_owned(), |text, part| part.spec.secrets.without_url_passwords(&text));
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
