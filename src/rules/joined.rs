//! The network that others of a service expect it on, by its name.

use super::relation::Subject;
use crate::finding::{Code, Finding, Findings};
use crate::spec::{Mode, asked, is_habit};

/// A warning where the service is launched elsewhere; another container's network and none at all are meant as said.
pub(super) fn check(subject: &Subject<'_>) -> Findings {
    let spec = subject.spec;
    let Some(wanted) = &subject.relation.network else { return Findings::new() };
    let said = &spec.options.network;
    let is_there = said.values().any(|choice| choice.network.name() == *wanted);
    match spec.networking.mode() {
        Mode::None | Mode::Container => return Findings::new(),
        Mode::Own if is_there => return Findings::new(),
        Mode::Own | Mode::Bridge | Mode::Host => {}
    }
    let service = spec.service.as_deref().unwrap_or("the service");
    let message = format!("{service} is not on the network {wanted}, where its other instances look for it");
    let finding = Finding::warning(Code::OtherNetwork, message);
    let finding = match said.iter().find(|choice| !is_habit(&choice.origin)) {
        Some(choice) => {
            let words = asked("network", &choice.value.network.name(), &choice.origin);
            finding.asked(words, &choice.origin)
        }
        None => finding,
    };
    vec![finding.help(format!("put it there: --network {wanted}"))]
}
