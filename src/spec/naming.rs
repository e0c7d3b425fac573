//! The name of a container that is called after what it runs, with a word that no other launch has.

use crate::config::Layer;
use crate::values::ContainerName;

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

/// Whether a letter may stand in a container's name.
fn is_plain(letter: char) -> bool {
    letter.is_ascii_alphanumeric() || "_.-".contains(letter)
}
