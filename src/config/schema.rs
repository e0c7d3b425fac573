//! `Schema`: the variables that a service understands and how they go together, as a file says them. What a check
//! does is the business of `rules`.

use super::document::origin;
use super::keys::{Form, Key, Keys};
use super::read::{Entry, Node, Reader};
use crate::finding::{Code, Finding, Level, Origin};
use crate::options::Setting;
use std::collections::BTreeMap;
use toml::Spanned;
use toml::de::{DeString, DeTable, DeValue};

/// What a service understands: `[schema.NAME]`, with what the service says beyond it.
#[derive(Debug, Clone, Default)]
pub struct Schema {
    /// Its variables.
    pub variables: BTreeMap<String, Variable>,
    /// How they go together.
    pub rules: Vec<Setting<Relation>>,
}

/// A variable that a service understands.
#[derive(Debug, Clone, Default)]
pub struct Variable {
    /// One line for people.
    pub about: Option<Setting<String>>,
    /// Whether its value is a secret.
    pub secret: Option<Setting<bool>>,
    /// What its value is; any text, unless said.
    pub kind: Option<Setting<VariableKind>>,
    /// The values that it takes; all of its kind, if none are said.
    pub values: Vec<Setting<String>>,
    /// Its value where nobody says one.
    pub default: Option<Setting<String>>,
    /// Whether the service does not start without it.
    pub required: Option<Setting<bool>>,
    /// The launch option that it is easily taken for.
    pub unlike: Option<Setting<String>>,
    /// Values that are for development alone: what guides show, and what trusts everybody.
    pub development: Vec<Setting<String>>,
    /// Where it is written that it is so: a guide, with its line.
    pub source: Option<Setting<String>>,
}

/// What the value of a variable is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum VariableKind {
    /// Any text.
    Text,
    /// A whole number.
    Integer,
    /// A whole number above zero, of 32 bits.
    Count,
    /// A port from 1 to 65535.
    Port,
    /// An IP address.
    Ip,
    /// A time above zero, which the service counts in milliseconds.
    Milliseconds,
    /// `true` or `false`.
    Boolean,
    /// A file in the container.
    Path,
    /// A URL, or several with commas between them.
    Url,
    /// The name of an image.
    Image,
    /// `TOKEN:ROLE,...`; the roles are the variable's values.
    Tokens,
}

/// The words of the kinds.
const KINDS: &[(&str, VariableKind)] = &[
    ("text", VariableKind::Text),
    ("integer", VariableKind::Integer),
    ("count", VariableKind::Count),
    ("port", VariableKind::Port),
    ("ip", VariableKind::Ip),
    ("milliseconds", VariableKind::Milliseconds),
    ("boolean", VariableKind::Boolean),
    ("path", VariableKind::Path),
    ("url", VariableKind::Url),
    ("image", VariableKind::Image),
    ("tokens", VariableKind::Tokens),
];

/// How much a rule's findings weigh, in its words.
const LEVELS: &[(&str, Level)] =
    &[("note", Level::Note), ("warning", Level::Warning), ("error", Level::Error)];

/// A check of what is said to a service, against itself or against the rest of the launch.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Relation {
    /// The check, by its name in `rules`.
    pub check: String,
    /// The variable that it looks at.
    pub variable: Option<String>,
    /// The argument of the command that it looks at: `--router-url`.
    pub argument: Option<String>,
    /// The folder of the container that it looks at.
    pub path: Option<String>,
    /// The network that it looks for.
    pub network: Option<String>,
    /// How much its findings weigh, where that is not the check's own word.
    pub level: Option<Level>,
    /// Where it is written that it is so: a guide, with its line.
    pub source: Option<String>,
    /// The variable and its value without which nothing is checked.
    pub when: Option<(String, String)>,
}

impl Schema {
    /// Lays what a higher file, or the service itself, says over this schema.
    pub(super) fn lay_over(&mut self, upper: Schema) {
        for (name, variable) in upper.variables {
            self.variables.entry(name).or_default().lay_over(variable);
        }
        for rule in upper.rules {
            if !self.rules.iter().any(|held| held.value == rule.value) {
                self.rules.push(rule);
            }
        }
    }
}

impl Variable {
    fn lay_over(&mut self, upper: Variable) {
        use super::document::replace;
        replace(&mut self.about, upper.about);
        replace(&mut self.secret, upper.secret);
        replace(&mut self.kind, upper.kind);
        replace(&mut self.default, upper.default);
        replace(&mut self.required, upper.required);
        replace(&mut self.unlike, upper.unlike);
        replace(&mut self.source, upper.source);
        if !upper.values.is_empty() {
            self.values = upper.values;
        }
        self.development.extend(upper.development);
    }
}

