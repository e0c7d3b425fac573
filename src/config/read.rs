//! TOML text into a `Document`. Every fault of a file is found, each with its place, not the first alone.

use super::document::{
    Arms, Document, Late, Listen, NetworkDeclaration, Part, Profile, ProfileService, Said, Service, Speech,
    origin, roots,
};
use super::interpolate::{Scope, Template};
use crate::finding::{Code, FileKind, Finding, Findings, Source};
use crate::options::{Kind, Layer, ROWS, Row, Setting};
use crate::values::{Duration, Expose, Protocol, SecretNames, Value};
use std::collections::BTreeMap;
use std::ops::Range;
use toml::Spanned;
use toml::de::{DeString, DeTable, DeValue};

/// How the form of a switch ends that may be a time.
const A_TIME: &str = "|DURATION";

/// What a file's values may be made from.
#[derive(Debug, Clone, Copy)]
pub(super) struct World<'a> {
    /// Variables, folders and ids for interpolation.
    pub scope: &'a Scope<'a>,
    /// Which names hold secrets.
    pub secrets: &'a SecretNames,
}

/// Reads a file's text.
pub(super) fn read(source: &Source, world: World<'_>) -> (Document, Findings) {
    let mut reader = Reader { source, world, findings: Vec::new(), document: Document::default() };
    match DeTable::parse(&source.text) {
        Ok(table) => reader.document(table.get_ref()),
        Err(error) => reader.syntax(&error),
    }
    // Sections are read one after the other; faults are told in the order of the file.
    reader.findings.sort_by_key(|finding| finding.snippet.as_ref().map(|snippet| snippet.place.span.start));
    (reader.document, reader.findings)
}

/// A value with its place.
pub(super) type Node<'a> = &'a Spanned<DeValue<'a>>;

/// A key and its value.
pub(super) type Entry<'a> = (&'a Spanned<DeString<'a>>, Node<'a>);

/// A file on its way into a document.
pub(super) struct Reader<'a> {
    pub(super) source: &'a Source,
    pub(super) world: World<'a>,
    pub(super) findings: Findings,
    pub(super) document: Document,
}

