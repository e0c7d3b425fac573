//! The command that files give a service, where the caller gives none: its stack's, else its own.

use super::choice::Chosen;
use super::document::{Document, Service};
use super::{Request, fits_image, row};
use crate::finding::{Code, FileKind, Finding, Origin};
use crate::options::{Layer, Setting};
use crate::values::{ImageRef, Value as _};

/// The command that counts.
pub(super) fn of_files<'d>(
    request: &Request,
    chosen: &'d Chosen,
    options: &Layer,
    document: &'d Document,
) -> Option<&'d Setting<Vec<String>>> {
    let (name, service) = chosen.service.as_ref()?;
    let of_stack = request.membership.as_ref().and_then(|of| of.command(name, document));
    let image = options.image.setting();
    let counts = |command: &&Setting<Vec<String>>| {
        fits_image(command, image.map(|image| &image.origin), document)
            || image.is_some_and(|image| is_of_another_tag(command, service, image, document))
    };
    of_stack.or(service.command.as_ref().filter(counts))
}

/// Whether the command is for another tag of the image that is launched: what runs in the one runs in the other.
fn is_of_another_tag(
    command: &Setting<Vec<String>>,
    service: &Service,
    image: &Setting<ImageRef>,
    document: &Document,
) -> bool {
    let said = service.section.parts.iter().filter_map(|part| part.said.options.image.setting());
    let mut others = said.filter(|other| other.origin != image.origin);
    others.any(|other| {
        let is_alike = other.value.repository() == image.value.repository();
        is_alike && fits_image(command, Some(&other.origin), document)
    })
}

/// What is to be said of the service's own command: that it does not count, as a higher file says another image; or that
/// a project's file has put it in the place of one that is not the project's.
pub(super) fn told(
    request: &Request,
    chosen: &Chosen,
    options: &Layer,
    document: &Document,
) -> Option<Finding> {
    let (service, said) = chosen.service.as_ref()?;
    let command = said.command.as_ref().filter(|_| request.command.is_empty())?;
    match of_files(request, chosen, options, document) {
        Some(counts) if counts.origin == command.origin => {
            replaced(service, said.command_below.as_ref()?, command).filter(|_| !request.trust)
        }
        Some(_) => None,
        None => unheard(service, command, options, request),
    }
}

/// The command of a lower file than the image's. Of what is built in it is told where somebody looks: who says another
/// image is likely to know its command.
fn unheard(
    service: &str,
    command: &Setting<Vec<String>>,
    options: &Layer,
    request: &Request,
) -> Option<Finding> {
    let image = &options.image.setting()?.origin;
    let why = match image {
        Origin::File(_) => "a higher file says its image",
        Origin::Variable(_) | Origin::Flag(_) | Origin::Rule(_) => "it is another image that is said",
    };
    let message = format!("the command of `{service}` does not count: {why}");
    let finding = match command.origin.is_built_in() {
        true if !request.tells_overridden => return None,
        true => Finding::note(Code::Overridden, message),
        false => Finding::warning(Code::Overridden, message),
    };
    let said = match image {
        Origin::File(_) | Origin::Rule(_) => "image".to_owned(),
        Origin::Flag(_) | Origin::Variable(_) => row("image")?.asked(&options.image.get()?.word(), image),
    };
    let finding = finding.asked("command", &command.origin).asked(said, image);
    Some(finding.help("say the command beside the image, or behind `--`"))
}

/// A project's file may be a stranger's: that it decides what runs is not kept silent.
fn replaced(service: &str, below: &Setting<Vec<String>>, command: &Setting<Vec<String>>) -> Option<Finding> {
    let kind = |setting: &Setting<Vec<String>>| match &setting.origin {
        Origin::File(place) => Some(place.file.kind),
        Origin::Variable(_) | Origin::Flag(_) | Origin::Rule(_) => None,
    };
    if kind(command) != Some(FileKind::Project) || kind(below) == Some(FileKind::Project) {
        return None;
    }
    let message = format!("the project gives `{service}` another command");
    let finding = Finding::note(Code::Overridden, message).asked("command", &command.origin);
    Some(finding.asked("command", &below.origin))
}

/// What reads the words of the command: the entrypoint, else a program that is called as the image is.
#[must_use]
pub fn program(options: &Layer) -> String {
    let entrypoint = options.entrypoint.get().map(|program| program.0.as_str());
    let image = || options.image.get().map(ImageRef::program);
    entrypoint.filter(|program| !program.is_empty()).or_else(image).unwrap_or_default().to_owned()
}
