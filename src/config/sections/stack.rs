//! `[stack.S]`, what it says of one of its services, `[stack.S.service.X]`, and what they have to agree on.

use super::{Beside, when};
use crate::config::keys::{Form, Key, Keys};
use crate::config::read::{Entry, Node, Reader};
use crate::config::stack::{Same, Stack, StackService};
use crate::finding::{Code, Origin};
use crate::options::{Row, Setting};
use std::collections::BTreeMap;
use toml::Spanned;
use toml::de::{DeString, DeTable, DeValue};

/// The keys of a stack.
pub(super) const STACK: Keys<Beside<Stack>> = Keys::<Beside<Stack>>::of(
    "a stack",
    &[
        Key::new("about", "One line for people", Form::Text, |reader, (stack, _), _, (key, value)| {
            stack.about = reader.text(key, value);
        }),
        Key::nothing("allow", "a waiver is a service's or a profile's: [profile.P.service.S] allow = [...]"),
        Key::new(
            "group",
            "Further services, launched where their group is asked for, by the groups' names",
            Form::Lists,
            |reader, (stack, _), _, (key, value)| stack.groups = reader.groups(key, value),
        ),
        Key::nothing("refuse", "what is refused is a profile's: [profile.P] refuse = [...]"),
        Key::new(
            "same",
            "Values that several services have to agree on",
            Form::List(|| SAME.shape()),
            |reader, (stack, _), _, (key, value)| stack.same = reader.tables(key, value, Reader::same),
        ),
        Key::new(
            "service",
            "What the stack says of one of its services, by its name",
            Form::Named(|| STACK_SERVICE.shape()),
            |reader, (stack, part), _, entry| match (entry.1.get_ref(), Row::find("service")) {
                (DeValue::String(_), Some(row)) => reader.row(&mut part.said, row, entry),
                (_, _) => stack.members = reader.sections(entry, Reader::stack_service),
            },
        ),
        Key::new(
            "services",
            "Services of the stack, by their names",
            Form::Words,
            |reader, (stack, _), _, (key, value)| stack.services = reader.list(key, value),
        ),
        when(),
    ],
)
.and_options(|(_, part)| &mut part.said);

/// The keys of what a stack says of one of its services.
const STACK_SERVICE: Keys<Beside<StackService>> = Keys::<Beside<StackService>>::of(
    "a stack's service",
    &[
        Key::nothing("allow", "a waiver is a service's or a profile's: [profile.P.service.S] allow = [...]"),
        Key::new(
            "command",
            "Command that its image is given, word by word",
            Form::Words,
            |reader, (service, _), _, (key, value)| service.command = reader.command(key, value),
        ),
        Key::<Beside<StackService>>::new(
            "needs",
            "Services that it cannot work without, beside those that it says itself",
            Form::Words,
            |reader, (service, _), _, (key, value)| service.needs = reader.list(key, value),
        )
        .also(&["depends-on"]),
        when(),
    ],
)
.and_options(|(_, part)| &mut part.said);

/// The keys of a value that services have to agree on.
const SAME: Keys<Same> = Keys::<Same>::of(
    "what is the same",
    &[
        Key::new(
            "argument",
            "Argument of their commands that holds it",
            Form::Text,
            |reader, same, _, (key, value)| same.argument = reader.plain_text(key, value),
        ),
        Key::new("services", "Services that have to agree", Form::Words, |reader, same, _, (key, value)| {
            same.services = reader.list(key, value).into_iter().map(|name| name.value).collect();
        }),
        Key::new("variable", "Variable that holds it", Form::Text, |reader, same, _, (key, value)| {
            same.variable = reader.plain_text(key, value);
        }),
    ],
)
.needing(&["services"]);

impl Reader<'_> {
    pub(super) fn stack(&mut self, (name, _): Entry<'_>, table: &DeTable<'_>) -> Stack {
        let named = Some(Origin::File(self.place(name.span())));
        let stack = self.beside(&STACK, table, |stack: &mut Stack| &mut stack.section);
        Stack { named, ..stack }
    }

    fn stack_service(&mut self, (name, _): Entry<'_>, table: &DeTable<'_>) -> StackService {
        let named = Some(Origin::File(self.place(name.span())));
        let service = self.beside(&STACK_SERVICE, table, |service: &mut StackService| &mut service.section);
        StackService { named, ..service }
    }

    /// A list of services a group.
    fn groups(
        &mut self,
        key: &Spanned<DeString<'_>>,
        value: Node<'_>,
    ) -> BTreeMap<String, Vec<Setting<String>>> {
        let Some(table) = self.table(key, value) else { return BTreeMap::new() };
        table.iter().map(|(name, value)| (name.get_ref().to_string(), self.list(name, value))).collect()
    }

    fn same(&mut self, item: Node<'_>, table: &DeTable<'_>) -> Option<Same> {
        let (mut same, before) = (Same::default(), self.findings.len());
        let is_whole = self.whole(&SAME, &mut same, (item, table));
        let is_one = same.argument.is_some() != same.variable.is_some();
        if (!is_one || same.services.len() < 2) && self.findings.len() == before {
            let message = "what is the same has `argument` or `variable`, and two `services` at least";
            self.fault(item.span(), Code::WrongType, message, "not whole");
        }
        (is_whole && self.findings.len() == before).then_some(same)
    }
}
