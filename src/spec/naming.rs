//! The name of a container that is called after what it runs, with a word that no other launch has.

use super::{asked, is_habit};
use crate::config::Layer;
use crate::finding::{Code, Finding};
use crate::values::{ContainerName, IfExists, Value as _};

/// How many letters of the launch's random word the name ends in.
const WORD: usize = 8;
/// How many letters of the service's or image's name it takes: host names and file names are made of it.
const WHAT: usize = 40;

/// Names the container `PREFIX-SERVICE-WORD`, where a prefix was said and no name.
pub(super) fn decide(options: &mut Layer, service: Option<&str>, nonce: &str) {
    let Some(prefix) = options.name_prefix.setting().filter(|prefix| !prefix.value.is_empty()).cloned()
    else {
        return;
    };
    if options.name.get().is_some() {
        return;
    }
    let image = options.image.get().map(|image| image.repository().rsplit('/').next().unwrap_or_default());
    let what: String =
        service.or(image).unwrap_or_default().chars().filter(|letter| is_plain(*letter)).take(WHAT).collect();
    let word: String = nonce.chars().filter(char::is_ascii_alphanumeric).take(WORD).collect();
    let parts = [prefix.value.as_str(), &what, &word];
    let parts: Vec<&str> = parts.into_iter().filter(|part| !part.is_empty()).collect();
    options.name.set(ContainerName(parts.join("-")), prefix.origin);
}

/// What to do where a container has the name. Without a name there is none that another has.
pub(super) fn if_exists(options: &Layer) -> IfExists {
    let is_named = options.name.get().is_some_and(|name| !name.is_empty());
    options.if_exists.get().copied().filter(|_| is_named).unwrap_or(IfExists::Fail)
}

/// A word on the container that has the name, where there is no name, or where it could not be followed.
pub(super) fn conflict(options: &Layer) -> Option<Finding> {
    let said = options.if_exists.setting().filter(|said| said.value != IfExists::Fail)?;
    let refused = |message: &str| {
        Finding::error(Code::IfExists, message)
            .asked(asked("if-exists", &said.value.word(), &said.origin), &said.origin)
    };
    if options.name.get().is_none_or(|name| name.is_empty()) {
        let message = "without a name no other container can have it";
        return (!is_habit(&said.origin)).then(|| refused(message).help("name the container: --name NAME"));
    }
    (said.value == IfExists::Reuse && !options.detach.is_on()).then(|| {
        refused("a container that runs already is not attached to").help("launch it in the background: -d")
    })
}

/// Whether a letter may stand in a container's name.
fn is_plain(letter: char) -> bool {
    letter.is_ascii_alphanumeric() || "_.-".contains(letter)
}
