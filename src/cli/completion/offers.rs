//! What an argument of the command line is completed to: a launch option by its row, any other by its own name.

use super::wish::{Place, What, Wish, words};
use crate::config::ProbeKind;
use crate::options::Row;
use crate::values::{Names, Offer};
use clap::{Arg, ValueHint};

/// The services, and what runs already.
const SERVICE_OR_RUNNING: Offer = Offer::Any(&[SERVICE, Offer::Names(Names::Running)]);
/// `dynrun config KEY` leaves the service out.
const SERVICE_OR_KEY: Offer = Offer::Any(&[STACK_OR_SERVICE, KEY]);
/// What `dynrun up` launches.
const STACK_OR_SERVICE: Offer = Offer::Any(&[Offer::Names(Names::Stacks), SERVICE]);
const SERVICE: Offer = Offer::Names(Names::Services);
/// What `dynrun import --compose FILE` takes beside the file.
pub(super) const COMPOSED: Offer = Offer::Names(Names::Composed);
const KEY: Offer = Offer::Names(Names::Options);
/// Where a token is from.
const TOKEN: Offer = Offer::Any(&[
    Offer::Behind("env=", &Offer::Names(Names::Variables)),
    Offer::Behind("src=", &Offer::Files),
]);

/// The wishes for an argument of this verb at this place of its word.
pub(super) fn wishes(argument: &Arg, verb: Option<&str>, place: &Place) -> Vec<Wish> {
    let name = argument.get_id().as_str();
    if let Some(row) = Row::find(name) {
        return place.wishes(&row.offer, Some(row));
    }
    if let Some(words) = argument.get_value_parser().possible_values() {
        let words = words.map(|word| {
            let help = word.get_help().map(ToString::to_string).unwrap_or_default();
            (word.get_name().to_owned(), help)
        });
        return vec![place.wish(What::Words(words.collect()))];
    }
    match (name, verb) {
        ("SERVICE", Some("up" | "check" | "export")) => place.wishes(&STACK_OR_SERVICE, None),
        ("STACK", _) => place.wishes(&Offer::Names(Names::RunningStacks), None),
        ("group", _) => place.wishes(&Offer::Names(Names::Groups), None),
        ("as", Some("probe")) => vec![place.wish(words(ProbeKind::ALL.map(|(word, _)| word)))],
        ("as", _) => place.wishes(&Offer::Names(Names::RunningStacks), None),
        ("token", _) => place.wishes(&TOKEN, None),
        ("without", _) => place.wishes(&Offer::Names(Names::Members), None),
        ("container", Some("import")) => place.wishes(&Offer::Names(Names::Containers), None),
        ("CONTAINER", Some("logs")) => place.wishes(&Offer::Names(Names::Logged), None),
        ("IMAGE", _) => {
            let row = Row::find("image");
            row.map(|row| place.wishes(&row.offer, Some(row))).unwrap_or_default()
        }
        ("SUBJECT", _) => place.wishes(&SERVICE_OR_RUNNING, None),
        ("SERVICE", Some("update")) => place.wishes(&Offer::Names(Names::Containers), None),
        ("SERVICE", Some("shell")) => place.wishes(&SERVICE_OR_RUNNING, None),
        ("SERVICE", Some("config")) => place.wishes(&SERVICE_OR_KEY, None),
        ("SERVICE", _) => place.wishes(&SERVICE, None),
        ("KEY", _) => place.wishes(&KEY, None),
        ("CONTAINER", Some("stop" | "probe")) => place.wishes(&Offer::Names(Names::Running), None),
        ("CONTAINER" | "container", _) => place.wishes(&Offer::Names(Names::Containers), None),
        ("CODE", _) => place.wishes(&Offer::Names(Names::Codes), None),
        ("profile" | "PROFILE", _) => place.wishes(&Offer::Names(Names::Profiles), None),
        ("context", _) => place.wishes(&Offer::Names(Names::Contexts), None),
        ("skip", _) => place.wishes(&Offer::Names(Names::Checks), None),
        ("host", _) => place.wishes(&Offer::Words(&["ssh://", "tcp://", "unix:///"]), None),
        _ => match argument.get_value_hint() {
            ValueHint::AnyPath | ValueHint::FilePath | ValueHint::ExecutablePath => {
                place.wishes(&Offer::Files, None)
            }
            ValueHint::DirPath => place.wishes(&Offer::Folders, None),
            _ => Vec::new(),
        },
    }
}