impl Reader<'_> {
    fn document(&mut self, table: &DeTable<'_>) {
        const KEYS: &[&str] = &[
            "completion-wait",
            "default-profile",
            "default-service",
            "default-uptime",
            "default-wait",
            "many-published-ports",
            "most-published-ports",
            "network",
            "profile",
            "schema",
            "service",
            "trusted",
        ];
        for (key, value) in table {
            match key.get_ref().as_ref() {
                "completion-wait" => self.document.completion_wait = self.duration(key, value),
                "default-service" => self.document.default_service = self.text(key, value),
                "default-profile" => self.document.default_profile = self.text(key, value),
                "default-wait" => self.document.default_wait = self.duration(key, value),
                "default-uptime" => self.document.default_uptime = self.duration(key, value),
                "many-published-ports" => self.document.many_published = self.count(value),
                "most-published-ports" => self.document.most_published = self.count(value),
                "trusted" => self.document.trusted = self.folders(key, value),
                "service" => {
                    let services = self.sections(key, value, Self::service);
                    self.document.services = services;
                }
                "profile" => {
                    let profiles = self.sections(key, value, Self::profile);
                    self.document.profiles = profiles;
                }
                "schema" => {
                    let schemas = self.sections(key, value, Self::schema);
                    self.document.schemas = schemas;
                }
                "network" => {
                    let networks = self.sections(key, value, Self::network);
                    self.document.networks = networks;
                }
                _ => self.unknown_key(key, KEYS.iter().copied(), "a configuration file"),
            }
        }
    }

    /// `[KIND.NAME]` for every name.
    pub(super) fn sections<T>(
        &mut self,
        key: &Spanned<DeString<'_>>,
        value: Node<'_>,
        read: fn(&mut Self, Entry<'_>, &DeTable<'_>) -> T,
    ) -> BTreeMap<String, T> {
        let Some(table) = self.table(key, value) else { return BTreeMap::new() };
        let mut sections = BTreeMap::new();
        for (name, value) in table {
            if let Some(table) = self.table(name, value) {
                sections.insert(name.get_ref().to_string(), read(self, (name, value), table));
            }
        }
        sections
    }

    fn service(&mut self, _name: Entry<'_>, table: &DeTable<'_>) -> Service {
        const KEYS: &[&str] = &[
            "about", "allow", "build", "command", "commands", "found-by", "listen", "needs", "rule",
            "schema", "variable", "when",
        ];
        let (mut service, mut part) = (Service::default(), Part::default());
        for (key, value) in table {
            match key.get_ref().as_ref() {
                "about" => service.about = self.text(key, value),
                "build" => service.build = self.build(key, value),
                "command" => service.command = self.words(key, value),
                "commands" => service.commands = self.boolean(key, value),
                // A stranger's file must not have dynrun's image made under a name of its choice.
                "built-in" if self.source.kind != FileKind::Project => {
                    service.built_in = self.boolean(key, value);
                }
                // Which options name a service is dynrun's own to say: two services could claim one.
                "chosen-by" if self.source.kind == FileKind::BuiltIn => {
                    service.chosen_by = self.list(key, value);
                }
                "found-by" => service.found_by = self.text(key, value),
                "listen" => service.listens = self.listens(key, value),
                "needs" => service.needs = self.list(key, value),
                "allow" => service.allow = self.waivers(key, value),
                "schema" => service.schema = self.text(key, value),
                "variable" => service.own.variables = self.sections(key, value, Self::variable),
                "rule" => service.own.rules = self.relations(key, value),
                "when" => part.when = self.when(key, value),
                _ => self.option(&mut part.said, key, value, KEYS, "a service"),
            }
        }
        service.section.parts = vec![part];
        service
    }

    fn profile(&mut self, _name: Entry<'_>, table: &DeTable<'_>) -> Profile {
        const KEYS: &[&str] = &["about", "allow", "extends", "refuse", "when"];
        let (mut profile, mut part) = (Profile::default(), Part::default());
        for (key, value) in table {
            match key.get_ref().as_ref() {
                "about" => profile.about = self.text(key, value),
                "allow" => profile.allow = self.waivers(key, value),
                "refuse" => profile.refuse = self.list(key, value),
                "extends" => profile.extends = self.text(key, value),
                // `service = "NAME"` is the launch option; `[profile.P.service.S]` is a section.
                "service" if matches!(value.get_ref(), DeValue::Table(_)) => {
                    profile.services = self.sections(key, value, Self::profile_service);
                }
                "when" => part.when = self.when(key, value),
                _ => self.option(&mut part.said, key, value, KEYS, "a profile"),
            }
        }
        profile.section.parts = vec![part];
        profile
    }

    fn profile_service(&mut self, _name: Entry<'_>, table: &DeTable<'_>) -> ProfileService {
        const KEYS: &[&str] = &["allow", "when"];
        let (mut service, mut part) = (ProfileService::default(), Part::default());
        for (key, value) in table {
            match key.get_ref().as_ref() {
                "allow" => service.allow = self.waivers(key, value),
                "when" => part.when = self.when(key, value),
                _ => self.option(&mut part.said, key, value, KEYS, "a profile's service"),
            }
        }
        service.section.parts = vec![part];
        service
    }

    /// `[... .when.OPTION.WORD]`: launch options that hold where the option comes to the word.
    fn when(&mut self, key: &Spanned<DeString<'_>>, value: Node<'_>) -> BTreeMap<&'static str, Arms> {
        let mut when = BTreeMap::new();
        let Some(table) = self.table(key, value) else { return when };
        for (name, value) in table {
            let row = Row::find(name.get_ref()).filter(|row| row.kind != Kind::Many);
            let Some(row) = row else {
                let single = ROWS.iter().filter(|row| row.kind != Kind::Many).map(|row| row.name);
                self.unknown_key(name, single, "`when`, which takes options of a single value,");
                continue;
            };
            let Some(table) = self.table(name, value) else { continue };
            let arms: &mut Arms = when.entry(row.name).or_default();
            for (word, value) in table {
                let arm = self.arm_word(row, word).zip(self.table(word, value));
                if let Some((word, table)) = arm {
                    arms.insert(word, self.arm(table));
                }
            }
        }
        when
    }

    /// The word of an arm as the option writes it; `*` stands for any other.
    fn arm_word(&mut self, row: &Row, word: &Spanned<DeString<'_>>) -> Option<String> {
        if word.get_ref() == "*" {
            return Some("*".to_owned());
        }
        let mut layer = Layer::default();
        self.put(&mut layer, row, word.get_ref(), word.span());
        (row.slots.words)(&layer).pop()
    }

    fn arm(&mut self, table: &DeTable<'_>) -> Said {
        let mut said = Said::default();
        for (key, value) in table {
            self.option(&mut said, key, value, &[], "an arm of `when`");
        }
        said
    }

    fn network(&mut self, name: Entry<'_>, table: &DeTable<'_>) -> NetworkDeclaration {
        const KEYS: &[&str] = &["attachable", "driver", "internal", "scope", "subnet"];
        let declared = Some(self.place(name.0.span()));
        let mut network = NetworkDeclaration { declared, ..NetworkDeclaration::default() };
        for (key, value) in table {
            match key.get_ref().as_ref() {
                "driver" => network.driver = self.text(key, value),
                "scope" => network.scope = self.text(key, value),
                "attachable" => network.attachable = self.boolean(key, value),
                "internal" => network.internal = self.boolean(key, value),
                "subnet" => network.subnets = self.subnets(key, value),
                _ => self.unknown_key(key, KEYS.iter().copied(), "a network"),
            }
        }
        network
    }

    fn listens(&mut self, key: &Spanned<DeString<'_>>, value: Node<'_>) -> Vec<Setting<Listen>> {
        let listens = self.tables(key, value, Self::listen).into_iter();
        let at_its_port = |Setting { value: (listen, place), .. }| Setting {
            value: listen,
            origin: origin(self.source, place),
        };
        listens.map(at_its_port).collect()
    }

    /// A port that is listened on, and the place that says which.
    fn listen(&mut self, item: Node<'_>, table: &DeTable<'_>) -> Option<(Listen, Range<usize>)> {
        const KEYS: &[&str] =
            &["about", "address", "argument", "internal", "optional", "port", "speaks", "variable"];
        let (mut port, mut listen) = (None, Listen::of(0, Protocol::Tcp));
        for (key, value) in table {
            match key.get_ref().as_ref() {
                "port" => port = self.listened_port(value).map(|port| (port, value.span())),
                "variable" => listen.variable = self.plain_text(key, value),
                "argument" => listen.argument = self.plain_text(key, value),
                "about" => listen.about = self.plain_text(key, value),
                "address" => listen.address = self.plain_text(key, value),
                "speaks" => listen.speaks = self.speech(key, value),
                "optional" => listen.is_optional = self.boolean(key, value).is_some_and(|said| said.value),
                "internal" => listen.is_internal = self.boolean(key, value).is_some_and(|said| said.value),
                _ => self.unknown_key(key, KEYS.iter().copied(), "a port that is listened on"),
            }
        }
        if port.is_none() && !table.iter().any(|(key, _)| key.get_ref() == "port") {
            let message = "a port that is listened on needs `port`";
            let finding = Finding::error(Code::WrongType, message).at(self.place(item.span()), "no port");
            self.findings.push(finding);
        }
        let ((port, protocol), place) = port?;
        Some((Listen { port, protocol, ..listen }, place))
    }

    pub(super) fn plain_text(&mut self, key: &Spanned<DeString<'_>>, value: Node<'_>) -> Option<String> {
        self.text(key, value).map(|setting| setting.value)
    }

    fn duration(&mut self, key: &Spanned<DeString<'_>>, value: Node<'_>) -> Option<Setting<Duration>> {
        let word = self.text(key, value)?;
        match Duration::parse(&word.value) {
            Ok(time) if !time.is_zero() => return Some(Setting { value: time, origin: word.origin }),
            Ok(_) => self.fault(value.span(), Code::BadValue, "the time is zero", Duration::FORM),
            Err(error) => self.fault(value.span(), Code::BadValue, &error.problem, Duration::FORM),
        }
        None
    }

    fn speech(&mut self, key: &Spanned<DeString<'_>>, value: Node<'_>) -> Option<Speech> {
        let word = self.plain_text(key, value)?;
        let known = Speech::ALL.iter().find(|(name, _)| *name == word).map(|(_, speech)| *speech);
        if known.is_none() {
            let names = Speech::ALL.map(|(name, _)| name).join(", ");
            let problem = format!("a port speaks one of {names}");
            self.fault(value.span(), Code::BadValue, &problem, "not known");
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
                Some((expose.range.start, expose.protocol))
            }
            Ok(_) => {
                self.fault(value.span(), Code::BadValue, "one port, not a range", "one entry a port");
                None
            }
            Err(error) => {
                self.fault(value.span(), Code::BadValue, &error.problem, "not a port");
                None
            }
        }
    }

    /// A launch option, or a key that nobody knows.
    fn option(
        &mut self,
        said: &mut Said,
        key: &Spanned<DeString<'_>>,
        value: Node<'_>,
        further: &[&'static str],
        section: &str,
    ) {
        let name = key.get_ref().as_ref();
        match Row::of_key(name) {
            Some(row) => self.row(said, row, key, value),
            None => {
                let names = ROWS.iter().flat_map(|row| std::iter::once(&row.name).chain(row.keys));
                let known = names.chain(further).copied();
                self.unknown_key(key, known, section);
            }
        }
    }

    fn row(&mut self, said: &mut Said, row: &'static Row, key: &Spanned<DeString<'_>>, value: Node<'_>) {
        match (value.get_ref(), row.kind, row.pair) {
            (DeValue::Table(table), Kind::Many, Some(separator)) => {
                for (name, value) in table {
                    let front = format!("{}{separator}", name.get_ref());
                    if let Some(word) = self.word_for(row, &front, value) {
                        self.say(said, row, word, name.span().start..value.span().end);
                    }
                }
            }
            (DeValue::Array(items), Kind::Many, _) => {
                for item in items {
                    if let Some(word) = self.word_for(row, "", item) {
                        self.say(said, row, word, item.span());
                    }
                }
            }
            (DeValue::Array(items), Kind::One, _) if row.lists.is_some() => {
                if let Some(word) = self.list_for(row, items) {
                    self.say(said, row, word, value.span());
                }
            }
            (DeValue::Table(_) | DeValue::Array(_) | DeValue::Datetime(_), kind, pair) => {
                let wanted = match (kind, pair) {
                    (Kind::Switch, _) => "true or false",
                    (Kind::One, _) => "one value",
                    (Kind::Many, Some(_)) => "a list or a table",
                    (Kind::Many, None) => "a list",
                };
                self.wrong_type(key, value, wanted);
            }
            (DeValue::Float(_), Kind::Switch, _) | (DeValue::Integer(_), Kind::Switch, _)
                if row.form.ends_with(A_TIME) =>
            {
                self.without_unit(row, value);
            }
            (DeValue::Float(_), Kind::Switch, _) | (DeValue::Integer(_), Kind::Switch, _) => {
                self.wrong_type(key, value, "true or false");
            }
            _ => {
                if let Some(word) = self.word_for(row, "", value) {
                    self.say(said, row, word, value.span());
                }
            }
        }
    }

    /// A number where a time may stand: a time has its unit.
    fn without_unit(&mut self, row: &Row, value: Node<'_>) {
        let message = format!("`{}` is true, false or a time, and a time has its unit", row.name);
        let finding = Finding::error(Code::WrongType, message).at(self.place(value.span()), "no unit");
        let number = self.template(value).and_then(|template| template.plain()).unwrap_or_default();
        self.findings.push(finding.patched(format!("\"{number}s\"")));
    }

    /// Says a word of an option, or keeps it until the options are settled that it is made from.
    fn say(&mut self, said: &mut Said, row: &'static Row, word: Template, span: Range<usize>) {
        match word.plain() {
            Some(word) => self.put(&mut said.options, row, &word, span),
            None => said.late.push(Late { row, template: word, place: self.place(span) }),
        }
    }

    fn put(&mut self, layer: &mut Layer, row: &Row, word: &str, span: Range<usize>) {
        let roots = roots(self.source, self.world.scope.host);
        let Err(error) = (row.slots.put)(layer, word, roots, origin(self.source, span.clone())) else {
            return;
        };
        let lists = row.lists.filter(|_| self.source.text[span.clone()].starts_with('['));
        let mut finding = Finding::error(Code::BadValue, format!("`{}`: {}", row.name, error.problem))
            .at(self.place(span), "not accepted")
            .hidden(!row.quotable);
        if let Some(suggestion) = error.suggestion.filter(|_| row.pair.is_none()) {
            finding = finding.patched(match row.kind {
                Kind::Switch => suggestion,
                Kind::One if lists.is_some() => suggestion,
                Kind::One | Kind::Many => format!("{suggestion:?}"),
            });
        }
        self.findings.push(match lists {
            Some(forms) => finding.help(format!("a list is one of {forms}")),
            None => finding.help(format!("the accepted form is {}", row.form)),
        });
    }

    /// A scalar, behind the key of its table, as the word that a flag would take. A secret of the caller's
    /// environment may only go into a variable that is known as one.
    fn word_for(&mut self, row: &Row, front: &str, value: Node<'_>) -> Option<Template> {
        let before = self.document.interpolated.len();
        let word = self.template(value)?.behind(front);
        let secrets = self.world.secrets;
        let goes_into_secret = row.name == "env" && secrets.is_secret(&word.start_before('='));
        (goes_into_secret || !self.exposes(before, row.name, value.span())).then_some(word)
    }

    /// A list of words as the one word that a flag would take.
    fn list_for(&mut self, row: &Row, items: &[Spanned<DeValue<'_>>]) -> Option<Template> {
        let words = items.iter().map(|item| self.word_for(row, "", item));
        words.collect::<Option<Vec<_>>>().map(Template::list)
    }

    fn syntax(&mut self, error: &toml::de::Error) {
        let span = error.span().unwrap_or_default();
        let message = error.message().lines().next().unwrap_or_default().to_owned();
        let finding = Finding::error(Code::TomlSyntax, message);
        self.findings.push(finding.at(self.place(span), "not TOML"));
    }
}