/// The keys of a schema.
pub(super) const SCHEMA: Keys<Schema> = Keys::<Schema>::of(
    "a schema",
    &[
        Key::new(
            "rule",
            "Checks of what is said to it",
            Form::List(|| RULE.shape()),
            |reader, schema, _, (key, value)| {
                schema.rules = reader.relations(key, value);
            },
        ),
        Key::new(
            "variable",
            "Variables that it understands, by their names",
            Form::Named(|| VARIABLE.shape()),
            |reader, schema, _, entry| schema.variables = reader.sections(entry, Reader::variable),
        ),
    ],
);

/// The keys of a variable.
pub(super) const VARIABLE: Keys<Variable> = Keys::<Variable>::of(
    "a variable",
    &[
        Key::new("about", "One line for people", Form::Text, |reader, variable, _, (key, value)| {
            variable.about = reader.text(key, value);
        }),
        Key::new(
            "default",
            "Its value where nobody says one",
            Form::Word,
            |reader, variable, _, (key, value)| {
                variable.default = reader.text_of_word(key, value);
            },
        ),
        Key::new(
            "development",
            "Values that are for development alone",
            Form::Words,
            |reader, variable, _, (key, value)| {
                variable.development = reader.list(key, value);
            },
        ),
        Key::new(
            "required",
            "Whether the service does not start without it",
            Form::Boolean,
            |reader, variable, _, (key, value)| {
                variable.required = reader.boolean(key, value);
            },
        ),
        Key::new(
            "secret",
            "Whether its value is a secret",
            Form::Boolean,
            |reader, variable, _, (key, value)| {
                variable.secret = reader.boolean(key, value);
            },
        ),
        Key::new(
            "source",
            "Where it is written that it is so",
            Form::Text,
            |reader, variable, _, (key, value)| {
                variable.source = reader.text(key, value);
            },
        ),
        Key::new(
            "type",
            "What its value is; any text, unless said",
            Form::OneOf(|| KINDS.iter().map(|(name, _)| *name).collect()),
            |reader, variable, _, (key, value)| variable.kind = reader.kind(key, value),
        ),
        Key::new(
            "unlike",
            "Launch option that it is easily taken for",
            Form::Text,
            |reader, variable, _, (key, value)| {
                variable.unlike = reader.text(key, value);
            },
        ),
        Key::new("values", "The values that it takes", Form::Words, |reader, variable, _, (key, value)| {
            variable.values = reader.list(key, value);
        }),
    ],
);

/// The keys of a rule. None of its own is the name of its check.
pub(super) const RULE: Keys<(Option<String>, Relation)> = Keys::<(Option<String>, Relation)>::of(
    "a rule",
    &[
        Key::new(
            "argument",
            "Argument of the command that it looks at",
            Form::Text,
            |reader, (_, rule), _, (key, value)| {
                rule.argument = reader.plain_text(key, value);
            },
        ),
        Key::new("check", "The check, by its name", Form::Text, |reader, (check, _), _, (key, value)| {
            *check = reader.plain_text(key, value);
        }),
        Key::new(
            "level",
            "How much its findings weigh",
            Form::OneOf(|| LEVELS.iter().map(|(name, _)| *name).collect()),
            |reader, (_, rule), _, (key, value)| rule.level = reader.level(key, value),
        ),
        Key::new("network", "Network that it looks for", Form::Text, |reader, (_, rule), _, (key, value)| {
            rule.network = reader.plain_text(key, value);
        }),
        Key::new(
            "path",
            "Folder of the container that it looks at",
            Form::Text,
            |reader, (_, rule), _, (key, value)| {
                rule.path = reader.plain_text(key, value);
            },
        ),
        Key::new(
            "source",
            "Where it is written that it is so",
            Form::Text,
            |reader, (_, rule), _, (key, value)| {
                rule.source = reader.plain_text(key, value);
            },
        ),
        Key::new(
            "variable",
            "Variable that it looks at",
            Form::Text,
            |reader, (_, rule), _, (key, value)| {
                rule.variable = reader.plain_text(key, value);
            },
        ),
        Key::new(
            "when",
            "VARIABLE=VALUE without which nothing is checked",
            Form::Text,
            |reader, (_, rule), _, (key, value)| {
                rule.when = reader.condition(key, value);
            },
        ),
    ],
)
.needing(&["check"]);

