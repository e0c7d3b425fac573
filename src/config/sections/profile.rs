//! `[profile.P]`, and what it says of one service, `[profile.P.service.S]`.

use super::{Beside, when};
use crate::config::document::{Profile, ProfileService};
use crate::config::keys::{Form, Key, Keys};
use crate::config::read::{Entry, Reader};
use crate::config::waiver;
use crate::finding::Origin;
use crate::options::Row;
use toml::de::{DeTable, DeValue};

/// The keys of a profile.
pub(super) const PROFILE: Keys<Beside<Profile>> = Keys::<Beside<Profile>>::of(
    "a profile",
    &[
        Key::new("about", "One line for people", Form::Text, |reader, (profile, _), _, (key, value)| {
            profile.about = reader.text(key, value);
        }),
        Key::new(
            "allow",
            "Refusals that are taken back, each with a reason",
            Form::List(|| waiver::WAIVER.shape()),
            |reader, (profile, _), _, (key, value)| profile.allow = reader.waivers(key, value),
        ),
        Key::new(
            "extends",
            "Profiles that this one builds on; of several, a later one lies over those before it",
            Form::Words,
            |reader, (profile, _), _, (key, value)| profile.extends = reader.names(key, value),
        ),
        Key::new(
            "refuse",
            "What is not launched, by the names of policies",
            Form::Words,
            |reader, (profile, _), _, (key, value)| profile.refuse = reader.policies(key, value),
        ),
        // `service = "NAME"` is the launch option; `[profile.P.service.S]` is a section.
        Key::new(
            "service",
            "Service to launch; or what the profile says of one, by its name",
            Form::Any(&[Form::Text, Form::Named(|| PROFILE_SERVICE.shape())]),
            |reader, (profile, part), _, entry| match (entry.1.get_ref(), Row::find("service")) {
                (DeValue::String(_), Some(row)) => reader.row(&mut part.said, row, entry),
                (_, _) => profile.services = reader.sections(entry, Reader::profile_service),
            },
        ),
        when(),
    ],
)
.and_options(|(_, part)| &mut part.said);

/// The keys of what a profile says of one service.
const PROFILE_SERVICE: Keys<Beside<ProfileService>> = Keys::<Beside<ProfileService>>::of(
    "a profile's service",
    &[
        Key::new(
            "allow",
            "Refusals that are taken back, each with a reason",
            Form::List(|| waiver::WAIVER.shape()),
            |reader, (service, _), _, (key, value)| service.allow = reader.waivers(key, value),
        ),
        when(),
    ],
)
.and_options(|(_, part)| &mut part.said);

impl Reader<'_> {
    pub(super) fn profile(&mut self, _name: Entry<'_>, table: &DeTable<'_>) -> Profile {
        self.beside(&PROFILE, table, |profile| &mut profile.section)
    }

    fn profile_service(&mut self, (name, _): Entry<'_>, table: &DeTable<'_>) -> ProfileService {
        let service: ProfileService = self.beside(&PROFILE_SERVICE, table, |service| &mut service.section);
        let named = Some(Origin::File(self.place(name.span())));
        ProfileService { named, ..service }
    }
}
