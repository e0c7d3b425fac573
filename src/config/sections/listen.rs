//! `[[service.S.listen]]`: a port that a service listens on.

use crate::config::document::{Listen, ProbeKind, Speech, origin};
use crate::config::keys::{Form, Key, Keys};
use crate::config::read::{Node, Reader};
use crate::finding::Code;
use crate::options::Setting;
use crate::values::{Expose, Protocol, Value as _};
use std::ops::Range;
use toml::Spanned;
use toml::de::{DeString, DeTable};

/// The port with the place that says it, and what else is said of it.
type Said = (Option<((u16, Protocol), Range<usize>)>, Listen);

/// Its keys.
pub(super) const LISTEN: Keys<Said> = Keys::<Said>::of(
    "a port that is listened on",
    &[
        Key::new("about", "Who comes there", Form::Text, |reader, (_, listen), _, (key, value)| {
            listen.about = reader.plain_text(key, value);
        }),
        Key::new(
            "address",
            "Variable that says the address that the port is bound to",
            Form::Text,
            |reader, (_, listen), _, (key, value)| listen.address = reader.plain_text(key, value),
        ),
        Key::new(
            "argument",
            "Argument of the command that moves the port",
            Form::Text,
            |reader, (_, listen), _, (key, value)| listen.argument = reader.plain_text(key, value),
        ),
        Key::new(
            "internal",
            "Whether it is for programs of this host alone",
            Form::Boolean,
            |reader, (_, listen), _, (key, value)| {
                listen.is_internal = reader.boolean(key, value).is_some_and(|said| said.value);
            },
        ),
        Key::new(
            "optional",
            "Whether it is opened only where its variable or argument says one",
            Form::Boolean,
            |reader, (_, listen), _, (key, value)| {
                listen.is_optional = reader.boolean(key, value).is_some_and(|said| said.value);
            },
        ),
        Key::new("port", "The port: PORT[/PROTOCOL]", Form::Word, |reader, (port, _), _, (_, value)| {
            *port = reader.listened_port(value).map(|port| (port, value.span()));
        }),
        Key::new(
            "probe",
            "What dynrun probe asks there, where it does not speak for itself",
            Form::OneOf(|| ProbeKind::ALL.map(|(name, _)| name).to_vec()),
            |reader, (_, listen), _, (key, value)| listen.probe = reader.probe(key, value),
        ),
        Key::new(
            "speaks",
            "What answers there, where dynrun can tell it from anything else",
            Form::OneOf(|| Speech::ALL.map(|(name, _)| name).to_vec()),
            |reader, (_, listen), _, (key, value)| listen.speaks = reader.speech(key, value),
        ),
        Key::new(
            "variable",
            "Variable that moves the port",
            Form::Text,
            |reader, (_, listen), _, (key, value)| listen.variable = reader.plain_text(key, value),
        ),
    ],
)
.needing(&["port"]);

impl Reader<'_> {
    pub(super) fn listens(&mut self, key: &Spanned<DeString<'_>>, value: Node<'_>) -> Vec<Setting<Listen>> {
        let listens = self.tables(key, value, Self::listen).into_iter();
        let at_its_port = |Setting { value: (listen, place), .. }| Setting {
            value: listen,
            origin: origin(self.source, place),
        };
        listens.map(at_its_port).collect()
    }

    /// A port that is listened on, and the place that says which.
    fn listen(&mut self, item: Node<'_>, table: &DeTable<'_>) -> Option<(Listen, Range<usize>)> {
        let mut said: Said = (None, Listen::of(0, Protocol::Tcp));
        self.whole(&LISTEN, &mut said, (item, table));
        let (port, listen) = said;
        let ((port, protocol), place) = port?;
        Some((Listen { port, protocol, ..listen }, place))
    }

    fn speech(&mut self, key: &Spanned<DeString<'_>>, value: Node<'_>) -> Option<Speech> {
        let word = self.plain_text(key, value)?;
        let known = Speech::ALL.iter().find(|(name, _)| *name == word).map(|(_, speech)| *speech);
        if known.is_none() {
            let names = Speech::ALL.map(|(name, _)| name);
            self.no_choice(value, &word, "a port speaks one of", &names, "not known");
        }
        known
    }

    fn probe(&mut self, key: &Spanned<DeString<'_>>, value: Node<'_>) -> Option<ProbeKind> {
        let word = self.plain_text(key, value)?;
        let known = ProbeKind::read(&word);
        if known.is_none() {
            let names = ProbeKind::ALL.map(|(name, _)| name);
            self.no_choice(value, &word, "a port is probed as one of", &names, "not known");
        }
        known
    }

    fn listened_port(&mut self, value: Node<'_>) -> Option<(u16, Protocol)> {
        let before = self.document.interpolated.len();
        let word = self.word(value)?;
        if self.exposes(before, "port", value.span()) {
            return None;
        }
        match Expose::parse(&word) {
            Ok(expose) if expose.range.start == expose.range.end => {
                return Some((expose.range.start, expose.protocol));
            }
            Ok(_) => self.fault(value.span(), Code::BadValue, "one port, not a range", "one entry a port"),
            Err(error) => self.bad_word(value.span(), error, "not a port", Expose::FORM),
        }
        None
    }
}