impl Reader<'_> {
    /// `[schema.NAME]`.
    pub(super) fn schema(&mut self, _name: Entry<'_>, table: &DeTable<'_>) -> Schema {
        let mut schema = Schema::default();
        self.keys(&SCHEMA, &mut schema, table);
        schema
    }

    /// `[service.S.variable.NAME]`, `[schema.S.variable.NAME]`.
    pub(super) fn variable(&mut self, name: Entry<'_>, table: &DeTable<'_>) -> Variable {
        let mut variable = Variable::default();
        self.keys(&VARIABLE, &mut variable, table);
        let is_secret = variable.secret.as_ref().is_some_and(|secret| secret.value)
            || self.world.secrets.is_secret(name.0.get_ref());
        if let Some(Setting { origin: Origin::File(place), .. }) =
            variable.default.as_ref().filter(|_| is_secret)
        {
            let message = format!("`{}` is a secret, and a secret has no default", name.0.get_ref());
            let finding =
                Finding::error(Code::SecretExposed, message).at(place.clone(), "would stand in a file");
            let help = format!("forward it by its name: env = [\"{}\"]", name.0.get_ref());
            self.findings.push(finding.hidden(true).help(help));
        }
        variable
    }

    /// A word that may be a number, or true or false, as a text.
    fn text_of_word(&mut self, key: &Spanned<DeString<'_>>, value: Node<'_>) -> Option<Setting<String>> {
        let before = self.document.interpolated.len();
        let word = self.word(value)?;
        let is_exposed = self.exposes(before, key.get_ref(), value.span());
        (!is_exposed).then(|| Setting { value: word, origin: origin(self.source, value.span()) })
    }

    fn kind(&mut self, key: &Spanned<DeString<'_>>, value: Node<'_>) -> Option<Setting<VariableKind>> {
        let word = self.text(key, value)?;
        let Some((_, kind)) = KINDS.iter().find(|(name, _)| *name == word.value) else {
            let names: Vec<&str> = KINDS.iter().map(|(name, _)| *name).collect();
            self.no_choice(value, &word.value, "a variable's type is one of", &names, "no such type");
            return None;
        };
        Some(Setting { value: *kind, origin: word.origin })
    }

    /// `[[service.S.rule]]`, `[[schema.S.rule]]`.
    pub(super) fn relations(
        &mut self,
        key: &Spanned<DeString<'_>>,
        value: Node<'_>,
    ) -> Vec<Setting<Relation>> {
        self.tables(key, value, Self::relation)
    }

    /// An array of tables, each read by itself.
    pub(super) fn tables<T>(
        &mut self,
        key: &Spanned<DeString<'_>>,
        value: Node<'_>,
        read: fn(&mut Self, Node<'_>, &DeTable<'_>) -> Option<T>,
    ) -> Vec<Setting<T>> {
        let DeValue::Array(array) = value.get_ref() else {
            self.wrong_type(key, value, "an array of tables");
            return Vec::new();
        };
        let tables = array.iter().filter_map(|item| {
            let table = self.table(key, item)?;
            let value = read(self, item, table)?;
            Some(Setting { value, origin: origin(self.source, item.span()) })
        });
        tables.collect()
    }

    fn relation(&mut self, item: Node<'_>, table: &DeTable<'_>) -> Option<Relation> {
        let mut rule = (None, Relation::default());
        self.whole(&RULE, &mut rule, (item, table));
        let (check, relation) = rule;
        Some(Relation { check: check?, ..relation })
    }

    fn level(&mut self, key: &Spanned<DeString<'_>>, value: Node<'_>) -> Option<Level> {
        let word = self.plain_text(key, value)?;
        let known = LEVELS.iter().find(|(name, _)| *name == word).map(|(_, level)| *level);
        if known.is_none() {
            let names: Vec<&str> = LEVELS.iter().map(|(name, _)| *name).collect();
            self.no_choice(value, &word, "a level is one of", &names, "no such level");
        }
        known
    }

    /// `VARIABLE=VALUE`, as after `-e`.
    fn condition(&mut self, key: &Spanned<DeString<'_>>, value: Node<'_>) -> Option<(String, String)> {
        let word = self.text(key, value)?;
        let pair = word.value.split_once('=');
        if pair.is_none() {
            self.fault(value.span(), Code::BadValue, "`when` is VARIABLE=VALUE", "no `=`");
        }
        pair.map(|(name, value)| (name.to_owned(), value.to_owned()))
    }
}
