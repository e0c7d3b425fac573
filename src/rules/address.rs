//! What a service tells others of itself: an address that means every address can be called by nobody.

use super::relation::Subject;
use super::word::Word;
use crate::finding::{Code, Finding, Findings};
use crate::values::Authority;

/// B2: `0.0.0.0` is for listening. Who is told it calls its own machine.
pub(super) fn advertised(subject: &Subject<'_>) -> Findings {
    let found = Word::of(subject).into_iter().filter_map(|word| {
        let all = Authority::all(word.value);
        let every = all.iter().find(|one| one.is_unspecified())?;
        let message =
            format!("{} tells others {}, which is no address that they can call", word.title(), every.host());
        let finding = word.asked(Finding::warning(Code::AdvertisedAddress, message));
        Some(match word.saying(&every.with_host("HOST")) {
            Some(saying) => finding.help(format!("say where it is reached: {saying}")),
            None => finding.help("say where it is reached"),
        })
    });
    found.collect()
}

/// Two names for one thing, and the service goes by one of them.
pub(super) fn differ(subject: &Subject<'_>) -> Findings {
    let words = Word::of(subject);
    let [variable, argument] = words.as_slice() else { return Findings::new() };
    // What dynrun itself sets gives way to what is said.
    let is_said = !crate::spec::is_habit(variable.origin);
    if value(variable.value) == value(argument.value) || !is_said {
        return Findings::new();
    }
    let message = format!(
        "{} and {} say different things: the service goes by the argument",
        variable.title(),
        argument.title()
    );
    let finding = argument.asked(variable.asked(Finding::warning(Code::ValuesDiffer, message)));
    vec![finding.help(format!("leave {} out, or say the same in both", variable.title()))]
}

/// What counts of a value: where it holds a port, that.
fn value(word: &str) -> String {
    let port = Authority::all(word).first().and_then(Authority::port);
    port.map_or_else(|| word.to_owned(), |port| port.to_string())
}
